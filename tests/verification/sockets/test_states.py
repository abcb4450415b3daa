"""Provider states of conversations: set up before, taken down after, their values in place; results for the hub."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from tests.verification.sockets.conftest import SECONDS, contract, saying
from tests.verification.sockets.test_conversations import tell_request

Provider = Callable[..., str]
CheckOf = Callable[..., Check]
GIVEN = [{"name": "a session exists", "params": {"subject": "a"}}]


class States(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.hurries, self.may_answer = True, threading.Event()

    def handle_error(self, *_: object) -> None:
        """A suite that waits no longer hangs up; that is the test."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, States)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        if not self.server.hurries:
            self.server.may_answer.wait(SECONDS)
        content = json.dumps({"id": 7, "text": "x", "odd": "a?b"}).encode()
        self.send_response(404 if asked["state"] == "nobody knows it" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def states() -> Iterator[States]:
    with States() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def address(server: States) -> str:
    return f"http://127.0.0.1:{server.server_port}/states"


def test_states_are_set_up_and_taken_down(socket_provider: Provider, check: CheckOf, states: States) -> None:
    found = check(
        socket_provider(saying("hi")),
        {"receive": {"text": "hi"}},
        given=GIVEN,
        state_url=address(states),
        state_teardown=True,
    )
    assert (found.status, found.provider_states) == (CheckStatus.PASSED, ("a session exists",))
    assert [(each["action"], each["params"]) for each in states.asked] == [
        ("setup", {"subject": "a"}),
        ("teardown", {"subject": "a"}),
    ]


def test_states_are_taken_down_after_a_failure(socket_provider: Provider, check: CheckOf, states: States) -> None:
    found = check(
        socket_provider(saying("no")),
        {"receive": {"text": "hi"}},
        given=GIVEN,
        state_url=address(states),
        state_teardown=True,
    )
    assert found.status is CheckStatus.FAILED
    assert [each["action"] for each in states.asked] == ["setup", "teardown"]


def test_values_of_states_are_put_in_place(socket_provider: Provider, check: CheckOf, states: States) -> None:
    found = check(
        socket_provider(tell_request),
        {"receive": {"json": {"path": "/ws/7/x", "header": "session 7"}}},
        connect={
            "path": "/ws/{id}/${text}",
            "params": {"id": "${id}"},
            "headers": {"X-Tenant": "session ${id}", "A": "a"},
        },
        given=GIVEN,
        state_url=address(states),
    )
    assert (found.status, found.error) == (CheckStatus.PASSED, "")


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ([{"name": "nobody knows it"}], "/ws", "nobody knows it"),
        (GIVEN, "/ws/${other}", "no provider state gave a value for ${other}"),
        (GIVEN, "/ws/${odd}", "what the provider states answered does not fit in"),
    ],
)
def test_a_state_that_can_not_be_had_is_missing(
    given: list[dict[str, Any]], path: str, words: str, socket_provider: Provider, check: CheckOf, states: States
) -> None:
    found = check(
        socket_provider(saying("hi")),
        {"receive": {"text": "hi"}},
        connect={"path": path},
        given=given,
        state_url=address(states),
    )
    assert found.status is CheckStatus.MISSING_STATE
    assert words in found.error


def test_a_state_that_takes_for_ever_does_not_outlast_the_run(
    socket_provider: Provider, verify: Callable[..., SuiteRun], states: States
) -> None:
    states.hurries = False
    said = contract({"receive": {"text": "hi"}}, given=GIVEN)
    more = [{**said, "name": f"number {number}"} for number in range(20)]
    found = verify(
        socket_provider(saying("hi")),
        *more,
        seconds=1.0,
        settings={"at-once": 20},
        state_url=address(states),
        request_timeout_ms=2000,
    )
    states.may_answer.set()
    assert {each.status for each in found.checks} == {CheckStatus.COULD_NOT_RUN}
    assert found.checks[0].error == "The deadline (--timeout) had passed before it began."


def test_without_anybody_who_sets_them_up_states_are_missing(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying("hi")), {"receive": {"text": "hi"}}, given=GIVEN)
    assert found.status is CheckStatus.MISSING_STATE
    assert "--state-url" in found.error


def test_where_nobody_is_there_it_is_not_the_state_that_is_missing(check: CheckOf) -> None:
    found = check("http://127.0.0.1:1", {"receive": {"text": "hi"}}, given=GIVEN)
    assert found.status is CheckStatus.COULD_NOT_RUN
    assert found.error.startswith("connect: the provider can't be reached: ")
