"""Bodies and message contents.

Versions 1 to 3 have them plainly, version 4 as ``{content, contentType, encoded}``.
"""

import base64
import binascii

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.pact.model import Body, Presence
from contracthub.formats.pact.places import Place
from contracthub.formats.safe_json import JsonValue


def plain_body(place: Place, content_type: str | None) -> Body:
    """A body of versions 1 to 3: the value itself. A string is JSON only when the content type says so."""
    if not place.is_there:
        return Body(content_type=content_type)
    if place.value is None:
        return Body(Presence.NULL, content_type=content_type)
    if place.value == "":
        return Body(Presence.EMPTY, "", content_type)
    is_json = not isinstance(place.value, str) or is_json_type(content_type)
    return Body(Presence.PRESENT, place.value, content_type, is_json)


def wrapped_body(place: Place, content_type: str | None) -> Body:
    """A body of version 4. ``content_type`` is the one of the header, for bodies that name none."""
    if not place.object():
        return Body(content_type=content_type) if place.value is None else Body(Presence.EMPTY, "", content_type)
    content_type = place.member("contentType").optional_text() or content_type
    content, encoded = place.member("content"), place.member("encoded").value
    if not content.is_there:
        return Body(content_type=content_type)
    if content.value is None:
        return Body(Presence.NULL, content_type=content_type, is_json=is_json_type(content_type))
    if content.value == "":
        return Body(Presence.EMPTY, "", content_type)
    if isinstance(encoded, str) and encoded.lower() == "base64":
        return _decoded(content, content_type)
    return _body_of(content.value, content_type, content)


def is_json_type(content_type: str | None) -> bool:
    """Whether a media type is JSON, such as ``application/problem+json;charset=utf-8``.

    >>> is_json_type("application/vnd.example+json; charset=utf-8"), is_json_type("text/plain"), is_json_type(None)
    (True, False, False)
    """
    media_type = (content_type or "").split(";", 1)[0].strip().lower()
    return media_type.endswith(("/json", "+json"))


def _decoded(content: Place, content_type: str | None) -> Body:
    try:
        data = base64.b64decode(content.text().encode(), validate=True)
    except (binascii.Error, ValueError):
        content.fault("is not base64, as 'encoded' says; encode it again")
        return Body(Presence.PRESENT, content.text(), content_type)
    try:
        return _body_of(data.decode(), content_type, content)
    except UnicodeDecodeError:
        return Body(Presence.PRESENT, None, content_type, binary_size=len(data))


def _body_of(value: JsonValue, content_type: str | None, place: Place) -> Body:
    """JSON may stand in the pact as it is, or as a string that holds JSON text."""
    if not isinstance(value, str):
        return Body(Presence.PRESENT, value, content_type, is_json=True)
    if not is_json_type(content_type):
        return Body(Presence.PRESENT, value, content_type)
    return Body(Presence.PRESENT, _json_in(value, place), content_type, is_json=True)


def _json_in(text: str, place: Place) -> JsonValue:
    if not place.reading.may_parse(len(text)):
        return text
    try:
        return safe_json.loads(text, DOCUMENT)
    except HubError:
        return text
