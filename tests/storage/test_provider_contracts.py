"""Stored provider contracts: bytes once per sha and gone with the last that refers to them; newest of a branch."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from contracthub.domain.pacticipants import Pacticipant, Page, Version
from contracthub.domain.provider_contracts import (
    ContractFile,
    ContractFormat,
    NewProviderContract,
    ProviderContract,
    SelfVerification,
    sha_of,
)
from contracthub.services.hub import DEFAULT_WORKSPACE
from contracthub.services.ports import Unit
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PAGE = Page()


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)


def a_document(body: bytes = b"openapi: 3.1.0", **changes: object) -> NewProviderContract:
    other = b"type: object"
    files = (
        ContractFile("openapi.yaml", "application/yaml", sha_of(body), body, is_root=True),
        ContractFile("schemas/order.yaml", "application/yaml", sha_of(other), other, is_root=False),
    )
    values: dict[str, object] = {
        "name": "openapi",
        "format": ContractFormat.OPENAPI,
        "format_version": "3.1",
        "identity": sha_of(body),
        "files": files,
    }
    return NewProviderContract(**(values | changes))  # type: ignore[arg-type]


def a_version(unit: Unit, number: str = "1", *, branch: str | None = None) -> tuple[Pacticipant, Version]:
    provider = unit.pacticipants.ensure(["mercatrix"], now=NOW)["mercatrix"]
    version, _ = unit.versions.ensure(provider.id, number, now=NOW)
    if branch:
        unit.versions.add_to_branch(version, branch, now=NOW)
    return provider, version


def stored(unit: Unit, version: Version, document: NewProviderContract) -> ProviderContract:
    made = unit.provider_contracts.store(version, document, now=NOW)
    assert made is not None
    return made


def shas_in(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(text("SELECT sha FROM document")).scalars())


def test_what_was_stored_is_found_with_its_files(storage: DatabaseStorage) -> None:
    said = SelfVerification(success=True, verifier="schemathesis", has_content=True)
    document = a_document(
        topic="orders",
        subject="orders-value",
        warnings=("/info: has no contact",),
        self_verification=said,
        self_verification_content=b"all well",
    )
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        _, version = a_version(unit)
        made = stored(unit, version, document)
    with storage.reading(DEFAULT_WORKSPACE) as unit:
        found = unit.provider_contracts.find(version.id, "openapi")
        assert found == made
        assert found.self_verification == said
        assert (found.topic, found.subject, found.warnings) == ("orders", "orders-value", ("/info: has no contact",))
        assert (found.root.path, found.root.size) == ("openapi.yaml", 14)
        assert tuple(unit.provider_contracts.text_of(made.id)) == document.files
        assert unit.provider_contracts.self_verification_content(made.id) == b"all well"
        assert [each.identity for each in unit.provider_contracts.offered([version.id])] == [document.identity]
        assert list(unit.provider_contracts.offering("orders-value")) == [version.pacticipant_id]
        assert list(unit.provider_contracts.offering("other-value")) == []


def test_a_name_that_is_taken_leaves_everything_as_it_is(storage: DatabaseStorage, database: Database) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        _, version = a_version(unit)
        made = stored(unit, version, a_document())
        assert unit.provider_contracts.store(version, a_document(b"openapi: 3.0.0"), now=NOW) is None
        assert unit.provider_contracts.of_version(version.id) == [made]
    assert shas_in(database) == {each.sha for each in made.files}


def test_of_two_that_replace_the_same_document_one_is_told_that_it_came_too_late(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        _, version = a_version(unit)
        there = stored(unit, version, a_document())
        second = unit.provider_contracts.replace(there, a_document(b"openapi: 3.0.1"), now=NOW)
        assert second is not None
        assert second.revision == 2
        assert unit.provider_contracts.replace(there, a_document(b"openapi: 3.0.2"), now=NOW) is None
        assert unit.provider_contracts.text_of(there.id)[0].body == b"openapi: 3.0.1"


def test_bytes_are_there_once_and_as_long_as_somebody_has_them(storage: DatabaseStorage, database: Database) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        _, first = a_version(unit, "1")
        _, second = a_version(unit, "2")
        one = stored(unit, first, a_document(self_verification_content=b"same"))
        two = stored(unit, second, a_document(self_verification_content=b"same"))
    assert len(shas_in(database)) == 3
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        unit.provider_contracts.delete(one.id)
    assert len(shas_in(database)) == 3
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        replaced = unit.provider_contracts.replace(two, a_document(b"openapi: 3.2.0"), now=NOW)
        assert replaced is not None
    assert shas_in(database) == {each.sha for each in replaced.files}
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        unit.provider_contracts.delete(two.id)
    assert shas_in(database) == set()


def test_the_newest_of_a_branch_are_those_of_the_newest_version_that_has_any(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        provider, _ = a_version(unit, "0")
        for number, names in (("1", ["openapi", "asyncapi"]), ("2", ["openapi"]), ("3", [])):
            _, version = a_version(unit, number, branch="main")
            for name in names:
                stored(unit, version, a_document(name=name))
        _, elsewhere = a_version(unit, "4", branch="feat/x")
        stored(unit, elsewhere, a_document())
        latest = unit.provider_contracts.latest_on_branch
        assert [(it.version_number, it.name) for it in latest(provider, "main", None)] == [("2", "openapi")]
        assert [(it.version_number, it.name) for it in latest(provider, "main", "asyncapi")] == [("1", "asyncapi")]
        assert list(latest(provider, "none", None)) == []


def test_lists_are_newest_first_and_in_pages(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        provider, _ = a_version(unit, "0")
        for number in ("1", "2", "3"):
            _, version = a_version(unit, number)
            stored(unit, version, a_document())
        listing = unit.provider_contracts.of_provider(provider.id, page=Page(1, 2))
        assert ([it.version_number for it in listing.entries], listing.total) == (["3", "2"], 3)
        last = unit.provider_contracts.of_provider(provider.id, name="openapi", page=Page(2, 2))
        assert [it.version_number for it in last.entries] == ["1"]
        none = unit.provider_contracts.of_provider(provider.id, of_format="avro", page=PAGE)
        assert none.total == 0
