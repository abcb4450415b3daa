"""A pair passes the gate by a waiver, and the list says so; with a hub that is really served."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

Run = Callable[..., Ran]
# Once, so that a run may go past midnight.
UNTIL = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
TERMS = ("--reason", "Bar 2 mends it on Monday", "--until", UNTIL, "--by", "Ada")


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub that knows Foo and Bar."""
    live = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", live.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    for name in ("Foo", "Bar"):
        run("create-or-update-pacticipant", "--name", name)
    return run


def test_a_waiver_is_given_listed_and_taken_back(told: Run) -> None:
    assert "There is no waiver that is valid." in told("list-waivers").out
    scope = ("--provider", "Bar", "--consumer", "Foo", "--consumer-version", "1", "--environment", "production")
    made = told("waive", *scope, "--kind", "pact", *TERMS).out
    number, _, said = made.strip().removeprefix("Waiver ").partition(": ")
    assert said == f"Ada lets Foo 1 with Bar in production, pact only pass until {UNTIL}."
    assert "Foo 1 with Bar in production, pact only" in told("list-waivers", "--provider", "Bar").out
    assert f"Waiver {number} is withdrawn" in told("withdraw-waiver", number, "--by", "Bob").out
    assert "There is no waiver that is valid." in told("list-waivers").out
    listed = told("list-waivers", "--state", "all").out
    assert f"{UNTIL} (withdrawn)" in listed
    assert "Bar 2 mends it on Monday" in listed


def test_json_is_what_the_hub_says(told: Run) -> None:
    made = json.loads(told("waive", "--provider", "Bar", "--rule", "r", "--path", "$.a", *TERMS, "-o", "json").out)
    assert (made["rule"], made["path"], made["by"], made["until"]) == ("r", "$.a", "Ada", UNTIL)
    assert json.loads(told("list-waivers", "-o", "json").out) == {"waivers": [made]}
    gone = json.loads(told("withdraw-waiver", str(made["number"]), "-o", "json").out)
    assert gone["state"] == "withdrawn"


def test_what_would_cover_too_much_is_a_usage_error(told: Run) -> None:
    scopes = {
        ("--provider", "Bar"): "Give --consumer or --rule",
        ("--provider", "Bar", "--rule", "r", "--consumer-version", "1"): "nothing without --consumer",
        ("--provider", "Bar", "--consumer", "Foo", "--path", "$.a"): "nothing without --rule",
        ("--consumer", "Foo"): "--provider",
        ("--provider", "Bar", "--consumer", "Foo", "--kind", "promise"): "promise",
    }
    for scope, said in scopes.items():
        assert said in told("waive", *scope, *TERMS, code=2).err


def test_what_nobody_knows_is_told_with_where_names_are_listed(told: Run) -> None:
    ran = told("waive", "--provider", "Bar", "--consumer", "Fo", *TERMS, code=1)
    assert "consumer 'Fo' does not match an existing pacticipant" in ran.err
    assert "contracthub list-pacticipants" in ran.err
    assert "There is no waiver 999999." in told("withdraw-waiver", "999999", code=1).err
    told("list-waivers", "--provider", "Nobody", code=1)


def test_days_that_no_hub_takes_are_refused_here(told: Run) -> None:
    for until in ("2020-01-01", "soon", "9999-12-31"):
        scope = ("--provider", "Bar", "--consumer", "Foo", "--reason", "x", "--until", until)
        assert "--until" in told("waive", *scope, code=2).err
