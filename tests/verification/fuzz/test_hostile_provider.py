"""Providers that hang, break off, shout, lie and lead astray: each a clear outcome before the deadline."""

import json
import threading
import time
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.fuzz.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.verification.fuzz.conftest import DOCUMENT, ID, Orders, Start, operation


class Behaving(Orders):
    """Serves a document of two operations; /orders/N is well, and subclasses misbehave at /broken."""

    document: Any = DOCUMENT
    stopped = threading.Event()

    def get(self) -> None:
        if self.path == "/openapi.json":
            self.answer(200, type(self).document)
        elif self.path.startswith("/broken"):
            self.misbehave()
        elif self.path.startswith(("/orders", "/health")):
            self.answer(200, {"id": 1, "lines": []})
        else:
            self.answer(404, {})

    def misbehave(self) -> None:
        self.answer(200, {})


class Hanging(Behaving):
    def misbehave(self) -> None:
        self.stopped.wait(30)


class Resetting(Behaving):
    def misbehave(self) -> None:
        self.close_connection = True
        self.connection.close()


class Dripping(Behaving):
    def misbehave(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(300):
            if self.stopped.wait(0.1):
                return
            self.wfile.write(b" ")


class Shouting(Behaving):
    def misbehave(self) -> None:
        self.answer(200, "x" * 10_000_000)


class Mumbling(Behaving):
    def misbehave(self) -> None:
        self.close_connection = True
        self.wfile.write(b"\x00\xff\xfe garbage\r\n\r\n")


class Astray(Behaving):
    def misbehave(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.path + "x")
        self.send_header("Content-Length", "0")
        self.end_headers()


class Failing(Behaving):
    def get(self) -> None:
        if self.path == "/openapi.json":
            self.answer(200, type(self).document)
        else:
            self.answer(500, {})


@pytest.fixture(autouse=True)
def _end_of_waiting() -> Any:
    Behaving.stopped = threading.Event()
    yield
    Behaving.stopped.set()


def fuzzed(url: str, **more: Any) -> SuiteRun:
    # The deterministic phase alone ends by itself, however busy the machine is.
    only = {"fuzz": {"phases": ["coverage"]}}
    settings: dict[str, Any] = {"fuzz_seconds": 60, "seed": 1, "request_timeout_ms": 700, "settings": only} | more
    return run(Target(provider="orders", base_url=url, **settings), Unwatched(), time.monotonic() + 90)


def failed(found: SuiteRun) -> dict[str, Check]:
    return {check.operation: check for check in found.checks if check.status is CheckStatus.FAILED}


@pytest.mark.parametrize(
    ("handler", "code"), [(Hanging, "CH101"), (Resetting, "CH102"), (Mumbling, "CH102"), (Astray, "CH104")]
)
def test_an_operation_without_an_answer_is_a_finding_and_the_others_are_still_tried(
    start: Start, handler: type[Behaving], code: str
) -> None:
    found = fuzzed(start(handler))
    finding = failed(found)["GET /broken"].finding
    assert finding is not None
    assert finding.code == code
    assert "GET /health" in {check.operation for check in found.checks if check.status is CheckStatus.PASSED}


def test_ten_megabytes_are_no_trouble(start: Start) -> None:
    found = fuzzed(start(Shouting), request_timeout_ms=3000)
    assert failed(found)["GET /broken"].finding.code == "ST108"  # type: ignore[union-attr]
    assert found.problems == ()


def test_a_drip_of_bytes_does_not_hold_the_run_past_its_deadline(start: Start) -> None:
    only = {"fuzz": {"phases": ["coverage"]}}
    target = Target(provider="orders", base_url=start(Dripping), fuzz_seconds=3, settings=only)
    found = run(target, Unwatched(), time.monotonic() + 12)
    assert "GET /health" in found.exercised


def test_a_provider_that_always_fails_has_one_finding_for_each_operation(start: Start) -> None:
    found = fuzzed(start(Failing))
    assert sorted(check.operation for check in found.checks if check.finding and check.finding.code == "ST101") == [
        "GET /broken",
        "GET /health",
        "GET /orders/{id}",
    ]


def test_a_document_that_is_a_bomb_is_refused(start: Start) -> None:
    text = '{"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {"/a": ' + "[" * 50_000 + "]" * 50_000
    handler = type("Bomb", (Behaving,), {"document": {}})

    class Bombing(handler):  # type: ignore[misc, valid-type]
        def answer(self, status: int, document: object) -> None:
            if self.path != "/openapi.json":
                super().answer(status, document)
                return
            body = (text + "}}").encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    found = fuzzed(start(Bombing))
    assert not failed(found)
    assert found.problems or [check.status for check in found.checks] == [CheckStatus.SKIPPED]


def test_a_schema_that_is_a_circle_ends(start: Start) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "required": ["next"]}
    document = {**DOCUMENT, "components": {"schemas": {"Node": node}}}
    reference = {"$ref": "#/components/schemas/Node"}
    document["paths"] = {
        "/health": DOCUMENT["paths"]["/health"],
        "/orders/{id}": {"get": operation(reference, parameters=[ID])},
    }
    found = fuzzed(start(type("Circle", (Behaving,), {"document": document})))
    assert failed(found)["GET /orders/{id}"].finding is not None


def test_a_path_that_the_fuzzer_can_not_read_costs_the_others_nothing(start: Start) -> None:
    document = {**DOCUMENT, "paths": {**DOCUMENT["paths"], "/a<b>/{id}": {"get": operation({}, parameters=[ID])}}}
    found = fuzzed(start(type("Odd", (Behaving,), {"document": document})))
    assert found.problems == ("GET /a<b>/{id} is not fuzzed: the fuzzer can't read a path with < or >.",)
    assert {"GET /orders/{id}", "GET /health", "GET /broken"} <= set(found.exercised)


def test_a_provider_that_is_away_is_a_problem_and_no_finding() -> None:
    found = fuzzed("http://127.0.0.1:9")
    assert found.checks == ()
    assert "does not answer" in found.problems[0]


def test_without_a_document_it_says_what_was_looked_for(start: Start) -> None:
    class Silent(Orders):
        def get(self) -> None:
            self.answer(404, {})

    found = fuzzed(start(Silent))
    assert [check.status for check in found.checks] == [CheckStatus.SKIPPED]
    assert "--openapi" in found.checks[0].error
    assert json.dumps(found.problems) == "[]"


def test_a_document_that_was_named_and_is_not_there_is_a_problem(start: Start, tmp_path: Any) -> None:
    found = fuzzed(start(Behaving), openapi=str(tmp_path / "none.json"))
    assert "can't be read" in found.problems[0]
