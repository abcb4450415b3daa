"""A small HTTP server on this machine that answers as a script says, while a block runs."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from urllib.parse import parse_qsl, unquote, urlsplit

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue

LARGEST_BODY = 16 * 1024 * 1024
HOST = "127.0.0.1"
_LONGEST_LINE = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the client. Header names are in lower case, the path is decoded and without its query."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """``GET /orders/7``."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the client gets."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A request that a contract speaks of, all values filled in. ``target`` is the path, with a query or without."""

    method: str
    target: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None
    has_body: bool = False

    @property
    def line(self) -> str:
        """``GET /orders/7``."""
        return f"{self.method} {urlsplit(self.target).path}"


def differences(expected: Expected, asked: Asked) -> list[str]:
    """What of a request is not as the contract has it; more headers than it names may come."""
    found = []
    parts = urlsplit(expected.target)
    if asked.line != f"{expected.method} {unquote(parts.path)}":
        return [f"the client asked {asked.line}, not {expected.line}"]
    query = [*parse_qsl(parts.query, keep_blank_values=True), *expected.query]
    if sorted(query) != sorted(asked.query):
        found.append(f"the client sent the query {dict(asked.query)}, not {dict(query)}")
    for name, value in expected.headers.items():
        sent = asked.headers.get(name.lower())
        if sent != value:
            found.append(f"the client sent {name}: {sent!r}, not {value!r}" if sent else f"the client sent no {name}")
    if expected.has_body and not _is_same(expected.body, asked.body):
        shown = asked.body[:200].decode("utf-8", "replace")
        found.append(f"the client sent the body {shown!r}, not {json.dumps(expected.body)[:200]}")
    return found


def json_answer(status: int, headers: Mapping[str, str], body: JsonValue, *, has_body: bool) -> Answered:
    """An answer with a JSON body, or with a text where its headers say that it is no JSON."""
    if not has_body:
        return Answered(status, headers)
    named = {name.lower(): value for name, value in headers.items()}
    if isinstance(body, str) and "json" not in named.get("content-type", "json"):
        return Answered(status, headers, body.encode())
    kind = {} if "content-type" in named else {"Content-Type": "application/json"}
    return Answered(status, {**kind, **headers}, safe_json.dumps(body))


@contextmanager
def answering(script: Callable[[Asked], Answered]) -> Iterator[str]:
    """The address at which the script answers, one request after the other."""
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                unquote(parts.path),
                tuple(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                _body(self.headers, self.rfile),
            )
            with turn:
                answer = script(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _body(headers: Message, sent: BufferedIOBase) -> bytes:
    """The body of a request, by its length or in chunks (RFC 9112 §6): clients that stream know no length."""
    if "chunked" not in headers.get("transfer-encoding", "").lower():
        return sent.read(min(int(headers.get("content-length") or 0), LARGEST_BODY))
    whole = b""
    while size := int(sent.readline(_LONGEST_LINE).partition(b";")[0], 16):
        if size < 0 or len(whole) + size > LARGEST_BODY:
            raise ConnectionError(f"A chunked body is larger than {LARGEST_BODY:,} bytes.")
        whole += sent.read(size)
        sent.readline(_LONGEST_LINE)
    while sent.readline(_LONGEST_LINE).strip():
        pass
    return whole


def _is_same(expected: JsonValue, sent: bytes) -> bool:
    if isinstance(expected, str) and sent == expected.encode():
        return True
    try:
        return safe_json.loads(sent) == expected
    except HubError:
        return False
