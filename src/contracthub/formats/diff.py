"""A textual difference of two documents, for people who ask why a publication was refused.

What the difference means for a provider is not decided here.
"""

import difflib
import re
from itertools import islice

from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue

MOST_LINES = 2_000
MOST_SHOWN = 500
LONGEST_LINE = 500
_CONTEXT = 3
_HEADER = re.compile(r"@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@")


def text_diff(old: JsonValue, new: JsonValue, *, old_name: str = "old", new_name: str = "new") -> str:
    """A unified difference of both values as indented JSON with sorted keys; empty when they are equal.

    Bounded in time and size, whatever is given: what both have in common at either end is left out, at most
    ``MOST_LINES`` lines between are compared, at most ``MOST_SHOWN`` shown, and the answer says so.
    """
    olds, news = safe_json.pretty_sorted(old).split("\n"), safe_json.pretty_sorted(new).split("\n")
    return line_diff(olds, news, old_name=old_name, new_name=new_name)


def line_diff(olds: list[str], news: list[str], *, old_name: str = "old", new_name: str = "new") -> str:
    """The same of two texts that are no JSON, line by line, within the same bounds."""
    if olds == news:
        return ""
    start, olds, news = _differing(olds, news)
    hunks = difflib.unified_diff(olds[:MOST_LINES], news[:MOST_LINES], old_name, new_name, lineterm="", n=_CONTEXT)
    lines = [_shortened(line) for line in islice(hunks, MOST_SHOWN + 1)]
    is_cut = max(len(olds), len(news)) > MOST_LINES or len(lines) > MOST_SHOWN
    lines = [_shifted(line, start) for line in lines[:MOST_SHOWN]]
    return "\n".join([*lines, "... and more differences, which are not shown."] if is_cut else lines)


def _differing(olds: list[str], news: list[str]) -> tuple[int, list[str], list[str]]:
    """The lines between the common beginning and the common end, with some context, and where they begin."""
    start = max(0, _common(olds, news) - _CONTEXT)
    olds, news = olds[start:], news[start:]
    end = max(0, _common(olds[::-1], news[::-1]) - _CONTEXT)
    return start, olds[: len(olds) - end], news[: len(news) - end]


def _common(olds: list[str], news: list[str]) -> int:
    pairs = enumerate(zip(olds, news, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(olds), len(news)))


def _shifted(line: str, start: int) -> str:
    """The header of a hunk, counting from the beginning of the document."""
    header = _HEADER.fullmatch(line)
    if not header or not start:
        return line
    old, old_count, new, new_count = header.groups("")
    return f"@@ -{int(old) + start}{old_count} +{int(new) + start}{new_count} @@"


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."
