"""What a flow contract looks like (JSON Schema 2020-12). What a schema can't say is checked in ``checks``."""

from typing import Final

from contracthub.formats.durations import SCHEMA as _DURATION
from contracthub.formats.live_contract import schema_of
from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_STEPS: Final = 100
MOST_MESSAGES: Final = 10_000
MOST_REPEATS: Final = 100_000
LONGEST_TEXT: Final = 1_000
_NAME: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 200}
_TEXT: Final[JsonObject] = {"type": "string", "maxLength": LONGEST_TEXT}
# What Kafka lets a topic be called; "." and ".." are found by the checks.
_TOPIC: Final[JsonObject] = {"type": "string", "pattern": r"^([A-Za-z0-9._-]|\$\{[A-Za-z_][A-Za-z0-9_]*\}){1,249}$"}
_STATUS: Final[JsonObject] = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599},
        {"type": "string", "pattern": "^[1-5][xX][xX]$"},
    ]
}
_COUNT: Final[JsonObject] = {"type": "integer", "minimum": 1, "maximum": MOST_MESSAGES}
_TEXTS: Final[JsonObject] = {
    "type": "object",
    "maxProperties": 100,
    "additionalProperties": {"type": ["string", "number", "boolean"]},
}
# RFC 4648 §4, with its padding.
_BASE64: Final = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
# A text, or a matcher.
_PATTERN: Final[JsonObject] = {"type": ["string", "object"]}


def _object(properties: JsonObject, *required: str, **more: JsonValue) -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
        **more,
    }


def _list(item: JsonObject, most: int = MOST_STEPS) -> JsonObject:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


def _either(message: JsonObject, request: JsonObject) -> JsonObject:
    """One of two, told apart by the key that only it has, so that a fault is told of what was meant."""
    return {
        "type": "object",
        "anyOf": [{"required": ["topic"]}, {"required": ["request"]}],
        "if": {"required": ["topic"]},
        "then": message,
        "else": request,
    }


_STATE: Final = _object({"name": {**_NAME, "maxLength": LONGEST_TEXT}, "params": {"type": "object"}}, "name")
_REQUEST: Final = _object(
    {
        "method": {"type": "string", "pattern": "^[A-Z]{1,20}$", "description": "GET where nothing is said."},
        "path": {"type": "string", "pattern": r"^/", "maxLength": 4000, "description": "With the query."},
        "headers": _TEXTS,
        "body": {},
    },
    "path",
)
_RESPONSE: Final = _object({"status": _STATUS, "headers": {"type": "object"}, "body": {}}, minProperties=1)
_EXPECTED_MESSAGE: Final = _object(
    {
        "key": {"type": ["string", "number", "object", "null"], "description": "null: there must be none."},
        "headers": {"type": "object", "additionalProperties": _PATTERN, "maxProperties": 100},
        "value": {},
        "text": _PATTERN,
        "count": _COUNT,
    },
    minProperties=1,
)
_EXPECTED_MESSAGE["not"] = {"required": ["value", "text"]}
_SENT_MESSAGE: Final = _object(
    {
        "name": _NAME,
        "topic": _TOPIC,
        "key": {"type": ["string", "number"]},
        "headers": _TEXTS,
        "value": {"description": "Sent as JSON, or as `schema` says."},
        "text": {"type": "string"},
        "base64": {"type": "string", "pattern": _BASE64},
        "tombstone": {"const": True},
        "schema": {"type": "string", "minLength": 1, "maxLength": 500, "description": "A subject of the registry."},
        "partition": {"type": "integer", "minimum": 0, "maximum": 100_000},
        "count": _COUNT,
        "every": _DURATION,
    },
    "topic",
    oneOf=[{"required": [name]} for name in ("value", "text", "base64", "tombstone")],
    dependentRequired={"schema": ["value"]},
)
_SEND: Final = _either(_SENT_MESSAGE, _object({"name": _NAME, "request": _REQUEST, "status": _STATUS}, "request"))
_EXPECT: Final = _either(
    _object(
        {
            "name": _NAME,
            "topic": _TOPIC,
            "messages": _list(_EXPECTED_MESSAGE),
            "order": {"enum": ["per-key", "none"]},
            "within": _DURATION,
        },
        "topic",
        "messages",
    ),
    _object(
        {
            "name": _NAME,
            "request": _REQUEST,
            "response": _RESPONSE,
            "within": _DURATION,
            "every": _DURATION,
            "stays": _DURATION,
        },
        "request",
        "response",
    ),
)
_NEVER: Final = _either(
    _object(
        {
            "name": _NAME,
            "topic": _TOPIC,
            "message": {**_EXPECTED_MESSAGE, "minProperties": 0},
            "during": _DURATION,
        },
        "topic",
        "message",
        "during",
    ),
    _object(
        {"name": _NAME, "request": _REQUEST, "response": _RESPONSE, "during": _DURATION, "every": _DURATION},
        "request",
        "response",
        "during",
    ),
)
SCHEMA: Final[JsonObject] = {
    **schema_of(
        "flow",
        {
            "given": {"type": "array", "items": _STATE, "maxItems": 20},
            "values": {
                "type": "object",
                "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"},
                "additionalProperties": {"type": ["string", "number", "boolean"]},
                "maxProperties": 100,
                "description": "For ${name}; what a provider state answers with under that name wins.",
            },
            "within": {**_DURATION, "description": "How long all of it may take; 30s where nothing is said."},
            "send": _list(_SEND),
            "expect": _list(_EXPECT),
            "never": _list(_NEVER),
        },
        required=("provider", "send"),
    ),
    "anyOf": [{"required": ["expect"]}, {"required": ["never"]}],
}
