"""Values that one step saves and later ones use: ``${name}`` in texts. ``$${name}`` is the text ``${name}`` itself."""

import re
from collections.abc import Callable, Iterator, Mapping

from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

_USE = re.compile(r"\$\$\{|\$\{([^{}$]{0,100})\}?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_ESCAPED = "$${"


class NotSaved(Exception):
    """A value is used that nobody saved; the text is its name."""


def uses_in(value: JsonValue, pointer: str) -> Iterator[tuple[str, str]]:
    """Each name that is used inside of a value, keys of objects included, with the place where it is."""
    if isinstance(value, str):
        for found in _USE.finditer(value):
            if found[0] != _ESCAPED:
                yield found[1], pointer
    elif isinstance(value, dict):
        for name, inner in value.items():
            place = child(pointer, name)
            yield from ((each, place) for each, _ in uses_in(name, place))
            yield from uses_in(inner, place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from uses_in(inner, child(pointer, index))


def filled(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """The value with what was saved in its place. A text that is nothing but one use becomes the saved value itself,
    so that a number stays one.

    Raises NotSaved.

    >>> filled({"id": "${job}", "path": "/jobs/${job}", "as": "$${job}"}, {"job": 7})
    {'id': 7, 'path': '/jobs/7', 'as': '${job}'}
    """
    if isinstance(value, str):
        whole = _USE.fullmatch(value)
        if whole and whole[0] != _ESCAPED:
            return _saved(whole[1], values)
        return filled_text(value, values)
    if isinstance(value, dict):
        return {filled_text(name, values): filled(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, values) for inner in value]
    return value


def filled_text(text: str, values: Mapping[str, JsonValue], written: Callable[[str], str] = str) -> str:
    """The text with what was saved in its place, each value as ``written`` has it. Raises NotSaved."""

    def one(found: re.Match[str]) -> str:
        return "${" if found[0] == _ESCAPED else written(text_of(_saved(found[1], values)))

    return _USE.sub(one, text)


def is_use(text: str) -> bool:
    """Whether a text begins with a use, so that what it is can't be told before."""
    return text.startswith("${")


def text_of(value: JsonValue) -> str:
    """A saved value as it stands in a path or a header.

    >>> [text_of(each) for each in ("a", 7, True, None)]
    ['a', '7', 'true', 'null']
    """
    if isinstance(value, str):
        return value
    return (
        {True: "true", False: "false", None: "null"}[value]
        if value is None or value is True or value is False
        else (str(value))
    )


def _saved(name: str, values: Mapping[str, JsonValue]) -> JsonValue:
    if name not in values:
        raise NotSaved(name)
    return values[name]
