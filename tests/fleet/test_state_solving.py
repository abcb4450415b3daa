"""The fleet without its state handlers: how many of the states that pacts start from can be solved."""

from pathlib import Path

import pytest

from contracthub.domain.verification_reports import InteractionOutcome, VerificationReport
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from tests.fleet.running import PACTS, PROVIDERS, serving

# What can't be solved, and why: no mutation fills a wallet, and who makes a message can't be told of another id.
UNSOLVED = {
    "mercatrix": {
        "a purchase paid in essence_coins",
        "a purchase without enough essence_coins",
        "a query for the essence_coins of a wallet",
    },
    "distilera": {"a simulation was cancelled", "a simulation was finished"},
}
# provider, break, interactions that fail of it however their states came about
FOUND_ALL_THE_SAME = [
    ("neural_processor", "drops-total-samples", {"a request for the data of a session"}),
    ("neural_processor", "renames-done", {"a poll of a job that is done"}),
    ("detector_service", "leaks-other-tenant", {"a request for a dataset of another tenant"}),
    ("detector_service", "removes-deprecated-field", {"a request for the deprecated state of a detector"}),
    ("distilera", "forgets-retry-after", {"a request to start a simulation when all furnaces are busy"}),
]


def replayed(provider: str, *breaks: str, state_url: bool = False) -> VerificationReport:
    """A replay against a fresh provider whose state handler nobody asks."""
    with serving(provider, *breaks) as url:
        job = ReplayJob(
            provider,
            url,
            files=tuple(str(pact) for pact in PACTS[provider]),
            message_url=f"{url}/_pact/messages",
            state_url=f"{url}/_pact/provider-states" if state_url else None,
            solve_states=True,
        )
        return replay(job, timeout=90)


def solved(outcome: InteractionOutcome) -> int:
    return len(outcome.provider_states) if outcome.passed and outcome.notes else 0


def test_seven_of_ten_states_are_solved_without_a_handler() -> None:
    outcomes = [each for provider in PROVIDERS for each in replayed(provider).interactions]
    given = sum(len(each.provider_states) for each in outcomes)
    assert given == 35
    assert sum(map(solved, outcomes)) >= 0.7 * given


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_not_solved_is_a_missing_state_and_no_failure(provider: str) -> None:
    outcomes = replayed(provider).interactions
    missing = {each.description for each in outcomes if each.lacks_state}
    assert missing == UNSOLVED.get(provider, set())
    assert {each.description for each in outcomes if not each.passed} == missing
    for each in outcomes:
        if each.lacks_state:
            assert "could not be solved by the provider's operations: " in each.mismatches[0].text


@pytest.mark.parametrize(("provider", "name", "hurt"), FOUND_ALL_THE_SAME, ids=[each[1] for each in FOUND_ALL_THE_SAME])
def test_a_broken_provider_fails_as_it_does_with_its_handler(provider: str, name: str, hurt: set[str]) -> None:
    failed = {
        each.description for each in replayed(provider, name).interactions if not each.passed and not each.lacks_state
    }
    assert failed == hurt


def test_it_is_told_how_a_state_came_about() -> None:
    notes = {each.description: each.notes for each in replayed("detector_service").interactions}
    assert notes["a request to train a detector"] == (
        "state 'a detector is created' solved by POST /datasets, POST /detectors",
    )
    assert notes["a request for a dataset of another tenant"] == (
        "state 'a dataset belongs to another tenant' solved by POST /datasets as X-Tenant: globex",
    )


def test_a_handler_that_knows_the_state_is_asked_and_nothing_is_solved() -> None:
    outcomes = replayed("neural_processor", state_url=True).interactions
    assert [(each.passed, each.notes) for each in outcomes] == [(True, ())] * len(outcomes)


def test_a_state_that_the_handler_does_not_know_is_solved(tmp_path: Path) -> None:
    pact = PACTS["neural_processor"][0].read_text(encoding="utf-8").replace("a session exists", "an open session")
    file = tmp_path / "pact.json"
    file.write_text(pact, encoding="utf-8")
    with serving("neural_processor") as url:
        job = ReplayJob(
            "neural_processor",
            url,
            files=(str(file),),
            state_url=f"{url}/_pact/provider-states",
            solve_states=True,
        )
        outcomes = {each.description: each for each in replay(job, timeout=90).interactions}
    assert all(each.passed for each in outcomes.values())
    assert outcomes["a request to process a session"].notes == ("state 'an open session' solved by POST /sessions",)
