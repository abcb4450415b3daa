"""The process that compares: what it keeps, what it refuses, and that it comes to an end whatever it is given."""

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from contracthub.checking.comparing import ProcessComparer
from contracthub.domain.document_checks import ComparisonBounds
from contracthub.domain.errors import Invalid, TooLarge, Unavailable
from contracthub.formats.comparison_jobs import ComparisonJob, NamedDocument, job_as_json, job_from

TODAY = date(2026, 11, 21)
Start = Callable[..., ProcessComparer]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts comparers, and ends them after the test."""
    made: list[ProcessComparer] = []

    def begin(**bounds: Any) -> ProcessComparer:
        made.append(ProcessComparer(ComparisonBounds(**bounds)))
        return made[-1]

    yield begin
    for each in made:
        each.stop()


@dataclass
class Store:
    """Contents by digest, and which of them were asked for."""

    contents: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def document(self, text: object, format_name: str = "json-schema") -> NamedDocument:
        body = text if isinstance(text, bytes) else json.dumps(text).encode()
        sha = hashlib.sha256(body).hexdigest()
        self.contents[sha] = body
        return NamedDocument("it", "it 1", format_name, "it.json", (("it.json", sha),))

    def __call__(self, sha: str) -> bytes:
        self.asked.append(sha)
        return self.contents[sha]


def job(old: NamedDocument, new: NamedDocument) -> ComparisonJob:
    return ComparisonJob(((old, new),), TODAY)


def changes(answer: bytes) -> list[str]:
    return [each["id"] for each in json.loads(answer)["changes"]]


STRING, NUMBER = {"type": "string"}, {"type": "number"}


def test_a_job_is_read_as_it_was_written() -> None:
    store = Store()
    asked = ComparisonJob(((store.document(STRING), None), (None, store.document(NUMBER))), TODAY, subject="orders")
    assert job_from(json.loads(json.dumps(job_as_json(asked)))) == asked


def test_what_was_read_is_not_asked_for_again(start: Start) -> None:
    comparer, store = start(), Store()
    pair = job(store.document(STRING), store.document(NUMBER))

    first = comparer.compare(pair, store)
    process = comparer.process_id
    again = comparer.compare(pair, store)

    assert changes(first)
    assert again == first
    assert sorted(store.asked) == sorted(store.contents)
    assert comparer.process_id == process


def test_no_more_is_kept_than_there_is_room_for(start: Start) -> None:
    comparer, store = start(kept_mebibytes=1), Store()
    large = [store.document({"title": letter * 700_000, "type": "string"}) for letter in "ab"]
    small = store.document(STRING)

    for each in (large[0], large[1], large[0]):
        comparer.compare(job(small, each), store)

    assert store.asked.count(large[0].files[0][1]) == 2


def test_a_document_that_can_not_be_read_is_named_and_the_process_goes_on(start: Start) -> None:
    comparer, store = start(), Store()
    broken = store.document(b"{", "openapi")

    with pytest.raises(Invalid, match="it 1 can't be compared") as caught:
        comparer.compare(job(broken, broken), store)
    process = comparer.process_id

    assert "line 2" in caught.value.message
    assert changes(comparer.compare(job(store.document(STRING), store.document(NUMBER)), store))
    assert comparer.process_id == process


def test_who_takes_too_long_is_ended_and_the_next_is_answered(start: Start) -> None:
    comparer, store = start(seconds=2.0), Store()
    pair = job(store.document(STRING), store.document(NUMBER))
    comparer.compare(pair, store)
    assert comparer.process_id is not None
    os.kill(comparer.process_id, signal.SIGSTOP)

    with pytest.raises(TooLarge, match="longer than 2 seconds"):
        comparer.compare(pair, store)

    assert changes(comparer.compare(pair, store))


def test_who_needs_too_much_memory_is_told_so_and_the_next_is_answered(start: Start) -> None:
    comparer, store = start(memory_mebibytes=400), Store()
    many = {"enum": [f"value {number}" for number in range(900_000)]}
    large = store.document(many)

    with pytest.raises(TooLarge, match="need more than 400 MB"):
        comparer.compare(job(large, store.document(many | {"title": "x"})), store)

    assert changes(comparer.compare(job(store.document(STRING), store.document(NUMBER)), store))


def test_a_process_that_was_killed_is_replaced(start: Start) -> None:
    comparer, store = start(), Store()
    pair = job(store.document(STRING), store.document(NUMBER))
    first = comparer.compare(pair, store)
    assert comparer.process_id is not None
    os.kill(comparer.process_id, 9)

    assert comparer.compare(pair, store) == first


def test_a_process_that_nobody_asks_ends_by_itself(start: Start) -> None:
    comparer, store = start(idle_seconds=1.0), Store()
    pair = job(store.document(STRING), store.document(NUMBER))
    first = comparer.compare(pair, store)
    deadline = time.monotonic() + 60
    while comparer.process_id is not None and time.monotonic() < deadline:
        time.sleep(0.1)

    assert comparer.process_id is None
    assert comparer.compare(pair, store) == first


def test_no_more_wait_than_may(start: Start) -> None:
    comparer, store = start(most_waiting=1), Store()
    pair = job(store.document(STRING), store.document(NUMBER))
    is_in, may_go = threading.Event(), threading.Event()

    def content_of(sha: str) -> bytes:
        is_in.set()
        assert may_go.wait(60)
        return store(sha)

    first = threading.Thread(target=comparer.compare, args=(pair, content_of))
    first.start()
    assert is_in.wait(60)
    with pytest.raises(Unavailable, match="Ask again"):
        comparer.compare(pair, store)
    may_go.set()
    first.join(60)

    assert changes(comparer.compare(pair, store))


def test_a_content_that_is_not_there_any_more_leaves_nobody_waiting(start: Start) -> None:
    comparer, store = start(), Store()
    pair = job(store.document(STRING), store.document(NUMBER))

    def gone(_: str) -> bytes:
        raise Unavailable("database", "The database is away.")

    with pytest.raises(Unavailable, match="away"):
        comparer.compare(pair, gone)

    assert changes(comparer.compare(pair, store))


def test_what_was_stopped_begins_nothing_new(start: Start) -> None:
    comparer, store = start(), Store()
    pair = job(store.document(STRING), store.document(NUMBER))
    comparer.compare(pair, store)
    comparer.stop()

    assert comparer.process_id is None
    with pytest.raises(Unavailable):
        comparer.compare(pair, store)


def test_operations_lines_and_file_names_are_those_of_the_command_line(start: Start) -> None:
    store = Store()

    def described(kind: str) -> dict[str, Any]:
        schema: Mapping[str, Any] = {"type": "object", "properties": {"id": {"type": kind}}}
        content = {"application/json": {"schema": schema}}
        operation = {"responses": {"200": {"description": "", "content": content}}}
        return {"openapi": "3.0.3", "info": {"title": "", "version": "1"}, "paths": {"/a": {"get": operation}}}

    sides = [store.document(json.dumps(described(kind), indent=1).encode(), "openapi") for kind in ("string", "number")]

    (change,) = (
        each for each in json.loads(start().compare(job(*sides), store))["changes"] if each["severity"] == "breaking"
    )

    assert change["operations"] == ["GET /a"]
    assert change["source_old"]["file"] == "it.json"
    assert change["source_old"]["line"] > 10
