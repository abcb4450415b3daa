"""Conversations from publishing to the gate: the hub selects them, takes their results, and knows what they read."""

from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import ROOT, StartProvider

CONTRACTS = str(ROOT / "contracts")
SPEC = ROOT / "specs" / "neural_processor.asyncapi.yaml"
PAIR = ("--pacticipant", "signal_viewer", "--version", "1.0.0", "--pacticipant", "neural_processor", "--version")


@pytest.fixture
def hub(live_hub: LiveHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> LiveHub:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    said = ["publish", "conversation", CONTRACTS, "--consumer-app-version", "1.0.0", "--branch", "main"]
    assert run(said) == 0
    capsys.readouterr()
    return live_hub


def verified(version: str, url: str) -> int:
    states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
    result = ("--provider-version", version, "--provider-branch", "main", "--publish", "--no-enable-pending")
    where = ("--provider-base-url", url, "--suite", "sockets")
    return run(["verify", "provider", "neural_processor", *where, *states, *result])


def test_the_gate_follows_what_the_conversations_showed(
    hub: LiveHub,
    start_provider: StartProvider,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(["can-i-deploy", *PAIR, "1"]) == 1
    assert verified("1", start_provider("neural_processor")) == 0
    assert run(["can-i-deploy", *PAIR, "1"]) == 0
    assert verified("2", start_provider("neural_processor", "skips-data")) == 1
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "300")
    assert run(["can-i-deploy", *PAIR, "2"]) == 1
    told = capsys.readouterr().out
    assert "FAILED (conversation “events of a session”)" in told
    assert "FAILED (conversation “live stream of a session”)" in told
    assert "VERIFIED (conversation “stream of no session”)" in told


def test_what_is_read_of_a_socket_is_known(hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--provider", "neural_processor", "--provider-app-version", "1", "--branch", "main")
    assert run(["publish", "spec", str(SPEC), *where]) == 0
    capsys.readouterr()
    topic = "/ws/sessions/{session_id}/stream"
    assert run(["who-reads", "neural_processor", f"{topic}#/spikes", "--main-branches"]) == 0
    assert "live stream of a session: step 5 'processed'" in capsys.readouterr().out
    renamed = tmp_path / "asyncapi.yaml"
    renamed.write_text(SPEC.read_text(encoding="utf-8").replace("spikes", "peaks"), encoding="utf-8")
    assert run(["diff", str(SPEC), str(renamed), "--provider", "neural_processor", "--main-branches"]) == 1
    assert "breaks signal_viewer 1.0.0 in main branch: live stream of a session: step 5" in capsys.readouterr().out
