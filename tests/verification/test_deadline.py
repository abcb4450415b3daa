"""A replay whose deadline comes in the middle: what is finished counts, and what is left is told as not run."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from contracthub.domain.verification_runs import CheckStatus, RunReport, run_from_json
from tests.cli.stub_hub import serving
from tests.conftest import LiveHub
from tests.verification.conftest import Provider, interaction, pact

PactFile = Callable[..., str]


class _Stalling(Provider):
    """Answers no request for the fourth and the fifth order before the test is over."""

    over: threading.Event

    def do_GET(self) -> None:  # noqa: N802 (the library's name)
        if self.path in {"/orders/4", "/orders/5"}:
            self.over.wait(60)
            self.close_connection = True
        else:
            super().do_GET()


@pytest.fixture
def stalling() -> Iterator[str]:
    over = threading.Event()
    with serving(type("Once", (_Stalling,), {"seen": [], "over": over})) as url:
        try:
            yield url
        finally:
            over.set()


def many(state: str = "") -> list[Any]:
    names = ("first", "/orders/1"), ("broken", "/broken"), ("third", "/orders/3"), ("fourth", "/orders/4")
    return [interaction(name, path, state=state) for name, path in (*names, ("fifth", "/orders/5"))]


def verified(url: str, *words: str) -> tuple[int, RunReport]:
    asked = ["verify", "provider", "orders", "--provider-base-url", url, "--timeout", "12"]
    code = run([*asked, "--request-timeout", "120000", "--evidence", "e.json", *words])
    return code, run_from_json(Path("e.json").read_bytes())


def told(report: RunReport) -> dict[str, CheckStatus]:
    return {check.name: check.status for check in report.checks}


FOUND = {
    "first": CheckStatus.PASSED,
    "broken": CheckStatus.FAILED,
    "third": CheckStatus.PASSED,
    "fourth": CheckStatus.COULD_NOT_RUN,
    "fifth": CheckStatus.COULD_NOT_RUN,
}


def test_what_is_finished_is_kept(stalling: str, pact_file: PactFile, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    code, report = verified(stalling, "--pact", pact_file(*many()))
    assert (code, told(report)) == (1, FOUND)
    assert time.monotonic() - began < 60
    said = capsys.readouterr().out
    assert "its deadline (--timeout)" in said
    assert "“fifth”. It was not run: the deadline (--timeout) came before." in said


def test_so_are_those_with_states(stalling: str, pact_file: PactFile) -> None:
    code, report = verified(stalling, "--pact", pact_file(*many("some order")), "--state-url", f"{stalling}/states")
    assert (code, told(report)) == (1, FOUND)


def test_without_a_failure_the_answer_is_not_known(stalling: str, pact_file: PactFile) -> None:
    whole = [one for one in many() if one["description"] != "broken"]
    code, report = verified(stalling, "--pact", pact_file(*whole))
    assert (code, report.count(CheckStatus.PASSED), report.count(CheckStatus.COULD_NOT_RUN)) == (3, 2, 2)


def test_no_result_is_published_of_a_pact_that_was_not_finished(
    stalling: str, live_hub: LiveHub, tmp_path: Path
) -> None:
    file = tmp_path / "half.json"
    file.write_text(json.dumps(pact(*many())), encoding="utf-8")
    assert run(["publish", str(file), "-a", "1", "--branch", "main", "-b", live_hub.url]) == 0
    words = ("-b", live_hub.url, "--publish", "-e", "2", "--provider-branch", "main", "--no-enable-pending")
    code, report = verified(stalling, *words)
    assert (code, told(report), report.pacts) == (1, FOUND, ())
    (row,) = live_hub.get("/matrix?q[][pacticipant]=orders&q[][pacticipant]=web&latestby=cvpv").json()["matrix"]
    assert row["verificationResult"] is None
    (kept,) = live_hub.get("/api/v1/providers/orders/versions/2/evidence").json()["evidence"]
    assert (kept["outcome"], kept["checks"], kept["failed"]) == ("failed", 5, 1)
