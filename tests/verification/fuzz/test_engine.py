"""What is relied on of Schemathesis' engine, which is no public interface: a new version that changes it fails here."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from contracthub.verification.fuzz.engine import Engine
from contracthub.verification.fuzz.job import FuzzJob
from contracthub.verification.fuzz.messages import Began, Found, Going, Message, Over
from contracthub.verification.fuzz.process import messages_of
from contracthub.verification.fuzz.wire import Answer, Call
from tests.verification.fuzz.conftest import DOCUMENT, Orders, Start

SERVER_ERROR = ("GET /broken", "not_a_server_error", "ST101", 500)
SCHEMA = ("GET /orders/{id}", "response_schema_conformance", "ST108", 200)


def job_for(url: str, **more: object) -> FuzzJob:
    settings: dict[str, object] = {"seconds": 60, "seed": 1, "phases": ("coverage",)} | more
    return FuzzJob(kind="openapi", document=json.dumps(DOCUMENT), base_url=url, root_url=url, **settings)  # type: ignore[arg-type]


def told(job: FuzzJob) -> list[Message]:
    return list(messages_of(job, time.monotonic() + 60))


def named(messages: list[Message]) -> set[tuple[str, str, str, int | None]]:
    found = [each.finding for each in messages if isinstance(each, Found)]
    return {(each.operation, each.check, each.code, each.status_code) for each in found}


def test_its_events_become_our_messages(orders: str) -> None:
    messages = told(job_for(orders))
    began, over = messages[0], messages[-1]
    assert isinstance(began, Began)
    assert began.operations == ("GET /orders/{id}", "GET /health", "GET /broken")
    assert (began.tool, began.tool_version.split(".")[:2]) == ("Schemathesis", ["4", "32"])
    assert isinstance(over, Over)
    assert {SERVER_ERROR, SCHEMA} <= named(messages)
    going = [each for each in messages if isinstance(each, Going)]
    assert going[-1].examples > 5
    assert {name for each in going for name, *_ in each.samples} == set(began.operations)


def test_a_finding_is_named_by_its_place_and_by_no_value(orders: str) -> None:
    first = {each.finding.fingerprint: each.finding for each in told(job_for(orders)) if isinstance(each, Found)}
    job = job_for(orders, seed=99, phases=("fuzzing",), most_examples=3, seconds=10)
    again = {each.finding.fingerprint: each.finding for each in told(job) if isinstance(each, Found)}
    # What only some phases try, such as other methods, is not seen by both.
    assert again
    assert set(again) <= set(first)
    sku = next(each for each in first.values() if each.code == "ST108")
    assert sku.message.startswith("$.lines[*].sku: ")
    assert sku.curl.startswith("curl ")
    assert sku.request is not None
    assert sku.request["path"].startswith("/orders/")


def test_a_fault_has_one_name_whoever_sends_the_request(orders: str) -> None:
    engine = Engine(job_for(orders))
    answer = Answer(200, {"content-type": ["application/json"]}, b'{"id": 7, "lines": [{"sku": 12}]}', 1.0)
    (seen,) = engine.faults_in("GET /orders/{id}", Call("GET", "/orders/7"), answer)
    of_campaign = {each.finding.fingerprint for each in told(job_for(orders)) if isinstance(each, Found)}
    assert seen.check == "response_schema_conformance"
    assert seen.fingerprint in of_campaign


def test_settings_in_the_working_directory_do_not_count(
    orders: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schemathesis.toml").write_text("[checks]\nenabled = false\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert SERVER_ERROR in named(told(job_for(orders)))


class AsFrameworksDo(Orders):
    """Refuses what is no JSON with 400, other faults with 422, and names half of its methods where one is refused."""

    # What other methods send is left unread, and must not be taken for the next request.
    protocol_version = "HTTP/1.0"

    def do_POST(self) -> None:  # noqa: N802 - the name is the library's
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(content) if "json" in (self.headers.get("Content-Type") or "") else None
        except ValueError:
            self.answer(400, {})
            return
        self.answer(200 if isinstance(body, dict) and isinstance(body.get("a"), str) else 422, {})

    def do_PUT(self) -> None:  # noqa: N802 - the name is the library's
        self.other("PUT")

    do_PATCH = do_QUERY = do_PUT  # noqa: N815 - these too


def test_what_frameworks_do_by_themselves_is_no_finding(start: Start) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    answers = {"200": {"description": "fine"}, "422": {"description": "refused"}}
    post = {"requestBody": body, "responses": answers}
    get = {"responses": {"200": {"description": "fine"}}}
    document = json.dumps({**DOCUMENT, "paths": {"/health": {"post": post, "get": get}}})
    url = start(AsFrameworksDo)
    job = replace(job_for(url, phases=("coverage", "fuzzing"), seconds=20, most_examples=60), document=document)
    assert {each.finding.message for each in told(job) if isinstance(each, Found)} == set()


def test_without_unsafe_methods_only_reading_ones_are_sent(orders: str) -> None:
    document = {**DOCUMENT, "paths": {"/health": {"get": DOCUMENT["paths"]["/health"]["get"], "delete": {}}}}
    document["paths"]["/health"]["delete"] = {"responses": {"204": {"description": "gone"}}}
    job = replace(job_for(orders, unsafe=False), document=json.dumps(document))
    messages = told(job)
    began = messages[0]
    assert isinstance(began, Began)
    assert began.operations == ("GET /health",)
    assert {(name, status) for each in messages if isinstance(each, Going) for name, status, _ in each.samples} == {
        ("GET /health", 200)
    }
    assert named(messages) == set()


def test_a_document_that_is_none_is_refused_with_a_sentence(orders: str) -> None:
    job = FuzzJob(kind="openapi", document="[]", base_url=orders, root_url=orders, seconds=2)
    messages = told(job)
    assert messages[-1] == Over("refused")
    assert "must be an object" in str(messages[0])
