"""Makes one node of several that must all hold, where that says the same: spellings of one schema become equal.

Only for people who compare two versions. The registry's own relation looks at schemas as they are written, and has to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from contracthub.formats import safe_json
from contracthub.formats.jsonschema.model import (
    Always,
    Array,
    Combined,
    Constants,
    Criterion,
    Never,
    Node,
    Number,
    Object,
    Scalar,
    Schema,
)

Wrap: TypeAlias = Callable[[Node], Schema]
_FROM_ZERO = frozenset({"minLength", "minItems", "minProperties"})
# More members than this are not looked at pair by pair.
_MOST_MEMBERS = 50


def simplified(node: Node, wrap: Wrap) -> Node:
    """The node in its plainest form; ``wrap`` makes a place of a node that stands nowhere."""
    if isinstance(node, Scalar | Number | Object | Array):
        return _without_idle_bounds(node)
    if not isinstance(node, Combined) or len(node.members) > _MOST_MEMBERS:
        return node
    nodes = [member.node for member in node.members]
    if node.criterion is Criterion.ALL:
        return _all_of(node, nodes, wrap)
    if len(nodes) == 1:
        return nodes[0]
    listed = _listed(nodes, is_exclusive=node.criterion is Criterion.ONE)
    if listed is not None:
        return Constants("enum", listed, node.pointer)
    kinds = [_kind(each) for each in nodes]
    if node.criterion is Criterion.ONE and None not in kinds and len(set(kinds)) == len(kinds):
        # What is of one type is not of another: one of them and any of them are the same.
        return replace(node, criterion=Criterion.ANY)
    return node


def _kind(node: Node) -> str | None:
    if isinstance(node, Scalar):
        return node.kind
    return {Number: "number", Object: "object", Array: "array"}.get(type(node))


def _listed(nodes: Iterable[Node], *, is_exclusive: bool) -> frozenset[str] | None:
    found: set[str] = set()
    for each in nodes:
        if not isinstance(each, Constants) or (is_exclusive and found & each.keys):
            return None
        found |= each.keys
    return frozenset(found)


def _all_of(node: Combined, nodes: list[Node], wrap: Wrap) -> Node:
    todo = [*zip(nodes, node.members, strict=True)]
    left: list[tuple[Node, Schema]] = []
    seen: set[int] = set()
    while todo:
        each, place = todo.pop(0)
        if id(place.value) in seen:
            # What must hold already, as where a schema is a member of itself.
            continue
        seen.add(id(place.value))
        if isinstance(each, Never):
            return each
        if isinstance(each, Combined) and each.criterion is Criterion.ALL:
            todo[:0] = [(member.node, member) for member in each.members]
        elif not isinstance(each, Always):
            _put(left, each, place, wrap)
    if not left:
        return Always(node.pointer)
    if len(left) == 1:
        return left[0][0]
    return Combined(Criterion.ALL, tuple(place for _, place in left), node.pointer)


def _put(left: list[tuple[Node, Schema]], node: Node, place: Schema, wrap: Wrap) -> None:
    """Merges a node with one of those that are there, or adds it."""
    for index, (other, _) in enumerate(left):
        made = merged(other, node)
        if made is not None:
            left[index] = made, wrap(made)
            return
    left.append((node, place))


def merged(one: Node, other: Node) -> Node | None:
    """One node for both, None where they can't be made one."""
    for first, second in ((one, other), (other, one)):
        if isinstance(first, Constants) and says_only_type_of(second, first):
            return first
    if isinstance(one, Scalar) and isinstance(other, Scalar) and one.kind == other.kind:
        pattern = one.pattern or other.pattern
        if None not in (one.pattern, other.pattern) and one.pattern != other.pattern:
            return None
        return replace(one, bounds=_tightest(one.bounds, other.bounds), pattern=pattern)
    if isinstance(one, Number) and isinstance(other, Number):
        if None not in (one.multiple_of, other.multiple_of) and one.multiple_of != other.multiple_of:
            return None
        whole, step = one.is_whole or other.is_whole, one.multiple_of or other.multiple_of
        made = replace(one, bounds=_tightest(one.bounds, other.bounds), is_whole=whole, multiple_of=step)
        return _without_idle_bounds(made)
    if isinstance(one, Object) and isinstance(other, Object):
        return _one_object(one, other)
    return None


def says_only_type_of(node: Node, constants: Constants) -> bool:
    """Whether a node says nothing but the type, which all the values have."""
    kind = _kind(node)
    if kind is None or kind in ("object", "array"):
        return False
    if isinstance(node, Scalar) and (node.bounds or node.pattern):
        return False
    if isinstance(node, Number) and (node.bounds or node.multiple_of):
        return False
    wanted = (
        {"integer"} if isinstance(node, Number) and node.is_whole else {kind, "integer" if kind == "number" else kind}
    )
    return all(_type_of(key) in wanted for key in constants.keys)


def _type_of(key: str) -> str:
    value = safe_json.loads(key.encode())
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return kinds.get(type(value), "other")


def _one_object(one: Object, other: Object) -> Object | None:
    for first, second in ((one, other), (other, one)):
        if not _is_open(second.rest) or second.patterns.keys() - first.patterns.keys():
            continue
        is_within = _is_open(first.rest) or second.properties.keys() <= first.properties.keys()
        properties = _together(first.properties, second.properties)
        patterns = _together(first.patterns, second.patterns)
        if not is_within or properties is None or patterns is None or (first.dependent and second.dependent):
            continue
        return replace(
            first,
            bounds=_tightest(first.bounds, second.bounds),
            properties=properties,
            patterns=patterns,
            required=first.required | second.required,
            defaulted=first.defaulted | second.defaulted,
            required_together=_needed(first.required_together, second.required_together),
            dependent={**first.dependent, **second.dependent},
        )
    return None


def _needed(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    nothing: frozenset[str] = frozenset()
    return {name: one.get(name, nothing) | other.get(name, nothing) for name in one.keys() | other.keys()}


def _is_open(rest: Schema) -> bool:
    return rest.value is True or rest.value == {}


def _together(one: Mapping[str, Schema], other: Mapping[str, Schema]) -> dict[str, Schema] | None:
    """The schemas by name; of a name that both have, both must hold."""
    made = {**one}
    for name, schema in other.items():
        known = made.get(name)
        if known is None or known.value == schema.value:
            made.setdefault(name, schema)
        elif known.base != schema.base:
            return None
        else:
            # Made a node when it is looked at: schemas may contain themselves.
            made[name] = replace(known, value={"allOf": [known.value, schema.value]})
    return made


def _tightest(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    made = {**one}
    for name, bound in other.items():
        pick = max if "in" in name and name.lower().replace("exclusive", "").startswith("min") else min
        made[name] = pick(made[name], bound) if name in made else bound
    return made


def _without_idle_bounds(node: Scalar | Number | Object | Array) -> Node:
    """Without bounds that bound nothing; of whole numbers, exclusive bounds as the next number."""
    bounds = {name: bound for name, bound in node.bounds.items() if not (name in _FROM_ZERO and bound == 0)}
    if isinstance(node, Number) and node.is_whole:
        for end, step in (("minimum", 1), ("maximum", -1)):
            strict = bounds.get(f"exclusive{end.title()}")
            if strict is not None and strict == int(strict):
                del bounds[f"exclusive{end.title()}"]
                bounds = _tightest(bounds, {end: strict + step})
    return node if bounds == dict(node.bounds) else replace(node, bounds=bounds)
