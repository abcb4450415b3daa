"""How the registry is stored: workspaces apart, texts remembered only while they are true, nothing read in full."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from contracthub.domain.registry import Page, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services.hub import Hub, utc_now
from contracthub.services.registry_subjects import referenced_by, schemas, subjects
from contracthub.storage.engine import Database, open_database
from contracthub.storage.units import DatabaseStorage
from tests.services.registering import Registry, record

QUESTIONS: dict[str, Callable[[Registry], object]] = {
    "by id": lambda registry: registry.text_of(1),
    "by id, remembered": lambda registry: (registry.text_of(2), registry.text_of(2)),
    "latest": lambda registry: registry.version("a"),
    "numbered": lambda registry: registry.version("a", "1"),
    "look up": lambda registry: registry.find("a", record(id="int")),
    "look up, deleted too": lambda registry: registry.find("a", record(id="int"), deleted=True),
    "register again": lambda registry: registry.register("a", record(id="int")),
    "register a version": lambda registry: registry.register("a", record(id="int", more=("int", 1))),
    "check": lambda registry: registry.check("a", record(id="int", more=("int", 1))),
    "refer": lambda registry: registry.register("c", record("n.C", r="n.R"), references=[("n.R", "a", -1)]),
    "who refers": lambda registry: referenced_by(registry.hub, parse_subject("a"), "1"),
    "delete": lambda registry: (registry.delete("b"), registry.delete("b", permanent=True)),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_plan_reads_a_whole_table(sqlite_url: str, question: str) -> None:
    database = open_database(sqlite_url)
    registry = Registry.over(database)
    registry.register("a", record(id="int"))
    registry.register("b", record("n.B", id="int"))
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            found = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            # The first of many in the order of an index is one step.
            is_one = "LIMIT" in statement and not any("TEMP B-TREE" in step for step in found)
            plans.extend(f"{step} LIMIT" if is_one else step for step in found)

    event.listen(database.engine, "after_cursor_execute", explain)
    QUESTIONS[question](registry)
    event.remove(database.engine, "after_cursor_execute", explain)
    database.close()
    steps = [step for step in plans if step.startswith(("SEARCH", "SCAN"))]
    assert steps
    # A list of values that the statement brings along is scanned for what it is.
    assert [
        step for step in steps if step.startswith("SCAN") and "VALUES" not in step and "CONSTANT ROW" not in step
    ] == []
    # One context has any number of schemas, one workspace any number of subjects.
    assert [step for step in steps if step.endswith(("(context_id=?)", "registry_subject (workspace_id=?)"))] == []


LISTINGS: dict[str, Callable[[Registry], Sequence[object]]] = {
    "subjects": lambda registry: subjects(registry.hub, page=Page(10, 5)),
    "schemas": lambda registry: schemas(registry.hub, prefix="s", page=Page(10, 5)),
}


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_page_is_read_off_the_index_of_names(database: Database, listing: str) -> None:
    registry = Registry.over(database)
    registry.register("s", record(id="int"))
    with database.writing() as connection:
        for statement in _MANY_SUBJECTS:
            connection.execute(text(statement))
    plan: list[str] = []
    explaining = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"

    def explain(connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            plan.extend(str(row) for row in connection.exec_driver_sql(f"{explaining} {statement}", parameters))

    event.listen(database.engine, "after_cursor_execute", explain)
    found = LISTINGS[listing](registry)
    event.remove(database.engine, "after_cursor_execute", explain)
    assert len(found) == 5
    assert "uq_registry_subject_context_id_name" in "".join(plan)
    assert [step for step in plan if "Hash" in step or "Seq Scan on registry_subject" in step] == []


_MANY_SUBJECTS = (
    (
        "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 3000)"
        " INSERT INTO registry_subject (workspace_id, context_id, name, revision, highest_version, created_at)"
        " SELECT workspace_id, context_id, name || n, revision, 1, created_at FROM registry_subject, many"
    ),
    (
        "INSERT INTO registry_version (workspace_id, subject_id, schema_id, version, deleted, created_at)"
        " SELECT v.workspace_id, s.id, v.schema_id, 1, v.deleted, v.created_at"
        " FROM registry_version v, registry_subject s WHERE s.id <> v.subject_id"
    ),
    "ANALYZE",
)


def test_workspaces_have_nothing_in_common(database: Database) -> None:
    with database.writing() as connection:
        statement = text("INSERT INTO workspace (name, contract_identity, created_at) VALUES ('other', 'stable', :now)")
        connection.execute(statement, {"now": utc_now()})
    storage = DatabaseStorage(database)
    here, there = Registry(Hub(storage)), Registry(Hub(storage, "other"))
    here.register("a", record(id="int"))
    assert there.register("b", '"string"').schema.id == 1
    assert there.register("a", record(id="int")).schema.id == 2
    assert here.text_of(1) != there.text_of(1)
    here.level("NONE")
    here.mode("READONLY")
    with pytest.raises(RegistryRefusal):
        there.register("b", '"int"')
    with pytest.raises(RegistryRefusal):
        here.version("b")
    there.delete("a")
    there.delete("a", permanent=True)
    assert here.versions("a") == [1]


def test_a_text_is_remembered_only_while_it_is_what_is_stored(database: Database) -> None:
    registry = Registry.over(database)
    spelt, otherwise = (
        f'syntax = "proto3"; package p; message A {{ {name} b = 1; }} message B {{}}' for name in ("B", ".p.B")
    )
    first = registry.register("a", spelt, type="PROTOBUF")
    assert registry.text_of(1) == first.schema.text
    registry.delete("a")
    registry.delete("a", permanent=True)
    with pytest.raises(RegistryRefusal):
        registry.text_of(1)
    with database.reading() as connection:
        assert connection.execute(text("SELECT text FROM registry_schema")).scalars().all() == [None]
    again = registry.register("a", otherwise, type="PROTOBUF")
    assert again.schema.id == 1
    assert registry.text_of(1) == again.schema.text != first.schema.text
