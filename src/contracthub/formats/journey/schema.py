"""What a journey document looks like (JSON Schema 2020-12). What a schema can't say is checked in ``checks``."""

from contracthub.formats.durations import SCHEMA as DURATION
from contracthub.formats.live_contract import schema_of
from contracthub.formats.safe_json import JsonObject

MOST_STEPS = 200
_NAME: JsonObject = {"type": "string", "minLength": 1, "maxLength": 200}
_VALUE_NAME: JsonObject = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"}
_TEXTS: JsonObject = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
_STATUS: JsonObject = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599},
        {"type": "string", "pattern": "^[1-5][xX][xX]$"},
        {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
        },
    ]
}


def _object(properties: JsonObject, *required: str, least: int = 0) -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [*required],
        "minProperties": least,
    }


def _list(items: JsonObject, least: int, most: int) -> JsonObject:
    return {"type": "array", "minItems": least, "maxItems": most, "items": items}


_GIVEN = _list(
    _object(
        {
            "name": {"type": "string", "minLength": 1, "maxLength": 1000},
            "params": {"type": "object"},
            "provider": _NAME,
        },
        "name",
    ),
    0,
    20,
)
_REQUEST = _object(
    {
        "method": {"type": "string", "pattern": "^[A-Za-z]{1,20}$"},
        "path": {"type": "string", "pattern": "^(/|[$][{])", "maxLength": 4000},
        "query": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": ["string", "number", "boolean"]},
                    {"type": "array", "maxItems": 100, "items": {"type": ["string", "number", "boolean"]}},
                ]
            },
        },
        "headers": _TEXTS,
        "body": True,
    },
    "method",
    "path",
)
_RESPONSE = _object(
    {"status": _STATUS, "headers": {"type": "object"}, "body": True},
    least=1,
)
_INTERACTION = _object(
    {
        "consumer": _NAME,
        "provider": _NAME,
        "description": {"type": "string", "minLength": 1, "maxLength": 2000},
        "given": _list({"type": "string", "maxLength": 1000}, 0, 20),
    },
    "provider",
    "description",
)
_SAVED: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "body": {"type": "string", "pattern": "^[$]", "maxLength": 1000},
        "header": {"type": "string", "minLength": 1, "maxLength": 200},
        "example": {"type": ["string", "number", "boolean"]},
    },
}
_EVENTUALLY = _object(
    {
        "within": DURATION,
        "every": DURATION,
        "until": _RESPONSE,
        "never": _list(_RESPONSE, 1, 20),
    },
    "within",
)
_STEP = _object(
    {
        "name": _NAME,
        "description": {"type": "string", "maxLength": 2000},
        "provider": _NAME,
        "given": _GIVEN,
        "request": _REQUEST,
        "response": _RESPONSE,
        "interaction": _INTERACTION,
        "replace": {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 1000},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 1000},
            "maxProperties": 50,
        },
        "save": {"type": "object", "propertyNames": _VALUE_NAME, "additionalProperties": _SAVED, "maxProperties": 50},
        "eventually": _EVENTUALLY,
        "within": DURATION,
        "journey": _NAME,
    },
    "name",
)
_STEPS: JsonObject = {"$ref": "#/$defs/steps"}
SCHEMA: JsonObject = {
    **schema_of(
        "journey",
        {
            "provider": {**_NAME, "description": "Whose steps these are, where a step names none."},
            "within": DURATION,
            "given": _GIVEN,
            "values": {
                "type": "object",
                "propertyNames": _VALUE_NAME,
                "additionalProperties": {"type": ["string", "number", "boolean"]},
                "maxProperties": 100,
            },
            "steps": _STEPS,
            "cleanup": _list({"$ref": "#/$defs/step"}, 0, 50),
            "journeys": {
                "type": "object",
                "maxProperties": 50,
                "propertyNames": _NAME,
                "additionalProperties": _object({"description": {"type": "string"}, "steps": _STEPS}, "steps"),
            },
        },
        required=("steps",),
    ),
    "$defs": {"step": _STEP, "steps": _list({"$ref": "#/$defs/step"}, 1, MOST_STEPS)},
}
