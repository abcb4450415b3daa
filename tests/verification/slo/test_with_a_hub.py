"""Promises at a real hub: published, verified, asked by the gate, and compared with what is deployed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracthub.cli.main import run
from contracthub.domain.verification_runs import run_from_json
from tests.conftest import LiveHub
from tests.verification.slo.serving import Behaviour, serving
from tests.verification.slo.test_suite import MANY, contract, entry


@pytest.fixture
def behaviour() -> Iterator[tuple[Behaviour, str]]:
    behaviour = Behaviour(seconds=lambda _: 0.05)
    with serving(behaviour) as url:
        yield behaviour, url


@pytest.fixture
def verify(live_hub: LiveHub, behaviour: tuple[Behaviour, str]) -> Callable[..., dict[str, str]]:
    def verified(version: str, code: int) -> dict[str, str]:
        arguments = ["verify", "provider", "store", "--suite", "slo", "--provider-base-url", behaviour[1]]
        arguments += ["-b", live_hub.url, "--publish", "-e", version, "--provider-branch", "main"]
        assert run(arguments) == code
        listed = live_hub.get(f"/api/v1/providers/store/versions/{version}/evidence").json()["evidence"]
        report = run_from_json(live_hub.get(listed[0]["_links"]["self"]["href"].removeprefix(live_hub.url)).content)
        return {check.name: check.status.value for check in report.checks}

    return verified


def gate(hub: LiveHub, version: str) -> int:
    return run(["can-i-deploy", "-a", "store", "-e", version, "--to-environment", "production", "-b", hub.url])


def test_a_promise_is_verified_and_the_next_version_compared_with_the_deployed_one(
    live_hub: LiveHub,
    behaviour: tuple[Behaviour, str],
    verify: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    file = contract(tmp_path, entry(**MANY, regression="90%"))
    assert run(["publish", "slo", file, "--consumer-app-version", "1", "--branch", "main", "-b", live_hub.url]) == 0
    deploy = ["record-deployment", "--environment", "production", "-b", live_hub.url]
    assert run([*deploy, "-a", "shop", "-e", "1"]) == 0
    promised = "things: GET /things/{id}"
    compared = f"{promised}, p95 against the version before"

    assert verify("1.0.0", 0) == {promised: "passed", compared: "skipped"}
    assert gate(live_hub, "1.0.0") == 0
    assert run([*deploy, "-a", "store", "-e", "1.0.0"]) == 0

    behaviour[0].seconds = lambda _: 0.25
    assert verify("2.0.0", 1) == {promised: "passed", compared: "failed"}
    assert gate(live_hub, "2.0.0") == 1

    behaviour[0].seconds = lambda _: 0.05
    assert verify("3.0.0", 0) == {promised: "passed", compared: "passed"}
    assert gate(live_hub, "3.0.0") == 0


@pytest.mark.parametrize("from_file", [False, True])
def test_a_report_to_compare_with_is_named_by_an_option_or_in_the_settings(
    behaviour: tuple[Behaviour, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    from_file: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "before.json").write_text("{}")
    if from_file:
        (tmp_path / "contracthub.toml").write_text('[verify.slo]\nbaseline-report = "before.json"\n')
    file = contract(tmp_path, entry(**MANY, regression="90%"))
    arguments = ["verify", "provider", "store", "--suite", "slo", "--contract", file]
    arguments += ["--provider-base-url", behaviour[1]]
    assert run([*arguments, *([] if from_file else ["--baseline-report", "before.json"])]) == 0
    assert "before.json is no evidence document" in capsys.readouterr().out
