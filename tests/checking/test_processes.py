"""Checks in processes: they find what tools find, they end when they must, and nothing leads out of them."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracthub.checking import jobs
from contracthub.checking.processes import ProcessChecker
from contracthub.domain.document_checks import CheckBounds, CheckOutcome, CheckStatus, Finding
from contracthub.formats.uploads import Upload

INFO = {"title": "t", "version": "1"}
RULE = "Field 'Query.a' can only be defined once."


def api(schema: dict[str, Any], version: str = "3.0.3") -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok", "content": content}}}}}
    return {"openapi": version, "info": INFO, "paths": paths}


def upload(root: dict[str, Any], **others: dict[str, Any]) -> Upload:
    files = {"api.json": root, **{f"{name}.json": value for name, value in others.items()}}
    return Upload("api.json", {name: json.dumps(value).encode() for name, value in files.items()})


def schema(text: str) -> Upload:
    return Upload("a.graphql", {"a.graphql": text.encode()})


def checked(format_name: str, document: Upload, bounds: CheckBounds | None = None) -> CheckOutcome:
    outcome = ProcessChecker(bounds).check(format_name, document)
    assert outcome is not None
    return outcome


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_what_is_well_passes(version: str) -> None:
    assert checked("openapi", upload(api({"type": "integer", "default": 1}, version))) == CheckOutcome()


def test_swagger_is_checked_too() -> None:
    answer = {"description": "ok", "schema": {"type": "integer", "default": "one"}}
    document = {"swagger": "2.0", "info": INFO, "paths": {"/a": {"get": {"responses": {"200": answer}}}}}
    assert checked("openapi", upload(document)).status is CheckStatus.FAILED


def test_findings_are_told_from_every_file_of_the_upload() -> None:
    outcome = checked(
        "openapi", upload(api({"$ref": "other.json#/a"}), other={"a": {"type": "integer", "default": "x"}})
    )
    assert outcome.status is CheckStatus.FAILED
    assert ["'x'" in each.message for each in outcome.findings] == [True]


def test_a_finding_in_a_schema_is_told_with_its_place_where_there_is_one_such() -> None:
    wrong = {"properties": {"a": {"type": "integer", "default": "one"}, "b": {"type": "thing"}}}
    outcome = checked("openapi", upload(api(wrong, "3.1.0")))
    schema = "/paths/~1a/get/responses/200/content/application~1json/schema"
    assert f"{schema}/properties/b/type" in [each.place for each in outcome.findings]
    twice = {"properties": {"a": {"type": "integer", "default": "one"}, "b": {"type": "integer", "default": "one"}}}
    assert {each.place for each in checked("openapi", upload(api(twice))).findings} == {None}


def test_rules_of_graphql_are_told_with_their_place() -> None:
    assert checked("graphql", schema("type Query { a: Int a: Int }")).findings == (Finding(RULE, "1:14"),)


def test_findings_are_counted_and_the_first_are_told() -> None:
    twice = " ".join(f"f{number}: Int f{number}: Int" for number in range(80))
    outcome = checked("graphql", schema(f"type Query {{ {twice} }}"))
    assert (len(outcome.findings), outcome.left_out) == (50, 30)


def test_what_reading_refuses_is_a_finding() -> None:
    outcome = checked("openapi", upload({"openapi": "3.0.3"}))
    assert (outcome.status, len(outcome.findings)) == (CheckStatus.FAILED, 1)


def many_unknown_directives() -> Upload:
    # Each is compared with each of the known ones, to suggest one.
    known = "\n".join(f"directive @known{number:05} on FIELD_DEFINITION" for number in range(4_000))
    used = " ".join(f"f{number}: Int @unknown{number:05}" for number in range(4_000))
    return schema(f"{known}\ntype Query {{ {used} }}")


def test_what_takes_too_long_is_ended_and_told() -> None:
    outcome = checked("graphql", many_unknown_directives(), CheckBounds(seconds=2))
    assert outcome == CheckOutcome(reason="It took longer than 2 seconds, and was ended.")
    assert outcome.status is CheckStatus.COULD_NOT_FINISH


def test_what_takes_too_much_memory_is_ended_and_told() -> None:
    fields = "\n".join(f"type T{number} {{ a: Int b: String }}" for number in range(40_000))
    outcome = checked("graphql", schema(f"type Query {{ a: Int }}\n{fields}"), CheckBounds(memory_mebibytes=200))
    assert outcome.status is CheckStatus.COULD_NOT_FINISH
    assert "200 MB" in str(outcome.reason)


def test_a_check_that_is_stopped_has_no_outcome_and_none_begins_after_it() -> None:
    checker = ProcessChecker(CheckBounds(seconds=60))
    outcomes: list[CheckOutcome | None] = []
    thread = threading.Thread(target=lambda: outcomes.append(checker.check("graphql", many_unknown_directives())))
    thread.start()
    while checker.process_id is None:
        time.sleep(0.01)
    checker.stop()
    thread.join(30)
    assert outcomes == [None]
    assert checker.check("graphql", schema("type Query { a: Int }")) is None


HUB = """
    from contracthub.checking.processes import ProcessChecker
    from contracthub.domain.document_checks import CheckBounds
    from tests.checking.test_processes import many_unknown_directives
    import threading, time

    checker = ProcessChecker(CheckBounds(seconds=90))
    threading.Thread(target=checker.check, args=("graphql", many_unknown_directives()), daemon=True).start()
    while checker.process_id is None:
        time.sleep(0.01)
    print(checker.process_id, flush=True)
    time.sleep(90)
"""


@pytest.fixture
def hub() -> Iterator["subprocess.Popen[str]"]:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", textwrap.dedent(HUB)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield process
        process.kill()


def test_a_check_ends_with_its_hub_however_that_ends(hub: "subprocess.Popen[str]") -> None:
    assert hub.stdout is not None
    child = int(hub.stdout.readline())
    assert is_running(child)
    hub.send_signal(signal.SIGKILL)
    hub.wait()
    deadline = time.monotonic() + 60
    while is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_hubs_secrets_are_not_in_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from contracthub.checking import processes

    monkeypatch.setenv("CONTRACTHUB_TOKENS", "hush")
    assert "CONTRACTHUB_TOKENS" not in processes.environment(os.environ)


def test_nothing_leads_out_of_the_process() -> None:
    tries = """
        import os, socket, subprocess, sys, urllib.request
        from contracthub.checking.confined import shut
        shut()
        for act in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.getaddrinfo("localhost", 80),
                    lambda: subprocess.run(["true"]), os.fork, lambda: urllib.request.urlopen("file:///etc/hostname")):
            try:
                act()
            except PermissionError:
                print("refused")
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(tries)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.split() == ["refused"] * 5


def test_jobs_and_outcomes_arrive_as_they_were_sent() -> None:
    import io

    job = jobs.Job("openapi", Upload("ä.yaml", {"b": b"\n\x00", "ä.yaml": b""}), 5, 6, 7)
    assert jobs.read_job(io.BytesIO(jobs.written_job(job))) == job
    outcome = CheckOutcome((Finding("a", "/b"), Finding("c")), 3, "why")
    assert jobs.read_outcome(jobs.written_outcome(outcome)) == outcome


def test_what_can_not_be_stored_is_not_sent() -> None:
    sent = CheckOutcome((Finding("\ud800\x00" + "x" * 10_000),))
    message = jobs.read_outcome(jobs.written_outcome(sent)).findings[0].message
    assert len(message) < 600
    assert message.isprintable() or "\ufffd" in message
    assert "\x00" not in message
