"""Rules about how values are written into messages: styles, media types inside of parameters, encodings of fields."""

from typing import Any

from contracthub.formats.changes import Direction, Example, Rule, Severity

_B, _S = Severity.BREAKING, Severity.SAFE
_STRING = {"type": "string"}
_ARRAY = {"type": "array", "items": _STRING}
_TAGS = {"name": "tags", "in": "query", "schema": _ARRAY}
_EMPTY = {"name": "state", "in": "query", "schema": _STRING, "allowEmptyValue": True}
_AS_JSON = {"name": "tags", "in": "query", "content": {"application/json": {"schema": _ARRAY}}}


def _rule(id_: str, severity: Severity, says: str, example: Example, mirror: str | None = None) -> Rule:
    direction = Direction.RESPONSE if id_.startswith("response") else Direction.REQUEST
    return Rule(id_, severity, direction, example.within, says, example, mirror or id_, "")


def _parameter(old: dict[str, Any], new: dict[str, Any]) -> Example:
    return Example([old], [new], "parameters")


def _form(**encoding: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"photo": _STRING}}
    return {"content": {"multipart/form-data": {"schema": schema, "encoding": {"photo": encoding}}}}


def _answer(**more: Any) -> dict[str, Any]:
    return {"200": {"description": "", **more}}


def _encoded(make: Any, within: str) -> Example:
    return Example(make(_form(contentType="image/png")), make(_form(contentType="image/gif")), within)


WRITING_RULES = (
    _rule(
        "request-parameter-style-changed",
        _B,
        "A parameter is written into the request in another style.",
        _parameter(_TAGS, {**_TAGS, "style": "pipeDelimited", "explode": True}),
    ),
    _rule(
        "request-parameter-explode-changed",
        _B,
        "A list or object is written into the request as several values, or as one.",
        _parameter(_TAGS, {**_TAGS, "explode": False}),
    ),
    _rule(
        "request-parameter-content-type-changed",
        _B,
        "A parameter holds a text of a media type, or of another one than before.",
        _parameter(_TAGS, _AS_JSON),
    ),
    _rule(
        "request-parameter-empty-value-refused",
        _B,
        "A parameter may no longer be sent without a value.",
        _parameter(_EMPTY, {**_EMPTY, "allowEmptyValue": False}),
        "request-parameter-empty-value-taken",
    ),
    _rule(
        "request-parameter-empty-value-taken",
        _S,
        "A parameter may be sent without a value.",
        _parameter({**_EMPTY, "allowEmptyValue": False}, _EMPTY),
        "request-parameter-empty-value-refused",
    ),
    _rule(
        "request-body-encoding-changed",
        _B,
        "A field of the request is written in another way.",
        _encoded(lambda content: content, "request"),
    ),
    _rule(
        "response-body-encoding-changed",
        _B,
        "A field of the response is written in another way.",
        _encoded(lambda content: _answer(**content), "responses"),
    ),
    _rule(
        "response-header-explode-changed",
        _B,
        "An object in a header is written in another way.",
        Example(
            _answer(headers={"Rate": {"schema": {"type": "object"}}}),
            _answer(headers={"Rate": {"schema": {"type": "object"}, "explode": True}}),
            "responses",
        ),
    ),
    _rule(
        "response-header-content-type-changed",
        _B,
        "A header holds a text of a media type, or of another one than before.",
        Example(
            _answer(headers={"Rate": {"schema": {"type": "object"}}}),
            _answer(headers={"Rate": {"content": {"application/json": {"schema": {"type": "object"}}}}}),
            "responses",
        ),
    ),
)
