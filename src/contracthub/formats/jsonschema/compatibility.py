"""Whether a JSON Schema may follow another, as the schema registry decides it (schema-registry-api §17).

Two schemas are compared keyword by keyword, from the one that wrote to the one that reads. That is stricter than
asking whether every old value is still valid, and it is what users of registries rely on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracthub.formats.compatibility import Incompatibility
from contracthub.formats.jsonschema.differences import Difference, of_bounds, of_constants, of_multiple, of_pattern
from contracthub.formats.jsonschema.matching import largest_matching
from contracthub.formats.jsonschema.merging import says_only_type_of
from contracthub.formats.jsonschema.model import (
    Always,
    Array,
    Combined,
    Conditional,
    Constants,
    Criterion,
    Never,
    Node,
    Not,
    Number,
    Object,
    Scalar,
    Schema,
)
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.pairs import Pairs

_MOST_SHOWN = 50


class Policy(StrEnum):
    """How strict an open content model is read (schema-registry-api §17)."""

    STRICT = "STRICT"
    LENIENT = "LENIENT"


def reads(reader: JsonSchema, writer: JsonSchema, policy: Policy = Policy.STRICT) -> tuple[Incompatibility, ...]:
    """Reasons why ``reader`` may refuse what ``writer`` let through, the first of many; empty when there is none."""
    return incompatibilities(reader.root, writer.root, policy)[:_MOST_SHOWN]


def incompatibilities(reader: Schema, writer: Schema, policy: Policy = Policy.STRICT) -> tuple[Incompatibility, ...]:
    """Every reason, however many there are, for schemas anywhere in their documents."""
    return _Comparison(policy).outcome(writer, reader)


@dataclass(frozen=True, slots=True)
class _Change:
    """A pair of objects or arrays, old and new, with the place in the data."""

    path: str
    old_pointer: str
    new_pointer: str


# What the lenient policy lets pass.
_LENIENT = frozenset(
    {
        "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "ADDITIONAL_PROPERTIES_REMOVED",
        "ADDITIONAL_PROPERTIES_NARROWED",
    }
)


class _Comparison:
    """Compares nodes of the old schema with nodes of the new one."""

    def __init__(self, policy: Policy) -> None:
        self._pairs: Pairs[Node] = Pairs(self._compared)
        self._allowed = _LENIENT if policy is Policy.LENIENT else frozenset()
        self._merges = False

    def outcome(self, old: Schema, new: Schema) -> tuple[Incompatibility, ...]:
        """What is wrong with the new schema."""
        self._merges = old.nodes.merges
        return self._pairs.outcome(old.node, new.node)

    def _of(self, old: Schema, new: Schema, path: str) -> tuple[Incompatibility, ...]:
        return self._pairs.of(old.node, new.node, path)

    def _fits(self, old: Schema, new: Schema, path: str) -> bool:
        return not self._of(old, new, path)

    def _compared(self, old: Node, new: Node, path: str) -> Iterator[Incompatibility]:
        change = _Change(path, old.pointer, new.pointer)
        for found in self._differences(old, new, path):
            if isinstance(found, Incompatibility):
                yield found
            elif found.rule not in self._allowed:
                yield _told(found, change)

    def _differences(self, old: Node, new: Node, path: str) -> Iterator[Difference | Incompatibility]:
        if isinstance(old, Never) or isinstance(new, Always):
            return
        alone = _only_member(old), _only_member(new)
        if any(alone):
            yield from self._pairs.of(alone[0] or old, alone[1] or new, path)
        elif isinstance(old, Combined) and isinstance(new, Combined):
            yield from self._of_combinations(old, new, path)
        elif type(old) is not type(new):
            yield from self._of_different_kinds(old, new, path)
        elif isinstance(old, Object) and isinstance(new, Object):
            yield from self._of_objects(old, new, path)
        elif isinstance(old, Array) and isinstance(new, Array):
            yield from self._of_arrays(old, new, path)
        elif isinstance(old, Not) and isinstance(new, Not):
            if not self._fits(new.member, old.member, path):
                yield Difference(
                    "NOT_TYPE_NARROWED", "more is forbidden than before", "Forbid what was forbidden, or less"
                )
        elif isinstance(old, Conditional) and isinstance(new, Conditional):
            yield from self._of_conditionals(old, new, path)
        else:
            yield from _of_values(old, new)

    def _of_different_kinds(self, old: Node, new: Node, path: str) -> Iterator[Difference]:
        # A registry sees a list of values and its type as strangers; who asks what both take does not.
        if self._merges and isinstance(old, Constants) and says_only_type_of(new, old):
            return
        if isinstance(new, Combined) and new.criterion is not Criterion.ALL:
            pairs = [(old, member.node) for member in new.members]
        elif isinstance(old, Combined) and old.criterion is Criterion.ALL:
            pairs = [(member.node, new) for member in old.members]
        else:
            pairs = []
        if any(not self._pairs.of(*pair, path) for pair in pairs):
            return
        text = f"{_name(old)} was accepted, and now {_name(new)} is"
        yield Difference("TYPE_CHANGED", text, "Keep the type, or accept both with anyOf")

    def _of_combinations(self, old: Combined, new: Combined, path: str) -> Iterator[Difference]:
        if old.criterion is not new.criterion and new.criterion is not Criterion.ANY:
            text = f"{old.criterion.value} became {new.criterion.value}"
            yield Difference("COMBINED_TYPE_CHANGED", text, f"Keep {old.criterion.value}, or use anyOf")
            return
        count, before = len(new.members), len(old.members)
        if old.criterion is Criterion.ALL and count > before:
            yield Difference("PRODUCT_TYPE_EXTENDED", "allOf has more members", "Add no demands to allOf")
        elif old.criterion is not Criterion.ALL and count < before:
            text = f"{old.criterion.value} has fewer members: what only those accepted is refused now"
            yield Difference("SUM_TYPE_NARROWED", text, "Keep the members")
        else:
            matched = largest_matching(before, count, lambda one, other: self._member_fits(old, one, new, other, path))
            if matched < min(before, count):
                text = f"members of {new.criterion.value} have no compatible counterpart"
                yield Difference(
                    "COMBINED_TYPE_SUBSCHEMAS_CHANGED", text, "Keep each member at least as wide as it was"
                )

    def _member_fits(self, old: Combined, one: int, new: Combined, other: int, path: str) -> bool:
        return self._fits(old.members[one], new.members[other], path)

    def _of_conditionals(self, old: Conditional, new: Conditional, path: str) -> Iterator[Difference | Incompatibility]:
        if old.condition != new.condition:
            yield Difference("CONDITION_CHANGED", "the condition of if has changed", "Keep the condition")
            return
        yield from self._of(old.then, new.then, path)
        yield from self._of(old.otherwise, new.otherwise, path)

    def _of_objects(self, old: Object, new: Object, path: str) -> Iterator[Difference | Incompatibility]:
        yield from of_bounds(old.bounds, new.bounds)
        yield from self._of_properties(old, new, path)
        yield from _of_required(old, new)
        yield from self._of_rest(old.rest, new.rest, f"{path}.*", "ADDITIONAL_PROPERTIES", "additional properties")
        for pattern, schema in new.patterns.items():
            before = old.patterns.get(pattern)
            if before is not None:
                yield from self._of(before, schema, f"{path}.*")
        yield from self._of_dependencies(old, new, path)

    def _of_properties(self, old: Object, new: Object, path: str) -> Iterator[Difference | Incompatibility]:
        for name, schema in old.properties.items():
            after = new.properties.get(name)
            place = f"{path}.{name}"
            if after is not None:
                yield from self._of(schema, after, place)
            else:
                yield from self._of_removed(name, schema, new, place)
        for name, schema in new.properties.items():
            if name not in old.properties:
                yield from self._of_added(name, schema, old, new, f"{path}.{name}")

    def _of_removed(self, name: str, schema: Schema, new: Object, path: str) -> Iterator[Difference]:
        cover = _cover(name, new)
        if isinstance(cover.node, Never):
            if not isinstance(schema.node, Never):
                text = f"the property '{name}' was removed from a closed content model, which refuses it now"
                yield Difference("PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", text, f"Keep '{name}'", path)
        elif not self._fits(schema, cover, path):
            text = f"the property '{name}' was removed, and what covers it now does not accept all that it did"
            rule = "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
            yield Difference(rule, text, f"Keep '{name}', or widen what covers it", path)

    def _of_added(self, name: str, schema: Schema, old: Object, new: Object, path: str) -> Iterator[Difference]:
        cover = _cover(name, old)
        is_demanded = name in new.required and name not in new.defaulted
        if isinstance(cover.node, Always):
            if not isinstance(schema.node, Always):
                text = (
                    f"the property '{name}' was added to an open content model: it may have been sent with another type"
                )
                remedy = f"Close the model first (additionalProperties: false), or let '{name}' be anything"
                yield Difference("PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", text, remedy, path)
        elif not isinstance(cover.node, Never) and not self._fits(cover, schema, path):
            text = f"the property '{name}' was added, and accepts less than what covered it before"
            rule = "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
            yield Difference(rule, text, f"Let '{name}' accept what was accepted", path)
        if is_demanded:
            text = f"the added property '{name}' is required and has no default"
            rule = "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL"
            yield Difference(rule, text, f"Make '{name}' optional, or give it a default", path)

    def _of_rest(self, old: Schema, new: Schema, path: str, rule: str, name: str) -> Iterator[Difference]:
        """What is not listed; both sides have it in some form, since absent means that everything is accepted."""
        if self._fits(old, new, path):
            return
        if isinstance(new.node, Never):
            yield Difference(f"{rule}_REMOVED", f"{name} are refused now", f"Keep accepting {name}")
        else:
            yield Difference(
                f"{rule}_NARROWED", f"fewer {name} are accepted than before", f"Keep {name} as wide as they were"
            )

    def _of_dependencies(self, old: Object, new: Object, path: str) -> Iterator[Difference | Incompatibility]:
        for name, others in new.required_together.items():
            before = old.required_together.get(name)
            if before is None or not others <= before:
                demanded = ", ".join(sorted(others - (before or frozenset())))
                text = f"'{name}' demands {demanded} beside it, which it did not"
                yield Difference("DEPENDENCY_ARRAY_EXTENDED", text, "Demand nothing new")
        for name, schema in new.dependent.items():
            earlier = old.dependent.get(name)
            if earlier is not None:
                yield from self._of(earlier, schema, path)
            elif not isinstance(schema.node, Always):
                yield Difference("DEPENDENCY_SCHEMA_ADDED", f"'{name}' demands more now", "Demand nothing new")

    def _of_arrays(self, old: Array, new: Array, path: str) -> Iterator[Difference | Incompatibility]:
        yield from of_bounds(old.bounds, new.bounds)
        if new.unique and not old.unique:
            yield Difference("UNIQUE_ITEMS_ADDED", "items must be unique now", "Drop uniqueItems")
        for index, schema in enumerate(new.prefix):
            place = f"{path}[{index}]"
            if index < len(old.prefix):
                yield from self._of(old.prefix[index], schema, place)
            elif not self._fits(old.rest, schema, place):
                text = f"the item {index} was added, and accepts less than what stood there before"
                yield Difference("ITEM_ADDED_TO_OPEN_CONTENT_MODEL", text, "Let it accept what was accepted", place)
        for index in range(len(new.prefix), len(old.prefix)):
            if not self._fits(old.prefix[index], new.rest, f"{path}[{index}]"):
                text = f"the item {index} was removed, and what stands for it now does not accept all that it did"
                yield Difference("ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL", text, "Keep it", f"{path}[{index}]")
        if old.prefix or new.prefix:
            yield from self._of_rest(old.rest, new.rest, f"{path}[*]", "ADDITIONAL_ITEMS", "additional items")
        else:
            yield from self._of(old.rest, new.rest, f"{path}[*]")
        yield from self._of_contained(old, new, path)

    def _of_contained(self, old: Array, new: Array, path: str) -> Iterator[Difference | Incompatibility]:
        if new.contains is None:
            return
        if old.contains is None:
            yield Difference("CONTAINS_ADDED", "an item of a kind must be there now", "Drop contains")
        else:
            yield from self._of(old.contains, new.contains, f"{path}[*]")


def _of_values(old: Node, new: Node) -> Iterator[Difference]:
    if isinstance(old, Constants) and isinstance(new, Constants):
        yield from of_constants(old, new)
    elif isinstance(old, Number) and isinstance(new, Number):
        if new.is_whole and not old.is_whole:
            yield Difference("TYPE_NARROWED", "a number was accepted, and now only an integer is", "Keep number")
        yield from of_bounds(old.bounds, new.bounds)
        yield from of_multiple(old.multiple_of, new.multiple_of)
    elif isinstance(old, Scalar) and isinstance(new, Scalar):
        if old.kind != new.kind:
            text = f"{old.kind} was accepted, and now {new.kind} is"
            yield Difference("TYPE_CHANGED", text, "Keep the type, or accept both with anyOf")
        else:
            yield from of_bounds(old.bounds, new.bounds)
            yield from of_pattern(old.pattern, new.pattern)


def _of_required(old: Object, new: Object) -> Iterator[Difference]:
    for name in sorted(new.required - old.required - new.defaulted):
        if name in new.properties and name not in old.properties:
            continue  # told as an added property
        text = f"'{name}' is required now and has no default"
        yield Difference("REQUIRED_ATTRIBUTE_ADDED", text, f"Leave '{name}' optional, or give it a default")


def _cover(name: str, model: Object) -> Schema:
    """What a property must fit that an object does not list."""
    return next((schema for pattern, schema in model.patterns.items() if matches(pattern, name)), model.rest)


def _only_member(node: Node) -> Node | None:
    return node.members[0].node if isinstance(node, Combined) and len(node.members) == 1 else None


def _name(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.kind
    if isinstance(node, Number):
        return "integer" if node.is_whole else "number"
    if isinstance(node, Combined):
        return f"{node.criterion.value} of {len(node.members)}"
    return {Always: "anything", Never: "nothing", Constants: "a list of values", Conditional: "if"}.get(
        type(node), type(node).__name__.lower()
    )


def _told(found: Difference, change: _Change) -> Incompatibility:
    return Incompatibility(
        rule=found.rule,
        path=found.path or change.path,
        message=found.message,
        remedy=f"{found.remedy}.",
        reader_pointer=change.new_pointer,
        writer_pointer=change.old_pointer,
    )
