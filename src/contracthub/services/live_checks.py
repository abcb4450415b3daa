"""When a running provider was last held to its own documents: by runs that were reported, or as its build says."""

from collections.abc import Collection, Mapping
from datetime import datetime

from contracthub.domain.comparisons import EvidenceKind, LiveCheck
from contracthub.domain.errors import HubError
from contracthub.domain.verification_runs import CheckStatus, Suite, SuiteRun
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.evidence_documents import run_report_in
from contracthub.services.offers import Offer
from contracthub.services.ports import Unit
from contracthub.services.ports.paper import Run

SUITES = (Suite.FUZZ, Suite.GRAPHQL)
"""The suites that hold a provider to what its own documents say."""
_VERIFIED = "verified"
_BROKE = (CheckStatus.FAILED, CheckStatus.MISSING_STATE, CheckStatus.COULD_NOT_RUN)
_KEPT = 1_000

# By the SHA-256 of the report: whether these suites found nothing, and with which tool they looked.
_read: BoundedCache[str, tuple[bool, str]] = BoundedCache(_KEPT)


def live_checks(unit: Unit, offers: Mapping[int, Offer]) -> Mapping[int, LiveCheck]:
    """For each version, the newest run that held it to its documents; without one, what its build says of its own."""
    found = {key: check for key, offer in offers.items() if (check := _own_check(offer)) is not None}
    for run in unit.paper.runs(offers.keys(), SUITES):
        success, tool = _outcome(unit, run)
        found[run.version_id] = LiveCheck(EvidenceKind.FUZZED, run.started_at, success, tool)
    return found


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


def _outcome(unit: Unit, run: Run) -> tuple[bool, str]:
    """Whether the suites that look at documents found nothing; what other suites found does not count."""
    known = _read.get(run.sha)
    if known is None:
        body = unit.evidence_documents.body(run.version_id, run.number)
        known = (run.outcome == _VERIFIED, " ".join(run.suites)) if body is None else _outcome_in(body, run)
        _read.put(run.sha, known)
    return known


def _outcome_in(body: bytes, run: Run) -> tuple[bool, str]:
    try:
        report = run_report_in(body)
    except HubError:
        # It was let in by the rules of another release.
        return run.outcome == _VERIFIED, " ".join(run.suites)
    suites = [each for each in report.suites if each.suite in SUITES]
    tools = dict.fromkeys(" ".join(filter(None, (each.tool, each.tool_version))) for each in suites)
    return _all_passed(suites), ", ".join(filter(None, tools)) or "contracthub"


def _all_passed(suites: Collection[SuiteRun]) -> bool:
    looked = any(check.status is CheckStatus.PASSED for each in suites for check in each.checks)
    return looked and not any(each.problems or each.count(*_BROKE) for each in suites)
