"""Clients that are slow, endless, or speak no HTTP: they cost others nothing, and are let go."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from contracthub.cli.serve import address_of, listen, server_config
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from contracthub.web import bodies
from contracthub.web.app import create_app
from contracthub.web.connections import GuardedProtocol
from tests.faults.hub_process import HANGS_AFTER_SECONDS, HubProcess, serving

SLOW_CLIENTS = 50
HALVES = {
    "nothing": b"",
    "half a line": b"GET /pacti",
    "half a head": b"GET /pacticipants HTTP/1.1\r\nHost: hub.test\r\nX-Slow: ",
    "no body": b"POST /pacticipants HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
    "half a body": b"POST /contracts/publish HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    b'Content-Length: 900\r\n\r\n{"pacticipantName":',
    "half a chunk": b"PUT /pacts/provider/A/consumer/B/version/1 HTTP/1.1\r\nHost: h\r\n"
    b"Content-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
}
MEGABYTE = 1024 * 1024


class Hasty(GuardedProtocol):
    """As served, with deadlines that a test can wait for."""

    head_seconds = 0.3
    request_seconds = 1.0


def connected(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=HANGS_AFTER_SECONDS)


def rest_of(client: socket.socket) -> bytes:
    """All that the hub sends until it closes the connection."""
    pieces = []
    try:
        while piece := client.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


@contextmanager
def hasty_hub(app: FastAPI) -> Iterator[str]:
    config = server_config(app)
    config.http = Hasty
    sock, server = listen("127.0.0.1", 0), uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    yield address_of(sock)
    server.should_exit = True
    thread.join()


@pytest.fixture
def hasty(sqlite_url: str) -> Iterator[str]:
    database = open_database(sqlite_url)
    with hasty_hub(create_app(DatabaseStorage(database))) as url:
        yield url
    database.close()


def test_clients_that_send_half_a_request_keep_nobody_waiting(sqlite_url: str) -> None:
    with serving(sqlite_url) as hub, ExitStack() as held:
        for number in range(SLOW_CLIENTS):
            client = held.enter_context(connected(hub.url))
            client.sendall(list(HALVES.values())[number % len(HALVES)])
        for _ in range(5):
            assert hub.ask("GET", "/pacticipants").status == 200
            assert hub.ask("POST", "/pacticipants", {"name": "Quick"}).status == 201


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_half_a_request_is_let_go_in_the_end(hasty: str, sent: bytes) -> None:
    with connected(hasty) as client:
        client.sendall(sent)
        assert b" 200 " not in rest_of(client)


def test_a_second_request_has_its_deadline_too(hasty: str) -> None:
    with connected(hasty) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"GET / HT")
        assert b"HTTP/1.1" not in rest_of(client)


def test_a_body_that_takes_too_long_is_told_408(hasty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    with connected(hasty) as client:
        client.sendall(HALVES["half a body"])
        assert rest_of(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("line", [b"GET /", b"GET / HTTP/1.1\r\nX-Endless: "])
def test_a_head_without_end_is_cut_off(hasty: str, line: bytes) -> None:
    with connected(hasty) as client:
        client.sendall(line)
        with pytest.raises(OSError, match=r"reset|pipe"):
            # Far more than any buffer in between can hold.
            client.sendall(b"a" * (64 * MEGABYTE))


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00", b"\x00" * 500, b"SSH-2.0-x\r\n", b"GET\r\n\r\n"])
def test_what_is_no_http_is_told_400(hasty: str, garbage: bytes) -> None:
    with connected(hasty) as client:
        client.sendall(garbage)
        assert rest_of(client).split(b" ", 2)[1:2] in ([b"400"], [])


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[HubProcess]:
    with serving(sqlite_url) as running:
        yield running


def peak_megabytes(hub: HubProcess) -> int:
    status = Path(f"/proc/{hub.process.pid}/status")
    if not status.exists():
        pytest.skip("only Linux tells how much memory a process had at most")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert found is not None
    return int(found[1]) // 1024


def declared() -> tuple[bytes, Callable[[bytes], bytes]]:
    return b"Content-Length: 62914560\r\n", lambda piece: piece


def chunked() -> tuple[bytes, Callable[[bytes], bytes]]:
    return b"Transfer-Encoding: chunked\r\n", lambda piece: b"%x\r\n%b\r\n" % (len(piece), piece)


@pytest.mark.parametrize("framing", [declared, chunked])
@pytest.mark.parametrize("target", [b"POST /contracts/publish", b"PUT /pacts/provider/A/consumer/B/version/1"])
def test_sixty_megabytes_are_told_413_without_being_kept(
    hub: HubProcess, target: bytes, framing: Callable[[], tuple[bytes, Callable[[bytes], bytes]]]
) -> None:
    header, framed = framing()
    before = peak_megabytes(hub)
    with connected(hub.url) as client:
        client.sendall(target + b" HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + header + b"\r\n")
        for _ in range(60):
            client.sendall(framed(b" " * MEGABYTE))
        # Answered although the body is not whole yet, when its length is not known before.
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert peak_megabytes(hub) - before < 80
    assert hub.ask("GET", "/pacticipants").json["_embedded"]["pacticipants"] == []
