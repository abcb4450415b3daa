"""What documents say of contracts, as the gate asks for it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.domain.comparisons import ContractKind, EvidenceKind, Finding, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.formats.comparisons.offers import ENGINE
from contracthub.services import offers, paper_comparing, paper_isolation
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.hub import utc_now
from contracthub.services.on_paper import PaperPair, on_paper, recent_offering
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.features.given import Given
from tests.features.live import Live, conversation
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


def stored(database: Database) -> list[tuple[str, str]]:
    """The comparisons that are kept, each as kind and engine."""
    with database.reading() as connection:
        return [(row[0], row[1]) for row in connection.exec_driver_sql("SELECT kind, engine FROM comparison")]


def test_what_was_compared_for_an_answer_is_kept(given: Given, ask: Asking, database: Database) -> None:
    given.published("Foo", "1", {"Bar": 1})
    offered(given, "Bar", "9", openapi(1))
    assert stored(database) == []
    assert ask("Foo", "1", "Bar", "9") == ask("Foo", "1", "Bar", "9")
    assert stored(database) == [("pact", ENGINE)]


def test_what_other_rules_found_is_found_afresh(
    given: Given, ask: Asking, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    given.published("Foo", "1", {"Bar": 1})
    offered(given, "Bar", "9", openapi(1))
    monkeypatch.setattr(paper_comparing, "ENGINE", "before")
    monkeypatch.setattr(paper_isolation, "findings_of", lambda *_, **__: (Finding("old", "", "", ""),))
    before = ask("Foo", "1", "Bar", "9")
    assert before is not None
    assert (before.comparison.outcome, stored(database)) == (False, [("pact", "before")])
    monkeypatch.undo()
    monkeypatch.setattr(paper_comparing, "_made", BoundedCache(1_000))
    after = ask("Foo", "1", "Bar", "9")
    assert after is not None
    assert (after.comparison.outcome, stored(database)) == (True, [("pact", ENGINE)])


def test_comparisons_go_with_what_they_are_about(
    given: Given, ask: Asking, database: Database, api: TestClient
) -> None:
    given.published("Foo", "1", {"Bar": 1})
    for number in (8, 9):
        offered(given, "Bar", str(number), openapi(1, number))
        ask("Foo", "1", "Bar", str(number))
    assert len(stored(database)) == 2
    assert api.delete("/api/v1/pacticipants/Bar/versions/8/provider-contracts/openapi").status_code == 204
    assert len(stored(database)) == 1
    # Another document of the version makes it another offer.
    offered(given, "Bar", "9", openapi(2), name="more")
    assert stored(database) == []
    ask("Foo", "1", "Bar", "9")
    assert len(stored(database)) == 1
    assert api.delete("/pacticipants/Foo/versions/1").status_code == 204
    assert stored(database) == []


def test_a_version_that_is_deleted_leaves_no_comparisons(
    given: Given, ask: Asking, database: Database, api: TestClient
) -> None:
    given.published("Foo", "1", {"Bar": 1})
    offered(given, "Bar", "9", openapi(1))
    ask("Foo", "1", "Bar", "9")
    assert api.delete("/pacticipants/Bar/versions/9").status_code == 204
    assert stored(database) == []


def test_what_the_providers_build_says_of_its_own_check_is_told(given: Given, ask: Asking) -> None:
    given.published("Foo", "1", {"Bar": 1})
    for number, success in (("8", True), ("9", False)):
        offered(given, "Bar", number, openapi(1), said={"success": success, "verifier": "drift"})
        found = ask("Foo", "1", "Bar", number)
        assert found is not None
        assert found.checked is not None
        assert (found.self_verified, found.checked.success, found.checked.by) == (success, success, "drift")
        assert found.checked.evidence is EvidenceKind.REPLAYED
        assert found.comparison.outcome is True


def test_the_newest_versions_with_documents_come_first(given: Given, database: Database) -> None:
    for number in ("1", "2", "3"):
        offered(given, "Bar", number, openapi(1))
        given.version("Baz", number)
    with DatabaseStorage(database).reading("default") as unit:
        keys = [asked.id for name in ("Bar", "Baz") if (asked := unit.matrix.asked(name, None)) is not None]
        found = recent_offering(unit, keys, 2)
        assert {key: [each.number for each in versions] for key, versions in found.items()} == {keys[0]: ["3", "2"]}
        assert recent_offering(unit, [], 2) == {}


def test_a_conversation_is_compared_with_asyncapi_only(given: Given, ask: Asking) -> None:
    live = Live(given)
    live.published("Foo", "1", conversation("Bar", name="stream"))
    name = LiveName(ContractKind.CONVERSATION, "stream")
    offered(given, "Bar", "8", openapi(1))
    assert ask("Foo", "1", "Bar", "8", live=name) is None
    asyncapi = {
        "asyncapi": "3.0.0",
        "info": {"title": "Bar", "version": "1"},
        "servers": {"it": {"host": "bar.test", "protocol": "ws"}},
        "channels": {"other": {"address": "/other", "messages": {}}},
        "operations": {},
    }
    offered(given, "Bar", "9", asyncapi, path="asyncapi.json")
    found = ask("Foo", "1", "Bar", "9", live=name)
    assert found is not None
    assert (found.comparison.kind, found.comparison.outcome) == (ContractKind.CONVERSATION, False)
    assert ask("Foo", "1", "Bar", "9", live=LiveName(ContractKind.CONVERSATION, "another")) is None
    assert ask("Foo", "1", "Bar", "9", live=LiveName(ContractKind.SLO, "stream")) is None


def test_names_of_documents_are_those_of_the_version_that_was_asked_about(given: Given, ask: Asking) -> None:
    given.published("Foo", "1", {"Bar": 1})
    for number, name in (("8", "old"), ("9", "new")):
        offered(given, "Bar", number, openapi(2), name=name)
        found = ask("Foo", "1", "Bar", number)
        assert found is not None
        assert {each.document for each in found.comparison.findings} == {name}
