"""Reads the schemas of messages, in whatever language the message says that they are in."""

import re
from dataclasses import dataclass, field, replace

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.asyncapi.model import Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.avro.model import PRIMITIVES
from contracthub.formats.avro.parse import parse as parse_avro
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.json_places import values_along
from contracthub.formats.limits import Limits
from contracthub.formats.protobuf.parse import parse as parse_protobuf
from contracthub.formats.safe_json import JsonObject, JsonValue

_OWN = re.compile(r"application/vnd\.(aai\.)?asyncapi(\+(json|yaml))?(;.*)?", re.IGNORECASE)
_JSON_SCHEMA = re.compile(r"application/schema(\+(json|yaml))?(;\s*version=(?P<version>.*))?", re.IGNORECASE)
_AVRO = re.compile(r"application/vnd\.apache\.avro(\+(json|yaml))?(;.*)?|avro", re.IGNORECASE)
_PROTOBUF = re.compile(r"application/(vnd\.google\.protobuf|x-protobuf|protobuf)(\+json)?(;.*)?", re.IGNORECASE)
_DIALECTS = {
    "draft-04": "http://json-schema.org/draft-04/schema#",
    "draft-06": "http://json-schema.org/draft-06/schema#",
    "draft-07": None,
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft-2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-2020-12": "https://json-schema.org/draft/2020-12/schema",
}
OWN_FORMAT = "application/vnd.aai.asyncapi"
# An Avro schema in another file may be used in many places; put together it must not outgrow what a document may be.
_MOST_VALUES = 300_000


@dataclass(slots=True)
class Payloads:
    """Reads each schema once, however many messages have it."""

    bundle: Bundle
    notes: Notes
    limits: Limits
    _read: dict[tuple[str, str, str], Payload] = field(default_factory=dict)
    _left: int = _MOST_VALUES

    def read(self, place: Place, schema_format: str | None) -> Payload:
        """The schema at a place, which may be a reference to it. What is wrong with it is noted."""
        said = schema_format or OWN_FORMAT
        found = self.bundle.resolved(place)
        if found is None:
            # Why it leads nowhere is told with the other references.
            return Payload(None, said, place, note="it refers to what was not uploaded, and nothing is fetched")
        key = found.file, found.pointer, said
        if not found.file or key not in self._read:
            self._read[key] = self._payload(found, said)
        return self._read[key]

    def read_key(self, place: Place, schema_format: str | None) -> Payload:
        """The schema of a key: in the language of the message if it can be, and otherwise in AsyncAPI's own."""
        found = self.bundle.resolved(place)
        if schema_format and _AVRO.fullmatch(schema_format) and found is not None and _is_avro(found.value):
            return self.read(place, schema_format)
        return self.read(place, None)

    def _payload(self, found: Place, said: str) -> Payload:
        if _OWN.fullmatch(said):
            return Payload(SchemaType.JSON, said, found)
        dialect = _JSON_SCHEMA.fullmatch(said)
        if dialect:
            return self._json(found, said, dialect["version"])
        if _AVRO.fullmatch(said):
            return self._avro(found, said)
        if _PROTOBUF.fullmatch(said):
            return self._protobuf(found, said)
        note = f"its format {said[:100]!r} is none that is read here"
        self.notes.warning(found, f"is kept and not understood: {note}")
        return Payload(None, said, found, note=note)

    def _json(self, place: Place, said: str, version: str | None) -> Payload:
        known = (version or "draft-07").strip().lower()
        if known not in _DIALECTS:
            note = f"its dialect {known[:100]!r} is none that is read here"
            self.notes.warning(place, f"is kept and not understood: {note}")
            return Payload(None, said, place, note=note)
        return Payload(SchemaType.JSON, said, place, dialect=_DIALECTS[known])

    def _avro(self, found: Place, said: str) -> Payload:
        unread = Payload(None, said, found)
        try:
            text = self._avro_text(found)
            return replace(unread, type=SchemaType.AVRO, document=parse_avro(text, limits=self.limits))
        except _Unknown as error:
            self.notes.warning(found, f"is kept and not understood: {error}")
            return replace(unread, note=str(error))
        except Invalid as error:
            self._faults(found, error)
            return unread

    def _avro_text(self, found: Place) -> str:
        if isinstance(found.value, str) and found.value not in PRIMITIVES:
            return found.value
        return safe_json.dumps(self._expanded(found.value, found.file, ())).decode()

    def _expanded(self, value: JsonValue, file: str, around: tuple[tuple[str, str], ...]) -> JsonValue:
        """The value with what it refers to in its place: Avro has no references of this kind."""
        self._left -= 1
        if self._left < 0:
            raise _Unknown(f"the Avro schemas together are larger than {_MOST_VALUES:,} values")
        if isinstance(value, list):
            return [self._expanded(item, file, around) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            return self._referred(value, file, around)
        return {key: self._expanded(member, file, around) for key, member in value.items()}

    def _referred(self, value: JsonObject, file: str, around: tuple[tuple[str, str], ...]) -> JsonValue:
        reference = str(value["$ref"])
        found = self.bundle.find(reference, file)
        if isinstance(found, str):
            raise _Unknown(f"it refers to {reference[:200]!r}: {found}")
        place = found.file, found.pointer
        if place in around or len(around) >= self.limits.max_depth:
            text = f"the reference {reference[:200]!r} is inside of what it stands for; refer to the type by its name"
            raise Invalid("cyclic-reference", text, faults=[Fault("", text)])
        return self._expanded(found.value, found.file, (*around, place))

    def _protobuf(self, found: Place, said: str) -> Payload:
        if not isinstance(found.value, str):
            note = "it is not the text of a .proto file"
            self.notes.warning(found, f"is kept and not understood: {note}")
            return Payload(None, said, found, note=note)
        try:
            document = parse_protobuf(found.value, limits=self.limits)
        except Invalid as error:
            self._faults(found, error)
            return Payload(None, said, found)
        return Payload(SchemaType.PROTOBUF, said, found, document)

    def _faults(self, found: Place, error: Invalid) -> None:
        for fault in error.faults:
            inner = fault.pointer or ""
            if inner.startswith("/") and not isinstance(found.value, str):
                self.notes.fault(Place(found.file, found.pointer + inner, None), fault.text)
            else:
                self.notes.fault(found, f"{inner}: {fault.text}" if inner else fault.text)


def is_in_another_language(document: JsonValue, pointer: str) -> bool:
    """Whether the place is inside of a schema that is not AsyncAPI's own, and is read by rules of its own."""
    steps = pointer.split("/")[1:]
    for step, value in zip(steps, values_along(document, pointer), strict=False):
        said = value.get("schemaFormat") if isinstance(value, dict) and step in {"payload", "schema"} else None
        if isinstance(said, str) and not _OWN.fullmatch(said):
            return True
    return "/bindings/kafka/key" in pointer


class _Unknown(Exception):
    """A schema can't be read for no fault of its own."""


def _is_avro(value: JsonValue) -> bool:
    try:
        parse_avro(safe_json.dumps(value))
    except (Invalid, TooLarge):
        return False
    return True
