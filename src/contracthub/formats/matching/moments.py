"""Formats of dates and times, as Pact has them: those of Java's ``SimpleDateFormat``.

As lenient as Pact's verifier is: leading zeros may be left out, names of months and days may be written in any case.
A day has to be one of the calendar.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

DEFAULT_FORMATS: Mapping[str, str] = {
    "date": "yyyy-MM-dd",
    "time": "HH:mm:ss",
    "timestamp": "yyyy-MM-dd'T'HH:mm:ssXXX",
    "datetime": "yyyy-MM-dd'T'HH:mm:ssXXX",
}
LONGEST_FORMAT = 200
MOST_REMEMBERED = 200

_SHORT_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_HOUR, _SIXTY = "(?:2[0-3]|[01]?[0-9])", "[0-5]?[0-9]"
_YEAR, _MONTH, _OFFSET = {1: "[0-9]{1,4}", 2: "[0-9]{2}", 3: "[0-9]{1,4}"}, "(?:1[0-2]|0?[1-9])", "[+-][0-9]{2}"
_ZONE_NAME = "[a-z][a-z0-9+:/_ -]{0,40}"
# By run of letters; a run that is longer than the longest here is taken as the longest.
_LETTERS: Mapping[str, Mapping[int, str]] = {
    "G": {1: "(?:ad|bc)"},
    "y": _YEAR,
    "Y": _YEAR,
    "u": _YEAR,
    "M": {1: _MONTH, 3: f"(?:{_SHORT_MONTHS})", 4: f"(?:{_MONTHS})"},
    "L": {1: _MONTH, 3: f"(?:{_SHORT_MONTHS})", 4: f"(?:{_MONTHS})"},
    "d": {1: "(?:3[01]|[12][0-9]|0?[1-9])"},
    "D": {1: "[0-9]{1,3}"},
    "E": {1: f"(?:{_SHORT_DAYS})", 4: f"(?:{_DAYS})"},
    "a": {1: "[ap]m"},
    "H": {1: _HOUR},
    "k": {1: "(?:2[0-4]|1[0-9]|0?[1-9])"},
    "h": {1: "(?:1[0-2]|0?[1-9])"},
    "K": {1: "(?:1[01]|0?[0-9])"},
    "m": {1: _SIXTY},
    "s": {1: f"(?:60|{_SIXTY})"},
    "X": {1: f"(?:z|{_OFFSET})", 2: f"(?:z|{_OFFSET}[0-9]{{2}})", 3: f"(?:z|{_OFFSET}:[0-9]{{2}})"},
    "x": {1: f"{_OFFSET}(?:[0-9]{{2}})?", 2: f"{_OFFSET}[0-9]{{2}}", 3: f"{_OFFSET}:[0-9]{{2}}"},
    "Z": {1: f"{_OFFSET}[0-9]{{2}}", 4: f"(?:gmt|utc)?(?:{_OFFSET}:[0-9]{{2}})?", 5: f"(?:z|{_OFFSET}:[0-9]{{2}})"},
    "z": {1: _ZONE_NAME},
    "V": {1: _ZONE_NAME},
}
_GROUPS = {"y": "year", "u": "year", "M": "month", "L": "month", "d": "day"}
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


class UnknownFormat(ValueError):
    """The format has letters that stand for nothing that is known here; the message names them."""


def is_moment(format_: str, text: str) -> bool:
    """Whether the text is of this format, and its day one of the calendar. Raises UnknownFormat."""
    found = moment_pattern(format_).fullmatch(text)
    if found is None:
        return False
    parts = found.groupdict()
    year, month, day = parts.get("year"), parts.get("month"), parts.get("day")
    if month is None or day is None:
        return True
    try:
        # Without a year any that has a 29th of February does.
        date(max(int(year), 1) if year else 2000, int(month), int(day))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=MOST_REMEMBERED)
def moment_pattern(format_: str) -> re.Pattern[str]:
    """A pattern for the texts of this format: a row of short pieces without nesting, so that it is quickly run.

    Raises UnknownFormat.
    """
    if len(format_) > LONGEST_FORMAT:
        raise UnknownFormat(f"A format may have at most {LONGEST_FORMAT} characters")
    return re.compile("".join(_pieces(format_)), re.IGNORECASE | re.ASCII)


def _pieces(format_: str) -> Iterator[str]:
    at, named = 0, set[str]()
    while at < len(format_):
        token = _TOKEN.match(format_, at)
        if token is None:
            raise UnknownFormat(f"{format_!r} has a quotation mark that is never closed")
        at = token.end()
        if token[1] is not None:
            yield re.escape(token[1].replace("''", "'") or "'")
        elif token[2] is None:
            yield re.escape(token[0])
        else:
            piece = _piece(token[2], len(token[0]), format_)
            group = _GROUPS.get(token[2])
            if group and group not in named and "[" in piece and (token[2] not in "ML" or len(token[0]) < 3):
                named.add(group)
                yield f"(?P<{group}>{piece})"
            else:
                yield piece


def _piece(letter: str, length: int, format_: str) -> str:
    if letter in "SnN":
        return f"[0-9]{{{length}}}" if letter == "S" else "[0-9]{1,9}"
    by_length = _LETTERS.get(letter)
    if by_length is None:
        raise UnknownFormat(f"{format_!r} has the letter {letter}, which stands for nothing here; quote it: '{letter}'")
    return by_length[max(each for each in by_length if each <= length)]
