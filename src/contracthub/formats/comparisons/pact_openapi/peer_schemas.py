"""Schemas as the peer rewrites them before it validates, with what it loses on the way (bidirectional §6)."""

from collections.abc import Iterator
from copy import deepcopy

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.references import Place, lookup
from contracthub.formats.comparisons.pact_openapi.switches import Rules, Switch
from contracthub.formats.comparisons.pact_openapi.text_values import types_of
from contracthub.formats.safe_json import JsonObject, JsonValue

DEFINITIONS = "definitions"
_DESCENDED_ONCE = ("properties", "oneOf", "anyOf", "not", "items", "additionalProperties")
DEEPEST = 60


def peer_schema(
    document: JsonObject, place: Place, rules: Rules, *, response: bool
) -> tuple[JsonValue, dict[str, str]]:
    """The schema to validate with, and where each of its definitions comes from.

    Raises ``Invalid`` for a reference out of the document, and for a discriminator that can't be worked out.
    """
    return _Rewriting(document, rules, response=response).rewritten(place)


def message_schema(document: JsonObject, place: Place, *, received: bool) -> tuple[JsonValue, dict[str, str]]:
    """The same for the payload or headers of a message: only what is received is rewritten, by steps 6 and 7 alone."""
    return _Rewriting(document, Rules(), response=received).gathered(place)


class _Rewriting:
    def __init__(self, document: JsonObject, rules: Rules, *, response: bool) -> None:
        self._document = document
        self._rules = rules
        self._response = response
        self._names: dict[str, str] = {}
        self._origins: dict[str, str] = {}
        self._definitions: dict[str, JsonValue] = {}
        self._made_nullable: set[str] = set()
        self._flat: dict[str, JsonValue] = {}
        self._being_flattened: set[str] = set()

    def rewritten(self, place: Place) -> tuple[JsonValue, dict[str, str]]:
        """Root and definitions, by all steps."""
        root = deepcopy(place.value)
        if isinstance(root, dict):
            root.pop("description", None)
            root.pop("example", None)
        self._gather(root)
        for schema in self._all(root):
            self._discriminator(schema)
        root = self._flattened(root, 0)
        self._definitions = {name: self._flattened(each, 0) for name, each in self._definitions.items()}
        for schema in self._all(root):
            self._nullable(schema)
            _exclusive_bounds(schema)
        self._make_nullable()
        if self._response:
            self._close(root)
        return self._with_definitions(root)

    def gathered(self, place: Place) -> tuple[JsonValue, dict[str, str]]:
        """Root and definitions, closed where they are received."""
        root = deepcopy(place.value)
        self._gather(root)
        if self._response:
            self._close(root)
        return self._with_definitions(root)

    def _with_definitions(self, root: JsonValue) -> tuple[JsonValue, dict[str, str]]:
        if isinstance(root, dict) and self._definitions:
            root = {**root, DEFINITIONS: dict(self._definitions)}
        return root, self._origins

    def _all(self, root: JsonValue) -> "Iterator[JsonObject]":
        for top in (root, *self._definitions.values()):
            yield from _walked(top)

    def _gather(self, root: JsonValue) -> None:
        """Every reference becomes one to a definition of the root's own."""
        todo = [root]
        while todo:
            for holder in _objects_in(todo.pop()):
                reference = holder.get("$ref")
                if not isinstance(reference, str):
                    continue
                if reference not in self._names:
                    found = lookup(self._document, reference)
                    name = f"d{len(self._names)}"
                    self._names[reference] = name
                    self._origins[name] = found.pointer if found else ""
                    self._definitions[name] = deepcopy(found.value) if found else {}
                    todo.append(self._definitions[name])
                holder["$ref"] = f"#/{DEFINITIONS}/{self._names[reference]}"

    def _discriminator(self, schema: JsonObject) -> None:
        said = schema.pop("discriminator", None)
        branches = schema.get("oneOf")
        if not isinstance(said, dict) or not isinstance(branches, list):
            return
        tag, mapping = said.get("propertyName"), said.get("mapping")
        if not isinstance(tag, str):
            return
        required = schema.get("required")
        schema["required"] = [*(required if isinstance(required, list) else []), tag]
        schema["oneOf"] = [self._tagged(tag, mapping, each) for each in branches]

    def _tagged(self, tag: str, mapping: JsonValue, branch: JsonValue) -> JsonValue:
        values = self._values_of(tag, mapping, branch)
        if not values:
            told = f"discriminator: mapping of {tag!r} does not correspond to any oneOf"
            raise Invalid("discriminator", told)
        return {"allOf": [branch], "properties": {tag: {"enum": values}}}

    def _values_of(self, tag: str, mapping: JsonValue, branch: JsonValue) -> list[JsonValue]:
        name = str(branch.get("$ref", "")).rpartition("/")[2] if isinstance(branch, dict) else ""
        if isinstance(mapping, dict) and mapping:
            reference = next((each for each, known in self._names.items() if known == name), None)
            return [value for value, target in mapping.items() if target == reference]
        whole = self._definitions.get(name, branch)
        properties = whole.get("properties") if isinstance(whole, dict) else None
        said = properties.get(tag) if isinstance(properties, dict) else None
        if isinstance(said, dict):
            if "const" in said:
                return [said["const"]]
            if isinstance(said.get("enum"), list):
                return list(said["enum"])  # type: ignore[arg-type]
        return []

    def _nullable(self, schema: JsonObject) -> None:
        if schema.pop("nullable", None) is not True:
            return
        reference = schema.get("$ref")
        if isinstance(reference, str) and self._response:
            self._made_nullable.add(reference.rpartition("/")[2])
            return
        schema["type"] = [*(types_of(schema) or ("object",)), "null"]

    def _make_nullable(self) -> None:
        for name in self._made_nullable:
            schema = self._definitions[name]
            if isinstance(schema, dict) and "null" not in types_of(schema):
                schema["type"] = [*(types_of(schema) or ("object",)), "null"]

    def _flattened(self, schema: JsonValue, depth: int) -> JsonValue:
        if not isinstance(schema, dict) or depth > DEEPEST:
            return schema
        branches = schema.get("allOf")
        if isinstance(branches, list):
            merged: JsonValue = {name: value for name, value in schema.items() if name != "allOf"}
            for branch in branches:
                merged = self._merged(merged, self._flattened_branch(branch, depth + 1))
            schema = merged if isinstance(merged, dict) else schema
        for name in _DESCENDED_ONCE:
            inside = schema.get(name)
            if inside is None:
                continue
            if name == "properties" and isinstance(inside, dict):
                schema = {**schema, name: {key: self._flattened(each, depth + 1) for key, each in inside.items()}}
            elif isinstance(inside, list):
                schema = {**schema, name: [self._flattened(each, depth + 1) for each in inside]}
            else:
                schema = {**schema, name: self._flattened(inside, depth + 1)}
            break
        return schema

    def _flattened_branch(self, branch: JsonValue, depth: int) -> JsonValue:
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if not isinstance(reference, str):
            return self._flattened(branch, depth)
        if reference not in self._flat:
            if reference in self._being_flattened:
                raise Invalid("recursive-all-of", "A schema is in its own allOf, which can't be compared in this mode.")
            self._being_flattened.add(reference)
            self._flat[reference] = self._flattened(self._behind(branch), depth)
        return self._flat[reference]

    def _merged(self, one: JsonValue, other: JsonValue) -> JsonValue:
        if isinstance(one, dict) and isinstance(other, dict):
            if one != other:
                one, other = self._behind(one), self._behind(other)
            if not isinstance(one, dict) or not isinstance(other, dict):
                return other
            both = dict(one)
            for name, value in other.items():
                both[name] = self._merged(both[name], value) if name in both else value
            return both
        if isinstance(one, list) and isinstance(other, list):
            both_ways = [self._merged(mine, theirs) for mine, theirs in zip(one, other, strict=False)]
            return [*both_ways, *one[len(both_ways) :], *other[len(both_ways) :]]
        return other

    def _behind(self, branch: JsonValue) -> JsonValue:
        for _ in range(DEEPEST):
            if not isinstance(branch, dict) or not isinstance(branch.get("$ref"), str):
                return branch
            branch = self._definitions.get(str(branch["$ref"]).rpartition("/")[2], {})
        return {}

    def _close(self, root: JsonValue) -> None:
        leave_nullable = not self._rules.has(Switch.NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA)
        for schema in list(self._all(root)):
            alternatives = any(name in schema for name in ("oneOf", "anyOf", "allOf"))
            closed = schema.get("type") == "object" and not alternatives
            if closed and schema.get("additionalProperties", True) is True and (leave_nullable or closed):
                schema["additionalProperties"] = False
            if "oneOf" not in schema:
                schema.pop("required", None)


def _objects_in(value: JsonValue) -> "Iterator[JsonObject]":
    todo = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo += node.values()
        elif isinstance(node, list):
            todo += node


def _walked(schema: JsonValue) -> "Iterator[JsonObject]":
    """The schemas that the peer's steps reach, the outer ones first."""
    todo = [schema]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        yield node
        for name in ("allOf", "oneOf", "anyOf"):
            inside = node.get(name)
            todo += inside if isinstance(inside, list) else []
        properties = node.get("properties")
        todo += properties.values() if isinstance(properties, dict) else []
        for name in ("not", "items", "additionalProperties"):
            inside = node.get(name)
            todo += inside if isinstance(inside, list) else [inside]


def _exclusive_bounds(schema: JsonObject) -> None:
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        said = schema.get(exclusive)
        if isinstance(said, bool):
            del schema[exclusive]
            if said and bound in schema:
                schema[exclusive] = schema.pop(bound)
