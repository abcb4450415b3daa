"""What the changes of an OpenAPI document are to a pact: which of them it feels, and which break it.

Every need of a contract is followed to the schemas that describe it, in the old document and in the new one; a change
of one of these touches the contract. It breaks it when the change is breaking, or when what the contract reads is no
longer described, whatever the severity: a promise that was optional is none to a stranger, but this consumer relies on
it. A requirement on requests breaks only those whose requests do not meet it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.impact.hits import Hit, Impact, exchanges_in, worst_of_each
from contracthub.formats.impact.used_schemas import visited
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.openapi.operations import Body, Operation, Response
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.pointers import child

_DIRECTIONS = {Direction.REQUEST: Flow.REQUEST, Direction.RESPONSE: Flow.RESPONSE}
_REQUIRES = re.compile(r"became-required|new-required|added-required")
# Behind these steps stands another schema than the one that a pointer comes through.
_ELSEWHERE = frozenset(
    {"properties", "patternProperties", "items", "prefixItems", "additionalProperties"}
    | {"responses", "headers", "content", "links"}
)
_PARTS = re.compile(r"/(?:parameters|requestBody|responses|callbacks)(?:/|$)")


class OpenApiImpact:
    """The changes between two documents, to be held against contracts one after the other."""

    def __init__(self, old: OpenApiDocument, new: OpenApiDocument, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._old, self._new = _Described(old), _Described(new)

    def of(self, needs: Iterable[Need]) -> Impact:
        """Which changes a contract feels. Needs of messages are nothing to this document."""
        hits: list[Hit] = []
        unjudged: list[str] = []
        for (title, operation), inside in exchanges_in(needs).items():
            old, new = self._old.operation(operation), self._new.operation(operation)
            if old is None:
                unjudged.append(f"{title}: {operation}")
                continue
            exchange = _Exchange(title, inside, _Uses(self._old, old, inside), _Uses(self._new, new, inside))
            hits += [hit for change in self._changes if (hit := exchange.hit_by(change)) is not None]
        return Impact(worst_of_each(hits), tuple(dict.fromkeys(unjudged)))


class _Described(Requests):
    """The operations of a document, with the schemas behind the places in their bodies."""

    def __init__(self, document: OpenApiDocument) -> None:
        super().__init__(document)
        self._visited: dict[tuple[str, str, str], frozenset[str]] = {}

    def visited(self, schema: Place, path: str) -> frozenset[str]:
        """The schemas on the way to a place in a body."""
        key = (schema.file, schema.pointer, path)
        if key not in self._visited:
            self._visited[key] = visited(schema, path, self.document.bundle)
        return self._visited[key]


@dataclass(slots=True)
class _Uses:
    """The places of a document that one interaction uses, after who sends what is there, each with its proof."""

    described: _Described
    operation: Operation | None
    needs: Sequence[Need]
    places: Mapping[tuple[Flow, str], Need] = field(init=False)
    parameters: Mapping[str, Need | None] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[tuple[Flow, str], Need] = {}
        for need in self.needs:
            for pointer in self._pointers(need):
                # The need that goes no further than the place is the better proof.
                known = found.get((need.direction, pointer))
                if known is None or known.part == "status":
                    found[need.direction, pointer] = need
        self.places = found
        self.parameters = self._sent()

    def _pointers(self, need: Need) -> Iterable[str]:
        if self.operation is None:
            return ()
        if need.direction is Flow.REQUEST:
            whole = child(self.operation.pointer, "requestBody")
            return [whole, *self._in_bodies(self.operation.bodies, need)] if need.part == "body" else ()
        response = _response(self.operation, self.needs)
        if response is None:
            return ()
        # Where it is named, and where a reference from there leads.
        places = [child(child(self.operation.pointer, "responses"), response.status), response.pointer]
        if need.part == "header":
            names = [each for each in response.headers if each.lower() == need.path.lower()]
            return [*places, *(child(f"{place}/headers", name) for place in places for name in names)]
        return [*places, *(self._in_bodies(response.bodies, need) if need.part == "body" else ())]

    def _in_bodies(self, bodies: Iterable[Body], need: Need) -> Iterable[str]:
        for body in _of_media_type(bodies, need.direction, self.needs):
            yield body.pointer
            yield body.pointer.rpartition("/content/")[0] or body.pointer
            if body.schema is not None:
                yield from self.described.visited(body.schema, need.path)

    def _sent(self) -> Mapping[str, Need | None]:
        """The pointers of parameters, each with the need that shows that it is sent."""
        if self.operation is None:
            return {}
        sent = {
            (need.part, need.path.lower() if need.part == "header" else need.path): need
            for need in self.needs
            if need.direction is Flow.REQUEST
        }
        found: dict[str, Need | None] = {}
        for each in self.operation.parameters:
            name = each.name.lower() if each.where == "header" else each.name
            found[each.pointer] = self.needs[0] if each.where == "path" else sent.get((each.where, name))
        return found


def _of_media_type(bodies: Iterable[Body], flow: Flow, needs: Sequence[Need]) -> Sequence[Body]:
    """Those that the contract's own Content-Type names; all of them where it names none of these."""
    listed = [*bodies]
    said = next(
        (
            need.shape.example or ""
            for need in needs
            if need.direction is flow and need.part == "header" and need.path.lower() == "content-type"
        ),
        "",
    )
    essence = said.strip('"').partition(";")[0].strip().lower()
    return [each for each in listed if each.media_type.partition(";")[0].strip().lower() == essence] or listed


def _response(operation: Operation, needs: Sequence[Need]) -> Response | None:
    status = next((need.shape.example or "" for need in needs if need.part == "status"), "")
    by_status = {each.status.upper(): each for each in operation.responses}
    return by_status.get(status) or by_status.get(f"{status[:1]}XX") or by_status.get("DEFAULT")


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An interaction of a contract as both documents describe it."""

    title: str
    needs: Sequence[Need]
    old: _Uses
    new: _Uses

    def hit_by(self, change: Change) -> Hit | None:
        """What the change does to the interaction, None when it is nothing to it."""
        assert self.old.operation is not None
        if self.old.operation.name not in change.operations and (
            self.new.operation is None or self.new.operation.name not in change.operations
        ):
            return None
        is_breaking = change.severity is Severity.BREAKING
        if _REQUIRES.search(change.id) and change.direction is Direction.REQUEST:
            return self._required(change, breaks=is_breaking)
        found = self._of_parameter(change) or self._used(self.old, change.pointer_old, change.direction)
        found = found or self._used(self.new, change.pointer_new, change.direction)
        if found is not None:
            is_gone = change.direction is Direction.RESPONSE and change.pointer_new is None
            return Hit(change, self._where(found), is_breaking or is_gone)
        if self._is_of_operation(change):
            return Hit(change, f"{self.title}: {self.needs[0].operation}", is_breaking)
        return None

    def _required(self, change: Change, *, breaks: bool) -> Hit | None:
        pointer = change.pointer_new or change.pointer_old or ""
        sent = self.new.parameters.get(pointer) or self.new.places.get((Flow.REQUEST, pointer))
        if sent is not None:
            return Hit(change, self._where(sent), breaks=False)
        if pointer in self.new.parameters or self.new.operation is None:
            return Hit(change, f"{self.title}: {self.needs[0].operation} sends no such parameter", breaks)
        owner = pointer.rpartition("/properties/")[0]
        if "/properties/" not in pointer:
            has_body = any(need.direction is Flow.REQUEST and need.part == "body" for need in self.needs)
            lacks = f"{self.title}: {self.needs[0].operation} sends no body"
            return Hit(change, f"{self.title}: sends a body" if has_body else lacks, breaks and not has_body)
        proof = self.new.places.get((Flow.REQUEST, owner))
        return Hit(change, f"{self._where(proof)} is sent without it", breaks) if proof is not None else None

    def _of_parameter(self, change: Change) -> Need | None:
        if change.direction is Direction.RESPONSE:
            return None
        for uses, pointer in ((self.old, change.pointer_old), (self.new, change.pointer_new)):
            for place, need in uses.parameters.items():
                if need is not None and pointer is not None and (pointer == place or pointer.startswith(f"{place}/")):
                    return need
        return None

    def _used(self, uses: _Uses, pointer: str | None, direction: Direction) -> Need | None:
        if pointer is None:
            return None
        flows = (_DIRECTIONS[direction],) if direction in _DIRECTIONS else (Flow.REQUEST, Flow.RESPONSE)
        place, last = pointer, ""
        while True:
            found = next((uses.places[flow, place] for flow in flows if (flow, place) in uses.places), None)
            if found is not None:
                return None if last in _ELSEWHERE else found
            if "/" not in place:
                return None
            place, _, last = place.rpartition("/")

    def _is_of_operation(self, change: Change) -> bool:
        """Whether it is about the operation as a whole: it went, or who may call it."""
        pointer = change.pointer_old or change.pointer_new or ""
        if pointer.startswith(("/components/schemas/", "/definitions/")):
            return False
        operation = self.old.operation.pointer if self.old.operation else ""
        inner = pointer.removeprefix(operation) if pointer.startswith(operation) else ""
        return (not _PARTS.match(inner) and "/components/" not in pointer) or "/securitySchemes/" in pointer

    def _where(self, need: Need) -> str:
        place = need.part if not need.path else f"{need.part} {need.path}"
        return f"{self.title}: {need.operation} {need.direction.value} {place}"
