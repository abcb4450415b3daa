"""Compares the schemas of messages, each pair once, by the rules of their language and by who reads them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats import safe_json
from contracthub.formats.asyncapi.diff.rules import CATALOGUE
from contracthub.formats.asyncapi.diff.sides import Side
from contracthub.formats.asyncapi.model import Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.asyncapi.schemas import origin_of
from contracthub.formats.avro.diff.engine import findings_between as avro_findings
from contracthub.formats.avro.diff.proofs import Proofs as AvroProofs
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction, Proof, Proven, Severity
from contracthub.formats.findings import Finding, Prover
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.compatibility import Policy
from contracthub.formats.jsonschema.diff.engine import findings_between as json_findings
from contracthub.formats.jsonschema.diff.proofs import Proofs as JsonProofs
from contracthub.formats.protobuf.diff.engine import findings_between as protobuf_findings
from contracthub.formats.protobuf.parse import ProtobufSchema

_IN_DRAFT_7 = re.compile(r"application/(vnd\.(aai\.)?asyncapi|schema(?!.*version=(?!draft-07)))", re.IGNORECASE)
# What others send there still, and nobody looks at any more, as in a request of OpenAPI.
_IGNORED_NOW = frozenset({"json-schema-property-removed", "json-schema-required-property-removed"})


class Payloads:
    """Remembers what was compared: a schema that many messages have is compared once."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._known: dict[tuple[tuple[str, str], tuple[str, str]], tuple[tuple[Finding | None, Finding], ...]] = {}
        self._provers: dict[tuple[tuple[str, str], tuple[str, str]], Prover | None] = {}
        self._json_proofs = JsonProofs(old.json, new.json)
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
            self._provers[key] = self._prover(old, new)
        for inner, each in self._known[key]:
            found = _for(replace(each, location=_from(start, each.location)), reads)
            yield _with_proof(found, inner, self._provers[key])

    def _prover(self, old: Payload, new: Payload) -> Prover | None:
        if isinstance(old.document, AvroSchema) and isinstance(new.document, AvroSchema):
            return AvroProofs(old.document, new.document)
        formats = {old.schema_format, new.schema_format}
        # Schemas of other drafts are put among these, where some of their keywords mean nothing.
        is_usual = all(_IN_DRAFT_7.match(each) for each in formats) and None not in (old.type, new.type)
        return self._json_proofs if is_usual else None

    def _compared(self, old: Payload, new: Payload) -> Iterator[tuple[Finding | None, Finding]]:
        """What was found inside of the schemas, and the same in terms of the documents."""
        where = self._where(0, old.place), self._where(1, new.place)
        if old.type is not new.type:
            yield None, Finding("schema-format-changed", "$", *where, "", old.schema_format, new.schema_format)
        elif isinstance(old.document, AvroSchema) and isinstance(new.document, AvroSchema):
            for each in avro_findings(old.document, new.document):
                inside = self._inside(0, old, each.pointer_old), self._inside(1, new, each.pointer_new)
                yield each, _moved("avro", each, *inside)
        elif isinstance(old.document, ProtobufSchema) and isinstance(new.document, ProtobufSchema):
            for each in protobuf_findings(old.document, new.document):
                yield each, _moved("protobuf", each, *where)
        elif old.type is not None:
            yield from self._json(old, new)
        elif old.schema_format != new.schema_format:
            yield None, Finding("schema-format-changed", "$", *where, "", old.schema_format, new.schema_format)
        elif safe_json.canonical(self._old.free(old.place)) != safe_json.canonical(self._new.free(new.place)):
            yield None, Finding("opaque-schema-changed", "$", *where)

    def _json(self, old: Payload, new: Payload) -> Iterator[tuple[Finding, Finding]]:
        one, other = self._old.schema_of(old), self._new.schema_of(new)
        if one is None or other is None:
            return
        for each in json_findings(one, other, Policy.LENIENT):
            places = self._origin(0, each.pointer_old), self._origin(1, each.pointer_new)
            yield each, _moved("json-schema", each, *places)

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


def _with_proof(found: Finding, inner: Finding | None, prover: Prover | None) -> Finding:
    """A finding with the evidence for it, where it breaks who reads."""
    if (found.severity or CATALOGUE[found.rule].severity) is not Severity.BREAKING:
        return found
    direction = found.direction or CATALOGUE[found.rule].direction
    if direction is Direction.NEITHER:
        return found
    if inner is None or prover is None:
        return replace(found, proof=Proof(Proven.NOT_PROVEN))
    if isinstance(prover, JsonProofs) and "" in (inner.pointer_old, inner.pointer_new):
        # The root of all schemas of a document is none of them.
        return replace(found, proof=Proof(Proven.NOT_PROVEN))
    return replace(found, proof=prover.of(inner.pointer_old, inner.pointer_new, direction))


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
    if each.rule in _IGNORED_NOW and reads is Direction.REQUEST:
        return replace(each, severity=Severity.DANGEROUS, direction=reads)
    if direction is Direction.NEITHER or reads is Direction.BOTH:
        return each
    if direction not in (Direction.BOTH, reads):
        severity = Severity.SAFE
    return replace(each, severity=severity, direction=reads)
