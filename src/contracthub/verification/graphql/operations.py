"""The GraphQL operations of consumers: those in the HTTP interactions of their pacts, and those in documents."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.graphql.carrying import carries_operation, is_operation, is_persisted
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.pact.model import (
    Body,
    HttpExchange,
    Interaction,
    MatchingRule,
    PactDocument,
    Presence,
    ProviderState,
    Request,
)
from contracthub.formats.safe_json import JsonObject, JsonValue

_GRAPHQL = "application/graphql"
_ENDINGS = (".graphql", ".gql")
_MOST_FILES = 1_000
_LARGEST_FILE = 1024 * 1024


class OperationsNotRead(Exception):
    """What was given as operation documents can't be read."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a consumer expects back; ``body`` is None where it expects nothing of it."""

    status: int
    body: JsonValue
    has_body: bool
    rules: tuple[MatchingRule, ...] = ()

    @property
    def of_errors(self) -> bool:
        """Whether the consumer counts on ``errors`` in the answer."""
        return isinstance(self.body, dict) and bool(self.body.get("errors"))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a consumer sends it, and what it expects back, None for an operation document."""

    consumer: str
    name: str
    text: str
    variables: JsonObject = field(default_factory=dict)
    operation_name: str | None = None
    consumer_version: str = ""
    pending: bool = False
    states: tuple[ProviderState, ...] = ()
    method: str = "POST"
    path: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expectation: Expectation | None = None
    # Sent as text, and not inside of JSON.
    as_text: bool = False
    # What of the pact it is.
    interaction: Interaction | None = None
    # Why it can't be held against anything, where that is known from the contract alone.
    unverifiable: str = ""

    @property
    def payload(self) -> JsonObject:
        """The operation as GraphQL over HTTP has it in a body."""
        named: JsonObject = {} if self.operation_name is None else {"operationName": self.operation_name}
        return {"query": self.text, "variables": self.variables, **named}


def operations_in(pact: PactDocument, *, consumer_version: str = "", pending: bool = False) -> Iterator[Operation]:
    """The operations that a pact has among its HTTP interactions, in the order of the document."""
    for interaction in pact.interactions:
        for operation in operations_of(interaction):
            yield replace(
                operation,
                consumer=pact.consumer_name,
                consumer_version=consumer_version,
                pending=pending or interaction.is_pending,
            )


def operations_of(interaction: Interaction) -> Iterator[Operation]:
    """The operation that an interaction sends, if it sends one."""
    exchange = interaction.exchange
    for operation in _sent(exchange.request) if isinstance(exchange, HttpExchange) else ():
        assert isinstance(exchange, HttpExchange)
        yield replace(
            operation,
            name=interaction.description,
            pending=interaction.is_pending,
            states=interaction.provider_states,
            expectation=_expectation(exchange),
            interaction=interaction,
        )


def is_graphql(request: Request) -> bool:
    """Whether a request carries a GraphQL operation."""
    return next(_sent(request), None) is not None


def _sent(request: Request) -> Iterator[Operation]:
    method = request.method.upper()
    if method == "GET":
        yield from _in_query(request)
    elif method == "POST" and request.body.presence is Presence.PRESENT:
        yield from _in_body(request, request.body)


def _in_query(request: Request) -> Iterator[Operation]:
    text = _first(request, "query")
    if not text or not is_operation(text, request.path):
        return
    try:
        variables = safe_json.loads(_first(request, "variables") or "{}", DOCUMENT)
    except HubError:
        variables = {}
    yield _operation(request, text, variables, _first(request, "operationName") or None)


def _in_body(request: Request, body: Body) -> Iterator[Operation]:
    value = body.value
    if isinstance(value, str) and (body.content_type or "").strip().lower().startswith(_GRAPHQL):
        yield replace(_operation(request, value, {}, _first(request, "operationName") or None), as_text=True)
    elif carries_operation(value, request.path):
        assert isinstance(value, dict)
        name = value.get("operationName")
        yield _operation(
            request, str(value["query"]), value.get("variables"), name if isinstance(name, str) and name else None
        )
    elif isinstance(value, list) and value and all(carries_operation(each, request.path) for each in value):
        yield replace(_operation(request, "", {}, None), unverifiable="It sends several operations in one request.")
    elif is_persisted(value):
        yield replace(_operation(request, "", {}, None), unverifiable="It sends the hash of a persisted operation.")


def _operation(request: Request, text: str, variables: JsonValue, name: str | None) -> Operation:
    return Operation(
        consumer="",
        name="",
        text=text,
        variables=variables if isinstance(variables, dict) else {},
        operation_name=name,
        method=request.method.upper(),
        path=request.path,
        headers=request.headers,
    )


def _expectation(exchange: HttpExchange) -> Expectation:
    response = exchange.response
    has_body = response.body.presence is Presence.PRESENT and response.body.is_json
    return Expectation(response.status, response.body.value if has_body else None, has_body, response.rules)


def _first(request: Request, name: str) -> str:
    return next(iter(request.query.get(name, ())), "")


def operations_in_documents(places: tuple[str, ...]) -> tuple[Operation, ...]:
    """The operation documents in files and folders.

    A place is ``PATH`` or ``CONSUMER=PATH``. Without a name, the folder that a file lies in says whose it is. Variables
    stand beside a document, in ``NAME.variables.json``. Raises OperationsNotRead.
    """
    return tuple(operation for place in places for operation in _in_place(place))


def _in_place(place: str) -> Iterator[Operation]:
    consumer, _, path = place.rpartition("=")
    root = Path(path)
    if root.is_dir():
        files = sorted(file for file in root.rglob("*") if file.suffix in _ENDINGS and file.is_file())
        if len(files) > _MOST_FILES:
            told = f"{root} holds {len(files):,} operation documents; at most {_MOST_FILES:,} are read."
            raise OperationsNotRead(told)
    else:
        files = [root]
    for file in files:
        yield Operation(
            consumer=consumer or file.resolve().parent.name,
            name=str(file),
            text=_text_of(file),
            variables=_variables_beside(file),
        )


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise OperationsNotRead(f"{file} is larger than {_LARGEST_FILE:,} bytes.")
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise OperationsNotRead(f"{file} is not UTF-8.") from error
    except OSError as error:
        raise OperationsNotRead(f"{file} can't be read: {error.strerror}.") from error


def _variables_beside(file: Path) -> JsonObject:
    beside = file.with_suffix(".variables.json")
    if not beside.is_file():
        return {}
    try:
        variables = json.loads(_text_of(beside))
    except (ValueError, RecursionError) as error:
        raise OperationsNotRead(f"{beside} is not JSON.") from error
    if not isinstance(variables, dict):
        raise OperationsNotRead(f"{beside} must hold an object: a value for each variable.")
    return variables
