import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.detection import CI_SYSTEMS
from tests.cli.stub_hub import StubHub, serving, stub_hub


def interaction(description: str, path: str, status: int = 200, *, pending: bool = False, state: str = "") -> Any:
    """A V4 HTTP interaction that expects a body ``{"id": <integer>}`` where the status is 200."""
    response: dict[str, Any] = {"status": status}
    if status == 200:
        response |= {
            "headers": {"Content-Type": ["application/json"]},
            "body": {"content": {"id": 1}, "contentType": "application/json", "encoded": False},
            "matchingRules": {"body": {"$.id": {"combinator": "AND", "matchers": [{"match": "integer"}]}}},
        }
    found: dict[str, Any] = {
        "type": "Synchronous/HTTP",
        "description": description,
        "pending": pending,
        "request": {"method": "GET", "path": path},
        "response": response,
    }
    return found | ({"providerStates": [{"name": state, "params": {"n": 1}}]} if state else {})


def pact(*interactions: Any, consumer: str = "web") -> dict[str, Any]:
    return {
        "consumer": {"name": consumer},
        "provider": {"name": "orders"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


GOOD = interaction("get an order", "/orders/1")
BAD = interaction("get a broken order", "/broken")


class Provider(BaseHTTPRequestHandler):
    """A tiny orders service: /orders/N is well, /broken breaks the contract, /guarded wants a header."""

    seen: list[tuple[str, str, Any]]

    def do_GET(self) -> None:
        allowed = self.path != "/guarded" or self.headers.get("X-Key") == "open"
        self._answer(200 if allowed else 401, {"id": "seven" if self.path == "/broken" else 7})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.seen.append(("POST", self.path, body))
        self._answer(200, {})

    def _answer(self, status: int, document: object) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture(autouse=True)
def _outside_any_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in {system.marker.partition("=")[0] for system in CI_SYSTEMS}:
        monkeypatch.delenv(name, raising=False)
    for name in ("CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL", "CONTRACTHUB_TOKEN", "PACT_BROKER_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def state_changes() -> list[tuple[str, str, Any]]:
    return []


@pytest.fixture
def provider_url(state_changes: list[tuple[str, str, Any]]) -> Iterator[str]:
    handler = type("RecordingProvider", (Provider,), {"seen": state_changes})
    with serving(handler) as url:
        yield url


@pytest.fixture
def pact_file(tmp_path: Path) -> Callable[..., str]:
    """Writes a pact file and gives its path."""

    def write(*interactions: Any, consumer: str = "web") -> str:
        path = tmp_path / "pacts" / f"{consumer}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(pact(*interactions, consumer=consumer)), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def broker() -> Iterator[Callable[..., StubHub]]:
    """A stub broker that offers these interactions of one consumer for verification (toolkit 1.3)."""
    with ExitStack() as stack:
        hub = stack.enter_context(stub_hub())

        def offering(*interactions: Any, results: int = 201, pending: bool = False) -> StubHub:
            _offer(hub, [dict(one, _id=f"id{at}") for at, one in enumerate(interactions)], pending=pending)
            answer = {"errors": {"": ["results are not wanted"]}} if results >= 400 else {}
            hub.answer("POST", "/results", answer, status=results)
            return hub

        yield offering


def _offer(hub: StubHub, interactions: list[Any], *, pending: bool) -> None:
    selected, document, provider = "/pacts/provider/orders/for-verification", "/pact", "/pacticipants/orders"
    entry = {
        "shortDescription": "latest from main branch",
        "verificationProperties": {
            "pending": pending,
            "notices": [
                {"when": "before_verification", "text": "The pact is being verified because it is new."},
                {"when": "after_verification:success_true_published_false", "text": "A word for afterwards."},
            ],
        },
        "_links": {"self": {"href": hub.url + document, "name": "Pact between web (1) and orders"}},
    }
    me = {"self": {"href": hub.url + selected}}
    hub.answer("GET", selected, {"_links": me})
    hub.answer("POST", selected, {"_embedded": {"pacts": [entry] if interactions else []}, "_links": me})
    links = {
        "pb:provider": {"href": hub.url + provider},
        "pb:publish-verification-results": {"href": hub.url + "/results"},
        "self": {"href": hub.url + document},
    }
    hub.answer("GET", document, pact(*interactions) | {"_links": links})
    version = hub.url + provider + "/versions/{version}"
    branch_version = hub.url + provider + "/branches/{branch}/versions/{version}"
    hub.answer(
        "GET",
        provider,
        {
            "name": "orders",
            "_links": {
                "pb:version-tag": {"href": version + "/tags/{tag}"},
                "pb:branch-version": {"href": branch_version},
            },
        },
    )
    hub.answer("PUT", provider + "/branches/main/versions/2.0.0", {})
    hub.answer("PUT", provider + "/versions/2.0.0/tags/prod", {})


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What a proxy for everything outside of this machine is asked; it answers nothing."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def serve() -> None:
            while True:
                try:
                    connection, _ = proxy.accept()
                except OSError:
                    return
                asked.append(connection.recv(1024))
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
        yield asked
        proxy.shutdown(socket.SHUT_RDWR)
        thread.join()
