"""Walks two JSON Schemas side by side, for all that the registry's relation does not look at.

What a schema says is gathered from it, from what it refers to and from the members of ``allOf``: whether something is
written in place, referred to or put together makes no change.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracthub.formats import safe_json
from contracthub.formats.findings import Broken, Finding, value_of
from contracthub.formats.jsonschema.model import Schema
from contracthub.formats.jsonschema.reading import whole
from contracthub.formats.jsonschema.resolution import base_of
from contracthub.formats.pairs import MOST_COMPARISONS
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

_DOCS = frozenset({"title", "description", "$comment", "examples", "example", "externalDocs"})
_FORMATS = frozenset({"format", "contentEncoding", "contentMediaType", "contentSchema"})
_ACCESS = frozenset({"readOnly", "writeOnly"})
_RULES: Mapping[str, str] = {
    **dict.fromkeys(_DOCS, "doc-changed"),
    **dict.fromkeys(_FORMATS, "format-changed"),
    **dict.fromkeys(_ACCESS, "access-changed"),
    "propertyNames": "property-names-changed",
}
# What the relation decides about, what is walked into, and what only names places.
_DECIDED = frozenset(
    {
        *("type", "enum", "const", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "multipleOf", "pattern"),
        *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "uniqueItems"),
        *("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains", "contains", "items"),
        *("prefixItems", "additionalItems", "unevaluatedItems", "properties", "required", "patternProperties"),
        *("additionalProperties", "unevaluatedProperties", "dependencies", "dependentRequired", "dependentSchemas"),
        *("$ref", "$dynamicRef", "$recursiveRef", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"),
        *("$schema", "$defs", "definitions", "$vocabulary"),
    }
)
_INNER = ("items", "additionalItems", "additionalProperties", "contains", "not", "then", "else", "propertyNames")
_STEPS = {"items": "[*]", "additionalItems": "[*]", "contains": "[*]", "additionalProperties": ".*"}
_LISTS = ("anyOf", "oneOf", "prefixItems", "items")
_MOST_LAYERS = 1_000


@dataclass(slots=True)
class _View:
    """What is said about one value, all layers together; the first to say something counts."""

    pointer: str
    keywords: dict[str, tuple[JsonValue, Schema]] = field(default_factory=dict)
    properties: dict[str, Schema] = field(default_factory=dict)
    patterns: dict[str, Schema] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    pointers: set[str] = field(default_factory=set)

    def value(self, keyword: str) -> JsonValue:
        """What a keyword says, None where nobody says it."""
        return self.keywords[keyword][0] if keyword in self.keywords else None


class Walk:
    """Finds what ``broken`` does not say already. Every pair of schemas is looked at once, at its nearest place."""

    def __init__(self, old: Schema, new: Schema, broken: Collection[Broken]) -> None:
        self._told: dict[str, list[Broken]] = {}
        for each in broken:
            if "PROPERTY" in each.rule:
                self._told.setdefault(each.location.rpartition(".")[2], []).append(each)
        self._patterns = {
            (each.pointer_old, each.pointer_new) for each in broken if each.rule.startswith("ADDITIONAL_PROP")
        }
        self._todo: deque[tuple[Schema, Schema, str]] = deque([(old, new, "$")])
        self._seen: set[tuple[int, int]] = set()
        self._kept: list[tuple[Schema, Schema]] = []

    def findings(self) -> Iterator[Finding]:
        """Everything found, nearest first."""
        while self._todo and len(self._seen) < MOST_COMPARISONS:
            old, new, path = self._todo.popleft()
            key = id(old.value), id(new.value)
            if key not in self._seen and isinstance(old.value, dict) and isinstance(new.value, dict):
                self._seen.add(key)
                # Values that are compared by where they are in memory have to stay there.
                self._kept.append((old, new))
                yield from self._of(_view(old), _view(new), path)

    def _of(self, old: _View, new: _View, path: str) -> Iterator[Finding]:
        yield from _of_keywords(old, new, path)
        yield from self._of_properties(old, new, path)
        for keyword in _INNER:
            one, other = _inner(old, keyword), _inner(new, keyword)
            if one is not None and other is not None:
                self._todo.append((one, other, path + _STEPS.get(keyword, "")))
        for keyword in _LISTS:
            olds, news = _list(old, keyword), _list(new, keyword)
            if len(olds) == len(news):
                step = "[*]" if keyword in {"items", "prefixItems"} else ""
                pairs = zip(olds, news, strict=True) if step else _members_paired(olds, news)
                self._todo.extend((one, other, path + step) for one, other in pairs)

    def _of_properties(self, old: _View, new: _View, path: str) -> Iterator[Finding]:
        for name, schema in old.properties.items():
            place = f"{path}.{name}"
            if name in new.properties:
                self._todo.append((schema, new.properties[name], place))
            elif not self._is_told(name, old, new):
                yield Finding("property-removed", place, schema.pointer, None)
        for name, schema in new.properties.items():
            if name not in old.properties and not self._is_told(name, old, new):
                yield Finding("property-added", f"{path}.{name}", None, schema.pointer)
        for name in sorted(old.required ^ new.required):
            if name in old.properties and name in new.properties and _is_defaulted(name, old, new):
                values = value_of(name in old.required), value_of(name in new.required)
                where = old.properties[name].pointer, new.properties[name].pointer
                yield Finding("required-with-default-changed", f"{path}.{name}", *where, "", *values)
        for pattern in sorted(old.patterns.keys() | new.patterns.keys()):
            if pattern in old.patterns and pattern in new.patterns:
                self._todo.append((old.patterns[pattern], new.patterns[pattern], f"{path}.*"))
            else:
                came = pattern in new.patterns
                values = (None, value_of(pattern)) if came else (value_of(pattern), None)
                yield Finding("pattern-properties-changed", path, old.pointer, new.pointer, "", *values)

    def _is_told(self, name: str, old: _View, new: _View) -> bool:
        return any(
            each.pointer_old in old.pointers or each.pointer_new in new.pointers
            for each in self._told.get(name.rpartition(".")[2], ())
        )


def _of_keywords(old: _View, new: _View, path: str) -> Iterator[Finding]:
    for keyword in sorted((old.keywords.keys() | new.keywords.keys()) - _DECIDED):
        one, other = old.value(keyword), new.value(keyword)
        if safe_json.canonical(whole(one)) == safe_json.canonical(whole(other)) and _agree(keyword, old, new):
            continue
        if keyword == "deprecated":
            if (one is True) is not (other is True):
                yield _at("deprecated" if other is True else "reactivated", path, old, new, (None, None))
        elif keyword == "default":
            how = "added" if keyword not in old.keywords else "removed" if keyword not in new.keywords else "changed"
            yield _at(f"default-{how}", path, old, new, (one, other))
        elif keyword == "propertyNames" and keyword in old.keywords and keyword in new.keywords:
            # What is inside of both is walked into; only what decides about names is told here.
            if _bare(one) != _bare(other):
                yield _at("property-names-changed", path, old, new, (one, other))
        else:
            yield _at(_RULES.get(keyword, "keyword-changed"), path, old, new, (one, other))


def _agree(keyword: str, old: _View, new: _View) -> bool:
    return (keyword in old.keywords) is (keyword in new.keywords)


def _bare(schema: JsonValue) -> bytes:
    if not isinstance(schema, dict):
        return safe_json.canonical(schema)
    return safe_json.canonical({key: value for key, value in schema.items() if key in _DECIDED})


def _at(rule: str, path: str, old: _View, new: _View, values: tuple[JsonValue, JsonValue]) -> Finding:
    return Finding(rule, path, old.pointer, new.pointer, "", value_of(values[0]), value_of(values[1]))


def _is_defaulted(name: str, *views: _View) -> bool:
    """Whether the relation passes over a demand, because something stands for what is missing."""
    schemas = (view.properties[name].value for view in views if name in view.required)
    return all(isinstance(each, dict) and "default" in each for each in schemas)


def _view(schema: Schema) -> _View:
    view = _View(schema.pointer)
    todo, seen = deque([schema]), set[int]()
    while todo and len(seen) < _MOST_LAYERS:
        layer = todo.popleft()
        if id(layer.value) in seen or not isinstance(layer.value, dict):
            continue
        seen.add(id(layer.value))
        view.pointers.add(layer.pointer)
        target = layer.nodes.referred(layer)
        if target is not None:
            todo.append(target)
            if layer.nodes.hides_siblings:
                continue
        _add(view, layer)
        # One member alone counts as if it stood in the place of the combination.
        for keyword in ("allOf", "anyOf", "oneOf"):
            members = layer.value.get(keyword)
            if isinstance(members, list) and (keyword == "allOf" or len(members) == 1):
                todo.extend(_inside(layer, keyword, each, index) for index, each in enumerate(members))
    return view


def _add(view: _View, layer: Schema) -> None:
    assert isinstance(layer.value, dict)
    for keyword, value in layer.value.items():
        view.keywords.setdefault(keyword, (value, layer))
    for keyword, into in (("properties", view.properties), ("patternProperties", view.patterns)):
        members = layer.value.get(keyword)
        if isinstance(members, dict):
            for name, each in members.items():
                into.setdefault(name, _inside(layer, keyword, each, name))
    required = layer.value.get("required")
    if isinstance(required, list):
        view.required.update(map(str, required))


def _members_paired(olds: Sequence[Schema], news: Sequence[Schema]) -> Iterator[tuple[Schema, Schema]]:
    """The members of two unions: those that are written alike, then the rest in their order."""
    left = dict(enumerate(news))
    rest: list[Schema] = []
    for each in olds:
        same = next((index for index, other in left.items() if other.value == each.value), None)
        if same is None:
            rest.append(each)
        else:
            yield each, left.pop(same)
    yield from zip(rest, left.values(), strict=True)


def _inside(holder: Schema, keyword: str, value: JsonValue, step: str | int | None = None) -> Schema:
    pointer = child(holder.pointer, keyword)
    if step is not None:
        pointer = child(pointer, step)
    return Schema(value, base_of(value, holder.base), pointer, holder.nodes)


def _inner(view: _View, keyword: str) -> Schema | None:
    if keyword not in view.keywords:
        return None
    value, holder = view.keywords[keyword]
    return _inside(holder, keyword, value) if isinstance(value, dict) else None


def _list(view: _View, keyword: str) -> list[Schema]:
    if keyword not in view.keywords:
        return []
    value, holder = view.keywords[keyword]
    members = value if isinstance(value, list) else []
    if keyword in {"anyOf", "oneOf"} and len(members) == 1:
        return []
    return [_inside(holder, keyword, each, index) for index, each in enumerate(members)]
