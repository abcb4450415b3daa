"""A thousand random fleets: never a yes without evidence, and every field as a slow and obvious model has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.domain.matrix_query import LatestBy, MatrixQuery, Selector, Target
from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.plan import PlannedVersion
from contracthub.domain.verdicts import Counts, Decision
from contracthub.services.environments import create_environment
from contracthub.services.hub import Hub, Rules
from contracthub.services.matrix import ask_matrix
from contracthub.services.plan import PlanRequest, make_plan
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from tests.features.random_fleets import (
    BAD,
    GOOD,
    NAMES,
    NO_STATE,
    NUMBERS,
    Event,
    Fleet,
    Told,
    histories,
    is_read,
)

ENVIRONMENT = "production"
KINDS = {GOOD: "VERIFIED", BAD: "FAILED", NO_STATE: "MISSING_STATE"}
Row = tuple[str, str, str, str | None, bool | None, int | None, str]


@dataclass(frozen=True)
class Asked:
    """Which versions are to be deployed together, and whom to ignore."""

    versions: dict[str, str]
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SlowRow:
    """A pact with a provider version, or with none where no version of the provider that counts has a result.

    Or what is read from a ``topic``.
    """

    consumer: str
    version: str
    provider: str
    other: str | None
    content: int
    topic: str = ""


class SlowGate:
    """pact-broker-api §13 for versions and an environment, looked up in all that ever happened."""

    def __init__(self, fleet: Fleet, asked: Asked) -> None:
        self.fleet, self.asked = fleet, asked
        self.rows = sorted([*self._rows(), *self._readings()], key=self._order)
        self.considered = [row for row in self.rows if not {row.consumer, row.provider} & asked.ignored]
        self.unwritten = sorted(
            (
                (consumer, version, topic)
                for consumer, version, topic in fleet.reads
                if self.reads(consumer, version) and consumer in asked.versions and consumer not in asked.ignored
                if not self.writers(consumer, version, topic)
            ),
            key=lambda each: (each[0], -fleet.key(each[0], each[1]), each[2]),
        )
        self.missing = [
            (name, number)
            for name, number in asked.versions.items()
            if (name, number) not in fleet.versions and name not in asked.ignored
        ]

    def counting(self, name: str) -> list[str]:
        """The versions of a pacticipant that count: the one that was asked about, or those that live there."""
        if name in self.asked.versions:
            number = self.asked.versions[name]
            return [number] if (name, number) in self.fleet.versions else []
        return self.fleet.living(name)

    def reads(self, consumer: str, version: str) -> bool:
        """Whether what a version reads counts."""
        return version in self.counting(consumer)

    def writers(self, consumer: str, version: str, topic: str) -> list[str]:
        """Who writes what a version reads: the one that it names, or whoever has ever written it."""
        _, named = self.fleet.reads[consumer, version, topic]
        found = [named] if named else sorted({name for name, _, each in self.fleet.writes if each == topic})
        return found if consumer in self.asked.versions else [name for name in found if name in self.asked.versions]

    def _readings(self) -> Iterator[SlowRow]:
        for (consumer, version, topic), (content, _) in self.fleet.reads.items():
            if not self.reads(consumer, version):
                continue
            writers = self.writers(consumer, version, topic)
            for name in [each for each in writers if self.counting(each)] or writers[:1]:
                others: list[str | None] = [*self.counting(name)] or [None]
                yield from (SlowRow(consumer, version, name, other, content, topic) for other in others)

    def outcome(self, row: SlowRow) -> str | None:
        if row.topic:
            written = self.fleet.writes.get((row.provider, row.other or "", row.topic))
            return None if written is None else GOOD if is_read(row.content, written) else BAD
        return self.fleet.results.get((row.consumer, row.provider, row.content, row.other or ""))

    def _rows(self) -> Iterator[SlowRow]:
        for (consumer, version, provider), content in self.fleet.pacts.items():
            is_asked = consumer in self.asked.versions
            if version not in self.counting(consumer) or not (is_asked or provider in self.asked.versions):
                continue
            rows = [SlowRow(consumer, version, provider, other, content) for other in self.counting(provider)]
            if any(self.outcome(row) for row in rows):
                yield from rows
            else:
                yield SlowRow(consumer, version, provider, None, content)

    def _order(self, row: SlowRow) -> tuple[str, int, str, int, str]:
        other = self.fleet.key(row.provider, row.other) + 1 if row.other else 0
        return row.consumer, -self.fleet.key(row.consumer, row.version), row.provider, -other, row.topic

    @property
    def deployable(self) -> bool | None:
        if self.missing:
            return False
        outcomes = [self.outcome(row) for row in self.considered]
        return None if None in outcomes or self.unwritten else all(outcome == GOOD for outcome in outcomes)

    def cells(self, rows: list[SlowRow]) -> list[Row]:
        return [
            (
                row.consumer,
                row.version,
                row.provider,
                row.other,
                None if outcome is None else outcome == GOOD,
                self.number(row),
                row.topic,
            )
            for row in rows
            for outcome in [self.outcome(row)]
        ]

    def number(self, row: SlowRow) -> int | None:
        if row.topic:
            return None
        return self.fleet.numbers.get((row.consumer, row.provider, row.content, row.other or ""))

    @property
    def counts(self) -> Counts:
        outcomes = [self.outcome(row) for row in self.considered]
        return Counts(
            success=outcomes.count(GOOD),
            failed=outcomes.count(BAD) + outcomes.count(NO_STATE),
            unknown=outcomes.count(None) + len(self.unwritten),
            ignored=len(self.rows) - len(self.considered) if self.asked.ignored else None,
        )

    def called(self, name: str, number: str | None) -> str:
        if name in self.asked.versions:
            given = self.asked.versions[name]
            return f"version {given} of {name}" + ("" if self.counting(name) else " (no such version exists)")
        living = self.fleet.living(name)
        if not living:
            nobody = "no version is currently recorded as deployed/released in this environment"
            return f"a version of {name} currently in {ENVIRONMENT} ({nobody})"
        which = "one of the versions" if len(living) > 1 else "the version"
        return f"{which} of {name} currently in {ENVIRONMENT} ({number or living[0]})"

    @property
    def reason(self) -> str:
        texts = [f"No pacts or verifications have been published for version {v} of {n}" for n, v in self.missing]
        if not texts:
            for wanted, text, about_topic in (
                (None, "There is no verified pact between {} and {}",
                 "There is no schema with which {1} writes {2}, which {0} reads"),
                (BAD, "The verification for the pact between {} and {} failed",
                 "What {1} writes to {2} is not what {0} reads"),
            ):  # fmt: skip
                for row in self.considered:
                    outcome = self.outcome(row)
                    if outcome is wanted or (wanted and outcome in {BAD, NO_STATE}):
                        names = self.called(row.consumer, row.version), self.called(row.provider, row.other)
                        texts.append((about_topic if row.topic else text).format(*names, row.topic))
                for consumer, version, topic in () if wanted else self.unwritten:
                    texts.append(f"Nobody is known to write {topic}, which {self.called(consumer, version)} reads")
        good = "All required verification results are published and successful"
        return "\n".join(dict.fromkeys(texts)) or (good if self.considered else "There are no missing dependencies")

    @property
    def verdicts(self) -> list[tuple[str, str, str | None, str | None, str | None]]:
        found: list[tuple[str, str, str | None, str | None, str | None]] = [
            ("NOT_PUBLISHED", name, number, None, None) for name, number in self.missing
        ]
        for row in self.considered:
            head = row.consumer, row.version, row.provider
            outcome = self.outcome(row)
            others = [row.other] if row.other else self.counting(row.provider)
            if outcome:
                kinds = {GOOD: "COMPATIBLE", BAD: "INCOMPATIBLE"} if row.topic else KINDS
                found.append((kinds[outcome], *head, row.other))
            elif row.topic and row.other:
                found.append(("UNANSWERABLE", *head, row.other))
            elif not others and row.provider in dict(self.missing):
                # That there is no such version has been told.
                continue
            elif not others:
                found.append(("UNANSWERABLE", *head, None))
            else:
                found += [("NEVER_VERIFIED", *head, other) for other in others]
        return found + [("UNANSWERABLE", consumer, version, None, None) for consumer, version, _ in self.unwritten]


class Ground:
    """A hub over SQLite, and the one database that all fleets of a test are told to."""

    hub: ClassVar[Hub]
    uuid: ClassVar[str]
    told: ClassVar[int] = 0


@pytest.fixture(scope="module", autouse=True)
def _ground(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    path = tmp_path_factory.mktemp("fleets") / "hub.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())  # type: ignore[attr-defined]
    database = open_database(f"sqlite:///{path}")
    # Names of fleets differ by a prefix only.
    Ground.hub = Hub(DatabaseStorage(database), rules=Rules(check_for_similar_names=False))
    yield
    database.close()


def told(events: list[Event]) -> Told:
    """A fleet of its own: names and environment belong to no other."""
    Ground.told += 1
    prefix = f"f{Ground.told}-"
    home = create_environment(Ground.hub, {"name": prefix + ENVIRONMENT, "production": True})
    fleet = Told(Ground.hub, home.uuid, prefix)
    fleet.tell(events)
    return fleet


def cells(rows: tuple[MatrixRow, ...], bare: "Bare") -> list[Row]:
    return [
        (
            bare.of(row.consumer), row.consumer_version, bare.of(row.provider), row.provider_version, row.success,
            row.verification, bare.of(row.reading.topic or "") if row.reading else "",
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Bare:
    """Names and texts without the fleet's prefix."""

    prefix: str

    def of(self, text: str) -> str:
        return text.replace(self.prefix, "")


def verdicts(decision: Decision, bare: Bare) -> list[tuple[str, str, str | None, str | None, str | None]]:
    return [
        (
            each.kind.value,
            bare.of(each.consumer.name),
            each.consumer.version,
            bare.of(each.provider.name) if each.provider else None,
            each.provider.version if each.provider else None,
        )
        for each in decision.verdicts
    ]


QUESTIONS = st.builds(
    Asked,
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from((*NUMBERS, NUMBERS[0], "9")), min_size=1, max_size=2),
    st.sampled_from([frozenset(), frozenset(), frozenset(["b"])]),
)


def of_fleet(asked: Asked, fleet: Fleet) -> Asked | None:
    """The question without pacticipants that nobody knows: those are another kind of answer."""
    known = {name for name, _ in fleet.versions} | {name for pair in fleet.pacts for name in (pair[0], pair[2])}
    known |= {named for _, named in fleet.reads.values() if named}
    versions = {name: number for name, number in asked.versions.items() if name in known}
    return Asked(versions, asked.ignored & known) if versions else None


@settings(max_examples=1000)
@given(histories(), st.lists(QUESTIONS, min_size=1, max_size=2))
def test_no_yes_without_evidence_and_every_field_as_the_slow_gate_has_it(
    events: list[Event], questions: list[Asked]
) -> None:
    world = told(events)
    bare = Bare(world.prefix)
    for question in questions:
        asked = of_fleet(question, world.fleet)
        if asked is None:
            continue
        slow = SlowGate(world.fleet, asked)
        query = MatrixQuery(
            tuple(Selector(world.named(name), version=number) for name, number in asked.versions.items()),
            Target(environment=world.named(ENVIRONMENT)),
            tuple(Selector(world.named(name)) for name in sorted(asked.ignored)),
            LatestBy.VERSION_PAIR,
        )
        answer = ask_matrix(Ground.hub, query)
        decision = answer.decision
        assert decision.deployable is slow.deployable
        assert cells(answer.rows, bare) == slow.cells(slow.considered)
        assert cells(answer.ignored, bare) == slow.cells([row for row in slow.rows if row not in slow.considered])
        assert decision.counts == slow.counts
        assert bare.of(decision.reason) == slow.reason
        assert verdicts(decision, bare) == slow.verdicts
        if decision.deployable:
            assert decision.blocking == ()
            assert all(world.fleet.results[key] == GOOD for key in needed(world.fleet, asked))
            assert all(is_read(*each) for each in read_there(world.fleet, asked))
        else:
            assert decision.blocking
            assert all(decision.verdicts[place].remedy for place in decision.blocking)


def needed(fleet: Fleet, asked: Asked) -> Iterator[tuple[str, str, int, str]]:
    """Every pair that will meet in the environment because of what was asked about, told without the gate's rules."""
    gate = SlowGate(fleet, asked)
    for (consumer, version, provider), content in fleet.pacts.items():
        is_there = version in gate.counting(consumer)
        if is_there and {consumer, provider} & asked.versions.keys() and not {consumer, provider} & asked.ignored:
            yield from ((consumer, provider, content, other) for other in gate.counting(provider))


def read_there(fleet: Fleet, asked: Asked) -> Iterator[tuple[int, int]]:
    """Every reader with every writer of its topic that will meet because of what was asked about, by content."""
    gate = SlowGate(fleet, asked)
    for (consumer, version, topic), (content, named) in fleet.reads.items():
        if version in gate.counting(consumer):
            for (writer, number, other), written in fleet.writes.items():
                meet = other == topic and named in {None, writer} and number in gate.counting(writer)
                if meet and {consumer, writer} & asked.versions.keys() and not {consumer, writer} & asked.ignored:
                    yield content, written


@settings(max_examples=200)
@given(histories(), st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NUMBERS), min_size=1), st.booleans())
def test_each_step_of_a_plan_is_a_yes_when_it_is_made(
    events: list[Event],
    wanted: dict[str, str],
    is_blue: bool,
) -> None:
    world = told(events)
    versions = {name: number for name, number in wanted.items() if (name, number) in world.fleet.versions}
    if not versions:
        return
    instance, home = "blue" if is_blue else "", world.named(ENVIRONMENT)
    planned = tuple(PlannedVersion(world.named(name), number, instance=instance) for name, number in versions.items())
    found = make_plan(Ground.hub, PlanRequest(home, planned))
    if not found.is_possible:
        assert found.steps == ()
        blocking = [found.decision.verdicts[place] for place in found.decision.blocking]
        assert blocking
        assert all(each.remedy for each in blocking)
        return
    done = [(each.pacticipant, each.version) for step in found.steps for each in step.versions]
    assert sorted(done) == sorted((each.pacticipant, each.version) for each in planned)
    for step in found.steps:
        selectors = tuple(Selector(each.pacticipant, version=each.version) for each in step.versions)
        query = MatrixQuery(selectors, Target(environment=home), latest_by=LatestBy.VERSION_PAIR)
        assert ask_matrix(Ground.hub, query).decision.deployable is True
        for each in step.versions:
            world.live(Bare(world.prefix).of(each.pacticipant), each.version, instance)
