"""Schemas of events are stored once, and removed with the last who reads or writes with them; on both databases."""

import base64
import json

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.storage.event_texts import event_schema
from tests.features.given import Given

ORDER = json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]})


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def reads(given: Given, consumer: str, number: str) -> None:
    body = {"consumer": consumer, "version": number, "schemas": [{"topic": "orders", "schema": ORDER}]}
    given.call("POST", "/api/v1/reader-schemas", body)


def writes(given: Given, provider: str, number: str) -> None:
    content = base64.b64encode(ORDER.encode()).decode()
    contract = {"topic": "orders", "files": [{"path": "order.avsc", "content": content}]}
    given.call("POST", "/api/v1/provider-contracts", {"provider": provider, "version": number, "contract": contract})


def stored(database: Database) -> int:
    with database.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(event_schema)).scalar_one()


def test_a_schema_is_stored_once_and_goes_with_the_last_version(
    given: Given, api: TestClient, database: Database
) -> None:
    for number in ("1", "2"):
        reads(given, "Foo", number)
        writes(given, "Bar", number)
    assert stored(database) == 1
    for path in ("Foo/versions/1", "Foo/versions/2", "Bar/versions/1"):
        assert api.delete(f"/pacticipants/{path}").status_code == 204
        assert stored(database) == 1
    offered = "/api/v1/pacticipants/Bar/versions/2/provider-contracts/orders-value"
    assert api.delete(offered).status_code == 204
    assert stored(database) == 0


def test_a_consumer_that_reads_a_topic_outlives_its_last_integration(given: Given, api: TestClient) -> None:
    given.published("Foo", "1", {"Bar": 1})
    reads(given, "Foo", "2")
    assert api.delete("/integrations/provider/Bar/consumer/Foo").status_code in {200, 204}
    assert api.get("/pacticipants/Foo/versions/1").status_code == 404
    assert api.get("/api/v1/pacticipants/Foo/versions/2/reader-schemas/orders-value").status_code == 200


def test_a_removed_provider_leaves_its_readers_without_an_answer(given: Given, api: TestClient) -> None:
    reads(given, "Foo", "1")
    writes(given, "Bar", "1")
    assert api.delete("/pacticipants/Bar").status_code == 204
    given.environment("prod")
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert (answer["summary"]["deployable"], answer["summary"]["unknown"]) == (None, 1)


def test_nothing_is_left_when_all_integrations_go(given: Given, api: TestClient, database: Database) -> None:
    reads(given, "Foo", "1")
    writes(given, "Bar", "1")
    assert api.delete("/integrations").status_code in {200, 204}
    assert stored(database) == 0
