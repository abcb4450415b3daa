"""Run reports: what `verify provider` found, kept as one document beside the provider's version."""

import logging
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from contracthub.domain.errors import Conflict, Fault, Invalid, NotFound, TooLarge
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.stored_evidence import LARGEST_EVIDENCE, MOST_EVIDENCE, EvidenceSummary, StoredEvidence
from contracthub.domain.typed_documents import NotOfType
from contracthub.domain.verification_runs import CheckStatus, RunReport, Suite, SuiteRun, run_from_document
from contracthub.formats import safe_json
from contracthub.formats.limits import Limits
from contracthub.services.first_publications import ensured_pacticipants
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.versions import record_version, refuse_unless_named, required_version

logger = logging.getLogger(__name__)

LIMITS = Limits(max_bytes=LARGEST_EVIDENCE, max_depth=64)
_FAILED = (CheckStatus.FAILED, CheckStatus.MISSING_STATE)
_LONGEST_TOOL = 100
# What holds a running provider to its own documents, whatever its consumers need.
_BY_DOCUMENT = (Suite.FUZZ, Suite.GRAPHQL)


def run_report_in(body: bytes) -> RunReport:
    """The run report in a document from outside. Raises :class:`Invalid` with pointers, :class:`TooLarge`."""
    if len(body) > LARGEST_EVIDENCE:
        text = f"An evidence document has at most {LARGEST_EVIDENCE:,} bytes, and this one {len(body):,}."
        raise TooLarge("evidence-too-large", text)
    try:
        return run_from_document(safe_json.loads(body, LIMITS))
    except NotOfType as error:
        raise Invalid.of(*(_named(each) for each in error.faults)) from error


def summary_of(report: RunReport) -> EvidenceSummary:
    """What lists tell of a report."""
    fuzzing = [run for run in report.suites if run.suite in _BY_DOCUMENT]
    return EvidenceSummary(
        outcome=report.outcome,
        suites=tuple(dict.fromkeys(run.suite.value for run in report.suites)),
        checks=sum(len(run.checks) for run in report.suites),
        failed=report.count(*_FAILED),
        started_at=report.started_at,
        fuzzed=_outcome_of(fuzzing),
        fuzzed_by=" ".join(filter(None, (fuzzing[0].tool, fuzzing[0].tool_version)))[:_LONGEST_TOOL]
        if fuzzing
        else None,
    )


def _tools_of(runs: Sequence[SuiteRun]) -> str:
    named = dict.fromkeys(f"{run.tool} {run.tool_version}".strip() for run in runs)
    return ", ".join(filter(None, named))[:_LONGEST_TOOL]


def _outcome_of(runs: Sequence[SuiteRun]) -> bool | None:
    """How runs of a suite went: faults outrank what could not be found out, and that is not known to be good."""
    if any(run.count(CheckStatus.FAILED) for run in runs):
        return False
    ran = sum(run.count(CheckStatus.PASSED, CheckStatus.KNOWN) for run in runs)
    open_ = any(run.problems or run.count(CheckStatus.COULD_NOT_RUN, CheckStatus.MISSING_STATE) for run in runs)
    return True if ran and not open_ else None


def store_evidence(hub: Hub, provider: str, number: str, body: bytes) -> tuple[StoredEvidence, bool]:
    """Keep a run report with the provider's version, which is created where it is not known; whether it is new.

    Raises :class:`Invalid` for what is no report of that version, :class:`TooLarge`, :class:`Conflict` for too many.
    """
    refuse_unless_named(provider, number)
    report = run_report_in(body)
    faults = [
        *_unless("provider", provider, report.provider),
        *_unless("providerVersion", number, report.provider_version),
    ]
    if report.provider_branch is not None:
        refuse_unless_named(provider, number, providerBranch=report.provider_branch)
    if faults:
        raise Invalid.of(*faults)
    with hub.writing() as unit:
        known = unit.pacticipants.named([provider])
        owner = ensured_pacticipants(hub, unit, [provider], known, what="evidence")[provider]
        version = record_version(hub, unit, owner, number, branch=report.provider_branch).version
        stored, created = keep(hub, unit, version.id, body, report)
        if created and unit.evidence_documents.count(version.id) > MOST_EVIDENCE:
            text = f"{provider} {number} has {MOST_EVIDENCE} evidence documents, the most that are kept. Delete some."
            raise Conflict("too-many-evidence-documents", text)
        found = unit.evidence_documents.find(version.id, stored)
    assert found is not None
    logger.info("%s %s: evidence %d, %s", provider, number, found.number, found.summary.outcome)
    return found, created


def keep(hub: Hub, unit: Unit, version_id: int, body: bytes, report: RunReport) -> tuple[int, bool]:
    """Store the bytes of a report; its number, and whether it is new."""
    digest = sha256(body).hexdigest()
    return unit.evidence_documents.store(version_id, digest, body, summary_of(report), now=hub.now())


def list_evidence(
    hub: Hub, provider: str, number: str, *, page: Page, started_at: datetime | None = None
) -> Listing[StoredEvidence]:
    """The run reports of a provider's version, the newest first. Raises :class:`NotFound`.

    With ``started_at`` those of the run that began at that moment, as a verification result names it.
    """
    with hub.reading() as unit:
        version = required_version(unit, provider, number)[1]
        return unit.evidence_documents.list(version.id, page=page, started_at=started_at)


def evidence_body(hub: Hub, provider: str, number: str, evidence: int) -> bytes:
    """The bytes of a run report as they were sent. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = unit.evidence_documents.body(required_version(unit, provider, number)[1].id, evidence)
    if found is None:
        raise _missing(provider, number, evidence)
    return found


def delete_evidence(hub: Hub, provider: str, number: str, evidence: int) -> None:
    """Remove a run report. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        if not unit.evidence_documents.delete(required_version(unit, provider, number)[1].id, evidence):
            raise _missing(provider, number, evidence)


def _unless(field: str, asked: str, said: str | None) -> list[Fault]:
    if said == asked:
        return []
    return [Fault(field, f"must be {asked}, as in the address, and is {said or 'missing'}", f"/{field}")]


def _named(fault: Fault) -> Fault:
    return Fault((fault.pointer or "").removeprefix("/").replace("/", "."), fault.text, fault.pointer)


def _missing(provider: str, number: str, evidence: int) -> NotFound:
    return NotFound("evidence-not-found", f"There is no evidence document {evidence} of {provider} {number}.")
