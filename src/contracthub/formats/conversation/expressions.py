"""``${name}`` in a conversation contract: a value that only the provider state knows, put in before the run."""

import re
from collections.abc import Iterator, Mapping

from contracthub.formats.safe_json import JsonObject, JsonValue

_EXPRESSION = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.-]{0,99})\}")
# Where a contract speaks of messages and addresses; names and descriptions are for people.
_PARTS = ("connect", "ignore", "steps")


class UnknownValue(Exception):
    """No provider state gave a value of this name."""


def names_in(body: JsonObject) -> tuple[str, ...]:
    """The names that a contract wants values of, each once, in its order."""
    found = (
        name for part in _PARTS if part in body for text in _texts(body[part]) for name in _EXPRESSION.findall(text)
    )
    return tuple(dict.fromkeys(found))


def with_values(body: JsonObject, values: Mapping[str, JsonValue]) -> JsonObject:
    """The contract with the values in place. A text that is one expression alone becomes the value with its type.

    Raises UnknownValue.
    """
    if not names_in(body):
        return body
    return {key: _replaced(value, values) if key in _PARTS else value for key, value in body.items()}


def _texts(value: JsonValue) -> Iterator[str]:
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            todo.extend(reversed(each.values()))
        elif isinstance(each, list):
            todo.extend(reversed(each))


def _replaced(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _replaced(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, values) for each in value]
    return _filled(value, values) if isinstance(value, str) else value


def _filled(text: str, values: Mapping[str, JsonValue]) -> JsonValue:
    whole = _EXPRESSION.fullmatch(text)
    if whole:
        return _value(whole[1], values)
    return _EXPRESSION.sub(lambda match: _as_text(_value(match[1], values)), text)


def _value(name: str, values: Mapping[str, JsonValue]) -> JsonValue:
    if name not in values:
        raise UnknownValue(name)
    return values[name]


def _as_text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
