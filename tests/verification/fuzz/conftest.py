"""A small provider with known faults, and the document that it breaks."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

Start = Callable[[type[BaseHTTPRequestHandler]], str]


def operation(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "fine", "content": content}}, **more}


ORDER = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": {"type": "integer"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    },
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": 1000}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "orders", "version": "1"},
    "paths": {
        "/orders/{id}": {"get": operation(ORDER, parameters=[ID])},
        "/health": {"get": operation({"type": "object"})},
        "/broken": {"get": operation({"type": "object"})},
    },
}


class Orders(BaseHTTPRequestHandler):
    """/orders/N has a sku that is a number, /broken answers with 500, /health is well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.other("POST")

    def do_PUT(self) -> None:
        self.do_POST()

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.other("DELETE")

    def do_OPTIONS(self) -> None:
        self.other("OPTIONS")

    def do_TRACE(self) -> None:
        self.other("TRACE")

    def do_QUERY(self) -> None:
        self.do_POST()

    def get(self) -> None:
        if self.path == "/openapi.json":
            self.answer(200, DOCUMENT)
        elif self.path.startswith("/broken"):
            self.answer(500, {"detail": "boom"})
        elif self.path.startswith("/health"):
            self.answer(200, {"status": "ok"})
        elif self.path.startswith("/orders/"):
            self.answer(200, {"id": 7, "lines": [{"sku": "a"}, {"sku": 12}]})
        else:
            self.answer(404, {})

    def other(self, method: str) -> None:
        """A method that no operation has is refused with those that are allowed."""
        self.answer(405, {}, allow="GET")

    def answer(self, status: int, document: object, *, allow: str = "") -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if allow:
            self.send_header("Allow", allow)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Says nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The base URL of a server in this process."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as running:
        yield lambda handler: running.enter_context(serving(handler))


@pytest.fixture
def orders(start: Start) -> str:
    return start(Orders)
