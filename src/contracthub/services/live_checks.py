"""When a running provider was last held to its own documents: by runs that were reported, or as its build says."""

from collections.abc import Mapping
from datetime import datetime

from contracthub.domain.comparisons import EvidenceKind, LiveCheck
from contracthub.services.offers import Offer
from contracthub.services.ports import Unit


def live_checks(unit: Unit, offers: Mapping[int, Offer]) -> Mapping[int, LiveCheck]:
    """For each version, the newest run that held it to its documents; without one, what its build says of its own."""
    found = {key: check for key, offer in offers.items() if (check := _own_check(offer)) is not None}
    return {**found, **unit.evidence_documents.newest_fuzz_runs(offers.keys())}


def self_verified(offer: Offer) -> bool | None:
    """What the provider's build says of its own check of the documents: ``False`` if of any, ``None`` if of none."""
    said = {each.self_verified for each in offer.documents if each.self_verified is not None}
    return None if not said else False not in said


def _own_check(offer: Offer) -> LiveCheck | None:
    said = [each for each in offer.documents if each.self_verified is not None]
    if not said or len(said) < len(offer.documents):
        # A check of some of the documents is none of all.
        said = [each for each in said if each.self_verified is False]
    success = self_verified(offer)
    if not said or success is None:
        return None
    when: datetime = min(each.updated_at for each in said)
    tool = next((each.verifier for each in said if each.verifier), "") or "the provider's build"
    return LiveCheck(EvidenceKind.REPLAYED, when, success, tool)
