"""The gate with live contracts: told through the API, as clients of the Pact Broker and of ContractHub see it."""

import html
import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.live import Live, conversation, journey, slo

STREAM = ("Foo", "1", "conversation", "Bar", "live stream")


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


@pytest.fixture
def live(given: Given) -> Live:
    return Live(given)


def verdicts(answer: Any) -> list[tuple[str, str, str, str | None]]:
    return sorted(
        (each["kind"], each.get("name", ""), each["verdict"], (each["provider"] or {}).get("version"))
        for each in answer["decision"]["verdicts"]
    )


def test_a_live_contract_without_evidence_is_no_yes(given: Given, live: Live) -> None:
    prod = given.environment("prod")
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.version("Bar", "1", "main")
    given.deployed("Bar", "1", prod)
    given.verified("Foo", "1", "Bar", "1")
    assert given.can_i_deploy("Foo", "1", "prod")["summary"]["deployable"] is True
    live.published("Foo", "1", conversation("Bar"))
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert answer["summary"]["deployable"] is None
    assert answer["summary"]["unknown"] == 1
    assert verdicts(answer) == [
        ("conversation", "live stream", "NEVER_VERIFIED", "1"),
        ("pact", "", "VERIFIED", "1"),
    ]
    (place,) = answer["decision"]["blocking"]
    verdict = answer["decision"]["verdicts"][place]
    assert verdict["fact"].startswith("No verification of the conversation “live stream” of Foo 1 by Bar 1 has been")
    assert verdict["remedy"]["command"].startswith(
        "contracthub verify provider Bar --suite sockets --provider-version 1 "
    )
    assert "There is no verified conversation “live stream” between" in answer["summary"]["reason"]

    live.verified(STREAM, "1")
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert answer["summary"]["deployable"] is True
    (row,) = [each for each in answer["matrix"] if each["kind"] == "conversation"]
    assert row["name"] == "live stream"
    for href in (row["pact"]["_links"]["self"]["href"], row["verificationResult"]["_links"]["self"]["href"]):
        given.get(href.removeprefix("http://hub.test"))
    (evidence,) = [each["evidence"] for each in answer["decision"]["verdicts"] if each["kind"] == "conversation"]
    given.get(evidence["_links"]["self"]["href"].removeprefix("http://hub.test"))

    # The provider's next version has met nothing yet.
    given.version("Bar", "2", "main")
    given.verified("Foo", "1", "Bar", "2")
    given.deployed("Foo", "1", prod)
    assert given.can_i_deploy("Bar", "2", "prod")["summary"]["deployable"] is None
    live.verified(STREAM, "2", success=False)
    answer = given.can_i_deploy("Bar", "2", "prod")
    assert answer["summary"]["deployable"] is False
    assert ("conversation", "live stream", "FAILED", "2") in verdicts(answer)
    assert "The verification for the conversation “live stream” between" in answer["summary"]["reason"]


def test_whom_nobody_has_deployed_is_missed_by_name_of_the_contract(given: Given, live: Live) -> None:
    given.published("Foo", "1", {"Bar": 1}, "main")
    live.published("Foo", "1", conversation("Bar"), slo("Bar"))
    answer = given.can_i_deploy("Foo", "1", "production")
    facts = {each["kind"]: each["fact"].split(". ")[0] for each in answer["decision"]["verdicts"]}
    assert facts == {
        "pact": "Foo 1 needs Bar",
        "conversation": "The conversation “live stream” of Foo 1 needs Bar",
        "slo": "The slo “fast” of Foo 1 needs Bar",
    }


def test_a_consumer_without_pacts_is_asked_about_too(given: Given, live: Live) -> None:
    prod = given.environment("prod")
    live.published("Foo", "1", conversation("Bar"))
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert verdicts(answer) == [("conversation", "live stream", "UNANSWERABLE", None)]
    assert answer["summary"]["deployable"] is None
    live.verified(STREAM, "1")
    given.deployed("Bar", "1", prod)
    assert given.can_i_deploy("Foo", "1", "prod")["summary"]["deployable"] is True
    ignored = "/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvp&environment=prod&ignore[][pacticipant]=Bar"
    live.verified(STREAM, "1", success=False)
    assert given.get(ignored)["summary"]["deployable"] is True


def test_contracts_of_one_name_in_two_kinds_do_not_stand_for_each_other(given: Given, live: Live) -> None:
    prod = given.environment("prod")
    live.published("Foo", "1", conversation("Bar", name="it"), slo("Bar", name="it"), conversation("Bar", 2, name="b"))
    live.verified(("Foo", "1", "conversation", "Bar", "it"), "1")
    given.deployed("Bar", "1", prod)
    assert verdicts(given.can_i_deploy("Foo", "1", "prod")) == [
        ("conversation", "b", "NEVER_VERIFIED", "1"),
        ("conversation", "it", "VERIFIED", "1"),
        ("slo", "it", "NEVER_VERIFIED", "1"),
    ]
    matrix = given.get("/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cp&latest=true")
    assert len(matrix["matrix"]) == 3


def test_a_journey_needs_each_of_its_providers(given: Given, live: Live) -> None:
    prod = given.environment("prod")
    live.published("Foo", "1", journey("Bar", "Baz"))
    live.verified(("Foo", "1", "journey", "Bar", "buying"), "1")
    given.deployed("Bar", "1", prod)
    given.version("Baz", "1")
    given.deployed("Baz", "1", prod)
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert [each[2] for each in verdicts(answer)] == ["NEVER_VERIFIED", "VERIFIED"]
    live.verified(("Foo", "1", "journey", "Baz", "buying"), "1")
    assert given.can_i_deploy("Foo", "1", "prod")["summary"]["deployable"] is True


def test_a_provider_has_to_keep_its_own_promise_with_the_very_version(given: Given, live: Live) -> None:
    prod = given.environment("prod")
    for number in ("1", "2"):
        live.published("Bar", number, slo("Bar"), branch="main")
    live.verified(("Bar", "1", "slo", "Bar", "fast"), "1")
    given.deployed("Bar", "1", prod)
    assert given.can_i_deploy("Bar", "1", "prod")["summary"]["deployable"] is True
    # The same promise; what another version kept says nothing about this one.
    answer = given.can_i_deploy("Bar", "2", "prod")
    assert answer["summary"]["deployable"] is None
    assert verdicts(answer) == [("slo", "fast", "NEVER_VERIFIED", "2")]
    remedy = answer["decision"]["verdicts"][0]["remedy"]["command"]
    assert remedy.startswith("contracthub verify provider Bar --suite slo --provider-version 2 ")
    live.verified(("Bar", "2", "slo", "Bar", "fast"), "2")
    assert given.can_i_deploy("Bar", "2", "prod")["summary"]["deployable"] is True
    # Its consumers have promises of their own, or none.
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "1")
    assert verdicts(given.can_i_deploy("Foo", "1", "prod")) == [("pact", "", "VERIFIED", "1")]
    every = given.get("/matrix?q[][pacticipant]=Bar")
    own = [each for each in every["matrix"] if each["kind"] == "slo"]
    versions = {(each["consumer"]["version"]["number"], each["provider"]["version"]["number"]) for each in own}
    assert versions == {("1", "1"), ("2", "2")}


def test_a_missing_state_is_told_from_a_failure(given: Given, live: Live) -> None:
    given.environment("prod")
    live.published("Foo", "1", conversation("Bar", given=[{"name": "a session exists"}]))
    text = "One or more of the setup state change handlers has failed: no such state"
    lacking = {"interactionDescription": "step 1", "success": False, "exceptions": [{"message": text}]}
    live.verified(STREAM, "1", success=False, testResults=[lacking])
    given.deployed("Bar", "1", given.environment_uuid("prod"))
    answer = given.can_i_deploy("Foo", "1", "prod")
    (verdict,) = answer["decision"]["verdicts"]
    assert verdict["verdict"] == "MISSING_STATE"
    assert verdict["fact"].endswith("“step 1” needs “a session exists”.")
    assert "--suite sockets" in verdict["remedy"]["command"]
    assert answer["summary"]["deployable"] is False


def test_a_plan_knows_live_contracts(given: Given, live: Live) -> None:
    given.environment("prod")
    live.published("Foo", "1", conversation("Bar"))
    live.published("Bar", "1", slo("Bar"))
    body = {"environment": "prod", "versions": [{"pacticipant": each, "version": "1"} for each in ("Foo", "Bar")]}
    answer = given.call("POST", "/api/v1/plan", body)
    kinds = sorted(each["kind"] for each in answer["decision"]["verdicts"])
    assert (answer["decision"]["deployable"], kinds) == (None, ["conversation", "slo"])
    live.verified(STREAM, "1")
    live.verified(("Bar", "1", "slo", "Bar", "fast"), "1")
    answer = given.call("POST", "/api/v1/plan", body)
    steps = [[each["pacticipant"] for each in step["versions"]] for step in answer["steps"]]
    assert steps == [["Bar"], ["Foo"]]


def test_a_hub_with_pacts_only_answers_as_it_always_did(given: Given) -> None:
    given.environment("prod")
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.verified("Foo", "1", "Bar", "1")
    (row,) = given.get("/matrix?q[][pacticipant]=Foo")["matrix"]
    assert set(row) == {"kind", "evidence", "consumer", "provider", "pact", "verificationResult"}


def test_pact_only_views_do_not_count_results_for_live_contracts(given: Given, live: Live, api: TestClient) -> None:
    given.published("Foo", "1", {"Bar": 1}, "main")
    live.published("Foo", "1", conversation("Bar"))
    live.verified(STREAM, "1", success=False)
    badge = api.get("/pacts/provider/Bar/consumer/Foo/latest/badge.svg")
    assert (badge.status_code, "unknown" in badge.text) == (200, True)
    given.verified("Foo", "1", "Bar", "1")
    live.verified(STREAM, "1", success=False)
    assert "verified" in api.get("/pacts/provider/Bar/consumer/Foo/latest/badge.svg").text
    latest = given.get("/pacts/provider/Bar/consumer/Foo/latest/verification-results/latest")
    assert latest["success"] is True
    for page in ("/", "/dashboard", "/integrations", "/metrics"):
        assert api.get(page, headers={"Accept": "text/html, application/hal+json"}).status_code in (200, 303, 307, 404)
    for path in ("/dashboard", "/metrics", "/dashboard/provider/Bar/consumer/Foo"):
        assert api.get(path, headers={"Accept": "application/hal+json"}).status_code == 200


def test_what_they_need_counts_for_who_reads(given: Given, live: Live) -> None:
    given.environment("prod")
    # A socket's operation as an element: what nobody describes is not known, but who uses it is.
    live.published("Foo", "1", journey("Bar", "Baz"))
    live.published("Qux", "1", slo("Bar"))
    live.published("Bar", "1", slo("Bar"))
    for name in ("Foo", "Qux", "Bar"):
        given.deployed(name, "1", given.environment_uuid("prod"))
    needs = given.get("/api/v1/providers/Bar/needs?environment=prod")
    kinds = [(each["consumer"], each["kind"], each["name"]) for each in needs["contracts"]]
    assert kinds == [("Bar", "slo", "fast"), ("Foo", "journey", "buying"), ("Qux", "slo", "fast")]
    operations = {
        need["operation"] for each in needs["contracts"] if each["consumer"] == "Foo" for need in each["needs"]
    }
    assert operations == {"GET /1"}
    # How fast an answer has to come says nothing of what is read, and of itself no provider is silent.
    assert [each["consumer"] for each in needs["withoutContract"]] == ["Qux"]
    found = given.get("/api/v1/providers/Bar/element-readers?element=GET%20/1&environment=prod")
    assert [(each["consumer"], each["kind"]) for each in found["readers"]] == [("Foo", "journey")]


def test_no_page_leads_to_where_nothing_is(given: Given, live: Live, api: TestClient) -> None:
    live.published("Foo", "1", conversation("Bar", name="a <b>/c"), journey("Bar", "Baz"), branch="main")
    live.published("Bar", "1", slo("Bar"))
    live.verified(("Foo", "1", "conversation", "Bar", "a <b>/c"), "1")
    given.deployed("Foo", "1", given.environment_uuid("production"))
    seen: dict[str, int] = {}
    waiting = [
        "/",
        "/can-i-deploy?pacticipant=Foo&version=1&environment=production",
        "/matrix/provider/Bar/consumer/Foo",
    ]
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = api.get(path, headers={"Accept": "text/html"})
        seen[path] = answer.status_code
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "a <b>/c" not in answer.text
            waiting += [html.unescape(each) for each in re.findall(r'href="(/[^"#]*)"', answer.text)]
    assert {path: status for path, status in seen.items() if status >= 400} == {}
    assert any("/live-contracts/conversation/Bar/a%20%3Cb%3E%2Fc/verification-results/" in path for path in seen)


def test_their_provider_states_are_among_those_that_consumers_count_on(given: Given, live: Live) -> None:
    state = {"name": "a session exists", "params": {"id": 1}}
    given.published("Foo", "1", {"Bar": 1}, "main")
    steps = journey("Bar", "Baz", given=[state | {"name": "a cart", "provider": "Baz"}, {"name": "a user"}])
    live.published("Foo", "1", conversation("Bar", given=[state]), steps)
    promise = json.loads(slo("Bar"))
    promise["operations"][0]["given"] = [{"name": "many things"}]
    live.published("Foo", "1", json.dumps(promise))

    def names(provider: str) -> list[str]:
        found = given.get(f"/pacts/provider/{provider}/provider-states")["providerStates"]
        return [each["name"] for each in found]

    assert names("Bar") == ["a session exists", "a thing exists", "a user", "many things"]
    assert names("Baz") == ["a cart"]
