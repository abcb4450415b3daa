"""The JSON Schema of an SLO, the whole document."""

from typing import Final

from contracthub.formats.durations import SCHEMA as _DURATION
from contracthub.formats.live_contract import schema_of
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.formats.slo.presets import PRESETS

MOST_OPERATIONS: Final = 100
MOST_REQUESTS: Final = 100
MOST_USERS: Final = 1_000
MOST_SAMPLES: Final = 200_000
OPERATION: Final = r"^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) /\S*$"
SHARE: Final = r"^<?[0-9]{1,2}(\.[0-9]{1,4})?%$"
RATE: Final = r"^[0-9]{1,5}(\.[0-9]{1,3})?/(s|m)$"

_TEXTS: Final[JsonObject] = {
    "type": "object",
    "maxProperties": 100,
    "additionalProperties": {"type": ["string", "number", "boolean"]},
}


def _object(properties: JsonObject, *required: str, **more: JsonValue) -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
        **more,
    }


_STATE: Final = _object(
    {"name": {"type": "string", "minLength": 1, "maxLength": 1000}, "params": {"type": "object", "maxProperties": 100}},
    "name",
)
_REQUEST: Final = _object(
    {
        "method": {"enum": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]},
        "path": {"type": "string", "pattern": r"^/\S*$", "maxLength": 4000},
        "query": _TEXTS,
        "headers": _TEXTS,
        "body": {"description": "JSON, or text as it is."},
        "statuses": {
            "type": "array",
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
            "minItems": 1,
            "maxItems": 50,
            "uniqueItems": True,
            "description": "Which answers are right; without it every one below 400.",
        },
    },
    "path",
)
_PROMISES: Final[JsonObject] = {
    "p50": {**_DURATION, "description": "Half of the answers come within this time."},
    "p90": _DURATION,
    "p95": {**_DURATION, "description": "95 of 100 answers come within this time."},
    "p99": _DURATION,
    "max": {**_DURATION, "description": "No answer takes longer."},
    "errors": {"type": "string", "pattern": SHARE, "description": "Fewer requests than this share go wrong."},
    "throughput": {"type": "string", "pattern": RATE, "description": "At least so many right answers in a time."},
    "regression": {
        "type": "string",
        "pattern": SHARE,
        "description": "How much slower than the last deployed version it may be.",
    },
}
_LOAD: Final[JsonObject] = {
    "users": {"type": "integer", "minimum": 1, "maximum": MOST_USERS},
    "think": {**_DURATION, "description": "How long a user waits after an answer."},
    "rate": {"type": "string", "pattern": RATE, "description": "Requests begin so often, whatever comes of them."},
    "duration": {**_DURATION, "description": "The longest that it is measured."},
    "warmup": {**_DURATION, "description": "What is asked before does not count."},
    "samples": {"type": "integer", "minimum": 1, "maximum": MOST_SAMPLES, "description": "The most that are taken."},
    "confidence": {"type": "number", "minimum": 0.8, "maximum": 0.999},
}
_ENTRY: Final = _object(
    {
        "operation": {
            "anyOf": [
                {"type": "string", "pattern": OPERATION, "maxLength": 2000},
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": OPERATION, "maxLength": 2000},
                    "minItems": 1,
                    "maxItems": 50,
                    "uniqueItems": True,
                },
            ],
            "description": "One, or several that share the promise.",
        },
        "request": _REQUEST,
        "requests": {"type": "array", "items": _REQUEST, "minItems": 1, "maxItems": MOST_REQUESTS},
        "given": {"type": "array", "items": _STATE, "maxItems": 20},
        "preset": {"enum": list(PRESETS)},
        "unsafe": {"type": "boolean", "description": "That requests which change data may be sent, again and again."},
        **_PROMISES,
        **_LOAD,
    },
    "operation",
)
SCHEMA: Final = schema_of(
    "slo",
    {
        "preset": {"enum": list(PRESETS), "description": "What every operation promises where it says nothing else."},
        "operations": {"type": "array", "items": _ENTRY, "minItems": 1, "maxItems": MOST_OPERATIONS},
    },
    required=("provider", "operations"),
)
