"""How deep and how large a JSON text is, found from its bytes alone, before any parser runs.

Everything here is linear and runs inside C loops of the interpreter. On a text that is not well-formed the figures hold
for the well-formed beginning, which is all that a parser will descend into.
"""

import re
from array import array
from itertools import accumulate, islice

_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*+"|[\[\]{}]', re.DOTALL)
_MOST_TOKENS = 500_000
_MOST_LOOKS = 1_000
_STRUCTURE = b'[]{},"'
_NOT_STRUCTURE = bytes(set(range(256)) - set(_STRUCTURE))
_CURLY_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]"))
_AS_STEPS = bytes.maketrans(b"[]", b"\x01\xff")
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_NUMBERS_BARE = bytes(_DIGITS[byte] if chr(byte) in ".0123456789" else ord(" ") for byte in range(256))


def is_deeper_than(data: bytes, limit: int) -> bool:
    """Whether more than ``limit`` arrays and objects stand inside one another."""
    if data.count(b"[") + data.count(b"{") <= limit:
        return False
    brackets = _structure(data).translate(None, _NOT_BRACKETS)
    if b"[" * (limit + 1) in brackets:
        return True
    steps = array("b", brackets.translate(_AS_STEPS))
    return max(accumulate(steps), default=0) > limit


def first_deeper_than(data: bytes, limit: int) -> int | None:
    """Where the first array or object begins that stands inside of ``limit`` others; None when that is far inside."""
    depth = 0
    for found in islice(_TOKEN.finditer(data), _MOST_TOKENS):
        if found[0] in (b"[", b"{"):
            depth += 1
            if depth > limit:
                return found.start()
        elif found[0] in (b"]", b"}"):
            depth -= 1
    return None


def has_more_nodes_than(data: bytes, limit: int) -> bool:
    """Whether the text holds more than ``limit`` values, counting arrays, objects and scalars, not keys.

    A container that is not empty holds one value more than it has commas. Empty ones count double, which is accepted.
    """
    if _values_at_most(data) <= limit:
        return False
    return _values_at_most(_structure(data)) > limit


def has_integer_longer_than(data: bytes, digits: int) -> bool:
    """Whether a number has more than ``digits`` digits before its point; what looks like one in a string may count."""
    integer = b"0" * (digits + 1)
    bare = data.translate(_NUMBERS_BARE)
    if bare.startswith(integer):
        return True
    # Large documents have such digits in examples of text, where nothing is lost: a number follows what parts values.
    place = bare.find(b" " + integer)
    for _ in range(_MOST_LOOKS):
        if place < 0:
            return False
        before = place - 1 if data[place] == ord("-") else place
        while before >= 0 and data[before] in b" \t\r\n":
            before -= 1
        if before < 0 or data[before] in b":,[":
            return True
        place = bare.find(b" " + integer, place + 1)
    return True


def _values_at_most(data: bytes) -> int:
    return 1 + data.count(b",") + data.count(b"[") + data.count(b"{")


def _structure(data: bytes) -> bytes:
    """The brackets (curly as square) and commas of a JSON text, without what its strings contain."""
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    kept = data.translate(_CURLY_AS_SQUARE, _NOT_STRUCTURE)
    # Two quotes side by side hold nothing, or part two strings: without them every other character stays as it was,
    # inside or outside of a string, and the costly split has little left to do.
    return b"".join(kept.replace(b'""', b"").split(b'"')[::2])
