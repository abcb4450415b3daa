"""Since when a consumer is known to use an element: since any version of it had the same contract."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from contracthub.services.element_readers import WhoReads, who_reads
from contracthub.services.hub import Hub
from contracthub.services.provider_needs import needs_of_consumers
from contracthub.services.publish_contracts import put_pact
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.features.given import pact

START = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


def at(day: int) -> Callable[[], datetime]:
    return lambda: START + timedelta(days=day)


def published(database: Database, number: str, content: int, day: int) -> None:
    body = json.dumps(pact("Foo", "Bar", content, 7)).encode()
    hub = Hub(DatabaseStorage(database), now=at(day))
    put_pact(hub, "Foo", "Bar", number, body)
    with hub.writing() as unit:
        owner = unit.pacticipants.find("Foo")
        assert owner is not None
        version, _ = unit.versions.ensure(owner.id, number, now=hub.now())
        unit.versions.add_to_branch(version, "main", now=hub.now())
        unit.pacticipants.set_missing_main_branch(owner, "main", now=hub.now())


def since(database: Database, content: int) -> tuple[str, datetime]:
    asked = WhoReads("Bar", f"GET /things/{content}", main_branches=True)
    (reader,) = who_reads(Hub(DatabaseStorage(database)), asked).readers
    return reader.version, reader.since


def test_the_first_version_with_the_same_contract_says_since_when(database: Database) -> None:
    published(database, "1", 1, day=0)
    published(database, "2", 1, day=5)
    assert since(database, 1) == ("2", START)
    published(database, "3", 2, day=6)
    assert since(database, 2) == ("3", START + timedelta(days=6))
    (contract,) = needs_of_consumers(Hub(DatabaseStorage(database)), "Bar", (), main_branches=True).contracts
    assert contract.published_at == START + timedelta(days=6)


def test_nothing_is_asked_for_nothing(database: Database) -> None:
    with Hub(DatabaseStorage(database)).reading() as unit:
        assert unit.matrix.first_published([]) == {}
