"""One of the two schemas that are compared: what it defines, read only where somebody asks."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, KeysView, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any, NoReturn, Protocol

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats import safe_json
from contracthub.formats.graphql.diff.from_introspection import definitions_of
from contracthub.formats.graphql.diff.model import Definition
from contracthub.formats.graphql.diff.reader import Reader
from contracthub.formats.graphql.diff.split import Chunk, split
from contracthub.formats.graphql.diff.tokens import NotUnderstoodError
from contracthub.formats.graphql.diff.uses import Use, uses_in
from contracthub.formats.graphql.parse import check_depth, syntax_tree, text_of
from contracthub.formats.limits import DOCUMENT, Limits

Key = tuple[str, str]
SCHEMA: Key = ("schema", "")
ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
# Where reading everything costs nothing that anybody would notice, every fault is told.
_SMALL = 64 * 1024
_NEWLINE = re.compile(r"\n|\r(?!\n)")
_TYPE = re.compile(r":[\s,\ufeff\[]*([A-Za-z_]\w*)", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Side(Protocol):
    """What both kinds of documents answer."""

    keys: KeysView[Key]

    def definition(self, key: Key) -> Definition:
        """What is defined under a key there is."""

    def place(self, key: Key) -> int | None:
        """Where a definition there is begins."""

    def shown(self, place: int | None) -> str | None:
        """A place as ``line:column``, None where there is none."""

    def spelling(self, key: Key) -> object:
        """Equal for two sides of one kind only where the definitions are; None where it is not known."""

    def tells_use_of(self, directive: str) -> bool:
        """Whether the document would say that a directive is in use."""

    def mentions(self, name: str) -> int:
        """How often a name is met outside of what it names, at the least 0 and rather too often."""

    def uses_of(self, name: str) -> set[Use]:
        """Who sends values of a type."""

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

    def place(self, _: Key) -> int | None:
        """Nowhere."""
        return None

    def shown(self, _: int | None) -> str | None:
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

    @cached_property
    def _uses(self) -> Mapping[str, set[Use]]:
        found: defaultdict[str, set[Use]] = defaultdict(set)
        for definition in self._known.values():
            for name, uses in uses_in(definition).items():
                found[name] |= uses
        return found

    def uses_of(self, name: str) -> set[Use]:
        """Who sends values of a type."""
        return self._uses.get(name, set())

    @property
    def roots(self) -> Mapping[str, str]:
        """The types that operations begin at."""
        return _roots(self)


class Written:
    """A text in the definition language, whose definitions are parsed when they are asked for."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self._limits = limits
        try:
            chunks = split(text)
        except NotUnderstoodError as error:
            self._refuse(error.place)
        self._chunks = self._grouped(chunks)
        self._read: dict[Key, Definition] = {}
        self._uses: dict[Key, Mapping[str, set[Use]]] = {}
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
                told = f"{name or 'The schema itself'} is defined at {self.shown(group[0].named)} already; keep one."
                faults.append(Fault("", told, pointer=self.shown(group[1].named)))
        if faults:
            first = f"{faults[0].pointer}: {faults[0].text}"
            raise Invalid("invalid-graphql-schema", f"The GraphQL schema is not valid: {first}", faults=faults[:100])
        return made

    @cached_property
    def _ends_of_lines(self) -> list[int]:
        return [found.start() for found in _NEWLINE.finditer(self.text)]

    def shown(self, place: int | None) -> str | None:
        """A place as ``line:column``."""
        if place is None:
            return None
        line = bisect_left(self._ends_of_lines, place)
        return f"{line + 1}:{place - (self._ends_of_lines[line - 1] if line else -1)}"

    def place(self, key: Key) -> int | None:
        """Where the name of what is defined stands."""
        return self._chunks[key][0].named

    def definition(self, key: Key) -> Definition:
        """What is defined under a key there is. Raises ``Malformed`` where its text is none of the language."""
        if key not in self._read:
            made: Definition | None = None
            for chunk in self._chunks[key]:
                try:
                    made = Reader(chunk.text, chunk.start, self._limits.max_depth).add(made)
                except NotUnderstoodError as error:
                    self._refuse(error.place)
            assert made is not None
            self._read[key] = made
        return self._read[key]

    def _refuse(self, place: int) -> NoReturn:
        """graphql-core says what is wrong, and where, in the words in which it is said everywhere."""
        from graphql import ExecutableDefinitionNode

        check_depth(self.text, self._limits)
        tree = syntax_tree(self.text)
        told = "This is not understood. Send a schema in the definition language (type Query { … })."
        for node in tree.definitions:
            if isinstance(node, ExecutableDefinitionNode) and node.loc is not None:
                place, told = node.loc.start, "Send a schema (type Query { … }), not an operation."
                break
        pointer = self.shown(place)
        said = f"The GraphQL schema is not valid: {pointer}: {told}"
        raise Invalid("invalid-graphql-schema", said, faults=[Fault("", told, pointer=pointer)])

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

    @cached_property
    def _mentioned_in(self) -> Mapping[str, set[Key]]:
        """The definitions in which a word stands where a type may: one pass, for the names of which we are asked."""
        found: defaultdict[str, set[Key]] = defaultdict(set)
        for key, chunks in self._chunks.items():
            for chunk in chunks:
                # What stands behind a comment is not found by the stricter pattern.
                for name in (_WORD if "#" in chunk.text else _TYPE).findall(chunk.text):
                    found[name].add(key)
        return found

    def uses_of(self, name: str) -> set[Use]:
        """Who sends values of a type. Raises ``Malformed`` where a definition that mentions it can't be read."""
        found: set[Use] = set()
        for key in sorted(self._mentioned_in.get(name, ())):
            if key not in self._uses:
                self._uses[key] = uses_in(self.definition(key))
            found |= self._uses[key].get(name, set())
        return found

    @property
    def roots(self) -> Mapping[str, str]:
        """The types that operations begin at."""
        return _roots(self)
