"""Live contracts through the API: published, refused, read back, listed, deleted, verified; on both databases."""

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


def test_the_exact_bytes_come_back(live: Live, given: Given, api: TestClient) -> None:
    text = "# as it was written\n" + conversation("Bar")
    answer = live.published("Foo", "1", text, branch="main", tags=["a"], status=(201,))
    (contract,) = answer["contracts"]
    assert (contract["kind"], contract["name"], contract["provider"]) == ("conversation", "live stream", "Bar")
    content = api.get(live.place(*STREAM) + "/content")
    assert (content.status_code, content.text) == (200, text)
    assert content.headers["content-type"].startswith("text/plain")
    assert given.get(live.place(*STREAM))["content"] == text
    assert given.get("/pacticipants/Foo/branches/main/latest-version")["number"] == "1"
    # What serves pacts does not know of it.
    assert given.get("/pacts/latest")["pacts"] == []
    assert api.get("/pacts/provider/Bar/consumer/Foo/version/1").status_code == 404


def test_the_same_again_is_fine_and_another_is_not(live: Live, given: Given) -> None:
    live.published("Foo", "1", conversation("Bar"))
    again = live.published("Foo", "1", conversation("Bar", description="said otherwise"), status=(200,))
    assert again["contracts"][0]["revision"] == 1
    refusal = live.published("Foo", "1", conversation("Bar", 2), status=(409,))
    assert refusal["notices"][0]["text"].startswith("Foo 1 has published another conversation “live stream” already.")
    assert '+     "kind": "2"' in refusal["notices"][1]["text"]
    answer = live.published("Foo", "1", conversation("Bar", 2), status=(200,), overwrite=True)
    assert answer["contracts"][0]["revision"] == 2
    assert '"2"' in given.get(live.place(*STREAM))["content"]


def test_names_tell_contracts_of_a_pair_apart(live: Live, given: Given) -> None:
    live.published("Foo", "1", conversation("Bar"), conversation("Bar", 2, name="other"), slo("Bar", name="other"))
    listed = given.get("/api/v1/pacticipants/Foo/versions/1/live-contracts")["contracts"]
    assert [(each["kind"], each["name"]) for each in listed] == [
        ("conversation", "live stream"),
        ("conversation", "other"),
        ("slo", "other"),
    ]
    twice = live.published("Foo", "2", conversation("Bar"), conversation("Bar", 2), status=(400,))
    assert "is given more than once with Bar" in str(twice["errors"])
    twice = live.published("Foo", "2", journey("Bar"), journey("Baz"), status=(400,))
    assert "journey “buying” is given more than once with any provider" in str(twice["errors"])


COLOURED = "contracthub: conversation/1\nname: a\nprovider: Bar\nconnect:\n  path: /ws\n  colour: red\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "contracthub: conversation/1\nname: a\nprovider: Bar\nconnect:\n  path: /ws\n  colour: red\n",
            "/connect/colour",
        ),
        (COLOURED, "(line 6)"),
        ("contracthub: conversation/7\nname: a\n", "version 7"),
        ("name: a\n", "must say what this is"),
        ("- a\n", "begins with contracthub"),
        ("a: [", ""),
        (conversation("Bar", consumer="Somebody"), "/consumer is 'Somebody' in the contract"),
        (journey("Bar", "B\u0085r"), "cannot contain multiple lines"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(live: Live, api: TestClient, content: str, words: str) -> None:
    answer = live.published("Foo", "1", conversation("Bar"), content, status=(400,))
    assert words in str(answer["errors"])
    assert "at index 1" in str(answer["errors"])
    assert api.get("/pacticipants/Foo").status_code == 404


MANY_PROVIDERS = journey(*(f"P{place}" for place in range(50)))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"consumer": "Foo", "version": "1"},
        {"consumer": "Foo", "version": "1", "contracts": []},
        {"consumer": "Foo", "version": "1", "contracts": {}},
        {"consumer": "Foo", "version": "1", "contracts": [7]},
        {"consumer": "Foo", "version": "1", "contracts": [{"content": 7}]},
        {"consumer": "Foo", "version": "1", "contracts": [{"content": "\ud800"}]},
        {"consumer": "Foo", "version": "1", "contracts": [{"content": conversation("Bar")}], "overwrite": "yes"},
        {"consumer": "Foo", "version": "1", "contracts": [{"content": conversation("Bar")}] * 1001},
        {"consumer": "Foo", "version": "1", "contracts": [{"content": MANY_PROVIDERS}] * 101},
        {"consumer": "", "version": "1", "contracts": [{"content": conversation("Bar")}]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(given: Given, body: dict[str, Any]) -> None:
    given.call("POST", "/api/v1/live-contracts", body, status=(400,))


def test_a_build_publishes_hundreds_at_once(live: Live) -> None:
    done = live.published("Foo", "1", *(conversation("Bar", place, name=f"stream {place}") for place in range(150)))
    assert len(done["contracts"]) == 150


def test_a_document_that_is_too_large_is_refused(live: Live) -> None:
    live.published("Foo", "1", conversation("Bar", description="x" * 1024 * 1024), status=(400, 413))


def test_a_journey_has_a_row_with_each_of_its_providers(live: Live, given: Given, api: TestClient) -> None:
    live.published("Foo", "1", journey("Bar", "Baz"))
    listed = given.get("/api/v1/pacticipants/Foo/live-contracts?kind=journey")
    assert [each["provider"] for each in listed["contracts"]] == ["Bar", "Baz"]
    live.published("Foo", "1", journey("Bar", "Baz"), status=(200,))
    live.published("Foo", "1", journey("Bar"), status=(409,))
    live.published("Foo", "1", journey("Bar"), overwrite=True)
    listed = given.get("/api/v1/pacticipants/Foo/live-contracts")["contracts"]
    assert [(each["provider"], each["revision"]) for each in listed] == [("Bar", 2)]
    # Nothing else was between the two.
    answer = api.get("/integrations", headers={"Accept": "application/hal+json"})
    pairs = answer.json()["_embedded"]["integrations"]
    assert [each["provider"]["name"] for each in pairs] == ["Bar"]


def test_deleting_takes_the_whole_journey(live: Live, given: Given, api: TestClient) -> None:
    live.published("Foo", "1", journey("Bar", "Baz"), conversation("Bar"))
    place = live.place("Foo", "1", "journey", "Baz", "buying")
    assert api.delete(place).status_code == 204
    assert api.delete(place).status_code == 404
    listed = given.get("/api/v1/pacticipants/Foo/versions/1/live-contracts")["contracts"]
    assert [each["kind"] for each in listed] == ["conversation"]


@pytest.mark.parametrize(
    "place",
    [
        ("Foo", "1", "conversation", "Bar", "other"),
        ("Foo", "1", "conversation", "Baz", "live stream"),
        ("Foo", "1", "flow", "Bar", "live stream"),
        ("Foo", "1", "pact", "Bar", "live stream"),
        ("Foo", "2", "conversation", "Bar", "live stream"),
        ("Nobody", "1", "conversation", "Bar", "live stream"),
    ],
)
def test_what_is_not_there_is_not_found(live: Live, api: TestClient, place: tuple[str, str, str, str, str]) -> None:
    live.published("Foo", "1", conversation("Bar"))
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", ""), ("GET", "/verification-results/1")):
        assert api.request(method, live.place(*place) + path).status_code == 404
    result = {"success": True, "providerApplicationVersion": "1"}
    answer = api.post(live.place(*place) + "/verification-results", json=result)
    assert answer.status_code == 404


def test_an_unknown_kind_is_refused(live: Live, given: Given, api: TestClient) -> None:
    live.published("Foo", "1", conversation("Bar"))
    assert api.get("/api/v1/pacticipants/Foo/live-contracts?kind=pact").status_code == 400
    url = "/api/v1/providers/Bar/live-contracts/for-verification"
    given.call("POST", url, {"kind": "pact"}, status=(400,))
    given.call("POST", url, {"providerVersion": 7}, status=(400,))
    given.call("POST", url, {"consumerVersionSelectors": 7}, status=(400,))
    given.call("POST", url.replace("Bar", "Nobody"), {"kind": "slo"}, status=(404,))


def test_a_result_names_the_version_its_branch_and_what_was_tested(live: Live, given: Given) -> None:
    live.published("Foo", "1", conversation("Bar"))
    tested = [{"interactionDescription": "step 1", "success": False, "exceptions": [{"message": "silence"}]}]
    more = {"branch": "main", "tags": ["dev"], "buildUrl": "https://ci.test/7", "testResults": tested}
    recorded = live.verified(STREAM, "7", success=False, **more)
    assert (recorded["success"], recorded["providerApplicationVersion"]) == (False, "7")
    assert recorded["testResults"] == tested
    assert given.get(recorded["_links"]["self"]["href"].removeprefix("http://hub.test")) == recorded
    assert given.get(live.place(*STREAM))["latestVerificationResult"]["number"] == recorded["number"]
    assert given.get("/pacticipants/Bar/branches/main/latest-version")["number"] == "7"
    bad = {"success": "yes", "providerApplicationVersion": ""}
    given.call("POST", live.place(*STREAM) + "/verification-results", bad, status=(400,))


def test_what_to_verify_is_selected_like_pacts(live: Live, given: Given) -> None:
    home = given.environment("prod")
    live.published("Foo", "1", conversation("Bar"), slo("Bar"), branch="main")
    live.published("Foo", "2", conversation("Bar", 2), branch="feature")
    given.published("Foo", "3", {"Bar": 1}, "main")
    given.deployed("Foo", "1", home)

    def found(**question: Any) -> list[tuple[str, str]]:
        return [(each["kind"], each["consumerVersion"]) for each in live.to_verify("Bar", **question)]

    # The head of main has a pact only.
    assert found(kind="conversation", consumerVersionSelectors=[{"mainBranch": True}]) == []
    assert found(kind="conversation") == [("conversation", "1")]
    deployed = [{"deployedOrReleased": True}]
    assert found(consumerVersionSelectors=deployed) == [("conversation", "1"), ("slo", "1")]
    assert found(kind="conversation", consumerVersionSelectors=deployed) == [("conversation", "1")]
    assert found(kind="slo", consumerVersionSelectors=[{"environment": "prod"}]) == [("slo", "1")]
    assert found(kind="conversation", consumerVersionSelectors=[{"branch": "feature"}]) == [("conversation", "2")]
    matching = {"consumerVersionSelectors": [{"matchingBranch": True}], "providerVersionBranch": "feature"}
    assert found(kind="conversation", **matching) == [("conversation", "2")]
    assert found(kind="conversation", consumerVersionSelectors=[{"latest": True}]) == [("conversation", "2")]
    assert found(kind="conversation", consumerVersionSelectors=[{"consumer": "Nobody", "latest": True}]) == []


def test_a_contract_is_pending_until_the_line_has_met_it(live: Live) -> None:
    live.published("Foo", "1", conversation("Bar"), branch="main")
    question = {"kind": "conversation", "includePendingStatus": True, "providerVersionBranch": "main"}
    (first,) = live.to_verify("Bar", **question)
    assert first["pending"] is True
    assert first["_links"]["results"]["href"].endswith("/verification-results?pending=true")
    live.verified(STREAM, "1", success=False, branch="main")
    assert live.to_verify("Bar", **question)[0]["pending"] is True
    live.verified(STREAM, "2", branch="main")
    (settled,) = live.to_verify("Bar", **question)
    assert settled["pending"] is False
    # What another branch has met before it is pending there no more; a new contract is.
    live.published("Foo", "2", conversation("Bar", 2), branch="main")
    assert live.to_verify("Bar", **question)[0]["pending"] is True


def test_work_in_progress_is_added_where_it_is_asked_for(live: Live) -> None:
    live.published("Foo", "1", conversation("Bar"), branch="feature")
    question = {"kind": "conversation", "providerVersionBranch": "main", "includePendingStatus": True}
    selectors = {"consumerVersionSelectors": [{"mainBranch": True}], "includeWipPactsSince": "2020-01-01"}
    (found,) = live.to_verify("Bar", **question, **selectors)
    assert (found["wip"], found["pending"]) == (True, True)
    assert found["_links"]["results"]["href"].endswith("?wip=true&pending=true")


def test_a_provider_verifies_what_its_own_version_promises(live: Live) -> None:
    live.published("Bar", "1", slo("Bar"), branch="main")
    live.published("Bar", "2", slo("Bar", 2), branch="feature")
    assert [each["consumerVersion"] for each in live.to_verify("Bar", kind="slo")] == ["1"]
    mine = live.to_verify("Bar", kind="slo", providerVersion="2")
    assert [(each["consumer"], each["consumerVersion"], each["pending"]) for each in mine] == [("Bar", "2", False)]
    assert live.to_verify("Bar", kind="slo", providerVersion="3") == []
