"""A pact as typed values, whatever specification version wrote it. How it is read is in ``parse``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from contracthub.formats.safe_json import JsonObject, JsonValue


class Specification(StrEnum):
    """Versions of the Pact specification, as they stand in ``metadata.pactSpecification.version``."""

    V1 = "1.0.0"
    V1_1 = "1.1.0"
    V2 = "2.0.0"
    V3 = "3.0.0"
    V4 = "4.0"


class InteractionKind(StrEnum):
    """What is exchanged."""

    HTTP = "http"
    MESSAGE = "message"
    SYNC_MESSAGE = "sync-message"


class Part(StrEnum):
    """The part of a request, response or message that a matching rule or generator is about."""

    METHOD = "method"
    PATH = "path"
    QUERY = "query"
    STATUS = "status"
    HEADER = "header"
    BODY = "body"
    METADATA = "metadata"


class Presence(StrEnum):
    """What a pact says about a body. Missing means that anything may come, null and empty that nothing may."""

    MISSING = "missing"
    NULL = "null"
    EMPTY = "empty"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A precondition of an interaction, with its parameters."""

    name: str
    params: JsonObject


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition of a matching rule, such as ``regex``, with its parameters."""

    kind: str
    facts: JsonObject


@dataclass(frozen=True, slots=True)
class MatchingRule:
    """Which values of a part are accepted. ``expression`` is ``$.a.b[*]`` in bodies, a plain name elsewhere."""

    part: str
    expression: str
    combine: str
    matchers: tuple[Matcher, ...]


@dataclass(frozen=True, slots=True)
class Generator:
    """Where the verifier puts a fresh value instead of the example."""

    part: str
    expression: str
    kind: str
    facts: JsonObject


@dataclass(frozen=True, slots=True)
class Body:
    """A body or message content. ``value`` is decoded: JSON where it is JSON, text where it is text.

    Binary content has ``value`` None and its length in ``binary_size``.
    """

    presence: Presence = Presence.MISSING
    value: JsonValue = None
    content_type: str | None = None
    is_json: bool = False
    binary_size: int | None = None


Values: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the consumer sends. A missing header, query or body leaves the provider free."""

    method: str
    path: str
    query: Values
    headers: Values
    body: Body
    rules: tuple[MatchingRule, ...] = ()
    generators: tuple[Generator, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What the consumer expects back."""

    status: int
    headers: Values
    body: Body
    rules: tuple[MatchingRule, ...] = ()
    generators: tuple[Generator, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its contents and what travels beside them."""

    contents: Body
    metadata: JsonObject
    rules: tuple[MatchingRule, ...] = ()
    generators: tuple[Generator, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """A request and its response."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True)
class AsyncMessage:
    """A message that the provider emits and the consumer reads."""

    message: Message


@dataclass(frozen=True, slots=True)
class SyncMessages:
    """A message that the consumer sends, and the ones that answer it."""

    request: Message
    responses: tuple[Message, ...]


Exchange: TypeAlias = HttpExchange | AsyncMessage | SyncMessages

_KINDS: Mapping[type, InteractionKind] = {
    HttpExchange: InteractionKind.HTTP,
    AsyncMessage: InteractionKind.MESSAGE,
    SyncMessages: InteractionKind.SYNC_MESSAGE,
}


@dataclass(frozen=True, slots=True)
class Interaction:
    """One exchange of a pact. ``pointer`` is its place in the document, ``id`` what the hub serves as ``_id``."""

    pointer: str
    id: str
    description: str
    provider_states: tuple[ProviderState, ...]
    exchange: Exchange
    key: str | None = None
    is_pending: bool = False
    comments: tuple[str, ...] = ()

    @property
    def kind(self) -> InteractionKind:
        """What is exchanged."""
        return _KINDS[type(self.exchange)]


@dataclass(frozen=True, slots=True)
class PactDocument:
    """A whole pact, interactions and messages in the order of the document."""

    consumer_name: str
    provider_name: str
    specification: Specification
    interactions: tuple[Interaction, ...]
