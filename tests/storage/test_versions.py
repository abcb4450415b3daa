"""Versions, branches and tags in both databases, also when several writers come at once."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracthub.services.ports import Unit
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.storage.racing import at_once

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)


def owner_id(unit: Unit, name: str = "Foo") -> int:
    return unit.pacticipants.ensure([name], now=NOW)[name].id


def test_a_version_that_many_create_is_created_once(storage: DatabaseStorage) -> None:
    created: list[bool] = []

    def job() -> None:
        with storage.writing("default") as unit:
            version, new = unit.versions.ensure(owner_id(unit), "1", now=NOW)
            unit.versions.add_to_branch(version, "main", now=NOW)
            unit.versions.add_tag(version, "a", now=NOW)
            created.append(new)

    assert at_once([job] * 8) == []
    assert sorted(created) == [False] * 7 + [True]
    with storage.reading("default") as unit:
        (version,) = unit.versions.list(unit.pacticipants.find("Foo").id, page=None).entries  # type: ignore[union-attr]
        assert [place.name for place in unit.versions.branches_of([version.id])[version.id]] == ["main"]
        assert [tag.name for tag in unit.versions.tags_of([version.id])[version.id]] == ["a"]


def test_after_many_joined_a_branch_at_once_its_head_is_the_one_that_joined_last(storage: DatabaseStorage) -> None:
    def joining(number: str) -> Callable[[], None]:
        def job() -> None:
            with storage.writing("default") as unit:
                version, _ = unit.versions.ensure(owner_id(unit), number, now=NOW)
                unit.versions.add_to_branch(version, "main", now=NOW)

        return job

    assert at_once([joining(str(number)) for number in range(8)]) == []
    with storage.reading("default") as unit:
        owner = unit.pacticipants.find("Foo")
        assert owner is not None
        ids = [each.id for each in unit.versions.list(owner.id, page=None).entries]
        branch = unit.versions.branch(owner.id, "main")
        assert branch is not None
        places = unit.versions.branches_of(ids)
        heads = [key for key, (place,) in places.items() if place.latest]
        # They are read in the order of joining, the last first.
        assert heads == [branch.head_version_id] == [next(iter(places))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["main", "feat"]), st.sampled_from(["a", "b", None])), max_size=12
    ),
)
def test_heads_and_latest_tags_follow_a_simple_model(
    storage: DatabaseStorage, steps: list[tuple[int, str, str | None]]
) -> None:
    name = str(uuid.uuid4())
    heads: dict[str, str] = {}
    joined: set[tuple[str, str]] = set()
    tagged: dict[str, set[int]] = {"a": set(), "b": set()}
    with storage.writing("default") as unit:
        owner = owner_id(unit, name)
        versions = [unit.versions.ensure(owner, str(number), now=NOW)[0] for number in range(5)]
        for place, branch, tag in steps:
            number = versions[place].number
            added = unit.versions.add_to_branch(versions[place], branch, now=NOW)
            assert added is ((branch, number) not in joined)
            if added:
                heads[branch] = number
                joined.add((branch, number))
            if tag:
                assert unit.versions.add_tag(versions[place], tag, now=NOW) is (place not in tagged[tag])
                tagged[tag].add(place)
        ids = [each.id for each in versions]
        branches, tags = unit.versions.branches_of(ids), unit.versions.tags_of(ids)
        for place, version in enumerate(versions):
            assert {(each.name, each.latest) for each in branches.get(version.id, ())} == {
                (branch, heads[branch] == number) for branch, number in joined if number == version.number
            }
            assert [(each.name, each.latest) for each in tags.get(version.id, ())] == [
                (tag, place == max(places)) for tag, places in tagged.items() if place in places
            ]
        for tag, places in tagged.items():
            latest = unit.versions.latest(owner, tag=tag)
            assert (latest and latest.number) == (str(max(places)) if places else None)


def test_the_order_is_that_of_creation_even_when_the_clock_runs_backwards(storage: DatabaseStorage) -> None:
    with storage.writing("default") as unit:
        owner = owner_id(unit)
        for number, day in (("1", 20), ("2", 19), ("3", 18)):
            unit.versions.ensure(owner, number, now=NOW.replace(day=day))
        assert [each.number for each in unit.versions.list(owner, page=None).entries] == ["3", "2", "1"]
        latest = unit.versions.latest(owner)
        assert latest is not None
        assert latest.number == "3"
