"""Schemas from a registry, by the id in a message or by the name of a subject (schema-registry-api §3)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contracthub.client.connection import Connection
from contracthub.client.errors import HubFailure
from contracthub.client.transport import Request, Transport
from contracthub.domain.errors import HubError
from contracthub.domain.registry import SchemaType
from contracthub.formats.event_schemas import EventSchema, Referenced, parse

ACCEPT = "application/vnd.schemaregistry.v1+json, application/json;q=0.9"
_MOST_REFERENCES = 200


class RegistryAway(Exception):
    """The registry can't be asked; the text says why."""


class SchemaUnknown(Exception):
    """The registry has no such schema, or none that can be read."""


class Registry:
    """Asks one registry, for each schema once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._transport = Transport(connection)
        self._known: dict[str, EventSchema] = {}

    @property
    def url(self) -> str:
        """Where it is."""
        return self._connection.base_url

    def by_id(self, schema_id: int) -> EventSchema:
        """The schema with this id. Raises SchemaUnknown and RegistryAway."""
        return self._schema(f"/schemas/ids/{schema_id}", f"id {schema_id}")

    def by_guid(self, guid: str) -> EventSchema:
        """The schema with this guid. Raises SchemaUnknown and RegistryAway."""
        return self._schema(f"/schemas/guids/{quote(guid, safe='')}", f"guid {guid}")

    def latest(self, subject: str) -> tuple[int, EventSchema]:
        """The newest version of a subject, and the id of its schema. Raises SchemaUnknown and RegistryAway."""
        found = self._asked(f"/subjects/{quote(subject, safe='')}/versions/latest", f"subject {subject!r}")
        schema_id = found.get("id")
        if not isinstance(schema_id, int):
            raise RegistryAway(f"{self.url} gives no id for the subject {subject!r}. Is it a schema registry?")
        return schema_id, self._read(found, f"subject {subject!r}")

    def _schema(self, path: str, name: str) -> EventSchema:
        if path not in self._known:
            self._known[path] = self._read(self._asked(path, name), name)
        return self._known[path]

    def _read(self, found: Mapping[str, Any], name: str) -> EventSchema:
        text = found.get("schema")
        try:
            kind = SchemaType(str(found.get("schemaType") or "AVRO").upper())
        except ValueError:
            raise SchemaUnknown(f"the schema with the {name} is in no language that is known here") from None
        referenced: dict[str, Referenced] = {}
        self._gather(found, referenced, 0)
        try:
            return parse(kind, str(text or ""), tuple(referenced.values()), lenient=True)
        except HubError as error:
            raise SchemaUnknown(f"the schema with the {name} can't be read: {error.message}") from error

    def _gather(self, found: Mapping[str, Any], into: dict[str, Referenced], depth: int) -> None:
        """All that a schema refers to, each after what it refers to itself."""
        references = found.get("references")
        for each in references if isinstance(references, list) else ():
            name = str(each.get("name"))
            if name in into:
                continue
            if len(into) >= _MOST_REFERENCES or depth > _MOST_REFERENCES:
                raise SchemaUnknown(f"it refers to more than {_MOST_REFERENCES} schemas")
            path = f"/subjects/{quote(str(each.get('subject')), safe='')}/versions/{int(each.get('version') or 0)}"
            inner = self._asked(path, f"name {name!r}, which it refers to,")
            self._gather(inner, into, depth + 1)
            into[name] = Referenced(name, str(inner.get("schema") or ""))

    def _asked(self, path: str, name: str) -> Mapping[str, Any]:
        headers = {"Accept": ACCEPT} | self._connection.request_headers()
        try:
            answer = self._transport.exchange(Request("GET", f"{self.url}{path}", headers))
        except HubFailure as failure:
            raise RegistryAway(f"The schema registry does not answer: {failure}") from failure
        if answer.status == 404:
            raise SchemaUnknown(f"the registry at {self.url} has no schema with the {name}")
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if answer.status != 200 or not isinstance(found, dict):
            raise RegistryAway(f"The schema registry at {self.url} answers {answer.status} when asked for the {name}.")
        return found
