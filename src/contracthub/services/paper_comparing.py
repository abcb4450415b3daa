"""Comparisons of contracts with offers: known, or made now. What was compared once is never compared again.

A comparison is worked out for two contents, whoever published them. Whatever is wrong with either is a finding.
"""

import logging
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from contracthub.domain.comparisons import Comparison, ContractKind, Finding, Level
from contracthub.domain.errors import HubError
from contracthub.formats.comparisons.offers import ENGINE, CompiledOffer, Step, steps
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.offers import Offer, compiled
from contracthub.services.ports import Unit

logger = logging.getLogger(__name__)

SILENT = "contract.spec.missing"
"""The rule of the one finding where none of the documents speaks of anything in the contract."""
TIMED_OUT, FAILED = "comparison.timed-out", "comparison.failed"
# Not a property of the two contents, but of the moment.
_PASSING = frozenset({TIMED_OUT, FAILED})
_MISSING = ".spec.missing"

TRIED_AGAIN_AFTER = timedelta(minutes=10)
SECONDS_EACH, SECONDS_TOGETHER = 20.0, 60.0
# So many findings are remembered in the process.
_KEPT_FINDINGS = 50_000
# A contract with more has one fault many times over, or is out for trouble.
MOST_FINDINGS = 1_000
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
        _made.put((kind, *each.pair), each, 1 + len(each.findings))
    if lasting := [each for each in made.values() if lasts(each)]:
        unit.comparisons.remember(lasting, engine=ENGINE)
    return known | made


def remembered(kind: ContractKind, pair: Pair) -> Comparison | None:
    """What this process has compared itself."""
    return _made.get((kind, *pair))


def lasts(comparison: Comparison) -> bool:
    """Whether the same would come out at any other time."""
    return not any(each.rule in _PASSING for each in comparison.findings)


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
        ready = compiled(unit, missing[shas[0], identity])
        for start in range(0, len(shas), _FEW):
            some = shas[start : start + _FEW]
            for sha, body in unit.paper.contents(kind, some).items():
                findings = findings_of(kind, body, ready, until=min(until, time.monotonic() + SECONDS_EACH))
                yield Comparison(kind, sha, identity, findings, now)


def findings_of(kind: ContractKind, body: bytes, offer: CompiledOffer, *, until: float) -> tuple[Finding, ...]:
    """What comes out for one contract, at most :data:`MOST_FINDINGS`; what is not done by then is left unanswered."""
    found: list[Finding] = []
    every = _steps(kind, body, offer)
    for place, each in enumerate(every):
        if time.monotonic() > until:
            found.append(_gave_up(len(every) - place))
            break
        found += _findings(each)
        if len(found) > MOST_FINDINGS:
            return _shortened(found)
    if not every or _says_nothing(found, len(every)):
        return (_silent(found),)
    return tuple(found)


def _steps(kind: ContractKind, body: bytes, offer: CompiledOffer) -> list[Step]:
    try:
        return [*steps(kind, body, offer)]
    except Exception as error:  # noqa: BLE001 - whatever a contract brings up, others are compared all the same
        failed = _failed(error)
        return [Step(None, lambda: (failed,))]


def _findings(step: Step) -> tuple[Finding, ...]:
    try:
        return step.findings()
    except Exception as error:  # noqa: BLE001 - one interaction that breaks leaves the others to be compared
        finding = _failed(error)
        about = step.interaction
        if about is None:
            return (finding,)
        pointer = f"/interactions/{about.index}"
        return (replace(finding, consumer_pointer=pointer, interaction=about.index, description=about.description),)


def _failed(error: Exception) -> Finding:
    if isinstance(error, HubError):
        told = error.message
    elif isinstance(error, RecursionError):
        told = "It is nested, or refers to itself, too deeply."
    else:
        logger.error("A comparison broke", exc_info=error)
        told = f"The comparison broke ({type(error).__name__}); the hub's log has the details."
    remedy = "Verify the provider by a replay; what broke is a fault of the hub, and worth a report."
    return Finding(FAILED, "", f"This could not be compared: {told}", remedy, level=Level.UNANSWERED)


def _gave_up(left: int) -> Finding:
    told = f"Comparing took too long: {left} of the contract's parts are not compared."
    remedy = "Compare them with the command line (contracthub compare), or verify the provider by a replay."
    return Finding(TIMED_OUT, "", told, remedy, level=Level.UNANSWERED)


def _shortened(found: list[Finding]) -> tuple[Finding, ...]:
    told = f"There are more findings than the {MOST_FINDINGS:,} that are kept."
    remedy = "Mend these first, or look at all with the command line (contracthub compare)."
    # Errors first: they decide, whatever is left out.
    kept = sorted(found, key=lambda each: each.level is not Level.ERROR)[:MOST_FINDINGS]
    return (*kept, Finding("comparison.shortened", "", told, remedy, level=Level.UNANSWERED))


def _says_nothing(found: list[Finding], parts: int) -> bool:
    if not all(each.level is Level.UNANSWERED and each.rule.endswith(_MISSING) for each in found):
        return False
    return len({each.interaction for each in found}) == parts


def _silent(found: list[Finding]) -> Finding:
    told = found[0].message if found else "The contract has nothing that documents could speak of"
    remedy = found[0].remedy if found else "Verify the provider by a replay."
    return Finding(SILENT, "", told, remedy, level=Level.UNANSWERED)
