"""The only JSON parser that is called on data from outside, and the only JSON writer of documents.

What it accepts is RFC 8259 with the holes closed: one value per key, strings that every database can hold, numbers that
Python can hold, and the bounds of ``contracthub.formats.limits``. The happy path stays inside orjson; a second, slower
reading happens only to word a refusal or where orjson would lose digits.
"""

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import orjson

from contracthub.domain.errors import Fault, Malformed, TooLarge
from contracthub.formats.json_scan import (
    first_deeper_than,
    has_integer_longer_than,
    has_more_nodes_than,
    is_deeper_than,
)
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.lines import place_at
from contracthub.formats.pointers import pointer_from

JsonScalar: TypeAlias = bool | int | float | str | None
JsonValue: TypeAlias = "JsonScalar | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = dict[str, JsonValue]

MOST_FAULTS = 50

# Integers of up to 18 digits fit 64 bits with either sign; orjson reads longer ones as floats when they do not fit.
_DIGITS_ORJSON_KEEPS = 18
# An escaped colon would upset the count that finds repeated keys, an escaped NUL has to be looked at.
_ESCAPED_BELOW_256 = b"\\u00"
_NEEDS_A_CLOSER_LOOK = (b"\\u0000", b"\\u003a", b"\\u003A")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_KINDS: Mapping[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def loads(data: bytes | str, limits: Limits = DOCUMENT) -> JsonValue:
    """The value of a JSON text, or a refusal that says where and why.

    Raises ``TooLarge`` for more than ``max_bytes``, and ``Malformed`` (an ``Invalid``) for everything else: not UTF-8,
    no JSON, NaN and infinities, repeated keys, too deep, too many values, numbers out of range, U+0000 and lone
    surrogates.
    """
    source = _bytes_of(data)
    _check_size(source, limits)
    try:
        value = _parse(source)
    except orjson.JSONDecodeError as error:
        # orjson gives up at 1,024 levels by itself; the standard library, which comes next, does not.
        _check_depth(source, limits)
        return _read_closely(source, limits, error)
    written = _written_within(value, limits.max_depth)
    if written is None:
        _check_depth(source, limits)
        written = orjson.dumps(value)
    if _is_read_faithfully(source, written):
        return value
    return _read_closely(source, limits, None)


def dumps(value: JsonValue) -> bytes:
    """Compact UTF-8 JSON; keys keep their order."""
    return _write(value, 0)


def canonical(value: JsonValue) -> bytes:
    """Compact UTF-8 JSON with keys sorted at every depth: equal for equal values.

    1 and 1.0 stay apart, because a pact verification tells an integer from a decimal.
    """
    return _write(value, orjson.OPT_SORT_KEYS)


def pretty(value: JsonValue) -> str:
    """JSON for people: two spaces per level, keys in their order, every character readable."""
    return _write(value, orjson.OPT_INDENT_2).decode()


def pretty_sorted(value: JsonValue) -> str:
    """As ``pretty``, with keys sorted at every depth, so that equal values read equal."""
    return _write(value, orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()


def kind_of(value: JsonValue) -> str:
    """What kind of value this is, in words: ``an object``, ``a number``, ``null``."""
    if value is None:
        return "null"
    return _KINDS[type(value)]


def _write(value: JsonValue, option: int) -> bytes:
    try:
        return orjson.dumps(value, option=option)
    except orjson.JSONEncodeError:  # an integer of more than 64 bits
        return _write_slowly(value, option).encode()


def _write_slowly(value: JsonValue, option: int) -> str:
    indent, separators = (2, (",", ": ")) if option & orjson.OPT_INDENT_2 else (None, (",", ":"))
    sort = bool(option & orjson.OPT_SORT_KEYS)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators, sort_keys=sort)


def _parse(source: bytes) -> JsonValue:
    """Read with orjson, without the collector, which finds nothing in a growing tree and takes two thirds of the time.

    Of several threads here, the first to come switches it off, and on again when it leaves.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        value: JsonValue = orjson.loads(source)
        return value
    finally:
        if was_enabled:
            gc.enable()


def _bytes_of(data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode()
    except UnicodeEncodeError as error:
        raise _refusal("not-utf-8", f"The text has a lone surrogate at character {error.start}. Remove it.") from error


def _check_size(source: bytes, limits: Limits) -> None:
    if len(source) > limits.max_bytes:
        raise TooLarge(
            "document-too-large",
            f"The document has {len(source):,} bytes; at most {limits.max_bytes:,} are accepted. Split it.",
            size=len(source),
            limit=limits.max_bytes,
        )
    if has_more_nodes_than(source, limits.max_nodes):
        text = f"The JSON document holds more than {limits.max_nodes:,} values. Split it."
        raise _refusal("too-many-values", text)


def _check_depth(source: bytes, limits: Limits) -> None:
    if is_deeper_than(source, limits.max_depth):
        text = f"The JSON document is nested deeper than {limits.max_depth} levels. Flatten it."
        raise _refusal("nested-too-deeply", text, source, first_deeper_than(source, limits.max_depth))


def _deepest_written() -> int:
    """How many containers inside one another orjson writes."""
    value: JsonValue = []
    for levels in range(1, 10_000):
        try:
            orjson.dumps(value)
        except orjson.JSONEncodeError:
            return levels - 1
        value = [value]
    return 0


_DEEPEST_WRITTEN = _deepest_written()


def _written_within(value: JsonValue, depth: int) -> bytes | None:
    """The value as orjson writes it, some empty brackets around it; None where it may be deeper than that.

    It has to be written anyway. With so many brackets around it that ``depth`` levels are left, orjson, which counts
    them, gives up on what is deeper: no text is searched for brackets then, which would take longer than to read it.
    """
    for _ in range(_DEEPEST_WRITTEN - depth):
        value = [value]
    try:
        return orjson.dumps(value) if depth <= _DEEPEST_WRITTEN else None
    except orjson.JSONEncodeError:
        return None


def _is_read_faithfully(source: bytes, written: bytes) -> bool:
    """Whether orjson's reading lost nothing: no digits, no repeated key, no character that can't be stored.

    orjson keeps the last of repeated keys without a word. Every pair has one colon outside of strings, and strings keep
    theirs, so written again the text has as many colons as before, unless a pair was dropped.
    """
    if _ESCAPED_BELOW_256 in source and any(escape in source for escape in _NEEDS_A_CLOSER_LOOK):
        return False
    if has_integer_longer_than(source, _DIGITS_ORJSON_KEEPS):
        return False
    return source.count(b":") == written.count(b":")


def _read_closely(source: bytes, limits: Limits, syntax: orjson.JSONDecodeError | None) -> JsonValue:
    """Read again with the standard library, whose hooks see every number and every pair."""
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        place = len(source[: error.start].decode()) + 1
        told = f"The document has a non UTF-8 character at char {place}. Send it as UTF-8."
        raise _refusal("not-utf-8", told, source, error.start) from error
    if source.startswith(_BYTE_ORDER_MARK):
        raise _refusal("byte-order-mark", "The document begins with a byte order mark. Save it as UTF-8 without one.")
    reader = _Reader(limits)
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        raise _syntax_refusal(syntax or error) from error
    if reader.saw_something or b"\\u" in source:
        _refuse_faults(value)
    return value


def _syntax_refusal(error: json.JSONDecodeError) -> Malformed:
    where = f"{error.lineno}:{error.colno}"
    text = f"The document is not JSON: {error.msg} (line {error.lineno}, column {error.colno}). Correct it there."
    return Malformed("not-json", text, faults=[Fault("", text, pointer=where)], line=error.lineno, column=error.colno)


def _refusal(code: str, text: str, source: bytes = b"", offset: int | None = None) -> Malformed:
    place = None if offset is None else place_at(source, offset)
    return Malformed(code, text, faults=[Fault("", text, pointer=place)])


class _Reader:
    """Reads JSON with the standard library, leaving a mark in place of everything that is refused."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.saw_something = False

    def read(self, text: str) -> JsonValue:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_float=self._decimal,
            parse_constant=self._constant,
        )
        return value

    def _object(self, pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        self.saw_something = True
        return _Repeating(members, _first_repeated(pairs))

    def _integer(self, digits: str) -> "int | _Mark":
        if len(digits.lstrip("-")) > self._limits.max_digits:
            return self._mark(f"is an integer of more than {self._limits.max_digits} digits; send it as a string")
        return int(digits)

    def _decimal(self, digits: str) -> "float | _Mark":
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            return self._mark("is beyond the range of a 64-bit float; send it as a string")
        return number

    def _constant(self, name: str) -> "_Mark":
        return self._mark(f"is {name}, which JSON does not have; send null or a string")

    def _mark(self, reason: str) -> "_Mark":
        self.saw_something = True
        return _Mark(reason)


class _Mark(str):
    """Stands where a value was refused; its text is the reason."""

    __slots__ = ()


class _Repeating(dict[str, JsonValue]):
    """An object that named a key more than once."""

    def __init__(self, members: JsonObject, key: str) -> None:
        super().__init__(members)
        self.key = key


def _first_repeated(pairs: list[tuple[str, JsonValue]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)


def _refuse_faults(value: JsonValue) -> None:
    faults = [fault for fault, _ in zip(_faults(value), range(MOST_FAULTS), strict=False)]
    if faults:
        text = "; ".join(f"{fault.pointer or 'The document'} {fault.text}" for fault in faults[:3])
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
        raise Malformed("unacceptable-json", f"{text}{more}.", faults=faults)


_Trail: TypeAlias = "tuple[_Trail, str | int] | None"


def _faults(value: JsonValue) -> Iterator[Fault]:
    todo: list[tuple[JsonValue, _Trail]] = [(value, None)]
    while todo:
        node, trail = todo.pop()
        for reason in _reasons(node):
            yield Fault("", reason, pointer=_pointer(trail))
        if isinstance(node, dict):
            todo.extend((member, (trail, key)) for key, member in reversed(node.items()))
        elif isinstance(node, list):
            todo.extend((item, (trail, index)) for index, item in reversed([*enumerate(node)]))


def _reasons(node: JsonValue) -> Iterator[str]:
    if isinstance(node, _Mark):
        yield str(node)
    elif isinstance(node, str):
        yield from _unstorable(node, "is a string with")
    elif isinstance(node, dict):
        if isinstance(node, _Repeating):
            yield f"names the key {json.dumps(node.key)} more than once; keep one of them"
        for key in node:
            yield from _unstorable(key, "has a key with")


def _unstorable(text: str, place: str) -> Iterator[str]:
    found = _UNSTORABLE.search(text)
    if found:
        name = "the character U+0000" if found[0] == "\x00" else f"the lone surrogate U+{ord(found[0]):04X}"
        yield f"{place} {name}, which can't be stored; remove it"


def _pointer(trail: _Trail) -> str:
    names: list[str | int] = []
    while trail is not None:
        trail, name = trail
        names.append(name)
    return pointer_from(reversed(names))
