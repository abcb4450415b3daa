"""The one table of kinds of live contracts, and how a document of any of them is read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_name
from contracthub.formats import safe_yaml
from contracthub.formats.faults import invalid
from contracthub.formats.limits import Limits
from contracthub.formats.live_contract import HEAD, LIVE_CONTRACT, LiveDocument, LiveKind
from contracthub.formats.pointers import child, pointer_from
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue
from contracthub.formats.source_lines import lines_of

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

# Where the verbs of each kind are; imported only when a document of that kind is met.
KINDS: Mapping[str, str] = {
    "conversation": "contracthub.formats.conversation.contract",
    "flow": "contracthub.formats.flow.contract",
    "journey": "contracthub.formats.journey.contract",
    "slo": "contracthub.formats.slo.contract",
}
_LONGEST_TEXT = 300
_WHOLE = "contracthub:whole"
_HEADING = re.compile(r"([a-z-]{1,50})/([0-9]{1,9})")


@cache
def kind_named(name: str) -> LiveKind:
    """The verbs of this kind. Raises KeyError for a name that no kind has."""
    found: LiveKind = import_module(KINDS[name]).KIND
    return found


def read(data: bytes, limits: Limits = LIVE_CONTRACT) -> LiveDocument:
    """The contract in a YAML or JSON text.

    Raises ``TooLarge``, and ``Invalid`` with every fault: its pointer (RFC 6901) and, in its text, the line.
    """
    body = safe_yaml.loads(data, limits)
    if not isinstance(body, dict):
        raise Invalid("not-a-contract", f"A contract is an object that begins with {HEAD}: KIND/1.")
    kind = _kind_of(body, data)
    faults = _faults_of_schema(kind, body) or [*_faults_of_names(body), *kind.check(body)]
    if faults:
        raise invalid("invalid-contract", f"The {kind.name}", _with_lines(faults, data))
    consumer = body.get("consumer")
    return LiveDocument(
        kind.name,
        str(body["name"]),
        str(consumer) if consumer is not None else None,
        kind.providers(body),
        body,
        data,
    )


def identity(document: LiveDocument) -> str:
    """What evidence is kept under."""
    return kind_named(document.kind).identity(document.body)


def _kind_of(body: JsonObject, data: bytes) -> LiveKind:
    said = body.get(HEAD)
    known = ", ".join(f"{name}/1" for name in KINDS)
    if said is None:
        told = f"must say what this is. Put one of these at {HEAD}: {known}"
    elif not isinstance(said, str) or not (match := _HEADING.fullmatch(said)) or match[1] not in KINDS:
        told = f"must be one of: {known}"
    elif match[2] != "1":
        told = f"names version {match[2]} of the format; this ContractHub reads {match[1]}/1. Upgrade it, or write that"
    else:
        return kind_named(match[1])
    raise invalid("invalid-contract", "The contract", _with_lines([Fault(HEAD, told, f"/{HEAD}")], data))


def _faults_of_schema(kind: LiveKind, body: JsonObject) -> list[Fault]:
    found: list[Fault] = []
    for error in _validator(kind.name).iter_errors(body):
        found += _faults_in(error)
        if len(found) >= MOST_FAULTS:
            break
    return found[:MOST_FAULTS]


@cache
def _validator(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (the type needs a library that is loaded late)
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        _whole_numbers_in(kind_named(name).schema),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        keywords={_WHOLE: _Whole},
    )


class _Whole:
    """Counts are written without a point. JSON Schema takes 10.0 for an integer; whoever counts to it can't."""

    def __init__(self, parent: object, value: object, path: object) -> None:
        """Called by the validator."""

    def validate(self, instance: object) -> None:
        """Raises ValueError for 10.0."""
        if isinstance(instance, float) and instance.is_integer():
            raise ValueError(f"is a count; write {instance:.0f} instead of {instance}")


def _whole_numbers_in(schema: JsonObject) -> JsonObject:
    """The schema, with points in counts forbidden."""
    found: JsonObject = {name: _inside(each) for name, each in schema.items()}
    types = schema.get("type")
    if types == "integer" or (isinstance(types, list) and "integer" in types):
        found[_WHOLE] = True
    return found


def _inside(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_inside(each) for each in value]
    return _whole_numbers_in(value) if isinstance(value, dict) else value


def _faults_in(error: "ValidationError") -> Iterator[Fault]:
    """The faults that an error of the schema stands for, each where it is."""
    pointer, kind = pointer_from(error.instance_path), error.kind
    # An alternative was meant if what stands there is of its type; the one that fits best fails least often.
    meant = [
        alternative
        for alternative in getattr(kind, "context", None) or ()
        if not any(one.kind.name == "type" and one.instance_path == error.instance_path for one in alternative)
    ]
    if meant and not all(meant):
        yield Fault(_field(error.instance_path), "is more than one of the alternatives at once; keep one", pointer)
        return
    if meant:
        for inner in min(meant, key=len):
            yield from _faults_in(inner)
        return
    unexpected = getattr(kind, "unexpected", None)
    if unexpected:
        for name in unexpected:
            yield Fault(str(name), "is not known here; remove it, or mend its spelling", child(pointer, name))
        return
    missing = getattr(kind, "property", None)
    if isinstance(missing, str) and kind.name == "required":
        yield Fault(missing, f"{missing} is missing", pointer)
        return
    yield Fault(_field(error.instance_path), _cut(error.message), pointer)


def _field(path: Sequence[str | int]) -> str:
    return str(path[-1]) if path else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _faults_of_names(body: JsonObject) -> Iterator[Fault]:
    for field in ("name", "consumer", "provider"):
        if field in body:
            for fault in faults_of_name(field, body[field]):
                yield replace(fault, pointer=f"/{field}")


def _with_lines(faults: Iterable[Fault], data: bytes) -> list[Fault]:
    told = list(faults)[:MOST_FAULTS]
    lines = lines_of(data, {each.pointer for each in told if each.pointer is not None})
    return [
        replace(each, text=f"{each.text} (line {line})") if (line := lines.get(each.pointer or "")) else each
        for each in told
    ]
