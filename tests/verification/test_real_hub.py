"""Runs that publish to a real hub: the matrix has its rows, the report is kept, and both come later when they must."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracthub.cli.main import run
from contracthub.cli.suite_options import EVIDENCE_FILE
from contracthub.domain.verification_runs import run_from_json
from tests.cli.stub_hub import serving
from tests.conftest import LiveHub
from tests.verification.conftest import BAD, GOOD, interaction, pact

PUBLISH = ("--publish", "-e", "2.0.0", "--provider-branch", "main", "--provider-tag", "dev")


@pytest.fixture
def published(live_hub: LiveHub, tmp_path: Path) -> Callable[..., None]:
    def publish(*interactions: Any, consumer: str = "web") -> None:
        file = tmp_path / f"{consumer}.json"
        file.write_text(json.dumps(pact(*interactions, consumer=consumer)), encoding="utf-8")
        assert run(["publish", str(file), "-a", "1", "--branch", "main", "-b", live_hub.url]) == 0

    return publish


@pytest.fixture
def verify(provider_url: str, live_hub: LiveHub) -> Callable[..., int]:
    hub = ("-b", live_hub.url, "--no-enable-pending")
    return lambda *arguments: run(
        ["verify", "provider", "orders", "--provider-base-url", provider_url, *hub, *arguments]
    )


def matrix(hub: LiveHub) -> dict[str, bool | None]:
    rows = hub.get("/matrix?q[][pacticipant]=orders&q[][version]=2.0.0&latestby=cvpv").json()["matrix"]
    results = {row["consumer"]["name"]: row["verificationResult"] for row in rows}
    return {name: None if result is None else result["success"] for name, result in results.items()}


def matrix_bytes(hub: LiveHub) -> bytes:
    found: bytes = hub.get("/matrix?q[][pacticipant]=orders&q[][version]=2.0.0").content
    return found


def evidence(hub: LiveHub) -> list[dict[str, Any]]:
    answer = hub.get("/api/v1/providers/orders/versions/2.0.0/evidence").json()
    found: list[dict[str, Any]] = answer["evidence"]
    return found


@pytest.mark.parametrize("workers", ["1", "3"])
def test_results_and_report_are_at_the_hub(
    live_hub: LiveHub, published: Callable[..., None], verify: Callable[..., int], workers: str
) -> None:
    published(GOOD)
    published(GOOD, BAD, consumer="app")
    assert verify(*PUBLISH, "--workers", workers) == 1
    assert matrix(live_hub) == {"web": True, "app": False}
    (kept,) = evidence(live_hub)
    assert (kept["outcome"], kept["checks"], kept["failed"]) == ("failed", 3, 1)
    document = live_hub.get(f"/api/v1/providers/orders/versions/2.0.0/evidence/{kept['number']}").json()
    (run_of_contracts,) = document["suites"]
    assert {check["consumerVersion"] for check in run_of_contracts["checks"]} == {"1"}
    assert live_hub.get("/pacticipants/orders/versions/2.0.0").json()["_embedded"]["tags"][0]["name"] == "dev"


def test_a_result_and_a_verdict_lead_to_the_report_of_their_run(
    live_hub: LiveHub, published: Callable[..., None], verify: Callable[..., int]
) -> None:
    published(GOOD)
    assert verify(*PUBLISH) == 0
    assert verify(*PUBLISH) == 0
    decision = live_hub.get(
        "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=2.0.0&latestby=cvpv"
    ).json()["decision"]
    grounds = decision["verdicts"][0]["evidence"]["_links"]
    here = live_hub.get(grounds["self"]["href"].removeprefix(live_hub.url)).json()
    of_run = here["_links"]["contracthub:evidence"]["href"]
    (one,) = live_hub.get(of_run.removeprefix(live_hub.url)).json()["evidence"]
    assert one["number"] == max(each["number"] for each in evidence(live_hub))
    of_version = live_hub.get(grounds["contracthub:evidence"]["href"].removeprefix(live_hub.url)).json()
    assert len(of_version["evidence"]) == 2


def falling_silent(hub: LiveHub, until: threading.Event | None = None) -> type[BaseHTTPRequestHandler]:
    """A way to the hub that breaks when results are published: the connection is closed without an answer.

    With ``until`` it is closed when that has come.
    """

    class Way(BaseHTTPRequestHandler):
        def _passed_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if b"providerApplicationVersion" in body:
                self.close_connection = True
                if until is not None:
                    until.wait()
                return
            names = ("Accept", "Content-Type")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            answer = httpx.request(self.command, hub.url + self.path, content=body, headers=headers)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = _passed_on  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Way


def test_what_a_hub_missed_comes_later_and_the_matrix_gets_its_rows(
    live_hub: LiveHub, published: Callable[..., None], verify: Callable[..., int]
) -> None:
    published(GOOD)
    published(GOOD, consumer="app")
    with serving(falling_silent(live_hub)) as way:
        assert verify(*PUBLISH, "-b", way) == 3
    assert matrix(live_hub) == {}
    a_copy = Path("copy.json")
    a_copy.write_bytes(Path(EVIDENCE_FILE).read_bytes())
    for _ in range(2):
        assert run(["publish", "evidence", EVIDENCE_FILE, "-b", live_hub.url]) == 0
        assert matrix(live_hub) == {"web": True, "app": True}
        assert len(evidence(live_hub)) == 1

    before = matrix_bytes(live_hub)
    assert run(["publish", "evidence", str(a_copy), "-b", live_hub.url]) == 0
    assert len(evidence(live_hub)) == 1
    assert matrix_bytes(live_hub) == before, "a copy of the file sent the results once more"
    assert run_from_json(a_copy.read_bytes()).publication == "published"


def test_a_hub_that_never_answers_is_not_waited_for_past_the_deadline(
    live_hub: LiveHub, published: Callable[..., None], verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the run's own deadline, this would take an hour."""
    published(GOOD)
    over = threading.Event()
    with serving(falling_silent(live_hub, over)) as way:
        try:
            assert verify(*PUBLISH, "-b", way, "--hub-timeout", "3600", "--timeout", "20") == 3
        finally:
            over.set()
    assert "no answer in time" in capsys.readouterr().err
    assert Path(EVIDENCE_FILE).exists()


HUB_AWAY = ("-b", "http://127.0.0.1:1", "--retries", "0")


def test_what_needs_no_hub_is_run_while_it_is_away_and_published_later(
    live_hub: LiveHub, verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    code = verify("--suite", "smoke", "--suite", "contracts", *PUBLISH, *HUB_AWAY)
    said = capsys.readouterr()
    assert (code, "the provider answers: passed" in said.out) == (3, True), said
    assert f"contracthub publish evidence {EVIDENCE_FILE}" in said.err
    kept = run_from_json(Path(EVIDENCE_FILE).read_bytes())
    assert any("Could not reach http://127.0.0.1:1" in problem for problem in kept.problems)
    assert run(["publish", "evidence", EVIDENCE_FILE, "-b", live_hub.url]) == 0
    assert [each["outcome"] for each in evidence(live_hub)] == ["could-not-run"]


def test_a_fault_is_no_less_one_while_the_hub_is_away(provider_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where every suite needs the hub, or the hub refuses, nothing is begun."""
    ask = ["verify", "provider", "orders", "--provider-base-url", provider_url, *HUB_AWAY]
    assert run([*ask, "--suite", "contracts", "--evidence", "e.json"]) == 3
    assert not Path("e.json").exists()
    assert "Could not reach" in capsys.readouterr().err
    provider_away = ["--provider-base-url", "http://127.0.0.1:1", "--suite", "smoke"]
    assert run([*ask, *provider_away, "--evidence", "e.json"]) == 1
    assert run_from_json(Path("e.json").read_bytes()).outcome == "failed"


def test_results_of_a_run_that_published_nothing_can_be_published_later(
    live_hub: LiveHub,
    published: Callable[..., None],
    verify: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    published(GOOD)
    published(GOOD, BAD, consumer="app")
    assert verify("-e", "2.0.0", "--provider-branch", "main", "--evidence", "e.json") == 1
    assert (matrix(live_hub), live_hub.get("/pacticipants/orders/versions/2.0.0").status_code) == ({}, 404)
    assert run(["publish", "evidence", "e.json", "-b", live_hub.url]) == 0
    assert "results for 2 pacts" in capsys.readouterr().out
    assert matrix(live_hub) == {"web": True, "app": False}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give --provider-version."),
        (("-e", "2.0.0"), "No result is published for a pact: the run kept none."),
    ],
)
def test_a_run_that_knew_no_version(
    live_hub: LiveHub,
    published: Callable[..., None],
    verify: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    published(GOOD)
    assert verify("--evidence", "e.json") == 0
    assert run(["publish", "evidence", "e.json", "-b", live_hub.url, *words]) == (0 if words else 3)
    told = capsys.readouterr()
    assert said in told.out + told.err
    if words:
        assert [each["outcome"] for each in evidence(live_hub)] == ["verified"]


def test_evidence_of_another_version_is_not_published_as_this_one(
    verify: Callable[..., int], published: Callable[..., None], capsys: pytest.CaptureFixture[str], live_hub: LiveHub
) -> None:
    published(GOOD)
    assert verify("-e", "2.0.0", "--evidence", "e.json") == 0
    assert run(["publish", "evidence", "e.json", "-b", live_hub.url, "-e", "3.0.0"]) == 3
    assert "is the evidence of version 2.0.0, and not of 3.0.0" in capsys.readouterr().err


@pytest.mark.parametrize("broken", [False, True])
def test_results_of_pending_work_in_progress_can_come_later(
    live_hub: LiveHub, provider_url: str, tmp_path: Path, broken: bool
) -> None:
    """A success is what makes it pending no more; a failure leaves it so, and fails no run."""
    file = tmp_path / "wip.json"
    file.write_text(json.dumps(pact(GOOD, *([BAD] if broken else []))), encoding="utf-8")
    assert run(["publish", str(file), "-a", "1", "--branch", "feature", "-b", live_hub.url]) == 0
    assert run(["create-or-update-pacticipant", "--name", "orders", "--main-branch", "main", "-b", live_hub.url]) == 0
    wip = ("--include-wip-pacts-since", "2020-01-01", "-e", "2.0.0", "--provider-branch", "main")
    ask = ["verify", "provider", "orders", "--provider-base-url", provider_url, "-b", live_hub.url, *wip]
    assert run([*ask, "--evidence", "e.json"]) == 0
    report = run_from_json(Path("e.json").read_bytes())
    assert [check.status for check in report.checks] == ["passed", *(["pending"] if broken else [])]
    assert matrix(live_hub) == {}
    assert run(["publish", "evidence", "e.json", "-b", live_hub.url]) == 0
    assert matrix(live_hub) == {"web": not broken}
    question: dict[str, Any] = {"includePendingStatus": True, "providerVersionBranch": "main"}
    question["consumerVersionSelectors"] = [{"branch": "feature"}]
    (again,) = live_hub.post("/pacts/provider/orders/for-verification", question).json()["_embedded"]["pacts"]
    assert again["verificationProperties"]["pending"] is broken


def test_a_missing_state_is_told_by_the_run_and_by_the_gate(
    live_hub: LiveHub, published: Callable[..., None], verify: Callable[..., int]
) -> None:
    class Without(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(501, "no such state")

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    published(interaction("get an order", "/orders/1", state="the moon is full"))
    with serving(Without) as url:
        assert verify(*PUBLISH, "--state-url", url) == 1
    assert [each["outcome"] for each in evidence(live_hub)] == ["missing-state"]
    answer = live_hub.get(
        "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=2.0.0&latestby=cvpv"
    ).json()
    assert [each["verdict"] for each in answer["decision"]["verdicts"]] == ["MISSING_STATE"]
