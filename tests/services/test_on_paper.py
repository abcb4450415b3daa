"""What documents say of contracts, as the gate asks for it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.domain.comparisons import OnPaper
from contracthub.services import offers, paper_comparing
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.hub import utc_now
from contracthub.services.on_paper import PaperPair, on_paper
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.features.given import Given
from tests.features.papers import offered, openapi


@pytest.fixture
def given(api: TestClient) -> Given:
    """The hub."""
    return Given(api)


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered in the process from one test to the next."""
    monkeypatch.setattr(paper_comparing, "_made", BoundedCache(1_000))
    monkeypatch.setattr(offers, "_compiled", BoundedCache(10_000_000))


class Asking:
    """Asks what is on paper, by names and numbers."""

    def __init__(self, database: Database) -> None:
        self.storage = DatabaseStorage(database)

    def __call__(self, consumer: str, number: str, provider: str, provider_number: str, **more: Any) -> OnPaper | None:
        with self.storage.reading("default") as unit:
            needing, offering = unit.matrix.asked(consumer, number), unit.matrix.asked(provider, provider_number)
            assert needing is not None
            assert offering is not None
            assert needing.version is not None
            assert offering.version is not None
            pair = PaperPair(needing.version.id, offering.id, offering.version.id, more.get("live"))
            return on_paper(unit, [pair], now=utc_now()).get(pair)


@pytest.fixture
def ask(database: Database) -> Asking:
    """What is on paper."""
    return Asking(database)


def test_a_version_without_documents_is_not_spoken_of(given: Given, ask: Asking) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.version("Bar", "9")
    assert ask("Foo", "1", "Bar", "9") is None


def test_what_the_document_has_is_compatible(given: Given, ask: Asking) -> None:
    given.published("Foo", "1", {"Bar": 1}, example=4)
    offered(given, "Bar", "9", openapi(1), name="api")
    found = ask("Foo", "1", "Bar", "9")
    assert found is not None
    assert (found.comparison.outcome, found.documents, found.self_verified, found.checked) == (
        True,
        ("api",),
        None,
        None,
    )


def test_what_the_document_lacks_is_told_with_the_places(given: Given, ask: Asking) -> None:
    given.published("Foo", "1", {"Bar": 1})
    offered(given, "Bar", "9", openapi(2))
    found = ask("Foo", "1", "Bar", "9")
    assert found is not None
    (finding,) = found.comparison.errors
    assert (finding.rule, finding.interaction, finding.document) == ("request.path-or-method.unknown", 0, "openapi")
    assert finding.consumer_pointer == "/interactions/0/request/path"
    assert found.comparison.outcome is False
