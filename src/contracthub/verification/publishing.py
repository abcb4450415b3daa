"""What becomes of a run's evidence: results for each contract, then the whole report, at the hub.

Nothing goes out twice: what the hub has is marked in the report, and a report that is kept in a file and sent later
goes on from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.findings import Report, known_findings, report_findings
from contracthub.client.hub import Hub
from contracthub.client.results import publish_results
from contracthub.client.run_evidence import TakesNoEvidence, holds_evidence, publish_evidence
from contracthub.domain.findings import KnownFinding
from contracthub.domain.verification_reports import Outcome, PactResult, PublicationStatus
from contracthub.domain.verification_runs import RunReport, Suite
from contracthub.verification.finding_judgement import findings_of

_LEFT_OPEN = frozenset({Outcome.NOTHING_VERIFIED})


def published(report: RunReport, hub_of: Callable[[str], Hub], hub: Hub | None) -> tuple[RunReport, tuple[str, ...]]:
    """The report as it stands after publishing, and why something of it is not at the hub.

    ``hub_of`` gives the hub for the address of a result; ``hub`` takes the evidence document, where there is one. A run
    that checked nothing has nothing to publish, and says so.
    """
    if report.outcome in _LEFT_OPEN:
        return replace(report, publication=PublicationStatus.FAILED), ("There is nothing to publish.",)
    sent = publish_results(hub_of, [_of_run(result, report) for result in report.pacts])
    report = _with_results(report, sent.results)
    if sent.failures:
        return replace(report, publication=PublicationStatus.FAILED), sent.failures
    whole = replace(report, publication=PublicationStatus.PUBLISHED)
    if hub is None:
        return whole, ()
    try:
        publish_evidence(hub, whole)
    except TakesNoEvidence as no_place:
        return replace(whole, notices=(*whole.notices, f"{no_place} Only the results of its pacts are published.")), ()
    except HubFailure as failure:
        why = f"The evidence document is not published: {failure}"
        return replace(report, publication=PublicationStatus.FAILED), (why,)
    return whole, ()


def _of_run(result: PactResult, report: RunReport) -> PactResult:
    """The result with what leads from it to the report of its run: the moment at which the run began."""
    started_at = report.started_at.isoformat(timespec="microseconds")
    return replace(result, result={**result.result, "runStartedAt": started_at})


def published_before(report: RunReport, hub: Hub) -> RunReport | None:
    """The report as it was published, where the hub has it already: results come first, so it has those, too.

    Of a copy of the file that says so, nobody can tell it otherwise.
    """
    results = [replace(_of_run(each, report), published=True) for each in report.pacts]
    whole = replace(_with_results(report, results), publication=PublicationStatus.PUBLISHED)
    return whole if holds_evidence(hub, whole) else None


def known_to(hub: Hub, report: RunReport, *, reporting: bool) -> Mapping[str, KnownFinding]:
    """What the hub remembers of the findings of a run, by fingerprint; nothing where it has no place for findings.

    With ``reporting`` the hub is told of them first, and says how they stand for this run. Raises HubFailure.
    """
    runs = [run for run in report.suites if run.suite in (Suite.FUZZ, Suite.POLICIES) and run.examples]
    if not runs:
        return {}
    if not reporting or not report.provider_version:
        return known_findings(hub, report.provider)
    seen: dict[str, KnownFinding] = {}
    for run in runs:
        is_of_rules = run.suite is Suite.POLICIES
        said = Report(
            provider=report.provider,
            version=report.provider_version,
            findings=findings_of(run),
            # By its operations a hub that does not know of rules would take what fuzzing found for fixed.
            operations=() if is_of_rules else tuple(run.exercised),
            # A run that broke off has not seen that something is gone.
            complete=not run.problems,
            branch=report.provider_branch,
            covered=run.covered if is_of_rules else None,
        )
        try:
            receipt = report_findings(hub, said)
        except HubAnswered as refusal:
            if refusal.status in (404, 405):
                return {}
            raise
        seen |= {each.finding.fingerprint: each for each in receipt.seen}
    return seen


def _with_results(report: RunReport, results: Sequence[PactResult]) -> RunReport:
    """The report with its results as they stand now, in the same order: each suite gets back as many as it had."""
    left = iter(results)
    return replace(
        report, suites=tuple(replace(run, pacts=tuple(islice(left, len(run.pacts)))) for run in report.suites)
    )
