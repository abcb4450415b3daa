"""The gate as a pure function: rows in, decision out. Nothing here reads a database or a clock.

The rules and texts are those of the Pact Broker (pact-broker-api §13), with one difference on purpose: where several
provider versions live in an environment, evidence is needed for each of them, not for one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracthub.domain.verdicts import (
    Counts,
    Decision,
    NoticeKind,
    Party,
    SummaryNotice,
    Verdict,
    VerdictKind,
    deployment_remedy,
    publish_remedy,
    verify_remedy,
)

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


class Criterion(StrEnum):
    """What a selector goes by."""

    ANY = "any"
    VERSION = "version"
    LATEST = "latest"
    TAG = "tag"
    LATEST_TAG = "latest with tag"
    BRANCH = "branch"
    LATEST_BRANCH = "latest from branch"
    MAIN_BRANCH = "main branch"
    LATEST_MAIN_BRANCH = "latest from main branch"
    ENVIRONMENT = "environment"


_CONCRETE = frozenset({Criterion.VERSION, Criterion.ENVIRONMENT})


@dataclass(frozen=True, slots=True)
class ResolvedSelector:
    """A selector together with one version that it brings in.

    ``version_id`` is ``None`` where it brings in none, or, for :attr:`Criterion.ANY`, all of them. ``qualifier`` is the
    tag, branch or environment. ``several``: the selector brings in other versions as well.
    """

    pacticipant: str
    criterion: Criterion
    qualifier: str | None = None
    version_id: int | None = None
    version_number: str | None = None
    several: bool = False
    specified: bool = True

    @property
    def is_missing(self) -> bool:
        """Whether it asks for a version that does not exist."""
        return self.criterion is not Criterion.ANY and self.version_id is None

    @property
    def needs_each_version(self) -> bool:
        """Whether every version that it brings in lives there, so that evidence is needed for each."""
        return self.criterion in _CONCRETE and self.version_id is not None

    def __str__(self) -> str:
        """How reasons speak of it."""
        return _described(self)


@dataclass(frozen=True, slots=True)
class IgnoreSelector:
    """What must not influence the outcome: a pacticipant, or one version of it. ``exists``: whether it is known."""

    pacticipant: str
    version: str | None = None
    exists: bool = True

    def covers(self, name: str, version: str | None) -> bool:
        """Whether a version of a pacticipant is to be ignored."""
        return self.pacticipant == name and (self.version is None or self.version == version)

    def __str__(self) -> str:
        text = f"version {self.version} of {self.pacticipant}" if self.version else f"any version of {self.pacticipant}"
        missing = "no such version exists" if self.version else "no such pacticipant exists"
        return text if self.exists else f"{text} ({missing})"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A consumer version's contract, met or not by a provider version.

    Without evidence ``success``, ``verification`` and ``verified_at`` are ``None``; so is the provider version, unless
    evidence of just this version is what is missing.
    """

    consumer: str
    consumer_version_id: int
    consumer_version: str
    provider: str
    contract_id: int
    identity: str
    published_at: datetime
    revision: int = 1
    provider_version_id: int | None = None
    provider_version: str | None = None
    success: bool | None = None
    verification: int | None = None
    verified_at: datetime | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """Consumer and provider."""
        return self.consumer, self.provider


@dataclass(frozen=True, slots=True)
class RequiredPair:
    """A consumer that was asked about needs this provider."""

    consumer: str
    provider: str


@dataclass(frozen=True, slots=True)
class Question:
    """All that the gate needs to know.

    ``selectors`` holds those that were specified and those that were inferred for the partners. ``has_target``: an
    environment, tag or main branch to deploy to was named.
    """

    selectors: tuple[ResolvedSelector, ...]
    rows: tuple[MatrixRow, ...]
    required: tuple[RequiredPair, ...] = ()
    ignore: tuple[IgnoreSelector, ...] = ()
    has_target: bool = False
    environment: str | None = None
    specified: tuple[ResolvedSelector, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "specified", tuple(each for each in self.selectors if each.specified))

    def is_partner(self, name: str) -> bool:
        """Whether it counts only because it lives in the environment, and nobody asks to deploy it."""
        return self.environment is not None and all(each.pacticipant != name for each in self.specified)

    def ignores(self, row: MatrixRow) -> bool:
        """Whether a row must not influence the outcome."""
        return any(
            each.covers(row.consumer, row.consumer_version) or each.covers(row.provider, row.provider_version)
            for each in self.ignore
        )


def decide(question: Question) -> Decision:
    """Whether what was asked about can be deployed. The same question always has the same answer."""
    considered = [row for row in question.rows if not question.ignores(row)]
    missing = [each for each in question.specified if each.is_missing and not _ignored_selector(question, each)]
    absent = _pairs_without_row(question)
    decided = _deployable(considered, missing, absent)
    return Decision(
        deployable=decided,
        counts=_counts(question, considered, absent),
        notices=tuple(_notices(question, considered, missing, absent)),
        verdicts=tuple(_verdicts(question, considered, missing, absent)),
    )


def _deployable(
    rows: Sequence[MatrixRow], missing: Sequence[ResolvedSelector], absent: Sequence[RequiredPair]
) -> bool | None:
    if missing:
        return False
    if absent or any(row.success is None for row in rows):
        return None
    return all(row.success for row in rows)


def _ignored_selector(question: Question, selector: ResolvedSelector) -> bool:
    return any(each.covers(selector.pacticipant, selector.version_number) for each in question.ignore)


def _pairs_without_row(question: Question) -> list[RequiredPair]:
    present = {row.pair for row in question.rows}
    ignored = {each.pacticipant for each in question.ignore if each.version is None}
    return [
        pair
        for pair in question.required
        if (pair.consumer, pair.provider) not in present and not ignored & {pair.consumer, pair.provider}
    ]


def _counts(question: Question, rows: Sequence[MatrixRow], absent: Sequence[RequiredPair]) -> Counts:
    return Counts(
        success=sum(row.success is True for row in rows),
        failed=sum(row.success is False for row in rows),
        unknown=sum(row.success is None for row in rows) + len(absent),
        ignored=len(question.rows) - len(rows) if question.ignore else None,
    )


# Sentences


def _notices(
    question: Question,
    rows: Sequence[MatrixRow],
    missing: Sequence[ResolvedSelector],
    absent: Sequence[RequiredPair],
) -> Iterable[SummaryNotice]:
    for text in _warnings(question):
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
    asked = {(each.pacticipant, each.criterion, each.qualifier) for each in question.specified}
    if len(asked) == 1 and not question.has_target:
        yield NAME_AN_ENVIRONMENT
    if Criterion.VERSION not in criteria and criteria != {Criterion.ANY}:
        yield NAME_A_VERSION


def _missing_texts(missing: Sequence[ResolvedSelector]) -> list[str]:
    return [_text_of_missing(each) for each in missing]


def _error_texts(question: Question, rows: Sequence[MatrixRow], absent: Sequence[RequiredPair]) -> Iterable[str]:
    for row in rows:
        if row.success is None:
            yield f"There is no verified pact between {_consumer_of(question, row)} and {_provider_of(question, row)}"
    for pair in absent:
        consumer, provider = _selector_for(question, pair.consumer), _selector_for(question, pair.provider)
        yield f"There is no verified pact between {consumer} and {provider}"
    for row in rows:
        if row.success is False:
            between = f"{_consumer_of(question, row)} and {_provider_of(question, row)}"
            yield f"The verification for the pact between {between} failed"


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


_MISSING_TEXTS = {
    Criterion.VERSION: "No pacts or verifications have been published for version {number} of {name}",
    Criterion.LATEST: "No version of {name} exists",
    Criterion.TAG: "No version with tag {what} exists for {name}",
    Criterion.LATEST_TAG: "No version with tag {what} exists for {name}",
    Criterion.BRANCH: "No version of {name} from branch {what} exists",
    Criterion.LATEST_BRANCH: "No version of {name} from branch {what} exists",
    Criterion.MAIN_BRANCH: "No version of {name} from the main branch exists",
    Criterion.LATEST_MAIN_BRANCH: "No version of {name} from the main branch exists",
    Criterion.ENVIRONMENT: ("No version of {name} is currently recorded as deployed or released in environment {what}"),
}


def _text_of_missing(selector: ResolvedSelector) -> str:
    text = _MISSING_TEXTS[selector.criterion]
    return text.format(name=selector.pacticipant, what=selector.qualifier, number=selector.version_number)


_NONE_EXISTS = {
    Criterion.ENVIRONMENT: "no version is currently recorded as deployed/released in this environment",
    Criterion.MAIN_BRANCH: "no versions exist for this branch",
    Criterion.LATEST_MAIN_BRANCH: "no versions exist for this branch",
}
# For each criterion: how one version, one of several, and no version at all are spoken of.
_PHRASES = {
    Criterion.LATEST: ("the latest version of {name}",) * 3,
    Criterion.LATEST_TAG: ("the latest version of {name} with tag {what}",) * 3,
    Criterion.TAG: ("a version of {name} with tag {what}",) * 3,
    Criterion.LATEST_BRANCH: ("the latest version of {name} from branch {what}",) * 3,
    Criterion.BRANCH: (
        "the version of {name} from branch {what}",
        "one of the versions of {name} from branch {what}",
        "a version of {name} from branch {what}",
    ),
    Criterion.LATEST_MAIN_BRANCH: ("the latest version of {name} from the main branch",) * 3,
    Criterion.MAIN_BRANCH: (
        "the version of {name} from the main branch",
        "one of the versions of {name} from the main branch",
        "any version of {name} from the main branch",
    ),
    Criterion.ENVIRONMENT: (
        "the version of {name} currently in {what}",
        "one of the versions of {name} currently in {what}",
        "a version of {name} currently in {what}",
    ),
}


def _described(selector: ResolvedSelector) -> str:
    name, number = selector.pacticipant, selector.version_number
    if selector.criterion is Criterion.ANY:
        return f"any version of {name}"
    if selector.criterion is Criterion.VERSION:
        return f"version {number} of {name}" + (" (no such version exists)" if selector.is_missing else "")
    one, several, none = _PHRASES[selector.criterion]
    phrase = none if selector.is_missing else several if selector.several else one
    note = _NONE_EXISTS.get(selector.criterion, "no such version exists") if selector.is_missing else number
    return f"{phrase.format(name=name, what=selector.qualifier)} ({note})"


# Verdicts


def _verdicts(
    question: Question,
    rows: Sequence[MatrixRow],
    missing: Sequence[ResolvedSelector],
    absent: Sequence[RequiredPair],
) -> Iterable[Verdict]:
    for each in missing:
        yield _not_published(each)
    for row in rows:
        if row.success is None:
            yield from _without_evidence(question, row)
        else:
            yield _with_evidence(question, row)
    for pair in absent:
        fact = f"{pair.consumer} needs {pair.provider}, and there is no pact between the versions asked about."
        consumer, provider = Party(pair.consumer, None), Party(pair.provider, None)
        yield Verdict(VerdictKind.UNANSWERABLE, consumer, provider, fact, publish_remedy(pair.consumer, None))


def _not_published(selector: ResolvedSelector) -> Verdict:
    party = Party(selector.pacticipant, selector.version_number)
    remedy = publish_remedy(selector.pacticipant, selector.version_number)
    return Verdict(VerdictKind.NOT_PUBLISHED, party, None, _text_of_missing(selector) + ".", remedy)


def _with_evidence(question: Question, row: MatrixRow) -> Verdict:
    consumer, provider = Party(row.consumer, row.consumer_version), Party(row.provider, row.provider_version)
    between = f"{row.provider} {row.provider_version}"
    if row.success:
        fact = f"{between} was replayed against the pact of {row.consumer} {row.consumer_version} and met it."
        return Verdict(VerdictKind.VERIFIED, consumer, provider, fact, None, row.contract_id, row.verification)
    fact = f"{between} does not meet the pact of {row.consumer} {row.consumer_version}."
    text = f"Mend {row.provider}, and publish the verification of its next version."
    if question.is_partner(row.provider):
        text = f"Mend {row.provider}, verify its next version, and deploy that to {question.environment} first."
    remedy = verify_remedy(row.provider, None, text)
    return Verdict(VerdictKind.FAILED, consumer, provider, fact, remedy, row.contract_id, row.verification)


def _without_evidence(question: Question, row: MatrixRow) -> Iterable[Verdict]:
    consumer = Party(row.consumer, row.consumer_version)
    partners = [each for each in question.selectors if each.pacticipant == row.provider]
    concrete = [each.version_number for each in partners if each.version_id is not None]
    if row.provider_version is not None:
        concrete = [row.provider_version]
    if partners and not concrete and all(each.is_missing for each in partners):
        yield _nobody_there(question, row, consumer, partners[0])
        return
    for version in concrete or [None]:
        of = f"{row.provider} {version}" if version else f"any version of {row.provider}"
        fact = f"No verification of the pact of {row.consumer} {row.consumer_version} by {of} has been published."
        remedy = verify_remedy(row.provider, version, "Verify it and publish the result.")
        provider = Party(row.provider, version)
        yield Verdict(VerdictKind.NEVER_VERIFIED, consumer, provider, fact, remedy, row.contract_id)


def _nobody_there(question: Question, row: MatrixRow, consumer: Party, selector: ResolvedSelector) -> Verdict:
    provider = Party(row.provider, None)
    fact = f"{row.consumer} {row.consumer_version} needs {row.provider}. {_text_of_missing(selector)}."
    if question.environment is None:
        remedy = verify_remedy(row.provider, None, f"Verify a version of {row.provider} and publish the result.")
    else:
        text = f"Deploy {row.provider} to {question.environment} first, and record it."
        remedy = deployment_remedy(row.provider, None, question.environment, text)
    return Verdict(VerdictKind.UNANSWERABLE, consumer, provider, fact, remedy, row.contract_id)
