"""What a request to the registry carries, read (schema-registry-api §2, §4)."""

import re
from collections.abc import Collection
from typing import Any

from starlette.requests import Request

from contracthub.domain.errors import HubError
from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    Page,
    Reference,
    SchemaRequest,
    SchemaType,
    SubjectName,
    parse_subject,
)
from contracthub.domain.registry_errors import invalid_schema
from contracthub.formats import safe_json
from contracthub.web.bodies import ENVELOPE
from contracthub.web.problems import Refused
from contracthub.web.schema_registry.contexts_in_paths import CONTEXT
from contracthub.web.schema_registry.media_types import charset_of

Json = dict[str, Any]
SCHEMA_FIELDS = frozenset(
    {
        "schema",
        "schemaType",
        "references",
        "metadata",
        "ruleSet",
        "id",
        "version",
        # Parts of an answer, which clients send back as they got it, and of a newer request.
        "subject",
        "guid",
        "schemaTags",
        "schemaTagsToAdd",
        "schemaTagsToRemove",
        "propagateSchemaTags",
        "ts",
        "deleted",
    }
)
_TOLERANT = "confluent-accept-unknown-properties"
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
LARGEST = 2**31 - 1


def fields_in(request: Request, body: bytes, known: Collection[str]) -> Json:
    """The object in a body. Raises :class:`Refused`: 400 for none, 422 for a field that nobody knows."""
    try:
        value = safe_json.loads(body.decode(charset_of(request)), ENVELOPE)
    except UnicodeDecodeError as error:
        raise _unreadable("the body is not text of the charset that it says") from error
    except HubError as error:
        if isinstance(error, Refused):
            raise
        raise _unreadable(error.message) from error
    if not isinstance(value, dict):
        raise _unreadable("send a JSON object")
    if not flag(request.headers.get(_TOLERANT)):
        unknown = next((name for name in value if name not in known), None)
        if unknown is not None:
            raise Refused(422, "unknown-field", f"Unrecognized field: {unknown[:200]}")
    return value


def schema_request(request: Request, body: bytes) -> SchemaRequest:
    """The schema that is registered, looked up or checked. Raises ``HubError`` for parts of a wrong kind."""
    given = fields_in(request, body, SCHEMA_FIELDS)
    return SchemaRequest(
        schema=_text(given, "schema"),
        schema_type=_type(given),
        references=_references(given.get("references")),
        metadata=_object(given, "metadata"),
        rule_set=_object(given, "ruleSet"),
        id=_number(given, "id"),
        version=_number(given, "version"),
    )


def subject_of(request: Request, text: str) -> SubjectName:
    """The subject of a name, in the context that the path may name before it (schema-registry-api §14)."""
    return parse_subject(text, context_of(request))


def context_of(request: Request) -> str:
    """The context that the path names; else the default one."""
    context: str | None = request.scope[CONTEXT]
    return context or DEFAULT_CONTEXT


def prefix_of(request: Request, default: str = "") -> str:
    """The beginning of the names that a listing is to have; ``default`` where neither query nor path say it."""
    named = request.query_params.get("subjectPrefix")
    if named is not None:
        return named
    return default if request.scope[CONTEXT] is None else ""


def flag(value: str | None) -> bool:
    """A boolean of any case; what is none is false (schema-registry-api §2).

    >>> flag("True"), flag("false"), flag("yes"), flag(None)
    (True, False, False, False)
    """
    return value is not None and value.strip().lower() == "true"


def asked(request: Request, name: str) -> bool:
    """A boolean of the query."""
    return flag(request.query_params.get(name))


def page_of(request: Request) -> Page:
    """The part of a listing that is asked for; a limit of zero or less is none."""
    return Page(max(_integer(request, "offset", 0), 0), _integer(request, "limit", -1))


def _integer(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not _INTEGER.fullmatch(text) or abs(int(text)) > LARGEST:
        # An unreadable number in the query is no such resource to the original (schema-registry-api §5).
        raise Refused(404, "not-found", f"HTTP 404 Not Found: {name} is not an integer.")
    return int(text)


def id_in(text: str) -> int:
    """An id in a path. Raises :class:`Refused` (404) for what is no integer (schema-registry-api §5)."""
    if not _INTEGER.fullmatch(text) or abs(int(text)) > LARGEST:
        raise Refused(404, "not-found", "HTTP 404 Not Found")
    return int(text)


def _text(given: Json, name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise _unreadable(f"{name} must be a text")
    return value


def _type(given: Json) -> SchemaType:
    name = _text(given, "schemaType") or SchemaType.AVRO.value
    try:
        return SchemaType(name.upper())
    except ValueError as error:
        known = ", ".join(SchemaType)
        raise invalid_schema(f"Invalid schema type {name[:100]}. The types are {known}.") from error


def _object(given: Json, name: str) -> Json | None:
    value = given.get(name)
    if value is not None and not isinstance(value, dict):
        raise _unreadable(f"{name} must be an object")
    return value


def _number(given: Json, name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise _unreadable(f"{name} must be an integer of 32 bits")
    return value


def _references(value: object) -> tuple[Reference, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _unreadable("references must be a list")
    return tuple(_reference(each) for each in value)


def _reference(value: object) -> Reference:
    if not isinstance(value, dict):
        raise _unreadable("each of the references must be an object with name, subject and version")
    name, subject, version = _text(value, "name"), _text(value, "subject"), _number(value, "version")
    if not name or not subject or version is None:
        raise _unreadable("each of the references must have name, subject and version")
    return Reference(name, subject, version)


def _unreadable(why: str) -> Refused:
    return Refused(400, "malformed", f"HTTP 400 Bad Request: {why}")
