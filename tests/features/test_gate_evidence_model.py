"""The gate over generated histories of all evidence, held against rules written down a second time, the obvious way."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from starlette.testclient import TestClient

from tests.features.evidence import Clock, Weighed

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NUMBERS, CONTENTS, INSTANCES = ("1", "2"), (1, 2), ("", "canary")
SELF = (None, True, False)
# What each document says of each content: the rules that it breaks, none where it fits.
DOCUMENTS: dict[str, dict[int, frozenset[str]]] = {
    "both": {1: frozenset(), 2: frozenset()},
    "first": {1: frozenset(), 2: frozenset({"request.path-or-method.unknown"})},
    "wrong": {1: frozenset({"response.body.incompatible"}), 2: frozenset({"response.body.incompatible"})},
}
POLICIES: tuple[list[dict[str, Any]], ...] = (
    [{"evidence": ["replayed"]}],
    [{"evidence": ["replayed"], "within": "3d"}, {"evidence": ["compared", "fuzzed"], "within": "2d"}],
    [{"evidence": ["compared"], "within": "2d"}],
    [{"evidence": ["compared", "fuzzed"]}],
    [{"evidence": ["replayed", "compared"]}],
)
DEFAULT: list[dict[str, Any]] = [{"evidence": ["replayed"]}, {"evidence": ["compared"]}]
RED = {"FAILED", "INCOMPATIBLE"}
UNKNOWN = {"NEVER_VERIFIED", "STALE", "UNANSWERABLE"}
run_number = itertools.count()
Judged = tuple[str, str, str | None]


@dataclass
class Pass:
    """A waiver."""

    number: int
    consumer: bool
    provider_version: str | None
    rule: str | None
    environment: str | None
    until: datetime


@dataclass
class Model:
    """Everything that was said, and the gate's rules over it."""

    pacts: dict[str, int] = field(default_factory=dict)
    documents: dict[str, tuple[str, bool | None, datetime]] = field(default_factory=dict)
    replays: dict[tuple[int, str], tuple[bool, datetime]] = field(default_factory=dict)
    fuzz_runs: dict[str, tuple[bool, datetime]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)
    policy: list[dict[str, Any]] = field(default_factory=lambda: DEFAULT)

    def living(self, name: str) -> set[str]:
        return {number for (who, _), number in self.places.items() if who == name}

    def verdicts(self, name: str, number: str, now: datetime) -> Counter[Judged]:
        if name == "a":
            there: list[str | None] = [*self.living("p")]
            pairs = [(number, each) for each in there or [None]] if number in self.pacts else []
        else:
            pairs = [(each, number) for each in self.living("a") if each in self.pacts]
        return Counter((self.judged(self.pacts[one], other, now), one, other) for one, other in pairs)

    def judged(self, content: int, version: str | None, now: datetime) -> str:
        """The verdict, one rule after the other."""
        verdict, errors = self.by_evidence(content, version)
        if verdict in {"VERIFIED", "COMPATIBLE"}:
            verdict = self.by_policy(content, version or "", now, verdict)
        if verdict not in RED | UNKNOWN:
            return verdict
        valid = [
            each
            for each in self.passes
            if each.until.date() >= now.date()
            and each.environment in {None, "production"}
            and each.provider_version in {None, version}
        ]
        if any(each.rule is None for each in valid):
            return "WAIVED"
        if verdict == "INCOMPATIBLE" and errors <= {each.rule for each in valid}:
            left = self.by_policy(content, version or "", now, "COMPATIBLE", forgiven=True)
            return "WAIVED" if left == "COMPATIBLE" else left
        return verdict

    def by_evidence(self, content: int, version: str | None) -> tuple[str, frozenset[str]]:
        if version is None:
            return "UNANSWERABLE", frozenset()
        if (content, version) in self.replays:
            return ("VERIFIED" if self.replays[content, version][0] else "FAILED"), frozenset()
        if version not in self.documents:
            return "NEVER_VERIFIED", frozenset()
        document, own_check, _ = self.documents[version]
        if own_check is False:
            return "FAILED", frozenset()
        errors = DOCUMENTS[document][content]
        return ("INCOMPATIBLE" if errors else "COMPATIBLE"), errors

    def ages(self, content: int, version: str, now: datetime, *, forgiven: bool) -> dict[str, timedelta | None]:
        found: dict[str, timedelta | None] = {}
        replay, fuzzed = self.replays.get((content, version)), self.fuzz_runs.get(version)
        if replay is not None and replay[0]:
            found["replayed"] = now - replay[1]
        if version in self.documents:
            document, own_check, at = self.documents[version]
            seen = fuzzed or (None if own_check is None else (own_check, at))
            if forgiven or (own_check is not False and not DOCUMENTS[document][content]):
                found["compared"] = now - seen[1] if seen is not None and seen[0] else None
        if fuzzed is not None and fuzzed[0]:
            found["fuzzed"] = now - fuzzed[1]
        return found

    def by_policy(self, content: int, version: str, now: datetime, verdict: str, *, forgiven: bool = False) -> str:
        ages = self.ages(content, version, now, forgiven=forgiven)
        met: set[str] = set()
        stale = False
        for each in self.policy:
            kinds, limit = each["evidence"], each.get("within")
            if not set(kinds) <= ages.keys():
                continue
            if limit is None:
                met |= set(kinds)
                continue
            spans = [ages[kind] for kind in kinds]
            known = [span for span in spans if span is not None]
            if len(known) < len(spans):
                continue
            if all(span <= timedelta(days=int(limit[:-1])) for span in known):
                met |= set(kinds)
            else:
                stale = True
        if not met:
            return "STALE" if stale else "NEVER_VERIFIED"
        return "COMPATIBLE" if verdict == "VERIFIED" and "replayed" not in met else verdict


class Histories(RuleBasedStateMachine):
    """Publishes, verifies, fuzzes, deploys, lets pass and waits, in any order; asks the gate after every step."""

    client: ClassVar[TestClient]
    app: ClassVar[FastAPI]
    clock: ClassVar[Clock]

    @initialize()
    def begin(self) -> None:
        # One database serves all runs; names and an environment of their own keep them apart.
        prefix = f"r{next(run_number)}-"
        self.a, self.p, self.environment = prefix + "a", prefix + "p", prefix + "production"
        self.hub = Weighed(self.client, self.clock)
        self.uuid = self.hub.given.environment(self.environment)
        self.model, self.asked, self.runs = Model(), 0, 0
        self.deployed: dict[tuple[str, str], str] = {}
        # From here on nearly every step changes an answer.
        for number, content, instance in zip(NUMBERS, CONTENTS, INSTANCES, strict=True):
            self.hub.given.version(self.p, number)
            self.model.known.add(number)
            self.publish(number, content)
            for name, full in (("a", self.a), ("p", self.p)):
                self.deployed[name, instance] = self.hub.given.deployed(full, number, self.uuid, instance)
                self.model.places[name, instance] = number

    @rule(number=st.sampled_from(NUMBERS), content=st.sampled_from(CONTENTS))
    def publish(self, number: str, content: int) -> None:
        content = self.model.pacts.setdefault(number, content)
        self.hub.given.published(self.a, number, {self.p: content}, example=7)

    @rule(number=st.sampled_from(NUMBERS), document=st.sampled_from(sorted(DOCUMENTS)), own_check=st.sampled_from(SELF))
    def offer(self, number: str, document: str, own_check: bool | None) -> None:
        if number not in self.model.documents:
            things, size = ((1,) if document == "first" else (1, 2)), ("string" if document == "wrong" else "integer")
            more = {} if own_check is None else {"said": {"success": own_check, "verifier": "dredd"}}
            self.hub.fits(self.p, number, *things, size=size, **more)
            self.model.documents[number] = (document, own_check, self.clock.now)
            self.model.known.add(number)

    @rule(data=st.data(), number=st.sampled_from(NUMBERS), success=st.booleans())
    def verify(self, data: st.DataObject, number: str, success: bool) -> None:
        if self.model.pacts:
            one = data.draw(st.sampled_from(sorted(self.model.pacts)))
            self.hub.given.verified(self.a, one, self.p, number, success=success)
            self.model.replays[self.model.pacts[one], number] = (success, self.clock.now)
            self.model.known.add(number)

    @rule(number=st.sampled_from(NUMBERS), success=st.booleans())
    def fuzz(self, number: str, success: bool) -> None:
        # The same report again would be no other run.
        self.runs += 1
        self.hub.fuzzed(self.p, number, success=success, source=f"run {self.runs}")
        self.model.fuzz_runs[number] = (success, self.clock.now)
        self.model.known.add(number)

    @rule(data=st.data(), name=st.sampled_from("ap"), instance=st.sampled_from(INSTANCES))
    def deploy(self, data: st.DataObject, name: str, instance: str) -> None:
        there = sorted(self.model.known if name == "p" else self.model.pacts)
        if there:
            number = data.draw(st.sampled_from(there))
            full = self.p if name == "p" else self.a
            self.deployed[name, instance] = self.hub.given.deployed(full, number, self.uuid, instance)
            self.model.places[name, instance] = number

    @rule(data=st.data())
    def undeploy(self, data: st.DataObject) -> None:
        if self.deployed:
            place = data.draw(st.sampled_from(sorted(self.deployed)))
            path = f"/deployed-versions/{self.deployed.pop(place)}"
            self.hub.given.patch(path, {"currentlyDeployed": False})
            del self.model.places[place]

    @rule(
        version=st.sampled_from((None, "1")),
        rule=st.sampled_from((None, "response.body.incompatible", "request.path-or-method.unknown")),
        here=st.booleans(),
        days=st.integers(0, 3),
    )
    def waive(self, version: str | None, rule: str | None, here: bool, days: int) -> None:
        scope: dict[str, Any] = {"rule": rule} if rule else {"consumer": self.a}
        scope |= {"providerVersion": version} if version else {}
        scope |= {"environment": self.environment} if here else {}
        number = self.hub.waived(self.p, days=days, **scope)
        place = "production" if here else None
        until = self.clock.now + timedelta(days=days)
        self.model.passes.append(Pass(number, rule is None, version, rule, place, until))

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        if self.model.passes:
            one = data.draw(st.sampled_from(self.model.passes))
            self.model.passes.remove(one)
            assert self.client.delete(f"/api/v1/waivers/{one.number}").status_code == 200

    @rule(policy=st.sampled_from(POLICIES))
    def demand(self, policy: list[dict[str, Any]]) -> None:
        self.hub.policy(self.environment, *policy)
        self.model.policy = policy

    @rule(days=st.sampled_from((0.5, 1, 2)))
    def wait(self, days: float) -> None:
        self.clock.wait(days)

    @invariant()
    def the_gate_agrees_with_the_rules(self) -> None:
        for name, number in self._questions():
            told = self.hub.ask(self.a if name == "a" else self.p, number, self.environment)
            expected = self.model.verdicts(name, number, self.clock.now)
            verdicts = told.decision["verdicts"]
            found = Counter(
                (each["verdict"], each["consumer"]["version"], each["provider"]["version"]) for each in verdicts
            )
            assert found == expected
            kinds = {verdict for verdict, _, _ in expected}
            assert told.deployable is (None if kinds & UNKNOWN else not kinds & RED)
            blocking = [verdicts[at] for at in told.decision["blocking"]]
            assert all(each["verdict"] in RED | UNKNOWN and each["remedy"]["command"] for each in blocking)

    def _questions(self) -> Iterator[tuple[str, str]]:
        """Two questions a step, in turn: both versions of the provider that live there are in each of them."""
        self.asked += 1
        yield "a", NUMBERS[self.asked % 2]
        yield "p", NUMBERS[self.asked // 2 % 2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_gate_agrees_with_its_rules_over_any_history(app: FastAPI, api: TestClient) -> None:
    histories = type("HistoriesHere", (Histories,), {"client": api, "clock": Clock(app, START)})
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
