"""Compares the schemas of messages, each pair once, by the rules of their language and by who reads them."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats import safe_json
from contracthub.formats.asyncapi.diff.rules import CATALOGUE
from contracthub.formats.asyncapi.diff.sides import Side
from contracthub.formats.asyncapi.model import Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.asyncapi.schemas import origin_of
from contracthub.formats.avro.diff.engine import findings_between as avro_findings
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction, Severity
from contracthub.formats.findings import Finding
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.compatibility import Policy
from contracthub.formats.jsonschema.diff.engine import findings_between as json_findings
from contracthub.formats.protobuf.diff.engine import findings_between as protobuf_findings
from contracthub.formats.protobuf.parse import ProtobufSchema


class Payloads:
    """Remembers what was compared: a schema that many messages have is compared once."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._known: dict[tuple[tuple[str, str], tuple[str, str]], tuple[Finding, ...]] = {}
        self._notes = Notes(old.document.bundle.root), Notes(new.document.bundle.root)

    def findings(self, old: Payload | None, new: Payload | None, start: str, reads: Direction) -> Iterator[Finding]:
        """What changed in a schema, told from ``start``; ``reads``: who reads what is written with it."""
        if old is None or new is None:
            if old is not new:
                yield Finding("schema-added" if old is None else "schema-removed", start)
            return
        key = self._old.place_of(old), self._new.place_of(new)
        if key not in self._known:
            self._known[key] = tuple(self._compared(old, new))
        for each in self._known[key]:
            yield _for(replace(each, location=_from(start, each.location)), reads)

    def _compared(self, old: Payload, new: Payload) -> Iterator[Finding]:
        where = self._where(0, old.place), self._where(1, new.place)
        if old.type is not new.type:
            yield Finding("schema-format-changed", "$", *where, "", old.schema_format, new.schema_format)
        elif isinstance(old.document, AvroSchema) and isinstance(new.document, AvroSchema):
            for each in avro_findings(old.document, new.document):
                yield _moved(
                    "avro", each, self._inside(0, old, each.pointer_old), self._inside(1, new, each.pointer_new)
                )
        elif isinstance(old.document, ProtobufSchema) and isinstance(new.document, ProtobufSchema):
            for each in protobuf_findings(old.document, new.document):
                yield _moved("protobuf", each, *where)
        elif old.type is not None:
            yield from self._json(old, new)
        elif old.schema_format != new.schema_format:
            yield Finding("schema-format-changed", "$", *where, "", old.schema_format, new.schema_format)
        elif safe_json.canonical(self._old.free(old.place)) != safe_json.canonical(self._new.free(new.place)):
            yield Finding("opaque-schema-changed", "$", *where)

    def _json(self, old: Payload, new: Payload) -> Iterator[Finding]:
        one, other = self._old.schema_of(old), self._new.schema_of(new)
        if one is None or other is None:
            return
        for each in json_findings(one, other, Policy.LENIENT):
            yield _moved("json-schema", each, self._origin(0, each.pointer_old), self._origin(1, each.pointer_new))

    def _where(self, side: int, place: Place) -> str:
        return self._notes[side].where(place.file, place.pointer)

    def _inside(self, side: int, payload: Payload, pointer: str | None) -> str | None:
        """Where a part of an Avro schema stands; the schema's own place where it was put together from several."""
        if pointer is None:
            return None
        try:
            values_along(payload.place.value, pointer)
        except LookupError:
            pointer = ""
        return self._notes[side].where(payload.place.file, payload.place.pointer + pointer)

    def _origin(self, side: int, pointer: str | None) -> str | None:
        gathering = (self._old, self._new)[side].gathering
        place = None if pointer is None else origin_of(gathering, pointer)
        return None if place is None else self._where(side, place)


def _moved(language: str, each: Finding, old: str | None, new: str | None) -> Finding:
    return replace(each, rule=f"{language}-{each.rule}", pointer_old=old, pointer_new=new)


def _from(start: str, location: str) -> str:
    """A place in a schema, told after the message: ``$`` is the payload."""
    if start.endswith(" $"):
        return start[:-1] + location if location.startswith("$") else f"{start[:-1]}{location}"
    return start + location.removeprefix("$") if location.startswith("$") else f"{start} {location}"


def _for(each: Finding, reads: Direction) -> Finding:
    """A finding as it is for who reads: what breaks nobody but those who do not read at all is safe."""
    rule = CATALOGUE[each.rule]
    severity, direction = each.severity or rule.severity, each.direction or rule.direction
    if direction is Direction.NEITHER or reads is Direction.BOTH:
        return each
    if direction not in (Direction.BOTH, reads):
        severity = Severity.SAFE
    return replace(each, severity=severity, direction=reads)
