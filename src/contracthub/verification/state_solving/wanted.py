"""The interactions that a replay may ask for, and what each of them tells of the state that it starts from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracthub.formats.pact.model import (
    AsyncMessage,
    Body,
    HttpExchange,
    Interaction,
    PactDocument,
    Presence,
    ProviderState,
)
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.graphql.expectation import differences
from contracthub.verification.state_solving.wording import wording

_MOST_VALUES = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """An interaction with provider states. ``is_triggered``: a message that a request brings about, ids and all."""

    consumer: str
    interaction: Interaction
    is_triggered: bool = False

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """What it starts from."""
        return self.interaction.provider_states

    @property
    def exchange(self) -> HttpExchange | None:
        """Its request and response, where it has them."""
        exchange = self.interaction.exchange
        return exchange if isinstance(exchange, HttpExchange) else None

    @property
    def is_read(self) -> bool:
        """Whether its request changes nothing, so that it may be tried."""
        return self.exchange is not None and self.exchange.request.method.upper() in ("GET", "HEAD")

    @property
    def status(self) -> int:
        """The HTTP status that it expects; 0 for messages."""
        return self.exchange.response.status if self.exchange else 0

    @property
    def expected(self) -> JsonValue:
        """The JSON that it expects of the provider, None where it expects none."""
        exchange = self.interaction.exchange
        if isinstance(exchange, HttpExchange):
            return json_of(exchange.response.body)
        return json_of(exchange.message.contents) if isinstance(exchange, AsyncMessage) else None

    def is_met_by(self, status: int, body: JsonValue) -> bool:
        """Whether an answer is what the consumer expects."""
        if self.exchange is None or status != self.status:
            return False
        response = self.exchange.response
        return json_of(response.body) is None or not differences(response.body.value, body, response.rules)


def json_of(body: Body) -> JsonValue:
    """The JSON of a body, None where there is none."""
    return body.value if body.presence is Presence.PRESENT and body.is_json else None


def wanted_in(documents: Iterable[PactDocument]) -> tuple[Wanted, ...]:
    """All interactions of these pacts, in their order."""
    return tuple(Wanted(document.consumer_name, each) for document in documents for each in document.interactions)


def named_values(value: JsonValue) -> Mapping[str, JsonValue]:
    """Members by name, however deep they stand; what stands higher counts, and of an array its first item."""
    found: dict[str, JsonValue] = {}
    waiting: list[JsonValue] = [value]
    for each in waiting:
        if len(waiting) > _MOST_VALUES:
            break
        if isinstance(each, dict):
            for name, inner in each.items():
                found.setdefault(name, inner)
            waiting.extend(each.values())
        elif isinstance(each, list) and each:
            waiting.append(each[0])
    return found


def arrays_in(value: JsonValue, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[JsonValue]]]:
    """The arrays that are members of objects, with the names that lead to them."""
    if isinstance(value, dict) and len(path) < 20:
        for name, inner in value.items():
            if isinstance(inner, list):
                yield (*path, name), inner
            else:
                yield from arrays_in(inner, (*path, name))


def consumers_bodies(wanted: Sequence[Wanted]) -> Iterator[tuple[str, str, JsonObject]]:
    """Method, path and body of the requests that consumers expect to succeed."""
    for each in wanted:
        exchange = each.exchange
        if exchange is not None and 200 <= exchange.response.status < 300:
            body = json_of(exchange.request.body)
            if isinstance(body, dict):
                yield exchange.request.method, exchange.request.path, body


def replay_order(interaction: Interaction) -> int:
    """Where an interaction stands when nobody can empty the provider: what wants nothing to be there comes first."""
    words = [wording(state.name) for state in interaction.provider_states]
    exchange = interaction.exchange
    if any(each.is_negative for each in words):
        reads = isinstance(exchange, HttpExchange) and exchange.request.method.upper() == "GET"
        return 0 if reads else 1
    if any(each.count > 1 for each in words):
        return 2
    return 4 if any(each.is_taken for each in words) else 3
