"""Pacts that a hub selects: states are solved, and GraphQL operations checked, as with those of files."""

import json

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import PACTS, StartProvider, serving


@pytest.fixture
def hub(live_hub: LiveHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> LiveHub:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    for provider in ("mercatrix", "neural_processor", "distilera"):
        files = map(str, PACTS[provider])
        assert run(["publish", *files, "--consumer-app-version", "1.0.0", "--branch", "main"]) == 0
    capsys.readouterr()
    return live_hub


def verified(capsys: pytest.CaptureFixture[str], provider: str, url: str, *words: str) -> tuple[int, str]:
    asked = ["verify", "provider", provider, "--provider-base-url", url, "--no-enable-pending", *words]
    code = run(asked)
    said = capsys.readouterr()
    return code, said.out or said.err


def test_states_of_a_hubs_pacts_are_solved(hub: LiveHub, capsys: pytest.CaptureFixture[str]) -> None:
    with serving("neural_processor") as url:
        code, said = verified(capsys, "neural_processor", url, "--output", "json")
    assert code == 0, said
    notes = [note for each in json.loads(said)["interactions"] for note in each["notes"]]
    assert "state 'a session exists' solved by POST /sessions" in notes


def test_what_wants_nothing_to_be_there_comes_first(hub: LiveHub, capsys: pytest.CaptureFixture[str]) -> None:
    """Distilera has no operation that removes anything."""
    with serving("distilera") as url:
        _, said = verified(capsys, "distilera", url, "--output", "json", "--filter-consumer", "alchemist_web")
    told = [(each["description"], each["success"]) for each in json.loads(said)["interactions"]]
    assert {success for _, success in told} == {True}, said
    assert told[0][0] in {
        "a request for a simulation that is not there",
        "a request for simulations when there are none",
    }


def test_the_graphql_suite_takes_the_pacts_of_a_hub(
    hub: LiveHub, capsys: pytest.CaptureFixture[str], start_provider: StartProvider
) -> None:
    url = start_provider("mercatrix", "turns-coins-into-text")
    states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
    code, said = verified(capsys, "mercatrix", url, "--suite", "graphql", *states)
    assert (code, "Wallet.essence_coins (data.wallet.essence_coins)" in said) == (1, True), said
    url = start_provider("mercatrix")
    states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
    code, said = verified(capsys, "mercatrix", url, "--suite", "graphql", *states)
    assert code == 0, said
