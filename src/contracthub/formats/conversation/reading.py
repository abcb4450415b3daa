"""From the body of a sound conversation contract to the values of the model."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from contracthub.formats import safe_json
from contracthub.formats.conversation.expressions import filled, late_steps, with_values
from contracthub.formats.conversation.model import (
    HANDSHAKE_SECONDS,
    STEP_SECONDS,
    WHOLE_SECONDS,
    Close,
    Connect,
    Conversation,
    Expected,
    Nothing,
    Receive,
    Send,
    Side,
    Step,
    Transport,
    Unordered,
)
from contracthub.formats.conversation.schema import MOST_REPEATS
from contracthub.formats.durations import seconds_of
from contracthub.formats.matching import Pattern, compile_pattern, example
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

# What json.loads and the schema let through is any JSON; the schema has said which.
_Object = dict[str, Any]


def conversation_of(body: JsonObject, values: JsonObject | None = None) -> Conversation:
    """The conversation of a body that keeps the schema and the rules, with the values of its provider states in place.

    Without values, expressions stand for themselves. Raises ``Invalid`` for a pattern that is none, and UnknownValue.
    """
    late = late_steps(body)
    said: _Object = dict(body if values is None else with_values(body, values))
    whole = _seconds(said, "within", WHOLE_SECONDS)
    return Conversation(
        name=said["name"],
        connect=_connect(said["connect"]),
        given=tuple(ProviderState(each["name"], each.get("params", {})) for each in said.get("given", ())),
        within=whole,
        ignored=tuple(_expected(each, f"/ignore/{at}") for at, each in enumerate(said.get("ignore", ()))),
        steps=tuple(_step(each, f"/steps/{at}", whole) for at, each in enumerate(said.get("steps", ()))),
        late=late,
        values=values or {},
    )


def completed(said: Conversation, at: int, saved: Mapping[str, JsonValue]) -> Step:
    """The step with what messages brought, where it needs that. Raises ``Invalid`` and UnknownValue."""
    if at not in said.late:
        return said.steps[at]
    step: Any = filled(said.late[at], {**said.values, **saved})
    return _step(step, f"/steps/{at}", said.within)


def text_of(value: JsonValue) -> str:
    """A scalar as it is written in an address or a header."""
    return value if isinstance(value, str) else safe_json.dumps(value).decode()


def _seconds(said: _Object, key: str, otherwise: float) -> float:
    return seconds_of(said[key]) if key in said else otherwise


def _connect(said: _Object) -> Connect:
    kind = Transport(said.get("kind", Transport.WEBSOCKET))
    return Connect(
        transport=kind,
        template=said["path"],
        params={name: text_of(value) for name, value in said.get("params", {}).items()},
        query=tuple(_query(said.get("query", {}))),
        headers=tuple((name, text_of(value)) for name, value in said.get("headers", {}).items()),
        subprotocols=tuple(said.get("subprotocols", ())),
        subprotocol=said.get("subprotocol"),
        method=said.get("method", "POST" if "body" in said else "GET"),
        body=safe_json.dumps(example(compile_pattern(said["body"], "/connect/body"))) if "body" in said else None,
        within=_seconds(said, "within", HANDSHAKE_SECONDS),
        refused=tuple(_listed(said.get("refused", []))),
    )


def _query(said: _Object) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        for each in value if isinstance(value, list) else [value]:
            yield name, text_of(each)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _step(said: _Object, pointer: str, whole: float) -> Step:
    name = said.get("name", "")
    within = _seconds(said, "within", min(STEP_SECONDS, whole))
    if "send" in said:
        return _send(said["send"], name, child(pointer, "send"))
    if "receive" in said:
        return _receive(said, pointer, within)
    if "unordered" in said:
        members = enumerate(said["unordered"])
        listed = tuple(_receive(each, f"{pointer}/unordered/{at}", within) for at, each in members)
        return Unordered(name=name, members=listed, within=within)
    if "nothing" in said:
        return Nothing(name=name, seconds=seconds_of(said["nothing"]))
    close = said["close"]
    return Close(
        name=name,
        by=Side(close["by"]),
        codes=tuple(_listed(close.get("code", []))),
        reason=_pattern(close, "reason", child(pointer, "close")),
        within=_seconds(close, "within", min(STEP_SECONDS, whole)),
    )


def _send(said: _Object, name: str, pointer: str) -> Send:
    if "json" in said:
        value = example(compile_pattern(said["json"], child(pointer, "json")))
        return Send(name=name, content=safe_json.dumps(value).decode(), value=value, is_json=True)
    if "text" in said:
        return Send(name=name, content=said["text"], value=said["text"])
    return Send(name=name, content=base64.b64decode(said["binary"]), value=said["binary"])


def _receive(said: _Object, pointer: str, within: float) -> Receive:
    least, most = bounds_of(said)
    return Receive(
        name=said.get("name", ""),
        expected=_expected(said["receive"], child(pointer, "receive")),
        within=within,
        least=least,
        most=most,
        until=_expected(said["until"], child(pointer, "until")) if "until" in said else None,
        gap=seconds_of(said["gap"]) if "gap" in said else None,
        saves=said.get("save", {}),
    )


def bounds_of(said: _Object) -> tuple[int, int]:
    """How many messages a step hears at least and at most."""
    repeat = said.get("repeat")
    if repeat is None:
        least, most = (0, MOST_REPEATS) if "until" in said else (1, 1)
    else:
        least, most = repeat.get("min", 0 if "until" in said else 1), repeat.get("max", MOST_REPEATS)
    return (0 if said.get("optional") else least), most


def _expected(said: _Object, pointer: str) -> Expected:
    binary = said.get("binary")
    sizes = (binary.get("min", 0), binary.get("max")) if isinstance(binary, dict) else None
    return Expected(
        pointer=pointer,
        has_json="json" in said,
        json=_pattern(said, "json", pointer),
        schema=said.get("schema"),
        text=_pattern(said, "text", pointer),
        binary=base64.b64decode(binary) if isinstance(binary, str) else None,
        sizes=sizes,
        event=_pattern(said, "event", pointer),
        id=_pattern(said, "id", pointer),
        retry=_pattern(said, "retry", pointer),
    )


def _pattern(said: _Object, key: str, pointer: str) -> Pattern | None:
    return compile_pattern(said[key], child(pointer, key)) if key in said else None
