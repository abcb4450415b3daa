"""How far a run is, as a line; and that logs stay quiet."""

import threading

import pytest

from contracthub.cli import run_progress as module
from contracthub.cli.run_progress import RunProgress, run_progress
from contracthub.domain.verification_runs import Check, CheckStatus, Suite


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def check(status: CheckStatus) -> Check:
    return Check(suite=Suite.FUZZ, name="n", status=status)


def test_the_line_tells_checks_requests_per_second_and_time_left(clock: Clock) -> None:
    progress = RunProgress("Verifying orders", timeout=60, clock=clock)
    assert progress.line() == "Verifying orders (0 s, 60 s left)"
    progress.suite("fuzz", 12)
    clock.now += 10
    progress.done(check(CheckStatus.PASSED))
    progress.done(check(CheckStatus.FAILED))
    progress.news("GET /orders\x1b[31m", examples=250)
    line = progress.line()
    assert line.startswith("Verifying orders (fuzz: 2/12 done, 1 failed, 250 requests, 25/s, 10 s, 50 s left) GET")
    assert "\x1b" not in line


def test_a_suite_that_tells_what_it_has_begun_is_counted_by_that(clock: Clock) -> None:
    progress = RunProgress("x", timeout=600, clock=clock)
    progress.suite("contracts", 200)
    clock.now += 10
    progress.news("get an order", examples=50)
    assert progress.line() == "x (contracts: 50/200 done, 50 requests, 5/s, 10 s, 30 s left) get an order"


def test_each_suite_counts_anew_and_a_total_may_be_unknown(clock: Clock) -> None:
    progress = RunProgress("Verifying orders", timeout=5, clock=clock)
    progress.suite("smoke", None)
    progress.done(check(CheckStatus.PASSED))
    assert "smoke: 1 done" in progress.line()
    progress.suite("contracts", None)
    clock.now += 9
    assert progress.line() == "Verifying orders (contracts: 0 done, 9 s, 0 s left)"


def test_news_from_many_threads_lose_no_check(clock: Clock) -> None:
    progress = RunProgress("x", timeout=5, clock=clock)
    progress.suite("fuzz", None)

    def many() -> None:
        for _ in range(500):
            progress.done(check(CheckStatus.PASSED))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "fuzz: 2000 done" in progress.line()


@pytest.mark.parametrize("suites", [1, 2])
def test_a_log_has_a_line_a_minute_of_several_suites(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], suites: int
) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0.001)
    monkeypatch.setattr(module, "FIRST_SHOWN_AFTER", 0.0)
    monkeypatch.setattr(module, "LOGGED_EVERY", 0.001)
    with run_progress("Verifying orders", timeout=60, suites=suites):
        threading.Event().wait(0.3)
    assert ("Verifying orders" in capsys.readouterr().err) is (suites > 1)
