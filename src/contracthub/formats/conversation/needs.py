"""What a conversation contract relies on, in the shape that all consumer contracts have."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracthub.formats.conversation.model import Transport, title_of
from contracthub.formats.conversation.reading import text_of
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.matching import compile_pattern, shapes
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.pact.expressions import ANY, written
from contracthub.formats.safe_json import JsonValue

MOST_NEEDS = 5_000
_Object = dict[str, Any]
_TYPES: Mapping[str, JsonType] = {each.value: each for each in JsonType}
_STATUS = Shape(JsonType.INTEGER, "equality", "200", "200")
_DEEPEST = 30


def needs_of(document: LiveDocument, provider: str) -> tuple[Need, ...]:
    """Each message that is heard is an interaction of its own: its channel, and every place of it that is looked at.

    Of an HTTP stream the operation itself is needed, too. A conversation has one provider.
    """
    del provider
    found = []
    for need in _all_needs(document):
        found.append(need)
        if len(found) == MOST_NEEDS:
            break
    return tuple(found)


def _all_needs(document: LiveDocument) -> Iterator[Need]:
    body: _Object = dict(document.body)
    connect = body["connect"]
    kind = Transport(connect.get("kind", Transport.WEBSOCKET))
    channel = connect["path"]
    if kind is not Transport.WEBSOCKET and "refused" not in connect:
        method = connect.get("method", "POST" if "body" in connect else "GET")
        yield Need(f"{method} {_filled(connect)}", Direction.RESPONSE, "status", "", _STATUS, document.name)
    for number, step in enumerate(body.get("steps", []), 1):
        title = f"{document.name}: {title_of(number, step.get('name', ''))}"
        yield from _of_step(step, channel, title)


def _filled(connect: _Object) -> str:
    path: str = connect["path"]
    for name, value in connect.get("params", {}).items():
        path = path.replace(f"{{{name}}}", text_of(value))
    return path


def _of_step(step: _Object, channel: str, title: str) -> Iterator[Need]:
    if "send" in step and "json" in step["send"]:
        yield from _of_json(step["send"]["json"], channel, Direction.REQUEST, title)
    for key in ("receive", "until"):
        if key in step:
            told = title if key == "receive" else f"{title}, until"
            yield from _of_message(step[key], channel, told)
    for number, member in enumerate(step.get("unordered", []), 1):
        yield from _of_message(member["receive"], channel, f"{title}, {member.get('name') or number}")


def _of_message(said: _Object, channel: str, title: str) -> Iterator[Need]:
    if "json" in said:
        yield from _of_json(said["json"], channel, Direction.MESSAGE, title)
    if "schema" in said:
        for path, kind in _of_schema(said["schema"], "$", 0):
            yield Need(channel, Direction.MESSAGE, "body", path, Shape(kind, "type"), title)
    if "json" not in said and "schema" not in said:
        kind = JsonType.BINARY if "binary" in said else JsonType.STRING
        yield Need(channel, Direction.MESSAGE, "body", "$", Shape(kind, "type"), title)


def _of_json(value: JsonValue, channel: str, direction: Direction, title: str) -> Iterator[Need]:
    for path, shape in shapes(compile_pattern(value)):
        yield Need(channel, direction, "body", path, shape, title)


def _of_schema(schema: JsonValue, path: str, depth: int) -> Iterator[tuple[str, JsonType]]:
    """The required places of a schema; what it says by other keywords than these is not told as a need."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    said = schema.get("type")
    properties, required, items = schema.get("properties"), schema.get("required"), schema.get("items")
    if isinstance(said, str) and said in _TYPES:
        kind = _TYPES[said]
    else:
        kind = JsonType.OBJECT if isinstance(properties, dict) else JsonType.STRING
    yield path, kind
    if isinstance(properties, dict) and isinstance(required, list):
        for name in (each for each in required if isinstance(each, str) and each in properties):
            yield from _of_schema(properties[name], path + written(name), depth + 1)
    if isinstance(items, dict):
        yield from _of_schema(items, path + written(ANY), depth + 1)
