"""Contracts and documents that are large, deep, or break what compares them: the hub answers all the same."""

import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.checking.comparing import ProcessComparer
from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.domain.errors import HubError, TooLarge, Unavailable
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons import offers
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.offers import CompiledOffer
from contracthub.services import paper_comparing, paper_isolation
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.paper_findings import FAILED, MOST_FINDINGS, SILENT, TIMED_OUT, findings_of
from tests.features.given import Given, pact
from tests.features.papers import offered, openapi

CROSS = "/contracts/bi-directional/provider/Bar/version/9/consumer/Foo/version/1/cross-contract-verification-results"
LATER = 60.0


def offer(document: object) -> CompiledOffer:
    body = json.dumps(document).encode()
    return CompiledOffer([OfferedDocument("api", ContractFormat.OPENAPI, "x", {"api.json": body}, "api.json")])


def found(contract: Any, document: object, seconds: float = LATER) -> tuple[Finding, ...]:
    body = contract if isinstance(contract, bytes) else json.dumps(contract).encode()
    return findings_of(ContractKind.PACT, body, offer(document), until=time.monotonic() + seconds)


def many(number: int) -> dict[str, Any]:
    interactions = [pact("Foo", "Bar", each)["interactions"][0] for each in range(number)]
    return {**pact("Foo", "Bar"), "interactions": interactions}


def test_what_is_not_done_in_time_is_left_unanswered() -> None:
    (finding,) = found(many(3), openapi(0, 1, 2), seconds=-1)
    assert (finding.rule, finding.level) == (TIMED_OUT, Level.UNANSWERED)
    assert "3 of the contract's parts" in finding.message


def test_one_interaction_that_breaks_the_comparison_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = offers._judged

    def breaks(interaction: Any, offer: CompiledOffer) -> Any:
        if interaction.index == 1:
            raise RecursionError
        return judged(interaction, offer)

    monkeypatch.setattr(offers, "_judged", breaks)
    broken, other = found(many(3), openapi(0, 1))
    assert (broken.rule, broken.interaction, broken.level) == (FAILED, 1, Level.UNANSWERED)
    assert (other.rule, other.interaction) == ("request.path-or-method.unknown", 2)


def test_more_findings_than_anybody_reads_are_cut() -> None:
    got = found(many(MOST_FINDINGS + 10), openapi(0))
    assert len(got) == MOST_FINDINGS + 1
    assert got[-1].rule == "comparison.shortened"


@pytest.mark.parametrize("interactions", [[], None])
def test_a_pact_without_anything_in_it_is_no_yes(interactions: object) -> None:
    (finding,) = found({**pact("Foo", "Bar"), "interactions": interactions}, openapi(0))
    assert finding.rule == SILENT


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"interactions": [1]}', b'{"interactions": [{"request": 1}]}'])
def test_what_is_no_pact_is_one_finding(body: bytes) -> None:
    (finding,) = found(body, openapi(0))
    assert finding.level in {Level.UNANSWERED, Level.ERROR}


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered in the process from one test to the next."""
    monkeypatch.setattr(paper_comparing, "_made", BoundedCache(1_000))


@pytest.fixture
def given(api: TestClient) -> Given:
    """The hub."""
    return Given(api)


def test_large_documents_are_compared_by_a_process_that_can_be_ended(
    given: Given, comparer: ProcessComparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_isolation, "LARGEST_HERE", 10)
    # Here nothing is compared any more.
    monkeypatch.setattr(paper_isolation, "findings_of", lambda *_, **__: 1 / 0)
    offered(given, "Bar", "9", openapi(1))
    given.published("Foo", "1", {"Bar": 1})
    given.published("Foo", "2", {"Bar": 2})
    assert given.get(CROSS)["verificationStatus"] == "success"
    assert given.get(CROSS.replace("Foo/version/1", "Foo/version/2"))["verificationStatus"] == "failed"
    assert comparer.process_id is not None


def test_what_the_process_does_not_come_to_an_end_with_is_neither_yes_nor_no(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_isolation, "LARGEST_HERE", 10)
    monkeypatch.setattr(paper_isolation, "_elsewhere", [_Never(TooLarge("too-much-to-compare", "It took too long."))])
    offered(given, "Bar", "9", openapi(1))
    given.published("Foo", "1", {"Bar": 1})
    answer = given.get(CROSS)
    assert answer["verificationStatus"] == "unknown"
    (warning,) = answer["crossContractVerificationResults"]["results"]["warnings"]
    assert warning["code"] == "comparison.too-large"
    # It is not tried again at once.
    monkeypatch.setattr(paper_isolation, "_elsewhere", [])
    assert given.get(CROSS)["verificationStatus"] == "unknown"


def test_who_asks_while_others_are_compared_may_ask_again(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_isolation, "LARGEST_HERE", 10)
    monkeypatch.setattr(paper_isolation, "_elsewhere", [_Never(Unavailable("comparing-busy", "Others are compared."))])
    offered(given, "Bar", "9", openapi(1))
    given.published("Foo", "1", {"Bar": 1})
    (warning,) = given.get(CROSS)["crossContractVerificationResults"]["results"]["warnings"]
    assert warning["code"] == "comparison.busy"
    monkeypatch.setattr(paper_isolation, "_elsewhere", [])
    assert given.get(CROSS)["verificationStatus"] == "success"


class _Never:
    """A comparer that always gives up."""

    is_stopped = False

    def __init__(self, error: HubError) -> None:
        self._error = error

    def findings(self, *_: object) -> tuple[Finding, ...]:
        raise self._error
