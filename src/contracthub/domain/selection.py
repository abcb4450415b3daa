"""How selectors, pending and work in progress resolve to pacts: pure functions over rows that storage has found.

What is said about the result is in ``domain.verification_notices``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracthub.domain.selectors import ConsumerVersionSelector, SelectorKind

BRANCH = "branch"
TAG = "tag"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer of the provider, and whether its main branch has versions."""

    name: str
    main_branch: str | None
    main_branch_has_versions: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A published pact that was found by a branch, a tag or an environment (``found_by``; none for the newest)."""

    contract_id: int
    identity: str
    consumer_name: str
    version_id: int
    version_number: str
    found_by: str | None = None
    production: bool = False


@dataclass(frozen=True, slots=True)
class ResolvedSelector:
    """Why a pact is verified: a selector, with the consumer version that it led to.

    ``consumer`` is set when the selector named it; ``instead_of`` when the fallback was used: the tag that no pact had.
    """

    kind: SelectorKind
    name: str | None
    consumer: str | None
    version_id: int
    version_number: str
    production: bool = False
    instead_of: str | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts reasons as they are told: production environments after the others."""
        return (self.kind, self.production, self.name or "", self.consumer or "", self.version_id)


@dataclass(frozen=True, slots=True)
class Line:
    """A branch or a tag of the provider; :data:`BRANCH` or :data:`TAG` is its ``kind``."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """Successes for one contract, as one line of the provider sees them: its own, and those of all other lines.

    "Selected" successes are those for pacts that a selector had picked, not included as work in progress; "recent" ones
    belong to lines that had a success within the time that is looked back.
    """

    succeeded: bool = False
    succeeded_when_selected: bool = False
    first_elsewhere: datetime | None = None
    first_selected_elsewhere: datetime | None = None
    first_selected_elsewhere_recent: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerifiablePact:
    """A pact to be verified, with the reasons, newest version first among ``version_numbers``.

    ``pending`` is ``None`` when nobody asked. It is pending for the lines in ``pending_for``, not for ``settled_for``.
    """

    contract_id: int
    identity: str
    consumer_name: str
    version_id: int
    version_number: str
    selectors: tuple[ResolvedSelector, ...]
    wip: bool = False
    pending: bool | None = None
    pending_for: tuple[Line, ...] = ()
    settled_for: tuple[Line, ...] = ()

    @property
    def version_numbers(self) -> tuple[str, ...]:
        """The consumer versions that led here, the newest first, each once."""
        by_id = {selector.version_id: selector.version_number for selector in self.selectors}
        return tuple(by_id[key] for key in sorted(by_id, reverse=True))


Found = tuple[Candidate, ResolvedSelector]


def found_by(selector: ConsumerVersionSelector, candidates: Iterable[Candidate]) -> list[Found]:
    """Those candidates that the selector selects, each with the reason.

    ``candidates`` are what its kind leads to for every consumer and, for branches and environments, every name.
    """
    return [
        (candidate, _resolved(selector, candidate))
        for candidate in candidates
        if selector.consumer in {None, candidate.consumer_name} and selector.name in {None, candidate.found_by}
    ]


def found_by_fallback(selector: ConsumerVersionSelector, candidates: Iterable[Candidate]) -> list[Found]:
    """The same for the fallback tag of a selector that found nothing."""
    fallback = ConsumerVersionSelector(selector.kind, selector.fallback_tag, selector.consumer)
    found = found_by(fallback, candidates)
    return [(candidate, replace(resolved, instead_of=selector.name)) for candidate, resolved in found]


def default_selectors(consumers: Sequence[Consumer], with_main_tag: Iterable[str]) -> list[ConsumerVersionSelector]:
    """What is meant when no selector is given (pact-broker-api §11 "Without selectors").

    ``with_main_tag`` names the consumers that have a pact tagged like their main branch.
    """
    tagged = set(with_main_tag)
    chosen = [_default_of(consumer, tagged=consumer.name in tagged) for consumer in consumers]
    return [*chosen, ConsumerVersionSelector(SelectorKind.DEPLOYED), ConsumerVersionSelector(SelectorKind.RELEASED)]


def merged(found: Iterable[Found], *, wip: bool = False) -> list[VerifiablePact]:
    """One entry per content, for the newest of its versions, with all reasons; by consumer and version."""
    by_contract: dict[int, list[Found]] = {}
    for each in found:
        by_contract.setdefault(each[0].contract_id, []).append(each)
    pacts = [_merged(some, wip=wip) for some in by_contract.values()]
    return sorted(pacts, key=lambda pact: (pact.consumer_name, pact.version_id))


def is_pending(evidence: LineEvidence, first_used: datetime | None) -> bool:
    """Whether a failure must not break the build of this line (pact-broker-api §11 "Pending").

    ``first_used`` is when the line was first used; ``None`` when it never was: every success elsewhere came before.
    """
    return not (evidence.succeeded or _is_before(evidence.first_elsewhere, first_used))


def with_pending(
    pact: VerifiablePact, evidence: Mapping[Line, LineEvidence], first_used: Mapping[Line, datetime | None]
) -> VerifiablePact:
    """The pact with its pending state for those lines of the provider; pending when it is for at least one."""
    lines = tuple(line for line, of_line in evidence.items() if is_pending(of_line, first_used[line]))
    settled = tuple(line for line in evidence if line not in lines)
    return replace(pact, pending=bool(lines), pending_for=lines, settled_for=settled)


def is_work_in_progress(line: Line, evidence: LineEvidence, first_used: datetime | None) -> bool:
    """Whether this line has yet to meet a pact that no selector has picked (pact-broker-api §11 "Work in progress")."""
    elsewhere = evidence.first_selected_elsewhere_recent if line.kind == BRANCH else evidence.first_selected_elsewhere
    return not (evidence.succeeded_when_selected or _is_before(elsewhere, first_used))


def work_in_progress(
    heads: Iterable[Found],
    selected: Iterable[VerifiablePact],
    evidence: Mapping[int, Mapping[Line, LineEvidence]],
    first_used: Mapping[Line, datetime | None],
) -> list[VerifiablePact]:
    """The heads that are work in progress for at least one line; always pending."""
    known = {pact.contract_id for pact in selected}
    entries = []
    for pact in merged((each for each in heads if each[0].contract_id not in known), wip=True):
        of_lines = evidence[pact.contract_id]
        lines = tuple(line for line, each in of_lines.items() if is_work_in_progress(line, each, first_used[line]))
        if lines:
            entries.append(replace(pact, pending=True, pending_for=lines))
    return entries


def _resolved(selector: ConsumerVersionSelector, candidate: Candidate) -> ResolvedSelector:
    return ResolvedSelector(
        selector.kind,
        candidate.found_by,
        selector.consumer,
        candidate.version_id,
        candidate.version_number,
        candidate.production,
    )


def _default_of(consumer: Consumer, *, tagged: bool) -> ConsumerVersionSelector:
    if consumer.main_branch_has_versions:
        return ConsumerVersionSelector(SelectorKind.MAIN_BRANCH, None, consumer.name)
    if tagged:
        return ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG, consumer.main_branch, consumer.name)
    return ConsumerVersionSelector(SelectorKind.LATEST, None, consumer.name)


def _merged(found: Sequence[Found], *, wip: bool) -> VerifiablePact:
    newest = max((candidate for candidate, _ in found), key=lambda candidate: candidate.version_id)
    reasons = sorted({resolved for _, resolved in found}, key=lambda resolved: resolved.order)
    return VerifiablePact(
        newest.contract_id,
        newest.identity,
        newest.consumer_name,
        newest.version_id,
        newest.version_number,
        tuple(reasons),
        wip,
    )


def _is_before(moment: datetime | None, first_used: datetime | None) -> bool:
    return moment is not None and (first_used is None or moment < first_used)
