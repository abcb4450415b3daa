"""What documents say of the contracts of a question, with each version of their providers that counts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from contracthub.domain.comparisons import ContractKind, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.services.matrix_sides import EVERY_VERSION, Side
from contracthub.services.on_paper import PaperPair, on_paper, recent_offering
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Published, VersionRef

# Where "all versions" are asked for, so many of the newest with documents count; so many pairs altogether.
RECENT = 50
_PAIRS = 1000
# What a document of a provider can say something of.
_COMPARED = frozenset({ContractKind.PACT, ContractKind.CONVERSATION})

Papers = Mapping[tuple[int, int, LiveName | None], Mapping[VersionRef, OnPaper]]
"""By consumer version, provider and name of the live contract: what the documents of each version say."""


def is_comparable(published: Published) -> bool:
    """Whether documents of a provider can say anything of it; nobody is compared with themselves."""
    if published.live is None:
        return True
    return published.live.kind in _COMPARED and published.pair.consumer_id != published.pair.provider_id


def papers_of(unit: Unit, sides: Mapping[int, Side], published: Sequence[Published], *, now: datetime) -> Papers:
    """Look up what documents say. Two statements more at most where nobody has any."""
    wanted = [each for each in published if is_comparable(each)]
    versions = _versions(unit, sides, wanted)
    return papers_with(unit, [(each, versions.get(each.pair.provider_id, ())) for each in wanted], now=now)


def papers_with(unit: Unit, wanted: Collection[tuple[Published, Collection[VersionRef]]], *, now: datetime) -> Papers:
    """The same for those publications with those versions."""
    pairs = {
        PaperPair(each.version.id, each.pair.provider_id, version.id, each.live): version
        for each, versions in wanted
        for version in versions
    }
    if not pairs:
        return {}
    found: dict[tuple[int, int, LiveName | None], dict[VersionRef, OnPaper]] = {}
    for pair, said in on_paper(unit, pairs, now=now).items():
        key = (pair.consumer_version_id, pair.provider_id, pair.live)
        found.setdefault(key, {})[pairs[pair]] = said
    return found


def papers_for(papers: Papers, published: Published) -> Mapping[VersionRef, OnPaper]:
    """What the documents of each version of its provider say of a publication."""
    return papers.get((published.version.id, published.pair.provider_id, published.live), {})


def _versions(
    unit: Unit, sides: Mapping[int, Side], wanted: Sequence[Published]
) -> Mapping[int, Collection[VersionRef]]:
    found: dict[int, Collection[VersionRef]] = {}
    every: set[int] = set()
    for key in {each.pair.provider_id for each in wanted}:
        side = sides.get(key)
        if side is None or side.version_ids is EVERY_VERSION:
            every.add(key)
        else:
            found[key] = _of_side(side)
    if every:
        most = max(1, min(RECENT, _PAIRS // len(wanted)))
        found.update(recent_offering(unit, every, most))
    return found


def _of_side(side: Side) -> Collection[VersionRef]:
    """The versions that a side brings in: all that live there, and of others the newest."""
    there = [each for each in side.selectors if each.version_id is not None]
    needed = {VersionRef(each.version_id or 0, each.version_number or "") for each in there if each.needs_each_version}
    others = {VersionRef(each.version_id or 0, each.version_number or "") for each in there} - needed
    return needed | set(sorted(others, key=lambda each: -each.id)[:RECENT])
