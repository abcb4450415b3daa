"""Reading pacts: one by version, by identity or as the newest of a set of versions, and lists of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from contracthub.domain.contracts import ALL_VERSIONS, Publication, ServedContract, VersionSet
from contracthub.domain.errors import NotFound
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.contracts import Contracts


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and a provider, by name."""

    consumer: str
    provider: str


def get_pact(hub: Hub, pair: Pair, number: str) -> ServedContract:
    """The pact of a consumer version. Raises :class:`NotFound`, as all of these do."""
    return _required(hub, pair, lambda contracts: contracts.find(pair.consumer, pair.provider, number))


def get_latest_pact(hub: Hub, pair: Pair, among: VersionSet) -> ServedContract:
    """The newest pact of the pair in a set of versions."""
    return _required(hub, pair, lambda contracts: contracts.latest(pair.consumer, pair.provider, among))


def get_previous_distinct_pact(hub: Hub, pair: Pair, number: str) -> ServedContract:
    """The newest pact of the pair that is older than the version's and differs from it."""
    return _required(hub, pair, lambda contracts: contracts.previous_distinct(pair.consumer, pair.provider, number))


def get_pact_by_identity(
    hub: Hub, pair: Pair, identity: str, numbers: Collection[str] = ()
) -> Sequence[ServedContract]:
    """The pact of that identity with each of the consumer versions named, newest first, or else with its newest."""
    with hub.reading() as unit:
        found = unit.contracts.by_identity(pair.consumer, pair.provider, identity, numbers)
        if not found:
            raise missing_document(unit, pair)
        return found


def list_pacts_of_pair(hub: Hub, pair: Pair, among: VersionSet = ALL_VERSIONS) -> Sequence[Publication]:
    """Publications of a pair in a set of versions, newest first; none is no error when both pacticipants exist."""
    with hub.reading() as unit:
        consumer = required_pacticipant(unit, pair.consumer, "consumer")
        provider = required_pacticipant(unit, pair.provider, "provider")
        return unit.contracts.of_pair(consumer.id, provider.id, among)


def list_latest_pact_of_pair(hub: Hub, pair: Pair, among: VersionSet) -> Sequence[Publication]:
    """The newest publication of a pair in a set of versions, as a list of one or none."""
    with hub.reading() as unit:
        for name, role in ((pair.consumer, "consumer"), (pair.provider, "provider")):
            required_pacticipant(unit, name, role)
        found = unit.contracts.latest_publication(pair.consumer, pair.provider, among)
        return [] if found is None else [found]


def list_pacts_of_provider(hub: Hub, provider: str, among: VersionSet) -> Sequence[Publication]:
    """Publications with a provider in a set of versions, by consumer, newest first."""
    with hub.reading() as unit:
        return unit.contracts.of_provider(required_pacticipant(unit, provider, "provider").id, among)


def list_latest_pacts_of_provider(hub: Hub, provider: str, among: VersionSet) -> Sequence[Publication]:
    """The newest publication of each consumer of a provider in a set of versions."""
    with hub.reading() as unit:
        return unit.contracts.latest_of_provider(required_pacticipant(unit, provider, "provider").id, among)


def list_latest_pacts(hub: Hub) -> Sequence[Publication]:
    """The newest publication of each pair."""
    with hub.reading() as unit:
        return unit.contracts.latest_of_pairs()


def missing_document(unit: Unit, pair: Pair) -> NotFound:
    """The error for a document that is missing; it names the pacticipant where one is the reason."""
    for name, role in ((pair.consumer, "consumer"), (pair.provider, "provider")):
        required_pacticipant(unit, name, role)
    # The Pact Broker's words for everything but pacticipants (pact-broker-api §2).
    return NotFound("document-not-found", "The requested document was not found on this server.")


def _required(hub: Hub, pair: Pair, find: Callable[[Contracts], ServedContract | None]) -> ServedContract:
    with hub.reading() as unit:
        found = find(unit.contracts)
        if found is None:
            raise missing_document(unit, pair)
        return found
