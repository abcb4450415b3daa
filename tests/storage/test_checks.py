"""Stored checks of documents: once per content and tool, leased to one worker, gone with what they are about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from contracthub.domain.document_checks import CheckOutcome, CheckStatus, Finding, Tool
from contracthub.domain.provider_contracts import ContractFile, ContractFormat, NewProviderContract, sha_of
from contracthub.services.hub import DEFAULT_WORKSPACE
from contracthub.services.ports import Unit
from contracthub.services.ports.checks import DueCheck
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)
TOOL = Tool("validator", "1.0")
ROOT, OTHER = b"openapi: 3.1.0", b"type: object"


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)


def files(root: bytes = ROOT) -> tuple[ContractFile, ...]:
    return (
        ContractFile("api.yaml", "application/yaml", sha_of(root), root, is_root=True),
        ContractFile("schemas/order.yaml", "application/yaml", sha_of(OTHER), OTHER, is_root=False),
    )


def published(unit: Unit, number: str = "1", these: Sequence[ContractFile] | None = None) -> int:
    provider = unit.pacticipants.ensure(["mercatrix"], now=NOW)["mercatrix"]
    version, _ = unit.versions.ensure(provider.id, number, now=NOW)
    contract = NewProviderContract("api", ContractFormat.OPENAPI, "3.1", "identity", tuple(these or files()))
    made = unit.provider_contracts.store(version, contract, now=NOW)
    assert made is not None
    return made.id


def claimed(unit: Unit, now: datetime = NOW) -> DueCheck:
    due = unit.checks.claim_due(now, lease_until=now + timedelta(seconds=30))
    assert due is not None
    return due


def test_the_same_bytes_are_checked_once_by_a_version_of_a_tool(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        assert unit.checks.request("openapi", files(), TOOL, now=NOW)
        assert not unit.checks.request("openapi", files()[::-1], TOOL, now=LATER)
        assert unit.checks.request("openapi", files(b"openapi: 3.1.1"), TOOL, now=NOW)
        assert unit.checks.request("asyncapi", files(), TOOL, now=NOW)
        assert unit.checks.request("openapi", files(), Tool("validator", "1.1"), now=NOW)


def test_what_came_of_it_is_told_of_every_contract_with_these_bytes(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        one, other = published(unit), published(unit, "2")
        third = published(unit, "3", files(b"openapi: 3.1.1"))
        assert unit.checks.of([one, other, third]) == {}
        unit.checks.request("openapi", files(), TOOL, now=NOW)
        assert unit.checks.of([one])[one].status is CheckStatus.PENDING
        outcome = CheckOutcome((Finding("is not there", "/paths"), Finding("odd")), left_out=7)
        assert unit.checks.record(claimed(unit), outcome, now=LATER)
        found = unit.checks.of([one, other, third])
        assert found.keys() == {one, other}
        assert found[other].outcome == outcome
        assert (found[one].status, found[one].checked_at, found[one].tool) == (CheckStatus.FAILED, LATER, TOOL)


def test_the_newest_tool_has_the_last_word(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        contract = published(unit)
        for version in ("1.0", "1.1"):
            unit.checks.request("openapi", files(), Tool("validator", version), now=NOW)
        assert unit.checks.of([contract])[contract].tool.version == "1.1"


def test_a_claim_is_a_lease(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        published(unit)
        assert not unit.checks.is_any_due(NOW)
        unit.checks.request("openapi", files(), TOOL, now=NOW)
        assert unit.checks.is_any_due(NOW)
        first = claimed(unit)
        assert not unit.checks.is_any_due(NOW)
        assert unit.checks.claim_due(NOW, lease_until=LATER) is None
        second = claimed(unit, LATER)
        assert (first.attempts, second.attempts) == (1, 2)
        assert not unit.checks.record(first, CheckOutcome(), now=LATER)
        assert unit.checks.record(second, CheckOutcome(), now=LATER)
        assert not unit.checks.is_any_due(LATER + timedelta(days=1))


def test_a_claim_can_be_given_back(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        unit.checks.request("openapi", files(), TOOL, now=NOW)
        unit.checks.release(claimed(unit))
        assert claimed(unit).attempts == 1


def test_the_files_are_read_until_the_document_is_removed(storage: DatabaseStorage) -> None:
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        contract = published(unit)
        unit.checks.request("openapi", files(), TOOL, now=NOW)
        due = claimed(unit)
        upload = unit.checks.upload_of(due)
        assert upload is not None
        assert (upload.root, upload.text, upload.others) == ("api.yaml", ROOT, {"schemas/order.yaml": OTHER})
        unit.provider_contracts.delete(contract)
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        assert unit.checks.upload_of(due) is None
        unit.checks.forget(due)
        assert unit.checks.request("openapi", files(), TOOL, now=LATER)


def test_two_hubs_never_claim_the_same_check(storage: DatabaseStorage, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    with storage.writing(DEFAULT_WORKSPACE) as unit:
        unit.checks.request("openapi", files(), TOOL, now=NOW)
    with storage.writing(DEFAULT_WORKSPACE) as one, storage.writing(DEFAULT_WORKSPACE) as other:
        claimed(one)
        assert other.checks.claim_due(NOW, lease_until=LATER) is None
