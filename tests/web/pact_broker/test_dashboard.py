"""The dashboard over HTTP (pact-broker-api §16)."""

from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.given import Given

BASE = "http://hub.test"


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def shown(items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (each["consumer"]["version"]["number"], each["provider"]["name"], each["verificationStatus"]) for each in items
    ]


def test_an_item_tells_all_that_is_known(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("a",))
    given.version("Bar", "7", "dev")
    given.tag("Bar", "7", "prod")
    given.verified("Foo", "1", "Bar", "7")
    (item,) = api.get("/dashboard").json()["items"]
    assert item["consumer"]["name"] == "Foo"
    version = item["consumer"]["version"]
    assert (version["number"], version["branch"], version["headBranchNames"]) == ("1", "main", ["main"])
    version = item["provider"]["version"]
    assert (version["number"], version["branch"], version["headBranchNames"]) == ("7", "dev", ["dev"])
    assert item["pact"]["_links"]["self"]["href"] == f"{BASE}/pacts/provider/Bar/consumer/Foo/version/1"
    assert item["pactTags"] == [{"name": "a", "latest": True}]
    result = item["latestVerificationResult"]
    assert result["success"] is True
    assert api.get(result["_links"]["self"]["href"]).json()["verificationDate"] == result["verifiedAt"]
    assert item["latestVerificationResultTags"] == [{"name": "prod", "latest": True}]
    assert (item["verificationStatus"], item["webhookStatus"], item["latestWebhookExecution"]) == (
        "success",
        "none",
        None,
    )
    assert item["_links"]["pb:webhook-status"]["href"] == f"{BASE}/pacts/provider/Bar/consumer/Foo/webhooks/status"


def test_what_was_never_verified_has_nulls(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    (item,) = api.get("/dashboard").json()["items"]
    assert item["provider"]["version"] is None
    assert item["latestVerificationResult"] is None
    assert item["latestVerificationResultTags"] == []
    assert item["consumer"]["version"]["branch"] is None
    assert item["verificationStatus"] == "never"


def test_the_newest_those_with_tags_and_those_in_environments(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, tags=("a",))
    given.published("Foo", "2", {"Bar": 2}, tags=("a", "b"))
    given.published("Foo", "3", {"Bar": 3, "Baz": 1}, branch="main")
    given.published("Foo", "4", {"Bar": 4}, branch="main")
    given.published("Foo", "5", {"Bar": 5}, branch="main")
    test = given.environment_uuid("test")
    given.deployed("Foo", "1", test, "blue")
    given.released("Foo", "3", test)
    given.deployed("Foo", "4", test)
    given.deployed("Foo", "5", test)
    items = api.get("/dashboard").json()["items"]
    assert sorted((number, provider) for number, provider, _ in shown(items)) == [
        ("1", "Bar"),
        ("2", "Bar"),
        ("3", "Bar"),
        ("3", "Baz"),
        ("5", "Bar"),
    ]
    of_pair = api.get("/dashboard/provider/Baz/consumer/Foo").json()["items"]
    assert [number for number, _, _ in shown(of_pair)] == ["3"]
    assert api.get("/dashboard/provider/Nobody/consumer/Foo").status_code == 404


def test_statuses_and_latest_activity_first(api: TestClient, given: Given) -> None:
    given.published("A", "1", {"Bar": 1})
    given.published("B", "2", {"Bar": 1}, branch="main")
    given.published("B", "3", {"Bar": 2}, branch="main")
    given.published("C", "4", {"Bar": 1})
    given.verified("B", "2", "Bar", "7")
    given.verified("A", "1", "Bar", "7", success=False)
    found = shown(api.get("/dashboard").json()["items"])
    assert found == [("1", "Bar", "failed"), ("4", "Bar", "never"), ("3", "Bar", "stale")]


def test_new_content_does_not_cover_up_that_the_last_result_was_bad(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "7", success=False)
    given.published("Foo", "2", {"Bar": 2})
    (item,) = api.get("/dashboard").json()["items"]
    assert item["verificationStatus"] == "failed"
    assert item["latestVerificationResult"] is None
    given.verified("Foo", "1", "Bar", "8")
    (item,) = api.get("/dashboard").json()["items"]
    assert item["verificationStatus"] == "stale"


def test_pages(api: TestClient, given: Given) -> None:
    for index in range(3):
        given.published("Foo", "1", {f"Bar{index}": 1})
    body = api.get("/dashboard").json()
    assert body["page"] == {"number": 1, "size": 30, "totalElements": 3, "totalPages": 1}
    body = api.get("/dashboard?size=2").json()
    assert len(body["items"]) == 2
    assert len(api.get(body["_links"]["next"]["href"]).json()["items"]) == 1


def test_as_many_statements_for_many_items_as_for_one(api: TestClient, given: Given, database: Database) -> None:
    def statements() -> int:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        assert api.get("/dashboard").status_code == 200
        event.remove(database.engine, "before_cursor_execute", note)
        return len(asked)

    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("a",))
    given.verified("Foo", "1", "Bar", "7")
    one = statements()
    for index in range(8):
        given.published(f"Foo{index}", "1", {"Bar": 1, "Baz": 1}, branch="main", tags=("a",))
        given.verified(f"Foo{index}", "1", "Bar", f"{index}")
    assert statements() == one
