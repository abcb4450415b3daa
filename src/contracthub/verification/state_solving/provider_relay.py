"""Stands between the verifier and the provider: a pact's ids become the real ones on the way there, and back again."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from contracthub.verification.provider_client import LARGEST_ANSWER

_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "proxy-connection", "te"})
_OF_PATHS = frozenset({"location", "content-location", "link"})


class Rewrites(Protocol):
    """What puts ids in one another's place."""

    @property
    def rewrites(self) -> bool:
        """Whether there is anything to put."""

    def request(self, method: str, target: str, body: bytes) -> tuple[str, bytes]:
        """Path and body as the provider is to get them."""

    def answered(self, body: bytes) -> bytes:
        """An answer as the pact knows it."""

    def header(self, value: str) -> str:
        """A header as the pact knows it."""


@contextmanager
def relaying_provider(
    solving: Rewrites, provider_url: str, *, timeout: float, verify_tls: bool = True
) -> Iterator[str]:
    """The address of a relay to this provider, with the path of the provider's own, while the block runs."""
    facts = {"solving": solving, "provider": _Provider(provider_url, timeout, verify_tls)}
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), facts))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        parts = urlsplit(provider_url)
        yield urlunsplit(("http", f"127.0.0.1:{server.server_port}", parts.path, "", ""))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The verifier keeps connections open; nobody is to wait for them at the end.
    block_on_close = False


@dataclass(frozen=True, slots=True)
class _Provider:
    """Where the provider is, and how long it may take."""

    url: str
    timeout: float
    verify_tls: bool

    def connection(self) -> http.client.HTTPConnection:
        """A connection that is not open yet."""
        parts = urlsplit(self.url)
        if parts.scheme != "https":
            return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        context = ssl.create_default_context()
        if not self.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=self.timeout, context=context)


class _Handler(BaseHTTPRequestHandler):
    """One connection of the verifier's, and the one to the provider that belongs to it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    solving: Rewrites
    provider: _Provider
    _connection: http.client.HTTPConnection | None = None

    def handle_one_request(self) -> None:
        """A verifier that goes away is no fault."""
        with suppress(ConnectionError):
            super().handle_one_request()

    def finish(self) -> None:
        """Closes both connections."""
        self._let_go()
        super().finish()

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        prefix = urlsplit(self.provider.url).path.rstrip("/")
        target, body = self.solving.request(self.command, self.path.removeprefix(prefix), body)
        try:
            response, content = self._asked(prefix + target, body)
        except (OSError, http.client.HTTPException):
            # To the verifier it looks as it would without a relay: the connection breaks.
            self._let_go()
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(2)
            return
        self._answer(response, self.solving.answered(content))

    def _asked(self, target: str, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        # What is to be rewritten has to come in plain text.
        dropped = _HOP_BY_HOP | {"accept-encoding"} if self.solving.rewrites else _HOP_BY_HOP
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in dropped]
        kept = self._connection is not None
        try:
            return self._exchanged(target, headers, body)
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException):
            self._let_go()
            if not kept:
                raise
            # A provider may close a connection that was kept open; that says nothing about it.
            return self._exchanged(target, headers, body)

    def _exchanged(
        self, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._connection = self._connection or self.provider.connection()
        _send(connection, self.command, target, headers, body)
        response = connection.getresponse()
        content = response.read(LARGEST_ANSWER)
        if response.length and len(content) < LARGEST_ANSWER:
            raise http.client.IncompleteRead(content, response.length)
        if response.will_close or len(content) >= LARGEST_ANSWER:
            self._let_go()
        return response, content

    def _answer(self, response: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(response.status, response.reason)
        without_body = self.command == "HEAD" or response.status in (204, 304)
        for name, value in response.getheaders():
            if name.lower() not in _HOP_BY_HOP or (without_body and name.lower() == "content-length"):
                self.send_header(name, self.solving.header(value) if name.lower() in _OF_PATHS else value)
        if not without_body:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not without_body:
            self.wfile.write(content)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method is passed on, also those that are not invented yet; the library looks for ``do_GET``."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._relay

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def _send(
    connection: http.client.HTTPConnection, method: str, target: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    host = connection.host if connection.port in (80, 443) else f"{connection.host}:{connection.port}"
    connection.putheader("Host", host)
    for name, value in headers:
        if name.lower() != "host":
            connection.putheader(name, value)
    if body or method in ("POST", "PUT", "PATCH"):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
