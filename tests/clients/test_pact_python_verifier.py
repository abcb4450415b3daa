"""pact-python's own Verifier, unchanged, against a hub on a real socket and a provider that really answers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.orders import Provider, Shop
from tests.conftest import LiveHub

CHILD = Path(__file__).with_name("verifier_child.py")
LONG_AGO = "2020-01-01"


class Workshop(Shop):
    """The shop, visited by pact-python."""

    def verify(self, version: str | None = None, **job: Any) -> dict[str, Any]:
        job = {"provider": self.name, "url": self.provider.url, "hub": self.hub.url, **job}
        if version is not None:
            # The verifier takes the branch and the tags of its own version apart from those it asks with.
            job["publish"] = {"version": version, "branch": job.get("branch"), "tags": job.get("tags", [])}
        ran = subprocess.run(
            [sys.executable, str(CHILD)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=90,
            check=True,
            env={**os.environ, "PACT_DO_NOT_TRACK": "1"},
        )
        results: dict[str, Any] = json.loads(ran.stdout)
        assert not [text for text in results["logged"] if "ublish" in text], "results could not be published"
        return results


@pytest.fixture
def workshop(live_hub: LiveHub, provider: Provider) -> Workshop:
    return Workshop(live_hub, provider)


def verified(results: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Which interactions were really verified, and how they went: an empty list would prove nothing."""
    return sorted(
        (each["consumer"], each["description"], each["result"] == "OK") for each in results["interactionResults"]
    )


def test_selected_pacts_are_verified_and_every_interaction_is_reported(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1", "2")
    workshop.publish("web", "2", "3", branch="feat/x")
    workshop.publish("billing", "1", "4")
    results = workshop.verify("10", selectors=[{"main_branch": True}], branch="main")
    assert (results["result"], results["raised"]) == (True, None)
    assert verified(results) == [
        ("billing", "get order 4", True),
        ("web", "get order 1", True),
        ("web", "get order 2", True),
    ]
    result = workshop.result("web", "1")
    assert (result["success"], result["providerApplicationVersion"]) == (True, "10")
    assert [test["success"] for test in result["testResults"]] == [True, True]
    assert all(test["interactionId"] for test in result["testResults"])
    version = workshop.hub.get("/pacticipants/orders/versions/10").json()
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["main"]


def test_a_failure_says_what_was_wrong(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1", "2")
    workshop.provider.broken.add("2")
    results = workshop.verify("10", selectors=[{"latest": True}])
    assert results["result"] is False
    assert verified(results) == [("web", "get order 1", True), ("web", "get order 2", False)]
    result = workshop.result("web", "1")
    assert result["success"] is False
    failed = [test for test in result["testResults"] if not test["success"]]
    assert [test["interactionDescription"] for test in failed] == ["get order 2"]
    assert failed[0]["mismatches"]


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([{"branch": "feat/x"}], ["3"]),
        ([{"tag": "prod", "latest": True}], ["2"]),
        ([{"latest": True, "consumer": "web"}], ["3"]),
        ([{"deployed": True}], ["1"]),
        ([{"deployed_or_released": True, "environment": "test"}], ["1"]),
        ([{"matching_branch": True}], ["3"]),
        ([{"main_branch": True}, {"deployed": True}], ["1", "2"]),
        ([], ["1", "2"]),
    ],
    ids=str,
)
def test_each_selector_as_the_client_spells_it(
    workshop: Workshop, selectors: list[dict[str, Any]], expected: list[str]
) -> None:
    workshop.publish("web", "1", "1")
    workshop.publish("web", "2", "2", tags=("prod",))
    workshop.publish("web", "3", "3", branch="feat/x")
    workshop.deploy("web", "1", "test")
    results = workshop.verify(selectors=selectors, branch="feat/x")
    assert verified(results) == [("web", f"get order {number}", True) for number in expected]


def test_a_pending_pact_does_not_break_the_build_until_it_was_met_once(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1")
    workshop.provider.broken.add("1")
    asked = {"selectors": [{"main_branch": True}], "branch": "main", "pending": True}
    results = workshop.verify("10", **asked)
    assert (results["result"], len(results["pendingErrors"])) == (True, 1)
    assert verified(results) == [("web", "get order 1", False)]
    assert any("pending state" in notice["text"] for notice in results["notices"])
    workshop.provider.broken.clear()
    assert workshop.verify("11", **asked)["result"] is True
    workshop.provider.broken.add("1")
    results = workshop.verify("12", **asked)
    assert (results["result"], results["pendingErrors"]) == (False, [])


def test_work_in_progress_is_verified_without_breaking_the_build(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1")
    asked = {"selectors": [{"main_branch": True}], "branch": "main", "pending": True, "wip_since": LONG_AGO}
    assert workshop.verify("10", **asked)["result"] is True
    workshop.publish("web", "2", "1", "2", branch="feat/new order")
    workshop.provider.broken.add("2")
    results = workshop.verify("11", **asked)
    assert results["result"] is True
    assert verified(results) == [
        ("web", "get order 1", True),
        ("web", "get order 1", True),
        ("web", "get order 2", False),
    ]
    workshop.provider.broken.clear()
    for number in ("12", "13"):
        # A success as work in progress leaves it that; only a selector settles it.
        assert len(verified(workshop.verify(number, **asked))) == 3
    selected = {**asked, "selectors": [{"branch": "feat/new order"}, {"main_branch": True}]}
    assert workshop.verify("14", **selected)["result"] is True
    assert len(verified(workshop.verify("15", **asked))) == 1


def test_names_with_slashes_and_spaces(live_hub: LiveHub, provider: Provider) -> None:
    workshop = Workshop(live_hub, provider, "team a/orders")
    workshop.publish("team b/web", "1.0/β", "1", branch="feat/x y")
    asked = {"selectors": [{"branch": "feat/x y"}], "branch": "feat/ü", "tags": ["rc/1", "dev"]}
    results = workshop.verify("2/0", **asked)
    assert verified(results) == [("team b/web", "get order 1", True)]
    assert workshop.result("team b/web", "1.0/β")["providerApplicationVersion"] == "2/0"
    version = live_hub.get("/pacticipants/team%20a%2Forders/versions/2%2F0").json()["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["feat/ü"]
    assert sorted(tag["name"] for tag in version["tags"]) == ["dev", "rc/1"]


def test_provider_tags_decide_what_is_pending(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1")
    asked = {"selectors": [{"latest": True}], "tags": ["dev"], "pending": True}
    assert workshop.verify("10", **asked)["result"] is True
    version = workshop.hub.get("/pacticipants/orders/versions/10").json()["_embedded"]
    assert [tag["name"] for tag in version["tags"]] == ["dev"]
    workshop.provider.broken.add("1")
    assert workshop.verify("11", **asked)["result"] is False


def test_nothing_to_verify_is_no_success(workshop: Workshop) -> None:
    workshop.publish("web", "1", "1")
    results = workshop.verify(selectors=[{"branch": "nobody-has-it"}])
    assert results["interactionResults"] == []
    assert results["raised"] is not None


def test_an_unknown_provider_is_no_success(workshop: Workshop) -> None:
    results = workshop.verify(selectors=[{"latest": True}])
    assert results["interactionResults"] == []
    assert results["raised"] is not None
