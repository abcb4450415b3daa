"""The decision page: the big answer, what blocks, and the command that clears it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.web.pages import story
from tests.web.pages.browsing import open_page

SNAPSHOT = Path(__file__).parent / "decision_page.txt"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def frozen(database: Database) -> Iterator[TestClient]:
    """A hub whose clock stands still."""
    app = create_app(DatabaseStorage(database), clock=lambda: NOON)
    with TestClient(app, base_url="http://hub.test") as client:
        yield client


def test_the_whole_page_reads_as_it_is_kept(frozen: TestClient) -> None:
    story.tell(Given(frozen))

    page = open_page(frozen, "/can-i-deploy?pacticipant=orders&version=2.0&environment=production")

    lines = [" ".join(text.split()) for text in page.texts]
    assert "\n".join(filter(None, lines)) + "\n" == SNAPSHOT.read_text()


def test_yes(api: TestClient, told: Given) -> None:
    page = open_page(api, "/can-i-deploy?pacticipant=web&version=1&environment=production")

    assert "Yes web 1 can be deployed to production." in page.text
    assert "What blocks" not in page.text
    assert story.evidence_path(told, success=True) in page.links


def test_no_with_the_fact_that_blocks_and_what_clears_it(api: TestClient, told: Given) -> None:
    page = open_page(api, "/can-i-deploy?pacticipant=orders&version=2.0&environment=production")

    assert "No orders 2.0 must not be deployed to production." in page.text
    assert "$.total: Expected 12.5 but got nothing" in page.text
    assert "contracthub verify provider orders" in page.text


def test_not_known_is_never_a_yes(api: TestClient, told: Given) -> None:
    told.version("orders", "3.0")

    page = open_page(api, "/can-i-deploy?pacticipant=orders&version=3.0&environment=production")

    assert "Not known It is not known whether orders 3.0 works in production" in page.text


def test_a_version_that_does_not_exist_is_not_published(api: TestClient, told: Given) -> None:
    page = open_page(api, "/can-i-deploy?pacticipant=orders&version=9&environment=production")

    assert "No orders 9 must not be deployed to production." in page.text
    assert "Not published" in page.text


def test_a_version_without_dependencies_can_go(api: TestClient, told: Given) -> None:
    told.version("loner", "1")

    page = open_page(api, "/can-i-deploy?pacticipant=loner&version=1&environment=production")

    assert "depends on nothing there" in page.text


def test_a_tag_names_the_target_too(api: TestClient, told: Given) -> None:
    told.tag("orders", "1.0", "prod")

    page = open_page(api, "/can-i-deploy?pacticipant=web&version=1&to=prod")

    assert "Yes web 1 can be deployed to versions tagged prod." in page.text


def test_the_form_offers_what_there_is_and_keeps_what_was_said(api: TestClient, told: Given) -> None:
    page = open_page(api, "/can-i-deploy?pacticipant=web&version=1")

    assert "Name an environment to get an answer." in page.text
    values = [each.get("value") for each in page.all_of("input")]
    assert values == ["", "web", "1"]
    assert {"web", "orders", "production", "test"} <= {each["value"] for each in page.all_of("option")}


def test_the_empty_form_asks(api: TestClient) -> None:
    page = open_page(api, "/can-i-deploy")

    assert "Name a version and where it is to go." in page.text
    assert "alert" not in [attributes.get("role") for _, attributes in page.tags]


def test_the_answer_in_json_is_the_same(api: TestClient, told: Given) -> None:
    page = open_page(api, "/can-i-deploy?pacticipant=orders&version=2.0&environment=production")

    (own,) = [link for link in page.links if link.endswith("format=json")]
    assert api.get(own, headers={"Accept": "text/html"}).json()["summary"]["deployable"] is False
