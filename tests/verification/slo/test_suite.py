"""The suite slo against providers on real sockets."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.verification_runs import CheckStatus, RunReport, Suite, SuiteRun, run_from_json
from contracthub.verification.running import run_suites
from contracthub.verification.slo.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.outbound.certificates import needs_openssl, self_signed
from tests.verification.slo.serving import Behaviour, serving

OPERATION = "GET /things/{id}"
REQUEST = {"path": "/things/7"}
# So far from what it takes here that a busy machine makes no difference.
FAST = {"p95": "2s", "p99": "4s", "errors": "<1%", "users": 20, "think": "10ms", "warmup": "200ms"}
NEAR = {**FAST, "p95": "1s", "p99": "1s"}
MANY = {**FAST, "users": 60, "think": "5ms"}


def contract(folder: Path, *entries: dict[str, Any], **members: Any) -> str:
    entries = entries or ({"operation": OPERATION, "request": REQUEST, **FAST},)
    head = {"contracthub": "slo/1", "name": "things", "consumer": "shop", "provider": "store"}
    path = folder / "things.slo.json"
    path.write_text(json.dumps({**head, "operations": entries, **members}))
    return str(path)


def entry(**members: Any) -> dict[str, Any]:
    return {"operation": OPERATION, "request": REQUEST, **members}


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def target(behaviour: Behaviour, tmp_path: Path) -> Iterator[Target]:
    with serving(behaviour) as url:
        yield Target(provider="store", base_url=url, contracts=(contract(tmp_path),))


def run_of(target: Target, *, seconds: float = 90.0) -> SuiteRun:
    return run(target, Unwatched(), time.monotonic() + seconds)


def test_a_healthy_provider_keeps_its_promise(target: Target, behaviour: Behaviour) -> None:
    found = run_of(target)
    (check,) = found.checks
    assert check.status is CheckStatus.PASSED, check
    assert (check.consumer, check.operation) == ("shop", OPERATION)
    assert any(note.startswith("p99 is ") for note in check.notes)
    assert behaviour.most_at_once <= 20
    assert found.latencies[OPERATION]
    (digest,) = found.digests
    assert digest.is_sound
    assert digest.samples >= 437


def test_a_slow_tail_is_refused_and_named(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    behaviour.seconds = lambda number: 2.5 if number % 33 == 32 else 0.0
    tail = entry(**FAST | {"p99": "2s"})
    (check,) = run_of(replace(target, contracts=(contract(tmp_path, tail),))).checks
    assert check.status is CheckStatus.FAILED, check
    assert [each.attribute for each in check.mismatches] == ["p99"]
    assert "promised 2000 ms" in check.error


def test_a_tail_that_p95_lets_pass_is_told(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    behaviour.seconds = lambda number: 2.5 if number % 33 == 32 else 0.0
    words = {name: each for name, each in FAST.items() if name != "p99"}
    (check,) = run_of(replace(target, contracts=(contract(tmp_path, entry(**words)),))).checks
    assert check.status is CheckStatus.PASSED, check
    (told,) = [note for note in check.notes if "which p95 lets pass; promise p99 or max" in note]
    assert "take longer than 2000 ms" in told


def test_errors_are_refused_and_counted(target: Target, behaviour: Behaviour) -> None:
    behaviour.status = lambda number: 503 if number % 20 == 19 else 200
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.FAILED, check
    assert [each.attribute for each in check.mismatches] == ["errors"]
    assert any("× status 503" in note for note in check.notes)


def test_too_few_samples_are_no_verdict(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    behaviour.seconds = lambda _: 0.1
    entry_ = entry(p99="1s", users=1, think="1ms", duration="2s", warmup="0s")
    (check,) = run_of(replace(target, contracts=(contract(tmp_path, entry_),))).checks
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert check.error.startswith("too few samples: ")
    assert check.error.endswith(" of at least 437")


def test_at_a_rate_a_stall_counts_for_all_who_would_have_waited(tmp_path: Path) -> None:
    # It stands still for five seconds, once. Who waits for an answer before the next request sees one slow answer.
    ends: list[float] = []

    def stalling(number: int) -> float:
        if number >= 20 and not ends:
            ends.append(time.monotonic() + 5)
        return max(0.0, ends[0] - time.monotonic()) if ends else 0.0

    promised = entry(p90="2s", rate="100/s", warmup="0s", duration="10s", samples=400)
    with serving(Behaviour(seconds=stalling)) as url:
        (check,) = run_of(Target(provider="store", base_url=url, contracts=(contract(tmp_path, promised),))).checks
    assert check.status is CheckStatus.FAILED, check
    assert "bursts" in check.error


def test_the_wrong_answer_is_told_before_any_load(target: Target, behaviour: Behaviour) -> None:
    behaviour.status = lambda _: 404
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.FAILED
    assert check.error == "GET /things/7 answers 404, before there is any load."
    assert len(behaviour.requests) <= 3


def test_a_provider_that_is_away_is_told_as_that(target: Target) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    (check,) = run_of(replace(target, base_url=url)).checks
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert "gives no answer" in check.error


@needs_openssl
def test_a_certificate_is_looked_at_unless_nobody_wants_that(target: Target, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path, "localhost"))
    with serving(Behaviour(), context) as url:
        (check,) = run_of(replace(target, base_url=url)).checks
        assert check.status is CheckStatus.COULD_NOT_RUN
        assert "certificate is not trusted" in check.error
        (check,) = run_of(replace(target, base_url=url, verify_tls=False)).checks
        assert check.status is CheckStatus.PASSED, check


def test_a_provider_that_speaks_something_else_is_told_as_that(target: Target, behaviour: Behaviour) -> None:
    behaviour.answer = lambda _: b"220 mail.example ready\r\n\r\n"
    (check,) = run_of(target).checks
    assert "what came back is no HTTP" in check.error


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nall\r\n0\r\nmore: 1\r\n\r\n",
        b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 204 None\r\n\r\n",
    ],
)
def test_answers_of_every_form_are_read(target: Target, behaviour: Behaviour, answer: bytes) -> None:
    behaviour.answer = lambda _: answer
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.PASSED, check


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{"])
def test_a_provider_that_falls_over_now_and_then_is_refused_on_lasting_connections_too(
    target: Target, behaviour: Behaviour, part: bytes
) -> None:
    behaviour.breaks = lambda number: part if number % 20 == 19 else None
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.FAILED, check
    assert [each.attribute for each in check.mismatches] == ["errors"]


def test_a_provider_that_closes_every_connection_is_no_error(target: Target, behaviour: Behaviour) -> None:
    behaviour.closes = True
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.PASSED, check


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_hostile_answers_are_no_answers(target: Target, behaviour: Behaviour, answer: bytes) -> None:
    behaviour.answer = lambda _: answer
    (check,) = run_of(target).checks
    assert check.status is CheckStatus.FAILED
    assert "gives no answer" in check.error


def test_the_deadline_is_kept(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    # Its samples would take minutes; how many there are is told, and no verdict made of them.
    behaviour.seconds = lambda _: 0.9
    near = contract(tmp_path, entry(**NEAR))
    (check,) = run_of(replace(target, contracts=(near,), request_timeout_ms=1200), seconds=6.0).checks
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert "too few samples" in check.error or "deadline" in check.error


def test_a_provider_that_never_answers_is_not_waited_for_longer_than_the_deadline(
    target: Target, tmp_path: Path, behaviour: Behaviour
) -> None:
    # It goes silent under load: what is under way then is waited for, and no longer.
    behaviour.seconds = lambda number: 3600.0 if number > 50 else 0.0
    near = contract(tmp_path, entry(**NEAR))
    (check,) = run_of(replace(target, contracts=(near,), request_timeout_ms=1500), seconds=8.0).checks
    assert check.status in (CheckStatus.FAILED, CheckStatus.COULD_NOT_RUN)
    assert "no answer within" in " ".join([check.error, *check.notes])


def test_without_a_request_nothing_is_asked(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    (check,) = run_of(replace(target, contracts=(contract(tmp_path, {"operation": OPERATION, **FAST}),))).checks
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert "No request says how" in check.error
    assert behaviour.requests == []


def pact_with(folder: Path, *interactions: dict[str, Any]) -> str:
    pact = {
        "consumer": {"name": "shop"},
        "provider": {"name": "store"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    path = folder / "shop-store.json"
    path.write_text(json.dumps(pact))
    return str(path)


def interaction(path: str, status: int = 200, **request: Any) -> dict[str, Any]:
    return {
        "description": f"asks {path} for {status}",
        "request": {"method": "GET", "path": path, **request},
        "response": {"status": status},
    }


def test_requests_come_from_the_consumers_pacts(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    pact = pact_with(
        tmp_path,
        interaction("/things/1", query={"a": ["1", "2"]}),
        interaction("/things/2"),
        interaction("/things/3", 404),
        interaction("/others/4"),
    )
    no_request = contract(tmp_path, {"operation": OPERATION, **FAST})
    (check,) = run_of(replace(target, contracts=(no_request,), pacts=(pact,))).checks
    assert check.status is CheckStatus.PASSED, check
    assert set(behaviour.requests) == {"GET /things/1?a=1&a=2", "GET /things/2"}
    assert any(note.startswith("as in the pacts:") for note in check.notes)


def test_a_path_is_sent_as_http_has_it(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    strange = entry(**FAST) | {"request": {"path": "/things/é%20x?a=1", "query": {"b": "c&d"}}}
    (check,) = run_of(replace(target, contracts=(contract(tmp_path, strange),))).checks
    assert check.status is CheckStatus.PASSED, check
    assert set(behaviour.requests) == {"GET /things/%C3%A9%20x?a=1&b=c%26d"}


def test_a_state_that_nobody_sets_up_is_missing(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    with_state = contract(tmp_path, entry(**FAST, given=[{"name": "a thing exists"}]))
    (check,) = run_of(replace(target, contracts=(with_state,))).checks
    assert check.status is CheckStatus.MISSING_STATE
    assert "GET /things/7" not in behaviour.requests


def test_states_are_set_up_once_before_the_load(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    states = Behaviour()
    with_state = contract(tmp_path, entry(**FAST, given=[{"name": "a thing exists", "params": {"id": 7}}]))
    with serving(states) as url:
        (check,) = run_of(replace(target, contracts=(with_state,), state_url=f"{url}/states")).checks
    assert check.status is CheckStatus.PASSED, check
    assert [json.loads(each) for each in states.bodies] == [
        {"state": "a thing exists", "params": {"id": 7}, "action": "setup"}
    ]
    assert check.provider_states == ("a thing exists",)


def test_what_changes_data_is_sent_where_the_promise_says_so(target: Target, tmp_path: Path) -> None:
    behaviour = Behaviour()
    post = {"operation": "POST /things", "request": {"path": "/things", "body": {"a": 1}}, "unsafe": True, **FAST}
    with serving(behaviour) as url:
        (check,) = run_of(replace(target, base_url=url, contracts=(contract(tmp_path, post),))).checks
    assert check.status is CheckStatus.PASSED, check
    assert set(behaviour.bodies) == {b'{"a": 1}'}


def report_of(target: Target, version: str) -> RunReport:
    return run_suites(replace(target, provider_version=version), [Suite.SLO], Unwatched(), timeout=90)


def test_a_version_is_compared_with_the_one_before(target: Target, tmp_path: Path, behaviour: Behaviour) -> None:
    behaviour.seconds = lambda _: 0.05
    promised = contract(tmp_path, entry(**MANY, regression="90%"))
    target = replace(target, contracts=(promised,))
    before = tmp_path / "before.json"
    first = report_of(target, "1")
    assert [each.status for each in first.checks] == [CheckStatus.PASSED, CheckStatus.SKIPPED]
    before.write_text(first.to_json())
    assert run_from_json(before.read_bytes()) == first
    target = replace(target, baseline_report=str(before))
    behaviour.seconds = lambda _: 0.25
    checks = list(report_of(target, "2").checks)
    assert [each.status for each in checks] == [CheckStatus.PASSED, CheckStatus.FAILED], checks
    assert "p95 went from " in checks[1].error
    assert " in 1 to " in checks[1].error


@pytest.mark.parametrize("content", ["{", "[]", '{"provider": 1}', ""])
def test_a_baseline_that_is_none_is_told(target: Target, tmp_path: Path, content: str) -> None:
    promised = contract(tmp_path, entry(**MANY, regression="10%"))
    before = tmp_path / "before.json"
    before.write_text(content)
    _, check = run_of(replace(target, contracts=(promised,), baseline_report=str(before))).checks
    assert check.status is CheckStatus.SKIPPED
    assert "is no evidence document" in check.error


def test_another_load_or_machine_is_nothing_to_compare_with(target: Target, tmp_path: Path) -> None:
    promised = contract(tmp_path, entry(**MANY, regression="50%"))
    target = replace(target, contracts=(promised,))
    first = report_of(target, "1")
    (suite,) = first.suites
    (digest,) = suite.digests
    before = tmp_path / "before.json"
    for changed, told in ((replace(digest, machine="Moon"), "elsewhere"), (replace(digest, load_sha="x"), "this load")):
        before.write_text(replace(first, suites=(replace(suite, digests=(changed,)),)).to_json())
        _, check = run_of(replace(target, baseline_report=str(before))).checks
        assert check.status is CheckStatus.SKIPPED
        assert told in check.error


def test_nothing_promised_is_nothing_to_look_at(target: Target) -> None:
    found = run_of(replace(target, contracts=()))
    assert found.checks == ()
    assert found.problems == ()
