"""`contracthub findings` with a hub that is really served: listed, shown, accepted, opened again, promoted."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub
from tests.web.api.test_findings import OPERATION, finding

Run = Callable[..., Ran]
UNTIL = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
TERMS = ("--owner", "Ada", "--reason", "old clients send it", "--until", UNTIL)


@pytest.fixture
def live(database_url: str, start_hub: Callable[[str], LiveHub]) -> LiveHub:
    return start_hub(database_url)


@pytest.fixture
def told(cli: Cli, live: LiveHub) -> Run:
    """Runs a command against a hub that knows two findings of Orders."""
    report(live, "1", finding(), finding("POST /orders", "response_schema_conformance", status_code=200))

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli("findings", *arguments, "-b", live.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    return run


def report(live: LiveHub, version: str, *findings: dict[str, Any]) -> None:
    body = {"branch": "main", "operations": [OPERATION, "POST /orders"], "complete": True, "findings": list(findings)}
    assert live.post(f"/api/v1/providers/Orders/versions/{version}/findings", body).status_code == 200


def test_findings_are_listed_the_worst_first(told: Run) -> None:
    lines = told("list", "Orders").out.splitlines()
    assert lines[0].split() == ["NUMBER", "STATE", "OPERATION", "WHAT", "CONSUMERS", "SEEN", "IN", "OWNER"]
    assert lines[2].startswith("1       new    GET /orders/{id}  Server error [ST101]  Shop, App")
    found = json.loads(told("list", "Orders", "--state", "new", "-o", "json").out)["findings"]
    assert [each["number"] for each in found] == [2, 1]
    assert "There are no such findings" in told("list", "Orders", "--state", "fixed").out
    assert "There are no such findings" in told("list", "Orders", "--branch", "feature").out
    assert "contracthub list-pacticipants" in told("list", "Nobody", code=1).err


def test_a_life_on_the_command_line(told: Run, live: LiveHub) -> None:
    assert (
        f"Orders 1 is accepted until {UNTIL}: Server error at {OPERATION}" in told("accept", "Orders", "1", *TERMS).out
    )
    assert f"accepted until {UNTIL}" in told("list", "Orders").out
    report(live, "2")
    told("accept", "Orders", "1", *TERMS, code=1)
    report(live, "3", finding())
    shown = told("show", "Orders", "1").out
    assert f"Orders 1 is came back: Server error at {OPERATION}" in shown
    assert "again with: curl -X GET http://localhost/orders/0" in shown
    assert f"accepted until {UNTIL} (Ada: old clients send it)" in shown
    assert "fixed in 2" in shown
    told("accept", "Orders", "1", *TERMS)
    assert "Orders 1 is new" in told("reopen", "Orders", "1").out
    assert json.loads(told("show", "Orders", "1", "-o", "json").out)["history"][-1]["state"] == "new"
    assert "No finding 9 of Orders" in told("show", "Orders", "9", code=1).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("1",),
        ("x", *TERMS),
        ("0", *TERMS),
        ("1", *TERMS, "--until", "2020-01-01"),
        ("1", *TERMS, "--owner", " "),
        TERMS,
    ],
)
def test_what_is_no_acceptance_is_a_matter_of_usage(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("findings", "accept", "Orders", *arguments, "-b", "http://127.0.0.1:1").code == 2


def test_a_finding_becomes_a_pact_file_that_grows(told: Run, live: LiveHub, tmp_path: Path) -> None:
    report(live, "2", finding(), finding("POST /orders"))
    file = tmp_path / "regressions.json"
    assert (
        "holds 1 interactions of Orders-regressions with Orders"
        in told("promote", "Orders", "1", "--out", str(file)).out
    )
    told("promote", "Orders", "3", "1", "--out", str(file))
    pact = json.loads(file.read_text(encoding="utf-8"))
    assert pact["consumer"]["name"] == "Orders-regressions"
    assert [each["description"].partition(":")[0] for each in pact["interactions"]] == ["finding 3", "finding 1"]
    ran = told("promote", "Orders", "2", "--out", str(file), code=1)
    assert "is more than a status" in ran.err
    file.write_text("no pact", encoding="utf-8")
    told("promote", "Orders", "1", "--out", str(file), code=2)
    told("promote", "Orders", "1", "--out", str(file), "--publish", code=2)


def test_published_they_stay_together_under_a_version_of_their_own(told: Run, live: LiveHub) -> None:
    report(live, "2", finding(), finding("POST /orders"))
    latest = "/pacts/provider/Orders/consumer/Orders-regressions/latest"
    for number, held in (("1", 1), ("3", 2), ("3", 2)):
        told("promote", "Orders", number, "--publish")
        assert len(live.get(latest).json()["interactions"]) == held
    versions = live.get("/pacticipants/Orders-regressions/versions").json()["_embedded"]["versions"]
    assert len(versions) == 2
    on_main = live.get("/pacticipants/Orders-regressions/branches/main/latest-version").json()
    assert on_main["number"] == versions[0]["number"]
