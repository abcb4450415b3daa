"""Ways to write the same API otherwise. Each takes a whole description (3.1) and gives one that means the same."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
Refactoring = Callable[[random.Random, Document], None]
_PREFIX = "#/components/schemas/"
_LISTS = ("oneOf", "anyOf", "allOf", "prefixItems")
_ONES = ("items", "additionalProperties", "not")


def spots(document: Document) -> Iterator[tuple[Any, Any]]:
    """Every place of a schema, as holder and key."""
    for name in document["components"]["schemas"]:
        yield document["components"]["schemas"], name
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if "schema" in parameter:
                    yield parameter, "schema"
            if isinstance(operation, dict):
                for message in (operation.get("requestBody", {}), *operation.get("responses", {}).values()):
                    for media in message.get("content", {}).values():
                        yield media, "schema"


def inside(holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    """The place and all places of schemas inside of it."""
    schema = holder[key]
    yield holder, key
    if isinstance(schema, dict):
        for keyword in _ONES:
            if keyword in schema:
                yield from inside(schema, keyword)
        for keyword in _LISTS:
            for index in range(len(schema.get(keyword, []))):
                yield from inside(schema[keyword], index)
        for name in schema.get("properties", {}):
            yield from inside(schema["properties"], name)


def a_spot(chance: random.Random, document: Document, fits: Callable[[dict[str, Any]], bool]) -> tuple[Any, Any] | None:
    """A place of a schema that fits."""
    found = [
        (holder, key)
        for spot in spots(document)
        for holder, key in inside(*spot)
        if isinstance(holder[key], dict) and fits(holder[key])
    ]
    return chance.choice(found) if found else None


def _is_plain(schema: dict[str, Any]) -> bool:
    return "$ref" not in schema


def inline_a_reference(chance: random.Random, document: Document) -> None:
    """What is referred to stands in the place of the reference."""
    spot = a_spot(chance, document, lambda schema: set(schema) == {"$ref"})
    if spot is not None:
        holder, key = spot
        holder[key] = deepcopy(document["components"]["schemas"][holder[key]["$ref"].removeprefix(_PREFIX)])


def name_a_schema(chance: random.Random, document: Document) -> None:
    """A schema becomes a component."""
    spot = a_spot(chance, document, lambda _: True)
    if spot is not None:
        holder, key = spot
        name = f"New{len(document['components']['schemas'])}"
        schema = holder[key]
        holder[key] = {"$ref": _PREFIX + name}
        document["components"]["schemas"][name] = schema


def wrap_in_all_of(chance: random.Random, document: Document) -> None:
    """A schema becomes the one member of allOf, oneOf or anyOf."""
    spot = a_spot(chance, document, lambda _: True)
    if spot is not None:
        holder, key = spot
        holder[key] = {chance.choice(["allOf", "allOf", "oneOf", "anyOf"]): [holder[key]]}


def split_into_all_of(chance: random.Random, document: Document) -> None:
    """Keywords that do not look at each other are said by two members of allOf."""
    spot = a_spot(chance, document, lambda schema: _is_plain(schema) and "additionalProperties" not in schema)
    if spot is not None:
        holder, key = spot
        schema = holder[key]
        first = {keyword: each for keyword, each in schema.items() if chance.random() < 0.5}
        second = {keyword: each for keyword, each in schema.items() if keyword not in first}
        holder[key] = {"allOf": [first, second]}


def list_the_type(chance: random.Random, document: Document) -> None:
    """``type: a`` becomes ``type: [a]``."""
    spot = a_spot(chance, document, lambda schema: isinstance(schema.get("type"), str))
    if spot is not None:
        spot[0][spot[1]]["type"] = [spot[0][spot[1]]["type"]]


def say_null_otherwise(chance: random.Random, document: Document) -> None:
    """A type list with null becomes a union of the schema and null."""
    spot = a_spot(
        chance,
        document,
        lambda schema: (
            isinstance(schema.get("type"), list)
            and "null" in schema["type"]
            and len(schema["type"]) == 2
            and not {"enum", "const", "default", "readOnly", "writeOnly", "deprecated"} & schema.keys()
        ),
    )
    if spot is not None:
        holder, key = spot
        schema = holder[key]
        kind = next(kind for kind in schema["type"] if kind != "null")
        holder[key] = {chance.choice(["anyOf", "oneOf"]): [{**schema, "type": kind}, {"type": "null"}]}


def repeat_values(chance: random.Random, document: Document) -> None:
    """The values of a list come twice, in another order."""
    spot = a_spot(chance, document, lambda schema: isinstance(schema.get("enum"), list))
    if spot is not None:
        values = spot[0][spot[1]]["enum"]
        spot[0][spot[1]]["enum"] = [*values[::-1], *values[:1]]


def say_values_as_constants(chance: random.Random, document: Document) -> None:
    """A list of values becomes a union of constants, or one constant."""
    spot = a_spot(chance, document, lambda schema: isinstance(schema.get("enum"), list) and "const" not in schema)
    if spot is not None:
        schema = spot[0][spot[1]]
        values = list(dict.fromkeys(schema.pop("enum")))
        if len(values) == 1:
            schema["const"] = values[0]
        elif not {"oneOf", "anyOf"} & schema.keys():
            schema[chance.choice(["oneOf", "anyOf"])] = [{"const": value} for value in values]
        else:
            schema["enum"] = values


def say_what_says_nothing(chance: random.Random, document: Document) -> None:
    """Keywords with the value that they have anyway."""
    spot = a_spot(chance, document, _is_plain)
    if spot is not None:
        schema = spot[0][spot[1]]
        neutral = {"minLength": 0, "minItems": 0, "required": [], "uniqueItems": False, "deprecated": False}
        for keyword, value in {**neutral, "description": "text", "x-owner": "us", "additionalProperties": True}.items():
            if chance.random() < 0.4:
                schema.setdefault(keyword, value)


def change_the_order(chance: random.Random, document: Document) -> None:
    """Keys, required names and members come in another order."""
    spot = a_spot(chance, document, lambda _: True)
    if spot is not None:
        holder, key = spot
        schema = dict(reversed(holder[key].items()))
        for keyword in ("required", "oneOf", "anyOf", "allOf"):
            if isinstance(schema.get(keyword), list):
                schema[keyword] = schema[keyword][::-1]
        if isinstance(schema.get("properties"), dict):
            schema["properties"] = dict(reversed(schema["properties"].items()))
        holder[key] = schema


def rename_a_component(chance: random.Random, document: Document) -> None:
    """A component is called otherwise."""
    old = chance.choice(sorted(document["components"]["schemas"]))
    new = f"Renamed{len(document['components']['schemas'])}{old}"
    document["components"]["schemas"][new] = document["components"]["schemas"].pop(old)
    renamed = json.loads(json.dumps(document).replace(json.dumps(_PREFIX + old), json.dumps(_PREFIX + new)))
    document.clear()
    document.update(renamed)


def share_parameters(_: random.Random, document: Document) -> None:
    """What all operations of a path take stands at the path."""
    for item in document["paths"].values():
        operations = [each for key, each in item.items() if key != "parameters"]
        if len(operations) == 1 and "parameters" not in item:
            item["parameters"] = operations[0].pop("parameters", [])


def name_a_parameter(chance: random.Random, document: Document) -> None:
    """A parameter becomes a component."""
    held = [
        (each, index)
        for item in document["paths"].values()
        for each in ([item["parameters"]] if "parameters" in item else [o.get("parameters", []) for o in item.values()])
        for index in range(len(each))
        if "$ref" not in each[index]
    ]
    if held:
        holder, index = chance.choice(held)
        named = document["components"].setdefault("parameters", {})
        name = f"P{len(named)}"
        named[name] = holder[index]
        holder[index] = {"$ref": f"#/components/parameters/{name}"}


def name_messages(_: random.Random, document: Document) -> None:
    """Bodies and responses become components."""
    for number, item in enumerate(document["paths"].values()):
        for operation in item.values():
            if isinstance(operation, dict) and "$ref" not in operation.get("requestBody", {"$ref": ""}):
                bodies = document["components"].setdefault("requestBodies", {})
                bodies[f"B{number}"] = operation["requestBody"]
                operation["requestBody"] = {"$ref": f"#/components/requestBodies/B{number}"}


def rename_the_path_parameter(_: random.Random, document: Document) -> None:
    """A part of a path has another name in its template."""
    for path in [*document["paths"]]:
        item = document["paths"].pop(path)
        document["paths"][path.replace("{id}", "{key}")] = item
        parameters = [*item.get("parameters", [])]
        for operation in item.values():
            parameters.extend(operation.get("parameters", []) if isinstance(operation, dict) else [])
        parameters.extend(document["components"].get("parameters", {}).values())
        for parameter in parameters:
            if parameter.get("in") == "path" and parameter.get("name") == "id":
                parameter["name"] = "key"


REFACTORINGS: tuple[Refactoring, ...] = (
    inline_a_reference,
    name_a_schema,
    wrap_in_all_of,
    split_into_all_of,
    list_the_type,
    say_null_otherwise,
    repeat_values,
    say_values_as_constants,
    say_what_says_nothing,
    change_the_order,
    rename_a_component,
    share_parameters,
    name_a_parameter,
    name_messages,
    rename_the_path_parameter,
)
