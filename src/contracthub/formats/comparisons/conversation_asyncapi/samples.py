"""One value that stands for all that a conversation says or expects at a step, and which parts of it stand for others.

A matcher's example stands for its kind. What a provider state or an earlier message brings (``${name}``) is not known
on paper: any value may come there, so nothing that a schema says of that place alone can be wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracthub.formats.conversation.expressions import filled, names_in
from contracthub.formats.json_places import values_along
from contracthub.formats.matching import Pattern, Rule
from contracthub.formats.matching.compiling import TYPE
from contracthub.formats.matching.model import CASCADING, NO_EXAMPLE
from contracthub.formats.pact.expressions import steps
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

ANY_OF_KIND = frozenset({"type", "integer", "decimal", "number", "boolean", "notEmpty"})
"""Under these any value of the kind does for the consumer, so that the example's own value says nothing."""
# Where a matcher came without an example.
_STAND_INS: Mapping[str, JsonValue] = {"integer": 1, "decimal": 1.5, "number": 1, "boolean": True, "statusCode": 200}
_SOME: JsonValue = "text"
_OF_TYPES: Mapping[str, JsonValue] = {
    "string": _SOME,
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "array": [],
    "object": {},
}
CANDIDATES: tuple[JsonValue, ...] = (_SOME, 1, True, {}, [])
"""What is tried where anything may come: of each type one."""
_DEEPEST = 30
_MOST_PLACES = 10_000


@dataclass(slots=True)
class Sample:
    """A value. ``of_kind`` are the pointers of values that stand for others of their type; ``free`` those of values of
    which nothing is known, by a name that all places share where the same value comes.
    """

    value: JsonValue = None
    of_kind: set[str] = field(default_factory=set)
    free: dict[str, str] = field(default_factory=dict)

    def stands(self, pointer: str) -> bool:
        """Whether the value at a place is only an example of its kind."""
        return pointer in self.of_kind or self.is_free(pointer)

    def is_free(self, pointer: str) -> bool:
        """Whether nothing is known of the value at a place: it is free itself, or inside of what is."""
        if not self.free:
            return False
        at = pointer
        while at:
            if at in self.free:
                return True
            at = at.rpartition("/")[0]
        return "" in self.free


def sample_of(pattern: Pattern, known: Mapping[str, JsonValue] | None = None) -> Sample:
    """The example of a pattern; ``known`` are values for what is free, by name."""
    sampling = _Sampling(known or {})
    sampling.sample.value = sampling.value(pattern, "", None)
    return sampling.sample


def sample_of_schema(schema: JsonValue) -> Sample:
    """A value with all that a JSON Schema requires, as far as it says so in words that are understood here."""
    sample = Sample()
    sample.value = _SchemaSampling(schema, sample).value(schema, "", 0)
    return sample


def with_saved(sample: Sample, paths: Iterable[str]) -> Sample:
    """The sample with something, of which nothing is known, at each of these paths (``$.connection.id``)."""
    for path in paths:
        sample.value = _put(sample, sample.value, [*steps(path)], "")
    return sample


def place_in_contract(written: JsonValue, pointer: str) -> str:
    """Where the value at a pointer into the sample stands in the contract, in which matchers stand around values."""
    found, node = _through(written)
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        inner, at = _member(node, name)
        if at is None:
            break
        prefix, node = _through(inner)
        found = child(found, at) + prefix
    return found


def _through(node: JsonValue) -> tuple[str, JsonValue]:
    found = ""
    while isinstance(node, dict) and TYPE in node and "value" in node:
        found, node = f"{found}/value", node["value"]
    return found, node


def _member(node: JsonValue, name: str) -> tuple[JsonValue, str | int | None]:
    if isinstance(node, dict) and name in node:
        return node[name], name
    if isinstance(node, list) and node and name.isdecimal():
        # Further items are like the first.
        at = int(name) if int(name) < len(node) else 0
        return node[at], at
    return None, None


class _Sampling:
    """Makes the example of a pattern, and notes what each part of it stands for."""

    def __init__(self, known: Mapping[str, JsonValue]) -> None:
        self.sample = Sample()
        self._known = known

    def value(self, pattern: Pattern, pointer: str, inherited: Rule | None) -> JsonValue:
        rule = pattern.rule or inherited
        kind = rule.kind if rule is not None else "equality"
        if kind in ANY_OF_KIND:
            self.sample.of_kind.add(pointer)
        passed_on = Rule("type") if kind in CASCADING else None
        if pattern.members is not None:
            return {name: self.value(each, child(pointer, name), passed_on) for name, each in pattern.members.items()}
        if pattern.items is not None:
            return self._items(pattern.items, pattern.rule, pointer, passed_on)
        if pattern.value is NO_EXAMPLE:
            return self._without_example(pattern, kind, pointer)
        return self._text(pattern.value, pointer) if isinstance(pattern.value, str) else pattern.value

    def _items(
        self, items: tuple[Pattern, ...], rule: Rule | None, pointer: str, passed_on: Rule | None
    ) -> list[JsonValue]:
        least = rule.facts.get("min") if rule is not None else None
        wanted = max(len(items), least) if isinstance(least, int) and items else len(items)
        several = (items[at] if at < len(items) else items[0] for at in range(wanted))
        return [self.value(each, child(pointer, at), passed_on) for at, each in enumerate(several)]

    def _without_example(self, pattern: Pattern, kind: str, pointer: str) -> JsonValue:
        if kind == "arrayContains" and pattern.rule is not None:
            return [self.value(each, child(pointer, at), None) for at, each in enumerate(pattern.rule.patterns)]
        self.sample.of_kind.add(pointer)
        return _STAND_INS.get(kind, _SOME)

    def _text(self, text: str, pointer: str) -> JsonValue:
        names = names_in(text)
        if not names:
            # Only what is escaped is left.
            return filled(text, {})
        if text == f"${{{names[0]}}}":
            self.sample.free[pointer] = names[0]
            return self._known.get(names[0], _SOME)
        self.sample.of_kind.add(pointer)
        return text


class _SchemaSampling:
    def __init__(self, root: JsonValue, sample: Sample) -> None:
        self._root = root
        self._sample = sample
        self._left = _MOST_PLACES

    def value(self, schema: JsonValue, pointer: str, depth: int) -> JsonValue:
        self._left -= 1
        said = self._behind(schema) if self._left >= 0 and depth < _DEEPEST else {}
        if "const" in said:
            return said["const"]
        allowed = said.get("enum")
        if isinstance(allowed, list) and allowed:
            if len(allowed) > 1:
                self._sample.of_kind.add(pointer)
            return allowed[0]
        kind = _type_of(said)
        if kind is None:
            self._sample.free[pointer] = pointer
            return _SOME
        self._sample.of_kind.add(pointer)
        if kind == "object":
            return self._object(said, pointer, depth)
        items = said.get("items")
        if kind == "array" and isinstance(items, dict):
            return [self.value(items, child(pointer, 0), depth + 1)]
        return _OF_TYPES[kind]

    def _object(self, said: JsonObject, pointer: str, depth: int) -> JsonValue:
        properties, required = said.get("properties"), said.get("required")
        known = properties if isinstance(properties, dict) else {}
        names = [each for each in required if isinstance(each, str)] if isinstance(required, list) else []
        return {name: self.value(known.get(name, {}), child(pointer, name), depth + 1) for name in names}

    def _behind(self, schema: JsonValue) -> JsonObject:
        """What is said, with all parts of an ``allOf`` put together as far as they do not contradict one another."""
        found: JsonObject = {}
        todo, seen = [schema], 0
        while todo and seen < _DEEPEST:
            each, seen = todo.pop(), seen + 1
            if not isinstance(each, dict):
                continue
            reference, parts = each.get("$ref"), each.get("allOf")
            if isinstance(reference, str):
                todo.append(_local(self._root, reference))
            todo += parts if isinstance(parts, list) else []
            _add(found, each)
        return found


def _add(found: JsonObject, said: JsonObject) -> None:
    for name, value in said.items():
        old = found.get(name)
        if name == "properties" and isinstance(old, dict) and isinstance(value, dict):
            found[name] = {**value, **old}
        elif name == "required" and isinstance(old, list) and isinstance(value, list):
            found[name] = [*old, *(each for each in value if each not in old)]
        else:
            found.setdefault(name, value)


def _local(root: JsonValue, reference: str) -> JsonValue:
    try:
        return values_along(root, reference.removeprefix("#"))[-1]
    except LookupError:
        return None


def _type_of(said: JsonObject) -> str | None:
    kind = said.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if isinstance(kind, str):
        return kind if kind in _OF_TYPES else None
    if "properties" in said or "required" in said:
        return "object"
    return "array" if "items" in said else None


def _put(sample: Sample, value: JsonValue, path: list[object], pointer: str) -> JsonValue:
    """The value with something free at the end of the path, where nothing is known to be yet."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        return _put_member(sample, value, step, rest, pointer)
    if not isinstance(step, int) or (value is not None and not isinstance(value, list)):
        return value
    items = list(value or [])
    at = min(step, len(items))
    if at == len(items):
        items.append(None)
        _free_if_last(sample, rest, child(pointer, at))
    items[at] = _put(sample, items[at], rest, child(pointer, at)) if rest else (items[at] or _SOME)
    return items


def _put_member(sample: Sample, value: JsonValue, name: str, rest: list[object], pointer: str) -> JsonValue:
    if value is not None and not isinstance(value, dict):
        return value
    members: JsonObject = dict(value or {})
    inner = child(pointer, name)
    if name not in members:
        _free_if_last(sample, rest, inner)
        members[name] = _put(sample, None, rest, inner) if rest else _SOME
    else:
        members[name] = _put(sample, members[name], rest, inner)
    return members


def _free_if_last(sample: Sample, rest: list[object], pointer: str) -> None:
    if not rest:
        sample.free[pointer] = pointer
