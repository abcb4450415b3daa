"""Whether one schema takes every value of another, proven by algebra, with a value that tells them apart.

Three-valued: what can't be decided (patterns, circles, too large) is said to be not proven, and never guessed. Schemas
are JSON Schema 2020-12 without references to elsewhere; what OpenAPI adds must be translated before.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracthub.formats.changes import LONGEST_SHOWN, Proof, Proven
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

if TYPE_CHECKING:
    from jsonschema_rs import CanonicalSchema

# The algebra's work grows faster than its operands, and nothing can interrupt it.
MOST_BYTES = 4_000
_MOST_SUBTRACTED = 600
_MOST_COMBINED = 2
_COMBINED = re.compile(rb'"(?:allOf|oneOf|anyOf|not|if|dependentSchemas|contains)":')
_MOST_CANDIDATES = 200
_DEEPEST = 8
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[str, tuple[JsonValue, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "string": ("", "a", "0"),
    "integer": (0, 1, -1),
    "number": (0, 0.5, -1),
}


def proof_of(taker: JsonValue, given: JsonValue) -> Proof:
    """Whether ``taker`` takes every value that ``given`` takes; if not, with a value where one was found."""
    import jsonschema_rs

    if _is_too_much(taker) or _is_too_much(given):
        return Proof(Proven.NOT_PROVEN)
    try:
        wide, narrow = (_algebraic(schema) for schema in (taker, given))
        verdict = wide.covers(narrow).value
        if verdict == "yes":
            return Proof(Proven.COMPATIBLE)
        # What is lost gives the plainest value, and is asked for where it costs little.
        is_small = max(len(canonical(taker)), len(canonical(given))) <= _MOST_SUBTRACTED
        lost = [narrow.subtract(wide).to_json_schema()] if is_small else []
        found = _counterexample(taker, given, [*lost, given])
    except (ValueError, TypeError, jsonschema_rs.ValidationError):
        return Proof(Proven.NOT_PROVEN)
    if found is not None:
        return Proof(Proven.INCOMPATIBLE, found)
    return Proof(Proven.INCOMPATIBLE if verdict == "no" else Proven.NOT_PROVEN)


def _is_too_much(schema: JsonValue) -> bool:
    """Schemas made of schemas multiply with one another: a handful of them keeps the algebra busy for seconds."""
    text = canonical(schema)
    return len(text) > MOST_BYTES or len(_COMBINED.findall(text)) > _MOST_COMBINED


def _algebraic(schema: JsonValue) -> "CanonicalSchema":
    import jsonschema_rs

    made: CanonicalSchema = jsonschema_rs.canonicalize(_with_draft(schema), validate_formats=False, offline=True)
    return made


def _with_draft(schema: JsonValue) -> Any:
    return {"$schema": _DRAFT, **schema} if isinstance(schema, dict) else schema


def _counterexample(taker: JsonValue, given: JsonValue, sources: list[Any]) -> str | None:
    import jsonschema_rs

    takes, gives = (jsonschema_rs.Draft202012Validator(_with_draft(schema)) for schema in (taker, given))
    for source in sources:
        for value in islice(_candidates(source, 0), _MOST_CANDIDATES):
            text = canonical(value).decode()
            if len(text) <= LONGEST_SHOWN and gives.is_valid(value) and not takes.is_valid(value):
                return text
    return None


def _candidates(schema: JsonValue, depth: int) -> Iterator[JsonValue]:
    """Values that the schema might take, small ones first; each is checked by whoever asks."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        yield from _of_any()
        return
    if "const" in schema:
        yield schema["const"]
        return
    listed = schema.get("enum")
    if isinstance(listed, list):
        yield from listed
        return
    for keyword in ("anyOf", "oneOf", "allOf"):
        members = schema.get(keyword)
        for member in members if isinstance(members, list) else ():
            yield from _candidates(member, depth + 1)
    said = schema.get("type")
    kinds = said if isinstance(said, list) else [said] if said is not None else [*_SCALARS, "array", "object"]
    for kind in kinds:
        yield from _of_kind(str(kind), schema, depth)


def _of_any() -> Iterator[JsonValue]:
    for values in _SCALARS.values():
        yield from values
    yield from ([], {})


def _of_kind(kind: str, schema: JsonObject, depth: int) -> Iterator[JsonValue]:
    if kind == "object":
        yield from _objects(schema, depth)
    elif kind == "array":
        yield from _arrays(schema, depth)
    elif kind == "string":
        yield from ("a" * length for length in _lengths(schema, "minLength", "maxLength"))
        yield from _SCALARS["string"]
    else:
        for keyword, steps in (
            ("minimum", (0, 1)),
            ("maximum", (0, -1)),
            ("exclusiveMinimum", (1, 0.5)),
            ("exclusiveMaximum", (-1, -0.5)),
        ):
            bound = schema.get(keyword)
            if isinstance(bound, int | float):
                yield from (bound + step for step in steps)
        step = schema.get("multipleOf")
        if isinstance(step, int | float):
            yield from (step * times for times in (1, 2, 3))
        yield from _SCALARS.get(kind, ())


def _lengths(schema: JsonObject, least: str, most: str) -> list[int]:
    found = [schema.get(keyword) for keyword in (least, most)]
    return [bound for bound in found if isinstance(bound, int) and bound <= LONGEST_SHOWN]


def _arrays(schema: JsonObject, depth: int) -> Iterator[JsonValue]:
    firsts = schema.get("prefixItems")
    begin = [next(_candidates(each, depth + 1), None) for each in firsts] if isinstance(firsts, list) else []
    yield list(begin)
    for item in islice(_candidates(schema.get("items", True), depth + 1), 5):
        for length in _lengths(schema, "minItems", "maxItems") or [1]:
            yield [*begin, *[item] * max(length - len(begin), 1)]


def _objects(schema: JsonObject, depth: int) -> Iterator[JsonValue]:
    named = schema.get("properties")
    properties = named if isinstance(named, dict) else {}
    required = schema.get("required")
    needed = [str(name) for name in required] if isinstance(required, list) else []
    base: JsonObject = {name: next(_candidates(properties.get(name, True), depth + 1), None) for name in needed}
    yield dict(base)
    for name in properties:
        for value in islice(_candidates(properties[name], depth + 1), 8):
            yield {**base, name: value}
    yield {**base, "other": None}
