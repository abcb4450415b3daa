"""The places of a message that a contract relies on: its body, its headers and its key, in an old and a new schema."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.impact.hits import Hit
from contracthub.formats.impact.openapi_spots import SchemaSpot, Sides, Spot, body_spots
from contracthub.formats.impact.translated import from_avro, from_protobuf
from contracthub.formats.impact.used_places import Used, above
from contracthub.formats.impact.used_schemas import steps_of
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.pact.needs import CHANNEL_NAMES
from contracthub.formats.pointers import child
from contracthub.formats.protobuf.parse import ProtobufSchema

KEY_NAMES = frozenset({"key", "kafka_key", "messagekey", "message_key", "kafka-key"})
_OF_TRANSPORT = frozenset({"contenttype", "content-type", *CHANNEL_NAMES})
_LANGUAGES = ("json-schema-", "protobuf-", "avro-")
_OF_PROPERTIES = re.compile(r"^(?:required-)?property-(added|removed)")
# Nothing that a contract says tells whether these reach it.
_UNSEEN = re.compile(r"^(?:server-|reply-|correlation-id-|binding-changed|parameter-changed|deprecated|reactivated)")

Readable = tuple[Place, Bundle]
"""A schema in the shape of JSON Schema, and the documents that it refers to."""


@dataclass(frozen=True, slots=True)
class WholeSpot:
    """What a message is in as a whole: its channel, its operation, itself."""

    proof: Need
    old: frozenset[str]
    new: frozenset[str]
    flow: Flow = Flow.MESSAGE

    def breaks(self, change: Change) -> bool:
        """When it goes, moves, or is another, as far as the contract can tell."""
        return change.severity is Severity.BREAKING and _UNSEEN.search(change.id) is None


def readable(document: AvroSchema | ProtobufSchema, at: str = "") -> Readable:
    """A schema that is no JSON Schema; ``at`` is where it stands in another document."""
    if isinstance(document, ProtobufSchema):
        return from_protobuf(document)
    return from_avro(document, lambda pointer: f"{at}{pointer}")


def message_groups(needs: Iterable[Need]) -> Mapping[tuple[str, str], Sequence[Need]]:
    """The needs of messages by interaction and channel."""
    found: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        if need.direction is Flow.MESSAGE:
            found.setdefault((need.interaction, need.operation), []).append(need)
    return found


def parts_of(needs: Sequence[Need]) -> tuple[Sequence[Need], Sequence[Need], Sequence[Need]]:
    """What a contract says of the body, of the headers and of the key, each with paths into the schema of that part."""
    bodies, headers, keys = [], [], []
    for need in needs:
        name = need.path.lower()
        if need.part == "body":
            bodies.append(need)
        elif name in KEY_NAMES:
            keys.append(replace(need, path="$"))
        elif name not in _OF_TRANSPORT:
            quoted = need.path.replace("\\", "\\\\").replace("'", "\\'")
            headers.append(replace(need, path=f"$['{quoted}']"))
    return bodies, headers, keys


def schema_spots(needs: Sequence[Need], old: Readable | None, new: Readable | None) -> Iterator[SchemaSpot]:
    """The spots of one part of a message; nothing where the old document does not describe it."""
    if needs and old is not None:
        bundle = new[1] if new else old[1]
        places = [old[0]], [new[0]] if new else []
        yield from body_spots(Flow.MESSAGE, needs, places, Sides(old[1], bundle))


@dataclass(frozen=True, slots=True)
class Located:
    """A change with the places by which schemas of messages know it, as it is for who reads them."""

    change: Change
    judged: Change


def located(change: Change) -> Located:
    """Changes of Protobuf are known by names, those of properties by the property and not by what holds it."""
    rule = change.id
    for language in _LANGUAGES:
        rule = rule.removeprefix(language)
    old, new = change.pointer_old, change.pointer_new
    is_named = change.id.startswith("protobuf-") or (old is None and new is None)
    if is_named:
        old, new = _by_name(rule, change)
    elif _OF_PROPERTIES.search(rule):
        old, new = _by_property(rule, change)
    is_others = change.direction is Direction.REQUEST
    severity = Severity.SAFE if is_others else change.severity
    direction = Direction.RESPONSE if is_others else change.direction
    judged = replace(change, pointer_old=old, pointer_new=new, severity=severity, direction=direction)
    return Located(change, judged)


def _by_name(rule: str, change: Change) -> tuple[str | None, str | None]:
    name = change.location.rpartition(" ")[2]
    if rule.startswith("enum-value"):
        name = name.rpartition(".")[0]
    if rule == "field-renamed" and change.old:
        # Whoever reads it by its name finds it no more.
        return f"{name.rpartition('.')[0]}.{change.old}", None
    if rule.startswith("field-removed"):
        return name, None
    return (None, name) if rule == "field-added" else (name, name)


def _by_property(rule: str, change: Change) -> tuple[str | None, str | None]:
    names = [step for step in steps_of(change.location) if isinstance(step, str)]
    last = child("/properties", names[-1] if names else "")
    is_removed = "removed" in rule
    holder = (change.pointer_old if is_removed else change.pointer_new) or ""
    pointer = holder if holder.endswith(last) else holder + last
    return (pointer, None) if is_removed else (None, pointer)


class Index:
    """Changes by all places at which a message may meet them, in their order."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._located = [located(change) for change in changes]
        self._by_place: dict[str, list[int]] = {}
        for number, each in enumerate(self._located):
            pointers = [each.judged.pointer_old, each.judged.pointer_new]
            for place in dict.fromkeys(one for pointer in pointers if pointer is not None for one in above(pointer)):
                self._by_place.setdefault(place, []).append(number)

    def hits(self, title: str, spots: Sequence[Spot]) -> Iterator[Hit]:
        """What the changes do to a message."""
        used = Used(spots)
        numbers = {number for place in used.places for number in self._by_place.get(place, ())}
        for each in (self._located[number] for number in sorted(numbers)):
            found = used.met_by(each.judged)
            if found:
                broken = next((spot for spot in found if spot.breaks(each.judged)), None)
                yield Hit(each.change, _where(title, (broken or found[0]).proof), broken is not None)


def _where(title: str, need: Need) -> str:
    place = f"{need.part} {need.path}" if need.path else need.part
    return f"{title}: {need.operation} {need.direction.value} {place}"


def of_all(candidates: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Of a message that may be any of several: it breaks when it would whichever is meant."""
    found: dict[Change, list[Hit]] = {}
    for hits in candidates:
        for hit in hits:
            found.setdefault(hit.change, []).append(hit)
    return [
        each[0] if len(each) == len(candidates) and all(hit.breaks for hit in each) else replace(each[0], breaks=False)
        for each in found.values()
    ]
