"""Reads JSON Schema documents and finds every fault at once: against the draft's own schema, and lost references."""

from collections.abc import Iterator, Mapping

from contracthub.domain.errors import Fault
from contracthub.formats import safe_json
from contracthub.formats.faults import invalid
from contracthub.formats.jsonschema.reading import JsonSchema, read_schema
from contracthub.formats.jsonschema.resolution import base_of
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT, DIALECTS, broken_rules
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue, kind_of

_CODE, _WHAT = "invalid-json-schema", "The JSON Schema"
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_DATA = frozenset({"const", "enum", "default", "examples"})


def parse(
    data: bytes | str, references: Mapping[str, JsonValue] | None = None, limits: Limits = DOCUMENT
) -> JsonSchema:
    """The schema of a JSON Schema document; ``references`` are the documents that it may refer to, by URI.

    Raises ``Invalid`` with every fault and its JSON pointer, and ``TooLarge`` when the text is over a limit.
    """
    document = safe_json.loads(data, limits)
    check_dialect(document)
    schema = read_schema(document, references)
    check_references(document, schema, schema.root.base)
    return schema


def check_dialect(document: JsonValue) -> None:
    """Hold a document against its dialect. Raises ``Invalid``."""
    if not isinstance(document, dict | bool):
        text = f"must be an object or a boolean, and is {kind_of(document)}"
        raise invalid(_CODE, _WHAT, [Fault("schema", text, pointer="")])
    faults = [*faults_of_dialect(document)]
    if faults:
        raise invalid(_CODE, _WHAT, faults)


def check_references(document: JsonValue, schema: JsonSchema, base: str) -> None:
    """Look for what a document refers to, from ``base`` on, among all that ``schema`` knows. Raises ``Invalid``."""
    faults = [*_dangling(document, schema, base)]
    if faults:
        raise invalid(_CODE, _WHAT, faults)


def faults_of_dialect(document: JsonValue) -> Iterator[Fault]:
    """What the schema of its dialect says against a document; where references lead is not looked at."""
    named = document.get("$schema", DEFAULT_DIALECT) if isinstance(document, dict) else DEFAULT_DIALECT
    dialect = (
        named.rstrip("#").replace("https://json-schema.org/draft-", "http://json-schema.org/draft-")
        if isinstance(named, str)
        else ""
    )
    if dialect == "http://json-schema.org/schema":
        dialect = DEFAULT_DIALECT
    if dialect not in DIALECTS:
        yield Fault(
            "schema", f"is no dialect that is known here; use one of: {', '.join(DIALECTS)}", pointer="/$schema"
        )
        return
    for pointer, text in broken_rules(document, dialect):
        yield Fault("schema", text, pointer=pointer)


def _dangling(document: JsonValue, schema: JsonSchema, start: str) -> Iterator[Fault]:
    """References to places that nothing which was given has. Nothing is fetched, so they could never be followed."""
    todo: list[tuple[JsonValue, str, str]] = [(document, start, "")]
    while todo:
        value, outer, pointer = todo.pop()
        if isinstance(value, list):
            todo.extend((item, outer, child(pointer, index)) for index, item in enumerate(value))
        if not isinstance(value, dict):
            continue
        base = base_of(value, outer) if pointer else outer
        for keyword in _REFERENCES:
            target = value.get(keyword)
            if (
                isinstance(target, str)
                and target.rstrip("#") not in DIALECTS
                and not schema.resolver.find(target, base)
            ):
                text = f"refers to {target[:200]!r}, which is neither here nor in a reference; add it"
                yield Fault("schema", text, pointer=child(pointer, keyword))
        todo.extend((each, base, child(pointer, key)) for key, each in value.items() if key not in _DATA)
