"""pact-js, consumer and Verifier, unchanged, against a hub on a real socket."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients.orders import Provider, Shop
from tests.clients.runs import Runs
from tests.conftest import LiveHub

# One start of node for them all.
pytestmark = [pytest.mark.xdist_group("javascript"), pytest.mark.timeout(240)]

LONG_AGO = "2020-01-01"


@dataclass
class Node:
    """The shop, visited by pact-js."""

    shop: Shop
    runs: Runs
    folder: Path

    def consume(self, consumer: str, version: str, *orders: str, branch: str = "main", messages: str = "") -> None:
        """Run a consumer's test, and publish the pact that it wrote."""
        folder = self.folder / version
        job = {"job": "consume", "consumer": consumer, "provider": self.shop.name, "dir": str(folder)}
        assert self.runs.run({**job, "orders": orders, "messages": list(messages)}) == {"done": "written"}
        (written,) = folder.iterdir()
        self.shop.publish_content(consumer, version, written.read_bytes(), branch=branch)

    def verify(self, version: str, *selectors: dict[str, Any], messages: str = "", **options: Any) -> str:
        """``verified``, or what the Verifier complains about."""
        asked = {
            "provider": self.shop.name,
            "providerBaseUrl": self.shop.provider.url,
            "pactBrokerUrl": self.shop.hub.url,
            "consumerVersionSelectors": selectors,
            "publishVerificationResult": True,
            "providerVersion": version,
            "providerVersionBranch": "main",
        }
        bodies = {f"order {number} paid": {"id": number, "status": "paid"} for number in messages}
        answer = self.runs.run({"job": "verify", "options": {**asked, **options}, "messages": bodies})
        return str(answer.get("done") or answer["failed"])


def broken(told: str) -> list[str]:
    """The interactions that the Verifier complains about; those that are pending are not among them."""
    return [error["interaction"] for error in json.loads(told)["errors"]]


def met(number: str) -> str:
    return f"Verifying a pact between web and orders Given an order - get order {number}"


@pytest.fixture
def visit(javascript: Runs, live_hub: LiveHub, provider: Provider, tmp_path: Path) -> Node:
    return Node(Shop(live_hub, provider), javascript, tmp_path)


def test_what_a_consumer_wrote_is_published_verified_and_reported(visit: Node) -> None:
    shop = visit.shop
    visit.consume("web", "1", "1", "2")
    assert visit.verify("10", {"mainBranch": True}, providerVersionBranch="feat/y") == "verified"
    result = shop.result("web", "1")
    assert (result["success"], result["providerApplicationVersion"]) == (True, "10")
    assert [test["success"] for test in result["testResults"]] == [True, True]
    version = shop.hub.get("/pacticipants/orders/versions/10").json()["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["feat/y"]
    assert shop.deployable("web", "1", "10") is True


def test_a_failure_is_published_and_the_gate_turns(visit: Node) -> None:
    shop = visit.shop
    visit.consume("web", "1", "1", "2")
    assert visit.verify("10", {"latest": True}) == "verified"
    shop.provider.broken.add("2")
    assert broken(visit.verify("11", {"latest": True})) == [met("2")]
    result = shop.result("web", "1")
    assert (result["success"], result["providerApplicationVersion"]) == (False, "11")
    assert shop.deployable("web", "1", "10") is True
    assert shop.deployable("web", "1", "11") is False


def test_messages(visit: Node) -> None:
    visit.consume("web", "1", messages="7")
    # Once this client provides messages, it provides nothing else.
    assert visit.verify("10", {"mainBranch": True}, messages="7", providerBaseUrl=None) == "verified"
    assert visit.shop.result("web", "1")["success"] is True


def test_each_selector_as_the_client_spells_it(visit: Node) -> None:
    shop = visit.shop
    shop.publish("web", "1", "1")
    shop.publish("web", "2", "2", tags=("prod",))
    shop.publish("web", "3", "3", branch="feat/x")
    shop.deploy("web", "1", "test")
    selectors: tuple[tuple[dict[str, Any], str], ...] = (
        ({"mainBranch": True}, "2"),
        ({"matchingBranch": True}, "3"),
        ({"branch": "feat/x"}, "3"),
        ({"deployedOrReleased": True}, "1"),
        ({"deployed": True, "environment": "test"}, "1"),
        ({"environment": "test", "consumer": "web"}, "1"),
        ({"tag": "prod", "latest": True}, "2"),
        ({"tag": "nobody", "fallbackTag": "prod", "latest": True}, "2"),
    )
    for number, (selector, expected) in enumerate(selectors, start=10):
        assert visit.verify(str(number), selector, providerVersionBranch="feat/x") == "verified", selector
        assert shop.result("web", expected)["providerApplicationVersion"] == str(number), selector


def test_pending_and_work_in_progress_do_not_break_the_build(visit: Node) -> None:
    shop = visit.shop
    pending: dict[str, Any] = {"enablePending": True}
    visit.consume("web", "1", "1")
    shop.provider.broken.add("1")
    assert visit.verify("10", {"mainBranch": True}, **pending) == "verified"
    assert shop.result("web", "1")["success"] is False
    shop.provider.broken.clear()
    assert visit.verify("11", {"mainBranch": True}, **pending) == "verified"
    visit.consume("web", "2", "2", branch="feat/new order")
    shop.provider.broken.add("2")
    wip = {**pending, "includeWipPactsSince": LONG_AGO}
    assert visit.verify("12", {"mainBranch": True}, **wip) == "verified"
    result = shop.result("web", "2")
    assert (result["success"], result["providerApplicationVersion"]) == (False, "12")
    shop.provider.broken.add("1")
    assert broken(visit.verify("13", {"mainBranch": True}, **wip)) == [met("1")]


def test_nothing_to_verify_is_no_success(visit: Node) -> None:
    visit.shop.publish("web", "1", "1")
    assert visit.verify("10", {"branch": "nobody-has-it"}) != "verified"
