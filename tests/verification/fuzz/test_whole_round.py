"""One whole round on each database: a pact, suites, evidence, the matrix, findings, and the run once more."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.verification.conftest import interaction, pact
from tests.verification.fuzz.conftest import Orders, Start


def test_evidence_results_and_findings(
    database_url: str,
    start_hub: Callable[[str], LiveHub],
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hub = start_hub(database_url)
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", hub.url)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "pact.json"
    file.write_text(json.dumps(pact(interaction("an order", "/orders/7"), consumer="shop")), encoding="utf-8")
    assert run(["publish", str(file), "-a", "1", "--branch", "main"]) == 0
    (tmp_path / "contracthub.toml").write_text("[verify.fuzz]\nphases = []\n", encoding="utf-8")
    asked = ["verify", "provider", "orders", "--provider-base-url", start(Orders), "--no-enable-pending", "--publish"]
    asked += ["-e", "2", "--provider-branch", "main", "--fuzz-seconds", "20", "--seed", "1", "--suite", "fuzz"]
    assert run([*asked, "--suite", "contracts", "--suite", "smoke"]) == 1
    row = "/matrix?q[][pacticipant]=orders&q[][version]=2&q[][pacticipant]=shop&q[][version]=1&latestby=cvpv"
    assert [each["verificationResult"]["success"] for each in hub.get(row).json()["matrix"]] == [True]
    capsys.readouterr()
    assert run(["findings", "list", "orders", "--output", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {each["operation"] for each in found} == {"GET /orders/{id}"}
    numbers = [str(each["number"]) for each in found]
    why = ("--reason", "known", "--owner", "we", "--until", str((datetime.now(UTC) + timedelta(30)).date()))
    assert run(["findings", "accept", "orders", *numbers, *why]) == 0
    assert run([*asked, "--suite", "contracts"]) == 0, capsys.readouterr().out
    kept = hub.get("/api/v1/providers/orders/versions/2/evidence").json()["evidence"]
    assert [each["outcome"] for each in kept] == ["verified", "failed"]
