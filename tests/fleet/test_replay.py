"""Each provider meets its consumer's committed pact, and a break is seen by exactly the interactions it hurts."""

import json
from pathlib import Path

import pytest

from contracthub.domain.verification_reports import Outcome, VerificationReport
from tests.fleet.running import (
    FLEET,
    PACTS,
    PROVIDERS,
    StartProvider,
    complaints_of,
    interactions_of,
    replay_pacts,
)

# provider, break, the interactions it fails, the field or header that the complaint about each must name
HARMFUL = [
    (
        "neural_processor",
        "drops-total-samples",
        ["a request for the data of a session"],
        "$ Actual map is missing the following keys: total_samples",
    ),
    (
        "neural_processor",
        "forgets-location",
        ["a request to process a session"],
        "Expected a header 'Location' but was missing",
    ),
    (
        "neural_processor",
        "renames-done",
        ["a poll of a job that is done"],
        "$.status Expected 'finished' (String) to be equal to 'done' (String)",
    ),
    (
        "detector_service",
        "leaks-other-tenant",
        ["a request for a dataset of another tenant"],
        "expected 404 but was 200",
    ),
    (
        "detector_service",
        "error-without-type",
        ["a request for a dataset of another tenant", "a request to deploy an untrained detector"],
        "$ Actual map is missing the following keys: type",
    ),
    (
        "detector_service",
        "removes-deprecated-field",
        ["a request for the deprecated state of a detector"],
        "$ Actual map is missing the following keys: state",
    ),
    (
        "detector_service",
        "loses-next-page",
        ["a request for the first page of datasets"],
        "$.next_cursor Expected null (Null) to be the same type as 'page-2' (String)",
    ),
    # What is not in the schema is not run, and the replay only sees that data is missing: the interactions name it.
    (
        "mercatrix",
        "renames-essence-coins",
        [
            "a purchase paid in essence_coins",
            "a purchase without enough essence_coins",
            "a query for a wallet that nobody has",
            "a query for the essence_coins of a wallet",
        ],
        "$ Actual map is missing the following keys: data",
    ),
    (
        "mercatrix",
        "requires-kind",
        ["a query for the offers", "a query for the offers when there are none"],
        "$ Actual map is missing the following keys: data",
    ),
    (
        "mercatrix",
        "turns-coins-into-text",
        ["a purchase paid in essence_coins", "a query for the essence_coins of a wallet"],
        "wallet.essence_coins Expected ",
    ),
    (
        "mercatrix",
        "errors-without-field",
        ["a purchase without enough essence_coins", "an essence put up for sale for nothing"],
        ".errors[0].field Expected null (Null)",
    ),
    (
        "mercatrix",
        "forgets-errors",
        ["a purchase without enough essence_coins"],
        "$.data.buyOffer.errors Expected a List with 1 elements but received 0 elements",
    ),
    (
        "distilera",
        "changes-page-size",
        ["a request for the last page of simulations"],
        "$.pagination.page_size Expected 10 (Integer) to be equal to 2 (Integer)",
    ),
    (
        "distilera",
        "forgets-retry-after",
        ["a request to start a simulation when all furnaces are busy"],
        "Expected a header 'Retry-After' but was missing",
    ),
    (
        "distilera",
        "forgets-envelope",
        ["a request for a finished simulation", "a request to start a simulation"],
        "$ Actual map is missing the following keys: data",
    ),
    (
        "distilera",
        "drops-event-field",
        ["a simulation was cancelled", "a simulation was finished"],
        "$ Actual map is missing the following keys: yield_ml",
    ),
    (
        "distilera",
        "renames-event-kind",
        ["a simulation was finished"],
        "$.kind Expected 'COMPLETED' (String) to be equal to 'FINISHED' (String)",
    ),
    (
        "distilera",
        "loses-event-key",
        ["a simulation was cancelled", "a simulation was finished"],
        "Expected message metadata 'key' but was missing",
    ),
    (
        "distilera",
        "forgets-event",
        ["a simulation was finished"],
        "$ Actual map is missing the following keys: kind, simulation_id, yield_ml",
    ),
]
HARMLESS = [
    ("neural_processor", "adds-field"),
    ("detector_service", "drops-unread-field"),
    ("mercatrix", "drops-unread-field"),
    ("mercatrix", "adds-field"),
    ("distilera", "drops-unread-field"),
    ("distilera", "drops-unread-event-field"),
    ("distilera", "adds-event-field"),
]
# What a replay can't show, because no pact speaks of it; test_neural_stream.py and test_slo_suite.py show it.
UNSEEN = [
    ("neural_processor", "never-finishes"),
    ("neural_processor", "answers-processed-first"),
    ("neural_processor", "skips-data"),
    ("neural_processor", "closes-abnormally"),
    ("neural_processor", "loses-packet"),
    ("neural_processor", "slow-tail"),
    ("neural_processor", "adds-socket-field"),
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unbroken_provider_meets_every_interaction(provider: str, start_provider: StartProvider) -> None:
    report = replay_pacts(provider, start_provider(provider))
    assert report.outcome is Outcome.VERIFIED
    assert told(report) == sorted(each["description"] for each in interactions_of(provider))


@pytest.mark.parametrize(("provider", "harm", "hurt", "complaint"), HARMFUL, ids=[row[1] for row in HARMFUL])
def test_a_break_fails_what_it_hurts_and_nothing_else(
    provider: str, harm: str, hurt: list[str], complaint: str, start_provider: StartProvider
) -> None:
    report = replay_pacts(provider, start_provider(provider, harm))
    assert report.outcome is Outcome.FAILED
    complaints = complaints_of(report)
    assert sorted(complaints) == hurt
    assert all(any(complaint in each for each in sentences) for sentences in complaints.values())
    assert len(report.interactions) == len(interactions_of(provider))


@pytest.mark.parametrize(("provider", "harm"), HARMLESS)
def test_a_break_that_hurts_nobody_stays_green(provider: str, harm: str, start_provider: StartProvider) -> None:
    report = replay_pacts(provider, start_provider(provider, harm))
    assert report.outcome is Outcome.VERIFIED
    assert len(report.interactions) == len(interactions_of(provider))


def test_every_break_has_its_place_here() -> None:
    placed = {(row[0], row[1]) for row in HARMFUL} | set(HARMLESS) | set(UNSEEN)
    assert placed == {(name, each.name) for name, provider in FLEET.items() for each in provider.breaks}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_state_that_the_provider_lacks_fails_the_interaction(
    provider: str, start_provider: StartProvider, tmp_path: Path
) -> None:
    document = json.loads(PACTS[provider][0].read_bytes())
    document["interactions"] = document["interactions"][:1]
    document["interactions"][0]["providerStates"] = [{"name": "the moon is full"}]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document))
    report = replay_pacts(provider, start_provider(provider), changed)
    assert report.outcome is Outcome.MISSING_STATE
    assert [each.provider_states for each in report.interactions] == [("the moon is full",)]


def told(report: VerificationReport) -> list[str]:
    return sorted(each.description for each in report.interactions)
