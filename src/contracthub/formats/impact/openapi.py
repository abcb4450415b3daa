"""What the changes of an OpenAPI document are to a pact: which of them it feels, and which break it.

Every need of a contract is followed to the places that describe it, in the old document and in the new one; a change of
one of these touches the contract. It breaks it when an answer may now come that the contract does not take, when none
comes any more that it takes, or when what it sends is not taken any more, whatever the severity: a promise that was
optional is none to a stranger, but this consumer relies on it. A requirement on requests breaks only those whose
requests do not meet it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from contracthub.formats.bundle import Bundle
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.impact.credentials import has_own_requirements, is_let_in
from contracthub.formats.impact.hits import Hit, Impact, exchanges_in, worst_of_each
from contracthub.formats.impact.openapi_requests import Described
from contracthub.formats.impact.openapi_spots import SchemaSpot, Spot
from contracthub.formats.impact.openapi_uses import spots_of
from contracthub.formats.impact.used_places import Used, above
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.openapi.operations import Operation
from contracthub.formats.openapi.parse import OpenApiDocument

_REQUIRES = re.compile(r"became-required|new-required|added-required")
_PARTS = re.compile(r"/(?:parameters|requestBody|responses|callbacks)(?:/|$)")
_DEMANDS = re.compile(r"^api-(?:global-)?security-(?:added|removed)$")
# What is about no operation, and yet about every request.
_OF_ALL = re.compile(r"^api-(?:server-|global-security)")


class OpenApiImpact:
    """The changes between two documents, to be held against contracts one after the other."""

    def __init__(self, old: OpenApiDocument, new: OpenApiDocument, changes: Sequence[Change]) -> None:
        self._old, self._new = Described(old), Described(new)
        self._index = _Index(changes)

    def of(self, needs: Iterable[Need]) -> Impact:
        """Which changes a contract feels. Needs of messages are nothing to this document."""
        hits: list[Hit] = []
        unjudged: list[str] = []
        met: set[tuple[object, ...]] = set()
        broken: set[Change] = set()
        for (title, operation), inside in exchanges_in(needs).items():
            alike = operation, *((need.direction, need.part, need.path, need.shape) for need in inside)
            if alike in met:
                continue
            met.add(alike)
            if self._old.operation(operation) is None:
                unjudged.append(f"{title}: {operation}")
                continue
            found = [hit for hit in self._hits(title, operation, inside) if hit.change not in broken]
            broken.update(hit.change for hit in found if hit.breaks)
            hits += found
        return Impact(worst_of_each(hits), tuple(dict.fromkeys(unjudged)))

    def _hits(self, title: str, request: str, needs: Sequence[Need]) -> Iterator[Hit]:
        old, new = self._old.operation(request), self._new.operation(request)
        assert old is not None
        exchange = _Exchange(title, needs, spots_of(self._old, self._new, request, needs), self._new.bundle, new)
        for change in self._index.candidates(exchange.used.places, {old.name, new.name if new else old.name}):
            hit = exchange.hit_by(change)
            if hit is not None:
                yield hit


class _Index:
    """The changes by all places at which an interaction may meet them, and those that it meets as a whole."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._by_place: dict[str, list[int]] = {}
        self._as_a_whole: dict[str, list[int]] = {}
        self._operations: dict[int, frozenset[str]] = {}
        for number, change in enumerate(changes):
            pointers = [each for each in (change.pointer_old, change.pointer_new) if each is not None]
            for place in dict.fromkeys(each for pointer in pointers for each in above(pointer)):
                self._by_place.setdefault(place, []).append(number)
            if _is_of_operation(change) or _REQUIRES.search(change.id):
                for name in change.operations or ([""] if _OF_ALL.search(change.id) else []):
                    self._as_a_whole.setdefault(name, []).append(number)

    def candidates(self, places: Iterable[str], operations: AbstractSet[str]) -> Iterator[Change]:
        """The changes that an interaction may feel, in their order."""
        found = {number for place in places for number in self._by_place.get(place, ())}
        found = {number for number in found if not operations.isdisjoint(self._reached_by(number))}
        found.update(number for name in ("", *operations) for number in self._as_a_whole.get(name, ()))
        return (self._changes[number] for number in sorted(found))

    def _reached_by(self, number: int) -> frozenset[str]:
        if number not in self._operations:
            self._operations[number] = frozenset(self._changes[number].operations)
        return self._operations[number]


def _is_of_operation(change: Change) -> bool:
    pointer = change.pointer_old or change.pointer_new or ""
    if _OF_ALL.search(change.id) or "/securitySchemes/" in pointer or pointer.startswith("/securityDefinitions/"):
        return True
    return "components/" not in pointer and "/definitions/" not in pointer and not _PARTS.search(pointer)


@dataclass
class _Exchange:
    """An interaction of a contract as both documents describe it; ``operation`` is that of the new one."""

    title: str
    needs: Sequence[Need]
    spots: Sequence[Spot]
    bundle: Bundle
    operation: Operation | None

    @cached_property
    def is_let_in(self) -> bool:
        """Whether its request carries the credentials that are demanded now."""
        return self.operation is not None and is_let_in(self.bundle, self.operation, self.needs)

    @cached_property
    def _demands_itself(self) -> bool:
        return self.operation is not None and has_own_requirements(self.bundle, self.operation)

    @cached_property
    def used(self) -> Used:
        """The places at which it may be hit."""
        return Used(self.spots)

    def hit_by(self, change: Change) -> Hit | None:
        """What the change does to the interaction, None when it is nothing to it."""
        if _REQUIRES.search(change.id) and change.direction is Direction.REQUEST:
            return self._required(change)
        found = self.used.met_by(change)
        if found:
            broken = next((each for each in found if each.breaks(change)), None)
            return Hit(change, self._where((broken or found[0]).proof), broken is not None)
        if _is_of_operation(change):
            return self._as_a_whole(change)
        return None

    def _as_a_whole(self, change: Change) -> Hit | None:
        if change.id.startswith("api-global-security-") and self._demands_itself:
            return None
        is_breaking = change.severity is Severity.BREAKING
        where = f"{self.title}: {self.needs[0].operation}"
        if change.id.startswith("api-server-"):
            return Hit(change, where, self.operation is None)
        if is_breaking and _DEMANDS.search(change.id) and self.is_let_in:
            return Hit(change, f"{where} carries such credentials", breaks=False)
        return Hit(change, where, is_breaking)

    def _required(self, change: Change) -> Hit | None:
        pointer = change.pointer_new or change.pointer_old or ""
        is_breaking = change.severity is Severity.BREAKING
        owner, is_property, name = pointer.rpartition("/properties/")
        if not is_property:
            return self._required_part(change, pointer)
        spots = [each for each in self.used.new.get((Flow.REQUEST, owner), ()) if isinstance(each, SchemaSpot)]
        for spot in spots:
            if any(isinstance(each, dict) and _unescaped(name) not in each for each in spot.values):
                return Hit(change, f"{self._where(spot.proof)} is sent without it", is_breaking)
        return Hit(change, self._where(spots[0].proof), breaks=False) if spots else None

    def _required_part(self, change: Change, pointer: str) -> Hit | None:
        """A parameter or the body as a whole."""
        is_breaking = change.severity is Severity.BREAKING
        sent = self.used.new.get((Flow.REQUEST, pointer))
        if sent:
            return Hit(change, self._where(sent[0].proof), breaks=False)
        if "/parameters/" in f"{pointer}/":
            return Hit(change, f"{self.title}: {self.needs[0].operation} sends no such parameter", is_breaking)
        has_body = any(need.direction is Flow.REQUEST and need.part == "body" for need in self.needs)
        told = "sends a body" if has_body else f"{self.needs[0].operation} sends no body"
        return Hit(change, f"{self.title}: {told}", is_breaking and not has_body)

    def _where(self, need: Need) -> str:
        place = need.part if not need.path else f"{need.part} {need.path}"
        return f"{self.title}: {need.operation} {need.direction.value} {place}"


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
