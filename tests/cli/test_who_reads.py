"""`contracthub who-reads` and `can-i-remove`, with the example fleet's contracts in a hub that is really served."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

ROOT = Path(__file__).parents[2]
SPECS, PACTS = ROOT / "specs", ROOT / "pacts"
Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub; the fleet lives in production, as its contracts and documents say."""
    hub = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    for pact in sorted(PACTS.glob("*.json")):
        run("publish", str(pact), "-a", "1", "--branch", "main")
        run("record-deployment", "-a", pact.stem.split("-")[0], "-e", "1", "--environment", "production")
    for provider, document in (
        ("neural_processor", "neural_processor.openapi.json"),
        ("distilera", "distilera.openapi.json"),
        ("distilera", "distilera.asyncapi.yaml"),
        ("mercatrix", "mercatrix.graphql"),
    ):
        run("publish", "spec", str(SPECS / document), "--provider", provider, "--version", "1", "--branch", "main")
    return run


def test_who_reads_a_field_is_named_with_place_and_proof(told: Run) -> None:
    ran = told("who-reads", "neural_processor", "GET /sessions/{id}/data#/total_samples")
    assert "is used by 1 consumer:" in ran.out
    assert "api_gateway 1 in production (since " in ran.out
    assert (
        "reads response body $.total_samples: a request for the data of a session (GET /sessions/123/data)" in ran.out
    )


def test_who_reads_as_json(told: Run) -> None:
    document = json.loads(told("who-reads", "mercatrix", "Offer.essence", "-o", "json").out)
    (reader,) = document["readers"]
    assert (reader["consumer"], reader["version"], reader["environments"]) == ("distilera_market", "1", ["production"])
    assert {each["place"] for each in reader["uses"]} == {"offers.essence"}
    assert document["removable"] is False


def test_may_an_element_go(told: Run) -> None:
    for provider, element, code in (
        ("neural_processor", "GET /sessions/{id}/data#/total_samples", 1),
        ("neural_processor", "GET /sessions/{session}/data", 1),
        ("neural_processor", "GET /sessions/{id}#/subject", 0),
        ("neural_processor", "GET /sessions/{id}/dta", 2),
        ("neural_processor", "GET /sessions/{id}/data#/total_sample", 2),
        ("mercatrix", "Offer.essence", 1),
        ("mercatrix", "Offer.essense", 2),
        ("distilera", "simulation.events#/yield_ml", 1),
        ("distilera", "simulation.events#/nothing", 2),
        ("distilera", "GET /simulations#/data/*/id", 1),
        ("nobody", "GET /sessions/{id}", 3),
    ):
        told("can-i-remove", provider, element, code=code)
    told("can-i-remove", "mercatrix", "Offer.essence", "--environment", "test")
    told("can-i-remove", "mercatrix", "Offer.essence", "--environment", "nowhere", code=3)
    told("can-i-remove", "mercatrix", " ", code=2)


def test_who_has_said_nothing_is_told_and_can_be_ignored(told: Run) -> None:
    told("create-or-update-version", "-a", "api_gateway", "-e", "2")
    told("record-deployment", "-a", "api_gateway", "-e", "2", "--environment", "test")
    asked = ("can-i-remove", "neural_processor", "GET /sessions/{id}#/subject")
    ran = told(*asked, code=3)
    assert "Not known: whether anybody in production, test uses" in ran.out
    assert "api_gateway 2 in test: has published no contract with neural_processor." in ran.out
    ran = told(*asked, "--ignore-silent", "api_gateway")
    assert "Yes: nobody who lives in production, test uses GET /sessions/{id}#/subject" in ran.out
    assert "Not known, and ignored:" in ran.out


def test_a_hub_that_does_not_answer_is_no_answer(cli: Cli) -> None:
    nowhere = ("-b", "http://127.0.0.1:9", "--retries", "0")
    for command in ("who-reads", "can-i-remove"):
        assert cli(command, "p", "GET /x", *nowhere).code == 3
    assert cli("deprecations", "p", *nowhere).code == 3


def test_a_slip_of_the_pen_is_told_with_what_is_near(told: Run) -> None:
    ran = told("can-i-remove", "neural_processor", "GET /sessions/{id}/data#/total_sampels", code=2)
    assert "Did you mean GET /sessions/{id}/data#/total_samples" in ran.err
