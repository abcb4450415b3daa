"""Documents and pacts made by dice, and answers that a provider gives exactly by the document.

Nothing here asks our own judge how a schema is to be read: answers are checked by a validator of another library.
"""

import random
import string
from dataclasses import dataclass, field
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from contracthub.formats.matching import compile_pattern, faults_of, matches_pattern

Schema = dict[str, Any]
NAMES = "abcd"
REGEXES = ("^[a-c]+$", "^[a-z]*$", "^x$", "^\\d{4}-\\d\\d-\\d\\d$")


def is_valid(schema: Schema, value: Any) -> bool:
    """Whether a value is as a schema of OpenAPI 3.0 has it."""
    return bool(OAS30Validator(schema, format_checker=oas30_format_checker).is_valid(value))


@dataclass
class Pair:
    """An operation's schemas, and an interaction's examples with rules by their places."""

    answered: Schema
    example: Any
    rules: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    taken: Schema | None = None
    sent: Any = None

    def operation(self) -> dict[str, Any]:
        """The operation, for a document."""
        response = {"description": "k", "content": {"application/json": {"schema": self.answered}}}
        body = {"requestBody": {"content": {"application/json": {"schema": self.taken}}}} if self.taken else {}
        return {"post": {**body, "responses": {"200": response}}}

    def interaction(self, number: int) -> dict[str, Any]:
        """The interaction, for a pact of version 3."""
        said = {written(place): {"combine": "AND", "matchers": [rule]} for place, rule in self.rules.items()}
        request: dict[str, Any] = {"method": "POST", "path": f"/{number}"}
        if self.taken is not None:
            request |= {"headers": {"Content-Type": "application/json"}, "body": self.sent}
        response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": self.example}
        rules = {"matchingRules": {"body": said}} if said else {}
        return {"description": f"i{number}", "request": request, "response": {**response, **rules}}


def written(place: tuple[Any, ...]) -> str:
    """A place as rules write it."""
    return "$" + "".join("[*]" if step == "*" else f".{step}" for step in place)


def pair(seed: int) -> Pair:
    """A pair by its number."""
    dice = random.Random(seed)
    schema = made_schema(dice, 3)
    example = part(dice, made_answer(dice, schema))
    if dice.random() < 0.3:
        example = damaged(dice, example)
    schema, example = told(schema, example)
    made = Pair(schema, example, made_rules(dice, example))
    expected = embedded(made, example)
    if faults_of(expected) or not matches_pattern(compile_pattern(expected), example):
        # A rule for all items that the example of one does not keep.
        made.rules = {place: rule for place, rule in made.rules.items() if "*" not in place}
    if dice.random() < 0.3:
        made.taken = made_schema(dice, 2)
        made.sent = made_answer(dice, made.taken)
        if dice.random() < 0.4:
            made.sent = damaged(dice, made.sent)
        made.taken, made.sent = told(made.taken, made.sent)
    return made


def told(schema: Schema, example: Any) -> tuple[Schema, Any]:
    """A body that is null or empty says in a pact that there is none; so it stands in another one."""
    return (an_object_of(schema), {"a": example}) if example is None or example == "" else (schema, example)


def an_object_of(schema: Schema) -> Schema:
    """An object that holds it."""
    return {"type": "object", "properties": {"a": schema}}


def made_schema(dice: random.Random, depth: int) -> Schema:
    """A schema of OpenAPI 3.0."""
    kinds = [scalar] if depth == 0 else [scalar, an_object, an_object, a_list, a_choice, together]
    schema = dice.choice(kinds)(dice, depth)
    return (
        {**schema, "nullable": True} if "type" in schema and "enum" not in schema and dice.random() < 0.15 else schema
    )


def scalar(dice: random.Random, _depth: int) -> Schema:
    return dice.choice(
        [
            {"type": "string"},
            {"type": "string", "enum": dice.sample(["ab", "x", "zz", "c"], 2)},
            {"type": "string", "minLength": 1, "maxLength": 3},
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": "^[a-c]+$"},
            {"type": "integer"},
            {"type": "integer", "minimum": 1, "maximum": 9},
            {"type": "integer", "enum": [1, 2, 3]},
            {"type": "number"},
            {"type": "boolean"},
        ]
    )


def an_object(dice: random.Random, depth: int) -> Schema:
    names = dice.sample(NAMES, dice.randint(1, 3))
    schema: Schema = {"type": "object", "properties": {name: made_schema(dice, depth - 1) for name in names}}
    required = [name for name in names if dice.random() < 0.5]
    schema |= {"required": required} if required else {}
    others = dice.choice([None, None, False, scalar(dice, 0)])
    return schema if others is None else {**schema, "additionalProperties": others}


def a_list(dice: random.Random, depth: int) -> Schema:
    bounds = dice.choice([{}, {}, {"minItems": 1}, {"minItems": 2}, {"maxItems": 1}, {"minItems": 1, "maxItems": 2}])
    return {"type": "array", "items": made_schema(dice, depth - 1), **bounds}


def a_choice(dice: random.Random, depth: int) -> Schema:
    if dice.random() < 0.4:
        return {"anyOf": [scalar(dice, 0), scalar(dice, 0)]}
    branches = []
    for tag in ("p", "q"):
        branch = an_object(dice, depth)
        branch["properties"]["t"] = {"type": "string", "enum": [tag]}
        branches.append({**branch, "required": [*branch.get("required", []), "t"]})
    return {dice.choice(["oneOf", "anyOf"]): branches}


def together(dice: random.Random, depth: int) -> Schema:
    parts = []
    for names in ("ab", "cd"):
        some = {name: made_schema(dice, depth - 1) for name in dice.sample(names, dice.randint(1, 2))}
        required = [name for name in some if dice.random() < 0.5]
        parts.append({"type": "object", "properties": some, **({"required": required} if required else {})})
    return {"allOf": parts}


def made_answer(dice: random.Random, schema: Schema, *, is_whole: bool | None = None) -> Any:
    """A value that the schema allows; ``is_whole``: with all that may come, or with no more than has to."""
    for name in ("oneOf", "anyOf"):
        if name in schema:
            return made_answer(dice, dice.choice(schema[name]), is_whole=is_whole)
    if "allOf" in schema:
        return {
            key: value for each in schema["allOf"] for key, value in made_answer(dice, each, is_whole=is_whole).items()
        }
    if schema.get("nullable") and dice.random() < 0.2:
        return None
    if "enum" in schema:
        return dice.choice(schema["enum"])
    kind = schema["type"]
    if kind == "object":
        required = schema.get("required", [])
        chosen = [
            name
            for name in schema["properties"]
            if name in required or (dice.random() < 0.6 if is_whole is None else is_whole)
        ]
        return {name: made_answer(dice, schema["properties"][name], is_whole=is_whole) for name in chosen}
    if kind == "array":
        least = schema.get("minItems", 0)
        return [made_answer(dice, schema["items"], is_whole=is_whole) for _ in range(length(dice, schema, least))]
    return made_scalar(dice, schema)


def length(dice: random.Random, schema: Schema, least: int) -> int:
    """How many items a list has."""
    return dice.randint(least, max(least, min(schema.get("maxItems", least + 2), least + 2)))


def made_scalar(dice: random.Random, schema: Schema) -> Any:
    if schema.get("format") == "date":
        return f"20{dice.randint(10, 30)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}"
    if schema.get("pattern"):
        return "".join(dice.choices("abc", k=dice.randint(1, 4)))
    match schema["type"]:
        case "string":
            return "".join(dice.choices(string.ascii_lowercase, k=dice.randint(schema.get("minLength", 0), 3)))
        case "integer":
            return dice.randint(schema.get("minimum", -50), schema.get("maximum", 50))
        case "number":
            return dice.choice([dice.randint(-9, 9), dice.randint(-9, 9) + 0.5])
        case _:
            return dice.random() < 0.5


def part(dice: random.Random, value: Any) -> Any:
    """What a consumer reads of an answer."""
    if isinstance(value, dict):
        return {name: part(dice, each) for name, each in value.items() if dice.random() < 0.8}
    return [part(dice, each) for each in value] if isinstance(value, list) else value


def damaged(dice: random.Random, value: Any) -> Any:
    """The value with one thing in it that may be wrong."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        name = dice.choice([*value])
        if dice.random() < 0.3:
            return {**value, dice.choice("abcdez"): dice.choice(["x", 1, None, []])}
        return {**value, name: damaged(dice, value[name])}
    if isinstance(value, list) and value and dice.random() < 0.7:
        at = dice.randrange(len(value))
        return [*value[:at], damaged(dice, value[at]), *value[at + 1 :]]
    return dice.choice(["x", "ab", "", 1, 5, 2.5, True, None, [], {}, ["x"], {"a": 1}])


def made_rules(dice: random.Random, example: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rules for some of the places; those of items are for all of them."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place, value in places(example, ()):
        if dice.random() < 0.4 and place not in found:
            found[place] = dice.choice(fitting_rules(dice, value))
    return found


def places(value: Any, place: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], Any]]:
    """All places with their values, outer ones first."""
    found = [(place, value)]
    if isinstance(value, dict):
        for name, each in value.items():
            found += places(each, (*place, name))
    elif isinstance(value, list):
        for each in value[:1]:
            found += places(each, (*place, "*"))
    return found


def fitting_rules(dice: random.Random, value: Any) -> list[dict[str, Any]]:
    by_type: dict[str, Any] = {"match": "type"}
    if isinstance(value, bool) or value is None:
        return [by_type]
    if isinstance(value, int):
        return [by_type, {"match": "integer"}, {"match": "number"}]
    if isinstance(value, float):
        return [by_type, {"match": "decimal"}, {"match": "number"}]
    if isinstance(value, str):
        regexes = [{"match": "regex", "regex": each} for each in REGEXES if matches(each, value)]
        return [by_type, *regexes]
    if isinstance(value, list) and value:
        return [by_type, {"match": "type", "min": dice.randint(1, len(value))}, {"match": "type", "max": len(value)}]
    return [by_type]


def matches(regex: str, text: str) -> bool:
    import re

    return re.search(regex, text) is not None


class Provider:
    """Answers exactly by the document, with all that an interaction needs.

    Where a rule stands, and nothing was found to be missing from the promise, it answers with any value that the
    document allows; elsewhere with the example's.
    """

    def __init__(self, pair: Pair, told: set[tuple[Any, ...]], dice: random.Random, *, is_whole: bool) -> None:
        self._pair, self._told, self._dice, self._is_whole = pair, told, dice, is_whole

    def answer(self) -> tuple[bool, Any]:
        """Whether there is an answer, and which."""
        found = self._completed(self._pair.answered, self._pair.example, (), None)
        return bool(found) and is_valid(self._pair.answered, found[0]), found[0] if found else None

    def _completed(self, schema: Schema, example: Any, place: tuple[Any, ...], above: Any) -> list[Any]:
        branches: list[Schema] = schema.get("oneOf") or schema.get("anyOf") or []
        for branch in self._dice.sample(branches, len(branches)):
            found = self._completed(branch, example, place, above)
            if found and is_valid(schema, found[0]):
                return found
        if branches:
            return []
        if "allOf" in schema:
            whole: Schema = {"type": "object", "properties": {}, "required": []}
            for each in schema["allOf"]:
                whole["properties"] |= each["properties"]
                whole["required"] += each.get("required", [])
            schema = whole
        rule = self._pair.rules.get(place) or ({"match": "type"} if above and above["match"] == "type" else None)
        if isinstance(example, dict) and schema.get("type") == "object":
            return self._object(schema, example, place, rule)
        if isinstance(example, list) and schema.get("type") == "array":
            return self._list(schema, example, place, rule)
        return self._scalar(schema, example, place, rule)

    def _scalar(self, schema: Schema, example: Any, place: tuple[Any, ...], rule: Any) -> list[Any]:
        if rule is None or isinstance(example, dict | list) or example is None:
            return [example]
        if place in self._told and is_valid(schema, example):
            return [example]
        found = [each for each in (made_answer(self._dice, schema) for _ in range(20)) if each is not None]
        if place in self._told:
            expected = compile_pattern({"pact:matcher:type": rule["match"], "value": example, **facts_of(rule)})
            found = [each for each in found if matches_pattern(expected, each)]
        return found[:1]

    def _object(self, schema: Schema, example: dict[str, Any], place: tuple[Any, ...], rule: Any) -> list[Any]:
        made = {}
        for name, schema_of in schema["properties"].items():
            if name in example:
                found = self._completed(schema_of, example[name], (*place, name), rule)
            elif name in schema.get("required", []) or self._is_whole:
                found = [made_answer(self._dice, schema_of, is_whole=self._is_whole)]
            else:
                continue
            if not found:
                return []
            made[name] = found[0]
        others = schema.get("additionalProperties")
        for name in example.keys() - schema["properties"].keys():
            found = (
                self._completed(others, example[name], (*place, name), rule)
                if isinstance(others, dict)
                else [example[name]]
            )
            if not found:
                return []
            made[name] = found[0]
        return [made]

    def _list(self, schema: Schema, example: list[Any], place: tuple[Any, ...], rule: Any) -> list[Any]:
        number = len(example)
        if rule is not None and place not in self._told:
            number = length(self._dice, schema, schema.get("minItems", 0))
        made = []
        for at in range(number):
            if not example:
                made.append(made_answer(self._dice, schema["items"]))
                continue
            found = self._completed(schema["items"], example[at if at < len(example) else 0], (*place, "*"), rule)
            if not found:
                return []
            made.append(found[0])
        return [made]


def embedded(pair: Pair, value: Any, place: tuple[Any, ...] = ()) -> Any:
    """The expected value with its matchers inside."""
    inside = value
    if isinstance(value, dict):
        inside = {name: embedded(pair, each, (*place, name)) for name, each in value.items()}
    elif isinstance(value, list):
        inside = [embedded(pair, each, (*place, "*")) for each in value]
    rule = pair.rules.get(place)
    if rule is None:
        return inside
    return {"pact:matcher:type": rule["match"], "value": inside, **facts_of(rule)}


def facts_of(rule: dict[str, Any]) -> dict[str, Any]:
    """What a rule says beside its kind."""
    return {name: fact for name, fact in rule.items() if name != "match"}
