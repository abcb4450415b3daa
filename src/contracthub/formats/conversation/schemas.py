"""JSON Schemas that messages are held against: they refer to nothing outside, and their patterns take linear time."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from contracthub.formats import safe_json
from contracthub.formats.jsonschema import rules
from contracthub.formats.jsonschema.combinations import MOST_LOOKS, looks_too_often
from contracthub.formats.jsonschema.keywords import schemas_in
from contracthub.formats.pact.expressions import written
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_FAULTS = 20
_LONGEST_TEXT = 300
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class NotASchema(Exception):
    """Nothing can be held against it; the text says why."""


class SchemaFault(NamedTuple):
    """Where a value does not keep a schema, as a path (``$.a[0]``), in which words, and which keyword says so."""

    path: str
    text: str
    keyword: str


def broken_rules(schema: JsonValue) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the wording of each thing that keeps a schema from being used."""
    dialect = dialect_of(schema)
    if dialect not in rules.DIALECTS:
        yield "/$schema", f"{dialect[:100]!r} is no dialect that is known here; leave it out for {DIALECT}"
        return
    found = False
    for pointer, text in rules.broken_rules(schema, dialect):
        found = True
        yield pointer, text
    for pointer, text in _outside(schema):
        found = True
        yield pointer, text
    if found:
        return
    try:
        validator_of(schema)
    except NotASchema as error:
        yield "", str(error)


def faults_against(schema: JsonValue, value: JsonValue) -> Iterator[SchemaFault]:
    """How the value does not keep the schema. Raises NotASchema."""
    for error, _ in zip(validator_of(schema).iter_errors(value), range(MOST_FAULTS), strict=False):
        yield SchemaFault(path_of(error.instance_path), error.message[:_LONGEST_TEXT], error.kind.name)


def is_kept(schema: JsonValue, value: JsonValue) -> bool:
    """Whether the value keeps the schema. Raises NotASchema."""
    return bool(validator_of(schema).is_valid(value))


def validator_of(schema: JsonValue) -> "Validator":
    """What holds values against the schema; made once for each. Raises NotASchema."""
    return _validator(safe_json.dumps(schema), dialect_of(schema))


def dialect_of(schema: JsonValue) -> str:
    """The dialect that a schema says it is written in."""
    said = schema.get("$schema") if isinstance(schema, dict) else None
    return said.rstrip("#") if isinstance(said, str) else DIALECT


def path_of(steps: list[str | int]) -> str:
    """A place in a value as reports name it.

    >>> path_of(["lines", 0, "sku"])
    '$.lines[0].sku'
    """
    return "$" + "".join(map(written, steps))


@lru_cache(maxsize=500)
def _validator(text: bytes, dialect: str) -> "Validator":
    import jsonschema_rs

    known = rules.DIALECTS.get(dialect)
    if known is None:
        raise NotASchema(f"{dialect[:100]!r} is no dialect that is known here.")
    schema = safe_json.loads(text)
    if looks_too_often(schema):
        raise NotASchema(f"combines schemas so often that a value would be looked at over {MOST_LOOKS:,} times.")
    try:
        made: Validator = getattr(jsonschema_rs, known)(
            schema,
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            retriever=_refused,
        )
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise NotASchema(f"can't be used: {str(error).partition(chr(10))[0][:_LONGEST_TEXT]}") from error
    return made


def _refused(uri: str) -> JsonValue:
    raise ValueError(f"{uri[:100]} is not fetched")


def _outside(schema: JsonValue) -> Iterator[tuple[str, str]]:
    for each, pointer in schemas_in(schema):
        for keyword in _REFERENCES:
            target = each.get(keyword)
            if isinstance(target, str) and not target.startswith("#"):
                yield (
                    child(pointer, keyword),
                    f"refers to {target[:100]!r}; only places in this schema (#/…) can be had",
                )
