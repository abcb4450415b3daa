"""Plans held against a slow model that tries every order of every partition, asking the gate's rule at each step."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.plan import Plan, PlannedVersion, PlanQuestion, Tenant, plan
from contracthub.domain.standings import VerdictKind

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
NAMES = ("a", "b", "c", "d", "e")
OLD, NEW = "1", "2"
Place = tuple[str, str]
Steps = tuple[frozenset[str], ...]


@dataclass
class Fleet:
    """Who lives in which place, what is planned for which place, who needs whom, and which pairs were met."""

    places: dict[Place, str] = field(default_factory=dict)
    released: set[tuple[str, str]] = field(default_factory=set)
    planned: dict[str, tuple[str, str]] = field(default_factory=dict)
    needs: set[tuple[str, str, str]] = field(default_factory=set)
    met: dict[tuple[str, str, str, str], bool] = field(default_factory=dict)

    def after(self, done: Sequence[str]) -> dict[str, set[str]]:
        """Who lives there once those have been deployed."""
        places = dict(self.places)
        for name in done:
            version, instance = self.planned[name]
            places[name, instance] = version
        living: dict[str, set[str]] = {}
        for name, version in [*((name, version) for (name, _), version in places.items()), *self.released]:
            living.setdefault(name, set()).add(version)
        return living

    def allows(self, name: str, living: dict[str, set[str]]) -> bool:
        """The gate's rule, as pact-broker-api §13 has it, with evidence for each version that lives there."""
        version, _ = self.planned[name]
        good = True
        for consumer, number, provider in self.needs:
            if (consumer, number) == (name, version):
                theirs = {version} if provider == name else living.get(provider, set())
                good = (
                    good
                    and bool(theirs)
                    and all(self.met.get((name, version, provider, other), False) for other in theirs)
                )
            elif provider == name != consumer and number in living.get(consumer, set()):
                good = good and self.met.get((consumer, number, name, version), False)
        return good

    def is_safe(self, steps: Steps) -> bool:
        done: list[str] = []
        for step in steps:
            done += step
            living = self.after(done)
            if not all(self.allows(name, living) for name in step):
                return False
        return True

    def question(self) -> PlanQuestion:
        keys = {each: number for number, each in enumerate(itertools.product(NAMES, (OLD, NEW)), start=1)}
        contracts = {each: number for number, each in enumerate(sorted(self.needs), start=1)}
        now, tenants = self.after([]), []
        for name, version in sorted((name, version) for name, versions in now.items() for version in versions):
            having: set[str | None] = {place for (n, place), v in self.places.items() if (n, v) == (name, version)}
            having |= {None} if (name, version) in self.released else set()
            leaves = name in self.planned and having == {self.planned[name][1]}
            tenants.append(Tenant(name, keys[name, version], version, leaves))
        alive = {(each.pacticipant, each.version) for each in tenants}
        planned = {(name, version) for name, (version, _) in self.planned.items()}
        pacts = {
            need: MatrixRow(need[0], keys[need[:2]], need[1], need[2], contracts[need], "a" * 40, NOW)
            for need in sorted(self.needs)
            if need[:2] in planned or (need[:2] in alive and need[2] in self.planned)
        }
        results = {
            (contracts[need], keys[met[2:]]): MatrixRow(
                need[0], 1, need[1], need[2], 1, "", NOW, success=success, verification=1, verified_at=NOW
            )
            for met, success in self.met.items()
            if (need := met[:3]) in self.needs
        }
        wanted = tuple(
            PlannedVersion(name, version, keys[name, version], instance)
            for name, (version, instance) in self.planned.items()
        )
        return PlanQuestion("prod", wanted, tuple(tenants), tuple(pacts.values()), results)


def partitions(names: tuple[str, ...]) -> Iterator[Steps]:
    """Every way to deploy the names in steps."""
    if not names:
        yield ()
    for size in range(1, len(names) + 1):
        for first in itertools.combinations(names, size):
            rest = tuple(name for name in names if name not in first)
            for others in partitions(rest):
                yield (frozenset(first), *others)


NUMBERS = st.sampled_from((OLD, NEW))
PARTIES = st.sampled_from(NAMES)
INSTANCES = st.sampled_from(("", "blue"))


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    names = draw(st.lists(PARTIES, unique=True, min_size=1, max_size=4))
    needs = draw(st.sets(st.tuples(PARTIES, NUMBERS, PARTIES), max_size=10))
    every = [(*need, number) for need in sorted(needs) for number in (OLD, NEW)]
    # Mostly good, or there would hardly ever be a way.
    results = draw(st.lists(st.sampled_from([True] * 5 + [False, None]), min_size=len(every), max_size=len(every)))
    return Fleet(
        places=draw(st.dictionaries(st.tuples(PARTIES, INSTANCES), NUMBERS, max_size=6)),
        released=draw(st.sets(st.tuples(PARTIES, NUMBERS), max_size=1)),
        planned={name: draw(st.tuples(st.just(NEW), INSTANCES)) for name in names},
        needs=needs,
        met={key: success for key, success in zip(every, results, strict=True) if success is not None},
    )


def steps_of(found: Plan) -> Steps:
    return tuple(frozenset(each.pacticipant for each in step.versions) for step in found.steps)


@settings(max_examples=600)
@given(fleets())
def test_a_plan_is_safe_as_fine_as_can_be_and_found_whenever_there_is_one(fleet: Fleet) -> None:
    found = plan(fleet.question())
    safe = [steps for steps in partitions(tuple(fleet.planned)) if fleet.is_safe(steps)]
    assert found.is_possible is bool(safe)
    if not safe:
        assert found.steps == ()
        assert found.decision.blocking
        return
    steps = steps_of(found)
    assert steps in safe
    # What goes together here goes together in every safe way.
    for other in safe:
        for step in steps:
            assert len({at for at, one in enumerate(other) if one & step}) == 1


@settings(max_examples=300)
@given(fleets())
def test_each_fact_that_blocks_is_enough_to_block(fleet: Fleet) -> None:
    found = plan(fleet.question())
    for place in found.decision.blocking:
        verdict = found.decision.verdicts[place]
        assert verdict.provider is not None
        assert verdict.kind is not VerdictKind.VERIFIED
        pair = (verdict.consumer.name, verdict.consumer.version or "", verdict.provider.name)
        others = {need for need in fleet.needs if need == pair}
        alone = Fleet(fleet.places, fleet.released, fleet.planned, others, fleet.met)
        assert not any(alone.is_safe(steps) for steps in partitions(tuple(fleet.planned)))


def fleet_of_two(**met: bool) -> Fleet:
    """A consumer and its provider, both old; results are named by their versions: ``new_old``."""
    fleet = Fleet({("a", ""): OLD, ("b", ""): OLD}, set(), {"a": (NEW, ""), "b": (NEW, "")})
    fleet.needs = {("a", OLD, "b"), ("a", NEW, "b")}
    numbers = {"old": OLD, "new": NEW}
    for pair, success in met.items():
        consumer, provider = pair.split("_")
        fleet.met["a", numbers[consumer], "b", numbers[provider]] = success
    return fleet


def test_the_provider_goes_first_where_the_consumer_needs_what_is_new() -> None:
    found = plan(fleet_of_two(new_new=True, old_new=True).question())
    assert steps_of(found) == (frozenset("b"), frozenset("a"))
    (why,) = found.steps[1].because
    assert (why.first, why.then, why.verdict.kind) == ("b", "a", VerdictKind.NEVER_VERIFIED)
    assert why.verdict.fact == "No verification of the pact of a 2 by b 1 has been published."


def test_the_consumer_goes_first_where_the_provider_drops_what_the_old_one_needs() -> None:
    found = plan(fleet_of_two(new_new=True, new_old=True, old_new=False).question())
    assert steps_of(found) == (frozenset("a"), frozenset("b"))


def test_two_that_only_know_each_other_go_together() -> None:
    assert steps_of(plan(fleet_of_two(new_new=True).question())) == (frozenset("ab"),)


def test_what_never_met_has_no_way_and_says_why() -> None:
    found = plan(fleet_of_two(new_old=True, old_new=True).question())
    assert not found.is_possible
    (place,) = found.decision.blocking
    verdict = found.decision.verdicts[place]
    assert verdict.kind is VerdictKind.NEVER_VERIFIED
    assert verdict.remedy is not None
    assert "--provider-version 2" in verdict.remedy.command


def test_a_long_chain_takes_no_time() -> None:
    names = [f"s{number}" for number in range(100)]
    keys = {name: at for at, name in enumerate(names, start=1)}
    pairs = itertools.pairwise(names)
    pacts = [MatrixRow(one, keys[one], NEW, other, keys[one], "a" * 40, NOW) for one, other in pairs]
    good = {
        (pact.contract_id, keys[pact.provider]): MatrixRow(
            pact.consumer, 1, NEW, pact.provider, 1, "", NOW, success=True, verification=1, verified_at=NOW
        )
        for pact in pacts
    }
    planned = tuple(PlannedVersion(name, NEW, keys[name]) for name in names)
    found = plan(PlanQuestion("prod", planned, (), tuple(pacts), good))
    assert steps_of(found) == tuple(frozenset([name]) for name in reversed(names))
