"""The verbs of flow contracts. The table of kinds knows them by ``KIND``."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from contracthub.formats.flow.checks import faults_in, sample_values
from contracthub.formats.flow.filling import as_pattern, filled, filled_text, uses_in
from contracthub.formats.flow.model import (
    ExpectedMessage,
    ExpectedMessages,
    ExpectedState,
    Flow,
    Request,
    Response,
    SentMessages,
    SentRequest,
    document_from,
    flow_from,
)
from contracthub.formats.flow.patterns import pattern_of_message, pattern_of_response
from contracthub.formats.flow.schema import SCHEMA
from contracthub.formats.live_contract import LiveDocument, LiveKind, identity_of, one_provider
from contracthub.formats.matching import Pattern, compile_pattern, identity_value, shapes
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue

__all__ = ["KIND"]

_MOST_NEEDS = 10_000
# The matchers of a step are where these are; in all other places a value means itself.
_PATTERNS = frozenset({"key", "headers", "value", "text", "body"})
_TOLD_ONLY = frozenset({"name", "pointer", "consumer"})


def identity(body: JsonObject) -> str:
    """A text that is the same for flows that no verification can tell apart: names and examples do not count."""
    flow = flow_from(body)
    values = sample_values(flow)
    parts = {"expects": flow.expects, "nevers": flow.nevers}
    meaning = {
        **{name: _meaning(part, values) for name, part in parts.items()},
        "sends": _plain(flow.sends),
        "given": _plain(flow.given),
        "values": _plain(flow.values),
        "within": flow.within,
        "provider": flow.provider,
    }
    return identity_of("flow", meaning)


def _meaning(part: object, values: Mapping[str, JsonValue]) -> JsonValue:
    """What counts of expectations: their matchers, without the examples under them."""
    if isinstance(part, ExpectedMessage):
        return {"count": part.count, "like": identity_value(pattern_of_message(part, values)), "as": _uses(part)}
    if isinstance(part, Response):
        return {"status": part.status, "like": identity_value(pattern_of_response(part, values)), "as": _uses(part)}
    if is_dataclass(part) and not isinstance(part, type):
        return {
            each.name: _meaning(getattr(part, each.name), values)
            for each in fields(part)
            if each.name not in _TOLD_ONLY
        }
    if isinstance(part, tuple):
        return [_meaning(each, values) for each in part]
    return _plain(part)


def _uses(part: ExpectedMessage | Response) -> JsonValue:
    """The names that stand in a pattern: filled in, ``${a}`` and ``${b}`` may look alike."""
    said = {each.name: _plain(getattr(part, each.name)) for each in fields(part) if each.name in _PATTERNS}
    return [[pointer, name] for name, pointer in uses_in(said, "")]


def _plain(value: object) -> JsonValue:
    if isinstance(value, ProviderState):
        return {"name": value.name, "params": dict(value.params)}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name not in _TOLD_ONLY}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def needs(document: LiveDocument, provider: str) -> tuple[Need, ...]:
    """What the consumer relies on: what it sends, and what it waits for."""
    if provider not in document.providers:
        return ()
    flow = document_from(document)
    found: dict[Need, None] = {}
    for need in _needs(flow):
        found[need] = None
        if len(found) >= _MOST_NEEDS:
            break
    return tuple(found)


def _needs(flow: Flow) -> Iterator[Need]:
    values = sample_values(flow)
    for send in flow.sends:
        if isinstance(send, SentMessages):
            topic = filled_text(send.topic, values)
            yield from _of_value(filled(send.value, values), send.has_value, topic, flow.name)
        elif isinstance(send, SentRequest):
            yield from _of_request(send.request, values, flow.name)
    for expect in flow.expects:
        if isinstance(expect, ExpectedMessages):
            topic = filled_text(expect.topic, values)
            for message in expect.messages:
                pattern = pattern_of_message(message, values)
                yield from _of_pattern(pattern, topic, Direction.MESSAGE, flow.name)
        elif isinstance(expect, ExpectedState):
            yield from _of_request(expect.request, values, flow.name)
            yield from _of_response(expect, values, flow.name)


def _of_value(value: JsonValue, has_value: bool, operation: str, flow: str) -> Iterator[Need]:  # noqa: FBT001 - null is a value
    if has_value:
        for path, shape in shapes(compile_pattern(as_pattern(value))):
            yield Need(operation, Direction.REQUEST, "body", path, shape, flow)


def _of_request(request: Request, values: Mapping[str, JsonValue], flow: str) -> Iterator[Need]:
    operation = _operation(request, values)
    yield from _of_value(filled(request.body, values), request.has_body, operation, flow)


def _of_response(expect: ExpectedState, values: Mapping[str, JsonValue], flow: str) -> Iterator[Need]:
    operation = _operation(expect.request, values)
    status = expect.response.status
    if isinstance(status, int):
        shape = Shape(JsonType.INTEGER, "equality", str(status), str(status))
        yield Need(operation, Direction.RESPONSE, "status", "", shape, flow)
    yield from _of_pattern(pattern_of_response(expect.response, values), operation, Direction.RESPONSE, flow)


def _of_pattern(pattern: Pattern, operation: str, direction: Direction, flow: str) -> Iterator[Need]:
    for path, shape in shapes(pattern):
        part, place = _placed(path)
        if part:
            yield Need(operation, direction, part, place, shape, flow)


def _placed(path: str) -> tuple[str, str]:
    """The part of a message or answer that a path in its pattern is about, and the place inside of that."""
    for member, part in (("value", "body"), ("body", "body"), ("text", "body"), ("key", "metadata")):
        start = f"$.{member}"
        if path == start or path.startswith((f"{start}.", f"{start}[")):
            return part, "key" if member == "key" else f"${path.removeprefix(start)}"
    for start in ("$.headers.", "$.headers["):
        if path.startswith(start):
            return "header", path.removeprefix(start).strip("]").strip("'\"")
    return "", ""


def _operation(request: Request, values: Mapping[str, JsonValue]) -> str:
    return f"{request.method} {filled_text(request.path, values).partition('?')[0]}"


def describe(document: LiveDocument) -> str:
    """One line for people.

    ``10 messages to neural-data, then GET /sessions/${session_id}/data``
    """
    flow = document_from(document)
    sent = []
    for send in flow.sends:
        if isinstance(send, SentMessages):
            sent.append(f"{send.count:,} {'message' if send.count == 1 else 'messages'} to {send.topic}")
        else:
            sent.append(f"{send.request.method} {send.request.path}")
    awaited = [_told(each) for each in flow.expects] + [f"never {_told(each)}" for each in flow.nevers]
    return f"{', '.join(sent)}, then {', '.join(awaited)}"


def _told(step: object) -> str:
    topic = getattr(step, "topic", None)
    request = getattr(step, "request", None)
    return f"messages in {topic}" if topic else f"{request.method} {request.path}" if request else ""


KIND = LiveKind(
    name="flow",
    schema=SCHEMA,
    check=faults_in,
    providers=one_provider,
    identity=identity,
    needs=needs,
    describe=describe,
)
