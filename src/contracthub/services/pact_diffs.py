"""The difference between two pacts of a pair (pact-broker-api §9)."""

from dataclasses import dataclass

from contracthub.domain.contracts import Publication, ServedContract
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.registry import PACT
from contracthub.services.hub import Hub
from contracthub.services.pacts import Pair, get_pact, get_pact_by_identity, missing_document


@dataclass(frozen=True, slots=True)
class PactDiff:
    """What changed from an older pact to a newer one; ``text`` is empty when nothing did."""

    older: Publication
    newer: Publication
    text: str


def diff_with_previous_distinct(hub: Hub, pair: Pair, number: str) -> tuple[Publication, PactDiff | None]:
    """A version's pact, and how it differs from the newest older one with other content, if there is one.

    Raises :class:`NotFound` for an unknown version.
    """
    with hub.reading() as unit:
        found = unit.contracts.find(pair.consumer, pair.provider, number)
        if found is None:
            raise missing_document(unit, pair)
        previous = unit.contracts.previous_distinct(pair.consumer, pair.provider, number)
    return found.publication, None if previous is None else _diff(previous, found)


def diff_of_versions(hub: Hub, pair: Pair, number: str, other: str) -> PactDiff:
    """How the pacts of two consumer versions differ. Raises :class:`NotFound`."""
    return _diff(get_pact(hub, pair, number), get_pact(hub, pair, other))


def diff_of_contents(hub: Hub, pair: Pair, identity: str, other: str) -> PactDiff:
    """How two contents differ, each as its newest version published it. Raises :class:`NotFound`."""
    return _diff(get_pact_by_identity(hub, pair, identity)[0], get_pact_by_identity(hub, pair, other)[0])


def _diff(one: ServedContract, another: ServedContract) -> PactDiff:
    older, newer = sorted((one, another), key=lambda each: each.publication.version_id)
    text = PACT.text_diff(PACT.read(older.served, DOCUMENT), PACT.read(newer.served, DOCUMENT))
    return PactDiff(older.publication, newer.publication, text)
