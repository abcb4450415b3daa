"""Makes nodes of schemas, as the schema registry's library does (schema-registry-api §17 "Kinds of node")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracthub.formats import safe_json
from contracthub.formats.jsonschema.merging import simplified
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
from contracthub.formats.jsonschema.resolution import Resolver, base_of
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_OF_ARRAYS = """
    items prefixItems additionalItems unevaluatedItems contains minItems maxItems uniqueItems minContains maxContains
"""
_OF_OBJECTS = """
    properties required patternProperties additionalProperties unevaluatedProperties minProperties maxProperties
    propertyNames dependencies dependentRequired dependentSchemas
"""
_OF_NUMBERS = "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"
_OF_STRINGS = "minLength maxLength pattern"
_KEYWORDS = {
    kind: frozenset(keywords.split())
    for kind, keywords in (
        ("array", _OF_ARRAYS),
        ("object", _OF_OBJECTS),
        ("number", _OF_NUMBERS),
        ("string", _OF_STRINGS),
    )
}
# Up to draft 7 a reference hides what stands beside it.
_OLD_DRAFTS = ("draft-04", "draft-06", "draft-07")
_LONGEST_CHAIN = 100
_DEEPEST_MERGE = 40


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A schema document with everything that it may refer to. Nodes are made once, so that pairs can be remembered.

    ``others`` are the documents that came along, by URI. ``merges``: spellings of one schema are made the same node.
    """

    document: JsonValue
    resolver: Resolver
    hides_siblings: bool
    others: Mapping[str, JsonValue] = field(default_factory=dict)
    merges: bool = False
    _making: list[int] = field(default_factory=list)
    _nodes: dict[int, Node] = field(default_factory=dict)
    _parts: list[JsonValue] = field(default_factory=list)

    @property
    def root(self) -> Schema:
        """The whole document."""
        value, base, pointer = self.resolver.root
        return Schema(value, base, pointer, self)

    def node(self, schema: Schema, followed: tuple[int, ...] = ()) -> Node:
        """What kind of schema stands at a place; references are followed. ``followed`` are those that led here."""
        key = id(schema.value)
        if key not in self._nodes:
            if self.merges and (key in self._making or len(self._making) > _DEEPEST_MERGE):
                # What is made of itself, or of very much, stays as it is written.
                return self._made(schema, followed)
            self._making.append(key)
            made = self._made(schema, followed)
            self._nodes[key] = simplified(made, self._standing_for) if self.merges else made
            self._making.pop()
            # What it is known by here must not be given to another value meanwhile.
            self._parts.append(schema.value)
        return self._nodes[key]

    def merging(self) -> "JsonSchema":
        """The same document, with spellings of one schema made the same."""
        return JsonSchema(self.document, self.resolver, self.hides_siblings, self.others, merges=True)

    def referred(self, schema: Schema) -> Schema | None:
        """What the schema at a place refers to, None when it refers to nothing."""
        return self._target(schema.value, schema) if isinstance(schema.value, dict) else None

    def _made(self, schema: Schema, followed: tuple[int, ...]) -> Node:
        value = schema.value
        if value is False:
            return Never(schema.pointer)
        if not isinstance(value, dict):
            return Always(schema.pointer)
        parts = [*self._parts_of(value, schema)]
        if not parts:
            return Always(schema.pointer)
        if len(parts) == 1:
            return self._followed(parts[0], (*followed, id(value))) if isinstance(parts[0], Schema) else parts[0]
        members = tuple(part if isinstance(part, Schema) else self._standing_for(part) for part in parts)
        return Combined(Criterion.ALL, members, schema.pointer)

    def _followed(self, target: Schema, followed: tuple[int, ...]) -> Node:
        if id(target.value) in followed or len(followed) > _LONGEST_CHAIN:
            # References that lead back to where they began say nothing of any value.
            return Always(target.pointer)
        return self.node(target, followed)

    def _standing_for(self, node: Node) -> Schema:
        stand_in: JsonValue = {}
        self._nodes[id(stand_in)] = node
        self._parts.append(stand_in)
        return Schema(stand_in, "", node.pointer, self)

    def _parts_of(self, value: JsonObject, schema: Schema) -> Iterator[Node | Schema]:
        target = self._target(value, schema)
        if target is not None:
            yield target
            if self.hides_siblings:
                return
        if isinstance(value.get("enum"), list):
            yield _constants("enum", value["enum"], schema)
        if "const" in value:
            yield _constants("const", [value["const"]], schema)
        for criterion in Criterion:
            members = value.get(criterion.value)
            if isinstance(members, list) and members:
                yield Combined(criterion, tuple(_items(schema, criterion.value, members)), schema.pointer)
        if "not" in value:
            yield Not(_member(schema, "not"), schema.pointer)
        if "if" in value:
            condition = safe_json.canonical(value["if"]).decode()
            yield Conditional(condition, _member(schema, "then"), _member(schema, "else"), schema.pointer)
        yield from self._typed(value, schema)

    def _target(self, value: JsonObject, schema: Schema) -> Schema | None:
        reference = value.get("$ref", value.get("$dynamicRef", value.get("$recursiveRef")))
        if not isinstance(reference, str):
            return None
        seen: set[int] = set()
        base = schema.base
        for _ in range(_LONGEST_CHAIN):
            found = self.resolver.find(reference, base)
            if found is None:
                return None
            place, base, pointer = found
            only = isinstance(place, dict) and isinstance(place.get("$ref"), str) and len(place) == 1
            if not only or id(place) in seen:
                return Schema({} if only else place, base, pointer, self)
            seen.add(id(place))
            assert isinstance(place, dict)
            reference = str(place["$ref"])
        return None

    def _typed(self, value: JsonObject, schema: Schema) -> Iterator[Node]:
        kinds = value.get("type")
        if isinstance(kinds, str):
            yield _of_type(kinds, value, schema)
        elif isinstance(kinds, list) and kinds:
            nodes = [_of_type(str(kind), value, schema) for kind in kinds]
            if len(nodes) == 1:
                yield nodes[0]
            else:
                yield Combined(Criterion.ANY, tuple(map(self._standing_for, nodes)), schema.pointer)
        else:
            kind = next((kind for kind, keywords in _KEYWORDS.items() if not keywords.isdisjoint(value)), None)
            if kind:
                yield _of_type(kind, value, schema)


def read_schema(document: JsonValue, others: Mapping[str, JsonValue] | None = None) -> JsonSchema:
    """A schema document, with the documents that it may refer to by their URI."""
    dialect = document.get("$schema") if isinstance(document, dict) else None
    hides = not isinstance(dialect, str) or any(draft in dialect for draft in _OLD_DRAFTS)
    return JsonSchema(document, Resolver(document, others or {}), hides, others or {})


def _constants(keyword: str, values: JsonValue, schema: Schema) -> Constants:
    assert isinstance(values, list)
    keys = frozenset(safe_json.canonical(whole(value)).decode() for value in values)
    return Constants(keyword, keys, schema.pointer)


def whole(value: JsonValue) -> JsonValue:
    """1 and 1.0 are the same number in JSON Schema."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {key: whole(member) for key, member in value.items()} if isinstance(value, dict) else value


def _of_type(kind: str, value: JsonObject, schema: Schema) -> Node:
    if kind == "object":
        return _object(value, schema)
    if kind == "array":
        return _array(value, schema)
    if kind in {"number", "integer"}:
        return _number(kind, value, schema)
    pattern = value.get("pattern")
    is_text = kind == "string"
    bounds = _bounds(value, "minLength", "maxLength") if is_text else {}
    return Scalar(kind, schema.pointer, bounds, pattern if is_text and isinstance(pattern, str) else None)


def _number(kind: str, value: JsonObject, schema: Schema) -> Number:
    bounds = _bounds(value, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    for end in ("Minimum", "Maximum"):
        # In draft 4 the bound is one keyword, and whether it is exclusive another.
        if value.get(f"exclusive{end}") is True and end.lower() in bounds:
            bounds[f"exclusive{end}"] = bounds.pop(end.lower())
    multiple = value.get("multipleOf")
    is_number = isinstance(multiple, int | float) and not isinstance(multiple, bool)
    return Number(schema.pointer, bounds, kind == "integer", float(multiple) if is_number else None)  # type: ignore[arg-type]


def _object(value: JsonObject, schema: Schema) -> Object:
    properties = dict(_members(schema, "properties"))
    together: dict[str, frozenset[str]] = {}
    dependent: dict[str, Schema] = {}
    for keyword in ("dependencies", "dependentRequired", "dependentSchemas"):
        for name, each in _members(schema, keyword):
            if isinstance(each.value, list):
                together[name] = frozenset(map(str, each.value))
            else:
                dependent[name] = each
    required = value.get("required")
    return Object(
        pointer=schema.pointer,
        bounds=_bounds(value, "minProperties", "maxProperties"),
        properties=properties,
        patterns=dict(_members(schema, "patternProperties")),
        rest=_rest(value, schema, "additionalProperties", "unevaluatedProperties"),
        required=frozenset(map(str, required)) if isinstance(required, list) else frozenset(),
        defaulted=frozenset(name for name, each in properties.items() if _has_default(each)),
        required_together=together,
        dependent=dependent,
    )


def _has_default(schema: Schema) -> bool:
    return isinstance(schema.value, dict) and "default" in schema.value


def _array(value: JsonObject, schema: Schema) -> Array:
    prefix_name = "prefixItems" if "prefixItems" in value else "items"
    prefix = value.get(prefix_name)
    # Up to 2019-09 a list of items is followed by additionalItems, from 2020-12 on prefixItems are followed by items.
    rest_name = "additionalItems" if isinstance(value.get("items"), list) else "items"
    rest = _rest(value, schema, rest_name, "unevaluatedItems")
    return Array(
        pointer=schema.pointer,
        bounds=_bounds(value, "minItems", "maxItems", "minContains", "maxContains"),
        prefix=tuple(_items(schema, prefix_name, prefix)) if isinstance(prefix, list) else (),
        rest=rest,
        contains=_member(schema, "contains") if "contains" in value else None,
        unique=value.get("uniqueItems") is True,
    )


def _rest(value: JsonObject, schema: Schema, keyword: str, fallback: str) -> Schema:
    """What the keyword demands of all the rest, or else the newer keyword that sees further; nothing without either."""
    name = keyword if keyword in value else fallback
    return _member(schema, name) if name in value else Schema(True, "", schema.pointer, schema.nodes)


def _inside(schema: Schema, value: JsonValue, pointer: str) -> Schema:
    return Schema(value, base_of(value, schema.base), pointer, schema.nodes)


def _member(schema: Schema, key: str) -> Schema:
    assert isinstance(schema.value, dict)
    return _inside(schema, schema.value.get(key, True), child(schema.pointer, key))


def _members(schema: Schema, key: str) -> Iterator[tuple[str, Schema]]:
    assert isinstance(schema.value, dict)
    members = schema.value.get(key)
    if isinstance(members, dict):
        for name, each in members.items():
            yield name, _inside(schema, each, child(child(schema.pointer, key), name))


def _items(schema: Schema, key: str, items: list[JsonValue]) -> Iterator[Schema]:
    for index, each in enumerate(items):
        yield _inside(schema, each, child(child(schema.pointer, key), index))


def _bounds(value: JsonObject, *names: str) -> dict[str, float]:
    found = ((name, value.get(name)) for name in names)
    return {name: each for name, each in found if isinstance(each, int | float) and not isinstance(each, bool)}
