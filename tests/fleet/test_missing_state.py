"""A state that nobody can set up, from the replay to the gate's answer, and the remedy that the gate names."""

import json
import shlex

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import PACTS, StartProvider


def said_by(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = run(list(words))
    said = capsys.readouterr()
    return code, said.out or said.err


@pytest.fixture
def hub(live_hub: LiveHub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> LiveHub:
    """A hub where the consumer of mercatrix is in production, and mercatrix is not."""
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    files = map(str, PACTS["mercatrix"])
    said_by(capsys, "publish", *files, "--consumer-app-version", "1.0.0", "--branch", "main")
    said_by(
        capsys,
        *("record-deployment", "--pacticipant", "distilera_market", "--version", "1.0.0"),
        *("--environment", "production"),
    )
    return live_hub


def verified(capsys: pytest.CaptureFixture[str], url: str, *words: str) -> tuple[int, str]:
    return said_by(
        capsys,
        *("verify", "provider", "mercatrix", "--provider-base-url", url, "--publish", "--provider-version", "1.0.0"),
        *("--provider-branch", "main", "--output", "json", *words),
    )


def decided(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    return said_by(
        capsys,
        *("can-i-deploy", "--pacticipant", "mercatrix", "--version", "1.0.0", "--to-environment", "production", *words),
    )


def test_the_gate_tells_a_missing_state_from_a_failure_and_its_remedy_works(
    hub: LiveHub, capsys: pytest.CaptureFixture[str], start_provider: StartProvider
) -> None:
    url = start_provider("mercatrix")
    code, said = verified(capsys, url, "--no-enable-pending")
    assert code == 1, said
    missing = [each for each in json.loads(said)["interactions"] if not each["success"]]
    assert {each["description"] for each in missing} == {
        "a purchase paid in essence_coins",
        "a purchase without enough essence_coins",
        "a query for the essence_coins of a wallet",
    }
    assert all("no mutation makes a Wallet" in each["mismatches"][0]["description"] for each in missing)

    code, said = decided(capsys)
    assert (code, "MISSING STATE" in said) == (1, True), said
    code, said = decided(capsys, "--output", "json")
    verdict = next(each for each in json.loads(said)["decision"]["verdicts"] if each["verdict"] == "MISSING_STATE")
    remedy = verdict["remedy"]["command"].replace("STATE_URL", f"{url}/_pact/provider-states")
    assert "a full wallet exists" in verdict["remedy"]["text"]

    words = shlex.split(remedy.replace(" URL ", f" {url} "))
    assert words[:3] == ["contracthub", "verify", "provider"]
    code, said = said_by(capsys, *words[1:])
    assert code == 0, said
    code, said = decided(capsys)
    assert code == 0, said
