"""What triggers webhooks, what they are told, and what is told of them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select
from starlette.testclient import TestClient

from contracthub.services.hub import DEFAULT_WORKSPACE, utc_now
from contracthub.services.ports.webhooks import NewTrigger
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.storage.webhook_deliveries import triggered
from tests.web.pact_broker.published import (
    contract,
    envelope,
    pact,
    pact_path,
    publish,
    published,
    put,
    report,
    result,
    results_url,
    texts,
)

ALL = (
    "contract_published",
    "contract_content_changed",
    "contract_requiring_verification_published",
    "provider_verification_published",
    "provider_verification_succeeded",
    "provider_verification_failed",
)
REQUIRING = "contract_requiring_verification_published"
REQUEST = {"method": "POST", "url": "https://ci.example/build", "body": {"pact": "${pactbroker.pactUrl}"}}
PAIR_PATH = "/pacts/provider/Bar/consumer/Foo"


def webhook(api: TestClient, *events: str, **more: Any) -> dict[str, Any]:
    answer = api.post("/webhooks", json={"request": REQUEST, "events": [{"name": each} for each in events]} | more)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def deliveries(database: Database) -> list[Any]:
    with database.reading() as connection:
        return list(connection.execute(select(triggered).order_by(triggered.c.id)))


def names(database: Database) -> list[str]:
    return [row.event_name for row in deliveries(database)]


def test_publications_and_results_trigger_what_they_are(api: TestClient, database: Database) -> None:
    webhook(api, *ALL)
    document = published(api)
    assert names(database) == ["contract_published", "contract_content_changed"]
    published(api, "2")
    put(api, pact(path="/other"), "3")
    assert names(database)[2:] == ["contract_published", "contract_published", "contract_content_changed"]
    assert report(api, results_url(document), result()).status_code == 201
    assert report(api, results_url(document), result(success=False)).status_code == 201
    assert names(database)[5:] == [
        "provider_verification_published",
        "provider_verification_succeeded",
        "provider_verification_published",
        "provider_verification_failed",
    ]


def test_only_what_is_asked_for_by_whom_it_fits_triggers(api: TestClient, database: Database) -> None:
    published(api)
    api.put("/pacticipants/Bar/labels/team", json={})
    for number, sides in enumerate(
        (
            {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}},
            {"consumer": {"name": "Foo"}},
            {"provider": {"name": "Bar"}},
            {"provider": {"label": "team"}},
            {"consumer": {"name": "Foo"}, "provider": {"label": "team"}},
            {},
            {"consumer": {"name": "Bar"}},
            {"provider": {"name": "Foo"}},
            {"consumer": {"label": "team"}},
            {"consumer": {"name": "Foo"}, "provider": {"label": "other"}},
        )
    ):
        webhook(api, "contract_published", description=str(number), **sides)
    webhook(api, "contract_published", description="off", enabled=False)
    told = texts(publish(api, envelope("2", contract(pact()))))
    fitting = [text.split('"')[1] for text in told if text.startswith("  Webhook")]
    assert fitting == ["0", "1", "2", "3", "4", "5"]
    assert len(deliveries(database)) == 6


def test_notices_tell_where_the_logs_are(api: TestClient) -> None:
    webhook(api, "contract_content_changed", description="Build")
    told = texts(publish(api, envelope("1", contract(pact()))))
    [notice] = [text for text in told if "Webhook" in text]
    opening, _, url = notice.rpartition(" ")
    assert opening == '  Webhook "Build" triggered for event contract_content_changed.\n    View logs at'
    assert api.get(url).text == "Webhook has not executed yet. Please retry in a few seconds."
    again = texts(publish(api, envelope("1", contract(pact()))))
    assert "  No enabled webhooks found for the detected events" in again
    assert not [text for text in again if "Configure separate" in text]


def test_what_a_publication_tells(api: TestClient, database: Database) -> None:
    for name, label in (("Foo", "front"), ("Bar", "back"), ("Bar", "core")):
        api.put(f"/pacticipants/{name}/labels/{label}", json={})
    webhook(api, "contract_published")
    publish(api, envelope("1", contract(pact()), branch="main", tags=["a", "b"], buildUrl="http://ci.example/1"))
    [row] = deliveries(database)
    url = row.parameters.pop("pactUrl")
    assert {key: value for key, value in row.parameters.items() if value} == {
        "eventName": "contract_published",
        "consumerName": "Foo",
        "consumerVersionNumber": "1",
        "consumerVersionTags": "a, b",
        "consumerVersionBranch": "main",
        "consumerLabels": "front",
        "providerName": "Bar",
        "providerLabels": "back, core",
        "buildUrl": "http://ci.example/1",
        "githubVerificationStatus": "pending",
        "bitbucketVerificationStatus": "INPROGRESS",
        "azureDevOpsVerificationStatus": "pending",
        "gitlabVerificationStatus": "pending",
    }
    document = api.get(url).json()
    assert document["_links"]["pb:consumer-versions"][0]["name"] == "1"
    assert report(api, results_url(document), result()).status_code == 201


def test_a_publication_tells_the_newest_result_of_the_main_branch(api: TestClient, database: Database) -> None:
    document = published(api)
    api.put("/pacticipants/Bar/branches/main/versions/8", json={})
    api.put("/pacticipants/Bar/branches/feat/versions/9", json={})
    report(api, results_url(document), result("8", success=False))
    report(api, results_url(document), result("9"))
    webhook(api, "contract_published")
    published(api, "2")
    [row] = deliveries(database)
    told = row.parameters
    assert (told["providerVersionNumber"], told["providerVersionBranch"]) == ("8", "main")
    assert (told["githubVerificationStatus"], told["gitlabVerificationStatus"]) == ("failure", "failed")
    assert api.get(told["verificationResultUrl"]).json()["providerApplicationVersion"] == "8"
    assert api.get(f"{pact_path('2')}/triggered-webhooks").json()["_embedded"]["triggeredWebhooks"] != []


def test_a_result_triggers_once_for_each_consumer_version(api: TestClient, database: Database) -> None:
    for number, branch in (("1", "main"), ("2", "feat"), ("3", "old")):
        published(api, number, branch=branch)
    webhook(api, "provider_verification_published")
    selectors = [{"branch": "main"}, {"branch": "feat"}]
    asked = api.post("/pacts/provider/Bar/for-verification", json={"consumerVersionSelectors": selectors})
    [found] = asked.json()["_embedded"]["pacts"]
    answer = report(api, results_url(api.get(found["_links"]["self"]["href"]).json()), result("9"))
    rows = deliveries(database)
    assert sorted(row.parameters["consumerVersionNumber"] for row in rows) == ["1", "2"]
    for row in rows:
        assert row.parameters["providerVersionNumber"] == "9"
        assert row.parameters["bitbucketVerificationStatus"] == "SUCCESSFUL"
        assert row.parameters["verificationResultUrl"] == answer.json()["_links"]["self"]["href"]
    listed = api.get(answer.json()["_links"]["pb:triggered-webhooks"]["href"]).json()
    assert len(listed["_embedded"]["triggeredWebhooks"]) == 2


def deployed(api: TestClient, number: str, environment: str, kind: str = "deployed-versions") -> None:
    environments = api.get("/environments").json()["_embedded"]["environments"]
    [uuid] = [each["uuid"] for each in environments if each["name"] == environment]
    path = f"/pacticipants/Bar/versions/{number}/{kind}/environment/{uuid}"
    assert api.post(path, json={}).status_code == 201


def test_each_provider_version_that_counts_requires_a_verification_once(api: TestClient, database: Database) -> None:
    document = published(api)
    for number, branch in (("6", "old"), ("7", "feat"), ("8", "main"), ("9", "main")):
        api.put(f"/pacticipants/Bar/branches/{branch}/versions/{number}", json={})
    deployed(api, "9", "test")
    deployed(api, "9", "production")
    deployed(api, "7", "production", "released-versions")
    webhook(api, REQUIRING)
    told = texts(publish(api, envelope("2", contract(pact()))))
    assert [row.event_name for row in deliveries(database)] == [REQUIRING, REQUIRING]
    seen = {row.parameters["providerVersionNumber"]: row.parameters for row in deliveries(database)}
    assert set(seen) == {"7", "9"}
    assert seen["7"]["providerVersionDescriptions"] == "released to production"
    nine = seen["9"]["providerVersionDescriptions"].split(", ")
    assert nine[0] == "latest from main branch main"
    assert sorted(nine[1:]) == ["deployed to production", "deployed to test"]
    assert seen["9"]["currentlyDeployedProviderVersionNumber"] == "9"
    assert any(REQUIRING in text for text in told if "Events detected" in text)
    for number in ("7", "9"):
        report(api, results_url(document), result(number, success=False))
    told = texts(publish(api, envelope("3", contract(pact()))))
    assert len(deliveries(database)) == 2
    assert not any(REQUIRING in text for text in told)


def test_the_status_is_of_the_newest_pact_by_webhook_and_event(api: TestClient, database: Database) -> None:
    assert api.get(f"{PAIR_PATH}/webhooks/status").status_code == 404
    webhook(api, "contract_published", "provider_verification_published")
    published(api)
    document = published(api, "2")
    publish(api, envelope("2", contract(pact())))
    report(api, results_url(document), result())
    told = api.get(f"{PAIR_PATH}/webhooks/status").json()
    assert told["summary"] == {"successful": 0, "failed": 0, "notRun": 2}
    entries = told["_embedded"]["triggeredWebhooks"]
    assert [each["eventName"] for each in entries] == ["provider_verification_published", "contract_published"]
    assert entries[0] | {"_links": None, "triggeredAt": None} == {
        "name": "POST ci.example",
        "status": "not_run",
        "attemptsMade": 0,
        "attemptsRemaining": 7,
        "triggerType": "resource_creation",
        "eventName": "provider_verification_published",
        "triggeredAt": None,
        "_links": None,
    }
    with database.writing() as connection:
        failed = triggered.c.event_name == "contract_published"
        connection.execute(triggered.update().where(failed).values(status="failure", attempts_made=7))
    told = api.get(f"{PAIR_PATH}/webhooks/status").json()
    assert told["summary"] == {"successful": 0, "failed": 1, "notRun": 1}
    [logs] = told["_links"]["pb:error-logs"]
    told = api.get(logs["href"], headers={"Accept": "application/hal+json"}).json()
    assert told.pop("_links")["self"]["href"] == logs["href"]
    expected = {"eventName": "contract_published", "consumerName": "Foo", "providerName": "Bar", "executions": []}
    assert told == expected


def test_what_a_webhook_has_triggered_outlives_it_and_is_given_up(api: TestClient, database: Database) -> None:
    made = webhook(api, "contract_published")
    published(api)
    under_way = {"status": "retrying", "lease_until": datetime(2100, 1, 1, tzinfo=UTC)}
    with database.writing() as connection:
        connection.execute(triggered.update().values(under_way))
    assert api.delete(made["_links"]["self"]["href"]).status_code == 204
    [row] = deliveries(database)
    assert (row.status, row.next_attempt_at, row.lease_until, row.webhook_id) == ("failure", None, None, None)
    [entry] = api.get(f"{pact_path()}/triggered-webhooks").json()["_embedded"]["triggeredWebhooks"]
    assert entry["attemptsRemaining"] == 0
    assert api.get(entry["_links"]["pb:logs"]["href"]).status_code == 200
    assert api.get("/metrics").json()["triggeredWebhooks"] == {"count": 1}
    assert api.delete("/pacticipants/Foo").status_code == 204
    assert deliveries(database) == []


def test_a_refused_publication_triggers_nothing(api: TestClient, database: Database) -> None:
    published(api)
    webhook(api, *ALL)
    assert publish(api, envelope("1", contract(pact(path="/other")))).status_code == 409
    assert deliveries(database) == []


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_without_webhooks_a_publication_asks_once_for_them(api: TestClient, statements: list[str]) -> None:
    published(api)
    many = [contract(pact(provider=f"P{number}"), provider=f"P{number}") for number in range(20)]
    statements.clear()
    assert publish(api, envelope("2", *many)).status_code == 200
    assert len([each for each in statements if "webhook" in each]) == 1
    statements.clear()
    assert report(api, results_url(api.get(pact_path("1")).json()), result()).status_code == 201
    assert len([each for each in statements if "webhook" in each]) == 1


def test_triggered_webhooks_carry_the_definition_of_their_time(api: TestClient, database: Database) -> None:
    made = webhook(api, "contract_published")
    published(api)
    changed = {"request": {"method": "POST", "url": "https://other.example"}}
    assert (
        api.put(
            made["_links"]["self"]["href"], content=json.dumps(changed), headers={"Content-Type": "application/json"}
        ).status_code
        == 200
    )
    [row] = deliveries(database)
    assert row.request["url"] == "https://ci.example/build"


def test_a_deleted_webhook_leaves_none_of_its_secrets_behind(api: TestClient, database: Database) -> None:
    secret = {"method": "POST", "url": "https://ci.example/s3cr3t?token=s3cr3t", "headers": {"Authorization": "s3cr3t"}}
    more = {"body": {"password": "s3cr3t"}, "username": "u", "password": "s3cr3t"}
    made = webhook(api, "contract_published", request={**secret, **more}, signingSecret="s3cr3t")
    published(api)
    here = made["_links"]["self"]["href"]
    elsewhere = {"request": {"method": "POST", "url": "https://other.example/s3cr3t", "password": "s3cr3t"}}
    assert api.put(here, json=elsewhere | {"events": made["events"]}).status_code == 200
    published(api, "2")
    assert api.delete(here).status_code == 204
    rows = deliveries(database)
    assert [(row.status, row.next_attempt_at) for row in rows] == [("failure", None)] * 2
    assert "s3cr3t" not in str(rows)
    listed = api.get(pact_path("1") + "/triggered-webhooks").json()["_embedded"]["triggeredWebhooks"]
    assert [each["name"] for each in listed] == ["POST ci.example"]
    assert [row.request["url"] for row in rows] == ["https://ci.example", "https://other.example"]


def test_a_webhook_that_was_deleted_since_it_was_read_triggers_nothing(api: TestClient, database: Database) -> None:
    made = webhook(api, "contract_published")
    published(api)
    with DatabaseStorage(database).reading(DEFAULT_WORKSPACE) as unit:
        read = unit.webhooks.find(made["uuid"])
        publication = unit.contracts.find_publication("Foo", "Bar", "1")
    assert read is not None
    assert publication is not None
    assert api.delete(made["_links"]["self"]["href"]).status_code == 204
    new = NewTrigger("late", read, "contract_published", publication, None, {}, 7, utc_now(), utc_now())
    with DatabaseStorage(database).writing(DEFAULT_WORKSPACE) as unit:
        assert unit.webhooks.trigger([new]) == set()
    assert len(deliveries(database)) == 1
