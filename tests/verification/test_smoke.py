"""The smoke suite against real sockets: what is up, what is not there, and providers that misbehave."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from contracthub.domain.verification_runs import CheckStatus, SuiteRun
from contracthub.verification.documents import OPENAPI_PATHS
from contracthub.verification.smoke import run
from contracthub.verification.suites import Target, Unwatched
from tests.cli.stub_hub import serving

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "paths": {
        "/orders": {"get": {"responses": {}}},
        "/broken": {"get": {"responses": {}}},
        "/orders/{id}": {"get": {"responses": {}}},
        "/search": {"get": {"parameters": [{"name": "q", "in": "query", "required": True}]}},
        "/write": {"post": {}},
    },
}


class Well(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = {"/openapi.json": OPENAPI, "/health": {"status": "UP"}, "/orders": [], "/": {}}
        if self.path == "/broken":
            self.answer(500, {})
        else:
            self.answer(200 if self.path in found else 404, found.get(self.path, {}))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200 if self.path == "/graphql" else 404, {"data": {"__typename": "Query"}})

    def answer(self, status: int, document: object, **headers: str) -> None:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def looked(handler: type[BaseHTTPRequestHandler], **target: Any) -> SuiteRun:
    with serving(handler) as url:
        return run(
            Target(provider="orders", base_url=url, request_timeout_ms=500, **target),
            Unwatched(),
            time.monotonic() + 30,
        )


def told(found: SuiteRun) -> dict[str, tuple[CheckStatus, str]]:
    return {check.name: (check.status, check.error) for check in found.checks}


def test_what_answers_passes_and_a_read_that_breaks_fails() -> None:
    found = looked(Well)
    assert told(found) == {
        "the provider answers": (CheckStatus.PASSED, ""),
        "the provider says that it is well": (CheckStatus.PASSED, ""),
        "the OpenAPI document is served": (CheckStatus.PASSED, ""),
        "GraphQL answers": (CheckStatus.PASSED, ""),
        "read /orders": (CheckStatus.PASSED, ""),
        "read /broken": (CheckStatus.FAILED, "The answer was 500."),
    }
    assert found.exercised["GET /broken"] == (500,)
    assert found.problems == ()


def test_how_many_reads_there_are_is_a_setting() -> None:
    found = looked(Well, settings={"smoke": {"reads": 1}})
    assert [name for name in told(found) if name.startswith("read")] == ["read /orders"]


def test_what_is_not_there_is_skipped_unless_it_was_named() -> None:
    class Bare(Well):
        def do_GET(self) -> None:
            self.answer(404, {})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(404, {})

    assert {status for name, (status, _) in told(looked(Bare)).items() if name != "the provider answers"} == {
        CheckStatus.SKIPPED
    }
    named = told(looked(Bare, graphql_path="/graphql", settings={"smoke": {"health": "/up"}}))
    assert named["the provider says that it is well"] == (CheckStatus.FAILED, "The answer was 404.")
    assert named["GraphQL answers"] == (CheckStatus.FAILED, "The answer was 404.")


def _hangs(self: Any) -> None:
    time.sleep(1)


def _resets(self: Any) -> None:
    self.close_connection = True


def _garbage(self: Any) -> None:
    self.wfile.write(b"\x00\xffnothing like HTTP\r\n\r\n")
    self.close_connection = True


def _ten_megabytes(self: Any) -> None:
    self.answer(200, b"x" * 10_000_000)


def _elsewhere(self: Any) -> None:
    self.answer(302, {}, Location="http://elsewhere.test/login")


@pytest.mark.parametrize(
    ("misbehaving", "words"),
    [(_hangs, "no answer within"), (_resets, "no answer"), (_garbage, "no HTTP"), (_elsewhere, "redirects to another")],
)
def test_a_provider_that_misbehaves_is_told_how(misbehaving: Callable[[Any], None], words: str) -> None:
    found = looked(type("Misbehaving", (Well,), {"do_GET": misbehaving}))
    status, error = told(found)["the provider answers"]
    assert (status, words in error) == (CheckStatus.FAILED, True)


def test_a_large_answer_is_no_document() -> None:
    found = looked(type("Large", (Well,), {"do_GET": _ten_megabytes}))
    assert told(found)["the OpenAPI document is served"] == (
        CheckStatus.SKIPPED,
        f"No OpenAPI document is at {', '.join(OPENAPI_PATHS)}.",
    )


def test_a_provider_that_is_away_has_one_check_that_fails() -> None:
    found = run(Target(provider="orders", base_url="http://127.0.0.1:1"), Unwatched(), time.monotonic() + 5)
    ((name, (status, _)),) = told(found).items()
    assert (name, status) == ("the provider answers", CheckStatus.FAILED)
