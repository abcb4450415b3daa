"""The documents around the example of a rule: what the documentation shows, and what the rule's test compares."""

from typing import Any

from contracthub.formats.bundle import Bundle
from contracthub.formats.changes import Rule
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonObject, JsonValue

_JSON, _TEXT = "application/json", "application/xml"
_NAMED = {"type": "object"}


def documents_of(rule: Rule) -> tuple[OpenApiDocument, OpenApiDocument]:
    """The old and the new document of a rule's example."""
    within = rule.example.within.partition("@")[0]
    return _document(within, rule.example.old), _document(within, rule.example.new)


def notice_of(rule: Rule) -> int:
    """How many days before its end an element must be announced, for the example to fire; 0 for no rule."""
    return int(rule.example.within.partition("@")[2] or 0)


def _document(within: str, part: JsonValue) -> OpenApiDocument:
    made: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "Orders", "version": "1.0.0"}, "paths": {}}
    if within == "document":
        assert isinstance(part, dict)
        made.update(part)
    else:
        made["paths"] = {"/orders/{id}": _path_item(within, part)}
    return OpenApiDocument("3.1", made, Bundle("openapi.json", {"openapi.json": made}))


def _path_item(within: str, part: JsonValue) -> JsonObject:
    operation: JsonObject = {"responses": {"200": {"description": "ok"}}}
    if within == "operation":
        return {} if part is None else {"get": {**operation, **(part if isinstance(part, dict) else {})}}
    if within == "path-parameters":
        return {"parameters": part, "get": operation}
    if within == "parameters":
        operation["parameters"] = part
    elif within == "request" and part is not None:
        operation["requestBody"] = part
    elif within == "responses":
        operation["responses"] = part
    elif within == "request-header":
        operation["parameters"] = [{"name": "filter", "in": "header", "schema": part}]
    else:
        _put_schema(operation, within, part)
    return {"post": operation}


def _put_schema(operation: JsonObject, within: str, schema: JsonValue) -> None:
    named, _, how = within.partition("/")
    kind = Kind(named) if named in {each.value for each in Kind} else None
    name = _TEXT if how == "text" else _JSON
    whole: JsonObject = {**_NAMED, "properties": {"a": schema}}
    if kind is Kind.PARAMETER:
        operation["parameters"] = [{"name": "filter", "in": "query", "schema": schema}]
    elif kind is Kind.PARAMETER_PROPERTY:
        operation["parameters"] = [{"name": "filter", "in": "query", "schema": whole}]
    elif kind in (Kind.REQUEST_BODY, Kind.REQUEST_PROPERTY):
        body = schema if kind is Kind.REQUEST_BODY else whole
        operation["requestBody"] = {"content": {name: {"schema": body}}}
    elif kind is Kind.RESPONSE_HEADER:
        operation["responses"] = {"200": {"description": "ok", "headers": {"Etag": {"schema": schema}}}}
    else:
        body = schema if kind is Kind.RESPONSE_BODY else whole
        operation["responses"] = {"200": {"description": "ok", "content": {name: {"schema": body}}}}
