"""Webhooks that are sent: tried once with nothing recorded, and from an event to the logs."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from contracthub.domain.webhook_rules import WebhookRules
from contracthub.outbound.guarded_http import GuardedHttp, Limits
from contracthub.services.hub import DEFAULT_WORKSPACE, Hub, Rules
from contracthub.services.webhook_delivery import claim, deliver
from contracthub.services.webhooks import MOST_TRIALS
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.storage.webhook_deliveries import execution, triggered
from contracthub.web.app import create_app
from contracthub.web.settings import Settings
from tests.features.test_hostile_input import BODIES
from tests.outbound.receivers import HANGS_AFTER_SECONDS, Receiver, is_signed, receiving, status
from tests.web.pact_broker.published import pact_path, published, report, result, results_url

NAME = "webhook-of-sixteen"
RULES = Rules(webhooks=WebhookRules(schemes=("http",), hosts=("127.0.0.1",), first_delay_seconds=0))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    app = create_app(DatabaseStorage(database), Settings(rules=RULES), sender=GuardedHttp())
    with TestClient(app, base_url="http://hub.test", raise_server_exceptions=False) as found:
        yield found


def definition(receiver: Receiver, **more: Any) -> dict[str, Any]:
    told = {
        name: f"${{pactbroker.{name}}}" for name in ("eventName", "consumerName", "consumerVersionNumber", "pactUrl")
    }
    told["status"] = "${pactbroker.githubVerificationStatus}"
    request = {"method": "POST", "url": f"{receiver.url}/build", "body": told, "username": "u", "password": "secret"}
    return {"request": request, **more}


def test_it_is_sent_for_the_newest_pact_and_its_result(
    client: TestClient, receiver: Receiver, database: Database
) -> None:
    published(client)
    report(client, results_url(published(client, "2", "/other")), result(success=False))
    client.put(f"/webhooks/{NAME}", json=definition(receiver, consumer={"name": "Foo"}))
    answer = client.post(f"/webhooks/{NAME}/execute")
    assert answer.status_code == 200
    told = answer.json()
    sent = json.loads(receiver.received[0].body)
    assert client.get(sent.pop("pactUrl")).status_code == 200
    assert sent == {"eventName": "test", "consumerName": "Foo", "consumerVersionNumber": "2", "status": "failure"}
    assert (told["success"], told["response"]["status"], told["request"]["url"]) == (True, 200, f"{receiver.url}/build")
    assert json.loads(told["request"]["body"])["consumerVersionNumber"] == "2"
    assert told["_links"]["try-again"]["href"] == f"http://hub.test/webhooks/{NAME}/execute"
    assert told["_links"]["webhook"]["href"] == f"http://hub.test/webhooks/{NAME}"
    assert "secret" not in answer.text
    assert told["logs"]
    with database.reading() as connection:
        counts = (
            connection.execute(select(func.count()).select_from(each)).scalar() for each in (triggered, execution)
        )
        assert list(counts) == [0, 0]


def test_trials_of_a_slow_receiver_leave_the_hub_to_others(database: Database, receiver: Receiver) -> None:
    patient = GuardedHttp(Limits(total_seconds=HANGS_AFTER_SECONDS * 2))
    app = create_app(DatabaseStorage(database), Settings(rules=RULES), sender=patient)
    receiver.manners += [receiver.hang] * MOST_TRIALS
    with TestClient(app, base_url="http://hub.test") as client, ThreadPoolExecutor(MOST_TRIALS) as pool:
        slow = [pool.submit(client.post, "/webhooks/execute", json=definition(receiver)) for _ in range(MOST_TRIALS)]
        try:
            receiver.wait_for_requests(MOST_TRIALS)
            refused = client.post("/webhooks/execute", json=definition(receiver))
        finally:
            receiver.let_go()
        assert (refused.status_code, "Try again" in refused.json()["error"]) == (503, True)
        assert [each.result().status_code for each in slow] == [200] * MOST_TRIALS
        assert client.post("/webhooks/execute", json=definition(receiver)).json()["success"]
    assert len(receiver.received) == MOST_TRIALS + 1


def test_without_a_pact_it_is_sent_with_placeholders(client: TestClient, receiver: Receiver) -> None:
    answer = client.post("/webhooks/execute", json=definition(receiver))
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert json.loads(receiver.received[0].body)["consumerName"] == "placeholder-consumer"
    client.put("/pacticipants/Foo/versions/1", json={})
    client.post("/webhooks/execute", json=definition(receiver, consumer={"name": "Foo"}))
    assert json.loads(receiver.received[1].body)["consumerName"] == "Foo"


def test_a_failure_is_an_answer_too(client: TestClient, receiver: Receiver) -> None:
    receiver.manners.append(status(500, body="no"))
    told = client.post("/webhooks/execute", json=definition(receiver))
    assert (told.status_code, told.json()["success"], told.json()["response"]["body"]) == (200, False, "no")
    gone = definition(receiver)
    gone["request"]["url"] = "http://127.0.0.1:9/"
    told = client.post("/webhooks/execute", json=gone)
    assert (told.status_code, told.json()["success"]) == (200, False)


def test_what_is_no_definition_is_not_sent(client: TestClient, receiver: Receiver) -> None:
    elsewhere = definition(receiver)
    elsewhere["request"]["url"] = "http://10.0.0.1/"
    assert client.post("/webhooks/execute", json=elsewhere).status_code == 400
    assert client.post("/webhooks/execute", json={}).json() == {"errors": {"request": ["is missing"]}}
    assert client.post("/webhooks/unknown-but-long/execute").status_code == 404
    for body in BODIES.values():
        answer = client.post("/webhooks/execute", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500
    assert receiver.received == []


def test_a_hub_without_a_client_says_so(api: TestClient) -> None:
    request = {"method": "POST", "url": "https://ci.example"}
    answer = api.post("/webhooks/execute", json={"request": request})
    assert (answer.status_code, "calls nobody" in answer.json()["error"]) == (503, True)


def test_a_publication_arrives_and_its_logs_tell(client: TestClient, receiver: Receiver, database: Database) -> None:
    sent = definition(receiver, events=[{"name": "contract_published"}], signingSecret="hmac-key")
    assert client.put(f"/webhooks/{NAME}", json=sent).status_code == 201
    published(client)
    hub = Hub(DatabaseStorage(database), DEFAULT_WORKSPACE, RULES)
    due = claim(hub)
    assert due is not None
    deliver(hub, GuardedHttp(), due)
    [received] = receiver.received
    assert is_signed(received, "hmac-key")
    told = json.loads(received.body)
    assert (told["eventName"], told["consumerVersionNumber"]) == ("contract_published", "1")
    assert client.get(told["pactUrl"]).status_code == 200
    [entry] = client.get(f"{pact_path()}/triggered-webhooks").json()["_embedded"]["triggeredWebhooks"]
    assert (entry["status"], entry["attemptsMade"], entry["attemptsRemaining"]) == ("success", 1, 0)
    logs = client.get(entry["_links"]["pb:logs"]["href"])
    assert logs.headers["content-type"].startswith("text/plain")
    assert f"{receiver.url}/build" in logs.text
    assert "secret" not in logs.text
    as_hal = client.get(entry["_links"]["pb:logs"]["href"], headers={"Accept": "application/hal+json"}).json()
    assert [(each["success"], each["logs"]) for each in as_hal["executions"]] == [(True, logs.text)]
    summary = client.get("/pacts/provider/Bar/consumer/Foo/webhooks/status").json()["summary"]
    assert summary == {"successful": 1, "failed": 0}


def test_trying_is_a_resource_of_its_own_and_no_webhook(api: TestClient) -> None:
    allowed = api.options("/webhooks/execute").headers["allow"]
    assert allowed == "POST, OPTIONS"
    for method in ("GET", "PUT", "DELETE"):
        refused = api.request(method, "/webhooks/execute", headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
