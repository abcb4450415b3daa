"""Other values than the one that a consumer sends: at the bounds of a schema, beyond them, and of other types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
_DEEPEST = 6
_LONGEST = 5_000
_MOST_MEMBERS = 40
_WORDS = ("", " ", "0", "null", "ünïcødé ☃", "'\";--<a>&", "../..", "%00", "a" * 300)
# None of these is taken for a number, a boolean or a text by lenient readers.
_OTHER_TYPES: Mapping[str, tuple[Any, ...]] = {
    "string": (12345, {}, []),
    "integer": ("no number", {}, [], 0.5),
    "number": ("no number", {}, []),
    "boolean": ("perhaps", {}, []),
    "array": ({}, "no list"),
    "object": ([], "no object"),
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value, and in a few words what is other about it."""

    what: str
    value: Any


def alternatives(schema: Schema, value: Any, *, deepest: int = _DEEPEST) -> Iterator[Alternative]:
    """Values to try in the place of this one, one thing changed at a time; what a schema allows comes first."""
    inner = _chosen(schema, value)
    yield from _distinct(value, _allowed(inner, value, deepest))
    yield from _distinct(value, _refused(inner, value))


def text_alternatives(schema: Schema, value: str) -> Iterator[tuple[str, str]]:
    """The same for a value that is sent as text: in a path, a query or a header."""
    kind = _type(schema, value)
    typed: Any = value
    if kind in ("integer", "number"):
        try:
            typed = int(value) if kind == "integer" else float(value)
        except ValueError:
            typed = 0
    seen = {value}
    for each in alternatives(schema, typed):
        if isinstance(each.value, dict | list):
            continue
        text = {True: "true", False: "false", None: ""}.get(each.value) if _is_word(each.value) else str(each.value)
        if text is not None and text not in seen:
            seen.add(text)
            yield each.what, text


def _is_word(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _distinct(value: Any, found: Iterator[Alternative]) -> Iterator[Alternative]:
    for each in found:
        if type(each.value) is not type(value) or each.value != value:
            yield each


def _chosen(schema: Schema, value: Any) -> Schema:
    """The one of several schemas that is for values of this type; the parts of one that is put together as one."""
    parts = schema.get("allOf")
    if isinstance(parts, list) and parts:
        return _merged([schema, *(each for each in parts if isinstance(each, Mapping))])
    for keyword in ("anyOf", "oneOf"):
        options = [each for each in schema.get(keyword) or () if isinstance(each, Mapping)]
        fitting = [each for each in options if _type(each, None) == _type_of(value)]
        if options:
            return _chosen(fitting[0] if fitting else options[0], value)
    return schema


def _merged(parts: list[Any]) -> Schema:
    merged: dict[str, Any] = {}
    for part in parts:
        for keyword, member in part.items():
            if keyword == "properties":
                merged[keyword] = {**merged.get(keyword, {}), **member}
            elif keyword == "required":
                merged[keyword] = [*merged.get(keyword, []), *member]
            elif keyword != "allOf":
                merged[keyword] = member
    return merged


def _allowed(schema: Schema, value: Any, deepest: int) -> Iterator[Alternative]:
    for each in _listed(schema, "enum")[:_MOST_MEMBERS]:
        yield Alternative(f"{each!r} of the enum", each)
    for each in _listed(schema, "examples")[:5]:
        yield Alternative("an example", each)
    if isinstance(value, bool):
        yield Alternative("the opposite", not value)
    elif isinstance(value, int | float):
        yield from _numbers(schema, value)
    elif isinstance(value, str):
        yield from _texts(schema, value)
    elif isinstance(value, list):
        yield from _lists(schema, value, deepest)
    elif isinstance(value, dict):
        yield from _objects(schema, value, deepest)


def _numbers(schema: Schema, value: float) -> Iterator[Alternative]:
    for keyword, off in (("minimum", 0), ("maximum", 0), ("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        bound = schema.get(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            yield Alternative(f"at its {keyword}", bound + off)
    for each in (0, 1, -1, value + 1, value - 1, value * 10, 100, 1000, 2**31, 2**53 + 1):
        yield Alternative("another number", each)


def _texts(schema: Schema, value: str) -> Iterator[Alternative]:
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and least <= _LONGEST:
        yield Alternative("as short as may be", (value or "a")[:least].ljust(least, "a"))
    if isinstance(most, int) and most <= _LONGEST:
        yield Alternative("as long as may be", (value or "a").ljust(most, "a")[:most])
    if value.swapcase() != value:
        yield Alternative("in other letters", value.swapcase())
    yield Alternative("with a space before it", f" {value}")
    yield Alternative("one letter longer", f"{value}x")
    yield Alternative("one letter shorter", value[:-1])
    for word in _WORDS:
        yield Alternative("another text", word)


def _lists(schema: Schema, value: list[Any], deepest: int) -> Iterator[Alternative]:
    items = schema.get("items")
    inner = items if isinstance(items, Mapping) else {}
    yield Alternative("an empty list", [])
    if value:
        yield Alternative("an item twice", [*value, value[0]])
        yield Alternative("many items", (value * 50)[:50])
        yield Alternative("the first item only", value[:1])
        if deepest > 0:
            for at, item in enumerate(value[:3]):
                for each in alternatives(inner, item, deepest=deepest - 1):
                    yield Alternative(f"[{at}] {each.what}", [*value[:at], each.value, *value[at + 1 :]])


def _objects(schema: Schema, value: dict[str, Any], deepest: int) -> Iterator[Alternative]:
    properties = schema.get("properties")
    known: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
    for name, member in known.items():
        if name not in value and isinstance(member, Mapping):
            for each in _made(member):
                yield Alternative(f"with {name}", {**value, name: each})
    for name in list(value)[:_MOST_MEMBERS]:
        yield Alternative(f"without {name}", {other: member for other, member in value.items() if other != name})
    if deepest > 0:
        for name, member in list(value.items())[:_MOST_MEMBERS]:
            inner = known.get(name)
            for other in alternatives(inner if isinstance(inner, Mapping) else {}, member, deepest=deepest - 1):
                yield Alternative(f"{name}: {other.what}", {**value, name: other.value})
    yield Alternative("with a member that nobody knows", {**value, "x-unknown": "contracthub"})


def _made(schema: Schema) -> Iterator[Any]:
    """Values for a member that the consumer does not send."""
    inner = _chosen(schema, None)
    listed = [*_listed(inner, "enum")[:8], *_listed(inner, "examples")[:2]]
    if "default" in inner:
        listed.append(inner["default"])
    if listed:
        yield from listed
        return
    kind = _type(inner, None)
    least = inner.get("minimum", inner.get("exclusiveMinimum", 0))
    made: Mapping[str, Any] = {
        "string": "contracthub",
        "integer": least + 1 if isinstance(least, int) else 1,
        "number": 1.5,
        "boolean": True,
        "array": [],
        "object": {},
    }
    if kind is not None and kind in made:
        yield made[kind]
    if kind == "boolean":
        yield False


def _refused(schema: Schema, value: Any) -> Iterator[Alternative]:
    kind = _type(schema, value)
    for each in _OTHER_TYPES.get(kind or "", ()):
        yield Alternative(f"no {kind}", each)
    yield Alternative("null", None)
    for keyword, off in (("minimum", -1), ("maximum", 1)):
        bound = schema.get(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            yield Alternative(f"beyond its {keyword}", bound + off)
    most = schema.get("maxLength")
    if isinstance(most, int) and most < _LONGEST and isinstance(value, str):
        yield Alternative("longer than may be", "a" * (most + 1))


def _listed(schema: Schema, keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _type(schema: Schema, value: Any) -> str | None:
    said = schema.get("type")
    if isinstance(said, list):
        said = next((each for each in said if each != "null"), None)
    return said if isinstance(said, str) else _type_of(value)


def _type_of(value: Any) -> str | None:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value))
