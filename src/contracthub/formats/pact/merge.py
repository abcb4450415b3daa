"""Two parts of one pact put together, as several test runs of one consumer version publish them (pact-broker-api 7)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Conflict, Fault
from contracthub.formats import safe_json
from contracthub.formats.pact.content import PactContent
from contracthub.formats.pact.identity import what_counts, without_id
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue

_STATES = ("providerState", "provider_state", "providerStates")
_REQUEST_PARTS = ("method", "path", "query", "body", "headers")

_Key: TypeAlias = bytes
_Counting: TypeAlias = tuple[Callable[[JsonValue], JsonValue], Callable[[JsonValue], JsonValue]]


def merge(existing: PactContent, incoming: PactContent, rule: IdentityRule = IdentityRule.PACT_BROKER) -> JsonObject:
    """The existing pact with the incoming interactions: same description and provider states replace, others follow.

    Everything beside the lists is kept from the existing pact. Merging the same again changes nothing. Neither content
    is changed; an ``_id`` inside an interaction is dropped. Raises ``Conflict`` when either side has no interactions,
    or when an interaction of both sides differs in what counts of its request under the workspace's rule.
    """
    counting = (what_counts(existing, rule), what_counts(incoming, rule))
    if existing.interactions is None or incoming.interactions is None:
        raise Conflict(
            "pact-merge-without-interactions",
            "Only pacts with a list of interactions can be merged. Publish the whole pact under a new version number.",
        )
    merged = dict(existing.document)
    merged["interactions"] = _merged(existing.interactions, incoming.interactions, counting)
    if incoming.messages is not None:
        merged["messages"] = _merged(existing.messages or [], incoming.messages, counting)
    return merged


@dataclass(slots=True)
class _Slots:
    """Interactions by key, each key at the place where it was first seen."""

    by_key: dict[_Key, dict[bytes, JsonValue]] = field(default_factory=dict)

    def keep(self, interaction: JsonValue) -> None:
        self.by_key.setdefault(_key(interaction), {})[safe_json.canonical(interaction)] = interaction

    def replace(self, interaction: JsonValue) -> None:
        self.by_key[_key(interaction)] = {safe_json.canonical(interaction): interaction}

    def at(self, interaction: JsonValue) -> Iterable[JsonValue]:
        return self.by_key.get(_key(interaction), {}).values()

    def interactions(self) -> list[JsonValue]:
        return [interaction for kept in self.by_key.values() for interaction in kept.values()]


def _merged(existing: list[JsonValue], incoming: list[JsonValue], counting: _Counting) -> list[JsonValue]:
    slots = _Slots()
    for interaction in existing:
        slots.keep(without_id(interaction))
    faults: list[Fault] = []
    for interaction in map(without_id, incoming):
        faults.extend(_conflicts(slots.at(interaction), interaction, counting))
        slots.replace(interaction)
    if faults:
        raise _conflict(faults)
    return slots.interactions()


def _key(interaction: JsonValue) -> _Key:
    """Kind, description and provider states. What is no object is its own key, so that nothing is lost."""
    if not isinstance(interaction, dict):
        return b"=" + safe_json.canonical(interaction)
    states = [interaction.get(name) for name in _STATES]
    return safe_json.canonical([interaction.get("type"), interaction.get("description"), *states])


def _conflicts(stored: Iterable[JsonValue], sent: JsonValue, counting: _Counting) -> Iterator[Fault]:
    in_stored, in_sent = counting
    of_sent = in_sent(sent)
    for other in map(in_stored, stored):
        differing = [
            part for part in _REQUEST_PARTS if not _is_same(_request_part(other, part), _request_part(of_sent, part))
        ]
        if differing:
            yield Fault("interactions", f"{_name(sent)} differs in the request's {' and '.join(differing)}")


def _request_part(interaction: JsonValue, part: str) -> JsonValue:
    request = interaction.get("request") if isinstance(interaction, dict) else None
    return request.get(part) if isinstance(request, dict) else None


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    """Equal as JSON. Python's own equality would take 1 for true."""
    return safe_json.canonical(one) == safe_json.canonical(other)


def _name(interaction: JsonValue) -> str:
    description = interaction.get("description") if isinstance(interaction, dict) else None
    states = [interaction.get(name) for name in _STATES] if isinstance(interaction, dict) else []
    given = next((safe_json.dumps(state).decode() for state in states if state), "no provider state")
    return f"{safe_json.dumps(description).decode()[:200]} given {given[:200]}"


def _conflict(faults: list[Fault]) -> Conflict:
    first = "; ".join(str(fault) for fault in faults[:3])
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    text = f"The pacts can't be merged: {first}{more}. Give each request a description or provider state of its own."
    return Conflict("pact-merge-conflict", text, faults=tuple(faults[:MOST_FAULTS]))
