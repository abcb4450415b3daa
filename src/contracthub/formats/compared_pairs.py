"""Compares pairs of documents, settles severities, says whom each change hits, and makes a report of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from contracthub.domain.change_reports import DiffReport, DocumentReport
from contracthub.formats.change_view import Approvals, LinesOf, document_report
from contracthub.formats.differences import COMPARED, DocumentDifference, rules_of
from contracthub.formats.document_pairs import OF_DOCUMENTS, Pair, compared
from contracthub.formats.impact.judging import Judging
from contracthub.formats.severity_policy import Judged, Policy, judged
from contracthub.formats.source_lines import lines_of
from contracthub.formats.wishes import NO_WISHES, Wishes

Comparing = Callable[[Pair, date, Wishes], DocumentDifference]


@dataclass(frozen=True, slots=True)
class Terms:
    """What pairs are compared by, besides themselves. ``judging`` is None where no consumers are asked about."""

    today: date
    approvals: Approvals
    judging: Judging | None = None
    policy: Policy = field(default_factory=Policy)
    wishes: Wishes = NO_WISHES
    lines: LinesOf = lines_of


def report_of(
    pairs: Sequence[Pair], terms: Terms, compare: Comparing = compared
) -> tuple[DiffReport, tuple[Judged, ...]]:
    """The report, and how severities and exemptions were settled in each pair. Raises what ``compare`` does."""
    documents, settled, judging = [], [], terms.judging
    for pair in pairs:
        found = compare(pair, terms.today, terms.wishes)
        # Who settles how bad a rule is wants to hear of it.
        wanted = [each for each in found.details if each.id in terms.policy.severities]
        result = judged((*found.changes, *wanted), terms.policy, terms.today)
        settled.append(result)
        hits = judging.hits(pair, found, result.changes) if judging else {}
        reported = document_report(pair, result, found.gaps, hits, terms.approvals, terms.lines)
        documents.append(replace(reported, left_out=len(found.details) - len(wanted)))
    report = DiffReport(tuple(documents), judging.scope() if judging else None)
    return with_sentences(report), tuple(settled)


def with_sentences(report: DiffReport) -> DiffReport:
    """The report with what its rules say."""
    return replace(report, rules=_sentences({change.id for change in report.changes}, report.documents))


def _sentences(ids: Iterable[str], documents: Iterable[DocumentReport]) -> dict[str, str]:
    formats = sorted({each.format for each in documents if each.format in COMPARED})
    rules = {rule.id: rule.summary for name in formats for rule in rules_of(name).values()}
    return {each: (rules | OF_DOCUMENTS).get(each, "") for each in sorted(ids)}
