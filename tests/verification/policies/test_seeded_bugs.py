"""Faults against rules that are seeded into the office are found by their rules; the clean office gives no alarm."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracthub.domain.verification_runs import SuiteRun
from tests.seeded_bugs.office import MOST_SEARCHES, create_office
from tests.seeded_bugs.office_tokens import token
from tests.seeded_bugs.policy_bugs import POLICY_BUG_NAMES, POLICY_BUGS, PolicyBug, policy_bugs_in
from tests.verification.policies.serving import failed, held_against, serving

TOKENS = {
    "OFFICE_ANN": token("ann", "north", "clerk"),
    "OFFICE_BO": token("bo", "south", "clerk"),
    "OFFICE_MAX": token("max", "north", "manager"),
    "OFFICE_OLD": token("ann", "north", "clerk", seconds=-60),
}
SETTINGS: Mapping[str, Any] = {
    "packs": ["all"],
    "as": "ann",
    "principals": {
        name: {"role": role, "tenant": shop, "headers": {"Authorization": f"Bearer ${{OFFICE_{name.upper()}}}"}}
        for name, role, shop in (("ann", "clerk", "north"), ("bo", "clerk", "south"), ("max", "manager", "north"))
    },
    "authentication": {"expired-token": "${OFFICE_OLD}"},
    "roles": {"DELETE /loans/{loan_id}": ["manager"], "GET /audit": ["manager"]},
    "tenants": {"owner": "ann", "other": "bo"},
    "rate-limits": {"operation": "GET /search", "burst": MOST_SEARCHES * 3},
}


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)


def found_in(*bugs: str, packs: tuple[str, ...] = ("all",), **more: Any) -> SuiteRun:
    with serving(create_office(bugs)) as url:
        found = held_against(url, {**SETTINGS, "packs": packs}, **more)
    assert found.problems == ()
    return found


def names_in(found: SuiteRun) -> set[str]:
    return policy_bugs_in(
        (each.finding.check, each.operation) for each in failed(found).values() if each.finding is not None
    )


def test_the_clean_office_gives_no_alarm() -> None:
    found = found_in()
    assert {name: each.error for name, each in failed(found).items()} == {}
    assert found.notices == ()


@pytest.mark.parametrize("bug", POLICY_BUGS, ids=POLICY_BUG_NAMES)
def test_a_fault_is_found_by_its_rule(bug: PolicyBug, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(create_office().openapi()))
    found = found_in(bug.name, packs=(bug.rule.partition(".")[0],), openapi=str(document))
    assert bug.name in names_in(found), sorted(failed(found))
    whole = repr(found)
    assert not [name for name, value in TOKENS.items() if value in whole]


@pytest.mark.parametrize("bug", ["foreign-member-read", "foreign-members-listed"])
def test_where_nothing_may_be_made_tenants_are_told_apart_by_what_is_there(bug: str) -> None:
    with serving(create_office([bug])) as url:
        headers = {"Authorization": f"Bearer {TOKENS['OFFICE_ANN']}"}
        httpx.post(f"{url}/members", json={"name": "Ada"}, headers=headers).raise_for_status()
        found = held_against(url, {**SETTINGS, "packs": ["tenants"], "unsafe-methods": False})
        assert len(httpx.get(f"{url}/members", headers=headers).json()["items"]) == 1
    assert names_in(found) == {bug}


def test_what_was_made_is_removed_where_the_provider_lets_that_be_done() -> None:
    with serving(create_office()) as url:
        held_against(url, SETTINGS)
        headers = {"Authorization": f"Bearer {TOKENS['OFFICE_ANN']}"}
        assert httpx.get(f"{url}/members", headers=headers).json()["items"] == []


def test_there_are_at_least_25_faults_of_every_kind() -> None:
    assert len(POLICY_BUGS) >= 25
    assert {bug.rule.partition(".")[0] for bug in POLICY_BUGS} >= {
        *("authentication", "roles", "tenants", "pagination", "errors", "headers", "deprecation", "rate-limits"),
    }
