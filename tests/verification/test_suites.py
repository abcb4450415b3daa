"""Several suites in one run: order, outcome, reports, and a suite that breaks down."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from contracthub.cli.main import run
from contracthub.domain.verification_reports import Outcome
from contracthub.domain.verification_runs import Suite, run_from_json
from contracthub.verification import suites as module
from contracthub.verification.running import run_suites, suites_in_order
from contracthub.verification.suites import Target, Unwatched
from tests.cli.stub_hub import StubHub
from tests.verification.conftest import BAD, GOOD, Provider

Verify = Callable[..., int]
PactFile = Callable[..., str]
Broker = Callable[..., StubHub]


@pytest.fixture
def verify(provider_url: str) -> Verify:
    return lambda *arguments: run(["verify", "provider", "orders", "--provider-base-url", provider_url, *arguments])


def test_suites_run_once_and_in_their_own_order() -> None:
    assert suites_in_order(["contracts", "smoke", "contracts"]) == (Suite.SMOKE, Suite.CONTRACTS)
    everything = suites_in_order(["all", "smoke"])
    assert set(everything) >= {Suite.SMOKE, Suite.CONTRACTS, Suite.GRAPHQL, Suite.FUZZ}
    assert list(everything) == [suite for suite in Suite if suite in everything]
    with pytest.raises(KeyError):
        suites_in_order(["nonsense"])


def test_several_suites_make_one_report_in_every_form(verify: Verify, pact_file: PactFile) -> None:
    forms = "json=r.json,junit=r.xml"
    code = verify(
        *("--suite", "smoke", "--suite", "contracts", "--pact", pact_file(GOOD, BAD)),
        *("--report", forms, "--report", "html=r.html", "--report", "md=r.md", "--evidence", "e.json"),
    )
    assert code == 1
    report = run_from_json(Path("e.json").read_bytes())
    assert [each.suite for each in report.suites] == ["smoke", "contracts"]
    assert json.loads(Path("r.json").read_text())["failed_tests"] == 1
    assert ET.parse("r.xml").getroot().tag == "testsuites"  # noqa: S314 (our own file)
    assert "$.id" in Path("r.html").read_text()
    assert "get a broken order" in Path("r.md").read_text()


def test_contracts_that_nobody_named_are_told_and_the_rest_runs(
    verify: Verify, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify("--suite", "smoke") == 0
    assert verify("--suite", "smoke", "--suite", "contracts") == 3
    assert "No contracts are given" in capsys.readouterr().out
    assert verify("--suite", "contracts") == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--report", "json"),
        ("--report", "pdf=x"),
        ("--report", "json=a,json=b"),
        ("--report", "json=no/such/folder/x.json"),
        ("--suite", "nonsense"),
        ("--update-baseline",),
        ("--baseline", "missing.json"),
        ("--workers", "0"),
        ("--config", "missing.toml"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(verify: Verify, pact_file: PactFile, arguments: tuple[str, ...]) -> None:
    assert verify("--pact", pact_file(GOOD), *arguments) == 2


def test_a_suite_that_breaks_down_is_a_problem_and_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SUITES", {**module.SUITES, "graphql": "contracthub.no_such_module:run"})
    target = Target(provider="orders", base_url="http://127.0.0.1:1")
    report = run_suites(target, (Suite.GRAPHQL, Suite.SMOKE), Unwatched(), timeout=10)
    graphql, smoke = report.suites
    assert (graphql.checks, "graphql broke down" in graphql.problems[0]) == ((), True)
    assert len(smoke.checks) == 1


def test_a_suite_that_looked_at_nothing_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SUITES", {**module.SUITES, "fuzz": "tests.verification.idle_suite:run"})
    (only,) = run_suites(
        Target(provider="orders", base_url="http://127.0.0.1:1"), (Suite.FUZZ,), Unwatched(), timeout=9
    ).suites
    assert only.problems == ("fuzz looked at nothing, in 0 s.",)


def test_a_suite_that_nobody_named_may_look_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SUITES", {**module.SUITES, "fuzz": "tests.verification.idle_suite:run"})
    target = Target(provider="orders", base_url="http://127.0.0.1:1")
    report = run_suites(target, (Suite.FUZZ,), Unwatched(), timeout=9, optional={Suite.FUZZ})
    assert report.suites[0].problems == ()
    assert report.outcome is Outcome.NOTHING_VERIFIED


def test_a_suite_is_not_begun_after_the_deadline() -> None:
    target = Target(provider="orders", base_url="http://127.0.0.1:1")
    (only,) = run_suites(target, (Suite.SMOKE,), Unwatched(), timeout=0).suites
    assert (only.checks, "was not begun" in only.problems[0]) == ((), True)


@pytest.mark.parametrize("workers", ["1", "2", "5"])
def test_each_pact_is_replayed_once_however_many_at_a_time(
    verify: Verify, pact_file: PactFile, workers: str, state_changes: list[Any]
) -> None:
    file, *_ = [pact_file(GOOD, consumer=consumer) for consumer in ("web", "app", "batch")]
    assert verify("--pact", str(Path(file).parent), "--workers", workers, "--evidence", "e.json") == 0
    report = run_from_json(Path("e.json").read_bytes())
    assert sorted(check.consumer for check in report.checks) == ["app", "batch", "web"]
    assert state_changes == []


def test_several_at_a_time_ask_the_hub_for_their_shares_and_publish_once(verify: Verify, broker: Broker) -> None:
    hub = broker(GOOD)
    assert verify("-b", hub.url, "--publish", "-e", "2.0.0", "--provider-branch", "main", "--workers", "3") == 0
    assert hub.paths.count(("POST", "/results")) == 1
    assert hub.paths.count(("GET", "/pact")) == 1


@contextmanager
def misbehaving(answer: bytes | None) -> Iterator[str]:
    """A provider that takes connections and says this, or nothing at all, until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                if answer is not None:
                    with suppress(OSError):
                        connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            thread.join()
            for connection in held:
                connection.close()


LARGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n" + b"7" * 10_000_000
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("answer", [None, b"", b"garbage\r\n\r\n", LARGE, ELSEWHERE])
@pytest.mark.parametrize("suite", ["contracts", "smoke"])
def test_a_provider_that_misbehaves_ends_in_a_verdict(
    pact_file: PactFile, capsys: pytest.CaptureFixture[str], answer: bytes | None, suite: str
) -> None:
    with misbehaving(answer) as url:
        arguments = ("--provider-base-url", url, "--pact", pact_file(GOOD), "--request-timeout", "300")
        code = run(["verify", "provider", "orders", *arguments, "--suite", suite, "--timeout", "60"])
    assert code in ({0, 1} if (suite, answer) == ("smoke", LARGE) else {1})
    assert capsys.readouterr().out


@pytest.mark.parametrize("solving", ["--solve-states", "--no-solve-states"])
def test_what_answers_at_another_host_is_not_the_provider(
    pact_file: PactFile, capsys: pytest.CaptureFixture[str], solving: str
) -> None:
    """It would meet the contract. Nothing is sent there, so none of the headers for the provider either."""
    asked: list[str] = []

    class Elsewhere(Provider):
        def do_GET(self) -> None:  # noqa: N802 (the library's name)
            asked.append(self.path)
            super().do_GET()

    elsewhere = ThreadingHTTPServer(("127.0.0.2", 0), Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    there = f"http://127.0.0.2:{elsewhere.server_port}"
    try:
        head = f"HTTP/1.1 302 Found\r\nLocation: {there}/orders/1\r\nContent-Length: 0\r\n\r\n"
        with misbehaving(head.encode()) as url:
            words = ("--pact", pact_file(GOOD), "--header", "Authorization: Bearer for-the-provider", solving)
            code = run(["verify", "provider", "orders", "--provider-base-url", url, *words])
    finally:
        elsewhere.shutdown()
        elsewhere.server_close()
    assert (code, asked) == (1, [])
    assert "it redirects to another host, which is not followed" in capsys.readouterr().out


def test_a_provider_that_hangs_does_not_hold_the_run_past_its_deadline(pact_file: PactFile) -> None:
    many = [GOOD | {"description": f"order {at}"} for at in range(60)]
    began = time.monotonic()
    with misbehaving(None) as url:
        arguments = ("--provider-base-url", url, "--pact", pact_file(*many), "--request-timeout", "5000")
        code = run(["verify", "provider", "orders", *arguments, "--timeout", "3"])
    # Sixty requests of five seconds each would take five minutes.
    assert (code, time.monotonic() - began < 60) == (3, True)


def test_nothing_but_the_provider_and_the_hub_is_talked_to(
    pact_file: PactFile, provider_url: str, proxied: list[bytes]
) -> None:
    """Telemetry goes through a proxy where one is set; this one keeps what it is asked."""
    code = run(["verify", "provider", "orders", "--provider-base-url", provider_url, "--pact", pact_file(GOOD)])
    assert (code, proxied) == (0, [])


def test_a_folder_may_hold_the_pacts_of_other_providers(
    verify: Verify, pact_file: PactFile, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = Path(pact_file(BAD, consumer="other"))
    theirs.write_text(json.dumps(json.loads(theirs.read_text()) | {"provider": {"name": "payments"}}))
    assert verify("--pact", str(theirs.parent)) == 3
    assert "No contracts are given" not in capsys.readouterr().out
    assert verify("--pact", str(Path(pact_file(GOOD)).parent)) == 0
    assert "other" not in capsys.readouterr().out
    assert verify("--pact", str(theirs)) == 1
