"""Comparisons of contracts with offers: known, or made now. What was compared once is never compared again.

A comparison is worked out for two contents, whoever published them. Whatever is wrong with either is a finding.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from contracthub.domain.comparisons import Comparison, ContractKind
from contracthub.formats.comparisons.offers import ENGINE
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.offers import Offer
from contracthub.services.paper_findings import BUSY, PASSING, SILENT
from contracthub.services.paper_isolation import findings_by
from contracthub.services.ports import Unit

TRIED_AGAIN_AFTER = timedelta(minutes=10)
SECONDS_EACH, SECONDS_TOGETHER = 20.0, 60.0
# So many findings are remembered in the process.
_KEPT_FINDINGS = 50_000
_FEW = 20

Pair = tuple[str, str]

_made: BoundedCache[tuple[ContractKind, str, str], Comparison] = BoundedCache(_KEPT_FINDINGS)


def compared(
    unit: Unit,
    kind: ContractKind,
    wanted: Collection[tuple[str, Offer]],
    *,
    now: datetime,
    seconds: float = SECONDS_TOGETHER,
) -> Mapping[Pair, Comparison]:
    """What comes out for each content (by its SHA-256) with each offer, by both identities.

    What is missing is compared now, for at most so many seconds; the database keeps it. Contents that are gone are left
    out.
    """
    offers = {(sha, offer.identity): offer for sha, offer in wanted}
    if not offers:
        return {}
    known = dict(unit.comparisons.known(kind, list(offers), engine=ENGINE))
    for pair in offers.keys() - known.keys():
        here = remembered(kind, pair)
        if here is not None and (lasts(here) or now - here.compared_at < TRIED_AGAIN_AFTER):
            known[pair] = here
    missing = {pair: offer for pair, offer in offers.items() if pair not in known}
    if not missing:
        return known
    made = {each.pair: each for each in _compared_now(unit, kind, missing, now, seconds)}
    for each in made.values():
        if all(finding.rule != BUSY for finding in each.findings):
            _made.put((kind, *each.pair), each, 1 + len(each.findings))
    if lasting := [each for each in made.values() if lasts(each)]:
        unit.comparisons.remember(lasting, engine=ENGINE)
    return known | made


def remembered(kind: ContractKind, pair: Pair) -> Comparison | None:
    """What this process has compared itself."""
    return _made.get((kind, *pair))


def lasts(comparison: Comparison) -> bool:
    """Whether the same would come out at any other time."""
    return not any(each.rule in PASSING for each in comparison.findings)


def is_silent(comparison: Comparison) -> bool:
    """Whether the documents speak of nothing in the contract, so that there is no evidence on paper at all."""
    return any(each.rule == SILENT for each in comparison.findings)


def _compared_now(
    unit: Unit, kind: ContractKind, missing: Mapping[Pair, Offer], now: datetime, seconds: float
) -> Iterator[Comparison]:
    """Offer by offer, so that each is read once; few contents at a time, for they may be large."""
    until = time.monotonic() + seconds
    by_offer: dict[str, list[str]] = {}
    for sha, identity in sorted(missing):
        by_offer.setdefault(identity, []).append(sha)
    for identity, shas in by_offer.items():
        judge = findings_by(unit, kind, missing[shas[0], identity])
        for start in range(0, len(shas), _FEW):
            for sha, body in unit.paper.contents(kind, shas[start : start + _FEW]).items():
                findings = judge(body, min(until, time.monotonic() + SECONDS_EACH))
                yield Comparison(kind, sha, identity, findings, now)
