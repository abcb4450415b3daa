"""Both sides are published at once, by two hubs: whatever happens first, no comparison is missing afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from contracthub.services import offers, paper_comparing
from contracthub.services.bounded_cache import BoundedCache
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.papers import offered, openapi

CROSS = "/contracts/bi-directional/provider/Bar/version/9/consumer/Foo{}/version/1/cross-contract-verification-results"
CONSUMERS = 8


@pytest.fixture
def both(database: Database) -> tuple[Given, Given]:
    """Two hubs over one database."""
    one, other = (
        Given(TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test")) for _ in range(2)
    )
    return one, other


def test_no_comparison_is_missing_when_both_sides_are_published_at_once(
    both: tuple[Given, Given], database: Database
) -> None:
    consumers, provider = both
    start = Barrier(2)

    def publish_contracts() -> None:
        start.wait()
        for each in range(CONSUMERS):
            consumers.published(f"Foo{each}", "1", {"Bar": each % 3}, branch="main")

    def publish_documents() -> None:
        start.wait()
        for name in ("a", "b", "c"):
            offered(provider, "Bar", "9", openapi(0, 1), name=name, branch="main")

    with ThreadPoolExecutor(2) as pool:
        work: list[Callable[[], None]] = [publish_contracts, publish_documents]
        for each in [pool.submit(one) for one in work]:
            each.result()
    for place, given in enumerate(both * (CONSUMERS // 2)):
        expected = "failed" if place % 3 == 2 else "success"
        assert given.get(CROSS.format(place))["verificationStatus"] == expected
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT consumer_identity, provider_identity FROM comparison").all()
    assert len(rows) == len(set(rows))


def test_a_document_that_many_consumers_need_is_read_once(
    both: tuple[Given, Given], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, _ = both
    monkeypatch.setattr(offers, "_compiled", BoundedCache(1_000_000))
    monkeypatch.setattr(paper_comparing, "_made", BoundedCache(1_000))
    made: list[object] = []
    original = offers.CompiledOffer  # type: ignore[attr-defined]

    def counted(*arguments: object) -> object:
        made.append(arguments)
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(offers, "CompiledOffer", counted)
    for each in range(30):
        # Each has contents of its own.
        given.published(f"Foo{each}", "1", {"Bar": each}, branch="main")
    answer = offered(given, "Bar", "9", openapi(*range(40)), branch="main")
    told = [each["text"] for each in answer["notices"] if "ompatible" in each["text"]]
    assert len(told) == 11
    assert told[-1] == "  And compatible with 20 more."
    for each in range(30):
        assert given.get(CROSS.format(each))["verificationStatus"] == "success"
    assert len(made) == 1
