"""Where the messages and fields of a ``.proto`` file stand in its text: descriptors do not know."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from contracthub.domain.errors import Malformed
from contracthub.formats.protobuf.tokens import Kind, Token, tokens_of

_SCOPES = frozenset({"message", "enum", "service", "extend"})


def places_of(text: str) -> Mapping[str, str]:
    """``line:column`` by full name (``shop.Order``, ``shop.Order.id``); nothing for what is no such text."""
    try:
        return _Reading(text).places()
    except Malformed:
        return {}


@dataclass(slots=True)
class _Reading:
    text: str
    found: dict[str, str] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    statement: list[Token] = field(default_factory=list)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(at + 1 for at, each in enumerate(self.text) if each == "\n")]

    def places(self) -> Mapping[str, str]:
        """All of them."""
        for token in tokens_of(self.text):
            if token.text in {"{", "}", ";"} and token.kind is Kind.SYMBOL:
                self._end(token.text)
                self.statement = []
            else:
                self.statement.append(token)
        return self.found

    def _end(self, symbol: str) -> None:
        words = self.statement
        first = words[0].text if words else ""
        if symbol == "{":
            is_scope = first in _SCOPES and len(words) > 1
            # What is in a oneof, or in options, is of the message around it.
            self.scopes.append(f"{self._scope}{words[1].text}." if is_scope else self._scope)
            if is_scope:
                self._put(self.scopes[-1].rstrip("."), words[1])
            return
        if symbol == "}":
            if self.scopes:
                self.scopes.pop()
        elif first == "package":
            self.scopes = ["".join(each.text for each in words[1:]) + "."]
        elif first not in {"option", "import", "syntax", "edition"}:
            named = (one for one, other in pairwise(words) if other.text == "=")
            name = next(named, None)
            if name is not None:
                self._put(f"{self._scope}{name.text}", name)

    @property
    def _scope(self) -> str:
        return self.scopes[-1] if self.scopes else ""

    def _put(self, name: str, token: Token) -> None:
        line = bisect_right(self.starts, token.offset)
        self.found.setdefault(name, f"{line}:{token.offset - self.starts[line - 1] + 1}")
