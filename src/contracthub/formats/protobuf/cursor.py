"""Goes through the tokens of a ``.proto`` file, and says where something else was expected."""

from contracthub.domain.errors import Malformed
from contracthub.formats.protobuf.tokens import Kind, Token, refusal, tokens_of, unescaped


class Cursor:
    """A place among the tokens of one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tokens = [*tokens_of(source)]
        self._position = 0

    @property
    def next(self) -> Token:
        """The token that comes next; the last one says that the file ends."""
        return self._tokens[self._position]

    def ahead(self, count: int) -> Token:
        """The token so many behind the next one."""
        return self._tokens[min(self._position + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next token, which is behind afterwards."""
        token = self._tokens[self._position]
        if token.kind is not Kind.END:
            self._position += 1
        return token

    def refused(self, text: str, token: Token | None = None) -> Malformed:
        """A refusal at a token, or at the next one."""
        return refusal(text, self.source, (token or self.next).offset)

    def accept(self, text: str) -> bool:
        """Take the next token if it is this symbol or word."""
        if self.next.text == text and self.next.kind in {Kind.SYMBOL, Kind.NAME}:
            self.take()
            return True
        return False

    def expect(self, text: str) -> None:
        """Take this symbol or word. Raises ``Malformed``."""
        if not self.accept(text):
            found = self.next.text or "the end of the file"
            raise self.refused(f"{text!r} is expected, and {found[:50]!r} is there")

    def name(self) -> str:
        """Take a name. Raises ``Malformed``."""
        token = self.take()
        if token.kind is not Kind.NAME:
            raise self.refused(f"a name is expected, and {token.text[:50] or 'the end of the file'!r} is there", token)
        return token.text

    def full_name(self) -> str:
        """Take a name with dots in it. Raises ``Malformed``."""
        name = "." if self.accept(".") else ""
        name += self.name()
        while self.accept("."):
            name += f".{self.name()}"
        return name

    def string(self) -> bytes:
        """Take string literals in a row. Raises ``Malformed``."""
        token = self.next
        parts: list[bytes] = []
        while self.next.kind is Kind.STRING:
            try:
                parts.append(unescaped(self.take().text))
            except ValueError as error:
                raise self.refused(str(error), token) from error
        if not parts:
            raise self.refused(f"a text in quotes is expected, and {token.text[:50]!r} is there", token)
        return b"".join(parts)

    def text(self) -> str:
        """Take string literals that are UTF-8. Raises ``Malformed``."""
        token = self.next
        try:
            return self.string().decode()
        except UnicodeDecodeError as error:
            raise self.refused("the text is not UTF-8", token) from error

    def integer(self, least: int, most: int) -> int:
        """Take a whole number between two bounds. Raises ``Malformed``."""
        is_negative = self.accept("-")
        token = self.take()
        if token.kind is not Kind.INT or len(token.text) > 25:
            raise self.refused(f"a whole number is expected, and {token.text[:50]!r} is there", token)
        is_octal = token.text[0] == "0" and token.text.isdigit()
        try:
            number = int(token.text, 8) if is_octal else int(token.text, 0)
        except ValueError as error:
            raise self.refused(f"{token.text!r} is no number", token) from error
        number = -number if is_negative else number
        if not least <= number <= most:
            raise self.refused(f"{number} is not between {least} and {most}", token)
        return number
