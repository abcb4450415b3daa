"""What a consumer contract relies on, flattened: the same shape for every consumer format.

From needs come the consumer-aware diff, "who reads this field?", can-i-remove and coverage. The consumer version and
provider are added by whoever stores them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Who writes what is needed: a request is written by the consumer, a response or message read by it."""

    REQUEST = "request"
    RESPONSE = "response"
    MESSAGE = "message"


class JsonType(StrEnum):
    """The kind of a value, in the words of JSON Schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    OBJECT = "object"
    ARRAY = "array"
    BINARY = "binary"


JSON_TYPES: Mapping[type, JsonType] = {
    bool: JsonType.BOOLEAN,
    int: JsonType.INTEGER,
    float: JsonType.NUMBER,
    str: JsonType.STRING,
    list: JsonType.ARRAY,
    dict: JsonType.OBJECT,
    type(None): JsonType.NULL,
}
"""The kind of a value that was read from JSON, by its type in Python."""

TYPES_OF_MATCHERS: Mapping[str, JsonType] = {
    "integer": JsonType.INTEGER,
    "decimal": JsonType.NUMBER,
    "number": JsonType.NUMBER,
    "boolean": JsonType.BOOLEAN,
    "null": JsonType.NULL,
}
"""The kind of value that a condition of Pact asks for, whatever the example is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which values do. ``matcher`` is the condition (``equality``, ``type``, ``regex``, …) in the words of Pact.

    ``detail`` is what the condition compares with: the expected value as JSON, the pattern, the date format.
    ``example`` is a value that does, as JSON, None for binary content and for values too long to be worth keeping.
    """

    json_type: JsonType
    matcher: str
    detail: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the consumer relies on.

    ``operation`` is ``GET /orders/42`` over HTTP, the channel of a message. ``part`` is ``status``, ``header``,
    ``query``, ``body`` or ``metadata``, and ``path`` the place inside of it: ``$.lines[*].sku`` in bodies, a name
    elsewhere, empty for the status. ``interaction`` is the description it was found in.
    """

    operation: str
    direction: Direction
    part: str
    path: str
    shape: Shape
    interaction: str
