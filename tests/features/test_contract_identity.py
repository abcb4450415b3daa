"""A consumer's build makes its pact anew with other random examples: the same contract, with the evidence it has."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.domain.contracts import IdentityRule
from contracthub.services.hub import DEFAULT_WORKSPACE
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.features.given import Given

PAIR = "/pacts/provider/Bar/consumer/Foo"
IDENTITY = "/api/v1/workspace"
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def rolled(answer: object, *, request: object = 7, status: object = 200, **metadata: object) -> dict[str, Any]:
    """A pact whose examples of request and answer stand under matching rules."""
    rules = {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
    return {
        "consumer": {"name": "Foo"},
        "provider": {"name": "Bar"},
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                "description": "make a thing",
                "request": {
                    "method": "POST",
                    "path": "/things",
                    "body": {"content": {"id": request}, "contentType": "application/json", "encoded": False},
                    "matchingRules": rules,
                },
                "response": {
                    "status": status,
                    "body": {"content": {"id": answer}, "contentType": "application/json", "encoded": False},
                    "matchingRules": rules,
                },
            }
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}, **metadata},
    }


def publish(api: TestClient, number: str, *pacts: dict[str, Any], status: int = 200) -> Any:
    entry = {"consumerName": "Foo", "providerName": "Bar", "specification": "pact", "contentType": "application/json"}
    contracts = [entry | {"content": base64.b64encode(json.dumps(pact).encode()).decode()} for pact in pacts]
    body = {"pacticipantName": "Foo", "pacticipantVersionNumber": number, "branch": "main"}
    answer = api.post("/contracts/publish", json={**body, "contracts": contracts})
    assert answer.status_code == status, answer.text
    return answer.json()


def choose(api: TestClient, rule: str) -> None:
    answer = api.patch(IDENTITY, content=json.dumps({"contractIdentity": rule}), headers=MERGE_PATCH)
    assert (answer.status_code, answer.json()) == (200, {"name": "default", "contractIdentity": rule})


def chosen_elsewhere(database: Database, rule: IdentityRule) -> None:
    """The choice as a hub in another process makes it."""
    with DatabaseStorage(database).writing(DEFAULT_WORKSPACE) as unit:
        unit.workspace.choose_identity_rule(rule)


def identity_of(api: TestClient, number: str) -> str:
    link: str = Given(api).get(f"{PAIR}/version/{number}")["_links"]["pb:pact-version"]["name"]
    return link


def examples(document: Any) -> tuple[Any, Any]:
    (interaction,) = document["interactions"]
    return interaction["request"]["body"]["content"]["id"], interaction["response"]["body"]["content"]["id"]


def is_deployable(api: TestClient, number: str) -> bool | None:
    answer: bool | None = Given(api).can_i_deploy("Foo", number, "test")["summary"]["deployable"]
    return answer


def verified_and_deployed(api: TestClient) -> None:
    given = Given(api)
    given.verified("Foo", "1", "Bar", "9")
    given.deployed("Bar", "9", given.environment_uuid("test"))


def test_other_examples_of_answers_inherit_the_evidence_and_keep_their_bytes(api: TestClient) -> None:
    publish(api, "1", rolled(1))
    verified_and_deployed(api)
    publish(api, "2", rolled(2))
    assert is_deployable(api, "2") is True
    assert identity_of(api, "1") == identity_of(api, "2")
    assert [examples(Given(api).get(f"{PAIR}/version/{number}")) for number in "12"] == [(7, 1), (7, 2)]


def test_a_changed_answer_inherits_nothing(api: TestClient) -> None:
    publish(api, "1", rolled(1))
    verified_and_deployed(api)
    publish(api, "2", rolled("1"))
    publish(api, "3", rolled(1, status=201))
    assert [is_deployable(api, number) for number in "123"] == [True, None, None]


def test_the_rule_of_the_pact_broker_inherits_nothing(api: TestClient) -> None:
    choose(api, "pact-broker")
    publish(api, "1", rolled(1))
    verified_and_deployed(api)
    publish(api, "2", rolled(2))
    assert [is_deployable(api, number) for number in "12"] == [True, None]


def test_examples_of_requests_count_unless_the_workspace_calls_them_interchangeable(api: TestClient) -> None:
    publish(api, "1", rolled(1))
    verified_and_deployed(api)
    publish(api, "2", rolled(1, request=8))
    assert is_deployable(api, "2") is None
    choose(api, "interchangeable-requests")
    publish(api, "3", rolled(1, request=9))
    Given(api).verified("Foo", "3", "Bar", "9")
    publish(api, "4", rolled(3, request=10))
    assert is_deployable(api, "4") is True


def test_examples_of_requests_do_not_count_where_the_publisher_says_so(api: TestClient) -> None:
    said = {"contracthub": {"interchangeableRequests": True}}
    publish(api, "1", rolled(1, **said))
    verified_and_deployed(api)
    publish(api, "2", rolled(2, request=8, **said))
    publish(api, "3", rolled(2, request=8))
    assert [is_deployable(api, number) for number in "123"] == [True, True, None]


def test_the_first_one_published_is_replayed(api: TestClient) -> None:
    choose(api, "interchangeable-requests")
    publish(api, "1", rolled(1, request=7))
    publish(api, "2", rolled(2, request=8))
    given = Given(api)
    wanted = given.call("POST", "/pacts/provider/Bar/for-verification", {})
    (pact,) = wanted["_embedded"]["pacts"]
    replayed = given.get(pact["_links"]["self"]["href"].removeprefix("http://hub.test"))
    assert examples(replayed) == (7, 1)
    assert replayed["_links"]["pb:consumer-version"]["name"] == "2"
    assert examples(given.get(f"{PAIR}/pact-version/{identity_of(api, '2')}")) == (7, 1)
    assert examples(given.get(f"{PAIR}/latest")) == (8, 2)


def test_the_first_one_is_replayed_still_when_its_version_is_gone(api: TestClient) -> None:
    choose(api, "interchangeable-requests")
    publish(api, "1", rolled(1, request=7))
    verified_and_deployed(api)
    publish(api, "2", rolled(2, request=8))
    assert api.delete("/pacticipants/Foo/versions/1").status_code == 204
    assert examples(Given(api).get(f"{PAIR}/pact-version/{identity_of(api, '2')}")) == (7, 1)
    assert is_deployable(api, "2") is True


def test_publishing_a_version_again_with_other_examples_changes_nothing(api: TestClient) -> None:
    publish(api, "1", rolled(1))
    publish(api, "1", rolled(2))
    assert examples(Given(api).get(f"{PAIR}/version/1")) == (7, 1)
    assert publish(api, "1", rolled("x"), status=409)["errors"]


def test_other_examples_are_no_changed_content(api: TestClient) -> None:
    publish(api, "1", rolled(1))
    told = publish(api, "2", rolled(2))
    assert "unchanged" in json.dumps(told["notices"])
    assert api.get(f"{PAIR}/version/2/previous-distinct").status_code == 404


@pytest.mark.parametrize(("before", "after"), [("pact-broker", "stable"), ("stable", "interchangeable-requests")])
def test_the_same_bytes_keep_their_evidence_under_a_more_generous_rule(
    api: TestClient, before: str, after: str
) -> None:
    choose(api, before)
    publish(api, "1", rolled(1))
    verified_and_deployed(api)
    choose(api, after)
    publish(api, "1", rolled(1))
    publish(api, "2", rolled(1))
    assert is_deployable(api, "2") is True
    assert identity_of(api, "1") == identity_of(api, "2")


def test_a_stricter_rule_takes_over_nothing_that_it_tells_apart(api: TestClient) -> None:
    choose(api, "interchangeable-requests")
    publish(api, "1", rolled(1, request=7))
    verified_and_deployed(api)
    publish(api, "2", rolled(1, request=8))
    choose(api, "stable")
    publish(api, "3", rolled(1, request=8))
    assert [is_deployable(api, number) for number in "123"] == [True, True, None]


def test_a_version_may_be_published_again_after_the_rule_was_changed(api: TestClient) -> None:
    choose(api, "interchangeable-requests")
    publish(api, "1", rolled(1))
    choose(api, "stable")
    publish(api, "1", rolled(2))
    assert examples(Given(api).get(f"{PAIR}/version/1")) == (7, 1)
    publish(api, "1", rolled(2, request=8), status=409)


def test_a_workspace_refuses_what_it_does_not_know(api: TestClient) -> None:
    shown = api.get(IDENTITY).json()
    assert shown.pop("instance")
    assert shown == {"name": "default", "contractIdentity": "stable"}
    for body in ({"contractIdentity": "mine"}, {"contractIdentity": None}, {"contractIdentity": ["stable"]}, {"x": 1}):
        answer = api.patch(IDENTITY, content=json.dumps(body), headers=MERGE_PATCH)
        assert answer.status_code == 400, answer.text
    assert api.get(IDENTITY).json()["contractIdentity"] == "stable"
    choose(api, "pact-broker")
    assert api.patch(IDENTITY, content="{}", headers=MERGE_PATCH).json()["contractIdentity"] == "pact-broker"


def test_a_rule_that_another_hub_chose_counts_from_the_next_publication(api: TestClient, database: Database) -> None:
    choose(api, "pact-broker")
    publish(api, "1", rolled(1))
    chosen_elsewhere(database, IdentityRule.STABLE)
    publish(api, "2", rolled(2))
    publish(api, "3", rolled(3))
    assert identity_of(api, "1") != identity_of(api, "2") == identity_of(api, "3")
    chosen_elsewhere(database, IdentityRule.PACT_BROKER)
    publish(api, "4", rolled(3))
    publish(api, "5", rolled(4))
    assert identity_of(api, "4") != identity_of(api, "5")


def test_nothing_is_refused_by_a_rule_that_another_hub_has_changed(api: TestClient, database: Database) -> None:
    choose(api, "pact-broker")
    publish(api, "1", rolled(1), rolled(2), status=400)
    publish(api, "1", rolled(1))
    chosen_elsewhere(database, IdentityRule.STABLE)
    publish(api, "2", rolled(1), rolled(2))
    chosen_elsewhere(database, IdentityRule.PACT_BROKER)
    publish(api, "3", rolled(1), rolled(2), status=400)
