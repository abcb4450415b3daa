"""How a conversation begins, held against what a channel says of it: parameters, and the binding for WebSockets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.comparisons.conversation_asyncapi.addresses import UNKNOWN, FoundChannel
from contracthub.formats.comparisons.conversation_asyncapi.telling import Telling
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.standard_headers import REQUEST_HEADERS
from contracthub.formats.comparisons.pact_openapi.text_values import coerced
from contracthub.formats.conversation.expressions import names_in
from contracthub.formats.conversation.model import Connect, Transport
from contracthub.formats.conversation.reading import text_of
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_Object = dict[str, Any]
_PROTOCOL = "sec-websocket-protocol"
_MEND = "Let the consumer connect as the document has it, or let the provider accept and document this."
_ADD = "Add it to the channel's binding in the provider's AsyncAPI, if the provider looks at it."


@dataclass(frozen=True, slots=True)
class HandshakeCheck:
    """What is needed to judge the beginning; ``said`` is it as it is written, ``connect`` as it is understood."""

    found: FoundChannel
    said: _Object
    connect: Connect
    telling: Telling

    def all(self) -> Iterator[Finding]:
        """Everything that is found."""
        yield from self._parameters()
        if self.connect.transport is Transport.WEBSOCKET:
            yield from self._method()
            yield from self._of_binding("query", self._query())
            yield from self._of_binding("headers", self._headers())
            yield from self._subprotocol()

    def _parameters(self) -> Iterator[Finding]:
        for name, place in self.found.channel.parameters.items():
            text = self.found.values.get(name, UNKNOWN)
            if UNKNOWN in text:
                continue
            where = child("/connect/params", name) if name in self.connect.params else "/connect/path"
            schema = place.member("schema")
            if schema.value is not None:
                yield from self._validated("parameter", schema, text, where)
            allowed = place.member("enum")
            if isinstance(allowed.value, list) and text not in allowed.value:
                told = f"The parameter {name} is {text!r}, which is none of those that the document has"
                yield self._finding("parameter", told, where, allowed.pointer)

    def _method(self) -> Iterator[Finding]:
        method = self.found.channel.binding.member("method")
        if isinstance(method.value, str) and method.value.upper() != "GET":
            told = f"The document has {method.value} for the handshake; a WebSocket begins with GET (RFC 6455, 4.1)"
            yield self.telling.finding(
                "conversation.method.incompatible",
                told,
                "Say GET in the channel's binding.",
                "/connect",
                self.found.document.place(method.pointer),
                level=Level.WARNING,
            )

    def _query(self) -> Mapping[str, JsonValue]:
        lists: dict[str, list[str]] = {}
        for name, text in self.connect.query:
            lists.setdefault(name, []).append(text)
        return {name: texts[0] if len(texts) == 1 else [*texts] for name, texts in lists.items()}

    def _headers(self) -> Mapping[str, JsonValue]:
        found: dict[str, JsonValue] = dict(self.connect.headers)
        if self.connect.subprotocols:
            found[_PROTOCOL] = ", ".join(self.connect.subprotocols)
        return found

    def _of_binding(self, part: str, sent: Mapping[str, JsonValue]) -> Iterator[Finding]:
        place = resolved(self.found.document.document, self.found.channel.binding.member(part))
        declared = self._declared(place)
        where = f"/connect/{part}"
        names = {name.lower(): name for name in declared} if part == "headers" else {name: name for name in declared}
        value: JsonObject = {}
        for name, each in sent.items():
            known = names.get(name.lower() if part == "headers" else name)
            if known is not None:
                value[known] = each
            elif not self._is_known(part, name):
                yield self._undeclared(part, name, child(where, name), place)
        if place.object:
            yield from self._validated(part, place, value, where if part in self.said else "/connect")

    def _declared(self, place: Place) -> frozenset[str]:
        """The names that a binding has, also through references and combinations, as far as they are followed here."""
        document = self.found.document.document
        found: set[str] = set()
        todo, steps = [place], 0
        while todo and steps < 200:
            each, steps = resolved(document, todo.pop()), steps + 1
            found.update(each.member("properties").object)
            for name in ("allOf", "anyOf", "oneOf"):
                todo.extend(each.member(name).items())
        return frozenset(found)

    def _is_known(self, part: str, name: str) -> bool:
        credentials = self.found.document.credentials
        if part == "query":
            return name in self.found.channel.query_names or ("query", name) in credentials
        lower = name.lower()
        return lower in REQUEST_HEADERS or lower == _PROTOCOL or ("header", lower) in credentials

    def _undeclared(self, part: str, name: str, where: str, place: Place) -> Finding:
        what = "header" if part == "headers" else "query parameter"
        told = f"The channel's binding says nothing of the {what} {name}"
        pointer = self.found.document.place(place.pointer) if place.object else self.found.channel.pointer
        return self.telling.finding(
            f"conversation.{_RULES[part]}.unknown", told, _ADD, where, pointer, level=Level.WARNING
        )

    def _validated(self, part: str, place: Place, value: JsonValue, where: str) -> Iterator[Finding]:
        schemas = self.found.document.schemas
        read = coerced(self.found.document.document, place.value, value, schemas.is_valid_inline)
        free = _free(value)
        for each in schemas.failures(place, read, response=False, stands_for_its_kind=free.__contains__):
            pointer = self.found.document.place(each.schema_pointer)
            if each.code:
                told = f"What the document says of {_WHOLE[part]} can't be used: {each.text}"
                yield self.telling.finding(
                    f"conversation.{_RULES[part]}.unvalidatable", told, _MEND, where, pointer, level=Level.WARNING
                )
            elif each.is_unexpected or each.value_pointer not in free:
                told = f"{each.value_pointer.removeprefix('/') or _WHOLE[part]}: {each.text}"
                yield self._finding(part, told, self._where(part, where, each.value_pointer), pointer)

    def _where(self, part: str, where: str, inner: str) -> str:
        """The place in the contract, whose author may write a header's name in another case."""
        name = inner.split("/")[1] if inner else ""
        written: list[str] = [*self.said.get(part, {})]
        return child(where, next((each for each in written if each.lower() == name.lower()), name)) if name else where

    def _subprotocol(self) -> Iterator[Finding]:
        if not self.connect.subprotocols:
            return
        headers = resolved(self.found.document.document, self.found.channel.binding.member("headers"))
        if _PROTOCOL not in {name.lower() for name in self._declared(headers)}:
            told = "AsyncAPI has no words for subprotocols, and the channel's binding says nothing of the header"
            yield self.telling.finding(
                "conversation.subprotocol.undocumented",
                told,
                "Verify the provider by a replay: only that shows it.",
                "/connect/subprotocols",
                self.found.channel.pointer,
                level=Level.INFORMATION,
            )

    def _finding(self, part: str, told: str, where: str, pointer: str) -> Finding:
        return self.telling.finding(f"conversation.{_RULES[part]}.incompatible", told, _MEND, where, pointer)


_RULES = {"parameter": "parameter", "query": "query", "headers": "header"}
_WHOLE = {"parameter": "the parameter", "query": "the query", "headers": "the headers"}


def _free(value: JsonValue) -> frozenset[str]:
    """The places whose value only a provider state can say."""
    if not isinstance(value, dict):
        return frozenset()
    return frozenset(child("", name) for name, each in value.items() if names_in(text_of(each)))
