"""The words of the definition language, in one pass; what strings and numbers among them mean."""

import json
import re
from string import ascii_letters

# In a block string a backslash is one, unless three quotation marks follow (GraphQL specification, 2.9.4).
STRINGS = r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+"""|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
_TOKEN = re.compile(
    rf"""{STRINGS}
    |[A-Za-z_][A-Za-z0-9_]*+
    |-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![A-Za-z0-9_.])
    |[!&(){{}}:=@|]|\[|\]
    |\#[^\r\n]*+
    |[^ \t\r\n,\ufeff]""",
    re.DOTALL | re.VERBOSE,
)
_LINE = re.compile(r"\r\n|[\n\r]")
_CODE_POINT = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,8})\}|.)")
_LONGEST_NUMBER = 40
_FIRST_OF_NAMES = frozenset("_" + ascii_letters)


class NotUnderstoodError(Exception):
    """A text is not what is expected there, at ``place`` of it."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def tokens_of(text: str) -> list[tuple[str, int]]:
    """Each word with its place, comments left out; at the end an empty one, so that looking ahead is always safe."""
    found = [(each.group(), each.start()) for each in _TOKEN.finditer(text)]
    if "#" in text:
        found = [each for each in found if each[0][0] != "#"]
    found.append(("", len(text)))
    return found


def is_name(word: str) -> bool:
    """Whether a word is a name, by how it begins."""
    return word[:1] in _FIRST_OF_NAMES


def string_of(word: str) -> str:
    """What a string says. Raises ``ValueError`` for escapes that there are not."""
    if word.startswith('"""') and len(word) >= len('""""""'):
        return _block(word[3:-3].replace('\\"""', '"""'))
    if "\\" not in word:
        return word[1:-1]
    said: str = json.loads(_CODE_POINT.sub(_as_json, word), strict=False)
    return said


def _as_json(found: re.Match[str]) -> str:
    code = found[1]
    return json.dumps(chr(int(code, 16)))[1:-1] if code else found[0]


def _block(text: str) -> str:
    """Without the indentation that all lines share, and empty lines around (GraphQL specification, 2.9.4)."""
    lines = _LINE.split(text)
    if len(lines) == 1:
        return lines[0].lstrip(" \t") and lines[0]
    shared = min((_indent(line) for line in lines[1:] if line.strip(" \t")), default=0)
    lines[1:] = [line[shared:] for line in lines[1:]]
    first, last = 0, len(lines)
    while first < last and not lines[first].strip(" \t"):
        first += 1
    while first < last and not lines[last - 1].strip(" \t"):
        last -= 1
    return "\n".join(lines[first:last])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def number_of(word: str) -> str:
    """A number in one spelling: ``1.0`` is ``1``."""
    if word.isdigit() or len(word) > _LONGEST_NUMBER:
        return word
    from decimal import Decimal

    try:
        number = Decimal(word).normalize() + 0
    except ArithmeticError:
        return word
    return f"{number:f}" if abs(number.adjusted()) < _LONGEST_NUMBER else str(number)
