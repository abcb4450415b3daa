"""A page costs the same number of statements however much there is to show."""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.given import Given
from tests.web.pages.browsing import open_page


def statements_of(database: Database, call: Callable[[], object]) -> int:
    """How many statements a call sends to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(sent)


def grow(given: Given, numbers: range) -> None:
    """More consumers of one provider, and more versions on both sides."""
    production = given.environment_uuid("production")
    for number in numbers:
        given.published(f"consumer{number}", "1", {"provider": number}, branch="main", tags=("t",))
        given.published("first", f"{number}", {"provider": number}, branch=f"b{number}")
        given.version("provider", f"{number}", f"b{number}")
        given.verified("first", f"{number}", "provider", f"{number}", success=number % 2 == 0)
        given.deployed(f"consumer{number}", "1", production)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=consumer",
        "/pacticipants/provider",
        "/matrix/provider/provider/consumer/first",
        "/pacts/provider/provider/consumer/first/latest",
        "/can-i-deploy?pacticipant=first&version=2&environment=production",
    ],
)
def test_as_many_statements_for_60_integrations_as_for_3(
    api: TestClient, database: Database, given: Given, path: str
) -> None:
    grow(given, range(3))
    open_page(api, path)
    few = statements_of(database, lambda: open_page(api, path))
    grow(given, range(3, 60))
    many = statements_of(database, lambda: open_page(api, path))

    assert few == many
    assert few <= 26
