"""Replays, documents, fuzz runs, policies and waivers at the gate: which counts, what is said of it, what clears it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.features.evidence import Clock, Weighed
from tests.features.papers import offered, openapi

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
REPLAYED, COMPARED = {"evidence": ["replayed"]}, {"evidence": ["compared"]}
FUZZED = {"evidence": ["compared", "fuzzed"], "within": "14d"}


@pytest.fixture
def gate(app: FastAPI, api: TestClient) -> Weighed:
    """Foo 1 needs a size of Bar; Bar 9 lives in production, with nothing but its name."""
    gate = Weighed(api, Clock(app, NOW))
    gate.given.published("Foo", "1", {"Bar": 1}, example=7)
    gate.given.version("Bar", "9")
    gate.given.deployed("Bar", "9", gate.given.environment_uuid("production"))
    return gate


def test_a_document_that_fits_is_a_yes_that_says_what_it_rests_on(gate: Weighed) -> None:
    assert (gate.ask("Foo", "1").deployable, gate.ask("Foo", "1").kinds) == (None, ["NEVER_VERIFIED"])
    gate.fits("Bar", "9", 1)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds, told.counts) == (True, ["COMPATIBLE"], (1, 0, 0))
    assert told.verdict["fact"] == (
        "On paper Bar 9 has all that the pact of Foo 1 needs (openapi); it was compared, not replayed. No running Bar "
        "was ever held to that."
    )
    evidence = told.verdict["evidence"]
    assert (evidence["kind"], evidence["success"], evidence["documents"]) == ("compared", True, ["openapi"])
    assert (told.row["evidence"], told.row["verificationType"]) == ("compared", "BDCT")
    result = told.row["verificationResult"]
    assert (result["success"], result["_links"]) == (True, evidence["_links"])


def test_a_document_that_does_not_fit_is_a_no_that_names_the_place_and_who_mends(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1, size="string")
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds, told.counts) == (False, ["INCOMPATIBLE"], (0, 1, 0))
    fact, remedy = told.verdict["fact"], told.verdict["remedy"]
    assert "Bar 9, which lives in production," in fact
    assert "GET /things/1" in fact
    assert "size" in fact
    assert remedy["command"] == "contracthub publish pacts --consumer-app-version VERSION"
    assert told.verdict["findings"][0]["rule"] == "response.body.incompatible"
    assert told.verdict["findingCount"] == len(told.verdict["findings"])
    assert told.summary["reason"] == (
        "The cross contract verification between the pact for version 1 of Foo and the oas for the version of Bar "
        "currently in production (9) failed"
    )
    assert told.row["verificationResult"]["success"] is False


def test_who_is_to_be_deployed_is_the_one_to_mend(gate: Weighed) -> None:
    gate.given.deployed("Foo", "1", gate.given.environment_uuid("production"))
    gate.fits("Bar", "10", 1, size="string")
    told = gate.ask("Bar", "10")
    assert (told.deployable, told.kinds) == (False, ["INCOMPATIBLE"])
    assert "Foo 1, which lives in production," in told.verdict["fact"]
    assert told.verdict["remedy"]["command"] == "contracthub publish spec FILE --provider Bar --version VERSION"


def test_a_newer_version_whose_document_fits_is_to_go_first(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1, size="string")
    gate.fits("Bar", "10", 1)
    remedy = gate.ask("Foo", "1").verdict["remedy"]
    assert remedy["text"] == "Deploy Bar 10, which has what is needed on paper, to production first."
    assert remedy["command"].endswith(
        "contracthub record-deployment --pacticipant Bar --version 10 --environment production"
    )
    gate.policy("production", REPLAYED)
    assert gate.ask("Foo", "1").verdict["remedy"]["command"].startswith("contracthub publish pacts ")


def test_an_operation_that_the_document_does_not_have_is_a_no(gate: Weighed) -> None:
    gate.given.published("Foo", "2", {"Bar": 2}, example=7)
    gate.fits("Bar", "9", 1)
    assert (gate.ask("Foo", "2").deployable, gate.ask("Foo", "2").kinds) == (False, ["INCOMPATIBLE"])


def test_a_replay_decides_whatever_documents_say(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1, size="string")
    gate.given.verified("Foo", "1", "Bar", "9", success=True)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds, told.row["verificationType"]) == (True, ["VERIFIED"], "CDCT")
    assert "On paper (openapi) it would not: GET /things/1" in told.verdict["fact"]
    gate.given.verified("Foo", "1", "Bar", "9", success=False)
    assert gate.ask("Foo", "1").kinds == ["FAILED"]
    gate.fits("Bar", "10", 1)
    gate.given.verified("Foo", "1", "Bar", "10", success=False)
    gate.given.deployed("Bar", "10", gate.given.environment_uuid("production"))
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == (False, ["FAILED"])
    assert "On paper (openapi) it would. What it did when it ran counts." in told.verdict["fact"]


def test_a_document_that_its_provider_found_wrong_proves_nothing(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1, said={"success": False, "verifier": "dredd"})
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == (False, ["FAILED"])
    assert told.verdict["fact"] == "The own check of Bar 9 against openapi failed, so that these prove nothing."
    assert told.verdict["remedy"]["command"].endswith("--version VERSION --verification-success")
    assert told.verdict["evidence"]["selfVerified"] is False


def test_the_last_live_check_of_the_document_is_told(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1)
    gate.fuzzed("Bar", "9")
    told = gate.ask("Foo", "1")
    assert told.verdict["fact"].endswith(
        "When Bar was last fuzzed with schemathesis, on 2026-11-20, it did what it says."
    )
    checked = told.verdict["evidence"]["checked"]
    assert (checked["kind"], checked["success"]) == ("fuzzed", True)


def test_each_version_that_lives_there_is_judged(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1)
    gate.fits("Bar", "10", 1, size="string")
    gate.given.version("Bar", "11")
    production = gate.given.environment_uuid("production")
    gate.given.deployed("Bar", "10", production, "canary")
    told = gate.ask("Foo", "1")
    assert (told.deployable, sorted(told.kinds)) == (False, ["COMPATIBLE", "INCOMPATIBLE"])
    gate.given.deployed("Bar", "11", production, "canary")
    told = gate.ask("Foo", "1")
    assert (told.deployable, sorted(told.kinds)) == (None, ["COMPATIBLE", "NEVER_VERIFIED"])


def test_a_policy_wants_a_replay(gate: Weighed) -> None:
    gate.policy("production", REPLAYED)
    gate.fits("Bar", "9", 1)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds, told.counts) == (None, ["NEVER_VERIFIED"], (0, 0, 1))
    assert told.verdict["fact"].startswith(
        "For the pact of Foo 1 with Bar 9, production needs a replay; there is only a comparison."
    )
    assert told.verdict["remedy"]["command"].startswith("contracthub verify provider Bar --provider-version 9 ")
    assert told.row["verificationResult"] is None
    gate.given.verified("Foo", "1", "Bar", "9")
    assert gate.ask("Foo", "1").kinds == ["VERIFIED"]


def test_a_no_stays_a_no_whatever_the_policy(gate: Weighed) -> None:
    gate.policy(None, REPLAYED)
    gate.fits("Bar", "9", 1, size="string")
    assert gate.ask("Foo", "1").kinds == ["INCOMPATIBLE"]


def test_evidence_grows_old(gate: Weighed) -> None:
    gate.policy("production", {"evidence": ["replayed"], "within": "30d"}, FUZZED)
    gate.fits("Bar", "9", 1)
    assert gate.ask("Foo", "1").kinds == ["NEVER_VERIFIED"]
    gate.fuzzed("Bar", "9", success=False)
    assert "and the newest fuzz run, of 2026-11-20, found faults" in gate.ask("Foo", "1").verdict["fact"]
    gate.clock.wait(1)
    gate.fuzzed("Bar", "9")
    assert (gate.ask("Foo", "1").deployable, gate.ask("Foo", "1").kinds) == (True, ["COMPATIBLE"])
    gate.clock.wait(14)
    assert gate.ask("Foo", "1").deployable is True
    gate.clock.wait(1)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds, told.counts) == (None, ["STALE"], (0, 0, 1))
    assert "is 15 days old, and production accepts none older than 14 days." in told.verdict["fact"]
    assert told.verdict["remedy"]["command"] == (
        "contracthub verify provider Bar --suite fuzz --provider-version 9 --provider-base-url URL --publish"
    )
    gate.given.verified("Foo", "1", "Bar", "9")
    assert gate.ask("Foo", "1").kinds == ["VERIFIED"]
    gate.clock.wait(31)
    assert gate.ask("Foo", "1").kinds == ["STALE"]


def test_a_run_of_a_clock_that_is_ahead_does_not_hide_those_after_it(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1)
    gate.policy("production", FUZZED)
    gate.fuzzed("Bar", "9", began=NOW + timedelta(days=1000))
    assert gate.ask("Foo", "1").deployable is True
    gate.clock.wait(1)
    gate.fuzzed("Bar", "9", success=False)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == (None, ["NEVER_VERIFIED"])
    assert "the newest fuzz run, of 2026-11-21, found faults" in told.verdict["fact"]


def test_a_run_of_one_suite_does_not_hide_what_the_other_found(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1)
    gate.policy("production", FUZZED)
    gate.fuzzed("Bar", "9", success=False)
    gate.clock.wait(1)
    gate.fuzzed("Bar", "9", suite="graphql")
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == (None, ["NEVER_VERIFIED"])
    gate.fuzzed("Bar", "9")
    assert gate.ask("Foo", "1").deployable is True


def test_only_the_fuzz_run_of_a_report_counts(gate: Weighed) -> None:
    gate.policy("production", FUZZED)
    gate.fits("Bar", "9", 1)
    gate.fuzzed("Bar", "9", suite="contracts")
    assert gate.ask("Foo", "1").kinds == ["NEVER_VERIFIED"]


@pytest.mark.parametrize(
    ("scope", "passes"),
    [
        ({"consumer": "Foo"}, True),
        ({"consumer": "Foo", "consumerVersion": "1", "providerVersion": "9", "environment": "production"}, True),
        ({"consumer": "Foo", "contract": "pact"}, True),
        ({"consumer": "Foo", "contract": "slo"}, False),
        ({"consumer": "Bar"}, False),
        ({"consumer": "Foo", "providerVersion": "8"}, False),
        ({"consumer": "Foo", "environment": "test"}, False),
        ({"rule": "response.body.incompatible"}, True),
        ({"rule": "request.path.unknown"}, False),
    ],
)
def test_a_waiver_lets_pass_what_it_covers_until_its_day_is_over(
    gate: Weighed, scope: dict[str, Any], passes: bool
) -> None:
    gate.fits("Bar", "9", 1, size="string")
    gate.waived("Bar", **scope)
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == ((True, ["WAIVED"]) if passes else (False, ["INCOMPATIBLE"]))
    if passes:
        said = "Ada waived it until 2026-11-27: It is mended on Monday"
        assert said in told.verdict["fact"]
        assert said in told.summary["reason"]
        assert (told.verdict["waived"], told.verdict["waivers"][0]["by"]) == ("INCOMPATIBLE", "Ada")
        assert told.row["waivers"] == told.verdict["waivers"]
        assert told.verdict["evidence"]["success"] is told.row["verificationResult"]["success"] is False
    gate.clock.wait(8)
    assert gate.ask("Foo", "1").kinds == ["INCOMPATIBLE"]


def test_a_waiver_that_was_taken_back_lets_nothing_pass(gate: Weighed) -> None:
    gate.given.verified("Foo", "1", "Bar", "9", success=False)
    number = gate.waived("Bar", consumer="Foo")
    assert gate.ask("Foo", "1").kinds == ["WAIVED"]
    assert gate.client.delete(f"/api/v1/waivers/{number}").status_code == 200
    assert gate.ask("Foo", "1").kinds == ["FAILED"]


def test_a_waiver_of_one_version_leaves_the_others_where_nothing_is_known_of_any(gate: Weighed) -> None:
    gate.given.version("Bar", "10")
    gate.given.deployed("Bar", "10", gate.given.environment_uuid("production"), "canary")
    assert gate.ask("Foo", "1").kinds == ["NEVER_VERIFIED", "NEVER_VERIFIED"]
    gate.waived("Bar", consumer="Foo", providerVersion="9")
    told = gate.ask("Foo", "1")
    assert (told.deployable, sorted(told.kinds)) == (None, ["NEVER_VERIFIED", "WAIVED"])


def test_the_waiver_of_a_change_does_not_make_up_for_evidence_that_is_missing(gate: Weighed) -> None:
    gate.policy("production", REPLAYED)
    gate.fits("Bar", "9", 1, size="string")
    gate.waived("Bar", rule="response.body.incompatible")
    told = gate.ask("Foo", "1")
    assert (told.deployable, told.kinds) == (None, ["NEVER_VERIFIED"])


def test_without_documents_and_policies_rows_say_nothing_new(gate: Weighed) -> None:
    gate.given.verified("Foo", "1", "Bar", "9")
    told = gate.ask("Foo", "1")
    assert list(told.row) == ["kind", "evidence", "consumer", "provider", "pact", "verificationResult"]
    assert list(told.verdict) == ["consumer", "provider", "kind", "verdict", "fact", "evidence"]


def test_all_versions_are_asked_about_with_those_that_only_have_documents(gate: Weighed) -> None:
    gate.fits("Bar", "9", 1)
    gate.fits("Bar", "10", 1, size="string")
    answer = gate.given.get("/matrix?q[][pacticipant]=Foo&q[][pacticipant]=Bar")
    rows = [(each["provider"]["version"]["number"], each["verificationResult"]["success"]) for each in answer["matrix"]]
    assert rows == [("10", False), ("9", True)]
    only = gate.given.get("/matrix?q[][pacticipant]=Foo&q[][pacticipant]=Bar&success[]=true")
    assert [each["provider"]["version"]["number"] for each in only["matrix"]] == ["9"]


def test_a_document_of_another_format_says_nothing_of_a_pact(gate: Weighed) -> None:
    offered(gate.given, "Bar", "9", b'{"type": "string"}', topic="t", path="t.avsc")
    assert gate.ask("Foo", "1").kinds == ["NEVER_VERIFIED"]
    offered(gate.given, "Bar", "9", openapi(1))
    assert gate.ask("Foo", "1").kinds == ["COMPATIBLE"]


def test_a_plan_rests_on_documents_too(gate: Weighed) -> None:
    gate.given.published("Foo", "2", {"Bar": 2}, example=7)
    gate.fits("Bar", "10", 1, 2)
    gate.given.deployed("Foo", "1", gate.given.environment_uuid("production"))
    versions = [{"pacticipant": "Foo", "version": "2"}, {"pacticipant": "Bar", "version": "10"}]
    question = {"environment": "production", "versions": versions}
    plan = gate.given.call("POST", "/api/v1/plan", question, status=(200,))
    assert plan["possible"] is True
    order = [[each["pacticipant"] for each in step["versions"]] for step in plan["steps"]]
    assert order == [["Bar"], ["Foo"]]
    gate.policy("production", REPLAYED)
    blocked = gate.given.call("POST", "/api/v1/plan", question, status=(200,))
    assert (blocked["possible"], {each["verdict"] for each in blocked["decision"]["verdicts"]}) == (
        False,
        {"NEVER_VERIFIED"},
    )
    gate.waived("Bar", consumer="Foo")
    assert gate.given.call("POST", "/api/v1/plan", question, status=(200,))["possible"] is True


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_badges_say_compatible_where_nobody_verified(gate: Weighed) -> None:
    def badge(path: str) -> str:
        answer = gate.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    latest = "/pacts/provider/Bar/consumer/Foo/latest/badge.svg"
    assert ">unknown<" in badge(latest)
    gate.fits("Bar", "9", 1)
    assert ">compatible<" in badge(latest)
    gate.fits("Bar", "10", 1, size="string")
    assert ">incompatible<" in badge(latest)
    gate.given.verified("Foo", "1", "Bar", "10")
    assert ">verified<" in badge(latest)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_show_comparisons_staleness_and_waivers(gate: Weighed) -> None:
    def page(path: str) -> str:
        answer = gate.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, (path, answer.text[:500])
        return answer.text

    decision = "/can-i-deploy?pacticipant=Foo&version=1&environment=production"
    rows = "/matrix?q[][pacticipant]=Foo&q[][version]=1&environment=production&latestby=cvpv"
    grid = "/matrix/provider/Bar/consumer/Foo"
    gate.fits("Bar", "9", 1)
    here = "/contracts/bi-directional/provider/Bar/version/9/consumer/Foo/version/1/cross-contract-verification-results"
    for path in (decision, rows, grid):
        assert "Compatible" in page(path)
        assert here in page(path)
    assert page(here)
    for path in ("/", "/pacticipants/Foo"):
        assert "Compatible" in page(path)
    gate.policy("production", FUZZED)
    gate.fuzzed("Bar", "9")
    gate.clock.wait(15)
    assert "Stale" in page(decision)
    assert "Stale" in page(rows)
    gate.waived("Bar", consumer="Foo")
    assert "Waived" in page(rows)
    assert "Ada waived it until" in page(decision)
