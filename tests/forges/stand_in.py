"""Stand-ins for GitHub's and GitLab's API on a real socket: outside the project, and as strict as the real ones are."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BOT = {"id": 41898282, "login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"id": 666, "login": "mallory", "type": "User"}
TOKEN = "a-token-of-tests"


@dataclass(frozen=True)
class Fault:
    """An answer given instead of the right one, to requests of this method whose path holds ``part``."""

    status: int
    method: str = ""
    part: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b'{"message": "made up for a test"}'
    # The request does its work before it is answered so.
    after: bool = False


@dataclass
class Forge:
    """What the stand-in holds, what it was asked, and the faults that it has yet to answer with."""

    url: str = ""
    longest: int = 65_536
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    me: dict[str, Any] = field(default_factory=lambda: dict(BOT))
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1000, 100_000)))

    def says(self, body: str, by: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A comment that is there already."""
        comment = {"id": next(self._numbers), "body": body, "user": by or self.me, "author": by or self.me, **more}
        comment["html_url"] = f"https://forge.example/c/{comment['id']}"
        self.comments.append(comment)
        return comment

    @property
    def bodies(self) -> list[str]:
        """What the comments of ours say."""
        return [each["body"] for each in self.comments if each["user"] == self.me]

    @property
    def writes(self) -> list[tuple[str, str]]:
        """Methods and paths of all that was to change something."""
        return [(method, path) for method, path in self.asked if method != "GET" and "graphql" not in path]

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The next fault that fits, which is used up."""
        for fault in self.faults:
            if fault.method in ("", method) and fault.part in path:
                self.faults.remove(fault)
                return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forge: Forge

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Says nothing."""

    def _serve(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        path = urlsplit(self.path).path
        self.forge.asked.append((self.command, self.path))
        fault = self.forge.fault_for(self.command, path)
        if fault and not fault.after:
            self._answer(fault.status, fault.body, fault.headers)
            return
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            self._answer(401, b'{"message": "Bad credentials"}')
            return
        status, value, headers = self._reply(path, body)
        if fault:
            self._answer(fault.status, fault.body, fault.headers)
            return
        self._answer(status, b"" if value is None else json.dumps(value).encode(), headers)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 (the base calls them so)

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reply(self, path: str, body: Any) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        raise NotImplementedError

    def _page(self, items: list[dict[str, Any]]) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        asked = parse_qs(urlsplit(self.path).query)
        size, number = int(asked.get("per_page", ["30"])[0]), int(asked.get("page", ["1"])[0])
        shown = items[(number - 1) * size : number * size]
        links: tuple[tuple[str, str], ...] = ()
        if number * size < len(items):
            path = urlsplit(self.path).path
            nxt = f'<{self.forge.url}{path}?per_page={size}&page={number + 1}>; rel="next"'
            links = (("Link", f'<{self.forge.url}{path}?page=9>; rel="last", {nxt}'),)
        return 200, shown, links

    def _change(self, number: int, body: Any) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        found = next((each for each in self.forge.comments if each["id"] == number), None)
        if found is None:
            return 404, {"message": "Not Found"}, ()
        if self.command == "DELETE":
            self.forge.comments.remove(found)
            return 204, None, ()
        if len(body["body"]) > self.forge.longest:
            return 422, {"message": "Validation Failed: body is too long"}, ()
        found["body"] = body["body"]
        return 200, found, ()

    def _create(self, body: Any) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        if len(body["body"]) > self.forge.longest:
            return 422, {"message": "Validation Failed: body is too long (maximum is 65536 characters)"}, ()
        return 201, self.forge.says(body["body"]), ()


class _Github(_Handler):
    def _reply(self, path: str, body: Any) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        if path == "/graphql":
            return 200, {"data": {"viewer": {"login": self.forge.me["login"], "databaseId": self.forge.me["id"]}}}, ()
        if path == "/user":
            return 403, {"message": "Resource not accessible by integration"}, ()
        if path == "/repos/acme/shop/issues/7/comments":
            return self._page(self.forge.comments) if self.command == "GET" else self._create(body)
        if (found := re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", path)) and self.command != "PUT":
            return self._change(int(found.group(1)), body)
        if found := re.fullmatch(r"/repos/acme/shop/statuses/([0-9a-f]{40})", path):
            if body["state"] not in ("error", "failure", "pending", "success") or len(body["description"]) > 140:
                return 422, {"message": "Validation Failed"}, ()
            self.forge.statuses.append({"sha": found.group(1), **body})
            return 201, {}, ()
        return 404, {"message": "Not Found"}, ()


class _Gitlab(_Handler):
    def _reply(self, path: str, body: Any) -> tuple[int, Any, tuple[tuple[str, str], ...]]:
        path = unquote(path)
        if path == "/user":
            return 200, self.forge.me, ()
        if path == "/projects/acme/shop/merge_requests/7/notes":
            return self._page(self.forge.comments) if self.command == "GET" else self._create(body)
        found = re.fullmatch(r"/projects/acme/shop/merge_requests/7/notes/(\d+)", path)
        if found and self.command != "PATCH":
            return self._change(int(found.group(1)), body)
        if found := re.fullmatch(r"/projects/acme/shop/statuses/([0-9a-f]{40})", path):
            if body["state"] not in ("pending", "running", "success", "failed", "canceled", "skipped"):
                return 400, {"error": "state does not have a valid value"}, ()
            before = [each for each in self.forge.statuses if each["name"] == body["name"]]
            if before and before[-1]["state"] == body["state"]:
                return 400, {"message": "Cannot transition status via :success from :success"}, ()
            self.forge.statuses.append({"sha": found.group(1), **body})
            return 201, {}, ()
        return 404, {"message": "404 Not Found"}, ()


@contextmanager
def _running(handler: type[_Handler], forge: Forge) -> Iterator[Forge]:
    bound = type("Bound", (handler,), {"forge": forge})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    forge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def github() -> Any:
    """A stand-in for GitHub with the pull request 7 of acme/shop."""
    return _running(_Github, Forge())


def gitlab() -> Any:
    """A stand-in for GitLab with the merge request 7 of acme/shop."""
    return _running(_Gitlab, Forge(longest=1_000_000, me={"id": 42, "username": "project_1_bot"}))
