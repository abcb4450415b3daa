"""A breaking change is approved once, and the next comparison knows it; with a hub that is really served."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "neural_processor.openapi.json"
PACT = ROOT / "pacts" / "api_gateway-neural_processor.json"
PROVIDER = ("--provider", "neural_processor")
Run = Callable[..., Ran]


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


# Once, so that a run may go past midnight.
UNTIL = day(30)
TERMS = ("--reason", "api_gateway 2 goes out on Monday", "--by", "Ada", "--until", UNTIL)


@pytest.fixture
def live(database_url: str, start_hub: Callable[[str], LiveHub]) -> LiveHub:
    return start_hub(database_url)


@pytest.fixture
def told(cli: Cli, live: LiveHub) -> Run:
    """Runs a command against a hub in which api_gateway 1 lives in production."""

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", live.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("publish", str(PACT), "-a", "1", "--branch", "main")
    run("record-deployment", "-a", "api_gateway", "-e", "1", "--environment", "production")
    return run


def without(folder: Path, *fields: str, name: str = "new.json", indent: int | None = 2) -> str:
    """The specification without fields, each ``Schema.field``."""
    document: dict[str, Any] = deepcopy(json.loads(SPEC.read_text(encoding="utf-8")))
    for each in fields:
        schema, _, field = each.partition(".")
        described = document["components"]["schemas"][schema]
        del described["properties"][field]
        described["required"] = [one for one in described.get("required", []) if one != field]
    file = folder / name
    file.write_text(json.dumps(document, indent=indent), encoding="utf-8")
    return str(file)


def changes(told: Run, new: str, code: int) -> list[dict[str, Any]]:
    """The breaking changes as JSON."""
    document = json.loads(told("diff", str(SPEC), new, *PROVIDER, "-o", "json", code=code).out)
    return [each for each in document["changes"] if each["severity"] == "breaking"]


def test_an_approved_change_does_not_fail_the_next_run(told: Run, tmp_path: Path) -> None:
    new = without(tmp_path, "SessionData.total_samples")
    (change,) = changes(told, new, 1)
    assert "approved" not in change
    told("approve", "neural_processor", change["fingerprint"], *TERMS)
    (approved,) = changes(told, new, 0)
    assert approved["approved"] == {"by": "Ada", "reason": "api_gateway 2 goes out on Monday", "until": UNTIL}
    ran = told("diff", str(SPEC), new, *PROVIDER)
    assert f"approved by Ada until {UNTIL} (api_gateway 2 goes out on Monday)" in ran.out
    assert "0 breaking" in ran.out
    assert "1 approved changes. Breaks api_gateway, which was approved." in ran.out
    told("diff", str(SPEC), new, *PROVIDER, "--fail-on", "consumers")
    told("diff", str(SPEC), new, code=1)


def test_an_approval_survives_pushes_and_covers_nothing_new(told: Run, tmp_path: Path) -> None:
    new = without(tmp_path, "SessionData.total_samples")
    (change,) = changes(told, new, 1)
    told("approve", "neural_processor", change["fingerprint"], *TERMS)
    reformatted = without(tmp_path, "SessionData.total_samples", name="other.json", indent=None)
    changes(told, reformatted, 0)
    more = without(tmp_path, "SessionData.total_samples", "Session.subject", name="more.json")
    found = changes(told, more, 1)
    assert [("approved" in each, each["location"]) for each in found if "total_samples" in each["location"]] == [
        (True, change["location"])
    ]
    assert any("approved" not in each and "subject" in each["location"] for each in found)


def test_the_day_after_the_last_the_run_fails_and_says_so(told: Run, live: LiveHub, tmp_path: Path) -> None:
    new = without(tmp_path, "SessionData.total_samples")
    (change,) = changes(told, new, 1)
    app = live.server.config.app
    assert isinstance(app, FastAPI)
    app.state.clock = lambda: datetime.now(UTC) - timedelta(days=10)
    body = {"reason": "for a week", "until": day(-1), "by": "Ada"}
    path = f"/api/v1/providers/neural_processor/approvals/{change['fingerprint']}"
    assert httpx.put(live.url + path, json=body).json()["until"] == day(-1)
    ran = told("diff", str(SPEC), new, *PROVIDER, code=1)
    assert f"the approval of Ada is over since {day(-1)} (for a week)" in ran.out
    for fail_on in ("breaking", "dangerous", "consumers"):
        ran = told("diff", str(SPEC), new, *PROVIDER, "--fail-on", fail_on, code=1)
        assert f"What Ada approved until {day(-1)} is over" in ran.err
        assert f"contracthub approve neural_processor {change['fingerprint']}" in ran.err
    told("diff", str(SPEC), new, *PROVIDER, "--fail-on", "never")
    told("diff", str(SPEC), str(SPEC), *PROVIDER)
    assert "(over)" in told("approvals", "neural_processor").out


def test_all_from_a_comparison_are_approved_at_once(told: Run, tmp_path: Path) -> None:
    new = without(tmp_path, "SessionData.total_samples", "Session.subject")
    found = changes(told, new, 1)
    report = tmp_path / "diff.json"
    report.write_text(told("diff", str(SPEC), new, *PROVIDER, "-o", "json", code=1).out, encoding="utf-8")
    ran = told("approve", "neural_processor", "--all-from", str(report), *TERMS, "-o", "json")
    made = json.loads(ran.out)["approvals"]
    assert {each["fingerprint"] for each in made} == {each["fingerprint"] for each in found}
    assert {each["message"] for each in made} == {each["message"] for each in found}
    told("diff", str(SPEC), new, *PROVIDER)
    report.write_text(told("diff", str(SPEC), new, *PROVIDER, "-o", "json").out, encoding="utf-8")
    assert "There is nothing to approve" in told("approve", "neural_processor", "--all-from", str(report), *TERMS).out


def test_withdrawn_approvals_count_no_more(told: Run, tmp_path: Path) -> None:
    new = without(tmp_path, "SessionData.total_samples")
    (change,) = changes(told, new, 1)
    told("approve", "neural_processor", change["fingerprint"], *TERMS)
    assert "Ada" in told("approvals", "neural_processor").out
    told("withdraw-approval", "neural_processor", change["fingerprint"])
    assert changes(told, new, 1)[0]["fingerprint"] == change["fingerprint"]
    told("withdraw-approval", "neural_processor", change["fingerprint"], code=1)
    assert "No change of neural_processor is approved." in told("approvals", "neural_processor").out
    assert "Removed 0 approvals" in told("withdraw-approval", "neural_processor", "--expired").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Which changes?"),
        (("abc",), "is no fingerprint"),
        (("a" * 32, "--until", "tomorrow"), "2027-01-31"),
        (("a" * 32, "--until", "2020-01-01"), "is past"),
        (("a" * 32, "--until", "9999-12-31"), "366 days"),
        (("a" * 32, "--reason", " "), "is blank"),
        (("--all-from", "nowhere.json"), "nowhere.json"),
        (("--all-from", str(SPEC)), "is not what `contracthub diff --output json` writes"),
    ],
)
def test_what_is_no_approval_is_a_matter_of_usage(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    ran = cli("approve", "Orders", *TERMS, *arguments, "-b", "http://127.0.0.1:1")
    assert (ran.code, message in ran.err) == (2, True), ran.err


def test_whoever_started_the_build_approves_unless_somebody_is_named(
    told: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTOR", "octocat")
    terms = ("--reason", "why not", "--until", day(1), "-o", "json")
    ran = told("approve", "neural_processor", "a" * 32, *terms)
    assert json.loads(ran.out)["approvals"][0]["by"] == "octocat"
