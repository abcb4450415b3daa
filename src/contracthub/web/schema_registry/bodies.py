"""What a request to the registry carries, read (schema-registry-api §2, §4)."""

import re
from typing import Any

from starlette.requests import Request

from contracthub.domain.errors import HubError
from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    LARGEST_ID,
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
from contracthub.web.schema_registry.shapes import SCHEMA_REQUEST, Place, Shape, bad_request

Json = dict[str, Any]
_TOLERANT = "confluent-accept-unknown-properties"
_INTEGER = re.compile(r"-?[0-9]{1,10}", re.ASCII)


def object_in(request: Request, body: bytes, shape: Shape) -> Json:
    """The object in a body. Raises :class:`Refused`: 400 for none, 422 for a field that nobody knows."""
    try:
        value = safe_json.loads(body.decode(charset_of(request)), ENVELOPE)
    except UnicodeDecodeError as error:
        raise bad_request("the body is not text of the charset that it says") from error
    except Refused:
        raise
    except HubError as error:
        raise bad_request(error.message) from error
    found: Json = shape(value, Place("", flag(request.headers.get(_TOLERANT))))
    return found


def schema_request(request: Request, body: bytes) -> SchemaRequest:
    """The schema that is registered, looked up or checked. Raises ``HubError`` for parts of a wrong kind."""
    given = object_in(request, body, SCHEMA_REQUEST)
    return SchemaRequest(
        schema=given.get("schema"),
        schema_type=_type(given.get("schemaType") or SchemaType.AVRO.value),
        references=tuple(_reference(each) for each in given.get("references", ())),
        metadata=given.get("metadata"),
        rule_set=given.get("ruleSet"),
        id=given.get("id"),
        version=given.get("version"),
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


def id_in(text: str) -> int:
    """An id in a path. Raises :class:`Refused` (404) for what is no integer (schema-registry-api §5)."""
    if not _INTEGER.fullmatch(text) or abs(int(text)) > LARGEST_ID:
        raise Refused(404, "not-found", "HTTP 404 Not Found")
    return int(text)


def _integer(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not _INTEGER.fullmatch(text) or abs(int(text)) > LARGEST_ID:
        # An address with an unreadable number is none, as in the path (schema-registry-api §5).
        raise Refused(404, "not-found", f"HTTP 404 Not Found: {name} is not an integer.")
    return int(text)


def _type(name: str) -> SchemaType:
    try:
        return SchemaType(name.upper())
    except ValueError as error:
        known = ", ".join(SchemaType)
        raise invalid_schema(f"Invalid schema type {name[:100]}. The types are {known}.") from error


def _reference(given: Json) -> Reference:
    name, subject, version = given.get("name"), given.get("subject"), given.get("version")
    if not name or not subject or version is None:
        raise bad_request("each of the references must have name, subject and version")
    return Reference(name, subject, version)
