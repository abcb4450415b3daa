"""The gate as a pure function: rows in, decision out. Nothing here reads a database or a clock.

The rules are those of the Pact Broker (pact-broker-api §13), with one difference on purpose: where several provider
versions live in an environment, evidence is needed for each of them, not for one. How results, documents, policies and
waivers come to one outcome for a row is in :mod:`contracthub.domain.weighing`.
"""

from collections.abc import Sequence

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.matrix_question import MatrixRow, Question, RequiredPair, ResolvedSelector, Unwritten
from contracthub.domain.matrix_reasons import notices_of
from contracthub.domain.matrix_verdicts import verdicts_of
from contracthub.domain.verdicts import Counts, Decision
from contracthub.domain.weighing import weighed_question


def decide(question: Question) -> Decision:
    """Whether what was asked about can be deployed. The same question always has the same answer."""
    question = weighed_question(question)
    considered = [row for row in question.rows if not question.ignores(row)]
    missing = [each for each in question.specified if each.is_missing and not _ignored_selector(question, each)]
    absent: list[RequiredPair | Unwritten] = [*_pairs_without_row(question), *_unwritten(question)]
    decided = _deployable(considered, missing, absent)
    return Decision(
        deployable=decided,
        counts=_counts(question, considered, absent),
        notices=tuple(notices_of(question, considered, missing, absent)),
        verdicts=tuple(verdicts_of(question, considered, missing, absent)),
    )


def _deployable(
    rows: Sequence[MatrixRow], missing: Sequence[ResolvedSelector], absent: Sequence[RequiredPair | Unwritten]
) -> bool | None:
    if missing:
        return False
    if absent or any(row.outcome is None for row in rows):
        return None
    return all(row.outcome for row in rows)


def _ignored_selector(question: Question, selector: ResolvedSelector) -> bool:
    return any(each.covers(selector.pacticipant, selector.version_number) for each in question.ignore)


def _pairs_without_row(question: Question) -> list[RequiredPair]:
    present = {row.pair for row in question.rows if row.kind is ContractKind.PACT}
    ignored = {each.pacticipant for each in question.ignore if each.version is None}
    return [
        pair
        for pair in question.required
        if (pair.consumer, pair.provider) not in present and not ignored & {pair.consumer, pair.provider}
    ]


def _unwritten(question: Question) -> list[Unwritten]:
    return [
        each
        for each in question.unwritten
        if not any(ignored.covers(each.consumer, each.consumer_version) for ignored in question.ignore)
    ]


def _counts(question: Question, rows: Sequence[MatrixRow], absent: Sequence[RequiredPair | Unwritten]) -> Counts:
    return Counts(
        success=sum(row.outcome is True for row in rows),
        failed=sum(row.outcome is False for row in rows),
        unknown=sum(row.outcome is None for row in rows) + len(absent),
        ignored=len(question.rows) - len(rows) if question.ignore else None,
    )
