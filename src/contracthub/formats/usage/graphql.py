"""Who uses a type, field, argument, input field or value of a GraphQL schema: what the queries in pacts name."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from contracthub.formats.graphql.carrying import is_operation
from contracthub.formats.graphql.parse import GraphqlDocument
from contracthub.formats.needs import Direction, Need
from contracthub.formats.pact.expressions import steps
from contracthub.formats.usage.spellings import GraphqlElement
from contracthub.formats.usage.uses import Exchange, How, Known, Unclear, Use

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from contracthub.formats.graphql.query_uses import OperationUses

_VARIABLES = "$.variables."
_LONGEST_WORD = 200
MOST_QUERIES = 2_000
"""Different queries that are read for one question: seconds of work."""
_Query: TypeAlias = tuple[str, str | None, tuple[tuple[str, ...], ...]]
"""The text, the operation that is meant, and the places in the variables."""


class Queries:
    """A schema, and what the queries that were held against it use, which is kept up to a bound."""

    def __init__(self, document: GraphqlDocument) -> None:
        self.document = document
        self._known: dict[_Query, tuple[OperationUses | None]] = {}

    @property
    def schema(self) -> "GraphQLSchema":
        """The schema."""
        return self.document.schema

    def uses(self, query: "_Query") -> "OperationUses | None":
        """What a query uses, None where the schema does not take it."""
        from contracthub.formats.graphql.query_uses import uses_of

        # Threads share what is kept, so it is only ever asked once.
        known = self._known.get(query)
        if known is None:
            text, name, sent = query
            known = (uses_of(text, self.schema, name, sent),)
            if len(self._known) >= MOST_QUERIES:
                self._known.clear()
            self._known[query] = known
        return known[0]


class GraphqlUses:
    """The interactions of contracts with a provider, and its schemas."""

    def __init__(self, exchanges: Iterable[Exchange], documents: Sequence[Queries]) -> None:
        self._asking = [(each, text) for each in exchanges if (text := _query_in(each)) is not None]
        self._documents = documents

    def of(self, element: GraphqlElement) -> Iterator[tuple[int, Use]]:
        """Every use, with the number of the contract."""
        names = self._names(element)
        for name in names:
            yield from self._uses.get(name, ())
        if element.member is None or element.argument is not None:
            return
        for exchange, found, words in self._read:
            if element.type in found.places and element.member in words and self._is_value(element):
                place = f"{found.places[element.type]} = {element.member}"
                yield exchange.holder, Use(How.READS, exchange.interaction, exchange.operation, place)

    def unclear(self) -> Iterator[Unclear]:
        """Contracts with a query that none of the schemas takes, or that is not in the contract."""
        read = {id(exchange) for exchange, _, _ in self._read}
        for exchange, text in self._asking:
            if id(exchange) not in read:
                why = "asks for what no schema of the provider has" if text else "does not tell its query"
                why = why if self._documents or not text else "has a query, and the provider has published no schema"
                yield Unclear(exchange.holder, f"{exchange.interaction} ({exchange.operation}) {why}")

    def known(self, element: GraphqlElement) -> Known:
        """Whether a schema of the provider has it."""
        if not self._documents:
            return Known.NOT_TOLD if self._asking else Known.MISSING
        return Known.THERE if any(_has(each, element) for each in self._documents) else Known.MISSING

    def names(self) -> Iterator[str]:
        """All coordinates of all schemas."""
        from contracthub.formats.graphql.elements import elements

        for each in self._documents:
            yield from (element.name for element in elements(each.document))

    def _names(self, element: GraphqlElement) -> tuple[str, ...]:
        """The element's own name, and those that its type has by an interface: who asks that asks this type, too."""
        found = {element.names: None}
        for document in self._documents:
            kind: Any = document.schema.type_map.get(element.type)
            for each in getattr(kind, "interfaces", ()) if element.member else ():
                if element.member in each.fields:
                    found[GraphqlElement(each.name, element.member, element.argument).names] = None
        return tuple(found)

    def _is_value(self, element: GraphqlElement) -> bool:
        kinds: list[Any] = [each.schema.type_map.get(element.type) for each in self._documents]
        return any(element.member in getattr(kind, "values", ()) for kind in kinds)

    @cached_property
    def _read(self) -> Sequence[tuple[Exchange, "OperationUses", frozenset[str]]]:
        found = []
        seen: set[_Query] = set()
        for exchange, text in self._asking:
            query = (text, _text_of(exchange.needs, "operationName"), _sent(exchange.needs))
            seen.add(query)
            # Of more queries than that it is told that they were not read.
            for each in self._documents if text and len(seen) <= MOST_QUERIES else ():
                uses = each.uses(query)
                if uses is not None:
                    found.append((exchange, uses, uses.words | _words(exchange.needs)))
        return found

    @cached_property
    def _uses(self) -> Mapping[str, Sequence[tuple[int, Use]]]:
        found: dict[str, dict[tuple[int, Use], None]] = {}
        for exchange, uses, _ in self._read:
            for name, place in uses.places.items():
                is_sent = place.startswith("$") or place.endswith(":)")
                use = Use(How.SENDS if is_sent else How.READS, exchange.interaction, exchange.operation, place)
                found.setdefault(name, {})[exchange.holder, use] = None
        return {name: [*each] for name, each in found.items()}


def _has(document: Queries, element: GraphqlElement) -> bool:
    if element.type.startswith("@"):
        directive = next((each for each in document.schema.directives if f"@{each.name}" == element.type), None)
        return directive is not None and element.member is None and element.argument in (None, *directive.args)
    kind: Any = document.schema.type_map.get(element.type)
    if kind is None or element.member is None:
        return kind is not None and element.argument is None
    member = (getattr(kind, "fields", None) or getattr(kind, "values", None) or {}).get(element.member)
    if member is None or element.argument is None:
        return member is not None
    return element.argument in (getattr(member, "args", None) or {})


def _query_in(exchange: Exchange) -> str | None:
    """The text of the query; empty where there must be one and it is not told, None for what is no GraphQL."""
    text = _text_of(exchange.needs, "query")
    if text is None:
        named = [each for each in exchange.needs if each.part == "query" and each.path == "query"]
        text = _said(named[0]) if named else None
    path = exchange.operation.rpartition(" ")[2]
    if is_operation(text, path):
        return text
    return "" if path.rstrip("/").endswith("graphql") else None


def _text_of(needs: Sequence[Need], member: str) -> str | None:
    wanted = f"$.{member}"
    found = [each for each in needs if each.direction is Direction.REQUEST and each.part == "body"]
    return next((_said(each) for each in found if each.path == wanted), None)


def _said(need: Need) -> str | None:
    said = need.shape.detail if need.shape.matcher == "equality" else need.shape.example
    try:
        text = json.loads(said or "null")
    except ValueError:
        return None
    return text if isinstance(text, str) else None


def _sent(needs: Sequence[Need]) -> tuple[tuple[str, ...], ...]:
    """The places in the variables that are sent, the variable's name first; items of lists are no step of their own."""
    paths = [each.path for each in needs if each.direction is Direction.REQUEST and each.path.startswith(_VARIABLES)]
    return tuple(tuple(step for step in steps(path)[1:] if isinstance(step, str)) for path in paths)


def _words(needs: Sequence[Need]) -> frozenset[str]:
    """The texts that stand in requests and answers, in which the values of enums are."""
    said = [each for need in needs for each in (need.shape.example, need.shape.detail) if each]
    return frozenset(each.strip('"') for each in said if len(each) < _LONGEST_WORD)
