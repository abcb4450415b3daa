"""The JSON Schema of a conversation contract, the whole document (draft 2020-12)."""

from typing import Final

from contracthub.formats.durations import SCHEMA as _DURATION
from contracthub.formats.live_contract import schema_of
from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_STEPS: Final = 500
MOST_MEMBERS: Final = 50
MOST_REPEATS: Final = 100_000
LONGEST_TEXT: Final = 1000
# Codes that an endpoint may send (RFC 6455 §7.4); 1005, 1006 and 1015 are only ever told, never sent.
_CODE: Final[JsonObject] = {"type": "integer", "minimum": 1000, "maximum": 4999, "not": {"enum": [1005, 1006, 1015]}}
_NAME: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
_ANY: Final[JsonObject] = {}


def _object(properties: JsonObject, *required: str, **more: JsonValue) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _one_or_more(item: JsonObject, most: int) -> JsonObject:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": most}]}


_STATE: Final = _object({"name": _NAME, "params": {"type": "object", "maxProperties": 100}}, "name")
_TEXTS: Final[JsonObject] = {
    "type": "object",
    "maxProperties": 100,
    "additionalProperties": {"type": ["string", "number", "boolean"]},
}
_CONNECT: Final = _object(
    {
        "kind": {"enum": ["websocket", "sse", "ndjson"]},
        "path": {"type": "string", "minLength": 1, "maxLength": 4000},
        "params": _TEXTS,
        "query": {
            "type": "object",
            "maxProperties": 100,
            "additionalProperties": _one_or_more({"type": ["string", "number", "boolean"]}, 100),
        },
        "headers": _TEXTS,
        "subprotocols": {"type": "array", "items": _NAME, "minItems": 1, "maxItems": 20, "uniqueItems": True},
        "subprotocol": _NAME,
        "method": {"enum": ["GET", "POST", "PUT", "PATCH"]},
        "body": _ANY,
        "within": _DURATION,
        "refused": _one_or_more({"type": "integer", "minimum": 300, "maximum": 599}, 20),
    },
    "path",
)
_SENT: Final = _object({"json": _ANY, "text": {"type": "string"}, "binary": {"type": "string"}}, maxProperties=1)
_HEARD: Final = _object(
    {
        "json": _ANY,
        "schema": {"type": ["object", "boolean"]},
        "text": {"type": ["string", "object"]},
        "binary": {
            "anyOf": [
                {"type": "string"},
                _object({"min": {"type": "integer", "minimum": 0}, "max": {"type": "integer", "minimum": 0}}),
            ]
        },
        "event": {"type": ["string", "object"]},
        "id": {"type": ["string", "object"]},
        "retry": {"type": ["integer", "object"]},
    },
    minProperties=1,
)
_SAVED: Final[JsonObject] = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 50,
    "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$"},
    "additionalProperties": {"type": "string", "pattern": r"^\$([.\[][^*]*)?$", "maxLength": LONGEST_TEXT},
}
_REPEAT: Final = _object(
    {
        "min": {"type": "integer", "minimum": 0, "maximum": MOST_REPEATS},
        "max": {"type": "integer", "minimum": 1, "maximum": MOST_REPEATS},
    },
    minProperties=1,
)
_COUNTED: Final[JsonObject] = {"name": _NAME, "receive": _HEARD, "optional": {"type": "boolean"}, "repeat": _REPEAT}
_STEPS: Final[tuple[JsonObject, ...]] = (
    _object({"name": _NAME, "send": {**_SENT, "minProperties": 1}}, "send"),
    _object({**_COUNTED, "within": _DURATION, "until": _HEARD, "gap": _DURATION, "save": _SAVED}, "receive"),
    _object(
        {
            "name": _NAME,
            "unordered": {
                "type": "array",
                "items": _object(_COUNTED, "receive"),
                "minItems": 1,
                "maxItems": MOST_MEMBERS,
            },
            "within": _DURATION,
        },
        "unordered",
    ),
    _object({"name": _NAME, "nothing": _DURATION}, "nothing"),
    _object(
        {
            "name": _NAME,
            "close": _object(
                {
                    "by": {"enum": ["client", "provider"]},
                    "code": _one_or_more(_CODE, 20),
                    "reason": {"type": ["string", "object"]},
                    "within": _DURATION,
                },
                "by",
            ),
        },
        "close",
    ),
)
STEP_KINDS: Final = ("send", "receive", "unordered", "nothing", "close")


def _step() -> JsonObject:
    """One of the kinds, told apart by the key that only it has: so a fault is told of the kind that was meant."""
    chosen: JsonObject = {"type": "object"}
    for kind, schema in zip(reversed(STEP_KINDS), reversed(_STEPS), strict=True):
        chosen = {"if": {"required": [kind]}, "then": schema, "else": chosen}
    return {
        "type": "object",
        "anyOf": [{"required": [kind]} for kind in STEP_KINDS],
        "allOf": [chosen],
    }


SCHEMA: Final[JsonObject] = schema_of(
    "conversation",
    {
        "given": {"type": "array", "items": _STATE, "maxItems": 100},
        "connect": _CONNECT,
        "within": _DURATION,
        "ignore": {"type": "array", "items": _HEARD, "maxItems": 50},
        "steps": {"type": "array", "items": _step(), "maxItems": MOST_STEPS},
    },
    required=("provider", "connect"),
)
