"""What the requests of every build may ask of the database: a statement more in each is paid for in each."""

import base64
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.given import Given
from tests.features.papers import offered, openapi

Counted = Callable[[Callable[[], object]], Sequence[str]]


@pytest.fixture
def counted(database: Database) -> Iterator[Counted]:
    """The statements that a call sends, but for those that begin a transaction (PostgreSQL's driver sends its own)."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    def count(call: Callable[[], object]) -> Sequence[str]:
        seen.clear()
        call()
        return tuple(seen)

    event.listen(database.engine, "before_cursor_execute", note)
    yield count
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def given(api: TestClient) -> Given:
    """A consumer and its provider, verified and deployed; what is kept in memory has been read."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.verified("Foo", "1", "Bar", "9")
    production = given.environment_uuid("production")
    given.deployed("Bar", "9", production)
    return given


def test_a_publication_of_a_known_contract(given: Given, counted: Counted) -> None:
    sent = counted(lambda: given.published("Foo", "2", {"Bar": 1}, branch="main"))
    # One of them asks whether any of the providers offers documents.
    assert len(sent) <= 17, "\n".join(sent)
    for table, most in (("workspace.contract_identity", 1), ("FROM pacticipant", 1), ("webhook", 1)):
        assert len([each for each in sent if table in each]) <= most, table


def test_a_publication_with_many_providers_looks_its_pacticipants_up_at_once(given: Given, counted: Counted) -> None:
    many = {f"P{number}": 1 for number in range(20)}
    given.published("Foo", "2", many)
    sent = counted(lambda: given.published("Foo", "3", many))
    assert len([each for each in sent if "\nFROM pacticipant" in each]) == 1


def test_a_result(given: Given, counted: Counted, database: Database) -> None:
    read = len(counted(lambda: given.get("/pacts/provider/Bar/consumer/Foo/version/1")))
    sent = counted(lambda: given.verified("Foo", "1", "Bar", "10"))
    # PostgreSQL takes a lock, where SQLite has one writer.
    assert len(sent) - read <= (9 if database.is_sqlite else 10), "\n".join(sent)


def test_a_yes_looks_for_no_remedies(given: Given, counted: Counted) -> None:
    yes = counted(lambda: given.can_i_deploy("Foo", "1", "production"))
    assert given.can_i_deploy("Foo", "1", "production")["summary"]["deployable"] is True
    # One of them asks whether any topic is read or written, one for documents, and one for the gate's policy.
    assert len(yes) <= 12, "\n".join(yes)
    given.published("Foo", "2", {"Bar": 2}, branch="main")
    no = counted(lambda: given.can_i_deploy("Foo", "2", "production"))
    assert len(no) > len(yes)


def test_pacts_for_verification(given: Given, counted: Counted) -> None:
    selectors = [{"mainBranch": True}, {"matchingBranch": True}, {"deployedOrReleased": True}]
    body = {"providerVersionBranch": "main", "includePendingStatus": True, "consumerVersionSelectors": selectors}
    sent = counted(lambda: given.call("POST", "/pacts/provider/Bar/for-verification", body))
    assert len(sent) <= 7, "\n".join(sent)


def test_topics_cost_the_gate_the_same_however_many_read_and_write_them(given: Given, counted: Counted) -> None:
    production = given.environment_uuid("production")

    def publish(number: str, readers: int) -> None:
        for topic in ("t", "u"):
            content = base64.b64encode(b'{"type": "record", "name": "E", "fields": []}').decode()
            contract = {"topic": topic, "files": [{"path": "e.avsc", "content": content}]}
            offered = {"provider": "Bar", "version": number, "branch": "main", "contract": contract}
            given.call("POST", "/api/v1/provider-contracts", offered)
        for reader in range(readers):
            schema = '{"type": "record", "name": "E", "fields": []}'
            entries = [{"topic": topic, "schema": schema} for topic in ("t", "u")]
            read = {"consumer": f"Reader{reader}", "version": "1", "schemas": entries}
            given.call("POST", "/api/v1/reader-schemas", read)
            given.deployed(f"Reader{reader}", "1", production)

    publish("10", 1)
    given.verified("Foo", "1", "Bar", "10")
    few = counted(lambda: given.can_i_deploy("Bar", "10", "production"))
    publish("11", 8)
    given.verified("Foo", "1", "Bar", "11")
    many = counted(lambda: given.can_i_deploy("Bar", "11", "production"))
    answer = given.can_i_deploy("Bar", "11", "production")
    assert (answer["summary"]["deployable"], answer["summary"]["success"]) == (True, 16)
    assert len(few) == len(many) <= 14, "\n".join(many)


def test_who_reads_an_element_costs_the_same_however_many_read_it(given: Given, counted: Counted) -> None:
    production = given.environment_uuid("production")
    asked = "/api/v1/providers/Bar/element-readers?element=GET%20/things/1"

    def readers(numbers: range) -> None:
        for number in numbers:
            given.published(f"Reader{number}", "1", {"Bar": 1})
            given.deployed(f"Reader{number}", "1", production)

    readers(range(1))
    few = counted(lambda: given.get(asked))
    readers(range(1, 12))
    many = counted(lambda: given.get(asked))
    assert len(given.get(asked)["readers"]) == 12
    assert len(few) == len(many) <= 25, "\n".join(many)


def test_documents_cost_the_gate_the_same_however_many_need_them(given: Given, counted: Counted) -> None:
    production = given.environment_uuid("production")

    def needed(number: str, consumers: range) -> None:
        for each in consumers:
            given.published(f"Needing{each}", "1", {"Bar": 1}, example=7)
            given.deployed(f"Needing{each}", "1", production)
        offered(given, "Bar", number, openapi(1))
        given.verified("Foo", "1", "Bar", number)

    needed("10", range(1))
    few = counted(lambda: given.can_i_deploy("Bar", "10", "production"))
    needed("11", range(1, 12))
    # What publishing did not compare is compared with the first question.
    given.can_i_deploy("Bar", "11", "production")
    many = counted(lambda: given.can_i_deploy("Bar", "11", "production"))
    summary = given.can_i_deploy("Bar", "11", "production")["summary"]
    assert (summary["deployable"], summary["success"]) == (True, 12)
    assert len(few) == len(many) <= 20, "\n".join(many)


def test_waivers_and_fuzz_runs_cost_a_statement_each_and_only_where_they_matter(given: Given, counted: Counted) -> None:
    plain = counted(lambda: given.can_i_deploy("Foo", "1", "production"))
    given.call("PUT", "/api/v1/gate-policies/production", {"accepts": [{"evidence": ["replayed", "fuzzed"]}]})
    blocked = counted(lambda: given.can_i_deploy("Foo", "1", "production"))
    assert not [each for each in plain if "waiver" in each or "evidence_document" in each]
    for table in ("waiver", "evidence_document"):
        assert len([each for each in blocked if f"FROM {table}" in each]) == 1, table
