"""Holds schemas against the schema of their draft.

Whether a document is valid is answered at once for the whole of it. What is wrong is then looked for schema by schema,
each without those inside of it: an error of the validator carries a copy of all that it is about, and a document whose
error is deep inside would be copied for every level above.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from contracthub.formats.jsonschema.keywords import MAPS, hollow, schemas_in
from contracthub.formats.pointers import child, pointer_from
from contracthub.formats.safe_json import MOST_FAULTS, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

# A schema without $schema is read as the registry's clients read it.
DEFAULT_DIALECT = "http://json-schema.org/draft-07/schema"
DIALECTS = {
    "http://json-schema.org/draft-04/schema": "Draft4Validator",
    "http://json-schema.org/draft-06/schema": "Draft6Validator",
    DEFAULT_DIALECT: "Draft7Validator",
    "https://json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
}
_LONGEST_TEXT = 300
# So many members of one map are looked at one by one; that something is wrong is known all the same.
_MOST_MEMBERS = 1_000


def broken_rules(document: JsonValue, dialect: str) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the wording of each rule of its dialect that a schema breaks, at most 50."""
    return islice(chain(_broken(document, dialect), _broken_patterns(document)), MOST_FAULTS)


def _broken(document: JsonValue, dialect: str) -> Iterator[tuple[str, str]]:
    validator = _validator(dialect)
    if validator.is_valid(document):
        return
    found = False
    for schema, pointer in schemas_in(document):
        bare = hollow(schema)
        if not validator.is_valid(bare):
            for error in validator.iter_errors(_narrow(bare)):
                found = True
                yield pointer + pointer_from(error.instance_path), error.message[:_LONGEST_TEXT]
    if not found:
        yield "", f"is no schema of {dialect}"


def _narrow(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict):
        return schema
    return {
        key: dict(islice(value.items(), _MOST_MEMBERS)) if key in MAPS and isinstance(value, dict) else value
        for key, value in schema.items()
    }


def _broken_patterns(document: JsonValue) -> Iterator[tuple[str, str]]:
    """Patterns that nobody can read. Other formats are not looked at: registries hold ids that are no URI."""
    known: dict[str, bool] = {}
    for schema, pointer in schemas_in(document):
        pattern, patterns = schema.get("pattern"), schema.get("patternProperties")
        places = [(pattern, child(pointer, "pattern"))] if isinstance(pattern, str) else []
        if isinstance(patterns, dict):
            places += [(each, child(pointer, "patternProperties")) for each in patterns]
        for each, place in places:
            if each not in known:
                known[each] = _regexes().is_valid(each)
            if not known[each]:
                yield place, f"{each[:100]!r} is no regular expression"


@lru_cache(maxsize=len(DIALECTS))
def _validator(dialect: str) -> "Validator":
    import jsonschema_rs

    made: Validator = getattr(jsonschema_rs, DIALECTS[dialect])({"$ref": dialect}, validate_formats=False)
    return made


@lru_cache(maxsize=1)
def _regexes() -> "Validator":
    import jsonschema_rs

    return jsonschema_rs.validator_for({"type": "string", "format": "regex"}, validate_formats=True)
