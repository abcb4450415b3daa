"""Whether a schema of OpenAPI admits a value, as far as that can be said for certain.

Three-valued: True and False are proven, None is not known (patterns, formats, conditions). Every question has bounds.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.impact.used_schemas import members
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

_MOST_ASKED = 5_000
_DEEPEST = 60
_TYPES: Final[Mapping[type, frozenset[str]]] = {
    bool: frozenset({"boolean"}),
    int: frozenset({"integer"}),
    float: frozenset({"number"}),
    str: frozenset({"string"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}
ALL_TYPES: Final = frozenset({"boolean", "integer", "number", "string", "array", "object", "null"})
_FORMATS: Final[Mapping[str, re.Pattern[str]]] = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d.*"),
    "ipv4": re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"),
}
_OPAQUE = ("if", "dependentRequired", "dependentSchemas", "contains", "propertyNames", "unevaluatedProperties")
Answer: TypeAlias = bool | None


class Unseen(Enum):
    """Stands for a value of which the type at most is known."""

    TEXT = "text"
    ANYTHING = "anything"


class Text(str):
    """A value that travels as text, as parameters and headers do: ``7`` may be a number."""

    __slots__ = ()


Value: TypeAlias = "JsonValue | Unseen"
"""What is asked about; a part of it may be unseen."""


def all_of(answers: Iterable[Answer]) -> Answer:
    """False as soon as one is, True when all are."""
    result: Answer = True
    for each in answers:
        if each is False:
            return False
        result = None if each is None else result
    return result


def any_of(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is, False when all are."""
    refused = all_of(None if each is None else not each for each in answers)
    return None if refused is None else not refused


@dataclass(slots=True)
class Admission:
    """Answers questions about the schemas of one bundle. Not ``is_deep``: what is inside of objects is not asked."""

    bundle: Bundle
    is_deep: bool = True
    _left: int = _MOST_ASKED

    def admits(self, schemas: Sequence[Place], value: Value) -> Answer:
        """Whether one of the schemas admits a value; True without schemas, because nothing is said."""
        if not schemas:
            return True
        self._left = _MOST_ASKED
        answers = [self._admits(each, value, 0, is_deep=self.is_deep) for each in schemas]
        return any_of(answers) if len(answers) > 1 else answers[0]

    def admits_all(self, schemas: Sequence[Place], values: Sequence[Value]) -> Answer:
        """Whether each of some values is admitted."""
        return all_of(self.admits(schemas, each) for each in values)

    def types(self, schemas: Sequence[Place]) -> frozenset[str] | None:
        """The types that schemas let be, None where that is not known."""
        self._left = _MOST_ASKED
        found = [self._types(each, 0) for each in schemas]
        return None if None in found or not found else frozenset[str]().union(*(each for each in found if each))

    def values(self, schemas: Sequence[Place]) -> Mapping[str, JsonValue] | None:
        """The values that are listed, by their text; None where others do too."""
        self._left = _MOST_ASKED
        found: dict[str, JsonValue] = {}
        for each in schemas:
            listed = self._values(each, 0)
            if listed is None:
                return None
            found |= listed
        return found

    def promises(self, schemas: Sequence[Place], step: str) -> bool:
        """Whether an object always has a property, by what any of the schemas requires."""
        self._left = _MOST_ASKED
        return bool(schemas) and all(self._promises(each, step, 0) for each in schemas)

    def _spent(self, depth: int) -> bool:
        self._left -= 1
        return self._left < 0 or depth > _DEEPEST

    def _target(self, place: Place) -> Place | None:
        assert isinstance(place.value, dict)
        reference = place.value.get("$ref")
        found = self.bundle.find(reference, place.file) if isinstance(reference, str) else "none"
        return None if isinstance(found, str) else found

    def _admits(self, place: Place, value: Value, depth: int, *, is_deep: bool) -> Answer:
        schema = place.value
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else None
        if self._spent(depth):
            return None
        answers: list[Answer] = [_admits_type(schema, value), _admits_listed(schema, value)]
        answers += [None] if any(name in schema for name in _OPAQUE) else []
        if not isinstance(value, Unseen):
            answers += _bounds(schema, value)
        if isinstance(value, dict):
            answers.append(self._admits_members(place, value, depth, is_deep=is_deep))
        elif isinstance(value, list) and is_deep:
            items = schema.get("items")
            inner = Place(place.file, child(place.pointer, "items"), items)
            answers += [self._admits(inner, each, depth + 1, is_deep=True) for each in value if "items" in schema]
            answers += [None] if "prefixItems" in schema else []
        if "$ref" in schema:
            target = self._target(place)
            answers.append(None if target is None else self._admits(target, value, depth + 1, is_deep=is_deep))
        answers += [self._admits(each, value, depth + 1, is_deep=is_deep) for each in members(place, "allOf")]
        # Which branch is meant is told by what is inside.
        for name in ("anyOf", "oneOf"):
            if name in schema:
                branches = [self._admits(each, value, depth + 1, is_deep=True) for each in members(place, name)]
                answers.append(_one_of(branches) if name == "oneOf" else any_of(branches))
        if "not" in schema:
            inner = Place(place.file, child(place.pointer, "not"), schema["not"])
            refused = self._admits(inner, value, depth + 1, is_deep=True)
            answers.append(None if refused is None else not refused)
        return all_of(answers)

    def _admits_members(self, place: Place, value: JsonObject, depth: int, *, is_deep: bool) -> Answer:
        assert isinstance(place.value, dict)
        required = place.value.get("required")
        answers: list[Answer] = [each in value for each in required] if isinstance(required, list) else []
        known = place.value.get("properties")
        properties = known if isinstance(known, dict) else {}
        pointer = child(place.pointer, "properties")
        for name, each in value.items():
            if name in properties:
                inner = Place(place.file, child(pointer, name), properties[name])
                answers += [self._admits(inner, each, depth + 1, is_deep=True)] if is_deep else []
            elif "patternProperties" in place.value:
                answers.append(None)
            elif place.value.get("additionalProperties") is False:
                answers.append(False)
            elif isinstance(place.value.get("additionalProperties"), dict) and is_deep:
                key = "additionalProperties"
                inner = Place(place.file, child(place.pointer, key), place.value[key])
                answers.append(self._admits(inner, each, depth + 1, is_deep=True))
        return all_of(answers)

    def _types(self, place: Place, depth: int) -> frozenset[str] | None:
        schema = place.value
        if not isinstance(schema, dict):
            return ALL_TYPES if schema is True else None
        if self._spent(depth):
            return None
        found = _declared(schema)
        listed_values = schema.get("enum")
        if isinstance(listed_values, list):
            listed = frozenset[str]().union(*(_TYPES[type(each)] for each in listed_values))
            found &= _wider(listed | ({"null"} if _is_nullable(schema) else set()))
        if "const" in schema:
            found &= _TYPES[type(schema["const"])]
        target = self._target(place)
        parts = [*members(place, "allOf"), *([target] if target is not None else [])]
        for each in parts:
            inner = self._types(each, depth + 1)
            if inner is None:
                return None
            found &= inner
        for name in ("anyOf", "oneOf"):
            branches = [self._types(each, depth + 1) for each in members(place, name)]
            if None in branches:
                return None
            found &= frozenset[str]().union(*(each for each in branches if each)) if branches else found
        return found

    def _values(self, place: Place, depth: int) -> dict[str, JsonValue] | None:
        schema = place.value
        if not isinstance(schema, dict) or self._spent(depth):
            return None
        listed = schema.get("enum")
        if isinstance(listed, list):
            return {canonical(each).decode(): each for each in listed}
        if "const" in schema:
            return {canonical(schema["const"]).decode(): schema["const"]}
        if schema.get("type") == "null":
            return {"null": None}
        target = self._target(place)
        for each in [*members(place, "allOf"), *([target] if target is not None else [])]:
            inner = self._values(each, depth + 1)
            if inner is not None:
                return inner
        branches = [*members(place, "anyOf"), *members(place, "oneOf")]
        found: dict[str, JsonValue] = {}
        for each in branches:
            inner = self._values(each, depth + 1)
            if inner is None:
                return None
            found |= inner
        return found if branches else None

    def _promises(self, place: Place, step: str, depth: int) -> bool:
        schema = place.value
        if not isinstance(schema, dict) or self._spent(depth):
            return False
        required = schema.get("required")
        if isinstance(required, list) and step in required:
            return True
        target = self._target(place)
        parts = [*members(place, "allOf"), *([target] if target is not None else [])]
        if any(self._promises(each, step, depth + 1) for each in parts):
            return True
        for name in ("anyOf", "oneOf"):
            # What can be no object has no properties; another check is about that.
            branches = [
                each for each in members(place, name) if "object" in (self._types(each, depth + 1) or ALL_TYPES)
            ]
            if branches and all(self._promises(each, step, depth + 1) for each in branches):
                return True
        return False


def _one_of(answers: list[Answer]) -> Answer:
    if answers.count(True) > 1:
        return False
    if None in answers:
        return None
    return True in answers


def _is_nullable(schema: JsonObject) -> bool:
    return schema.get("nullable") is True or schema.get("x-nullable") is True


def _declared(schema: JsonObject) -> frozenset[str]:
    said = schema.get("type")
    if said is None:
        return ALL_TYPES
    listed = said if isinstance(said, list) else [said]
    names = {each for each in listed if isinstance(each, str)}
    return _wider(frozenset(names) | ({"null"} if _is_nullable(schema) else set()))


def _wider(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _admits_type(schema: JsonObject, value: Value) -> Answer:
    declared = _declared(schema)
    if isinstance(value, Unseen):
        if declared == ALL_TYPES:
            return True
        return False if value is Unseen.TEXT and "string" not in declared else None
    if isinstance(value, Text):
        return bool(_types_of_text(value) & declared)
    if isinstance(value, float) and value.is_integer():
        return bool({"integer", "number"} & declared)
    return bool(_TYPES[type(value)] & declared)


def _types_of_text(value: str) -> frozenset[str]:
    # A list may be written with commas, an object too.
    found = {"string", "array", "object"}
    if re.fullmatch(r"-?\d{1,300}", value):
        found |= {"integer", "number"}
    elif re.fullmatch(r"-?\d{1,300}\.\d{1,300}", value):
        found.add("number")
    elif value in ("true", "false"):
        found.add("boolean")
    elif value in ("", "null"):
        found.add("null")
    return frozenset(found)


def _admits_listed(schema: JsonObject, value: Value) -> Answer:
    listed = schema.get("enum")
    found = listed if isinstance(listed, list) else [schema["const"]] if "const" in schema else None
    if found is None:
        return True
    if isinstance(value, Unseen):
        return None
    if value is None and _is_nullable(schema):
        return True
    if isinstance(value, Text):
        return str(value) in {each if isinstance(each, str) else canonical(each).decode() for each in found}
    text = _whole(value)
    return None if text is None else any(canonical(each) == text for each in found)


def _whole(value: Value) -> bytes | None:
    """The value as text, None when a part of it is not known."""
    try:
        return canonical(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _bounds(schema: JsonObject, value: JsonValue) -> list[Answer]:
    if isinstance(value, str):
        return _bounds_of_text(schema, value)
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return _bounds_of_number(schema, value)
    names = ("minItems", "maxItems") if isinstance(value, list) else ("minProperties", "maxProperties")
    answers = _within(schema, *names, len(value))
    if isinstance(value, list) and schema.get("uniqueItems") is True:
        texts = [_whole(each) for each in value]
        answers.append(None if None in texts else len({*texts}) == len(value))
    return answers


def _within(schema: JsonObject, least: str, most: str, size: float) -> list[Answer]:
    low, high = _number(schema.get(least)), _number(schema.get(most))
    answers: list[Answer] = [] if low is None else [size >= low]
    return answers if high is None else [*answers, size <= high]


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _bounds_of_text(schema: JsonObject, value: str) -> list[Answer]:
    types = _declared(schema)
    if isinstance(value, Text) and not types & {"string"}:
        number = re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", value)
        return _bounds_of_number(schema, float(value)) if number and types & {"integer", "number"} else [None]
    answers = _within(schema, "minLength", "maxLength", len(value))
    said = schema.get("pattern")
    if isinstance(said, str):
        # What the engine does not know it says no to.
        answers.append(matches(said, value) or (None if "(?" in said or "\\" in said else False))
    form = schema.get("format")
    pattern = _FORMATS.get(form) if isinstance(form, str) else None
    if pattern is not None:
        answers.append(pattern.fullmatch(value) is not None)
    return answers


def _bounds_of_number(schema: JsonObject, value: float) -> list[Answer]:
    answers = _within(schema, "minimum", "maximum", value)
    checks: list[tuple[str, str, Callable[[float, float], bool]]] = [
        ("exclusiveMinimum", "minimum", lambda number, bound: number > bound),
        ("exclusiveMaximum", "maximum", lambda number, bound: number < bound),
    ]
    for name, other, holds in checks:
        said = schema.get(name)
        bound = _number(schema.get(other) if said is True else said)
        if bound is not None:
            answers.append(holds(value, bound))
    step = _number(schema.get("multipleOf"))
    if step is not None and step > 0:
        answers.append(value % step == 0 or (False if step % 1 == 0 else None))
    return answers
