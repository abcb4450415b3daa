"""What consumers in environments need of a provider, through the API; on both databases."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

AVRO = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
OFFERED = {"path": "order.avsc"}


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def needs(given: Given, *environments: str, provider: str = "Bar") -> Any:
    query = "&".join(f"environment={name}" for name in environments)
    return given.get(f"/api/v1/providers/{provider}/needs?{query}")


def test_only_what_lives_there_counts(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.published("Foo", "2", {"Bar": 2})
    test, production = given.environment_uuid("test"), given.environment_uuid("production")
    given.deployed("Foo", "1", production)
    given.deployed("Foo", "2", test)

    answer = needs(given, "production")
    assert [(each["consumer"], each["version"], each["environments"]) for each in answer["contracts"]] == [
        ("Foo", "1", ["production"])
    ]
    every = needs(given)
    assert every["environments"] == ["production", "test"]
    assert [each["version"] for each in every["contracts"]] == ["1", "2"]
    (need, *_) = answer["contracts"][0]["needs"]
    assert {"operation", "direction", "part", "path", "interaction", "type", "matcher"} <= need.keys()
    assert answer["withoutContract"] == []


def test_a_version_that_has_published_nothing_is_told(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.version("Foo", "2")
    given.deployed("Foo", "2", given.environment_uuid("production"))

    answer = needs(given, "production")
    assert answer["contracts"] == []
    assert answer["withoutContract"] == [{"consumer": "Foo", "version": "2", "environments": ["production"]}]


def test_readers_come_with_their_schemas(given: Given) -> None:
    schemas = [{"topic": "orders", "schema": AVRO, "provider": "Bar"}]
    body = {"consumer": "Foo", "version": "1", "branch": "main", "schemas": schemas}
    given.call("POST", "/api/v1/reader-schemas", body, status=(201,))
    given.deployed("Foo", "1", given.environment_uuid("production"))

    (reader,) = needs(given, "production")["readers"]
    assert (reader["consumer"], reader["subject"], reader["schemaType"]) == ("Foo", "orders-value", "AVRO")
    assert reader["schema"] == AVRO
    assert reader["namesProvider"]


@pytest.mark.parametrize(("path", "status"), [("Bar/needs?environment=nowhere", 400), ("Nobody/needs", 404)])
def test_what_does_not_exist_is_said(api: TestClient, given: Given, path: str, status: int) -> None:
    given.published("Foo", "1", {"Bar": 1})
    answer = api.get(f"/api/v1/providers/{path}")
    assert answer.status_code == status
    assert "nowhere" in answer.text or "Nobody" in answer.text
