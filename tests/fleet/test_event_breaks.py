"""The suite events against distilera and neural_processor: unbroken they pass, and each break is named."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.events.suite import run
from contracthub.verification.suites import Target, Unwatched
from providers.distilera.breaks import BREAKS
from tests.fleet.running import ROOT, serving
from tests.kafka_broker import KafkaBroker

PACT = str(ROOT / "pacts" / "hoardwell-distilera.json")
FLOWS = str(ROOT / "contracts")
FINISHED, CANCELLED = "a simulation was finished", "a simulation was cancelled"

# break, the messages that it fails, and what is said of one of them: where, and in words
FOUND = {
    "drops-event-field": ({FINISHED, CANCELLED}, "$.yield_ml", "is missing"),
    "renames-event-kind": ({FINISHED}, "$.kind", 'is "COMPLETED", not "FINISHED"'),
    "loses-event-key": ({FINISHED, CANCELLED}, "key", "is missing"),
    "forgets-event": ({FINISHED}, "$", "no message came to"),
}
HARMLESS = ["drops-unread-event-field", "adds-event-field"]
TRIGGERS = {
    FINISHED: "POST /simulations/sim-1/finish",
    CANCELLED: "POST /simulations/sim-1/cancel",
}


def target_of(provider: str, url: str, kafka: KafkaBroker, **more: Any) -> Target:
    return Target(
        provider=provider,
        base_url=url,
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        kafka=kafka.bootstrap,
        **more,
    )


def events_of(kafka: KafkaBroker, *breaks: str, wait: str = "30s", times: int = 1, **said: Any) -> list[SuiteRun]:
    """What the suite says of distilera with these breaks."""
    topic = f"fleet.{uuid.uuid4().hex}"
    with serving("distilera", *breaks, options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        topics = {"topics": {"simulation.events": topic}, "wait": wait}
        settings = {"events": {"triggers": TRIGGERS, **topics, **said}}
        target = target_of("distilera", url, kafka, pacts=(PACT,), settings=settings)
        return [run(target, Unwatched(), time.monotonic() + 100) for _ in range(times)]


def test_states_are_solved_where_nothing_else_sets_them_up(kafka: KafkaBroker) -> None:
    topic = f"fleet.{uuid.uuid4().hex}"
    with serving("distilera", options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        settings = {"events": {"triggers": TRIGGERS, "topics": {"simulation.events": topic}, "wait": "30s"}}
        target = Target(provider="distilera", base_url=url, kafka=kafka.bootstrap, pacts=(PACT,), settings=settings)
        # The second time the ids that the pact has are taken.
        for _ in range(2):
            found = run(target, Unwatched(), time.monotonic() + 100)
            assert failed(found.checks) == {}
            assert all("solved by POST /simulations" in each.notes[0] for each in found.checks)


def packets_of(kafka: KafkaBroker, *breaks: str, times: int = 1) -> list[SuiteRun]:
    """What the suite says of neural_processor with these breaks."""
    topic = f"fleet.{uuid.uuid4().hex}"
    with serving("neural_processor", *breaks, options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        settings = {"events": {"topics": {"neural-data": topic}}}
        target = target_of("neural_processor", url, kafka, contracts=(FLOWS,), settings=settings)
        return [run(target, Unwatched(), time.monotonic() + 100) for _ in range(times)]


def failed(checks: Sequence[Check]) -> dict[str, Check]:
    return {each.name: each for each in checks if each.status is not CheckStatus.PASSED}


def test_every_break_of_events_is_looked_at() -> None:
    assert {each.name for each in BREAKS if "event" in each.name} == FOUND.keys() | set(HARMLESS)


@pytest.mark.parametrize("name", FOUND)
def test_a_break_is_found_and_its_message_and_field_are_named(kafka: KafkaBroker, name: str) -> None:
    messages, place, words = FOUND[name]
    (found,) = events_of(kafka, name, wait="3s")
    assert found.problems == ()
    wrong = failed(found.checks)
    assert wrong.keys() == messages
    check = wrong[FINISHED]
    assert check.status is CheckStatus.FAILED
    assert FINISHED in check.error
    assert [each for each in check.mismatches if each.location == place and words in each.text]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_nobody_reads_hurts_nobody(kafka: KafkaBroker, name: str) -> None:
    (found,) = events_of(kafka, name, sample=10)
    assert failed(found.checks) == {}
    assert len(found.checks) == 3


def test_what_the_unbroken_fleet_sends_is_as_its_consumers_and_its_document_have_it(kafka: KafkaBroker) -> None:
    (found,) = events_of(kafka, sample=10)
    assert [(each.status, each.error) for each in found.checks] == [(CheckStatus.PASSED, "")] * 3
    assert found.problems == ()
    assert found.checks[2].notes == ("2 messages were looked at",)


def test_events_without_a_key_are_seen_in_a_sample_of_the_topic(kafka: KafkaBroker) -> None:
    (found,) = events_of(kafka, "loses-event-key", wait="1s", sample=10)
    sample = found.checks[2]
    assert sample.status is CheckStatus.FAILED
    assert [each.location for each in sample.mismatches] == ["key", "key"]
    assert "partition" in sample.error


def test_ten_packets_become_ten_chunks(kafka: KafkaBroker) -> None:
    (found,) = packets_of(kafka)
    assert [(each.status, each.error) for each in found.checks] == [(CheckStatus.PASSED, "")]
    assert found.checks[0].operation == "neural-data"


def test_a_lost_packet_is_found_by_the_flow(kafka: KafkaBroker) -> None:
    (found,) = packets_of(kafka, "loses-packet")
    (check,) = found.checks
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith("expect 1 (the data of the session): GET /sessions/flow-1/data was not as expected")
    told = {(each.location, each.expected, each.actual) for each in check.mismatches}
    assert ("$.total_samples", "2500", "2250") in told


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_the_unbroken_fleet_passes_twenty_times_in_a_row(kafka: KafkaBroker) -> None:
    runs = [*events_of(kafka, times=20, sample=100), *packets_of(kafka, times=20)]
    assert [failed(each.checks) for each in runs] == [{}] * 40
    assert {each.problems for each in runs} == {()}
