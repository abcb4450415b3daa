"""What the gate needs to know: selectors with the versions they bring in, rows, and what is to be ignored.

Selectors and rows describe themselves in the words of the Pact Broker (pact-broker-api §13).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracthub.domain.comparisons import ContractKind, EvidenceKind, Finding, LiveCheck, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.standings import PLAIN, Standing, Terms


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
class Reading:
    """What a row about a reader schema has beyond others: what is read, with what it was compared, what came out.

    ``writer_identity`` stands for the provider's schema; ``None`` where there is none to compare with.
    """

    subject: str
    topic: str | None = None
    writer_identity: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """What is read, as people call it."""
        return self.topic or self.subject


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A consumer version reads what nobody is known to write."""

    consumer: str
    consumer_version_id: int
    consumer_version: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A consumer version's contract, met or not by a provider version.

    The contract is a pact, or, with ``live``, a live contract of that name, or, with ``reading``, a reader schema:
    ``contract_id`` and ``identity`` are then those of that, and ``verified_at`` is when it was compared.

    Without evidence ``success``, ``verification`` and ``verified_at`` are ``None``; so is the provider version, unless
    evidence of just this version is what is missing. ``missing_state``: all that failed is the setting up of provider
    states, so that the provider itself was not put to the test.

    Beside the result there may be what is on ``paper``: what the documents of this provider version say; ``fuzzed`` is
    the newest run of the fuzzer over it. ``standing`` is what all of it comes to, where it is not just the result.
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
    missing_state: bool = False
    reading: Reading | None = None
    live: LiveName | None = None
    paper: OnPaper | None = None
    fuzzed: LiveCheck | None = None
    standing: Standing | None = None

    @property
    def kind(self) -> ContractKind:
        """What kind of contract it is about."""
        if self.live is not None:
            return self.live.kind
        return ContractKind.PACT if self.reading is None else ContractKind.READER_SCHEMA

    @property
    def named(self) -> str:
        """The contract as sentences speak of it."""
        return "pact" if self.live is None else str(self.live)

    @property
    def evidence(self) -> EvidenceKind | None:
        """What kind of evidence decides, if any."""
        if self.standing is not None:
            return self.standing.rests_on
        if self.success is None:
            return None
        return EvidenceKind.REPLAYED if self.reading is None else EvidenceKind.COMPARED

    @property
    def outcome(self) -> bool | None:
        """What all evidence comes to: yes, no, or not known."""
        return self.success if self.standing is None else self.standing.success

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
    environment, tag or main branch to deploy to was named. ``unwritten``: what is read without anybody to write it.
    ``terms`` say how its rows are weighed.
    """

    selectors: tuple[ResolvedSelector, ...]
    rows: tuple[MatrixRow, ...]
    required: tuple[RequiredPair, ...] = ()
    ignore: tuple[IgnoreSelector, ...] = ()
    has_target: bool = False
    environment: str | None = None
    unwritten: tuple[Unwritten, ...] = ()
    terms: Terms = PLAIN
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


def text_of_missing(selector: ResolvedSelector) -> str:
    """That a version that was asked for does not exist."""
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
