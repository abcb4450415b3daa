"""What the schema of a conversation contract can't say: rules between its parts, each fault with its place."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from contracthub.domain.errors import Fault
from contracthub.formats.conversation.expressions import names_in, saved_in
from contracthub.formats.conversation.hidden import hidden_messages
from contracthub.formats.conversation.model import HANDSHAKE_SECONDS, WHOLE_SECONDS, Transport
from contracthub.formats.conversation.reading import bounds_of, text_of
from contracthub.formats.durations import seconds_of, written
from contracthub.formats.matching import compile_pattern, faults_of, has_example
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_Object = dict[str, Any]
_PARAMETER = re.compile(r"\{([^{}/]*)\}")
# RFC 9110 §5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\xff]")
# What the connection itself says.
_OWN_HEADERS = frozenset(
    {"host", "connection", "upgrade", "content-length", "transfer-encoding", "te", "trailer", "accept-encoding"}
)
_OF_EVENTS = ("event", "id", "retry")
_LONGEST_SECONDS = 600.0
_LONGEST_CLOSE_REASON = 123
_UNDECIDED = "nobody can tell when it is over before the client goes on: say until, or min and max alike"


def faults_in(body: JsonObject) -> Iterator[Fault]:
    """Every fault of a body that keeps the schema."""
    said: _Object = dict(body)
    connect: _Object = said["connect"]
    kind = Transport(connect.get("kind", Transport.WEBSOCKET))
    steps: list[_Object] = said.get("steps", [])
    yield from _of_connect(connect, kind)
    yield from _of_presence(connect, steps)
    yield from _of_times(said, steps)
    for at, each in enumerate(said.get("ignore", [])):
        yield from of_expected(each, kind, f"/ignore/{at}")
    for at, step in enumerate(steps):
        yield from _of_step(step, kind, f"/steps/{at}")
    yield from _of_order(steps, kind)
    yield from _of_saved(body, steps)
    yield from hidden_messages(said.get("ignore", []), steps)


def _of_connect(connect: _Object, kind: Transport) -> Iterator[Fault]:
    yield from _of_path(connect)
    yield from _of_headers(connect.get("headers", {}))
    for key in ("subprotocols", "subprotocol") if kind is not Transport.WEBSOCKET else ("method", "body"):
        if key in connect:
            text = f"{key} has no meaning on {kind}; leave it out"
            yield Fault(key, text, child("/connect", key))
    offered = connect.get("subprotocols", [])
    for at, each in enumerate(offered):
        if not _TOKEN.fullmatch(each):
            yield Fault("subprotocols", f"{each[:50]!r} is no token (RFC 9110)", f"/connect/subprotocols/{at}")
    chosen = connect.get("subprotocol")
    if kind is Transport.WEBSOCKET and chosen is not None and chosen not in offered:
        yield Fault("subprotocol", "is not among subprotocols, so nobody could choose it", "/connect/subprotocol")
    if "body" in connect and connect.get("method") == "GET":
        yield Fault("body", "goes with POST, PUT or PATCH, not with GET", "/connect/body")
    if "body" in connect:
        yield from _of_sent(connect["body"], "/connect/body")


def _of_path(connect: _Object) -> Iterator[Fault]:
    path, params = connect["path"], connect.get("params", {})
    if not path.startswith("/") or path.startswith("//"):
        yield Fault("path", "must begin with one slash: it is below the provider's address", "/connect/path")
    if any(sign in path for sign in "?#\\") or _CONTROLS.search(path) or " " in path:
        yield Fault(
            "path", "must be a path alone, without spaces; what follows a ? belongs into query", "/connect/path"
        )
    named = _PARAMETER.findall(path)
    for name in dict.fromkeys(named):
        if name not in params and f"${{{name}}}" not in path:
            yield Fault("path", f"{{{name}}} has no value in params", "/connect/path")
    for name in params:
        if name not in named:
            yield Fault(name, f"the path has no {{{name}}}", child("/connect/params", name))


def _of_headers(headers: _Object) -> Iterator[Fault]:
    for name, value in headers.items():
        pointer = child("/connect/headers", name)
        if not _TOKEN.fullmatch(name):
            yield Fault(name, "is no name of a header", pointer)
        elif name.lower() in _OWN_HEADERS or name.lower().startswith("sec-websocket-"):
            yield Fault(name, "is said by the connection itself; leave it out", pointer)
        if _CONTROLS.search(text_of(value)) or _NOT_ASCII.search(text_of(value)):
            yield Fault(name, "holds characters that no header can hold", pointer)


def _of_saved(body: JsonObject, steps: list[_Object]) -> Iterator[Fault]:
    """Values are saved of one message that has to come, and used after that."""
    first: dict[str, int] = {}
    for at, name in saved_in(body):
        if name in first:
            yield Fault(name, f"is saved by step {first[name] + 1} already", f"/steps/{at}/save/{name}")
        first.setdefault(name, at)
    for name in names_in([body["connect"], body.get("ignore", [])]):
        if name in first:
            yield Fault(name, f"is known only when step {first[name] + 1} was taken", "/connect")
    for at, step in enumerate(steps):
        pointer = f"/steps/{at}"
        for name in names_in(step):
            if first.get(name, -1) >= at:
                yield Fault(name, f"${{{name}}} is used before step {first[name] + 1} has saved it", pointer)
        if "save" in step and (bounds_of(step) != (1, 1) or "until" in step):
            yield Fault("save", "is of one message that has to come; leave out repeat, until and optional", pointer)
        elif "save" in step and not {"json", "schema"} & set(step["receive"]):
            yield Fault("save", "is of JSON; say json or schema", child(pointer, "save"))


def _of_presence(connect: _Object, steps: list[_Object]) -> Iterator[Fault]:
    if "refused" in connect and steps:
        yield Fault("steps", "can't be taken where the handshake is to be refused (connect.refused)", "/steps")
    if "refused" not in connect and not steps:
        yield Fault("steps", "says nothing that the provider would have to keep; add a step", "/steps")


def _of_times(said: _Object, steps: list[_Object]) -> Iterator[Fault]:
    whole = seconds_of(said["within"]) if "within" in said else WHOLE_SECONDS
    if not 0 < whole <= _LONGEST_SECONDS:
        yield Fault("within", f"must be longer than nothing and at most {written(_LONGEST_SECONDS)}", "/within")
    handshake = said["connect"].get("within")
    longest = max(HANDSHAKE_SECONDS, whole)
    if handshake is not None and not 0 < seconds_of(handshake) <= longest:
        yield Fault("within", f"must be longer than nothing and at most {written(longest)}", "/connect/within")
    silent = 0.0
    for at, step in enumerate(steps):
        for key, pointer, text in _times_of(step, f"/steps/{at}"):
            seconds = seconds_of(text)
            silent += seconds if key == "nothing" else 0
            if seconds <= 0:
                yield Fault(key, "must be longer than nothing", pointer)
            elif seconds > whole:
                told = f"{text} is longer than the whole conversation may take ({written(whole)}, within)"
                yield Fault(key, told, pointer)
        yield from _of_gap(step, f"/steps/{at}")
    if silent >= whole:
        told = f"the steps are silent for {written(silent)}, and the whole may take {written(whole)}"
        yield Fault("within", told, "/within")


def _times_of(step: _Object, pointer: str) -> Iterator[tuple[str, str, str]]:
    for key in ("within", "gap", "nothing"):
        if key in step:
            yield key, child(pointer, key), step[key]
    within = step.get("close", {}).get("within")
    if within is not None:
        yield "within", f"{pointer}/close/within", within


def _of_gap(step: _Object, pointer: str) -> Iterator[Fault]:
    if "gap" not in step:
        return
    if bounds_of(step)[1] == 1:
        yield Fault("gap", "is between messages, and this step hears one; add repeat or until", child(pointer, "gap"))
    elif "within" in step and seconds_of(step["gap"]) > seconds_of(step["within"]):
        yield Fault("gap", "is longer than the step may take (within), so it says nothing", child(pointer, "gap"))


def _of_step(step: _Object, kind: Transport, pointer: str) -> Iterator[Fault]:
    if "send" in step:
        yield from _of_send(step["send"], kind, child(pointer, "send"))
    elif "receive" in step:
        yield from _of_receive(step, kind, pointer)
    elif "unordered" in step:
        for at, each in enumerate(step["unordered"]):
            yield from _of_receive(each, kind, f"{pointer}/unordered/{at}")
    elif "close" in step:
        yield from _of_close(step["close"], kind, child(pointer, "close"))


def _of_send(said: _Object, kind: Transport, pointer: str) -> Iterator[Fault]:
    if kind is not Transport.WEBSOCKET:
        yield Fault("send", f"nothing can be said on {kind} after its request", pointer)
    if "json" in said:
        yield from _of_sent(said["json"], child(pointer, "json"))
    if "binary" in said and not is_base64(said["binary"]):
        yield Fault("binary", "is no base64", child(pointer, "binary"))


def _of_sent(value: JsonValue, pointer: str) -> Iterator[Fault]:
    faults = faults_of(value, pointer)
    yield from faults
    if not faults and not has_example(compile_pattern(value)):
        yield Fault("json", "has a matcher without a value, so nobody knows what to send", pointer)


def _of_receive(said: _Object, kind: Transport, pointer: str) -> Iterator[Fault]:
    yield from of_expected(said["receive"], kind, child(pointer, "receive"))
    if "until" in said:
        yield from of_expected(said["until"], kind, child(pointer, "until"))
    least, most = bounds_of(said)
    if least > most:
        yield Fault("repeat", f"min {least} is more than max {most}", child(pointer, "repeat"))
    if said.get("optional") and said.get("repeat", {}).get("min", 0) > 0:
        yield Fault("optional", "contradicts repeat.min; say min: 0", child(pointer, "optional"))


def of_expected(said: _Object, kind: Transport, pointer: str) -> Iterator[Fault]:
    """The faults of what is said of a message."""
    contents = [key for key in ("json", "schema", "text", "binary") if key in said]
    if len(contents) > 1 and set(contents) != {"json", "schema"}:
        yield Fault(contents[-1], f"contradicts {contents[0]}: a message is one of them", child(pointer, contents[-1]))
    for key in _OF_EVENTS if kind is not Transport.SSE else ():
        if key in said:
            yield Fault(key, f"is of server-sent events, and this is {kind}", child(pointer, key))
    if "text" in said and kind is Transport.NDJSON:
        yield Fault("text", "every line of NDJSON is JSON; say json", child(pointer, "text"))
    if "binary" in said:
        yield from _of_binary(said["binary"], kind, child(pointer, "binary"))
    for key in ("json", "text", *_OF_EVENTS):
        if key in said:
            yield from faults_of(said[key], child(pointer, key))
    if "schema" in said:
        yield from _of_schema(said["schema"], child(pointer, "schema"))


def _of_binary(said: Any, kind: Transport, pointer: str) -> Iterator[Fault]:
    if kind is not Transport.WEBSOCKET:
        yield Fault("binary", f"can't travel on {kind}", pointer)
    if isinstance(said, str) and not is_base64(said):
        yield Fault("binary", "is no base64", pointer)
    if isinstance(said, dict) and said.get("min", 0) > said.get("max", said.get("min", 0)):
        yield Fault("binary", "min is more than max", pointer)


def _of_schema(schema: Any, pointer: str) -> Iterator[Fault]:
    from contracthub.formats.conversation.schemas import broken_rules

    yield from (Fault("schema", text, pointer + place) for place, text in broken_rules(schema))


def _of_close(said: _Object, kind: Transport, pointer: str) -> Iterator[Fault]:
    codes = said.get("code", [])
    for key in ("code", "reason"):
        if key in said and kind is not Transport.WEBSOCKET:
            yield Fault(key, f"is of WebSockets, and this is {kind}", child(pointer, key))
    if "reason" in said:
        yield from faults_of(said["reason"], child(pointer, "reason"))
    if said["by"] == "provider":
        return
    listed = codes if isinstance(codes, list) else [codes]
    if len(listed) > 1:
        yield Fault("code", "the client closes with one code", child(pointer, "code"))
    elif listed and not (listed[0] == 1000 or listed[0] >= 3000):
        yield Fault("code", "a client closes with 1000, or with 3000 to 4999", child(pointer, "code"))
    reason = said.get("reason")
    if reason is not None and (not isinstance(reason, str) or len(reason.encode()) > _LONGEST_CLOSE_REASON):
        told = f"what the client says is a text of at most {_LONGEST_CLOSE_REASON} bytes"
        yield Fault("reason", told, child(pointer, "reason"))


def _of_order(steps: list[_Object], kind: Transport) -> Iterator[Fault]:
    """What comes after the end, and repetitions of which nobody can tell when they are over."""
    for at, (step, following) in enumerate(zip(steps, chain(steps[1:], [None]), strict=False)):
        if "close" in step and following is not None:
            yield Fault("close", "ends the conversation; no step can follow", f"/steps/{at + 1}")
        if following is None or hears(following):
            continue
        if "receive" in step and "until" not in step and bounds_of(step)[0] != bounds_of(step)[1]:
            if step.get("optional") and "within" in step and bounds_of(step)[1] == 1:
                continue
            key = "optional" if "optional" in step else "repeat"
            yield Fault(key, _UNDECIDED, child(f"/steps/{at}", key))
        members = enumerate(step.get("unordered", []))
        for number, member in members:
            if bounds_of(member)[0] != bounds_of(member)[1]:
                yield Fault("unordered", _UNDECIDED, f"/steps/{at}/unordered/{number}")
    if kind is not Transport.WEBSOCKET and not any(map(hears, steps)) and steps:
        yield Fault("steps", "hears nothing of the stream", "/steps")


def hears(step: _Object) -> bool:
    """Whether the step looks at what comes next."""
    return "send" not in step and step.get("close", {}).get("by") != "client"


def is_base64(text: str) -> bool:
    """Whether the text is base64 (RFC 4648 §4)."""
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
