"""The matchers of a flow: one pattern for all of a message, and one for all of an answer."""

from collections.abc import Mapping

from contracthub.formats.flow.filling import filled
from contracthub.formats.flow.model import ExpectedMessage, Response
from contracthub.formats.matching import Pattern, compile_pattern
from contracthub.formats.safe_json import JsonObject, JsonValue


def pattern_of_message(message: ExpectedMessage, values: Mapping[str, JsonValue]) -> Pattern:
    """Matches ``{"key": …, "headers": {…}, "value": …, "text": …}``. Raises Invalid, and NotSaved.

    Names of headers are in lower case there.
    """
    said: JsonObject = {}
    if message.has_key:
        said["key"] = message.key
    if message.headers:
        said["headers"] = {name.lower(): value for name, value in message.headers.items()}
    if message.has_value:
        said["value"] = message.value
    if message.has_text:
        said["text"] = message.text
    return compile_pattern(filled(said, values))


def pattern_of_response(response: Response, values: Mapping[str, JsonValue]) -> Pattern:
    """Matches ``{"headers": {…}, "body": …}``. Raises Invalid, and NotSaved."""
    said: JsonObject = {}
    if response.headers:
        said["headers"] = {name.lower(): value for name, value in response.headers.items()}
    if response.has_body:
        said["body"] = response.body
    return compile_pattern(filled(said, values))


def status_meets(wanted: int | str | None, actual: int | str | None) -> bool:
    """Whether a status is the one, or of the class (``2xx``), that is wanted. None is no wish.

    >>> status_meets("2xx", 204), status_meets(200, 204), status_meets(None, 500)
    (True, False, True)
    """
    if wanted is None or actual is None or wanted == actual:
        return True
    return isinstance(wanted, str) and wanted[0] == str(actual)[0]
