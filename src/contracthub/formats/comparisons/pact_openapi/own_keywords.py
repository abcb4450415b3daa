"""Keywords that the validator does not have as they are needed: formats of numbers, and the peer's division."""

from typing import Any

from contracthub.formats.comparisons.pact_openapi.text_formats import NUMBER_FORMATS
from contracthub.formats.safe_json import JsonValue

NUMBER_FORMAT, BINARY_MULTIPLE = "x-contracthub-number-format", "x-contracthub-binary-multiple"
SPOKEN = {NUMBER_FORMAT: "format", BINARY_MULTIPLE: "multipleOf"}
"""What these are called in documents."""


def with_own_keywords(schema: JsonValue, *, binary: bool) -> JsonValue:
    """The schema with keywords of ours in it; ``binary``: multiples are reckoned in binary, as the peer does."""
    if isinstance(schema, list):
        return [with_own_keywords(each, binary=binary) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        name: value if name in {"enum", "const"} else with_own_keywords(value, binary=binary)
        for name, value in schema.items()
    }
    said, multiple = made.get("format"), made.get("multipleOf")
    if isinstance(said, str) and said in NUMBER_FORMATS:
        made[NUMBER_FORMAT] = said
    if binary and isinstance(multiple, float):
        made[BINARY_MULTIPLE] = made.pop("multipleOf")
    return made


def is_number(value: object) -> bool:
    """Whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class _NumberFormat:
    """Judges numbers by their format, which the library only does for texts."""

    def __init__(self, _parent: object, said: str, _path: object) -> None:
        self._said = said

    def validate(self, value: Any) -> None:
        """Raises ``ValueError`` for a number that has not the format."""
        if not NUMBER_FORMATS[self._said](value):
            raise ValueError(f"{value} is not a {self._said!r}")


class _BinaryMultiple:
    """Divides as JavaScript does."""

    def __init__(self, _parent: object, said: float, _path: object) -> None:
        self._said = said

    def validate(self, value: Any) -> None:
        """Raises ``ValueError`` for a number whose quotient is not whole."""
        if is_number(value) and not (value / self._said).is_integer():
            raise ValueError(f"{value} is not a multiple of {self._said}")


OWN_KEYWORDS = {NUMBER_FORMAT: _NumberFormat, BINARY_MULTIPLE: _BinaryMultiple}
