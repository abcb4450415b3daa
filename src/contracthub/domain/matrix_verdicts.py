"""A verdict for each pair of a question, with the fact behind it and the command that clears it."""

from collections.abc import Iterable, Sequence

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.matrix_question import (
    MatrixRow,
    Question,
    RequiredPair,
    ResolvedSelector,
    Unwritten,
    text_of_missing,
)
from contracthub.domain.paper_verdicts import note_on_paper, verdict_on_paper
from contracthub.domain.reader_verdicts import verdict_of_unwritten, verdicts_of_reading
from contracthub.domain.standing_verdicts import as_it_stands
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import (
    Grounds,
    Party,
    Remedy,
    Verdict,
    deployment_remedy,
    publish_remedy,
    state_remedy,
    verify_remedy,
)


def verdicts_of(
    question: Question,
    rows: Sequence[MatrixRow],
    missing: Sequence[ResolvedSelector],
    absent: Sequence[RequiredPair | Unwritten],
) -> Iterable[Verdict]:
    """One verdict for each pair that matters."""
    for each in missing:
        yield _not_published(each)
    for row in rows:
        for verdict in _of_row(question, row, missing):
            yield as_it_stands(question, row, verdict)
    for pair in absent:
        if isinstance(pair, Unwritten):
            yield verdict_of_unwritten(question, pair)
            continue
        fact = f"{pair.consumer} needs {pair.provider}, and there is no pact between the versions asked about."
        consumer, provider = Party(pair.consumer, None), Party(pair.provider, None)
        yield Verdict(VerdictKind.UNANSWERABLE, consumer, provider, fact, publish_remedy(pair.consumer, None))


def _of_row(question: Question, row: MatrixRow, missing: Sequence[ResolvedSelector]) -> Iterable[Verdict]:
    """What the evidence says, before policies and waivers have a say."""
    if row.reading is not None:
        yield from verdicts_of_reading(question, row, row.reading, missing)
    elif row.paper is not None and row.evidence is EvidenceKind.COMPARED:
        yield verdict_on_paper(question, row, row.paper)
    elif row.success is not None:
        yield _with_evidence(question, row)
    else:
        yield from _without_evidence(question, row, missing)


def _not_published(selector: ResolvedSelector) -> Verdict:
    party = Party(selector.pacticipant, selector.version_number)
    remedy = publish_remedy(selector.pacticipant, selector.version_number)
    return Verdict(VerdictKind.NOT_PUBLISHED, party, None, text_of_missing(selector) + ".", remedy)


def _with_evidence(question: Question, row: MatrixRow) -> Verdict:
    provider = Party(row.provider, row.provider_version)
    between = f"{row.provider} {row.provider_version}"
    grounds = Grounds(
        row.verification or 0, row.verified_at, row.identity, row.provider_version_id, row.success is True
    )
    contract = f"the {row.named} of {row.consumer} {row.consumer_version}"
    if row.success:
        how = "replayed" if row.live is None else "run"
        fact = f"{between} was {how} against {contract} and met it.{note_on_paper(row)}"
        return _verdict(VerdictKind.VERIFIED, row, provider, fact, None, grounds)
    if row.missing_state:
        fact = f"A provider state of {contract} could not be set up, so {between} was not put to the test by it."
        remedy = state_remedy(row.provider, row.provider_version, live=row.live)
        return _verdict(VerdictKind.MISSING_STATE, row, provider, fact, remedy, grounds)
    fact = f"{between} does not meet {contract}.{note_on_paper(row)}"
    text = f"Mend {row.provider}, and publish the verification of its next version."
    if question.is_partner(row.provider):
        text = f"Mend {row.provider}, verify its next version, and deploy that to {question.environment} first."
    remedy = verify_remedy(row.provider, None, text, live=row.live)
    return _verdict(VerdictKind.FAILED, row, provider, fact, remedy, grounds)


def _verdict(
    kind: VerdictKind,
    row: MatrixRow,
    provider: Party,
    fact: str,
    remedy: Remedy | None,
    grounds: Grounds | None = None,
) -> Verdict:
    consumer = Party(row.consumer, row.consumer_version)
    return Verdict(kind, consumer, provider, fact, remedy, row.contract_id, grounds, live=row.live)


def _without_evidence(question: Question, row: MatrixRow, missing: Sequence[ResolvedSelector]) -> Iterable[Verdict]:
    partners = [each for each in question.selectors if each.pacticipant == row.provider]
    concrete = [each.version_number for each in partners if each.version_id is not None]
    if row.provider_version is not None:
        concrete = [row.provider_version]
    if partners and not concrete and all(each.is_missing for each in partners):
        if partners[0] not in missing:
            # Otherwise it is told already that there is no such version.
            yield _nobody_there(question, row, partners[0])
        return
    for version in concrete or [None]:
        of = f"{row.provider} {version}" if version else f"any version of {row.provider}"
        contract = f"the {row.named} of {row.consumer} {row.consumer_version}"
        fact = f"No verification of {contract} by {of} has been published."
        remedy = verify_remedy(row.provider, version, "Verify it and publish the result.", live=row.live)
        yield _verdict(VerdictKind.NEVER_VERIFIED, row, Party(row.provider, version), fact, remedy)


def _nobody_there(question: Question, row: MatrixRow, selector: ResolvedSelector) -> Verdict:
    provider = Party(row.provider, None)
    whose = f"{row.consumer} {row.consumer_version}"
    needs = whose if row.live is None else f"The {row.live} of {whose}"
    fact = f"{needs} needs {row.provider}. {text_of_missing(selector)}."
    if question.environment is None:
        text = f"Verify a version of {row.provider} and publish the result."
        remedy = verify_remedy(row.provider, None, text, live=row.live)
    else:
        text = f"Deploy {row.provider} to {question.environment} first, and record it."
        remedy = deployment_remedy(row.provider, None, question.environment, text)
    return _verdict(VerdictKind.UNANSWERABLE, row, provider, fact, remedy)
