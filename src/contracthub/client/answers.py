"""From the bytes of an HTTP answer to data, and from error bodies of every known shape to sentences.

The shapes are those of pact-broker-api §2, RFC 9457, and the numbered errors of a schema registry.
"""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from contracthub.client.errors import AnswerNotUnderstood

JsonObject = dict[str, object]

MOST_MESSAGES = 50
LONGEST_MESSAGE = 2000


def object_from(body: bytes, *, url: str, content_type: str) -> JsonObject:
    """The JSON object of an answer; an empty body is an empty object.

    Raises AnswerNotUnderstood for anything else, naming the address, because a wrong base URL is the usual cause.
    """
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        kind = content_type.partition(";")[0] or "no content type"
        raise AnswerNotUnderstood(
            f"{url} answered with {kind} that is not JSON. Check that the base URL is the address of a hub."
        ) from error
    if not isinstance(document, dict):
        raise AnswerNotUnderstood(f"{url} answered with JSON that is no object. Check that the base URL is a hub's.")
    return document


def messages_from(status: int, body: bytes) -> list[str]:
    """The sentences that an error answer holds, at least one."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = _first_line(body)
    found = [text[:LONGEST_MESSAGE] for text in _texts(document) if text.strip()]
    return list(dict.fromkeys(found))[:MOST_MESSAGES] or [_phrase(status)]


def _first_line(body: bytes) -> str:
    text = body[:LONGEST_MESSAGE].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text.partition("\n")[0]


def _phrase(status: int) -> str:
    try:
        return f"HTTP status {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"HTTP status {status}"


def _texts(document: object) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for item in document:
            yield from _texts(item)
    elif isinstance(document, Mapping):
        yield from _texts_of_object(document)


def _texts_of_object(document: Mapping[str, object]) -> Iterator[str]:
    if "errors" in document:
        yield from _field_errors(document["errors"])
        return
    error = document.get("error")
    if isinstance(error, Mapping):
        reference = f" (reference {error['reference']})" if error.get("reference") else ""
        yield f"{error.get('message', 'server error')}{reference}"
        return
    text = error or document.get("detail") or document.get("message") or document.get("title")
    if isinstance(text, str):
        pointer = document.get("pointer")
        yield _said_of(_field_at(pointer), text) if isinstance(pointer, str) and pointer else text


def _field_at(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", ".")


def _field_errors(errors: object, name: str = "") -> Iterator[str]:
    if isinstance(errors, Mapping):
        if any(key in errors for key in ("detail", "title")) and not name:
            yield from _texts_of_object(errors)
            return
        for key, value in errors.items():
            yield from _field_errors(value, f"{name}.{key}" if name and key else name or str(key))
    elif isinstance(errors, list):
        for item in errors:
            yield from _field_errors(item, name)
    elif errors is not None:
        yield _said_of(name, str(errors))


def _said_of(name: str, text: str) -> str:
    """A text that goes on after the name of its field ("is missing") starts small; a sentence stands by itself."""
    return text if not name or text[:1].isupper() or text.startswith(f"{name} ") else f"{name} {text}"
