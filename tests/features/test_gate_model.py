"""The gate over generated histories, held against a slow and obvious model, through the API on both databases."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.live import Live, conversation

NAMES = ("a", "b", "c")
NUMBERS = ("1", "2", "3")
INSTANCES = ("", "blue")
ENVIRONMENTS = ("test", "production")
# Of live contracts; two of them may say the same.
TITLES = ("one", "two")
Judged = tuple[str, str, str, str, str, str | None]
run_number = itertools.count()


@dataclass
class Model:
    """Everything that ever happened, and the questions answered by looking at all of it."""

    versions: set[tuple[str, str]] = field(default_factory=set)
    pacts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    live: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    results: dict[tuple[str, str, str, int, str], bool] = field(default_factory=dict)
    slots: dict[tuple[str, str, str], str] = field(default_factory=dict)
    releases: set[tuple[str, str, str]] = field(default_factory=set)

    def living(self, environment: str, name: str) -> set[str]:
        deployed = {number for (e, n, _), number in self.slots.items() if (e, n) == (environment, name)}
        return deployed | {number for e, n, number in self.releases if (e, n) == (environment, name)}

    def contracts(self) -> Iterator[tuple[str, str, str, str, int]]:
        """Pacts and live contracts: what it is, consumer, its version, provider, content. A pact has no name."""
        yield from (("", *slot, content) for slot, content in self.pacts.items())
        for (title, consumer, version, provider), content in self.live.items():
            yield title, consumer, version, provider, content

    def verdicts(self, name: str, number: str, environment: str) -> Counter[Judged]:
        """Verdict, contract, consumer, its version, provider, its version, one for each contract that matters."""
        found: Counter[Judged] = Counter()
        for title, consumer, version, provider, content in self.contracts():
            if (consumer, version) == (name, number):
                theirs = {number} if provider == name else self.living(environment, provider)
                for other in (*theirs,) or (None,):
                    found[self._judge(title, consumer, version, provider, content, other)] += 1
            elif provider == name and consumer != name and version in self.living(environment, consumer):
                found[self._judge(title, consumer, version, provider, content, number)] += 1
        return found

    def _judge(self, title: str, consumer: str, version: str, provider: str, content: int, other: str | None) -> Judged:
        if other is None:
            return "UNANSWERABLE", title, consumer, version, provider, None
        # Evidence is kept by what a contract says, whatever it is called.
        what = "pact" if title == "" else "live"
        success = self.results.get((what, consumer, provider, content, other))
        verdict = {True: "VERIFIED", False: "FAILED", None: "NEVER_VERIFIED"}[success]
        return verdict, title, consumer, version, provider, other

    def deployable(self, name: str, number: str, environment: str) -> bool | None:
        if (name, number) not in self.versions:
            return False
        kinds = {verdict[0] for verdict in self.verdicts(name, number, environment)}
        if kinds & {"NEVER_VERIFIED", "UNANSWERABLE"}:
            return None
        return "FAILED" not in kinds


class Histories(RuleBasedStateMachine):
    """Publishes, verifies, deploys, releases in any order; asks the gate after every step."""

    client: ClassVar[TestClient]

    @initialize()
    def begin(self) -> None:
        # One database serves all runs; names and environments of their own keep them apart.
        self.prefix = f"r{next(run_number)}-"
        self.given = Given(self.client)
        self.live = Live(self.given)
        self.model = Model()
        self.environments = {name: self.given.environment(self.prefix + name) for name in ENVIRONMENTS}
        self.asked = 0

    def named(self, name: str) -> str:
        return self.prefix + name

    @rule(consumer=st.sampled_from(NAMES), number=st.sampled_from(NUMBERS), provider=st.sampled_from(NAMES),
          content=st.integers(1, 2))  # fmt: skip
    def publish(self, consumer: str, number: str, provider: str, content: int) -> None:
        # What is published for a version stays: another content would be refused.
        content = self.model.pacts.get((consumer, number, provider), content)
        self.given.published(self.named(consumer), number, {self.named(provider): content})
        self.model.versions.add((consumer, number))
        self.model.pacts[consumer, number, provider] = content

    @rule(data=st.data(), provider_number=st.sampled_from(NUMBERS), success=st.booleans())
    def verify(self, data: st.DataObject, provider_number: str, success: bool) -> None:
        if not self.model.pacts:
            return
        consumer, number, provider = data.draw(st.sampled_from(sorted(self.model.pacts)))
        self.given.verified(self.named(consumer), number, self.named(provider), provider_number, success=success)
        content = self.model.pacts[consumer, number, provider]
        self.model.versions.add((provider, provider_number))
        self.model.results["pact", consumer, provider, content, provider_number] = success

    @rule(consumer=st.sampled_from(NAMES), number=st.sampled_from(NUMBERS), provider=st.sampled_from(NAMES),
          content=st.integers(1, 2), title=st.sampled_from(TITLES))  # fmt: skip
    def publish_live(self, consumer: str, number: str, provider: str, content: int, title: str) -> None:
        content = self.model.live.get((title, consumer, number, provider), content)
        text = conversation(self.named(provider), content, name=title)
        self.live.published(self.named(consumer), number, text)
        self.model.versions.add((consumer, number))
        self.model.live[title, consumer, number, provider] = content

    @rule(data=st.data(), provider_number=st.sampled_from(NUMBERS), success=st.booleans())
    def verify_live(self, data: st.DataObject, provider_number: str, success: bool) -> None:
        if not self.model.live:
            return
        title, consumer, number, provider = data.draw(st.sampled_from(sorted(self.model.live)))
        place = (self.named(consumer), number, "conversation", self.named(provider), title)
        self.live.verified(place, provider_number, success=success)
        content = self.model.live[title, consumer, number, provider]
        self.model.versions.add((provider, provider_number))
        self.model.results["live", consumer, provider, content, provider_number] = success

    @rule(data=st.data(), environment=st.sampled_from(ENVIRONMENTS), instance=st.sampled_from(INSTANCES))
    def deploy(self, data: st.DataObject, environment: str, instance: str) -> None:
        if self.model.versions:
            name, number = data.draw(st.sampled_from(sorted(self.model.versions)))
            self.given.deployed(self.named(name), number, self.environments[environment], instance)
            self.model.slots[environment, name, instance] = number

    @rule(data=st.data(), environment=st.sampled_from(ENVIRONMENTS))
    def release(self, data: st.DataObject, environment: str) -> None:
        if self.model.versions:
            name, number = data.draw(st.sampled_from(sorted(self.model.versions)))
            self.given.released(self.named(name), number, self.environments[environment])
            self.model.releases.add((environment, name, number))

    @invariant()
    def the_gate_agrees_with_the_model(self) -> None:
        known = sorted({name for name, _ in self.model.versions})
        if not known:
            return
        # One question a step, in turn, keeps the run fast; over a run all of them are asked.
        questions = list(itertools.product(known, (*NUMBERS, "9"), ENVIRONMENTS))
        name, number, environment = questions[self.asked % len(questions)]
        self.asked += 1
        answer = self.given.can_i_deploy(self.named(name), number, self.prefix + environment)
        assert answer["summary"]["deployable"] is self.model.deployable(name, number, environment)
        if (name, number) in self.model.versions:
            assert self._verdicts(answer) == self.model.verdicts(name, number, environment)

    def _verdicts(self, answer: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> Counter[tuple[object, ...]]:
        return Counter(
            (
                each["verdict"],
                each.get("name", ""),
                each["consumer"]["name"].removeprefix(self.prefix),
                each["consumer"]["version"],
                each["provider"]["name"].removeprefix(self.prefix),
                each["provider"]["version"],
            )
            for each in answer["decision"]["verdicts"]
        )


@pytest.fixture
def histories(api: TestClient) -> type[Histories]:
    return type("HistoriesHere", (Histories,), {"client": api})


def test_the_gate_agrees_with_a_slow_model_over_any_history(histories: type[Histories]) -> None:
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
