"""Several at once, in one process and in two: ids stay dense, unique and the same for the same schema."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.storage.engine import Database
from tests.services.registering import Registry, record
from tests.services.registry_process import text_of
from tests.storage.racing import at_once

ROOT = Path(__file__).resolve().parents[2]
WRITERS = 8
EACH = 5


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry.over(database)


def stored_ids(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(text("SELECT number FROM registry_schema ORDER BY number")).scalars())


def test_the_same_schema_gets_one_id_and_one_version(registry: Registry, database: Database) -> None:
    found: list[tuple[int, int]] = []

    def job() -> None:
        for number in range(EACH):
            made = registry.register("a", record("n.R", id="int", **{f"f{number}": ("int", 1)}))
            found.append((made.schema.id, made.version))

    registry.level("NONE")
    assert at_once([job] * WRITERS) == []
    assert len(found) == WRITERS * EACH
    assert stored_ids(database) == registry.versions("a") == [*range(1, EACH + 1)]
    assert set(found) == {(number, number) for number in range(1, EACH + 1)}


def test_different_schemas_get_different_ids_without_a_hole(registry: Registry, database: Database) -> None:
    found: dict[int, int] = {}

    def job(writer: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(writer * EACH, (writer + 1) * EACH):
                found[number] = registry.register(f"s{number % 3}", text_of(number)).schema.id

        return run

    registry.level("NONE")
    assert at_once([job(writer) for writer in range(WRITERS)]) == []
    assert sorted(found.values()) == stored_ids(database) == [*range(1, WRITERS * EACH + 1)]
    for subject in ("s0", "s1", "s2"):
        assert registry.versions(subject) == [*range(1, len(registry.versions(subject)) + 1)]
    for number, given in found.items():
        assert registry.register("again", text_of(number)).schema.id == given


def test_of_schemas_that_exclude_each_other_one_wins(registry: Registry, database: Database) -> None:
    kinds = ("int", "string", "boolean", "bytes", "float", "double", "long", "null")
    won: list[str] = []

    def job(kind: str) -> Callable[[], None]:
        def run() -> None:
            try:
                registry.register("a", record("n.R", a=kind))
            except RegistryRefusal as error:
                assert error.error_code == 40901  # noqa: PT017 - which of them is refused is chance
            else:
                won.append(kind)

        return run

    registry.level("FULL")
    assert at_once([job(kind) for kind in kinds]) == []
    # Bytes and text read each other, so both may be there.
    assert len(won) == 1 or set(won) == {"string", "bytes"}
    assert stored_ids(database) == registry.versions("a") == [*range(1, len(won) + 1)]


def test_what_is_referred_to_is_not_deleted_meanwhile(registry: Registry) -> None:
    order = record("n.Order", line="n.Line")
    outcomes: dict[str, bool] = {}

    def attempt(name: str, doing: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                doing()
            except RegistryRefusal as error:
                assert error.error_code in {42201, 42206}  # noqa: PT017 - either of them may be too late
                outcomes[name] = False
            else:
                outcomes[name] = True

        return run

    for number in range(6):
        line, user = f"line{number}", f"order{number}"
        registry.register(line, record("n.Line", sku="string"))
        delete = partial(registry.delete, line)
        refer = partial(registry.register, user, order, references=[("n.Line", line, 1)])
        assert at_once([attempt("deleted", delete), attempt("referred", refer)]) == []
        assert outcomes["deleted"] != outcomes["referred"]


def test_two_processes_share_nothing_but_the_database(
    registry: Registry, database: Database, database_url: str
) -> None:
    count, told = 40, defaultdict[int, set[int]](set)
    registry.level("NONE")
    command = [sys.executable, "-m", "tests.services.registry_process", database_url]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(seed), str(count)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for seed in (1, 2)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            assert process.stdout is not None
            for line in process.stdout:
                number, given, _version = map(int, line.split())
                told[number].add(given)
            assert process.wait(60) == 0
    assert sorted(told) == [*range(count)]
    assert all(len(ids) == 1 for ids in told.values())
    assert sorted(min(ids) for ids in told.values()) == stored_ids(database) == [*range(1, count + 1)]
    for subject in range(7):
        found = registry.versions(f"s{subject}")
        assert found == [*range(1, len(found) + 1)]
