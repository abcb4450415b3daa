"""Where a suite gets live contracts from, what it says of each, and how that reaches the hub and its gate."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracthub.client.connection import Connection
from contracthub.client.hub import Hub
from contracthub.client.results import publish_results
from contracthub.domain.verification_reports import Mismatch, PactResult
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, Suite, SuiteRun
from contracthub.verification.job import HubSource, Publishing, ReplayJob
from contracthub.verification.live_contracts import SourcedContract, live_contracts_of, result_of
from contracthub.verification.publishing import _with_results
from contracthub.verification.suites import Target
from tests.conftest import LiveHub
from tests.features.given import Given
from tests.features.live import Live, conversation, journey, slo

FOUND = list[tuple[str, str, str]]


def target(**more: Any) -> Target:
    return Target(provider="Bar", base_url="http://localhost:1", **more)


def at(hub: LiveHub, version: str | None = "7", **more: Any) -> Target:
    source = HubSource(hub.url, selectors=({"mainBranch": True}, {"deployedOrReleased": True}))
    publishing = Publishing(version or "7", "main", ("dev",), "https://ci.test/1") if version else None
    replay = ReplayJob("Bar", "http://localhost:1", hub=source, publishing=publishing)
    return target(hub=source, provider_version=version, provider_branch="main", replay=replay, **more)


def found(of: Target, kind: str = "conversation") -> tuple[FOUND, list[str]]:
    problems: list[str] = []
    contracts = live_contracts_of(of, kind, problems)
    return [(each.document.name, each.consumer, each.consumer_version) for each in contracts], problems


def check(status: CheckStatus, **more: Any) -> Check:
    return Check(suite=Suite.SOCKETS, name="step 1", status=status, **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "stream.yaml").write_text(conversation("Bar", consumer="Foo"))
    (tmp_path / "other.json").write_text(conversation("Baz", consumer="Foo"))
    (tmp_path / "buying.yml").write_text(journey("Baz", "Bar", consumer="Foo"))
    (tmp_path / "own.yml").write_text(slo("Bar"))
    (tmp_path / "pact.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("contracthub: conversation/1")
    return tmp_path


@pytest.fixture
def live(live_hub: LiveHub) -> Iterator[Live]:
    with httpx.Client(base_url=live_hub.url) as client:
        yield Live(Given(client))  # type: ignore[arg-type]  # the same calls, over the wire


def test_a_folder_holds_contracts_of_all_kinds_and_of_others(folder: Path) -> None:
    of = target(contracts=(str(folder),))
    assert found(of) == ([("live stream", "Foo", "")], [])
    assert found(of, "journey") == ([("buying", "Foo", "")], [])
    assert found(of, "slo") == ([("fast", "Bar", "")], [])
    assert found(of, "flow") == ([], [])
    assert found(target(contracts=(str(folder),), consumers=("Qux",))) == ([], [])


def test_what_is_wrong_with_a_file_is_told(folder: Path) -> None:
    bad = folder / "bad.yaml"
    bad.write_text("contracthub: conversation/1\nname: a\nprovider: Bar\nconnect:\n  path: /ws\n  colour: red\n")
    contracts, problems = found(target(contracts=(str(folder),)))
    assert [name for name, *_ in contracts] == ["live stream"]
    (problem,) = problems
    assert problem.startswith(f"{bad}: The conversation is not valid: /connect/colour is not known here")
    assert problem.endswith("(line 6).")
    _, problems = found(target(contracts=(str(folder / "other.json"),)))
    assert problems == [f"{folder / 'other.json'} is a contract with Baz, not with Bar."]
    _, problems = found(target(contracts=(str(folder / "nothing.yaml"),)))
    assert problems == [f"{folder / 'nothing.yaml'} can't be read: No such file or directory."]


def test_a_hub_is_asked_where_no_files_are_given(live_hub: LiveHub, live: Live, folder: Path) -> None:
    assert found(at(live_hub)) == ([], []), "a hub that does not know the provider has none for it"
    live.published("Foo", "1", conversation("Bar"), slo("Bar"), branch="main")
    live.published("Foo", "2", conversation("Bar", 2), branch="feature")
    assert found(at(live_hub)) == ([("live stream", "Foo", "1")], [])
    assert found(at(live_hub), "slo") == ([("fast", "Foo", "1")], [])
    assert found(at(live_hub, contracts=(str(folder),))) == ([("live stream", "Foo", "")], [])
    assert found(at(live_hub, consumers=("Qux",))) == ([], [])


def test_a_hub_that_is_away_is_a_problem() -> None:
    away = HubSource("http://localhost:1", retries=0, timeout=1)
    contracts, (problem,) = found(target(hub=away))
    assert (contracts, problem.startswith("Which conversation contracts there are is not known: ")) == ([], True)


def published(hub: LiveHub, of: Target, *checks: Check) -> PactResult:
    (contract,) = live_contracts_of(of, "conversation", [])
    result = result_of(contract, checks, of)
    assert result is not None
    sent = publish_results(lambda _: Hub(Connection(base_url=hub.url)), [result])
    assert sent.failures == ()
    return sent.results[0]


def test_a_result_reaches_the_gate(live_hub: LiveHub, live: Live) -> None:
    live.published("Foo", "1", conversation("Bar"), branch="main")
    production = live.given.environment_uuid("production")

    def verdict() -> str:
        answer = live.given.can_i_deploy("Foo", "1", "production")
        return str(answer["decision"]["verdicts"][0]["verdict"])

    odd = Mismatch("body", "$.kind", "expected 1, got 2", "1", "2")
    of = at(live_hub)
    published(live_hub, of, check(CheckStatus.PASSED), check(CheckStatus.PENDING, mismatches=(odd,), error="no"))
    live.given.deployed("Bar", "7", production)
    answer = live.given.can_i_deploy("Foo", "1", "production")
    (blocking,) = answer["decision"]["verdicts"]
    assert (blocking["verdict"], "expected 1, got 2" in blocking["fact"]) == ("FAILED", True)
    published(live_hub, of, check(CheckStatus.MISSING_STATE, error="nobody knows the state"))
    assert verdict() == "MISSING_STATE"
    result = published(live_hub, of, check(CheckStatus.PASSED))
    assert (result.published, verdict()) == (True, "VERIFIED")
    newest = live.given.get("/pacticipants/Bar/branches/main/latest-version")
    assert (newest["number"], [each["name"] for each in newest["_embedded"]["tags"]]) == ("7", ["dev"])
    (contract,) = live_contracts_of(of, "conversation", [])
    assert contract.is_pending is False


def test_what_was_not_found_out_is_no_result(live_hub: LiveHub, live: Live) -> None:
    live.published("Foo", "1", conversation("Bar"), branch="main")
    of = at(live_hub)
    (contract,) = live_contracts_of(of, "conversation", [])
    passed, skipped = check(CheckStatus.PASSED), check(CheckStatus.SKIPPED)
    could_not = check(CheckStatus.COULD_NOT_RUN)
    for checks in ([], [skipped], [could_not], [passed, could_not], [passed, skipped]):
        assert result_of(contract, checks, of) is None
    for status in (CheckStatus.FAILED, CheckStatus.KNOWN, CheckStatus.PENDING, CheckStatus.MISSING_STATE):
        result = result_of(contract, [passed, could_not, check(status)], of)
        assert result is not None
        assert result.result["success"] is False
    assert result_of(contract, [passed], at(live_hub, None)) is None
    from_file = SourcedContract(contract.document, "Foo")
    assert result_of(from_file, [passed], of) is None


def test_a_failure_of_a_pending_contract_does_no_harm(live_hub: LiveHub, live: Live) -> None:
    live.published("Foo", "1", conversation("Bar"), branch="main")
    (contract,) = live_contracts_of(at(live_hub), "conversation", [])
    assert contract.is_pending
    assert contract.status(CheckStatus.FAILED) is CheckStatus.PENDING
    assert contract.status(CheckStatus.MISSING_STATE) is CheckStatus.PENDING
    assert contract.status(CheckStatus.PASSED) is CheckStatus.PASSED


def test_each_suite_gets_its_own_results_back() -> None:
    results = [PactResult(url=f"/{number}") for number in range(3)]
    runs = (
        SuiteRun(suite=Suite.CONTRACTS, checks=(), pacts=(results[0],)),
        SuiteRun(suite=Suite.SMOKE, checks=()),
        SuiteRun(suite=Suite.SOCKETS, checks=(), pacts=tuple(results[1:])),
    )
    sent = [PactResult(url=each.url, published=True) for each in results]
    before = RunReport(
        provider="Bar",
        provider_version="7",
        provider_branch=None,
        source="",
        started_at=datetime.now(UTC),
        seconds=1.0,
        suites=runs,
    )
    after = _with_results(before, sent)
    assert [[each.url for each in run.pacts] for run in after.suites] == [["/0"], [], ["/1", "/2"]]
    assert all(each.published for each in after.pacts)
