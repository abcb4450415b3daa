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
        ("mercatrix", "mercatrix.graphql"),
    ):
        run("publish", "spec", str(SPECS / document), "--provider", provider, "--version", "1", "--branch", "main")
    return run


def test_who_reads_a_field_is_named_with_place_and_proof(told: Run) -> None:
    ran = told("who-reads", "neural_processor", "GET /sessions/{id}/data#/total_samples")
    assert "is used by 1 consumer:" in ran.out
    assert "api_gateway 1 in production (since " in ran.out
    assert "reads response body $.total_samples: a request for the data of a session (GET /sessions/123/data)" in ran.out


def test_who_reads_as_json(told: Run) -> None:
    document = json.loads(told("who-reads", "mercatrix", "Offer.essence", "-o", "json").out)
    (reader,) = document["readers"]
    assert (reader["consumer"], reader["version"], reader["environments"]) == ("distilera_market", "1", ["production"])
    assert {each["place"] for each in reader["uses"]} == {"offers.essence"}
    assert document["removable"] is False


@pytest.mark.parametrize(
    ("provider", "element", "code"),
    [
        ("neural_processor", "GET /sessions/{id}/data#/total_samples", 1),
        ("neural_processor", "GET /sessions/{session}/data", 1),
        ("neural_processor", "GET /sessions/{id}/dta", 2),
        ("neural_processor", "GET /sessions/{id}/data#/total_sample", 2),
        ("mercatrix", "Offer.essence", 1),
        ("mercatrix", "Offer.essense", 2),
        ("nobody", "GET /sessions/{id}", 3),
    ],
)
def test_may_an_element_go(told: Run, provider: str, element: str, code: int) -> None:
    told("can-i-remove", provider, element, code=code)


def test_a_slip_of_the_pen_is_told_with_what_is_near(told: Run) -> None:
    ran = told("can-i-remove", "neural_processor", "GET /sessions/{id}/data#/total_sampels", code=2)
    assert "Did you mean GET /sessions/{id}/data#/total_samples" in ran.err
