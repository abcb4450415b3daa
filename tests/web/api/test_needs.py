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


def test_main_branches_count_when_they_are_asked_for(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.patch("/pacticipants/Foo", {"mainBranch": "main"})
    given.published("Foo", "2", {"Bar": 2}, branch="main")
    given.published("Foo", "3", {"Bar": 3}, branch="feat")
    given.deployed("Foo", "1", given.environment_uuid("production"))

    assert [each["version"] for each in needs(given)["contracts"]] == ["1"]
    answer = given.get("/api/v1/providers/Bar/needs?environment=production&mainBranches=true")
    assert answer["environments"] == ["production", "main branch"]
    places = [(each["version"], each["environments"]) for each in answer["contracts"]]
    assert places == [("1", ["production"]), ("2", ["main branch"])]


def test_what_lives_and_is_the_head_of_the_main_branch_is_told_once(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.patch("/pacticipants/Foo", {"mainBranch": "main"})
    given.deployed("Foo", "1", given.environment_uuid("production"))
    (found,) = given.get("/api/v1/providers/Bar/needs?mainBranches=true")["contracts"]
    assert found["environments"] == ["production", "main branch"]


def test_a_version_of_the_main_branch_without_a_contract_is_told(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.patch("/pacticipants/Foo", {"mainBranch": "main"})
    given.version("Foo", "2", "main")
    answer = given.get("/api/v1/providers/Bar/needs?mainBranches=true")
    assert answer["withoutContract"] == [{"consumer": "Foo", "version": "2", "environments": ["main branch"]}]


def test_main_branches_are_counted_or_not(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    answer = api.get("/api/v1/providers/Bar/needs?mainBranches=perhaps")
    assert answer.status_code == 400
    assert "mainBranches" in answer.text
