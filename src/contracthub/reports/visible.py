"""Outside text made safe to show: a server, a pact or a provider must not be able to steer the reader's terminal."""

import re
import unicodedata

# C0 and C1 controls and DEL, bidirectional overrides and isolates, line and paragraph separators, byte order mark.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    r"""The text on one line, with each control character written as an escape.

    >>> visible("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return _UNSAFE.sub(_escape, text)


def visible_lines(text: str) -> list[str]:
    """As visible, for text whose line breaks are meant: one item per line."""
    return [visible(line) for line in text.replace("\r\n", "\n").split("\n")]


def columns(text: str) -> int:
    """How many terminal columns the text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
