"""The hub says what consumers send and what was published; the running provider is held against both."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from contracthub.domain.findings import Finding
from contracthub.domain.verification_runs import SuiteRun
from contracthub.verification.fuzz import suite
from contracthub.verification.fuzz.exchanges import exchanges_of
from contracthub.verification.job import HubSource
from contracthub.verification.suites import Target, Unwatched
from tests.conftest import LiveHub
from tests.verification.conftest import interaction, pact
from tests.verification.fuzz.conftest import DOCUMENT, Orders, Start

COVERAGE: dict[str, dict[str, Any]] = {"fuzz": {"phases": ["coverage"]}}
MAIN = ({"mainBranch": True}, {"branch": "main"})


@pytest.fixture
def publish(live_hub: LiveHub, tmp_path: Path) -> Callable[..., None]:
    def published(document: dict[str, Any], *words: str) -> None:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        assert run(["publish", *words, str(file), "-b", live_hub.url, "--branch", "main"]) == 0

    return published


def target(url: str, live_hub: LiveHub, **more: Any) -> Target:
    hub = HubSource(live_hub.url, selectors=MAIN)
    settings: dict[str, Any] = {"fuzz_seconds": 40, "seed": 1, "settings": COVERAGE, "hub": hub} | more
    return Target(provider="orders", base_url=url, **settings)


def fuzzed(it: Target) -> SuiteRun:
    return suite.run(it, Unwatched(), time.monotonic() + 90)


def findings(found: SuiteRun) -> list[Finding]:
    return [check.finding for check in found.checks if check.finding is not None]


def test_consumers_of_what_is_at_fault_are_named_and_come_first(
    live_hub: LiveHub, publish: Callable[..., None], orders: str
) -> None:
    publish(pact(interaction("an order", "/orders/7"), consumer="shop"), "-a", "1")
    found = fuzzed(target(orders, live_hub))
    first = findings(found)[0]
    assert first.operation == "GET /orders/{id}"
    assert first.consumers == ("shop",)
    broken = next(each for each in findings(found) if each.operation == "GET /broken")
    assert broken.consumers == ()
    assert found.checks[0].consumer == "shop"


def test_what_a_pact_sends_and_expects_is_read_from_the_hub(
    live_hub: LiveHub, publish: Callable[..., None], orders: str
) -> None:
    publish(
        pact(interaction("an order", "/orders/7"), interaction("none", "/orders/8", 404), consumer="shop"), "-a", "1"
    )
    sent = exchanges_of(target(orders, live_hub))
    exchanges = sent.exchanges
    assert (sent.problems, sent.notices) == ((), ())
    assert {(each.consumer, each.method, each.path, each.status) for each in exchanges} == {
        ("shop", "GET", "/orders/7", 200),
        ("shop", "GET", "/orders/8", 404),
    }
    order = next(each for each in exchanges if each.status == 200)
    assert ("body", "$.id", "integer") in {(need.part, need.path, need.json_type) for need in order.needs}


def test_a_pending_pact_lends_its_requests_and_not_its_expectations(
    live_hub: LiveHub, publish: Callable[..., None], orders: str
) -> None:
    publish(pact(interaction("none", "/orders/8", 404), consumer="shop"), "-a", "1")
    pending = target(orders, live_hub, provider_branch="main")
    assert [each.expects_answer for each in exchanges_of(pending).exchanges] == [False]
    assert "CH201" not in {each.code for each in findings(fuzzed(pending))}


def test_what_the_running_provider_lost_of_its_published_document_is_a_finding(
    live_hub: LiveHub, publish: Callable[..., None], orders: str
) -> None:
    published = copy.deepcopy(DOCUMENT)
    schema = published["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema |= {"required": ["status"], "properties": {"status": {"type": "string"}}}
    publish(published, "spec", "--provider", "orders", "--version", "1")
    found = [each for each in findings(fuzzed(target(orders, live_hub))) if each.code == "CH401"]
    assert [each.operation for each in found] == ["GET /health"]
    assert "served at" in found[0].message


def test_no_drift_where_the_published_document_is_the_one_that_is_served(
    live_hub: LiveHub, publish: Callable[..., None], orders: str
) -> None:
    publish(DOCUMENT, "spec", "--provider", "orders", "--version", "1")
    assert "CH401" not in {each.code for each in findings(fuzzed(target(orders, live_hub)))}


def test_the_published_document_is_fuzzed_with_where_the_provider_serves_none(
    live_hub: LiveHub, publish: Callable[..., None], start: Start
) -> None:
    class Bare(Orders):
        def get(self) -> None:
            if self.path == "/openapi.json":
                self.answer(404, {})
            else:
                super().get()

    publish(DOCUMENT, "spec", "--provider", "orders", "--version", "1")
    url = start(Bare)
    assert "GET /broken" in {each.operation for each in findings(fuzzed(target(url, live_hub)))}
    assert "GET /broken" in {each.operation for each in findings(fuzzed(target(url, live_hub, openapi="hub:")))}


def test_a_hub_that_is_away_is_a_problem_and_the_provider_is_still_fuzzed(orders: str) -> None:
    hub = HubSource("http://127.0.0.1:9", retries=0)
    it = Target(provider="orders", base_url=orders, hub=hub, settings=COVERAGE, fuzz_seconds=40, seed=1)
    found = fuzzed(it)
    assert any("What consumers send is not known" in each for each in found.problems)
    assert "GET /broken" in {each.operation for each in findings(found)}
