"""All evidence of one contract with one provider version, weighed into one standing. Pure: nothing reads a clock.

1. A replay of exactly this version decides, whatever documents say: a failure is never outvoted, and a state that
   could not be set up stays one.
2. Without a replay, documents decide: errors are a no, and what no document speaks of is not known. A document that the
   provider's own check found wrong proves nothing.
3. A yes that rests on evidence which the policy of the place does not accept is none; a no stays a no.
4. Waivers come last. One for a pair lets any verdict pass; one for a change takes away the findings of that change, and
   what is left is judged again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from contracthub.domain.comparisons import EvidenceKind, Finding, Level, LiveCheck, OnPaper
from contracthub.domain.gate_policies import Requirement
from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.standings import Shortfall, Standing, Terms, VerdictKind
from contracthub.domain.waivers import Waiver

_BLOCKING = frozenset({Level.ERROR, Level.UNANSWERED})
_ON_PAPER = frozenset({VerdictKind.INCOMPATIBLE, VerdictKind.UNANSWERABLE})
_There = Mapping[EvidenceKind, datetime | None]


def weighed_question(question: Question) -> Question:
    """The question with the standing of each of its rows; the same again where they have it already."""
    rows = [weighed(each, question.terms) for row in question.rows for each in _by_version(question, row)]
    return replace(question, rows=tuple(rows))


def weighed(row: MatrixRow, terms: Terms) -> MatrixRow:
    """The row with its standing; as it is where nothing but its own result counts."""
    if row.paper is None and terms.are_plain:
        return row
    return replace(row, standing=weigh(row, terms))


def weigh(row: MatrixRow, terms: Terms) -> Standing:
    """How the contract stands with the provider version."""
    found = _by_policy(row, _by_evidence(row), terms)
    if found.success is True or not terms.waivers:
        return found
    return _by_waivers(row, found, terms)


def last_check(row: MatrixRow) -> LiveCheck | None:
    """The last time that the running provider version was held to its documents."""
    checks = [each for each in (row.paper.checked if row.paper else None, row.fuzzed) if each is not None]
    return max(checks, key=lambda each: each.at, default=None)


def blocking_findings(row: MatrixRow) -> Sequence[Finding]:
    """What keeps the documents from being a yes."""
    if row.reading is not None:
        return [each for each in row.reading.findings if each.level in _BLOCKING]
    return [each for each in row.paper.comparison.findings if each.level in _BLOCKING] if row.paper else ()


def _by_version(question: Question, row: MatrixRow) -> Sequence[MatrixRow]:
    """A row that stands for all versions of its provider, as a row for each where a waiver is about one of them."""
    if row.provider_version is not None or row.reading is not None:
        return (row,)
    if all(
        each.scope.provider_version is None or each.scope.provider != row.provider for each in question.terms.waivers
    ):
        return (row,)
    there = [each for each in question.selectors if each.pacticipant == row.provider and each.version_id is not None]
    return [
        replace(row, provider_version_id=each.version_id, provider_version=each.version_number) for each in there
    ] or (row,)


def verdict_of_paper(paper: OnPaper) -> VerdictKind:
    """What documents alone come to."""
    return _by_paper(paper).kind


def _by_evidence(row: MatrixRow) -> Standing:
    if row.reading is not None:
        kinds = {True: VerdictKind.COMPATIBLE, False: VerdictKind.INCOMPATIBLE, None: VerdictKind.UNANSWERABLE}
        return Standing(kinds[row.success], row.success, row.evidence)
    if row.success is not None:
        failure = VerdictKind.MISSING_STATE if row.missing_state else VerdictKind.FAILED
        kind = VerdictKind.VERIFIED if row.success else failure
        return Standing(kind, row.success, EvidenceKind.REPLAYED)
    return Standing(VerdictKind.NEVER_VERIFIED, None) if row.paper is None else _by_paper(row.paper)


def _by_paper(paper: OnPaper) -> Standing:
    if paper.self_verified is False:
        return Standing(VerdictKind.FAILED, False, EvidenceKind.COMPARED)
    outcome = paper.comparison.outcome
    kinds = {True: VerdictKind.COMPATIBLE, False: VerdictKind.INCOMPATIBLE, None: VerdictKind.UNANSWERABLE}
    return Standing(kinds[outcome], outcome, EvidenceKind.COMPARED)


def _by_policy(row: MatrixRow, found: Standing, terms: Terms) -> Standing:
    # Schemas of readers are compared and nothing else can be done with them: no policy can ask for more.
    if found.success is not True or row.reading is not None or terms.accept_any:
        return found
    there = _there(row, found)
    # What is nearest to being met tells best what is to be done.
    by_nearness = sorted(terms.policy.accepts, key=lambda each: -len(each.evidence & there.keys()))
    lacks = [(each, _lack(each, there, terms.now)) for each in by_nearness]
    if met := [each for each, lack in lacks if lack is None]:
        return _accepted(found, met)
    shortfalls = [lack for _, lack in lacks if lack is not None]
    too_old = [each for each in shortfalls if each.is_age]
    nearest = (too_old or shortfalls or [Shortfall(EvidenceKind.REPLAYED)])[0]
    kind = VerdictKind.STALE if nearest.is_age else VerdictKind.NEVER_VERIFIED
    return Standing(kind, None, found.rests_on, nearest)


def _there(row: MatrixRow, found: Standing) -> _There:
    """The evidence that says yes, and of when it is."""
    there: dict[EvidenceKind, datetime | None] = {}
    if row.success is True:
        there[EvidenceKind.REPLAYED] = row.verified_at
    paper = row.paper
    fits = paper is not None and paper.self_verified is not False and paper.comparison.outcome is True
    if fits or found.rests_on is EvidenceKind.COMPARED:
        there[EvidenceKind.COMPARED] = _last_seen_true(row)
    fuzzed = row.fuzzed or (paper.checked if paper else None)
    if fuzzed is not None and fuzzed.success and fuzzed.evidence is EvidenceKind.FUZZED:
        there[EvidenceKind.FUZZED] = fuzzed.at
    return there


def _last_seen_true(row: MatrixRow) -> datetime | None:
    check = last_check(row)
    return check.at if check is not None and check.success else None


def _lack(requirement: Requirement, there: _There, now: datetime) -> Shortfall | None:
    """What is missing, or what is too old where nothing is missing."""
    kinds = sorted(requirement.evidence, key=list(EvidenceKind).index)
    aged = kinds if requirement.within is not None else []
    missing = next((each for each in kinds if each not in there), None)
    # A comparison whose document was never held to a running provider has no age.
    missing = missing or next((each for each in aged if there[each] is None), None)
    if missing is not None:
        return Shortfall(missing, None, requirement.within)
    for each in aged:
        at = there[each]
        if at is not None and requirement.within is not None and now - at > requirement.within:
            return Shortfall(each, at, requirement.within)
    return None


def _accepted(found: Standing, met: Sequence[Requirement]) -> Standing:
    """What a yes rests on: a replay only where a replay is part of what is enough."""
    kinds = {kind for each in met for kind in each.evidence}
    if (
        found.rests_on is EvidenceKind.REPLAYED
        and EvidenceKind.REPLAYED not in kinds
        and EvidenceKind.COMPARED in kinds
    ):
        return Standing(VerdictKind.COMPATIBLE, True, EvidenceKind.COMPARED)
    return found


def _by_waivers(row: MatrixRow, found: Standing, terms: Terms) -> Standing:
    covering = [each for each in terms.waivers if _covers(each, row, terms)]
    for each in covering:
        if each.scope.rule is None:
            return replace(found, kind=VerdictKind.WAIVED, success=True, waived=found.kind, waivers=(each,))
    used = _waivers_of_all(blocking_findings(row), covering) if found.kind in _ON_PAPER else ()
    if not used:
        return found
    left = _by_policy(row, Standing(VerdictKind.COMPATIBLE, True, EvidenceKind.COMPARED), terms)
    if left.success is not True:
        return replace(left, waivers=used)
    return Standing(VerdictKind.WAIVED, True, EvidenceKind.COMPARED, waived=found.kind, waivers=used)


def _waivers_of_all(findings: Sequence[Finding], covering: Sequence[Waiver]) -> tuple[Waiver, ...]:
    """The waivers that cover all of the findings between them; none where one is left."""
    used: dict[Waiver, None] = {}
    for finding in findings:
        waiver = next((each for each in covering if each.scope.covers_errors([finding])), None)
        if waiver is None:
            return ()
        used[waiver] = None
    return tuple(used)


def _covers(waiver: Waiver, row: MatrixRow, terms: Terms) -> bool:
    scope = waiver.scope
    return (
        waiver.is_valid(terms.now.date())
        and scope.environment in {None, terms.environment}
        and scope.contract in {None, row.kind}
        and scope.covers_pair((row.consumer, row.consumer_version), (row.provider, row.provider_version))
    )
