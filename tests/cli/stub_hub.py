"""A stand-in for the outside peer: records what it is asked, answers what the test says, over a real socket."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

RELATIONS = {
    "pb:publish-contracts": "/contracts/publish",
    "pb:pacticipants": "/pacticipants",
    "pb:pacticipant": "/pacticipants/{pacticipant}",
    "pb:pacticipant-version": "/pacticipants/{pacticipant}/versions/{version}",
    "pb:pacticipant-version-tag": "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
    "pb:latest-version": "/pacticipants/{pacticipant}/latest-version",
    "pb:latest-tagged-version": "/pacticipants/{pacticipant}/latest-version/{tag}",
    "pb:environments": "/environments",
    "pb:environment": "/environments/{uuid}",
    "pb:pacticipant-branch": "/pacticipants/{pacticipant}/branches/{branch}",
    "pb:pacticipant-branch-version": "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
    "pb:latest-pact-versions": "/pacts/latest",
    "pb:provider-pacts-with-main-branch": "/pacts/provider/{provider}/branch",
    "pb:latest-provider-pacts-with-main-branch": "/pacts/provider/{provider}/branch/latest",
    "pb:provider-pacts-with-branch": "/pacts/provider/{provider}/branch/{branch}",
    "pb:latest-provider-pacts-with-branch": "/pacts/provider/{provider}/branch/{branch}/latest",
    "pb:main-branch-pact-versions": "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
    "pb:latest-main-branch-pact-versions": "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
    "pb:branch-pact-versions": "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
    "pb:latest-branch-pact-versions": "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
    "pb:webhooks": "/webhooks",
    "pb:webhook": "/webhooks/{uuid}",
    "pb:provider-pacts-for-verification": "/pacts/provider/{provider}/for-verification",
}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class StubHub:
    """The peer: ``answer`` says what to reply; several answers for one request are given one after the other."""

    url: str = ""
    prefix: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[tuple[str, str], list[tuple[int, bytes, dict[str, str]]]] = field(default_factory=dict)

    def answer(
        self, method: str, path: str, body: object = None, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        kind = {"Content-Type": "application/hal+json;charset=utf-8"} | (headers or {})
        self.answers.setdefault((method, path), []).append((status, content, kind))

    def reply_to(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(asked)
        queue = self.answers.get((asked.method, asked.path))
        if queue:
            return queue.pop(0) if len(queue) > 1 else queue[0]
        error = {"error": "The requested document was not found on this server."}
        return 404, json.dumps(error).encode(), {"Content-Type": "application/json;charset=utf-8"}

    @property
    def paths(self) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in self.asked]

    def one(self, method: str, path: str) -> Asked:
        (found,) = [one for one in self.asked if (one.method, one.path) == (method, path)]
        return found


@contextmanager
def stub_hub(prefix: str = "") -> Iterator[StubHub]:
    """A running stub below a path prefix; its index offers the relations of a hub."""
    hub = StubHub(prefix=prefix)
    with serving(_handler(hub)) as address:
        hub.url = address + prefix
        links = {name: {"href": hub.url + path, "templated": "{" in path} for name, path in RELATIONS.items()}
        hub.answer("GET", prefix + "/", {"_links": links})
        yield hub


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address at which the handler is served on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: StubHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qsl(parts.query, keep_blank_values=True)
            asked = Asked(self.command, parts.path, query, headers, self.rfile.read(length))
            status, content, kind = hub.reply_to(asked)
            self.send_response(status)
            for name, value in kind.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _reply  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Handler


def matrix_answer(
    deployable: bool | None = True,  # noqa: FBT002 (the first word of the answer)
    *,
    decision: Mapping[str, object] | None = None,
    unknown: int = 0,
    **pair: Any,
) -> dict[str, object]:
    """A matrix answer with one row, as pact-broker-api §13 shows it."""
    result = pair.get("success", {True: True, False: False, None: None}[deployable])
    row = {
        "consumer": {"name": pair.get("consumer", "web"), "version": {"number": "1.2.3", "branch": "main"}},
        "provider": {"name": "orders", "version": None if result is None else {"number": "2.0.0"}},
        "verificationResult": None
        if result is None
        else {"success": result, "verifiedAt": "2026-11-20T10:00:00+00:00"},
    }
    texts = {
        True: ("success", "All required verification results are published and successful"),
        False: ("error", "The verification for the pact between web and orders failed"),
        None: ("error", "There is no verified pact between web and orders"),
    }
    kind, text = texts[deployable]
    answer: dict[str, object] = {
        "summary": {"deployable": deployable, "reason": text, "success": 1, "failed": 0, "unknown": unknown},
        "notices": [{"type": kind, "text": text}],
        "matrix": [row],
    }
    return answer if decision is None else {**answer, "decision": decision}
