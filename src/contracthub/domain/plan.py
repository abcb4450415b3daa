"""A safe order in which versions are deployed to one environment; sets that must go together; or what forbids it.

A step is safe when the gate says yes to each of its versions against everything that lives in the environment once the
step is done (pact-broker-api §13). So all that a plan needs to know is pairs:

* Pairs of two planned versions, and of a planned version with one that stays, are looked at whatever the order is. If
  one of them has no good evidence, no order helps, and those pairs are why.
* A pair of a planned version with a version whose place another planned version takes is looked at only while that one
  is still there. Without good evidence the other has to be deployed no later. So has the only provider there will be.

"No later than" is an order with ties: its cycles are the sets that must go together, neither more nor less, and between
them any order that keeps to it is safe. This is exact, and takes time in proportion to the pairs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from contracthub.domain.comparisons import LiveCheck, OnPaper
from contracthub.domain.matrix import decide
from contracthub.domain.matrix_question import Criterion, MatrixRow, Question, ResolvedSelector, Unwritten
from contracthub.domain.standings import PLAIN, Terms
from contracthub.domain.verdicts import Decision, Verdict
from contracthub.domain.weighing import weighed

MAX_VERSIONS = 100


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """A version to deploy, and the application instance whose place it takes. ``version_id``: ``None`` if unknown."""

    pacticipant: str
    version: str
    version_id: int | None = None
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A version that lives in the environment; ``leaves``: planned versions take all the places that it has."""

    pacticipant: str
    version_id: int
    version: str
    leaves: bool = False


@dataclass(frozen=True)
class PlanQuestion:
    """All that a plan depends on. Each pacticipant is planned once.

    ``pacts``: a row without provider version for each contract of a planned version, and for each contract with a
    planned provider of a version that lives there; reader schemas are among them. ``results``: the newest result by
    contract and provider version, as rows; ``compared``: the same for reader schemas. ``unwritten``: what planned
    versions read without anybody to write it. ``papers``: what documents say, by consumer version, contract and
    provider version; ``fuzz_runs`` by provider version; ``terms``: how all of it is weighed.
    """

    environment: str
    planned: tuple[PlannedVersion, ...]
    tenants: tuple[Tenant, ...]
    pacts: tuple[MatrixRow, ...]
    results: Mapping[tuple[int, int], MatrixRow] = field(default_factory=dict)
    compared: Mapping[tuple[int, int], MatrixRow] = field(default_factory=dict)
    unwritten: tuple[Unwritten, ...] = ()
    papers: Mapping[tuple[int, int, int], OnPaper] = field(default_factory=dict)
    fuzz_runs: Mapping[int, LiveCheck] = field(default_factory=dict)
    terms: Terms = PLAIN

    @cached_property
    def by_name(self) -> Mapping[str, PlannedVersion]:
        """The planned versions by pacticipant."""
        return {each.pacticipant: each for each in self.planned}

    @cached_property
    def living(self) -> Mapping[str, Sequence[Tenant]]:
        """Who lives there now, by pacticipant."""
        found: dict[str, list[Tenant]] = {}
        for each in self.tenants:
            found.setdefault(each.pacticipant, []).append(each)
        return found

    def staying(self, name: str) -> Sequence[Tenant]:
        """The versions of a pacticipant that live there before and after."""
        return [each for each in self.living.get(name, ()) if not each.leaves]

    def row(self, pact: MatrixRow, version_id: int, version: str) -> MatrixRow:
        """What is known of a contract with a provider version, weighed."""
        known = (self.results if pact.reading is None else self.compared).get((pact.contract_id, version_id))
        row = replace(
            pact,
            provider_version_id=version_id,
            provider_version=version,
            paper=self.papers.get((pact.consumer_version_id, pact.contract_id, version_id)),
            fuzzed=self.fuzz_runs.get(version_id),
        )
        if known is not None:
            row = replace(
                row,
                success=known.success,
                verification=known.verification,
                verified_at=known.verified_at,
                missing_state=known.missing_state,
                reading=known.reading,
            )
        return weighed(row, self.terms)


@dataclass(frozen=True, slots=True)
class Precedence:
    """One version has to be deployed no later than another; ``verdict`` is what would stand in the way otherwise."""

    first: str
    then: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """Versions that go at once; more than one where each needs the others. ``because``: what forces its place."""

    versions: tuple[PlannedVersion, ...]
    because: tuple[Precedence, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in a safe order, or none, and then ``decision`` has what blocks: it is about the end of the way."""

    steps: tuple[Step, ...]
    decision: Decision

    @property
    def is_possible(self) -> bool:
        """Whether there is a safe way."""
        return self.decision.deployable is True


def question_of_the_end(question: PlanQuestion) -> Question:
    """What the gate is asked once all is deployed: pairs that count in whatever order it is done."""
    selectors = [
        ResolvedSelector(each.pacticipant, Criterion.VERSION, None, each.version_id, each.version)
        for each in question.planned
    ]
    names = {each.provider for each in question.pacts} | {each.consumer for each in question.pacts}
    for name in sorted(names):
        selectors += _selectors_of_staying(question, name)
    return Question(
        selectors=tuple(selectors),
        rows=tuple(_rows_of_the_end(question)),
        has_target=True,
        environment=question.environment,
        unwritten=question.unwritten,
        terms=question.terms,
    )


def plan(question: PlanQuestion, decision: Decision | None = None) -> Plan:
    """The plan. ``decision`` is the answer to :func:`question_of_the_end`, where it has been found out already."""
    decision = decision or decide(question_of_the_end(question))
    if decision.deployable is not True:
        return Plan((), decision)
    precedences = tuple(_precedences(question))
    places = {each.pacticipant: at for at, each in enumerate(question.planned)}
    steps = []
    for names in _in_order(sorted(places, key=places.__getitem__), precedences):
        versions = tuple(question.by_name[name] for name in sorted(names, key=places.__getitem__))
        because = tuple(each for each in precedences if each.then in names)
        steps.append(Step(versions, because))
    return Plan(tuple(steps), decision)


def _selectors_of_staying(question: PlanQuestion, name: str) -> Iterable[ResolvedSelector]:
    staying = question.staying(name)
    several = len(staying) > 1
    for each in staying:
        yield ResolvedSelector(
            name, Criterion.ENVIRONMENT, question.environment, each.version_id, each.version, several, specified=False
        )
    if not staying and name not in question.by_name:
        yield ResolvedSelector(name, Criterion.ENVIRONMENT, question.environment, specified=False)


def _rows_of_the_end(question: PlanQuestion) -> Iterable[MatrixRow]:
    for pact in question.pacts:
        consumer, provider = question.by_name.get(pact.consumer), question.by_name.get(pact.provider)
        if consumer is not None and consumer.version_id == pact.consumer_version_id:
            yield from _rows_of_planned(question, pact, provider)
        elif provider is not None and provider.version_id is not None and _stays(question, pact):
            yield question.row(pact, provider.version_id, provider.version)


def _rows_of_planned(question: PlanQuestion, pact: MatrixRow, provider: PlannedVersion | None) -> Iterable[MatrixRow]:
    found: dict[int, MatrixRow] = {}
    if provider is not None and provider.version_id is not None:
        found[provider.version_id] = question.row(pact, provider.version_id, provider.version)
    if pact.provider != pact.consumer:
        for each in question.staying(pact.provider):
            found[each.version_id] = question.row(pact, each.version_id, each.version)
    yield from found.values() or (pact,)


def _stays(question: PlanQuestion, pact: MatrixRow) -> bool:
    """Whether the consumer version lives there before and after. A pacticipant is never its own partner."""
    if pact.consumer == pact.provider:
        return False
    return any(each.version_id == pact.consumer_version_id for each in question.staying(pact.consumer))


def _precedences(question: PlanQuestion) -> Iterable[Precedence]:
    for pact in question.pacts:
        consumer, provider = question.by_name.get(pact.consumer), question.by_name.get(pact.provider)
        if consumer is None or provider is None or consumer is provider:
            continue
        if consumer.version_id == pact.consumer_version_id:
            yield from _providers_first(question, pact)
        elif _leaves(question, pact) and provider.version_id is not None:
            row = question.row(pact, provider.version_id, provider.version)
            if row.outcome is not True:
                yield Precedence(pact.consumer, pact.provider, _verdict(question, row))


def _providers_first(question: PlanQuestion, pact: MatrixRow) -> Iterable[Precedence]:
    """Why the provider of a planned version's contract has to be there before it, or with it."""
    living = question.living.get(pact.provider, ())
    if not living and weighed(pact, question.terms).outcome is not True:
        yield Precedence(pact.provider, pact.consumer, _verdict(question, pact))
    for each in living:
        row = question.row(pact, each.version_id, each.version)
        if each.leaves and row.outcome is not True:
            yield Precedence(pact.provider, pact.consumer, _verdict(question, row))


def _leaves(question: PlanQuestion, pact: MatrixRow) -> bool:
    living = question.living.get(pact.consumer, ())
    return any(each.version_id == pact.consumer_version_id and each.leaves for each in living)


def _verdict(question: PlanQuestion, row: MatrixRow) -> Verdict:
    """What the gate would say of this pair on the way. Nothing has to be done about it but to keep to the order."""
    selectors = (ResolvedSelector(row.provider, Criterion.ENVIRONMENT, question.environment, specified=False),)
    asked = Question(selectors, (row,), has_target=True, environment=question.environment, terms=question.terms)
    (verdict,) = decide(asked).verdicts
    return replace(verdict, remedy=None)


def _in_order(names: Sequence[str], precedences: Sequence[Precedence]) -> Sequence[Collection[str]]:
    """Sets that go together, in an order that keeps to all precedences; of free ones, the first named goes first."""
    before: dict[str, set[str]] = {name: set() for name in names}
    for each in precedences:
        before[each.then].add(each.first)
    needed = {name: _all_before(name, before) for name in names}
    done: set[str] = set()
    order: list[Collection[str]] = []
    while len(done) < len(names):
        # Where all that has to go no later than a name is done or in its own cycle, the cycle can go.
        for name in names:
            together = {name} | {other for other in needed[name] if name in needed[other]}
            if name not in done and needed[name] <= done | together:
                order.append(frozenset(together))
                done |= together
                break
    return order


def _all_before(name: str, before: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(before[name])
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += before[each]
    return found
