"""Slots: one version at a time, whoever deploys at once."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contracthub.domain.environments import Environment
from contracthub.domain.pacticipants import Version
from contracthub.services.ports import Unit
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.storage.racing import at_once

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)


def version(unit: Unit, number: str, name: str = "Foo") -> Version:
    owner = unit.pacticipants.ensure([name], now=NOW)[name]
    return unit.versions.ensure(owner.id, number, now=NOW)[0]


def environment(unit: Unit, name: str = "test") -> Environment:
    (found,) = unit.environments.with_names([name])
    return found


def deploy(unit: Unit, number: str, *, home: str = "test", instance: str = "") -> str:
    key = str(uuid.uuid4())
    return unit.deployments.deploy(version(unit, number), environment(unit, home), instance, uuid=key, now=NOW)


def test_of_many_deployments_into_one_slot_one_remains(storage: DatabaseStorage) -> None:
    def deploying(number: str) -> Callable[[], None]:
        def job() -> None:
            for _ in range(10):
                with storage.writing("default") as unit:
                    deploy(unit, number)

        return job

    with storage.writing("default") as unit:
        for number in range(6):
            version(unit, str(number))
    assert at_once([deploying(str(number)) for number in range(6)]) == []
    with storage.reading("default") as unit:
        home = environment(unit)
        (current,) = unit.deployments.currently_deployed(home, pacticipant=None, instance=None)
        records = [
            each
            for number in range(6)
            for each in unit.deployments.deployed_in(unit.versions.find(current.pacticipant_id, str(number)), home)  # type: ignore[arg-type]
        ]
    assert [each for each in records if each.is_currently_deployed] == [current]
    assert len(records) >= 6


def test_the_same_version_deployed_by_many_is_one_record(storage: DatabaseStorage) -> None:
    keys: list[str] = []

    def job() -> None:
        with storage.writing("default") as unit:
            keys.append(deploy(unit, "1"))

    with storage.writing("default") as unit:
        version(unit, "1")
    assert at_once([job] * 8) == []
    assert (len(keys), len(set(keys))) == (8, 1)


def test_the_same_release_recorded_by_many_is_one_record(storage: DatabaseStorage) -> None:
    created: list[bool] = []

    def job() -> None:
        with storage.writing("default") as unit:
            one, home = version(unit, "1"), environment(unit)
            created.append(unit.deployments.release(one, home, uuid=str(uuid.uuid4()), now=NOW))

    assert at_once([job] * 8) == []
    assert sorted(created) == [False] * 7 + [True]


def test_environments_of_versions_are_the_present_ones_each_once(storage: DatabaseStorage) -> None:
    with storage.writing("default") as unit:
        for number, home, instance in (
            ("1", "test", ""),
            ("2", "test", ""),
            ("2", "test", "blue"),
            ("2", "production", ""),
            ("3", "production", "green"),
        ):
            deploy(unit, number, home=home, instance=instance)
        numbered = {number: version(unit, number) for number in ("1", "2", "3", "4")}
        for number in ("2", "4"):
            unit.deployments.release(numbered[number], environment(unit), uuid=str(uuid.uuid4()), now=NOW)
        ended = str(uuid.uuid4())
        unit.deployments.release(numbered["1"], environment(unit), uuid=ended, now=NOW)
        unit.deployments.end_support(ended, now=NOW)
        found = unit.environments.of_versions([each.id for each in numbered.values()])
    by_number = {
        number: [home.name for home in found[each.id]] for number, each in numbered.items() if each.id in found
    }
    assert by_number == {"2": ["production", "test"], "3": ["production"], "4": ["test"]}


def test_bulk_reads_take_more_keys_than_one_statement_does(storage: DatabaseStorage) -> None:
    with storage.writing("default") as unit:
        deploy(unit, "1")
        one = version(unit, "1")
        unit.versions.add_tag(one, "a", now=NOW)
        unit.versions.add_to_branch(one, "main", now=NOW)
        many = range(1, 1502)
        assert list(unit.environments.of_versions(many)) == [one.id]
        assert list(unit.versions.tags_of(many)) == [one.id]
        assert list(unit.versions.branches_of(many)) == [one.id]
        assert list(unit.deployments.deployed_of_versions(many)) == [one.id]
        assert unit.environments.of_versions([]) == {}
