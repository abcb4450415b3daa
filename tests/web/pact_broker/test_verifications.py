from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.web.pact_broker.metadata import Metadata, encode
from tests.web.pact_broker.published import (
    contract,
    envelope,
    pact,
    pact_path,
    publish,
    published,
    report,
    result,
    results_url,
)

PAIR = "/pacts/provider/Bar/consumer/Foo"
TESTED = {"tests": [{"interactionId": "x", "success": True, "extra": [None, 1.5]}]}


def test_a_result_is_recorded_whole(api: TestClient) -> None:
    document = published(api)
    sent = result(
        "4.5.6",
        buildUrl="https://ci.example/2",
        testResults=TESTED,
        verifiedBy={"implementation": "Ruby", "version": "1.2.3"},
        verificationDate="ignored",
        somethingNew={"kept": True},
    )

    answer = report(api, results_url(document), sent)

    assert answer.status_code == 201
    body = answer.json()
    here = answer.headers["location"]
    content, _, number = here.rpartition("/verification-results/")
    assert content == document["_links"]["pb:pact-version"]["href"]
    assert body.pop("verificationDate")[-6:] == "+00:00"
    assert body.pop("_links") == {
        "self": {
            "title": "Verification result",
            "name": f"Verification result {number} for Pact between Foo (1) and Bar",
            "href": here,
        },
        "pb:pact-version": {
            "title": "Pact",
            "name": "Pact between Foo (1) and Bar",
            "href": f"http://hub.test{pact_path()}",
        },
        "pb:triggered-webhooks": {
            "title": f"Webhooks triggered by the publication of verification result {number}",
            "href": f"{here}/triggered-webhooks",
        },
    }
    del sent["verificationDate"]
    assert body == sent | {"providerName": "Bar"}
    assert api.get(here).json() == answer.json()
    assert api.get(here, headers={"Accept": "application/json"}).json() == answer.json()
    assert api.get(here.replace("/verification-results", "/metadata/x/verification-results")).json() == answer.json()


def test_the_provider_version_comes_into_being(api: TestClient) -> None:
    report(api, results_url(published(api)), result("4.5.6"))

    assert api.get("/pacticipants/Bar/versions/4.5.6").status_code == 200


def test_a_result_tells_the_version_that_it_was_asked_for(api: TestClient) -> None:
    sha = published(api, "1")["_links"]["pb:pact-version"]["name"]
    published(api, "2")
    metadata = encode(Metadata(("1",)))

    answer = report(api, f"{PAIR}/pact-version/{sha}/metadata/{metadata}/verification-results", result())

    assert answer.json()["_links"]["pb:pact-version"]["name"] == "Pact between Foo (1) and Bar"


def test_republished_content_brings_its_results_along(api: TestClient) -> None:
    report(api, results_url(published(api, "1")), result())
    published(api, "2")

    assert api.get(pact_path("2") + "/verification-results/latest").json()["success"] is True


def test_the_newest_result_counts(api: TestClient) -> None:
    document = published(api, "1", tags=["prod"])
    sha = document["_links"]["pb:pact-version"]["name"]
    report(api, results_url(document), result("1"))
    report(api, results_url(document), result("1", success=False))
    other = published(api, "2", "/other")

    for path in (
        f"{PAIR}/pact-version/{sha}/verification-results/latest",
        f"{pact_path('1')}/verification-results/latest",
        f"{PAIR}/latest/prod/verification-results/latest",
    ):
        assert api.get(path).json()["success"] is False, path
    assert api.get(f"{PAIR}/latest/verification-results/latest").status_code == 404
    report(api, results_url(other), result("2"))
    assert api.get(f"{PAIR}/latest/verification-results/latest").json()["success"] is True


def test_the_newest_results_of_a_consumer_version(api: TestClient) -> None:
    entries = [contract(pact(provider=name), provider=name) for name in ("Bar", "Baz", "Wiffle")]
    links = publish(api, envelope("1", *entries)).json()["_links"]["pb:contracts"]
    documents = [api.get(each["href"]).json() for each in links]
    report(api, results_url(documents[0]), result("1", testResults=TESTED))
    report(api, results_url(documents[1]), result("1", success=False))

    body = api.get("/verification-results/consumer/Foo/version/1/latest").json()

    assert body["success"] is False
    assert body["providerSummary"] == {"successful": ["Bar"], "failed": ["Baz"], "unknown": ["Wiffle"]}
    assert [each["providerName"] for each in body["_embedded"]["verificationResults"]] == ["Bar", "Baz"]
    assert body["_links"]["self"] == {
        "title": "Latest verification results for consumer Foo version 1",
        "href": "http://hub.test/verification-results/consumer/Foo/version/1/latest",
    }
    for document in documents[1:]:
        report(api, results_url(document), result("1"))
    assert api.get("/verification-results/consumer/Foo/version/1/latest").json()["success"] is True


def test_a_version_without_pacts_has_no_success(api: TestClient) -> None:
    publish(api, envelope("1"))

    body = api.get("/verification-results/consumer/Foo/version/1/latest").json()

    assert body["success"] is False
    assert body["_embedded"] == {"verificationResults": []}
    assert api.get("/verification-results/consumer/Foo/version/2/latest").status_code == 404
    assert api.get("/verification-results/consumer/None/version/2/latest").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999999", "x", "-1", "all", "9" * 30, "%C2%B2"])
def test_numbers_that_no_result_has(api: TestClient, number: str) -> None:
    document = published(api)
    report(api, results_url(document), result())

    answer = api.get(f"{document['_links']['pb:pact-version']['href']}/verification-results/{number}")

    assert answer.status_code == 404
    assert ("matrix" in answer.json()["error"]) is (number == "all")


def test_a_result_is_found_under_its_own_contract_only(api: TestClient) -> None:
    first, other = published(api, "1", "/a"), published(api, "2", "/b")
    number = report(api, results_url(first), result()).headers["location"].rpartition("/")[2]

    assert api.get(f"{other['_links']['pb:pact-version']['href']}/verification-results/{number}").status_code == 404


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"success": None}, {"success": ["must be boolean"]}),
        ({"success": "true"}, {"success": ["must be boolean"]}),
        ({"success": 1}, {"success": ["must be boolean"]}),
        ({"providerApplicationVersion": " "}, {"providerApplicationVersion": ["cannot be blank"]}),
        ({"providerApplicationVersion": 1}, {"providerApplicationVersion": ["must be a string"]}),
        ({"providerApplicationVersion": "a\nb"}, {"providerApplicationVersion": ["cannot contain multiple lines"]}),
        ({"buildUrl": "not a url"}, {"buildUrl": ["is not a valid URL eg. http://example.org"]}),
        ({"buildUrl": "http://["}, {"buildUrl": ["is not a valid URL eg. http://example.org"]}),
        ({"buildUrl": "javascript:alert(1)"}, {"buildUrl": ["is not a valid URL eg. http://example.org"]}),
        ({"buildUrl": ["http://example.org"]}, {"buildUrl": ["must be a string"]}),
    ],
)
def test_faults_name_their_field(api: TestClient, change: dict[str, Any], errors: object) -> None:
    url = results_url(published(api))

    answer = report(api, url, result("1") | change)

    assert (answer.status_code, answer.json()) == (400, {"errors": errors})
    assert api.get("/pacticipants/Bar/versions").json()["_embedded"]["versions"] == []


def test_both_required_fields_are_asked_for(api: TestClient) -> None:
    answer = report(api, results_url(published(api)), {})

    assert answer.json() == {"errors": {"success": ["is missing"], "providerApplicationVersion": ["is missing"]}}


def test_a_result_for_an_unknown_pact_is_not_found(api: TestClient) -> None:
    published(api)

    unknown = report(api, f"{PAIR}/pact-version/{'0' * 40}/verification-results", result("new"))
    nobody = report(api, f"/pacts/provider/Bar/consumer/X/pact-version/{'0' * 40}/verification-results", result())

    assert (unknown.status_code, nobody.status_code) == (404, 404)
    assert api.get("/pacticipants/Bar/versions/new").status_code == 404


@pytest.mark.parametrize(
    "shape",
    [[], [[]], "text", 7, None, True, {"tests": {"a": 1}}, [{"interactionId": 5, "mismatches": "no"}], [None, 1, "x"]],
)
def test_test_results_of_any_shape_are_kept(api: TestClient, shape: Any) -> None:
    answer = report(api, results_url(published(api)), result(testResults=shape, verifiedBy=shape))

    assert answer.status_code == 201
    assert answer.json()["testResults"] == shape
    assert answer.json()["verifiedBy"] == shape
