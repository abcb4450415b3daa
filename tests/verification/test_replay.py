"""The child process: what becomes of a run when it dies, and that nothing of it leaks."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from contracthub.verification import replay as module
from contracthub.verification.job import HubSource, Publishing, ReplayJob, job_from_json
from contracthub.verification.replay import ReplayFailed, replay
from tests.cli.stub_hub import serving
from tests.verification.conftest import GOOD, pact


def test_a_job_survives_the_pipe() -> None:
    job = ReplayJob(
        provider="orders",
        provider_url="http://127.0.0.1:1",
        hub=HubSource("http://hub", token="t", selectors=({"mainBranch": True},)),
        headers=(("A", "b"),),
        publishing=Publishing("1", "main", ("a",)),
    )
    again = job_from_json(job.to_json())
    assert json.loads(again.to_json()) == json.loads(job.to_json())
    assert (again.headers, again.hub) != ((), None)


def test_secrets_stay_out_of_the_repr() -> None:
    assert "s3cr3t" not in repr(HubSource("http://hub", token="s3cr3t", username="u", password="s3cr3t"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.abort()", "by signal 6"),
        ("raise SystemExit(7)", "with exit code 7"),
        ("print('the reason'); raise SystemExit(1)", "the reason"),
        ("", "left no result"),
        ("import sys; open(sys.argv[1], 'w').write('[]')", "no object"),
        ("import sys; open(sys.argv[1], 'w').write('{')", "left no result"),
    ],
)
def test_a_child_that_dies_is_told(
    provider_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    (tmp_path / "dying_child.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(module, "CHILD", "dying_child")
    with pytest.raises(ReplayFailed, match=words):
        replay(ReplayJob("orders", provider_url), timeout=60)


def test_progress_is_told_while_the_child_runs(
    provider_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child waits for a file that only the progress call makes: without progress the deadline would come."""
    flag = tmp_path / "flag"
    child = (
        "import pathlib, sys, time\nprint('first pact', flush=True)\n"
        f"while not pathlib.Path({str(flag)!r}).exists(): time.sleep(0.01)\n"
        "pathlib.Path(sys.argv[1]).write_text('{}')"
    )
    (tmp_path / "waiting_child.py").write_text(child, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(module, "CHILD", "waiting_child")
    news: list[str] = []

    def progress(_: float, line: str) -> None:
        news.append(line)
        if line:
            flag.touch()

    report = replay(ReplayJob("orders", provider_url), timeout=60, progress=progress)
    assert (news[-1], report.interactions) == ("first pact", ())


def test_the_child_gets_no_settings_of_the_verifier_and_no_telemetry(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, provider_url: str
) -> None:
    child = (
        "import json, os, pathlib, sys\n"
        "told = {'failure': json.dumps(dict(os.environ))}\n"
        "pathlib.Path(sys.argv[1]).write_text(json.dumps(told))"
    )
    (tmp_path / "telling_child.py").write_text(child, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PACT_BROKER_TOKEN", "of-the-shell")
    monkeypatch.setattr(module, "CHILD", "telling_child")
    (environment,) = replay(ReplayJob("orders", provider_url), timeout=60).problems
    pact_variables = {name: value for name, value in json.loads(environment).items() if name.startswith("PACT_")}
    assert pact_variables == {"PACT_DO_NOT_TRACK": "true"}


def test_the_verifiers_own_report_never_reaches_our_output(
    provider_url: str, pact_file: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    from tests.verification.conftest import GOOD

    report = replay(ReplayJob("orders", provider_url, files=(pact_file(GOOD),)), timeout=60)
    captured = capfd.readouterr()
    assert (len(report.interactions), captured.out, captured.err) == (1, "", "")


def test_a_child_whose_parent_is_gone_ends() -> None:
    """A build that is cancelled kills the parent alone; an orphan would go on, and publish."""

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            released.wait(60)

    asked, released = threading.Event(), threading.Event()
    with serving(Silent) as url, tempfile.TemporaryDirectory() as folder:
        pact_file = Path(folder) / "pact.json"
        pact_file.write_text(json.dumps(pact(GOOD)), encoding="utf-8")
        job = ReplayJob("orders", url, files=(str(pact_file),), request_timeout=60_000)
        command = [sys.executable, "-m", module.CHILD, str(Path(folder) / "result.json")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
            assert child.stdin is not None
            child.stdin.write(job.to_json().encode() + b"\n")
            child.stdin.flush()
            assert asked.wait(30)
            child.stdin.close()
            assert child.wait(30) == 1
        released.set()


def test_interactions_are_told_when_they_are_begun(provider_url: str, pact_file: Callable[..., str]) -> None:
    file = pact_file(GOOD, GOOD | {"description": "get  another\norder"})
    begun: list[str] = []
    report = replay(ReplayJob("orders", provider_url, files=(file,)), timeout=60, begun=begun.append)
    assert (len(report.interactions), len(begun)) == (2, 2)
    assert any("get an order" in each for each in begun)
