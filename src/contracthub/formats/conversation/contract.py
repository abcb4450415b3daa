"""The verbs of conversation contracts."""

from typing import Any

from contracthub.formats.conversation.model import Transport
from contracthub.formats.conversation.needs import needs_of
from contracthub.formats.conversation.rules import faults_in
from contracthub.formats.conversation.schema import SCHEMA
from contracthub.formats.durations import seconds_of
from contracthub.formats.live_contract import LiveDocument, LiveKind, identity_of, one_provider
from contracthub.formats.matching import compile_pattern, example, identity_value
from contracthub.formats.safe_json import JsonObject, JsonValue

_PATTERNS = frozenset({"json", "text", "event", "id", "retry"})
_TIMES = frozenset({"within", "gap", "nothing"})
# More than any length is written with.
_DIGITS = 9
_MOST_TOLD = 60


def identity(body: JsonObject) -> str:
    """The same for contracts that no verification can tell apart: names of steps, and examples under a rule, go."""
    return identity_of("conversation", {name: _meaning(name, value) for name, value in body.items()})


def describe(document: LiveDocument) -> str:
    """One line: on what it travels, where, and how much is said and heard."""
    body: dict[str, Any] = dict(document.body)
    connect = body["connect"]
    kind = Transport(connect.get("kind", Transport.WEBSOCKET))
    steps = len(body.get("steps", []))
    what = "is refused" if "refused" in connect else f"{steps} step{'' if steps == 1 else 's'}"
    return f"{kind} {connect['path'][:_MOST_TOLD]}: {what}"


def _meaning(name: str, value: JsonValue) -> JsonValue:
    if name == "steps" and isinstance(value, list):
        return [_step(each) for each in value]
    if name == "ignore" and isinstance(value, list):
        return [_message(each) for each in value]
    return _timed(value) if name == "connect" else _seconds(name, value)


def _timed(said: JsonValue) -> JsonValue:
    return {name: _seconds(name, each) for name, each in said.items()} if isinstance(said, dict) else said


def _seconds(name: str, value: JsonValue) -> JsonValue:
    """``500ms`` and ``0.5s`` are the same."""
    return round(seconds_of(value), _DIGITS) if name in _TIMES and isinstance(value, str) else value


def _step(said: JsonValue) -> JsonValue:
    if not isinstance(said, dict):
        return said
    found = {key: _seconds(key, value) for key, value in said.items() if key != "name"}
    for key in ("receive", "until"):
        if key in found:
            found[key] = _message(found[key])
    sent, members, close = found.get("send"), found.get("unordered"), found.get("close")
    if isinstance(sent, dict) and "json" in sent:
        found["send"] = {"json": example(compile_pattern(sent["json"]))}
    if isinstance(members, list):
        found["unordered"] = [_step(each) for each in members]
    if isinstance(close, dict):
        reason = {"reason": identity_value(compile_pattern(close["reason"]))} if "reason" in close else {}
        found["close"] = {name: _seconds(name, each) for name, each in close.items()} | reason
    return found


def _message(said: JsonValue) -> JsonValue:
    if not isinstance(said, dict):
        return said
    return {key: identity_value(compile_pattern(value)) if key in _PATTERNS else value for key, value in said.items()}


KIND = LiveKind(
    name="conversation",
    schema=SCHEMA,
    check=faults_in,
    providers=one_provider,
    identity=identity,
    needs=needs_of,
    describe=describe,
)
