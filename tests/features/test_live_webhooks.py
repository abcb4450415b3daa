"""Webhooks for live contracts: the events of pacts, told of conversations, flows, journeys and promises."""

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhook_templates import fill
from contracthub.storage.engine import Database
from contracthub.storage.webhook_deliveries import triggered
from tests.features.given import Given
from tests.features.live import Live, conversation, journey, slo

PUBLISHED, CHANGED = "contract_published", "contract_content_changed"
REQUIRING = "contract_requiring_verification_published"
RESULT = "provider_verification_published"
SUCCEEDED, FAILED = "provider_verification_succeeded", "provider_verification_failed"
EVENTS = (PUBLISHED, CHANGED, REQUIRING, RESULT, SUCCEEDED, FAILED)
REQUEST = {"method": "POST", "url": "https://ci.example/build"}
STREAM = ("Foo", "1", "conversation", "Bar", "live stream")


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


@pytest.fixture
def live(given: Given) -> Live:
    return Live(given)


def webhook(given: Given, *events: str, **more: Any) -> None:
    given.call("POST", "/webhooks", {"request": REQUEST, "events": [{"name": each} for each in events], **more})


def deliveries(database: Database, after: int = 0) -> list[Any]:
    with database.reading() as connection:
        return list(connection.execute(select(triggered).order_by(triggered.c.id)))[after:]


def names(database: Database, after: int = 0) -> list[str]:
    return [row.event_name for row in deliveries(database, after)]


def test_what_is_published_and_verified_triggers_what_it_is(given: Given, live: Live, database: Database) -> None:
    webhook(given, *EVENTS)
    live.published("Foo", "1", conversation("Bar"))
    assert names(database) == [PUBLISHED, CHANGED]
    live.published("Foo", "1", conversation("Bar"))
    live.published("Foo", "2", conversation("Bar"))
    assert names(database, 2) == [PUBLISHED, PUBLISHED]
    live.published("Foo", "3", conversation("Bar", 2))
    live.published("Foo", "3", conversation("Bar", 3), overwrite=True)
    assert names(database, 4) == [PUBLISHED, CHANGED, PUBLISHED, CHANGED]
    live.verified(STREAM, "1")
    live.verified(STREAM, "2", success=False)
    assert names(database, 8) == [RESULT, SUCCEEDED, RESULT, FAILED]


def test_another_name_or_another_kind_is_another_contract(given: Given, live: Live, database: Database) -> None:
    webhook(given, CHANGED)
    given.published("Foo", "1", {"Bar": 1})
    live.published("Foo", "1", conversation("Bar"))
    live.published("Foo", "2", conversation("Bar", name="other"), slo("Bar", consumer="Foo", name="live stream"))
    live.published("Foo", "3", conversation("Bar"), conversation("Bar", name="other"))
    kinds = [
        (row.parameters.get("contracthub.contractKind"), row.parameters.get("contracthub.contractName"))
        for row in deliveries(database)
    ]
    assert kinds == [
        (None, None),
        ("conversation", "live stream"),
        ("conversation", "other"),
        ("slo", "live stream"),
    ]


def test_the_first_with_a_tag_and_what_differs_from_the_last_with_it_has_changed(
    given: Given, live: Live, database: Database
) -> None:
    webhook(given, CHANGED)
    live.published("Foo", "1", conversation("Bar"), tags=["main"])
    live.published("Foo", "2", conversation("Bar"), tags=["main"])
    assert len(deliveries(database)) == 1
    live.published("Foo", "3", conversation("Bar", 2), tags=["feature"])
    live.published("Foo", "4", conversation("Bar"), tags=["main"])
    assert len(deliveries(database)) == 2
    live.published("Foo", "4", conversation("Bar"), tags=["main", "prod"])
    live.published("Foo", "4", conversation("Bar"), tags=["main", "prod"])
    assert len(deliveries(database)) == 3


def test_versions_that_count_and_have_no_result_are_asked_for(given: Given, live: Live, database: Database) -> None:
    prod = given.environment("prod")
    webhook(given, REQUIRING)
    live.published("Foo", "1", conversation("Bar"))
    assert names(database) == []
    given.version("Bar", "1", "main")
    given.deployed("Bar", "1", prod)
    given.version("Bar", "2", "main")
    live.verified(STREAM, "1")
    live.published("Foo", "2", conversation("Bar"))
    [asked] = deliveries(database)
    assert (asked.event_name, asked.parameters["providerVersionNumber"]) == (REQUIRING, "2")
    assert asked.parameters["currentlyDeployedProviderVersionNumber"] == "1"
    live.verified(STREAM, "2", success=False)
    live.published("Foo", "3", conversation("Bar"))
    assert len(deliveries(database)) == 1
    live.published("Foo", "4", conversation("Bar", 2))
    assert sorted(row.parameters["providerVersionNumber"] for row in deliveries(database, 1)) == ["1", "2"]


def test_what_a_provider_promises_itself_only_the_promising_version_has_to_keep(
    given: Given, live: Live, database: Database
) -> None:
    given.version("Bar", "1", "main")
    live.published("Bar", "1", slo("Bar"))
    live.verified(("Bar", "1", "slo", "Bar", "fast"), "1")
    webhook(given, PUBLISHED, REQUIRING)
    live.published("Bar", "1", slo("Bar"))
    assert names(database) == [PUBLISHED]
    live.published("Bar", "2", slo("Bar"), branch="feature")
    told, asked = deliveries(database, 1)
    assert (told.event_name, asked.event_name) == (PUBLISHED, REQUIRING)
    assert told.parameters["githubVerificationStatus"] == "pending"
    assert asked.parameters["providerVersionNumber"] == "2"


def test_a_journey_is_told_with_each_of_its_providers(given: Given, live: Live, database: Database) -> None:
    given.version("Shop", "0")
    webhook(given, PUBLISHED, provider={"name": "Shop"})
    webhook(given, CHANGED)
    live.published("Foo", "1", journey("Shop", "Bank"))
    told = [(row.event_name, row.parameters["providerName"]) for row in deliveries(database)]
    assert sorted(told) == [(CHANGED, "Bank"), (CHANGED, "Shop"), (PUBLISHED, "Shop")]


def test_only_webhooks_for_the_pair_that_are_on_are_triggered(given: Given, live: Live, database: Database) -> None:
    given.version("Foo", "0")
    given.version("Bar", "0")
    given.call("PUT", "/pacticipants/Bar/labels/team")
    fitting: list[dict[str, Any]] = [
        {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}},
        {"provider": {"label": "team"}},
        {},
    ]
    others: list[dict[str, Any]] = [
        {"consumer": {"name": "Bar"}},
        {"provider": {"name": "Foo"}},
        {"consumer": {"label": "team"}},
        {"enabled": False},
    ]
    for sides in (*fitting, *others):
        webhook(given, PUBLISHED, RESULT, **sides)
    live.published("Foo", "1", conversation("Bar"))
    assert len(deliveries(database)) == len(fitting)
    live.verified(STREAM, "1")
    assert names(database, len(fitting)) == [RESULT] * len(fitting)


def test_parameters_tell_of_the_live_contract(given: Given, live: Live, database: Database) -> None:
    webhook(given, PUBLISHED, RESULT)
    told = live.published("Foo", "1", conversation("Bar"), branch="main", tags=["a"], buildUrl="https://ci.example/1")
    result = live.verified(STREAM, "7", success=False, branch="next", tags=["t"])
    published, verified = (row.parameters for row in deliveries(database))
    here = told["contracts"][0]["_links"]["self"]["href"]
    both = {
        "consumerName": "Foo",
        "consumerVersionNumber": "1",
        "consumerVersionBranch": "main",
        "consumerVersionTags": "a",
        "providerName": "Bar",
        "pactUrl": here,
        "contracthub.contractKind": "conversation",
        "contracthub.contractName": "live stream",
    }
    assert published.items() >= {
        **both, "eventName": PUBLISHED, "buildUrl": "https://ci.example/1", "githubVerificationStatus": "pending",
    }.items()  # fmt: skip
    assert (
        verified.items()
        >= {
            **both,
            "eventName": RESULT,
            "providerVersionNumber": "7",
            "providerVersionBranch": "next",
            "providerVersionTags": "t",
            "githubVerificationStatus": "failure",
            "verificationResultUrl": result["_links"]["self"]["href"],
        }.items()
    )
    assert given.get(published["pactUrl"])["name"] == "live stream"
    assert given.get(verified["verificationResultUrl"])["success"] is False
    known = {row.verification_id for row in deliveries(database)}
    assert known == {None, result["number"]}


def test_a_refused_publication_triggers_nothing(given: Given, live: Live, database: Database) -> None:
    webhook(given, *EVENTS)
    live.published("Foo", "1", conversation("Bar"))
    live.published("Foo", "1", conversation("Bar", name="new"), conversation("Bar", 2), status=(409,))
    assert names(database) == [PUBLISHED, CHANGED]


def test_a_delivery_never_stands_among_those_of_a_pact_with_the_same_key(
    given: Given, live: Live, database: Database
) -> None:
    webhook(given, PUBLISHED)
    given.published("Foo", "1", {"Bar": 1})
    live.published("Foo", "1", conversation("Bar"))
    pact, stream = deliveries(database)
    assert pact.publication_id is not None
    assert stream.publication_id is None
    assert stream.consumer_version_id == pact.consumer_version_id


def test_requests_name_kind_and_name_and_call_everything_else_a_pact() -> None:
    body = "${contracthub.contractKind} ${contracthub.contractName}|${contracthub.other} ${pactbroker.contractKind}"
    request = WebhookRequest("POST", "https://ci.example/${contracthub.contractName}", (), body)
    told = fill(request, {"contracthub.contractKind": "flow", "contracthub.contractName": "a/b"})
    rest = "${contracthub.other} ${pactbroker.contractKind}"
    assert (told.url, told.body) == ("https://ci.example/a%2Fb", f"flow a/b|{rest}")
    assert fill(request, {}).body == f"pact |{rest}"
