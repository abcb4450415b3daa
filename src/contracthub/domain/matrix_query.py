"""The question as it is asked: selectors, a target, what to ignore; and what makes a question invalid (§13)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Fault
from contracthub.domain.matrix_question import Criterion

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


class LatestBy(StrEnum):
    """Which rows are kept of several: the newest per pair of versions, per consumer version, or per pair."""

    VERSION_PAIR = "cvpv"
    CONSUMER_VERSION = "cvp"
    PAIR = "cp"


@dataclass(frozen=True, slots=True)
class Selector:
    """One ``q[]`` of a matrix query."""

    pacticipant: str = ""
    version: str | None = None
    latest: bool = False
    tag: str | None = None
    branch: str | None = None
    main_branch: bool = False
    environment: str | None = None

    @property
    def criterion(self) -> Criterion:
        """What it goes by."""
        if self.version is not None:
            return Criterion.VERSION
        if self.environment is not None:
            return Criterion.ENVIRONMENT
        if self.main_branch:
            return Criterion.LATEST_MAIN_BRANCH if self.latest else Criterion.MAIN_BRANCH
        if self.branch is not None:
            return Criterion.LATEST_BRANCH if self.latest else Criterion.BRANCH
        if self.tag is not None:
            return Criterion.LATEST_TAG if self.latest else Criterion.TAG
        return Criterion.LATEST if self.latest else Criterion.ANY

    @property
    def qualifier(self) -> str | None:
        """The tag, branch or environment that it goes by."""
        if self.version is not None:
            return None
        return self.environment or self.branch or self.tag


@dataclass(frozen=True, slots=True)
class Target:
    """Which versions of the other applications count; at most one way of naming them."""

    latest: bool = False
    tag: str | None = None
    environment: str | None = None
    main_branch: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the partners' versions are narrowed down at all."""
        return self.latest or self.tag is not None or self.environment is not None or self.main_branch

    def selector_for(self, pacticipant: str) -> Selector:
        """The same, as a selector for one of the others."""
        return Selector(
            pacticipant,
            latest=self.latest,
            tag=self.tag,
            environment=self.environment,
            main_branch=self.main_branch,
        )


@dataclass(frozen=True, slots=True)
class MatrixQuery:
    """A whole question.

    ``outcomes`` and ``kinds``: show only rows with these; ``None`` shows all. What is shown decides nothing.
    """

    selectors: tuple[Selector, ...]
    target: Target = Target()
    ignore: tuple[Selector, ...] = ()
    latest_by: LatestBy | None = None
    outcomes: frozenset[bool | None] | None = None
    limit: int = DEFAULT_LIMIT
    kinds: frozenset[ContractKind] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The pacticipants that were named, each once, in their order."""
        return tuple(dict.fromkeys(selector.pacticipant for selector in self.selectors))


def faults_of_query(query: MatrixQuery, is_known: Callable[[str], bool]) -> list[Fault]:
    """What is wrong with a question, in the words of the Pact Broker; ``is_known`` tells pacticipants that exist."""
    return [Fault("*", text) for text in _texts(query, is_known)]


def _texts_of_selectors(query: MatrixQuery, is_known: Callable[[str], bool]) -> Iterable[str]:
    if not query.selectors:
        yield "Please provide 1 or more version selectors."
    if any(not selector.pacticipant for selector in query.selectors):
        yield "Please specify the pacticipant name"
    for name in filter(None, query.names):
        if not is_known(name):
            yield f"Pacticipant {name} not found"
    for selector in query.selectors:
        if selector.version is not None and selector.latest:
            yield f"A version number and latest flag cannot both be specified for {selector.pacticipant}"


def _texts(query: MatrixQuery, is_known: Callable[[str], bool]) -> Iterable[str]:
    yield from _texts_of_selectors(query, is_known)
    if any(not selector.pacticipant for selector in query.ignore):
        yield "Please specify the pacticipant name to ignore"
    target = query.target
    if sum((target.tag is not None, target.environment is not None, target.main_branch)) > 1:
        yield "Cannot specify more than one of tag, environment and mainBranch."
    if target.latest and target.environment is not None:
        yield "Cannot specify both latest=true and an environment."
    if query.limit < 1:
        yield "The limit must be 1 or greater."
