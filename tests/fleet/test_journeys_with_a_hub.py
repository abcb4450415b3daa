"""A journey in a hub: published, verified with the pact that its steps are of, its result at the gate."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import PACTS, ROOT, StartProvider

ONBOARDING = """
contracthub: journey/1
name: a session becomes a dataset
consumer: onboarding
steps:
- name: open a session
  provider: neural_processor
  request: {method: POST, path: /sessions, body: {subject: subject-a}}
  response: {status: 201}
  save: {session: {body: $.session_id}}
- name: make a dataset of it
  provider: detector_service
  request: {method: POST, path: /datasets, headers: {X-Tenant: acme}, body: {name: "session ${session}", row_count: 5}}
  response: {status: 201}
"""
Said = Callable[..., tuple[int, str]]
JOURNEY = ROOT / "contracts" / "api_gateway-neural_processor.a-session-is-processed.journey.yaml"
VERSION = ("--consumer-app-version", "1.0.0", "--branch", "main")


@pytest.fixture
def said(live_hub: LiveHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)

    def of(*words: str) -> tuple[int, str]:
        code = run(list(words))
        told = capsys.readouterr()
        return code, told.out + told.err

    assert of("publish", str(PACTS["neural_processor"][0]), *VERSION)[0] == 0
    code, told = of("publish", "journey", str(JOURNEY), *VERSION)
    assert code == 0, told
    return of


def verified(said: Said, url: str, version: str, *suites: str) -> tuple[int, str]:
    chosen = [word for suite in suites for word in ("--suite", suite)]
    states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
    provider = ("--provider-base-url", url, "--provider-version", version, "--provider-branch", "main")
    return said(
        "verify", "provider", "neural_processor", *chosen, *provider, *states, "--publish", "--no-enable-pending"
    )


def gate(said: Said, version: str) -> tuple[int, str]:
    return said("can-i-deploy", "--pacticipant", "neural_processor", "--version", version)


def test_a_journey_of_the_hub_is_walked_and_its_result_counts(said: Said, start_provider: StartProvider) -> None:
    url = start_provider("neural_processor")
    assert verified(said, url, "2.0.0", "contracts")[0] == 0
    code, told = gate(said, "2.0.0")
    assert (code, "a session is processed" in told) == (1, True), told
    code, told = verified(said, url, "2.0.0", "journeys")
    assert code == 0, told
    assert "a session is processed: passed" in told
    code, told = gate(said, "2.0.0")
    assert code == 0, told


def test_a_journey_that_breaks_blocks_the_deployment(said: Said, start_provider: StartProvider) -> None:
    url = start_provider("neural_processor", "never-finishes")
    code, told = verified(said, url, "2.1.0", "contracts", "journeys")
    assert code == 1, told
    assert "Step 4 'wait until the job is done'" in told
    code, told = gate(said, "2.1.0")
    assert code == 1, told
    assert "a session is processed" in told


def test_a_journey_at_two_providers_needs_evidence_of_each(
    said: Said, start_provider: StartProvider, tmp_path: Path
) -> None:
    file = tmp_path / "onboarding.journey.yaml"
    file.write_text(ONBOARDING, encoding="utf-8")
    assert said("publish", "journey", str(file), *VERSION)[0] == 0
    urls = {name: start_provider(name) for name in ("neural_processor", "detector_service")}

    def walked(provider: str, other: str) -> tuple[int, str]:
        words = ("--provider-base-url", urls[provider], "--provider-version", "3.0.0", "--provider-branch", "main")
        elsewhere = ("--provider-url", f"{other}={urls[other]}", "--filter-consumer", "onboarding")
        return said("verify", "provider", provider, "--suite", "journeys", *words, *elsewhere, "--publish")

    asked = ("can-i-deploy", "--pacticipant", "onboarding", "--version", "1.0.0")
    code, told = walked("neural_processor", "detector_service")
    assert code == 0, told
    code, told = said(*asked)
    assert (code, "detector_service" in told) == (1, True), told
    code, told = walked("detector_service", "neural_processor")
    assert code == 0, told
    code, told = said(*asked)
    assert code == 0, told
