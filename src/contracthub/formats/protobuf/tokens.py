"""Cuts the text of a ``.proto`` file into tokens (language specification, "Lexical Elements")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from contracthub.domain.errors import Fault, Malformed

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n\f\v]+|//[^\n]*|/\*.*?\*/)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<float>(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)
    |(?P<int>0[xX][0-9a-fA-F]+|[0-9]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<symbol>[;{}=\[\]()<>,.:/+-])""",
    re.VERBOSE | re.DOTALL,
)
MOST_TOKENS = 1_000_000
# Of braces, before anything is made of them; messages may be nested less deeply than that.
DEEPEST = 100
_STEPS = {"{": 1, "}": -1}


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    FLOAT = "float"
    INT = "int"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it begins."""

    kind: Kind
    text: str
    offset: int


def refusal(text: str, source: str, offset: int) -> Malformed:
    """A refusal that names line and column."""
    line = source.count("\n", 0, offset) + 1
    column = offset - source.rfind("\n", 0, offset)
    told = f"The Protobuf file is not valid at line {line}, column {column}: {text}"
    return Malformed("invalid-protobuf", told, faults=[Fault("schema", text, pointer=f"{line}:{column}")])


def tokens_of(source: str) -> Iterator[Token]:
    """All tokens, and one at the end. Raises ``Malformed`` where there is none."""
    offset, count, depth = 0, 0, 0
    while offset < len(source):
        found = _TOKEN.match(source, offset)
        if found is None:
            raise refusal(f"unexpected {source[offset : offset + 20]!r}", source, offset)
        if found.lastgroup != "blank":
            count += 1
            if count > MOST_TOKENS:
                raise refusal(f"the file has more than {MOST_TOKENS:,} tokens. Split it", source, offset)
            depth += _STEPS.get(found[0], 0)
            if depth > DEEPEST:
                raise refusal(f"it is nested deeper than {DEEPEST} levels", source, offset)
            yield Token(Kind(found.lastgroup), found[0], offset)
        offset = found.end()
    yield Token(Kind.END, "", offset)


_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34, "?": 63}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)


def unescaped(text: str) -> bytes:
    """The bytes that a string literal, quotes included, stands for. Raises ``ValueError`` for an unknown escape."""
    written: list[bytes] = []
    position, inner = 0, text[1:-1]
    for found in _ESCAPE.finditer(inner):
        written += [inner[position : found.start()].encode(), _escaped(found[1])]
        position = found.end()
    return b"".join([*written, inner[position:].encode()])


_WRITTEN = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 39: "\\'", 92: "\\\\"}


def escaped(data: bytes) -> str:
    """Bytes as they stand between the quotes of a literal, in ASCII alone."""
    return "".join(_WRITTEN.get(each) or (chr(each) if 32 <= each < 127 else f"\\{each:03o}") for each in data)


def _escaped(code: str) -> bytes:
    if code[0] in "uU":
        return chr(int(code[1:], 16)).encode()
    if code[0] == "x":
        return bytes([int(code[1:], 16)])
    if code[0].isdigit():
        return bytes([int(code, 8) & 0xFF])
    if code not in _ESCAPES:
        raise ValueError(f"\\{code} is no escape")
    return bytes([_ESCAPES[code]])
