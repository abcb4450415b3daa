"""What the changes of a GraphQL schema are to a pact whose requests carry queries: which it feels, and which break it.

A query names all that it uses, so every field, argument, enum and input field of it is known. What it sends breaks only
when the new schema does not take the call any more. What it reads breaks when the answer may now hold what the contract
does not take there (null, another type, another word), or never holds again what it takes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.impact.conditions import demanded, refuses, types_taken
from contracthub.formats.impact.graphql_calls import Call, Sent, read_call, sent_by
from contracthub.formats.impact.hits import Hit, Impact, exchanges_in, worst_of_each
from contracthub.formats.impact.used_schemas import steps_of
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need, Shape

if TYPE_CHECKING:
    from graphql import GraphQLOutputType, GraphQLSchema

_OF_ANSWERS = ("FIELD_TYPE_CHANGED", "ENUM_VALUE_ADDED", "ENUM_VALUE_REMOVED", "TYPE_KIND_CHANGED")
_OF_OWNERS = ("FIELD_ARGUMENT_", "INPUT_FIELD_", "ENUM_VALUE_", "SCHEMA_")
_SCALARS: Mapping[str, frozenset[str]] = {
    "Int": frozenset({"integer"}),
    "Float": frozenset({"integer", "number"}),
    "String": frozenset({"string"}),
    "ID": frozenset({"string"}),
    "Boolean": frozenset({"boolean"}),
}


class GraphqlImpact:
    """The changes between two schemas, to be held against contracts one after the other."""

    def __init__(self, old: "GraphQLSchema", new: "GraphQLSchema", changes: Sequence[Change]) -> None:
        self._old, self._new = old, new
        self._calls: dict[tuple[str, str | None, str], Call | None] = {}
        self._by_name: dict[str, list[Change]] = {}
        self._order = {change: number for number, change in enumerate(changes)}
        for change in changes:
            place, owner = _place(change)
            # A field that is not asked for is nothing to a query, an argument that is not given may be.
            for name in {place, owner if change.id.startswith(_OF_OWNERS) else place}:
                self._by_name.setdefault(name, []).append(change)

    def of(self, needs: Iterable[Need]) -> Impact:
        """Which changes a contract feels; requests for GraphQL whose query can't be read are not judged."""
        hits: list[Hit] = []
        unjudged: list[str] = []
        for (title, operation), inside in exchanges_in(needs).items():
            said = sent_by(inside)
            call = self._call(said) if said else None
            if call is None:
                # Any other request is nothing to the schema; this one is, and what it asks for can't be read.
                unjudged += [f"{title}: {operation}"] if said or operation.endswith("graphql") else []
                continue
            exchange = _Exchange(f"{title}: {operation}", call, self._old, self._new, _shapes(inside))
            hits += exchange.hits(self._candidates(call))
        return Impact(worst_of_each(hits), tuple(unjudged))

    def _call(self, said: Sent) -> Call | None:
        key = said.query, said.operation, repr(said.variables)
        if key not in self._calls:
            self._calls[key] = read_call(said, self._old, self._new)
        return self._calls[key]

    def _candidates(self, call: Call) -> list[Change]:
        names = (*call.names, "schema")
        return sorted({each for name in names for each in self._by_name.get(name, ())}, key=self._order.__getitem__)


def _place(change: Change) -> tuple[str, str]:
    """The place in the schema, and what it is in; a directive's own is the directive."""
    if change.location.startswith("@"):
        return change.location.partition(".")[0], ""
    place = change.location.partition("@")[0].rstrip(".")
    return place, place.rpartition(".")[0]


@dataclass(slots=True)
class _Shapes:
    """What a contract says at a path of the answer, by how many lists deep; ``is_entered``: and what is below."""

    by_depth: dict[int, dict[Shape, None]] = field(default_factory=dict)
    is_entered: bool = False


def _shapes(needs: Sequence[Need]) -> Mapping[tuple[str, ...], _Shapes]:
    found: dict[tuple[str, ...], _Shapes] = {}
    for need in needs:
        if need.direction is not Flow.RESPONSE or need.part != "body":
            continue
        steps = steps_of(need.path)
        names = tuple(step for step in steps if isinstance(step, str))
        if names[:1] != ("data",):
            continue
        depth = next((count for count, step in enumerate(reversed(steps)) if isinstance(step, str)), 0)
        found.setdefault(names[1:], _Shapes()).by_depth.setdefault(depth, {})[need.shape] = None
        for length in range(1, len(names) - 1):
            found.setdefault(names[1 : length + 1], _Shapes()).is_entered = True
    return found


@dataclass(frozen=True, slots=True)
class _Exchange:
    title: str
    call: Call
    old: "GraphQLSchema"
    new: "GraphQLSchema"
    shapes: Mapping[tuple[str, ...], _Shapes]

    def hits(self, changes: Sequence[Change]) -> list[Hit]:
        """What the changes do to the interaction; of a call that is refused somebody is to blame."""
        found = [hit for change in changes if (hit := self._hit_by(change)) is not None]
        if self.call.is_taken is True or any(hit.breaks for hit in found):
            return found
        return [Hit(hit.change, hit.where, hit.change.severity is Severity.BREAKING) for hit in found]

    def _hit_by(self, change: Change) -> Hit | None:
        """What the change does to the interaction, None when it is nothing to it."""
        place, owner = _place(change)
        where = f"{self.title} uses {place}"
        if self._is_refused_for(change, place, owner):
            left_out = place not in self.call.names and not change.id.startswith("ENUM")
            return Hit(change, f"{self.title} leaves out {place}" if left_out else where, breaks=True)
        if place in self.call.names or place.startswith("schema."):
            return Hit(change, where, self._is_felt_in_answers(change, place))
        if change.id.startswith("ENUM_VALUE"):
            return Hit(change, where, self._is_felt_in_answers(change, owner))
        if change.id.endswith("DEFAULT_CHANGED") or change.id.endswith("DEFAULT_VALUE_CHANGED"):
            return Hit(change, f"{self.title} leaves out {place}", breaks=False)
        return None

    def _is_refused_for(self, change: Change, place: str, owner: str) -> bool:
        if change.severity is not Severity.BREAKING or self.call.is_taken:
            return False
        if place in self.call.refused:
            return True
        is_left_out = place not in self.call.names and change.direction is Direction.REQUEST and change.new is not None
        return owner in self.call.refused and is_left_out and (change.new or "").strip('"').endswith("!")

    def _is_felt_in_answers(self, change: Change, name: str) -> bool:
        """Whether what is read at the places of a field, or of all fields of a type, is not what the contract takes."""
        if change.id not in _OF_ANSWERS:
            return False
        for place, paths in self.call.reads.items():
            before, after = _type_at(self.old, place), _type_at(self.new, place)
            if before is None or after is None or (place != name and _named(before) != name):
                continue
            for path in paths:
                shapes = self.shapes.get(path)
                if shapes is not None and self._differs(shapes, before, after, change):
                    return True
        return False

    def _differs(self, shapes: _Shapes, old: "GraphQLOutputType", new: "GraphQLOutputType", change: Change) -> bool:
        olds, news = list(_by_depth(old)), list(_by_depth(new))
        for depth, types in _taken(shapes, len(olds)):
            if depth >= len(news):
                return True
            before, after = olds[depth], news[depth]
            if before is None or after is None:
                # Only its users know what a scalar of their own is.
                if change.severity is Severity.BREAKING and _named(old) != _named(new):
                    return True
            elif _is_felt(types, before, after, is_safe=change.severity is Severity.SAFE):
                return True
        listed = [shape for each in shapes.by_depth.values() for shape in each]
        if _is_enum(old) and not _is_enum(new):
            # Any text may come where a few words did.
            return any(shape.matcher == "regex" for shape in listed)
        return any(self._is_word_of(change, shape) for shape in listed)

    def _is_word_of(self, change: Change, shape: Shape) -> bool:
        """Whether a value of an enum came that the contract refuses, or one went that it demands."""
        word = change.location.partition("@")[0].rstrip(".").rpartition(".")[2]
        if change.id == "ENUM_VALUE_ADDED":
            return refuses(shape, word)
        return change.id == "ENUM_VALUE_REMOVED" and demanded(shape) == (word,)


def _taken(shapes: _Shapes, depth: int) -> Iterator[tuple[int, frozenset[str]]]:
    """The types that the contract takes, by how many lists deep, down to a depth."""
    for level, each in shapes.by_depth.items():
        if level < depth:
            yield from ((level, types_taken(shape)) for shape in each)
    for level in range(depth if shapes.is_entered else 0):
        yield level, frozenset({"object" if level == depth - 1 else "array"})


def _is_felt(taken: frozenset[str], before: frozenset[str], after: frozenset[str], *, is_safe: bool) -> bool:
    """Whether what comes now may be refused and was not before, or can only be refused."""
    is_wider = bool(after - before - taken) and not is_safe
    return is_wider or bool(before & taken and not after & taken)


def _type_at(schema: "GraphQLSchema", place: str) -> "GraphQLOutputType | None":
    owner, _, name = place.rpartition(".")
    found = getattr(schema.get_type(owner), "fields", {}).get(name)
    return None if found is None else found.type


def _named(declared: Any) -> str:
    from graphql import get_named_type

    return str(get_named_type(declared).name)


def _is_enum(declared: Any) -> bool:
    from graphql import get_named_type, is_enum_type

    return bool(is_enum_type(get_named_type(declared)))


def _by_depth(declared: Any) -> Iterator[frozenset[str] | None]:
    """What values are, outermost first: one for each list, then the one inside; None for scalars of their own."""
    from graphql import is_enum_type, is_list_type, is_non_null_type, is_scalar_type

    while True:
        is_firm = is_non_null_type(declared)
        inner = declared.of_type if is_firm else declared
        null = frozenset[str]() if is_firm else frozenset({"null"})
        if not is_list_type(inner):
            break
        yield frozenset({"array"}) | null
        declared = inner.of_type
    if is_scalar_type(inner):
        known = _SCALARS.get(inner.name)
        yield None if known is None else known | null
    else:
        yield frozenset({"string" if is_enum_type(inner) else "object"}) | null
