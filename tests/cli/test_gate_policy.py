"""Which evidence is enough is set, shown and taken back; with a hub that is really served."""

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub."""
    live = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli("gate-policy", *arguments, "-b", live.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    return run


def test_a_policy_is_set_shown_and_taken_back(told: Run) -> None:
    assert told("show").out.strip() == "The workspace accepts replayed, or compared (nobody said anything else)."
    wanted = ("--accept", "replayed", "--accept", "compared+fuzzed:2w")
    said = "production accepts replayed, or compared and fuzzed within 14d."
    assert told("set", "--environment", "production", *wanted).out.strip() == said
    assert (
        told("set", "--accept", "replayed").out.strip() == "The workspace accepts replayed (what the workspace says)."
    )
    assert said in told("show").out
    assert told("show", "--environment", "test").out.strip() == "test accepts replayed (what the workspace says)."
    back = "production accepts replayed (what the workspace says)."
    assert told("remove", "--environment", "production").out.strip() == back
    assert "There is no gate policy of production." in told("remove", "--environment", "production", code=1).err


def test_json_is_what_the_hub_says(told: Run) -> None:
    made = json.loads(told("set", "--accept", "fuzzed+compared:90m", "-o", "json").out)
    assert made["accepts"] == [{"evidence": ["compared", "fuzzed"], "within": "90m"}]
    assert json.loads(told("show", "-o", "json").out)["accepts"] == made["accepts"]


def test_what_is_no_policy_is_a_usage_error(told: Run) -> None:
    for accept, said in {
        "guessed": "'guessed' is none of replayed, compared, fuzzed",
        "compared+": "'' is none of",
        "compared:": "must be an age",
        "compared:soon": "like 90m, 12h, 14d or 4w",
    }.items():
        assert said in told("set", "--accept", accept, code=2).err
    assert "--accept" in told("set", code=2).err


def test_an_environment_that_nobody_knows(told: Run) -> None:
    ran = told("set", "--environment", "prod", "--accept", "replayed", code=1)
    assert "No environment with name 'prod' found" in ran.err
    assert "contracthub list-environments" in ran.err
