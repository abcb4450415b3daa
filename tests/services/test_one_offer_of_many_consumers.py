"""A provider's document that many consumers are held against is read once and compiled once."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.formats.comparisons.pact_openapi.provider_document import openapi_document
from contracthub.services import offers, paper_comparing
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.hub import utc_now
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.settings import Settings
from tests.features.given import Given
from tests.features.papers import offered, openapi

CONSUMERS = 200


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a document is read, and a schema compiled; both go on as they do."""
    count: Counter[str] = Counter()

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            count[name] += 1
            return real(*arguments, **options)

        return called

    monkeypatch.setattr(paper_comparing, "_made", BoundedCache(100_000))
    monkeypatch.setattr(offers, "_compiled", BoundedCache(10_000_000))
    reading = counting("read", openapi_document)
    monkeypatch.setattr("contracthub.formats.comparisons.offers.openapi_document", reading)
    validator = counting("compiled", jsonschema_rs.Draft202012Validator)
    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", validator)
    return count


@pytest.fixture
def given(built_app: FastAPI, sqlite_url: str) -> Iterator[Given]:
    """A hub over one database: what is counted happens in the process."""
    database = open_database(sqlite_url)
    built_app.state.storage = DatabaseStorage(database)
    built_app.state.settings, built_app.state.clock = Settings(), utc_now
    with TestClient(built_app, base_url="http://hub.test", raise_server_exceptions=False) as api:
        yield Given(api)
    database.close()


def test_of_two_hundred_consumers_the_first_pays(given: Given, counted: Counter[str]) -> None:
    offered(given, "Bar", "9", openapi(1))
    for each in range(CONSUMERS):
        given.published(f"Foo{each}", "1", {"Bar": 1}, example=each)
    rows = given.get("/matrix?q[][pacticipant]=Bar&q[][version]=9&latestby=cvpv&limit=1000")["matrix"]
    assert len(rows) == CONSUMERS
    assert counted == {"read": 1, "compiled": 1}
