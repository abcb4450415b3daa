"""What of a conversation contract a verification can see: spellings that mean the same become one.

Defaults that are said are left out, so that what never said them keeps its identity.
"""

from typing import Any

from contracthub.formats.conversation.model import (
    HANDSHAKE_SECONDS,
    STEP_SECONDS,
    WHOLE_SECONDS,
    Transport,
)
from contracthub.formats.conversation.reading import bounds_of, text_of
from contracthub.formats.conversation.schema import MOST_REPEATS
from contracthub.formats.durations import seconds_of
from contracthub.formats.matching import compile_pattern, example, identity_value
from contracthub.formats.safe_json import JsonObject, JsonValue

_PATTERNS = frozenset({"json", "text", "event", "id", "retry"})
_TIMES = frozenset({"within", "gap", "nothing"})
# More than any length is written with.
_DIGITS = 9
_Object = dict[str, Any]


def meaning_of(body: JsonObject) -> JsonObject:
    """The body in the one spelling of all that mean the same."""
    said: _Object = dict(body)
    whole = seconds_of(said["within"]) if "within" in said else WHOLE_SECONDS
    found: JsonObject = {name: _timed(name, value) for name, value in said.items()}
    found["connect"] = _connect(said["connect"])
    if "steps" in said:
        found["steps"] = [_step(each, whole) for each in said["steps"]]
    if "ignore" in said:
        found["ignore"] = [_message(each) for each in said["ignore"]]
    if "given" in said:
        found["given"] = [_without({**each}, params={}) for each in said["given"]]
    return _without(found, within=WHOLE_SECONDS, steps=[], ignore=[], given=[])


def _connect(said: _Object) -> JsonObject:
    found: JsonObject = {name: _timed(name, value) for name, value in said.items()}
    if "headers" in said:
        found["headers"] = _headers(said["headers"])
    if "params" in said:
        found["params"] = {name: text_of(value) for name, value in said["params"].items()}
    if "query" in said:
        found["query"] = {name: _texts(value) for name, value in said["query"].items()}
    if "refused" in said:
        found["refused"] = _numbers(said["refused"])
    method = "POST" if "body" in said else "GET"
    kind = Transport.WEBSOCKET.value
    return _without(found, kind=kind, method=method, within=HANDSHAKE_SECONDS, headers={}, params={}, query={})


def _headers(said: _Object) -> JsonObject:
    lower = {name.lower() for name in said}
    # Names that differ in their case alone are two headers.
    is_one = len(lower) == len(said)
    return {name.lower() if is_one else name: text_of(value) for name, value in said.items()}


def _step(said: _Object, whole: float) -> JsonObject:
    own = min(STEP_SECONDS, whole)
    found: JsonObject = {key: _timed(key, value) for key, value in said.items() if key != "name"}
    for key in ("receive", "until"):
        if key in said:
            found[key] = _message(said[key])
    if "receive" in said:
        found = _counted(said, found)
    if "unordered" in said:
        found["unordered"] = [_step(each, whole) for each in said["unordered"]]
    if "json" in said.get("send", {}):
        found["send"] = {"json": example(compile_pattern(said["send"]["json"]))}
    if "close" in said:
        found["close"] = _close(said["close"], own)
    return _without(found, within=own, save={})


def _close(said: _Object, own: float) -> JsonObject:
    found: JsonObject = {name: _timed(name, value) for name, value in said.items()}
    if "reason" in said:
        found["reason"] = identity_value(compile_pattern(said["reason"]))
    if "code" in said:
        found["code"] = _numbers(said["code"])
    return _without(found, within=own)


def _counted(said: _Object, found: JsonObject) -> JsonObject:
    """How many messages do, in one spelling for the same bounds."""
    rest = {key: value for key, value in found.items() if key not in ("repeat", "optional")}
    bounds, usual = bounds_of(said), bounds_of({key: value for key, value in said.items() if key == "until"})
    if bounds == usual:
        return rest
    if bounds == (0, 1):
        return {**rest, "optional": True}
    least, most = bounds
    repeat: JsonObject = {} if least == usual[0] else {"min": least}
    repeat |= {} if most == MOST_REPEATS else {"max": most}
    return {**rest, "repeat": repeat or {"min": least}}


def _message(said: _Object) -> JsonObject:
    return {key: identity_value(compile_pattern(value)) if key in _PATTERNS else value for key, value in said.items()}


def _timed(name: str, value: JsonValue) -> JsonValue:
    """``500ms`` and ``0.5s`` are the same."""
    return round(seconds_of(value), _DIGITS) if name in _TIMES and isinstance(value, str) else value


def _texts(value: JsonValue) -> JsonValue:
    texts: list[JsonValue] = [text_of(each) for each in (value if isinstance(value, list) else [value])]
    return texts[0] if len(texts) == 1 else texts


def _numbers(value: JsonValue) -> JsonValue:
    """Any of several does, so that their order says nothing."""
    listed = sorted(set(value)) if isinstance(value, list) else [value]  # type: ignore[type-var]
    return listed[0] if len(listed) == 1 else [*listed]


def _without(found: JsonObject, **usual: JsonValue) -> JsonObject:
    return {name: value for name, value in found.items() if name not in usual or value != usual[name]}
