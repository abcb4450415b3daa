"""pact-jvm's JUnit 5 verifier, unchanged, against a hub on a real socket."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.clients.orders import Provider, Shop
from tests.clients.runs import Runs
from tests.conftest import LiveHub

# One start of the machine for them all.
pytestmark = [pytest.mark.xdist_group("jvm"), pytest.mark.timeout(240)]

LONG_AGO = "2020-01-01"


@dataclass
class Jvm:
    """The shop, visited by pact-jvm."""

    shop: Shop
    runs: Runs

    def verify(self, version: str, selectors: str, *, branch: str = "main", **more: str) -> list[tuple[str, str]]:
        """Which interactions were verified, and how they went."""
        published = {"pact.verifier.publishResults": "true", "pact.provider.version": version}
        answer: list[dict[str, Any]] = self.runs.run(
            {
                "provider.name": self.shop.name,
                "provider.port": self.shop.provider.url.rpartition(":")[2],
                "pactbroker.url": self.shop.hub.url,
                "pactbroker.providerBranch": branch,
                "pact.provider.branch": branch,
                "selectors": selectors,
                **published,
                **{f"pactbroker.{name}": value for name, value in more.items()},
            }
        )
        return sorted((each["name"], each["status"]) for each in answer)


@pytest.fixture
def visit(jvm: Runs, live_hub: LiveHub, provider: Provider) -> Jvm:
    return Jvm(Shop(live_hub, provider), jvm)


def test_a_success_is_published_with_branch_and_every_interaction(visit: Jvm) -> None:
    shop = visit.shop
    shop.publish("web", "1", "1", "2")
    shop.publish("web", "2", "3", branch="feat/x")
    assert visit.verify("10", "mainBranch", branch="feat/y") == [
        ("Pact between web (1) and orders - get order 1", "SUCCESSFUL"),
        ("Pact between web (1) and orders - get order 2", "SUCCESSFUL"),
    ]
    result = shop.result("web", "1")
    assert (result["success"], result["providerApplicationVersion"]) == (True, "10")
    assert [test["success"] for test in result["testResults"]] == [True, True]
    version = shop.hub.get("/pacticipants/orders/versions/10").json()["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["feat/y"]


def test_a_failure_is_published_and_the_gate_turns(visit: Jvm) -> None:
    shop = visit.shop
    shop.publish("web", "1", "1", "2")
    visit.verify("10", "mainBranch")
    assert shop.deployable("web", "1", "10") is True
    shop.provider.broken.add("2")
    assert [status for _, status in visit.verify("11", "mainBranch")] == ["SUCCESSFUL", "FAILED"]
    result = shop.result("web", "1")
    assert (result["success"], result["providerApplicationVersion"]) == (False, "11")
    assert shop.deployable("web", "1", "11") is False


def test_each_selector_as_the_client_spells_it(visit: Jvm) -> None:
    shop = visit.shop
    shop.publish("web", "1", "1")
    shop.publish("web", "2", "2", tags=("prod",))
    shop.publish("web", "3", "3", branch="feat/x")
    shop.deploy("web", "1", "test")
    for selectors, expected in (
        ("mainBranch", {"2"}),
        ("matchingBranch", {"3"}),
        ("branch:feat/x", {"3"}),
        ("deployedOrReleased", {"1"}),
        ("deployedTo:test", {"1"}),
        ("environment:test", {"1"}),
        ("latestTag:prod", {"2"}),
        ("tag:prod", {"2"}),
        ("mainBranch,deployedOrReleased", {"1", "2"}),
    ):
        found = visit.verify("10", selectors, branch="feat/x")
        assert {name[-1] for name, _ in found} == expected, selectors


def test_pending_and_work_in_progress_do_not_break_the_build(visit: Jvm) -> None:
    shop = visit.shop
    shop.publish("web", "1", "1")
    shop.provider.broken.add("1")
    pending = {"enablePending": "true"}
    failing = [("Pact between web (1) and orders - get order 1 [PENDING]", "SUCCESSFUL")]
    assert visit.verify("10", "mainBranch", **pending) == failing
    assert shop.result("web", "1")["success"] is False
    shop.provider.broken.clear()
    visit.verify("11", "mainBranch", **pending)
    shop.publish("web", "2", "1", "2", branch="feat/new order")
    shop.provider.broken.add("2")
    found = visit.verify("12", "mainBranch", includeWipPactsSince=LONG_AGO, **pending)
    assert found == [
        ("Pact between web (1) and orders - get order 1", "SUCCESSFUL"),
        ("Pact between web (2) and orders - get order 1 [PENDING]", "SUCCESSFUL"),
        ("Pact between web (2) and orders - get order 2 [PENDING]", "SUCCESSFUL"),
    ]
    assert shop.result("web", "2")["success"] is False
    shop.provider.broken.add("1")
    assert "FAILED" in [status for _, status in visit.verify("13", "mainBranch", **pending)]


def test_names_with_slashes_and_spaces(visit: Jvm) -> None:
    visit.shop.name = "team a/orders"
    visit.shop.publish("team b/web", "1.0/β", "1", branch="feat/x y")
    found = visit.verify("2.0", "branch:feat/x y", branch="feat/ü")
    assert [status for _, status in found] == ["SUCCESSFUL"]
    assert visit.shop.result("team b/web", "1.0/β")["providerApplicationVersion"] == "2.0"
    version = visit.shop.hub.get("/pacticipants/team%20a%2Forders/versions/2.0").json()["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["feat/ü"]
