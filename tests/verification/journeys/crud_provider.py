"""A provider of books over a real socket that keeps them in memory, describes itself, and has the faults of a test."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.cli.stub_hub import serving

BOOK = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string", "maxLength": 40}, "pages": {"type": "integer", "minimum": 1}},
}
STORED = {**BOOK, "properties": {**BOOK["properties"], "book_id": {"type": "string"}}}  # type: ignore[dict-item]
JOB = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "status": {"type": "string", "enum": ["queued", "running", "done"]}},
}


def _answers(*statuses: int, schema: Any = None, location: bool = False) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}} if schema else {}
    headers = {"headers": {"Location": {"schema": {"type": "string"}}}} if location else {}
    return {str(each): {"description": "", **(content if each < 300 else {}), **headers} for each in statuses}


def _takes(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "library", "version": "1"},
    "paths": {
        "/books": {
            "get": {"responses": _answers(200, schema={"type": "array", "items": STORED})},
            "post": {**_takes(BOOK), "responses": _answers(201, 422, schema=STORED)},
        },
        "/books/{book_id}": {
            "parameters": [{"name": "book_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": _answers(200, 404, schema=STORED)},
            "put": {**_takes(BOOK), "responses": _answers(200, 404, schema=STORED)},
            "delete": {"responses": _answers(204, 404)},
        },
        "/books/{book_id}/print": {
            "parameters": [{"name": "book_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {"responses": _answers(202, 404, schema=JOB, location=True)},
        },
        "/jobs/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": _answers(200, 404, schema=JOB)},
            "delete": {"responses": _answers(204, 404)},
        },
    },
}


class Library(BaseHTTPRequestHandler):
    """``faults`` are names of what goes wrong."""

    faults: frozenset[str]
    books: dict[str, dict[str, Any]]
    gone: list[str]
    polls: list[str]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/openapi.json":
            self._answer(200, OPENAPI)
        elif path == "/books":
            self._answer(200, self._listed())
        elif found := re.fullmatch(r"/books/([^/]+)", path):
            self._read(found[1])
        elif path == "/jobs/7":
            self._job()
        else:
            self._answer(404, {})

    def _listed(self) -> Any:
        held = list(self.books.values())
        if "lists-what-is-gone" in self.faults:
            held += [{"book_id": each} for each in self.gone]
        if "lists-with-marks" in self.faults:
            held += [{"book_id": each, "deleted": True} for each in self.gone]
        if "forgets-in-list" in self.faults:
            held = []
        if "pages" in self.faults:
            return {"items": [], "next_cursor": "c"}
        return {"items": held} if "envelope" in self.faults else held

    def _read(self, book_id: str) -> None:
        if book_id in self.gone and "keeps-what-is-gone" in self.faults:
            self._answer(200, {"book_id": book_id, "title": "x"})
        elif book_id in self.gone and "marks-what-is-gone" in self.faults:
            self._answer(200, {"book_id": book_id, "title": "x", "deleted_at": "2026-01-01"})
        elif book_id in self.gone and "archives" in self.faults:
            self._answer(200, {"data": {"book_id": book_id, "title": "x", "condition": "archived"}})
        elif book_id not in self.books or "cannot-be-read" in self.faults:
            self._answer(404, {})
        elif "another" in self.faults:
            self._answer(200, {**self.books[book_id], "book_id": "other"})
        else:
            self._answer(200, self.books[book_id])

    def _job(self) -> None:
        self.polls.append(self.path)
        words = ["queued", "running", "done"]
        if "never-ends" in self.faults:
            words = ["queued", "running"]
        word = words[min(len(self.polls), len(words)) - 1]
        if word == "done" and "renames-done" in self.faults:
            word = "finished"
        if "fails" in self.faults:
            self._answer(200, {"id": "7", "phase": "failed"})
        elif "polls-in-an-hour" in self.faults:
            self._answer(200, {"id": "7", "status": "running"}, **{"Retry-After": "3600"})
        elif "job-breaks" in self.faults:
            self._answer(500, {})
        elif "redirects" in self.faults and word == "done":
            self._answer(303, {}, Location="/books")
        else:
            self._answer(200, {"id": "7", "status": word})

    def do_POST(self) -> None:
        body = self._body()
        if self.path.endswith("/print"):
            self._print()
        elif "breaks" in self.faults:
            self._answer(500, {"why": "no disk"})
        elif "refuses" in self.faults:
            self._answer(422, {"why": "no titles today"})
        else:
            book_id = f"b{len(self.books) + len(self.gone) + 1}"
            self.books[book_id] = {"book_id": book_id, **body}
            self._answer(201, self.books[book_id])

    def _print(self) -> None:
        if "at-once" in self.faults:
            self._answer(200, {"status": "done"})
        elif "forgets-location" in self.faults:
            self._answer(202, {})
        else:
            elsewhere = "http://192.0.2.1/jobs/7" if "leads-away" in self.faults else "/jobs/7"
            wait = {"asks-for-an-hour": "3600", "asks-for-a-second": "1"}
            asked = [text for fault, text in wait.items() if fault in self.faults]
            self._answer(202, {}, Location=elsewhere, **({"Retry-After": asked[0]} if asked else {}))

    def do_PUT(self) -> None:
        body, book_id = self._body(), self.path.rpartition("/")[2]
        if "cannot-change" in self.faults:
            self._answer(500, {})
        elif "conflict" in self.faults:
            self._answer(409, {})
        else:
            if "loses-changes" not in self.faults:
                self.books[book_id] |= body
            self._answer(200, self.books[book_id])

    def do_DELETE(self) -> None:
        book_id = self.path.rpartition("/")[2]
        if "cannot-delete" in self.faults:
            self._answer(405, {})
        elif "in-use" in self.faults:
            self._answer(409, {})
        elif self.path == "/jobs/7":
            self.polls.append("removed")
            self._answer(204, None)
        else:
            self.gone.append(book_id)
            self.books.pop(book_id, None)
            self._answer(204, None)

    def _body(self) -> Any:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return json.loads(content) if content else {}

    def _answer(self, status: int, document: Any, **headers: str) -> None:
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def library(*faults: str) -> Iterator[tuple[str, type[Library]]]:
    """The address of a provider with these faults, and its class, which holds what it has."""
    facts = {"faults": frozenset(faults), "books": {}, "gone": [], "polls": []}
    kept = type("Kept", (Library,), facts)
    with serving(kept) as url:
        yield url, kept
