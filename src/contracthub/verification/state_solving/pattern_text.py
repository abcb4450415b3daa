"""Makes texts that a schema's regular expression accepts."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

from contracthub.formats.jsonschema.patterns import matches

_LONGEST_PATTERN = 1_000
_LONGEST = 2_000
_CLASSES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": "abcdefghijklmnopqrstuvwxyz",
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_NOT_SPACE": "abcdefghijklmnopqrstuvwxyz",
}
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .,:/@#"


def text_like(pattern: str, *, index: int = 0, least: int = 0, most: int | None = None) -> str | None:
    """A text of that length that the pattern accepts, for every ``index`` another one where there are several.

    None where none is found: nothing is tried for long, and look-around is not understood.
    """
    if len(pattern) > _LONGEST_PATTERN or least > _LONGEST:
        return None
    try:
        # The parser of the standard library has no public name since 3.11 (sre_parse is deprecated).
        tree = importlib.import_module("re._parser").parse(pattern)
        for more in dict.fromkeys((0, 1, least, 3, 8)):
            text = "".join(_Sampler(index, more).of(tree))
            if len(text) < least or (most is not None and len(text) > most):
                continue
            if matches(pattern, text):
                return text
    except (re.error, RecursionError, OverflowError, ValueError):
        return None
    return None


class _TooLong(ValueError):
    """The text would be longer than any that is wanted."""


class _Sampler:
    """Walks a parsed pattern once. ``more`` is how often what may be repeated is, beyond what it must be."""

    def __init__(self, index: int, more: int) -> None:
        self._index, self._more, self._length = index, more, 0
        self._groups: dict[int, str] = {}

    def of(self, tree: Any) -> Iterator[str]:
        """The text's pieces."""
        for operator, argument in tree:
            yield from self._piece(str(operator), argument)

    def _piece(self, operator: str, argument: Any) -> Iterator[str]:
        if operator == "LITERAL":
            yield self._counted(chr(argument))
        elif operator in ("IN", "NOT_LITERAL", "ANY"):
            yield self._counted(self._one_of(_choices(operator, argument)))
        elif operator in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            for _ in range(min(least + self._more, int(most))):
                yield self._counted("")
                yield from self.of(inner)
        elif operator == "SUBPATTERN":
            text = "".join(self.of(argument[-1]))
            if argument[0] is not None:
                self._groups[argument[0]] = text
            yield text
        elif operator == "GROUPREF":
            yield self._counted(self._groups.get(argument, ""))
        elif operator == "BRANCH":
            yield from self.of(argument[1][0])
        elif operator != "AT":
            raise ValueError(operator)

    def _counted(self, text: str) -> str:
        self._length += max(len(text), 1)
        if self._length > _LONGEST:
            raise _TooLong
        return text

    def _one_of(self, choices: str) -> str:
        if not choices:
            raise ValueError(choices)
        chosen = choices[self._index % len(choices)]
        self._index //= len(choices)
        return chosen


def _choices(operator: str, argument: Any) -> str:
    if operator == "ANY":
        return _PLAIN
    if operator == "NOT_LITERAL":
        return _PLAIN.replace(chr(argument), "")
    found, negated = "", False
    for kind, value in argument:
        if str(kind) == "NEGATE":
            negated = True
        elif str(kind) == "LITERAL":
            found += chr(value)
        elif str(kind) == "RANGE":
            found += "".join(map(chr, range(value[0], min(value[1], value[0] + 127) + 1)))
        else:
            found += _CLASSES.get(str(value), "")
    return "".join(each for each in _PLAIN if each not in found) if negated else found
