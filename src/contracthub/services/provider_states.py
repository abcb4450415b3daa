"""Which provider states the consumers of a provider count on (pact-broker-api §9)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from contracthub.domain.errors import Invalid, NotFound
from contracthub.domain.live_contracts import LIVE_KINDS
from contracthub.domain.selection import Candidate
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.live_contracts import read as read_live
from contracthub.formats.live_states import states_of
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.pact.parse import read
from contracthub.formats.registry import PACT
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.selection import Selection

# Documents that are held in memory at a time.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class UsedState:
    """A provider state with the parameters that it is asked for with, and who asks."""

    state: ProviderState
    consumers: tuple[str, ...]


def states_of_main_branches(hub: Hub, provider: str) -> Sequence[UsedState]:
    """Those in the contracts of the heads of consumers' main branches. Raises :class:`NotFound`, as all of these do."""
    return _states(hub, provider, lambda selection, key: selection.main_branch_heads(key))


def states_of_branch(hub: Hub, provider: str, branch: str) -> Sequence[UsedState]:
    """Those in the contracts of the heads of branches of that name."""
    return _states(hub, provider, lambda selection, key: selection.branch_heads(key, [branch]))


def states_in_environment(hub: Hub, provider: str, environment: str) -> Sequence[UsedState]:
    """Those in the contracts of what is deployed or released in an environment."""

    def living(selection: Selection, key: int) -> Sequence[Candidate]:
        if not selection.environments([environment]):
            raise NotFound("environment-not-found", f"No environment with name '{environment}' found")
        found = (*selection.deployed(key), *selection.released(key))
        return [each for each in found if each.found_by == environment]

    return _states(hub, provider, living)


def _states(
    hub: Hub, provider: str, candidates: Callable[[Selection, int], Sequence[Candidate]]
) -> Sequence[UsedState]:
    with hub.reading() as unit:
        key = required_pacticipant(unit, provider, "provider").id
        pacts = {each.contract_id: each.consumer_name for each in candidates(unit.selection, key)}
        live = {
            each.contract_id: each.consumer_name
            for kind in LIVE_KINDS
            for each in candidates(unit.selection_of(kind), key)
        }
        states = (*_states_in(unit, pacts), *_states_in_live(unit, live, provider))
        consumers = pacts | live
        return _merged((consumers[contract_id], state) for contract_id, state in states)


def _states_in(unit: Unit, contract_ids: Collection[int]) -> Iterator[tuple[int, ProviderState]]:
    keys = list(contract_ids)
    for start in range(0, len(keys), _AT_ONCE):
        for key, served in unit.contracts.documents(keys[start : start + _AT_ONCE]).items():
            document, _ = read(PACT.read(served, DOCUMENT))
            for interaction in document.interactions:
                yield from ((key, state) for state in interaction.provider_states)


def _states_in_live(unit: Unit, contract_ids: Collection[int], provider: str) -> Iterator[tuple[int, ProviderState]]:
    keys = list(contract_ids)
    for start in range(0, len(keys), _AT_ONCE):
        for key, body in unit.live_contracts.documents(keys[start : start + _AT_ONCE]).items():
            # What was sound by the rules of its day, and is no more, is verified by nobody.
            with suppress(Invalid):
                yield from ((key, state) for state in states_of(read_live(body), provider))


def _merged(used: Iterator[tuple[str, ProviderState]]) -> Sequence[UsedState]:
    """One entry for each name and parameters, by name; parameters are equal whatever the order of their keys."""
    states: dict[tuple[str, bytes], ProviderState] = {}
    consumers: dict[tuple[str, bytes], set[str]] = {}
    for consumer, state in used:
        key = (state.name, safe_json.canonical(state.params))
        states.setdefault(key, state)
        consumers.setdefault(key, set()).add(consumer)
    return [UsedState(states[key], tuple(sorted(consumers[key]))) for key in sorted(states)]
