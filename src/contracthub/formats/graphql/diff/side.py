"""One of the two schemas that are compared: what it defines, read only where somebody asks."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, KeysView, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any, Protocol

from contracthub.domain.errors import Fault, Invalid, Malformed
from contracthub.formats import safe_json
from contracthub.formats.graphql.diff.from_introspection import definitions_of
from contracthub.formats.graphql.diff.from_tree import Reader
from contracthub.formats.graphql.diff.model import Definition
from contracthub.formats.graphql.diff.split import Chunk, split
from contracthub.formats.graphql.parse import check_depth, syntax_tree, text_of
from contracthub.formats.limits import DOCUMENT, Limits

Key = tuple[str, str]
SCHEMA: Key = ("schema", "")
ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
# Where reading everything costs nothing that anybody would notice, every fault is told.
_SMALL = 64 * 1024
_NEWLINE = re.compile(r"\n|\r(?!\n)")
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Side(Protocol):
    """What both kinds of documents answer."""

    keys: KeysView[Key]

    def definition(self, key: Key) -> Definition:
        """What is defined under a key there is."""

    def place(self, key: Key) -> str | None:
        """Where a definition there is begins."""

    def spelling(self, key: Key) -> object:
        """Equal for two sides of one kind only where the definitions are; None where it is not known."""

    def tells_use_of(self, directive: str) -> bool:
        """Whether the document would say that a directive is in use."""

    def mentions(self, name: str) -> int:
        """How often a name is met outside of what it names, at the least 0 and rather too often."""

    def mentioning(self, name: str) -> Iterator[Definition]:
        """At least the definitions in which a type is mentioned."""

    @property
    def roots(self) -> Mapping[str, str]:
        """The types that operations begin at, by operation; empty where nothing says so, as in parts of a schema."""


def side_of(data: bytes | str, limits: Limits = DOCUMENT) -> Side:
    """A schema as text: the definition language, or introspection JSON.

    Types that are mentioned and not defined are no fault here, and neither is a missing query type: parts of schemas
    are compared as well. Raises ``Malformed``, ``Invalid`` and ``TooLarge``.
    """
    text = text_of(data, limits)
    if text.lstrip("\ufeff \t\r\n")[:1] == "{" and '"__schema"' in text:
        return Introspected.of(text, limits)
    return Written(text, limits)


def _roots(side: Side) -> dict[str, str]:
    """Roots as they are told, or by their usual names where nothing tells (GraphQL specification, 3.3.1)."""
    told = side.definition(SCHEMA).roots if SCHEMA in side.keys else {}
    if told:
        return told
    return {operation: name for operation, name in ROOTS.items() if ("type", name) in side.keys}


class Introspected:
    """An introspection answer."""

    def __init__(self, known: Mapping[Key, Definition], tells: Collection[str]) -> None:
        self._known = known
        self._tells = tells
        self.keys: KeysView[Key] = known.keys()

    @classmethod
    def of(cls, text: str, limits: Limits) -> "Introspected":
        """Read from its text. Raises ``Malformed``, ``Invalid`` and ``TooLarge``."""
        answer: Any = safe_json.loads(text, limits)
        try:
            known = dict(definitions_of(answer.get("data", answer)["__schema"]))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            told = f"The introspection answer is not complete: {str(error)[:200]}. Send the whole answer."
            raise Invalid("invalid-introspection", told) from error
        asked = {"specifiedBy": "specifiedByU", "oneOf": "isOneOf", "deprecated": "isDeprecated"}
        return cls(known, [name for name, key in asked.items() if f'"{key}' in text])

    def definition(self, key: Key) -> Definition:
        """What is defined under a key there is."""
        return self._known[key]

    def place(self, _: Key) -> str | None:
        """Nowhere."""
        return None

    def spelling(self, _: Key) -> object:
        """Not known: the definitions are read already."""
        return None

    def tells_use_of(self, directive: str) -> bool:
        """Only what introspection was asked for."""
        return directive in self._tells

    def mentions(self, _: str) -> int:
        """Everything counts as mentioned."""
        return 1

    def mentioning(self, _: str) -> Iterator[Definition]:
        """All of them: they are read already."""
        yield from self._known.values()

    @property
    def roots(self) -> Mapping[str, str]:
        """The types that operations begin at."""
        return _roots(self)


class Written:
    """A text in the definition language, whose definitions are parsed when they are asked for."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self._limits = limits
        self._chunks = self._grouped(_cut(text, limits))
        self._read: dict[Key, Definition] = {}
        self.keys: KeysView[Key] = self._chunks.keys()
        if len(text) <= _SMALL:
            for key in self.keys:
                self.definition(key)
        if not self.keys:
            raise Invalid("invalid-graphql-schema", "It defines nothing. Send a schema (type Query { … }).")

    def _grouped(self, chunks: list[Chunk]) -> dict[Key, tuple[Chunk, ...]]:
        ordered = sorted(chunks, key=lambda chunk: (chunk.key, chunk.is_extension, chunk.start))
        made = {key: tuple(group) for key, group in groupby(ordered, key=lambda chunk: chunk.key)}
        faults = []
        for (_, name), group in made.items():
            if len(group) > 1 and not group[1].is_extension:
                told = f"{name or 'The schema itself'} is defined at {self._place(group[0])} already; keep one."
                faults.append(Fault("", told, pointer=self._place(group[1])))
        if faults:
            first = f"{faults[0].pointer}: {faults[0].text}"
            raise Invalid("invalid-graphql-schema", f"The GraphQL schema is not valid: {first}", faults=faults[:100])
        return made

    @cached_property
    def _ends_of_lines(self) -> list[int]:
        return [found.start() for found in _NEWLINE.finditer(self.text)]

    def _line_and_column(self, at: int) -> tuple[int, int]:
        line = bisect_left(self._ends_of_lines, at)
        return line + 1, at - (self._ends_of_lines[line - 1] if line else -1)

    def _place(self, chunk: Chunk) -> str:
        line, column = self._line_and_column(chunk.named)
        return f"{line}:{column}"

    def place(self, key: Key) -> str | None:
        """Where the name of what is defined stands."""
        return self._place(self._chunks[key][0])

    def definition(self, key: Key) -> Definition:
        """What is defined under a key there is. Raises ``Malformed`` where its text is none of the language."""
        if key not in self._read:
            made: Definition | None = None
            for chunk in self._chunks[key]:
                made = Reader(*self._line_and_column(chunk.start)).add(self._parsed(chunk), made)
            assert made is not None
            self._read[key] = made
        return self._read[key]

    def _parsed(self, chunk: Chunk) -> Any:
        check_depth(chunk.text, self._limits)
        try:
            (node,) = syntax_tree(chunk.text).definitions
        except (Malformed, ValueError):
            # Once more, for the place in the whole text.
            syntax_tree(self.text)
            raise
        return node

    def spelling(self, key: Key) -> object:
        """The texts of a definition and its extensions."""
        return tuple(chunk.text for chunk in self._chunks[key])

    def tells_use_of(self, _: str) -> bool:
        """Yes."""
        return True

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(_WORD.findall(self.text))

    def mentions(self, name: str) -> int:
        """How often a name is met outside of the definition of the type; texts and comments count as well."""
        own = "\n".join(chunk.text for chunk in self._chunks.get(("type", name), ()))
        return self._words[name] - _WORD.findall(own).count(name)

    def mentioning(self, name: str) -> Iterator[Definition]:
        """The definitions in whose text the name is found where a type stands, comments between aside."""
        used = re.compile(rf":[\s,\ufeff\[]*{name}\b", re.ASCII)
        for key, chunks in self._chunks.items():
            if any(used.search(chunk.text) for chunk in chunks):
                yield self.definition(key)

    @property
    def roots(self) -> Mapping[str, str]:
        """The types that operations begin at."""
        return _roots(self)


def _cut(text: str, limits: Limits) -> list[Chunk]:
    found = split(text)
    if found is not None:
        return found
    check_depth(text, limits)
    chunks = []
    for node in syntax_tree(text).definitions:
        kind = node.kind.partition("_type")[0].removesuffix("_definition").removesuffix("_extension")
        if kind not in _KINDS_OF_NODES or node.loc is None:
            told = "Send a schema (type Query { … }), not an operation."
            raise Invalid("invalid-graphql-schema", told, faults=[Fault("", told)])
        named = getattr(node, "name", None)
        name = "" if named is None else named.value
        is_extension = node.kind.endswith("_extension")
        span = text[node.loc.start : node.loc.end]
        start = node.loc.start
        at = start if named is None else named.loc.start
        chunks.append(Chunk(_KINDS_OF_NODES[kind], name, is_extension, start, at, span))
    return chunks


_KINDS_OF_NODES = {
    **{kind: kind for kind in ("schema", "scalar", "interface", "union", "enum", "directive")},
    "object": "type",
    "input_object": "input",
}
