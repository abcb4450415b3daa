"""The part of a large schema that one value has to do with.

The types of a document often all lead to one another. What a validator costs goes with the schemas that it is made of,
and a pact's example touches a few of them: those that no part of the value gets to are never asked.
"""

from collections.abc import Iterator

from contracthub.formats.comparisons.pact_openapi.our_schemas import Rewriting
from contracthub.formats.safe_json import JsonObject, JsonValue

_LISTS = ("allOf", "anyOf", "oneOf")
_IN_PLACE = ("not", "if", "then", "else")
_OF_ALL_MEMBERS = ("additionalProperties", "unevaluatedProperties")
_OF_ALL_ITEMS = ("items", "contains", "unevaluatedItems")
_PREFIX = "#/definitions/"


def reached(root: JsonValue, definitions: Rewriting, value: JsonValue) -> frozenset[str]:
    """The definitions that are asked when the value is held against the schema, by name."""
    names: set[str] = set()
    todo: list[tuple[JsonValue, JsonValue]] = [(root, value)]
    seen: set[tuple[int, int]] = set()
    while todo:
        schema, part = todo.pop()
        key = (id(schema), id(part))
        if not isinstance(schema, dict) or key in seen:
            continue
        seen.add(key)
        name = _referred(schema)
        if name in definitions:
            names.add(name)
            todo.append((definitions[name], part))
        todo += [(each, part) for each in _of_the_same(schema)]
        if isinstance(part, dict):
            todo += _of_members(schema, part)
        elif isinstance(part, list):
            todo += _of_items(schema, part)
    return frozenset(names)


def reachable(root: JsonValue, definitions: Rewriting, most: int) -> frozenset[str] | None:
    """The definitions that any value may get to; ``None`` where there are more than ``most``."""
    names: set[str] = set()
    todo: list[JsonValue] = [root]
    while todo and len(names) <= most:
        node = todo.pop()
        if isinstance(node, dict):
            name = _referred(node)
            if name in definitions and name not in names:
                names.add(name)
                todo.append(definitions[name])
            todo += [each for key, each in node.items() if key not in {"enum", "const"}]
        elif isinstance(node, list):
            todo += node
    return frozenset(names) if len(names) <= most else None


def pruned(root: JsonObject, definitions: Rewriting, names: frozenset[str]) -> JsonObject:
    """The schema with these definitions; others that it names allow anything, since they are never asked."""
    kept: dict[str, JsonValue] = {name: definitions[name] for name in sorted(names)}
    todo: list[JsonValue] = [root, *kept.values()]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            name = _referred(node)
            if name in definitions:
                kept.setdefault(name, True)
            todo += [each for key, each in node.items() if key not in {"enum", "const"}]
        elif isinstance(node, list):
            todo += node
    return {**root, "definitions": kept} if kept else root


def _referred(schema: JsonObject) -> str:
    reference = schema.get("$ref")
    return reference.removeprefix(_PREFIX) if isinstance(reference, str) else ""


def _of_the_same(schema: JsonObject) -> Iterator[JsonValue]:
    for keyword in _LISTS:
        branches = schema.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    for keyword in _IN_PLACE:
        yield schema.get(keyword)
    dependent = schema.get("dependentSchemas")
    yield from dependent.values() if isinstance(dependent, dict) else ()


def _of_members(schema: JsonObject, value: JsonObject) -> Iterator[tuple[JsonValue, JsonValue]]:
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    if isinstance(properties, dict):
        yield from ((properties[name], each) for name, each in value.items() if name in properties)
    anywhere = [schema.get(keyword) for keyword in _OF_ALL_MEMBERS]
    anywhere += patterns.values() if isinstance(patterns, dict) else ()
    yield from ((one, each) for one in anywhere if isinstance(one, dict) for each in value.values())
    yield from ((schema.get("propertyNames"), name) for name in value)


def _of_items(schema: JsonObject, value: list[JsonValue]) -> Iterator[tuple[JsonValue, JsonValue]]:
    listed = schema.get("prefixItems")
    yield from zip(listed, value, strict=False) if isinstance(listed, list) else ()
    anywhere = [schema.get(keyword) for keyword in _OF_ALL_ITEMS]
    yield from ((one, each) for one in anywhere if isinstance(one, dict) for each in value)
