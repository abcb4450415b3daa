"""Schemas and short ways to register and ask, for tests of the registry's services."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contracthub.domain.registry import GLOBAL, Reference, SchemaRequest, SchemaType, SubjectVersion, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services.hub import Hub
from contracthub.services.registry_compatibility import check
from contracthub.services.registry_config import set_config, set_mode
from contracthub.services.registry_deletion import delete_subject, delete_version
from contracthub.services.registry_lookup import find, schema_by_id
from contracthub.services.registry_register import register
from contracthub.services.registry_subjects import version, versions
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage


def record(name: str = "n.R", /, **fields: Any) -> str:
    """An Avro record; a field given as a tuple has a type and a default."""
    written = [
        {"name": key, "type": value[0], "default": value[1]}
        if isinstance(value, tuple)
        else {"name": key, "type": value}
        for key, value in fields.items()
    ]
    return json.dumps({"type": "record", "name": name, "fields": written})


@dataclass
class Registry:
    """The registry of a hub, asked in one line; subjects are given as clients write them."""

    hub: Hub
    defaults: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def over(cls, database: Database) -> "Registry":
        return cls(Hub(DatabaseStorage(database)))

    def request(self, text: str | None, references: Iterable[tuple[str, str, int]] = (), **more: Any) -> SchemaRequest:
        kind = SchemaType(more.pop("type", "AVRO"))
        return SchemaRequest(text, kind, tuple(Reference(*each) for each in references), **more)

    def register(self, subject: str, text: str | None, *, normalize: bool = False, **more: Any) -> SubjectVersion:
        return register(self.hub, parse_subject(subject), self.request(text, **more), normalize=normalize)

    def find(
        self, subject: str, text: str, *, normalize: bool = False, deleted: bool = False, **more: Any
    ) -> SubjectVersion:
        request = self.request(text, **more)
        return find(self.hub, parse_subject(subject), request, normalize=normalize, deleted=deleted)

    def check(self, subject: str, text: str, against: str | None = None, **more: Any) -> Any:
        return check(self.hub, parse_subject(subject), against, self.request(text, **more), normalize=False)

    def version(self, subject: str, text: str = "latest", **options: Any) -> SubjectVersion:
        return version(self.hub, parse_subject(subject), text, **options)

    def versions(self, subject: str, **options: Any) -> list[int]:
        return list(versions(self.hub, parse_subject(subject), **options))

    def text_of(self, number: int) -> str:
        return schema_by_id(self.hub, ".", number).schema.text

    def delete(self, subject: str, text_of_version: str | None = None, *, permanent: bool = False) -> Any:
        name = parse_subject(subject)
        if text_of_version is None:
            return list(delete_subject(self.hub, name, permanent=permanent))
        return delete_version(self.hub, name, text_of_version, permanent=permanent)

    def level(self, level: str, subject: str = "") -> None:
        set_config(self.hub, parse_subject(subject) if subject else GLOBAL, {"compatibility": level})

    def mode(self, mode: str, subject: str = "", *, force: bool = False) -> None:
        set_mode(self.hub, parse_subject(subject) if subject else GLOBAL, mode, force=force)


def refused(error: Any) -> tuple[int, str]:
    """The number and the message of a refusal that was caught."""
    refusal = error.value
    assert isinstance(refusal, RegistryRefusal)
    return refusal.error_code, refusal.message
