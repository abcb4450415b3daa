"""The words of a schema registry: subjects, versions, ids, levels' settings and modes (schema-registry-api §1, §4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

DEFAULT_CONTEXT = "."
LATEST = -1
LARGEST_VERSION = 2**31 - 1
LARGEST_ID = 2**31 - 1
LONGEST_SUBJECT = 500
LONGEST_REFERENCE = 1000
MOST_SCHEMAS_LISTED = 1000

_QUALIFIED = re.compile(r":(\.[^:]*):(.*)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

Json = dict[str, Any]


class SchemaType(StrEnum):
    """The languages in which a registry's schemas are written."""

    AVRO = "AVRO"
    JSON = "JSON"
    PROTOBUF = "PROTOBUF"


class Mode(StrEnum):
    """What a subject lets be done to it (schema-registry-api §13)."""

    READWRITE = "READWRITE"
    READONLY = "READONLY"
    READONLY_OVERRIDE = "READONLY_OVERRIDE"
    IMPORT = "IMPORT"
    FORWARD = "FORWARD"

    @property
    def is_readonly(self) -> bool:
        """Whether nothing may be registered or deleted."""
        return self in {Mode.READONLY, Mode.READONLY_OVERRIDE}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing. A limit of zero or less is none."""

    offset: int = 0
    limit: int = -1

    def of(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """That part of ``items``."""
        start = max(self.offset, 0)
        return tuple(items[start : start + self.limit] if self.limit > 0 else items[start:])


EVERYTHING = Page()


@dataclass(frozen=True, slots=True, order=True)
class SubjectName:
    """A subject and the context that it is in. An empty subject stands for the context itself (or for everything)."""

    context: str
    subject: str

    @property
    def is_context(self) -> bool:
        """Whether a context is meant, and no subject in it."""
        return not self.subject

    @property
    def qualified(self) -> str:
        """The name as the API writes it; subjects of the default context are written without it."""
        return self.subject if self.context == DEFAULT_CONTEXT else f":{self.context}:{self.subject}"


GLOBAL = SubjectName(DEFAULT_CONTEXT, "")


def parse_subject(text: str, context: str = DEFAULT_CONTEXT) -> SubjectName:
    """The subject of a name as clients write it, ``:.context:subject`` or just ``subject`` of the given context.

    >>> parse_subject(":.staging:orders-value")
    SubjectName(context='.staging', subject='orders-value')
    """
    qualified = _QUALIFIED.fullmatch(text)
    if qualified is None:
        return SubjectName(context, text)
    return SubjectName(qualified[1], qualified[2])


def is_valid_subject(name: SubjectName) -> bool:
    """Whether something may be registered under the name (schema-registry-api §1, §7)."""
    named = name.subject
    if not named.strip() or named in {"__GLOBAL", "__EMPTY"} or not is_plain(named) or len(named) > LONGEST_SUBJECT:
        return False
    return is_valid_context(name.context)


def is_valid_context(name: str) -> bool:
    """Whether a context may have the name."""
    return name.startswith(".") and is_plain(name) and len(name) <= LONGEST_SUBJECT


def is_plain(text: str) -> bool:
    """Whether a text is without control characters and halves of surrogate pairs."""
    return _CONTROL.search(text) is None


@dataclass(frozen=True, slots=True)
class Reference:
    """Another schema that a schema uses: under which name it does so, and where that schema is registered."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class SchemaRequest:
    """A schema as it is sent to be registered, looked up or checked. ``id`` and ``version`` are for imports."""

    schema: str | None
    schema_type: SchemaType = SchemaType.AVRO
    references: tuple[Reference, ...] = ()
    metadata: Json | None = None
    rule_set: Json | None = None
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class StoredSchema:
    """A schema that has an id. ``text`` is its canonical form, ``guid`` a UUID made of what tells it apart."""

    id: int
    guid: str
    type: SchemaType
    text: str
    references: tuple[Reference, ...] = ()
    metadata: Json | None = None
    rule_set: Json | None = None


@dataclass(frozen=True, slots=True)
class SubjectVersion:
    """A version of a subject: which schema it is, since when, and whether it is soft-deleted."""

    context: str
    subject: str
    version: int
    schema: StoredSchema
    deleted: bool
    created_at: datetime

    @property
    def name(self) -> SubjectName:
        """The subject with its context."""
        return SubjectName(self.context, self.subject)


@dataclass(frozen=True, slots=True)
class SchemaOfId:
    """A schema that was asked for by its id or guid, and the first version that it is (perhaps soft-deleted)."""

    schema: StoredSchema
    context: str
    first: SubjectVersion


@dataclass(frozen=True, slots=True)
class VersionOfSubject:
    """Where a schema is registered."""

    name: SubjectName
    version: int


class CompatibilityPolicy(StrEnum):
    """How strictly JSON Schemas are compared (schema-registry-api §12, §17)."""

    STRICT = "STRICT"
    LENIENT = "LENIENT"
    LOGICAL = "LOGICAL"


CONFIG_FIELDS: Mapping[str, str] = {
    "compatibilityLevel": "compatibility_level",
    "normalize": "normalize",
    "validateFields": "validate_fields",
    "validateNewSchemas": "validate_new_schemas",
    "compatibilityGroup": "compatibility_group",
    "compatibilityPolicy": "compatibility_policy",
    "alias": "alias",
    "defaultMetadata": "default_metadata",
    "overrideMetadata": "override_metadata",
    "defaultRuleSet": "default_rule_set",
    "overrideRuleSet": "override_rule_set",
}
"""The settings by the names that the API gives them, and the fields of ``SubjectConfig`` that hold them."""


@dataclass(frozen=True, slots=True)
class SubjectConfig:
    """What a subject, a context or everything has chosen; None where it has not (schema-registry-api §4, §12).

    ``compatibility_level`` is the text of a level in upper case.
    """

    compatibility_level: str | None = None
    normalize: bool | None = None
    validate_fields: bool | None = None
    validate_new_schemas: bool | None = None
    compatibility_group: str | None = None
    compatibility_policy: CompatibilityPolicy | None = None
    alias: str | None = None
    default_metadata: Json | None = None
    override_metadata: Json | None = None
    default_rule_set: Json | None = None
    override_rule_set: Json | None = None


SERVER_CONFIG = SubjectConfig(compatibility_level="BACKWARD")


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """Whether a schema may follow those that it was held against, and if not why."""

    compatible: bool
    messages: tuple[str, ...] = field(default=())
