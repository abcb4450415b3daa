"""The relay before the provider: what goes through it is what the provider said, but for ids."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracthub.verification.state_solving.provider_relay import relaying_provider
from tests.cli.stub_hub import serving


class PutsNine:
    """Puts 9 for 42 in paths and bodies, and back again."""

    rewrites = True

    def request(self, method: str, target: str, body: bytes) -> tuple[str, bytes]:
        return target.replace("42", "9"), body.replace(b"42", b"9")

    def answered(self, body: bytes) -> bytes:
        return body.replace(b"9", b"42")

    def header(self, value: str) -> str:
        return value.replace("9", "42")


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def _echo(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, dict(self.headers.items()), body))
        if self.path.endswith("/empty"):
            self.send_response(204)
            self.end_headers()
            return
        content = b"9" * 3_000_000 if self.path.endswith("/big") else b"thing 9"
        self.send_response_only(418, "Teapot")
        self.send_header("Location", "/things/9")
        self.send_header("X-Count", "9")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PURGE = _echo  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


Seen = list[tuple[str, str, dict[str, str], bytes]]


@pytest.fixture
def seen() -> Seen:
    return []


@pytest.fixture
def connection(seen: Seen) -> Iterator[http.client.HTTPConnection]:
    with serving(type("Seeing", (Echo,), {"seen": seen})) as url, relayed(f"{url}/api") as connection:
        yield connection


@contextmanager
def relayed(url: str, timeout: float = 10) -> Iterator[http.client.HTTPConnection]:
    with relaying_provider(PutsNine(), url, timeout=timeout) as address:
        parts = urlsplit(address)
        assert parts.path == urlsplit(url).path
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            yield connection
        finally:
            connection.close()


def test_ids_are_put_for_one_another_and_nothing_else_changes(
    connection: http.client.HTTPConnection, seen: Seen
) -> None:
    connection.request("POST", "/api/things/42?x=1", b"of 42", {"X-A": "42", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert (answer.status, answer.reason, answer.read()) == (418, "Teapot", b"thing 42")
    assert (answer.headers["Location"], answer.headers["X-Count"]) == ("/things/42", "9")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    ((method, path, headers, body),) = seen
    assert (method, path, body) == ("POST", "/api/things/9?x=1", b"of 9")
    assert (headers["X-A"], "Accept-Encoding" in headers) == ("42", False)
    assert headers["Host"] != f"127.0.0.1:{connection.port}"


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection, seen: Seen) -> None:
    for _ in range(5):
        connection.request("GET", "/api/things")
        assert connection.getresponse().read() == b"thing 42"
    assert len(seen) == 5


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/api/things"), ("GET", "/api/empty"), ("PURGE", "/api/things")])
def test_every_method_and_answers_without_a_body(
    connection: http.client.HTTPConnection, seen: Seen, method: str, path: str
) -> None:
    connection.request(method, path)
    answer = connection.getresponse()
    assert answer.read() == (b"thing 42" if method == "PURGE" else b"")
    if method == "HEAD":
        assert answer.headers["Content-Length"] == "7"
    connection.request("GET", "/api/things")
    assert connection.getresponse().read() == b"thing 42"


def test_a_large_answer_comes_whole(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/api/big")
    assert connection.getresponse().read() == b"42" * 3_000_000


@contextmanager
def answering(content: bytes | None) -> Iterator[str]:
    """A provider that sends just this and hangs up, or that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                held.append(taken)
                if content is not None:
                    taken.recv(65536)
                    taken.sendall(content)
                    taken.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
    for each in held:
        each.close()


@pytest.mark.parametrize("content", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12", None])
def test_a_provider_that_breaks_off_looks_so_to_the_verifier(content: Any) -> None:
    with answering(content) as url, relayed(url, timeout=0.3) as connection:
        connection.request("GET", "/things")
        with pytest.raises((OSError, http.client.HTTPException)):
            connection.getresponse().read()


def test_a_provider_that_is_away_looks_so_to_the_verifier() -> None:
    with relayed("http://127.0.0.1:9") as connection:
        connection.request("GET", "/things")
        with pytest.raises((OSError, http.client.HTTPException)):
            connection.getresponse()
