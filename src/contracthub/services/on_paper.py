"""What documents say of a consumer's contracts with versions of a provider: known, or compared now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from contracthub.domain.comparisons import Comparison, ContractKind, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.services.live_checks import live_checks, self_verified
from contracthub.services.offers import Offer, offers_of
from contracthub.services.paper_comparing import compared, is_silent
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.paper import Need


class PaperPair(NamedTuple):
    """A contract of a consumer version with a version of its provider; ``live`` is its name where it is no pact."""

    consumer_version_id: int
    provider_id: int
    provider_version_id: int
    live: LiveName | None = None

    @property
    def kind(self) -> ContractKind:
        """What kind of contract it is."""
        return ContractKind.PACT if self.live is None else self.live.kind

    @property
    def slot(self) -> tuple[int, int, ContractKind, str]:
        """Where the contract was published."""
        return self.consumer_version_id, self.provider_id, self.kind, "" if self.live is None else self.live.name


def on_paper(unit: Unit, wanted: Collection[PaperPair], *, now: datetime) -> Mapping[PaperPair, OnPaper]:
    """For those pairs whose provider version has documents that speak of the contract: what these say.

    Of pacts and conversations only. What nobody has compared yet is compared now. Without documents it costs a single
    look into an index.
    """
    versions = {each.provider_version_id for each in wanted}
    offers = offers_of(unit, versions) if versions else {}
    asked = [
        each
        for each in wanted
        if (offer := offers.get(each.provider_version_id)) is not None and is_spoken_of(each.kind, offer)
    ]
    if not asked:
        return {}
    shas = _contents(unit, asked)
    found: dict[PaperPair, Comparison] = {}
    for kind in dict.fromkeys(each.kind for each in asked):
        pairs = [each for each in asked if each.kind is kind and each.slot in shas]
        known = compared(unit, kind, {(shas[each.slot], offers[each.provider_version_id]) for each in pairs}, now=now)
        for each in pairs:
            comparison = known.get((shas[each.slot], offers[each.provider_version_id].identity))
            if comparison is not None and not is_silent(comparison):
                found[each] = comparison
    told = {each.provider_version_id: offers[each.provider_version_id] for each in found}
    checks = live_checks(unit, told) if told else {}
    return {
        each: OnPaper(
            named(comparison, offers[each.provider_version_id]),
            offers[each.provider_version_id].names,
            self_verified(offers[each.provider_version_id]),
            checks.get(each.provider_version_id),
        )
        for each, comparison in found.items()
    }


def recent_offering(unit: Unit, provider_ids: Collection[int], limit: int) -> Mapping[int, Sequence[VersionRef]]:
    """The newest versions of those providers that have documents, newest first, at most ``limit`` of each."""
    return unit.paper.recent_offering(provider_ids, limit) if provider_ids else {}


def named(comparison: Comparison, offer: Offer) -> Comparison:
    """The comparison with the name that this version gives its only document; it may be of another version's."""
    if len(offer.documents) != 1:
        return comparison
    name = offer.documents[0].name
    if all(each.document in ("", name) for each in comparison.findings):
        return comparison
    findings = (replace(each, document=name) if each.document else each for each in comparison.findings)
    return replace(comparison, findings=tuple(findings))


def is_spoken_of(kind: ContractKind, offer: Offer) -> bool:
    """Whether documents of these formats may speak of a contract of that kind at all."""
    return kind is ContractKind.PACT or (kind is ContractKind.CONVERSATION and offer.has(ContractFormat.ASYNCAPI))


def _contents(unit: Unit, asked: Iterable[PaperPair]) -> Mapping[tuple[int, int, ContractKind, str], str]:
    needs: list[Need] = []
    for kind, read in ((ContractKind.PACT, unit.paper.pacts), (ContractKind.CONVERSATION, unit.paper.conversations)):
        mine = [each for each in asked if each.kind is kind]
        if mine:
            needs += read({each.consumer_version_id for each in mine}, {each.provider_id for each in mine})
    return {(each.version_id, each.provider_id, each.kind, each.name): each.sha for each in needs}
