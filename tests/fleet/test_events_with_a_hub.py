"""Flows of a hub are verified like pacts, what comes of them is evidence, and schemas come from its registry."""

import uuid
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import ROOT, serving
from tests.kafka_broker import KafkaBroker

FLOW = str(ROOT / "contracts" / "api_gateway-neural_processor.ten-packets-become-ten-chunks.flow.yaml")
PACT = str(ROOT / "pacts" / "hoardwell-distilera.json")


@pytest.fixture
def hub(live_hub: LiveHub, monkeypatch: pytest.MonkeyPatch, kafka: KafkaBroker, tmp_path: Path) -> LiveHub:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    monkeypatch.setenv("CONTRACTHUB_KAFKA", kafka.bootstrap)
    # Where the command looks for its settings.
    monkeypatch.chdir(tmp_path)
    return live_hub


def called(name: str, topic: str) -> None:
    """From now on the topic of a contract is called otherwise."""
    Path("contracthub.toml").write_text(f'[verify.events.topics]\n"{name}" = "{topic}"\n', encoding="utf-8")


def verified(provider: str, url: str, version: str, *words: str) -> int:
    states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
    asked = ["verify", "provider", provider, "--provider-base-url", url, "--suite", "events", *states]
    return run([*asked, "--provider-version", version, "--provider-branch", "main", *words])


def may_deploy(provider: str, version: str) -> bool:
    asked = ["can-i-deploy", "--pacticipant", "api_gateway", "--version", "3.0.0"]
    return run([*asked, "--pacticipant", provider, "--version", version]) == 0


@pytest.mark.usefixtures("hub")
def test_a_flow_is_published_verified_and_asked_for(kafka: KafkaBroker, capsys: pytest.CaptureFixture[str]) -> None:
    published = ["publish", "flow", FLOW, "--consumer-app-version", "3.0.0", "--branch", "main"]
    assert run(published) == 0, capsys.readouterr().err
    for version, breaks, code in (("1.0.0", (), 0), ("1.0.1", ("loses-packet",), 1)):
        topic = f"fleet.{uuid.uuid4().hex}"
        called("neural-data", topic)
        with serving("neural_processor", *breaks, options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
            found = verified("neural_processor", url, version, "--publish", "--no-enable-pending")
        assert found == code, capsys.readouterr()
        assert may_deploy("neural_processor", version) is (code == 0), capsys.readouterr()


def test_the_hub_s_registry_has_the_schemas_where_none_is_named(
    hub: LiveHub, kafka: KafkaBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["publish", PACT, "--consumer-app-version", "1.0.0", "--branch", "main"]) == 0
    topic = f"fleet.{uuid.uuid4().hex}"
    called("simulation.events", topic)
    registry = f"{hub.url}/schema-registry"
    options = ["--kafka", kafka.bootstrap, "--topic", topic, "--schema-registry", registry]
    with serving("distilera", options=options) as url:
        code = verified("distilera", url, "1.0.0", "--message-url", f"{url}/_pact/messages")
    said = capsys.readouterr()
    assert code == 0, said
    assert "a simulation was finished given a simulation is running: passed" in said.out
