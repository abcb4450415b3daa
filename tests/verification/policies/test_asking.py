"""What rules ask of a provider and what they don't: streams, what is left out, who is busy, and who is far away."""

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from contracthub.domain.verification_runs import CheckStatus, SuiteRun
from tests.cli.stub_hub import serving
from tests.verification.policies.serving import failed, held_against

PROBLEM = {"content": {"application/problem+json": {}}, "description": "Refused."}
OK = {"description": "Well.", "content": {"application/json": {"schema": {"type": "object"}}}}
STREAM = {"description": "Well.", "content": {"text/event-stream": {}}}
BODY = {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
    "paths": {
        "/things": {"get": {"responses": {"200": OK, "404": PROBLEM}}},
        "/things/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": OK, "404": PROBLEM},
            }
        },
        "/stream": {"get": {"responses": {"200": STREAM}}},
        "/reset": {"post": {"requestBody": BODY, "responses": {"204": {"description": "Gone."}}}},
        "/login": {"post": {"security": [], "requestBody": BODY, "responses": {"200": OK, "401": PROBLEM}}},
    },
}


class Busy(BaseHTTPRequestHandler):
    """Answers every second request with 429, and notes what it was asked."""

    asked: list[str]
    every: int

    def _do(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/openapi.json":
            return self._answer(200, DOCUMENT)
        self.asked.append(f"{self.command} {self.path}")
        if self.every and len(self.asked) % self.every == 0:
            return self._answer(429, {"type": "a", "title": "a", "status": 429}, {"Retry-After": "0"})
        if self.path == "/login" or "authorization" not in map(str.lower, self.headers):
            return self._answer(401, {"type": "a", "title": "a", "status": 401}, {"WWW-Authenticate": "Bearer"})
        if self.path == "/things" and self.command == "GET":
            return self._answer(200, {})
        return self._answer(404, {"type": "a", "title": "a", "status": 404})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815 (names that the library has)

    def _answer(self, status: int, document: object, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        kind = "application/json" if status == 200 else "application/problem+json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(params=[0, 2])
def busy(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Busy,), {"asked": asked, "every": request.param})
    with serving(handler) as url:
        yield url, asked


def looked_at(url: str, **more: Any) -> SuiteRun:
    ann = {"headers": {"Authorization": "Bearer abcdef"}}
    return held_against(url, {"packs": ["errors", "authentication"], "principals": {"ann": ann}, **more})


def test_a_provider_that_is_busy_is_asked_again_and_breaks_no_rule_by_it(busy: tuple[str, list[str]]) -> None:
    found = looked_at(busy[0])
    assert found.problems == ()
    # Garbage is let in here, which is all that is wrong.
    assert {name.partition(" ")[0] for name in failed(found)} <= {"authentication.garbage", "authentication.unsigned"}
    assert found.count(CheckStatus.PASSED)


def test_streams_are_not_asked_and_to_log_in_may_be_refused(busy: tuple[str, list[str]]) -> None:
    looked_at(busy[0])
    assert not [each for each in busy[1] if "/stream" in each]
    assert [each for each in busy[1] if "/reset" in each]
    assert [each for each in busy[1] if "/login" in each]


def test_what_is_left_out_is_not_asked(busy: tuple[str, list[str]]) -> None:
    looked_at(busy[0], leave_out=["POST /reset"])
    assert not [each for each in busy[1] if "/reset" in each]


def test_where_nothing_may_change_only_reads_are_sent(busy: tuple[str, list[str]]) -> None:
    found = looked_at(busy[0], unsafe_methods=False)
    assert {each.partition(" ")[0] for each in busy[1]} == {"GET"}
    assert found.count(CheckStatus.PASSED)
