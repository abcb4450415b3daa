"""Why the gate says what it says, in sentences: warnings, then errors, or that all is well (pact-broker-api §13)."""

from collections.abc import Iterable, Sequence

from contracthub.domain.matrix_question import (
    Criterion,
    MatrixRow,
    Question,
    RequiredPair,
    ResolvedSelector,
    Unwritten,
    text_of_missing,
)
from contracthub.domain.paper_verdicts import family_of
from contracthub.domain.standing_verdicts import text_of_shortfall, text_of_waivers
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import NoticeKind, SummaryNotice

ALL_GOOD = "All required verification results are published and successful"
NOTHING_NEEDED = "There are no missing dependencies"
NAME_AN_ENVIRONMENT = (
    "WARN: It is recommended to specify the environment into which you are deploying. "
    "Without the environment, this result will not be reliable."
)
NAME_A_VERSION = (
    "WARN: It is recommended to specify the version number (rather than the tag or branch) of the pacticipant you wish "
    "to deploy to avoid race conditions. Without a version number, this result will not be reliable."
)


def notices_of(
    question: Question,
    rows: Sequence[MatrixRow],
    missing: Sequence[ResolvedSelector],
    absent: Sequence[RequiredPair | Unwritten],
) -> Iterable[SummaryNotice]:
    """The sentences of a summary, in their order."""
    for text in (*_warnings(question), *_waived(question, rows)):
        yield SummaryNotice(NoticeKind.WARNING, text)
    errors = list(dict.fromkeys(_missing_texts(missing) or _error_texts(question, rows, absent)))
    for text in errors:
        yield SummaryNotice(NoticeKind.ERROR, text)
    if not errors:
        yield SummaryNotice(NoticeKind.SUCCESS, ALL_GOOD if rows else NOTHING_NEEDED)


def _warnings(question: Question) -> Iterable[str]:
    for each in question.ignore:
        if not each.exists:
            yield f"WARN: Cannot ignore {each}"
    criteria = {each.criterion for each in question.specified}
    if len({_asked(each) for each in question.specified}) == 1 and not question.has_target:
        yield NAME_AN_ENVIRONMENT
    if Criterion.VERSION not in criteria and criteria != {Criterion.ANY}:
        yield NAME_A_VERSION


def _waived(question: Question, rows: Sequence[MatrixRow]) -> Iterable[str]:
    for row in rows:
        if row.standing is not None and row.standing.kind is VerdictKind.WAIVED:
            consumer, provider = _consumer_of(question, row), _provider_of(question, row)
            kind = row.standing.without_waivers.value.replace("_", " ")
            told = text_of_waivers(row.standing.waivers)
            yield f"WARN: The {row.named} between {consumer} and {provider} is {kind}, and counts as a yes: {told}"


def _asked(selector: ResolvedSelector) -> tuple[str | None, ...]:
    """The selector as it was given: all versions that one brings in are one, but two version numbers were two."""
    number = selector.version_number if selector.criterion is Criterion.VERSION else None
    return (selector.pacticipant, selector.criterion, selector.qualifier, number)


def _missing_texts(missing: Sequence[ResolvedSelector]) -> list[str]:
    return [text_of_missing(each) for each in missing]


def _error_texts(
    question: Question, rows: Sequence[MatrixRow], absent: Sequence[RequiredPair | Unwritten]
) -> Iterable[str]:
    for row in rows:
        if row.outcome is None:
            yield _text_without_evidence(question, row)
    for each in absent:
        if isinstance(each, Unwritten):
            consumer = _selector_for(question, each.consumer, each.consumer_version_id, each.consumer_version)
            yield f"Nobody is known to write {each.reading.name}, which {consumer} reads"
        else:
            consumer, provider = _selector_for(question, each.consumer), _selector_for(question, each.provider)
            yield f"There is no verified pact between {consumer} and {provider}"
    for row in rows:
        if row.outcome is False:
            yield _text_of_failure(question, row)


def _text_without_evidence(question: Question, row: MatrixRow) -> str:
    consumer, provider = _consumer_of(question, row), _provider_of(question, row)
    if row.standing is not None and row.standing.shortfall is not None:
        told = text_of_shortfall(question, row, row.standing.shortfall)
        return f"For the {row.named} between {consumer} and {provider}, {told}"
    if row.success is None and row.paper is not None:
        family = family_of(row.paper.comparison.unanswered)
        return f"The {family} for {provider} does not speak of all that the {row.named} for {consumer} needs"
    if row.reading is None:
        return f"There is no verified {row.named} between {consumer} and {provider}"
    return f"There is no schema with which {provider} writes {row.reading.name}, which {consumer} reads"


def _text_of_failure(question: Question, row: MatrixRow) -> str:
    consumer, provider = _consumer_of(question, row), _provider_of(question, row)
    if row.success is None and row.paper is not None:
        family = family_of(row.paper.comparison.errors)
        if row.paper.self_verified is False:
            return f"The provider contract verification of the {family} for {provider} failed"
        # As PactFlow says it (bidirectional §13).
        pair = f"the {row.named} for {consumer} and the {family} for {provider}"
        return f"The cross contract verification between {pair} failed"
    if row.reading is None:
        return f"The verification for the {row.named} between {consumer} and {provider} failed"
    return f"What {provider} writes to {row.reading.name} is not what {consumer} reads"


def _consumer_of(question: Question, row: MatrixRow) -> ResolvedSelector:
    return _selector_for(question, row.consumer, row.consumer_version_id, row.consumer_version)


def _provider_of(question: Question, row: MatrixRow) -> ResolvedSelector:
    return _selector_for(question, row.provider, row.provider_version_id, row.provider_version)


def _selector_for(
    question: Question, name: str, version_id: int | None = None, number: str | None = None
) -> ResolvedSelector:
    of_name = [each for each in question.selectors if each.pacticipant == name]
    exact = [each for each in of_name if each.version_id == version_id]
    if exact or (of_name and version_id is None):
        return (exact or of_name)[0]
    if version_id is None or of_name:
        return of_name[0] if of_name else ResolvedSelector(name, Criterion.ANY)
    return ResolvedSelector(name, Criterion.VERSION, None, version_id, number)
