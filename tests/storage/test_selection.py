"""What storage finds for selectors, pending and work in progress, on both databases."""

from typing import Any

import pytest
from sqlalchemy import Connection, event

from contracthub.domain.selection import BRANCH, TAG, Candidate, Line, LineEvidence
from contracthub.storage.engine import Database, open_database
from contracthub.storage.selection import SelectionRepository
from tests.storage.history import History, day


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


def brief(candidates: list[Candidate] | tuple[Candidate, ...] | object) -> list[tuple[str, str, str, str | None]]:
    assert isinstance(candidates, list)
    return sorted((each.consumer_name, each.version_number, each.identity, each.found_by) for each in candidates)


def test_consumers_with_the_state_of_their_main_branch(history: History) -> None:
    history.consumer("Foo", main_branch="main")
    history.consumer("Zoo", main_branch="main")
    history.consumer("Baz")
    history.publish("Foo", "1", branch="main")
    history.publish("Zoo", "1", branch="other")
    with history.selection() as selection:
        found = [
            (each.name, each.main_branch, each.main_branch_has_versions)
            for each in selection.consumers(history.provider)
        ]
    assert found == [("Baz", None, False), ("Foo", "main", True), ("Zoo", "main", False)]


def test_the_newest_pact_is_the_one_of_the_version_created_last(history: History) -> None:
    history.version("Foo", "2")
    history.publish("Foo", "1", "old")
    history.publish("Foo", "2", "older version, published later")
    history.publish("Baz", "9", "other")
    history.publish("Foo", "3", "for another provider", provider="Other")
    with history.selection() as selection:
        assert brief(selection.newest(history.provider)) == [("Baz", "9", "other", None), ("Foo", "1", "old", None)]


def test_a_head_without_a_pact_gives_nothing(history: History) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "1", "a", branch="main")
    history.publish("Foo", "2", "b", branch="feat/x")
    with history.selection() as selection:
        assert brief(selection.main_branch_heads(history.provider)) == [("Foo", "1", "a", "main")]
        assert brief(selection.branch_heads(history.provider, {"feat/x", "none"})) == [("Foo", "2", "b", "feat/x")]
        assert len(selection.all_branch_heads(history.provider)) == 2
    history.version("Foo", "3", branch="main")
    with history.selection() as selection:
        assert brief(selection.main_branch_heads(history.provider)) == []


def test_the_newest_with_a_tag_is_the_newest_that_has_a_pact(history: History) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "1", "a", tags=("prod", "main"))
    history.publish("Foo", "2", "b", tags=("prod",))
    history.version("Foo", "3", tags=("prod",))
    history.publish("Baz", "1", "c", tags=("prod",))
    with history.selection() as selection:
        assert brief(selection.newest_with_tag(history.provider, "prod")) == [
            ("Baz", "1", "c", "prod"),
            ("Foo", "2", "b", "prod"),
        ]
        assert brief(selection.newest_with_main_branch_tag(history.provider)) == [("Foo", "1", "a", "main")]


def test_all_with_a_tag_are_the_newest_of_each_content(history: History) -> None:
    for number, content in (("1", "a"), ("2", "a"), ("3", "b")):
        history.publish("Foo", number, content, tags=("prod",))
    history.publish("Foo", "4", "a")
    history.publish("Baz", "1", "a", tags=("prod",))
    with history.selection() as selection:
        assert brief(selection.with_tag(history.provider, "prod")) == [
            ("Baz", "1", "a", "prod"),
            ("Foo", "2", "a", "prod"),
            ("Foo", "3", "b", "prod"),
        ]


def test_every_tag_and_every_branch_after_a_moment(history: History) -> None:
    history.publish("Foo", "1", "old", branch="stale", tags=("stale",))
    since = day(history.today)
    history.publish("Foo", "2", "a", branch="feat", tags=("x", "y"))
    history.publish("Foo", "3", "b", tags=("y",))
    history.publish("Baz", "1", "c", tags=("z",))
    with history.selection() as selection:
        assert brief(selection.newest_with_any_tag(history.provider, published_after=since)) == [
            ("Baz", "1", "c", "z"),
            ("Foo", "2", "a", "x"),
            ("Foo", "3", "b", "y"),
        ]
        assert brief(selection.all_branch_heads(history.provider, published_after=since)) == [("Foo", "2", "a", "feat")]


def test_what_lives_in_environments(history: History) -> None:
    history.environment("live", production=True)
    for number in ("1", "2", "3"):
        history.publish("Foo", number, number)
    history.deploy("Foo", "1", "live", "blue")
    history.deploy("Foo", "2", "live", "green")
    history.deploy("Foo", "3", "live", "old", ended=True)
    history.deploy("Foo", "3", "test")
    history.release("Foo", "1", "test")
    history.release("Foo", "2", "test", ended=True)
    with history.selection() as selection:
        deployed = selection.deployed(history.provider)
        assert brief(deployed) == [("Foo", "1", "1", "live"), ("Foo", "2", "2", "live"), ("Foo", "3", "3", "test")]
        assert {each.found_by: each.production for each in deployed} == {"live": True, "test": False}
        assert brief(selection.released(history.provider)) == [("Foo", "1", "1", "test")]
        assert selection.environments({"live", "nowhere"}) == {"live"}


def test_when_a_line_was_first_used(history: History) -> None:
    history.version("Bar", "1", branch="main", tags=("dev",))
    first = day(history.today)
    history.version("Bar", "2", branch="main", tags=("dev",))
    with history.selection() as selection:
        assert selection.first_used(history.provider, Line(BRANCH, "main")) == first
        assert selection.first_used(history.provider, Line(TAG, "dev")) == first
        assert selection.first_used(history.provider, Line(TAG, "main")) is None
        assert selection.first_used(history.provider, Line(BRANCH, "dev")) is None


def test_successes_as_a_line_sees_them(history: History) -> None:
    contract, untouched = history.publish("Foo", "1", "a"), history.publish("Foo", "2", "b")
    history.succeed(contract, BRANCH, "main", on=10, selected=12)
    history.succeed(contract, BRANCH, "feat", on=11)
    history.succeed(contract, BRANCH, "old", on=2, selected=3, last=4)
    history.succeed(contract, TAG, "main", on=1)

    def seen(selection: SelectionRepository, line: Line) -> LineEvidence:
        found = selection.evidence({contract, untouched}, line, recent=day(9))
        assert found[untouched] == LineEvidence()
        return found[contract]

    with history.selection() as selection:
        assert seen(selection, Line(BRANCH, "main")) == LineEvidence(True, True, day(2), day(3), None)
        assert seen(selection, Line(BRANCH, "feat")) == LineEvidence(True, False, day(2), day(3), day(12))
        assert seen(selection, Line(BRANCH, "new")) == LineEvidence(False, False, day(2), day(3), day(12))
        assert seen(selection, Line(TAG, "dev")) == LineEvidence(False, False, day(1), None, None)


def test_a_later_failure_does_not_undo_a_success(history: History) -> None:
    once, never = history.publish("Foo", "1", "a"), history.publish("Foo", "2", "b")
    history.verify(once, "Foo", "1", success=True)
    history.verify(once, "Foo", "1", success=False)
    history.verify(never, "Foo", "1", success=False)
    with history.selection() as selection:
        assert selection.ever_verified({once, never}) == {once}
        assert selection.ever_verified(set()) == set()


def test_another_provider_of_the_same_consumer_is_never_seen(history: History) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "1", "mine", branch="main", tags=("prod",))
    history.publish("Foo", "1", "theirs", provider="Other")
    history.deploy("Foo", "1", "test")
    with history.selection() as selection:
        everything = [
            *selection.newest(history.provider),
            *selection.main_branch_heads(history.provider),
            *selection.all_branch_heads(history.provider),
            *selection.newest_with_tag(history.provider, "prod"),
            *selection.newest_with_any_tag(history.provider, published_after=day(-1)),
            *selection.with_tag(history.provider, "prod"),
            *selection.deployed(history.provider),
        ]
    assert [each.identity for each in everything] == ["mine"] * 7


@pytest.mark.parametrize("name", ["newest", "main_branch_heads", "all_branch_heads", "deployed", "released"])
def test_no_plan_reads_all_that_was_ever_published_or_deployed(sqlite_url: str, name: str) -> None:
    database = open_database(sqlite_url)
    history = History(database)
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with history.selection() as selection:
        event.listen(database.engine, "after_cursor_execute", explain)
        getattr(selection, name)(history.provider)
        event.remove(database.engine, "after_cursor_execute", explain)
    database.close()
    steps = [step for step in plans if step.startswith(("SEARCH", "SCAN"))]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]
    assert [step for step in steps if "SEARCH publication" in step and "(version_id=?)" not in step] == []
    assert [
        step
        for step in steps
        if "_version USING" in step and "ended_at=?" not in step.replace("undeployed_at", "ended_at")
    ] == []
