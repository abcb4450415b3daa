"""What a conversation contract says, as values: whom to reach how, and what is said and heard in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from contracthub.formats.matching import Pattern
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue

WHOLE_SECONDS = 30.0
STEP_SECONDS = 5.0
HANDSHAKE_SECONDS = 10.0


class Transport(StrEnum):
    """On what the messages travel."""

    WEBSOCKET = "websocket"
    SSE = "sse"
    """Server-sent events, as browsers' EventSource reads them."""
    NDJSON = "ndjson"
    """One JSON value per line."""


class Side(StrEnum):
    """Who of the two does something."""

    CLIENT = "client"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How the conversation begins. ``template`` is the path as it is written, with its parameters in braces.

    ``refused`` are the HTTP statuses of which one has to come instead of a conversation; empty where there is to be
    one. ``subprotocol`` is the one that the provider has to choose. ``body`` is for the HTTP streams.
    """

    transport: Transport
    template: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = ()
    subprotocol: str | None = None
    method: str = "GET"
    body: bytes | None = None
    within: float = HANDSHAKE_SECONDS
    refused: tuple[int, ...] = ()

    @property
    def operation(self) -> str:
        """As people name it: ``WS /ws/{id}``, ``GET /events``."""
        verb = "WS" if self.transport is Transport.WEBSOCKET else self.method
        return f"{verb} {self.template}"


@dataclass(frozen=True, slots=True)
class Expected:
    """Which messages do. What is None is not looked at; ``sizes`` are the bounds of a binary message in bytes.

    ``schema`` is a JSON Schema without references to elsewhere; ``has_json`` tells an expected null from none.
    """

    pointer: str
    has_json: bool = False
    json: Pattern | None = None
    schema: JsonValue = None
    text: Pattern | None = None
    binary: bytes | None = None
    sizes: tuple[int, int | None] | None = None
    event: Pattern | None = None
    id: Pattern | None = None
    retry: Pattern | None = None

    @property
    def is_binary(self) -> bool:
        """Whether a binary message is expected."""
        return self.binary is not None or self.sizes is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """The client says this."""

    name: str
    content: str | bytes
    value: JsonValue = None
    is_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """The client hears messages that all do, at least ``least`` and at most ``most``, no pause longer than ``gap``.

    ``until`` is the message that ends them, and is not counted. ``within`` is for the step as a whole.
    ``saves`` are paths into the message by the names under which later steps use what is there.
    """

    name: str
    expected: Expected
    within: float = STEP_SECONDS
    least: int = 1
    most: int = 1
    until: Expected | None = None
    gap: float | None = None
    saves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unordered:
    """The client hears what the members say, in whatever order."""

    name: str
    members: tuple[Receive, ...]
    within: float = STEP_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """The client hears nothing for so long."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """One side ends the conversation; ``codes`` are those that do, any where there are none."""

    name: str
    by: Side
    codes: tuple[int, ...] = ()
    reason: Pattern | None = None
    within: float = STEP_SECONDS


Step: TypeAlias = Send | Receive | Unordered | Nothing | Close


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A contract of one conversation. ``within`` is for all steps together, from the handshake on.

    Messages that fit one of ``ignored`` are passed over wherever they come. ``late`` are the steps, by index and as
    written, that need what a message brings; ``values`` those of the provider states, which they may need, too.
    """

    name: str
    connect: Connect
    given: tuple[ProviderState, ...] = ()
    within: float = WHOLE_SECONDS
    ignored: tuple[Expected, ...] = ()
    steps: tuple[Step, ...] = ()
    late: Mapping[int, JsonObject] = field(default_factory=dict)
    values: JsonObject = field(default_factory=dict)


def title_of(number: int, name: str) -> str:
    """How a step is named in a report: by its number from 1, and its name if it has one."""
    return f"step {number} '{name}'" if name else f"step {number}"
