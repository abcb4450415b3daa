"""Bodies of forms, as text and in parts, made into objects."""

from contracthub.formats.comparisons.pact_openapi.media_types import is_multipart, parameter
from contracthub.formats.comparisons.pact_openapi.query_text import read_query
from contracthub.formats.safe_json import JsonValue

MOST_PARTS = 1_000


def form_value(body: object, content_type: str) -> JsonValue:
    """The object that a form stands for. One that is an object already stays; what can't be read stays text."""
    if not isinstance(body, str):
        return body  # type: ignore[return-value]  # a body that is there is JSON
    if not is_multipart(content_type):
        return dict(read_query(body).nested)
    boundary = parameter(content_type, "boundary")
    return _parts(body, boundary) if boundary else body


def _parts(body: str, boundary: str) -> JsonValue:
    found: dict[str, JsonValue] = {}
    for part in body.replace("\r\n", "\n").split(f"--{boundary}")[1 : MOST_PARTS + 1]:
        head, separator, content = part.partition("\n\n")
        if not separator:
            continue
        name = parameter(head.replace("\n", ";"), "name")
        if name is not None:
            found[name] = content.removesuffix("\n")
    return found
