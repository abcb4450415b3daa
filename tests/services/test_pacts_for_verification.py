"""Pending and work in progress as they come to be: real publications and results, over HTTP, on both databases.

The clock moves on by an hour with each look, so that what came first is certain.
"""

import itertools
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app

LONG_AGO = "2020-01-01"


class Team:
    """The consumer Foo and the provider Bar, and what their builds do."""

    def __init__(self, api: TestClient) -> None:
        self.api = api

    def publish(self, version: str, path: str, *, branch: str, tags: tuple[str, ...] = ()) -> None:
        interaction = {"description": path, "request": {"method": "GET", "path": path}, "response": {"status": 200}}
        pact = {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}, "interactions": [interaction]}
        contract = {
            "consumerName": "Foo",
            "providerName": "Bar",
            "specification": "pact",
            "contentType": "application/json",
            "content": b64encode(json.dumps(pact).encode()).decode(),
        }
        body = {
            "pacticipantName": "Foo",
            "pacticipantVersionNumber": version,
            "branch": branch,
            "tags": list(tags),
            "contracts": [contract],
        }
        answer = self.api.post("/contracts/publish", json=body)
        assert answer.status_code == 200, answer.text

    def ask(self, selector: dict[str, Any], *, branch: str | None = None, **more: Any) -> dict[str, dict[str, Any]]:
        """What has to be verified, by consumer version."""
        body = {"consumerVersionSelectors": [selector], "providerVersionBranch": branch, **more}
        answer = self.api.post("/pacts/provider/Bar/for-verification", json=body)
        assert answer.status_code == 200, answer.text
        return {
            pact["_links"]["self"]["name"].partition("(")[2].partition(")")[0]: pact
            for pact in answer.json()["_embedded"]["pacts"]
        }

    def verify(self, pact: dict[str, Any], version: str, *, branch: str | None = None, success: bool = True) -> None:
        """Put the provider version on its branch, then report a result where the pact says."""
        if branch is not None:
            assert self.api.put(f"/pacticipants/Bar/branches/{branch}/versions/{version}", json={}).status_code < 300
        document = self.api.get(pact["_links"]["self"]["href"])
        assert document.status_code == 200, document.text
        link = document.json()["_links"]["pb:publish-verification-results"]["href"]
        answer = self.api.post(link, json={"success": success, "providerApplicationVersion": version})
        assert answer.status_code == 201, answer.text


def states(pacts: dict[str, dict[str, Any]]) -> dict[str, str]:
    def state(properties: dict[str, Any]) -> str:
        return "wip" if properties.get("wip") else "pending" if properties["pending"] else "settled"

    return {version: state(pact["verificationProperties"]) for version, pact in pacts.items()}


@pytest.fixture
def team(database: Database) -> Iterator[Team]:
    hours = itertools.count()

    def clock() -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=next(hours))

    with TestClient(create_app(DatabaseStorage(database), clock=clock), base_url="http://hub.test") as api:
        yield Team(api)


def test_a_success_settles_a_pact_for_its_branch_and_a_failure_does_not_unsettle_it(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    pact = team.ask({"branch": "main"}, branch="main")["1"]
    assert states(team.ask({"branch": "main"}, branch="main")) == {"1": "pending"}
    team.verify(pact, "10", branch="main", success=False)
    assert states(team.ask({"branch": "main"}, branch="main")) == {"1": "pending"}
    team.verify(pact, "11", branch="main")
    team.verify(pact, "11", branch="main", success=False)
    assert states(team.ask({"branch": "main"}, branch="main")) == {"1": "settled"}
    assert states(team.ask({"branch": "main"})) == {"1": "settled"}


def test_the_same_content_published_again_stays_settled(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.verify(team.ask({"branch": "main"}, branch="main")["1"], "10", branch="main")
    team.publish("2", "/a", branch="main")
    assert states(team.ask({"branch": "main"}, branch="main")) == {"2": "settled"}
    team.publish("3", "/b", branch="main")
    assert states(team.ask({"branch": "main"}, branch="main")) == {"3": "pending"}


def test_a_success_counts_for_branches_that_begin_later(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.api.put("/pacticipants/Bar/branches/older/versions/9", json={})
    team.verify(team.ask({"branch": "main"}, branch="main")["1"], "10", branch="main")
    team.api.put("/pacticipants/Bar/branches/newer/versions/11", json={})
    for branch, state in (("older", "pending"), ("newer", "settled"), ("never-used", "settled")):
        assert states(team.ask({"branch": "main"}, branch=branch)) == {"1": state}


def test_a_version_that_joins_a_branch_brings_its_successes_along(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.api.put("/pacticipants/Bar/branches/release/versions/9", json={})
    team.verify(team.ask({"branch": "main"})["1"], "10")
    assert states(team.ask({"branch": "main"}, branch="release")) == {"1": "pending"}
    team.api.put("/pacticipants/Bar/branches/release/versions/10", json={})
    assert states(team.ask({"branch": "main"}, branch="release")) == {"1": "settled"}
    team.api.put("/pacticipants/Bar/versions/10/tags/dev", headers={"Content-Type": "application/json"})
    assert states(team.ask({"branch": "main"}, providerVersionTags=["dev"])) == {"1": "settled"}


def test_work_in_progress_stays_that_until_a_selector_picks_it_up(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.publish("2", "/b", branch="feat", tags=("demo",))
    asked = {"branch": "main", "includeWipPactsSince": LONG_AGO}
    team.verify(team.ask({"branch": "main"}, branch="main")["1"], "9", branch="main")
    wip = team.ask({"branch": "main"}, **asked)
    assert states(wip) == {"1": "settled", "2": "wip"}
    assert wip["2"]["shortDescription"] == "latest from branch feat, latest with tag demo"
    team.verify(wip["2"], "10", branch="main")
    assert states(team.ask({"branch": "main"}, **asked)) == {"1": "settled", "2": "wip"}
    team.verify(team.ask({"branch": "feat"}, branch="main")["2"], "11", branch="main")
    assert states(team.ask({"branch": "main"}, **asked)) == {"1": "settled"}
    assert states(team.ask({"branch": "feat"}, branch="main")) == {"2": "settled"}


def test_work_in_progress_of_another_branch(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.publish("2", "/b", branch="feat")
    team.api.put("/pacticipants/Bar/branches/older/versions/8", json={})
    team.verify(team.ask({"branch": "feat"}, branch="main")["2"], "9", branch="main")
    for branch, expected in (("older", {"1": "pending", "2": "wip"}), ("newer", {"1": "pending"})):
        assert states(team.ask({"branch": "main"}, branch=branch, includeWipPactsSince=LONG_AGO)) == expected


def test_only_what_was_published_after_the_moment_is_work_in_progress(team: Team) -> None:
    team.publish("1", "/a", branch="main")
    team.publish("2", "/b", branch="feat")
    asked = {"branch": "main", "includeWipPactsSince": "2027-01-01"}
    assert states(team.ask({"branch": "main"}, **asked)) == {"1": "pending"}
