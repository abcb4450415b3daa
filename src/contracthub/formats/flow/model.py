"""A flow contract as typed values."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from contracthub.formats.durations import seconds_of
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue

WITHIN = 30.0
"""How long a whole flow may take where it does not say so itself, in seconds."""
EVERY = 0.1
REPEAT = "contracthub:repeat"
"""``{"contracthub:repeat": 250, "value": 0.5}`` in what is sent is a list of so many values."""
NUMBER = "number"
"""``${number}`` is the number of a message among those of its step, from 1."""
RUN = "run"
"""``${run}`` is a text that no other run has."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the provider; ``has_body`` tells null from nothing."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None
    has_body: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What an answer has to be like; ``status`` is a number or ``2xx``. Headers and body hold matchers."""

    status: int | str | None = None
    headers: JsonObject = field(default_factory=dict)
    body: JsonValue = None
    has_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessages:
    """Messages to a topic, ``count`` of one kind. ``data`` are bytes that are sent as they are.

    ``subject`` names the schema that ``value`` is written with; without, it is JSON. All None: a tombstone.
    """

    name: str
    pointer: str
    topic: str
    key: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)
    value: JsonValue = None
    has_value: bool = False
    text: str | None = None
    data: bytes | None = None
    subject: str | None = None
    partition: int | None = None
    count: int = 1
    every: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request that sets the provider to work, and the status it has to be answered with."""

    name: str
    pointer: str
    request: Request
    status: int | str = "2xx"


@dataclass(frozen=True, slots=True)
class ExpectedMessage:
    """What a message has to be like; what is not said may be anything. ``count`` such messages are expected."""

    key: JsonValue = None
    has_key: bool = False
    headers: JsonObject = field(default_factory=dict)
    value: JsonValue = None
    has_value: bool = False
    text: JsonValue = None
    has_text: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMessages:
    """Messages that have to come to a topic; ``per_key``: in this order, of those with the same key."""

    name: str
    pointer: str
    topic: str
    messages: tuple[ExpectedMessage, ...]
    per_key: bool = True
    within: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedState:
    """An answer that a request has to get in the end, and to go on getting for ``stays`` seconds."""

    name: str
    pointer: str
    request: Request
    response: Response
    within: float | None = None
    every: float = EVERY
    stays: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenMessage:
    """A message that must not come to a topic for ``during`` seconds."""

    name: str
    pointer: str
    topic: str
    message: ExpectedMessage
    during: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenState:
    """An answer that a request must not get for ``during`` seconds."""

    name: str
    pointer: str
    request: Request
    response: Response
    during: float
    every: float = EVERY


Send: TypeAlias = SentMessages | SentRequest
Expect: TypeAlias = ExpectedMessages | ExpectedState
Never: TypeAlias = ForbiddenMessage | ForbiddenState


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole flow. ``within`` bounds all of it, in seconds; steps are numbered in the order of the document."""

    name: str
    consumer: str | None
    provider: str
    sends: tuple[Send, ...]
    expects: tuple[Expect, ...] = ()
    nevers: tuple[Never, ...] = ()
    given: tuple[ProviderState, ...] = ()
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    within: float = WITHIN

    @property
    def topics_out(self) -> tuple[str, ...]:
        """The topics that have to be listened to."""
        found = [each.topic for each in (*self.expects, *self.nevers) if isinstance(each, _WITH_TOPIC)]
        return tuple(dict.fromkeys(found))

    @property
    def needs_kafka(self) -> bool:
        """Whether nothing can be said without a broker."""
        return bool(self.topics_out) or any(isinstance(each, SentMessages) for each in self.sends)


_WITH_TOPIC = (ExpectedMessages, ForbiddenMessage)


def document_from(document: LiveDocument) -> Flow:
    """The flow in a document that was read."""
    return flow_from(document.body)


def flow_from(body: JsonObject) -> Flow:
    """The flow in a body that keeps the schema."""
    return Flow(
        name=str(body["name"]),
        consumer=_text(body.get("consumer")),
        provider=str(body["provider"]),
        sends=tuple(_send(each, pointer) for each, pointer in _steps(body, "send")),
        expects=tuple(_expect(each, pointer) for each, pointer in _steps(body, "expect")),
        nevers=tuple(_never(each, pointer) for each, pointer in _steps(body, "never")),
        given=tuple(ProviderState(str(each["name"]), _object(each.get("params"))) for each, _ in _steps(body, "given")),
        values=_object(body.get("values")),
        within=_seconds(body.get("within"), WITHIN),
    )


def _steps(body: JsonObject, name: str) -> Iterator[tuple[JsonObject, str]]:
    found = body.get(name)
    for index, each in enumerate(found if isinstance(found, list) else ()):
        yield _object(each), f"/{name}/{index}"


def _send(step: JsonObject, pointer: str) -> Send:
    if "topic" not in step:
        status = step.get("status", "2xx")
        request = _request(step["request"])
        told = f"{request.method} {request.path}"
        status = status if isinstance(status, int) else str(status)
        return SentRequest(name=_name(step, told), pointer=pointer, request=request, status=status)
    topic = str(step["topic"])
    return SentMessages(
        name=_name(step, topic),
        pointer=pointer,
        topic=topic,
        key=step.get("key"),
        headers=_texts(step.get("headers")),
        value=step.get("value"),
        has_value="value" in step,
        text=_text(step.get("text")),
        data=base64.b64decode(str(step["base64"])) if "base64" in step else None,
        subject=_text(step.get("schema")),
        partition=_whole(step.get("partition")),
        count=_whole(step.get("count")) or 1,
        every=_seconds(step.get("every"), 0.0),
    )


def _expect(step: JsonObject, pointer: str) -> Expect:
    within = _seconds(step["within"], 0.0) if "within" in step else None
    if "topic" not in step:
        request = _request(step["request"])
        return ExpectedState(
            name=_name(step, f"{request.method} {request.path}"),
            pointer=pointer,
            request=request,
            response=_response(step["response"]),
            within=within,
            every=_seconds(step.get("every"), EVERY),
            stays=_seconds(step.get("stays"), 0.0),
        )
    messages = step["messages"]
    return ExpectedMessages(
        name=_name(step, str(step["topic"])),
        pointer=pointer,
        topic=str(step["topic"]),
        messages=tuple(_message(each) for each in (messages if isinstance(messages, list) else ())),
        per_key=step.get("order", "per-key") == "per-key",
        within=within,
    )


def _never(step: JsonObject, pointer: str) -> Never:
    during = _seconds(step["during"], 0.0)
    if "topic" not in step:
        request = _request(step["request"])
        return ForbiddenState(
            name=_name(step, f"{request.method} {request.path}"),
            pointer=pointer,
            request=request,
            response=_response(step["response"]),
            during=during,
            every=_seconds(step.get("every"), EVERY),
        )
    topic = str(step["topic"])
    message = _message(step["message"])
    return ForbiddenMessage(name=_name(step, topic), pointer=pointer, topic=topic, message=message, during=during)


def _message(value: JsonValue) -> ExpectedMessage:
    said = _object(value)
    return ExpectedMessage(
        key=said.get("key"),
        has_key="key" in said,
        headers=_object(said.get("headers")),
        value=said.get("value"),
        has_value="value" in said,
        text=said.get("text"),
        has_text="text" in said,
        count=_whole(said.get("count")) or 1,
    )


def _request(value: JsonValue) -> Request:
    said = _object(value)
    return Request(
        str(said.get("method", "GET")),
        str(said["path"]),
        _texts(said.get("headers")),
        said.get("body"),
        "body" in said,
    )


def _response(value: JsonValue) -> Response:
    said = _object(value)
    status = said.get("status")
    return Response(
        status if isinstance(status, int) or status is None else str(status),
        _object(said.get("headers")),
        said.get("body"),
        "body" in said,
    )


def _texts(value: JsonValue) -> dict[str, str]:
    return {name: _written(each) for name, each in _object(value).items()}


def _written(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(step: JsonObject, otherwise: str) -> str:
    return str(step.get("name") or otherwise)


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None


def _seconds(value: JsonValue, default: float) -> float:
    return seconds_of(value) if isinstance(value, str) else default
