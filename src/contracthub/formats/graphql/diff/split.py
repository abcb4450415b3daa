"""Cuts the text of a schema into its definitions without parsing them.

Two releases of a schema have nearly all of their definitions in common, letter by letter; those need no parser. What
this pass does not understand it gives up on, and the parser, slower, has the word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.formats.graphql.diff.tokens import STRINGS, NotUnderstoodError, is_name

_TOKEN = re.compile(
    rf"[ \t\r\n,\ufeff]*+(?:\#[^\n\r]*+[ \t\r\n,\ufeff]*+)*+(?P<word>{STRINGS}|[A-Za-z_]\w*+|[{{(\[&|=@!:$]|$|.)",
    re.DOTALL | re.ASCII,
)
# Up to the bracket that closes, or to the next one that opens: most definitions end at the first try.
_FLAT = {
    "{": re.compile(rf'(?:[^{{}}"\#]++|{STRINGS}|\#[^\n\r]*+)*+', re.DOTALL),
    "(": re.compile(rf'(?:[^()"\#]++|{STRINGS}|\#[^\n\r]*+)*+', re.DOTALL),
    "[": re.compile(rf'(?:[^\[\]"\#]++|{STRINGS}|\#[^\n\r]*+)*+', re.DOTALL),
}
_CLOSING = {"{": "}", "(": ")", "[": "]"}
KINDS = frozenset({"schema", "scalar", "type", "interface", "union", "enum", "input", "directive"})
# After these a word is a name, whatever it is.
_BEFORE_NAMES = frozenset(
    {"scalar", "type", "interface", "union", "enum", "input", "implements", "@", "&", "|", "=", "on"}
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One definition as it is written, from ``start``, with its name at ``named``; ``kind`` is its keyword."""

    kind: str
    name: str
    is_extension: bool
    start: int
    named: int
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What it defines: types share their names."""
        return (self.kind if self.kind in ("schema", "directive") else "type", self.name)


def split(text: str) -> list[Chunk]:
    """The definitions in their order. Raises ``NotUnderstoodError``."""
    return [*_Cutter(text).chunks()]


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.end = 0

    def next(self) -> str:
        found = _TOKEN.match(self.text, self.position)
        # A quotation mark that no string begins with would else be taken for a description.
        if found is None or found["word"] == '"':
            raise NotUnderstoodError(self.position)
        self.start, self.position = found.span("word")
        return found["word"]

    def chunks(self) -> Iterator[Chunk]:
        word = self.next()
        while word:
            start = self.start
            if word[0] == '"':
                word = self.next()
            is_extension = word == "extend"
            kind = self.next() if is_extension else word
            if kind not in KINDS:
                raise NotUnderstoodError(self.position)
            name = "" if kind == "schema" else self._name(kind)
            named, self.end = self.start, self.position
            word = self._rest(kind)
            yield Chunk(kind, name, is_extension, start, named, self.text[start : self.end])

    def _name(self, kind: str) -> str:
        word = self.next()
        if kind == "directive":
            if word != "@":
                raise NotUnderstoodError(self.position)
            word = self.next()
        if not is_name(word):
            raise NotUnderstoodError(self.position)
        return word

    def _rest(self, before: str) -> str:
        """What follows the name, up to the first word of the next definition, which is returned."""
        before = ""
        while True:
            word = self.next()
            if not word or word[0] == '"':
                return word
            if (word in KINDS or word == "extend") and before not in _BEFORE_NAMES:
                return word
            if word in _CLOSING:
                self._skip(word)
            self.end = self.position
            before = word

    def _skip(self, opening: str) -> None:
        """Past the bracket that closes the one just met."""
        flat, closing, depth = _FLAT[opening], _CLOSING[opening], 1
        while depth:
            found = flat.match(self.text, self.position)
            self.position = found.end() + 1 if found else self.position
            met = self.text[self.position - 1 : self.position] if found else ""
            if met not in (opening, closing) or not met:
                raise NotUnderstoodError(self.position)
            depth += 1 if met == opening else -1
