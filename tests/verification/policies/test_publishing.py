"""What rules find is remembered by a hub: new, accepted, and fixed where its rule looks again and finds nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.seeded_bugs.office import create_office
from tests.seeded_bugs.office_tokens import token
from tests.verification.policies.serving import serving

FINDINGS = "/api/v1/providers/office/findings"


@pytest.fixture
def verified(live_hub: LiveHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.chdir(tmp_path)
    header = f"Authorization: Bearer {token('ann', 'north', 'clerk')}"

    def verify(version: str, *bugs: str, rules: tuple[str, ...] = ("errors.content-type", "errors.status")) -> int:
        with serving(create_office(bugs)) as url:
            chosen = [word for each in rules for word in ("--only", each)]
            hub = ("-b", live_hub.url, "--publish", "-e", version, "--provider-branch", "main")
            where = ("--provider-base-url", url, "--header", header)
            return run(["verify", "provider", "office", "--suite", "policies", *where, *hub, *chosen])

    return verify


def states(hub: LiveHub) -> dict[str, str]:
    return {each["check"]: each["state"] for each in hub.get(FINDINGS).json()["findings"]}


def test_its_life(live_hub: LiveHub, verified: Callable[..., int]) -> None:
    bugs = ("page-for-404", "status-of-another")
    assert verified("1", *bugs) == 1
    assert states(live_hub) == {"errors.content-type": "new", "errors.status": "new"}
    for each in live_hub.get(FINDINGS).json()["findings"]:
        until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
        body = {"owner": "Ada", "reason": "known", "until": until}
        live_hub.post(f"{FINDINGS}/{each['number']}/acceptance", body).raise_for_status()
    assert verified("2", *bugs) == 0
    # Only what was looked at again can be gone.
    assert verified("3", "status-of-another", rules=("errors.content-type",)) == 0
    assert states(live_hub) == {"errors.content-type": "fixed", "errors.status": "accepted"}
    assert verified("4") == 0
    assert set(states(live_hub).values()) == {"fixed"}
    assert verified("5", "page-for-404") == 1
    assert states(live_hub)["errors.content-type"] == "came-back"


def test_what_was_announced_is_what_was_published(
    live_hub: LiveHub, verified: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = create_office().openapi()
    old = {"deprecated": True, "x-sunset": "2035-12-31", "responses": {"200": {"description": "ok"}}}
    document["paths"]["/old"] = {"get": old}
    loan = document["components"]["schemas"]["Loan"]
    loan["properties"]["number"] = {"type": "integer", "deprecated": True, "x-sunset": "2035-12-31"}
    file = tmp_path / "office.json"
    file.write_text(json.dumps(document))
    where = ("--provider", "office", "--version", "1", "--branch", "main", "-b", live_hub.url)
    assert run(["publish", "spec", str(file), *where]) == 0
    capsys.readouterr()
    assert verified("2", rules=("deprecation.operation-kept", "deprecation.field-kept")) == 1
    out = capsys.readouterr().out
    assert "deprecation.operation-kept GET /old: failed" in out
    assert "deprecation.field-kept GET /loans/{loan_id}: failed" in out
    assert "$.number is deprecated and stays until 2035-12-31, and is not in the answer." in out
    assert "deprecation.field-kept: passed" in out
