"""The demo as a newcomer runs it: a real process in a clone, with the real fleet. Slow, because it is the whole job."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from contracthub.cli.demo_processes import environment_for
from contracthub.cli.demo_telling import command_lines

CLONE = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "contracthub", "demo"]
MARK = "DEMO_TEST_MARK"
SERVING = "The hub keeps serving"

STORY = [
    "1. Start a hub",
    "   The hub is at http://127.0.0.1:",
    "2. Consumers say what they need",
    "-m pytest",
    "19 passed",
    "api_gateway-neural_processor.json: 5 interactions",
    "3. Publish the pacts",
    "$ contracthub publish ",
    "Pact successfully published for api_gateway version 1.0.0 and provider neural_processor.",
    "4. Providers prove that they answer it",
    "$ contracthub verify provider neural_processor ",
    "neural_processor 1.0.0 meets its contracts",
    "5. Ask, then deploy to production",
    "Yes: neural_processor 1.0.0 can be deployed to production.",
    "Recorded deployment of neural_processor 1.0.0 to production.",
    "Yes: api_gateway 1.0.0 can be deployed to production.",
    "Recorded deployment of api_gateway 1.0.0 to production.",
    "6. A developer drops a field",
    "$ python -m providers.neural_processor --break drops-total-samples &",
    "missing the following keys: total_samples",
    "neural_processor 1.1.0 breaks its contracts (4 passed, 1 failed).",
    "No: neural_processor 1.1.0 must not be deployed to production.",
    "What blocks:",
    "missing the following keys: total_samples",
    "$ contracthub verify provider neural_processor --provider-base-url URL",
    "7. A harmless change goes through",
    "Yes: neural_processor 1.2.0 can be deployed to production.",
    "8. A fault that no document shows",
    "status: expected 404, got 200",
    "No: detector_service 1.1.0 must not be deployed to production.",
    "9. An event on Kafka loses a field",
    "$ contracthub publish reader-schema specs/hoardwell.simulation.events-value.avsc ",
    "Yes: hoardwell 1.0.0 can be deployed to production.",
    "$ python -m providers.distilera --break drops-event-field",
    "No: distilera 1.1.0 must not be deployed to production.",
    "hoardwell 1.0.0, which lives in production, can't read what distilera 1.1.0 writes",
    "yield_ml",
    "Look at it",
    "/can-i-deploy?pacticipant=neural_processor&version=1.1.0&environment=production",
    "/verification-results/",
]


@dataclass
class Demo:
    """A demo that was started; ``lines`` is what it has said so far."""

    process: "subprocess.Popen[str]"
    mark: str
    temporary: Path
    lines: list[str] = field(default_factory=list)

    def read_until(self, text: str) -> None:
        """Reads what it says up to a line with the text, or to its end."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return

    def end(self) -> int:
        """Its exit code."""
        self.read_until("\0")
        return self.process.wait(timeout=60)

    @property
    def urls(self) -> list[str]:
        """The addresses below "Look at it"."""
        at = self.lines.index("Look at it")
        return [url for line in self.lines[at:] for url in re.findall(r"http://\S+", line)]

    def leftovers(self) -> list[str]:
        """What still runs of it, and which of its files are still there."""
        files = [path.name for path in self.temporary.iterdir() if "demo" in path.name or "replay" in path.name]
        return files + [" ".join(words) for words in marked_processes(self.mark)]


@contextmanager
def demo_in(folder: Path, temporary: Path, stdin: int = subprocess.DEVNULL) -> Iterator[Demo]:
    """A demo that runs in a folder; killed after the test, should it still run."""
    mark = uuid.uuid4().hex
    outside = {
        "CONTRACTHUB_BASE_URL": "http://127.0.0.1:1",
        "PACT_BROKER_TOKEN": "x",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }
    with subprocess.Popen(
        COMMAND,
        cwd=folder,
        env={**os.environ, **outside, "TMPDIR": str(temporary), MARK: mark},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Demo(process, mark, temporary)
        finally:
            process.kill()


def marked_processes(mark: str) -> list[list[str]]:
    """The command lines of all processes that inherited the mark."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("finds processes by their environment, in /proc")
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_text().split("\0"))
        except OSError:
            # Ended while we looked, or somebody else's.
            continue
    return [words for words in found if any(words)]


def clone_with(folder: Path, name: str, old: str, new: str) -> Path:
    """What the demo needs of a clone, with one text in one file replaced."""
    for part in ("consumers", "providers", "specs"):
        shutil.copytree(CLONE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CLONE / "pyproject.toml", folder)
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def comparable(text: str) -> str:
    """The text without what differs from run to run, and from one width of the terminal to another."""
    return " ".join(re.sub(r"127\.0\.0\.1:\d+|\(\d+ ms\)", "-", text).split())


@pytest.fixture(scope="module")
def watched_by_nobody(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that ran to its end with stdin closed; its exit code was 0."""
    with demo_in(CLONE, tmp_path_factory.mktemp("demo")) as demo:
        code = demo.end()
    assert code == 0, "\n".join(demo.lines)
    return demo


@pytest.mark.xdist_group("demo")
class TestWatchedByNobody:
    def test_tells_the_story_in_order(self, watched_by_nobody: Demo) -> None:
        left = iter(watched_by_nobody.lines)

        assert [text for text in STORY if not any(text in line for line in left)] == []

    def test_names_one_fact_for_each_no(self, watched_by_nobody: Demo) -> None:
        said = watched_by_nobody.lines

        assert sum("What blocks:" in line for line in said) == 3
        assert not [line for line in said if line.startswith("     2. ")]

    def test_gives_the_addresses_of_three_pages_of_its_hub(self, watched_by_nobody: Demo) -> None:
        hub = next(line for line in watched_by_nobody.lines if "The hub is at" in line).split()[-1]

        assert [url.startswith(hub) for url in watched_by_nobody.urls] == [True, True, True]

    def test_is_plain_text_in_a_pipe(self, watched_by_nobody: Demo) -> None:
        assert not [line for line in watched_by_nobody.lines if "\x1b" in line or line != line.rstrip()]

    def test_says_what_the_readme_shows_of_it(self, watched_by_nobody: Demo) -> None:
        readme = (CLONE / "README.md").read_text(encoding="utf-8")
        (excerpt,) = re.findall(r"```text\n(.*?)```", readme, flags=re.DOTALL)

        assert comparable(excerpt) in comparable("\n".join(watched_by_nobody.lines))

    def test_leaves_nothing_behind(self, watched_by_nobody: Demo) -> None:
        assert watched_by_nobody.leftovers() == []


def test_keeps_serving_its_pages_for_a_person_until_ctrl_c(tmp_path: Path) -> None:
    terminal, other_end = pty.openpty()
    try:
        with demo_in(CLONE, tmp_path, stdin=other_end) as demo:
            demo.read_until(SERVING)
            assert [line for line in demo.leftovers() if "contracthub serve" in line], "the search would find nothing"
            home, decision, evidence = (httpx.get(url, headers={"Accept": "text/html"}).text for url in demo.urls)
            demo.process.send_signal(signal.SIGINT)

            assert demo.end() == 0, "\n".join(demo.lines)
    finally:
        os.close(terminal)
        os.close(other_end)
    assert "neural_processor" in home
    assert "total_samples" in decision
    assert "total_samples" in evidence
    assert demo.leftovers() == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_the_middle_stops_everything(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with demo_in(CLONE, tmp_path) as demo:
        demo.read_until("-m pytest")
        demo.process.send_signal(number)

        assert demo.end() == code, "\n".join(demo.lines)
    assert demo.leftovers() == []


def test_a_gate_that_says_yes_where_it_must_say_no_is_no_success(tmp_path: Path) -> None:
    """The provider's break is taken out, so that 1.1.0 is as good as 1.0.0."""
    clone = clone_with(
        tmp_path / "clone", "providers/neural_processor/rest.py", 'model_without(model, "total_samples")', "model"
    )

    with demo_in(clone, tmp_path) as demo:
        code = demo.end()

    assert code == 1
    assert "Look at it" not in demo.lines
    assert any("The demo did not go as it must." in line for line in demo.lines)
    assert any("it ended with exit code 0, where 1 is right" in line for line in demo.lines)
    assert [name for name in demo.leftovers() if name != "clone"] == []


def test_a_failing_consumer_test_ends_the_demo_with_what_pytest_said(tmp_path: Path) -> None:
    clone = clone_with(
        tmp_path / "clone",
        "consumers/api_gateway/client.py",
        "from dataclasses import dataclass",
        "raise RuntimeError('?!')",
    )

    with demo_in(clone, tmp_path) as demo:
        code = demo.end()

    assert code == 1
    assert any("RuntimeError: ?!" in line for line in demo.lines)
    assert not any("contracthub publish" in line for line in demo.lines)


def test_outside_of_a_clone_it_says_where_to_run_it(tmp_path: Path) -> None:
    with demo_in(tmp_path, tmp_path) as demo:
        assert demo.end() == 2
    assert "no consumers/ and no providers/" in "".join(demo.lines)
    assert "make demo" in "".join(demo.lines)


def test_a_folded_command_line_is_still_one_command_line() -> None:
    words = ["contracthub", "verify", "provider", "a b", "--provider-base-url", "http://127.0.0.1:1", "--publish"]
    lines = command_lines(words, width=40)

    assert lines == [
        "$ contracthub verify provider 'a b' \\",
        "    --provider-base-url http://127.0.0.1:1 \\",
        "    --publish",
    ]


def test_children_know_nothing_of_the_persons_own_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTRACTHUB_TOKEN", "PACT_BROKER_BASE_URL", "PYTEST_ADDOPTS", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("LANG", "C.UTF-8")
    environment = environment_for({"CONTRACTHUB_BASE_URL": "http://127.0.0.1:1"}, colour=False)

    assert environment["LANG"] == "C.UTF-8"
    assert environment["NO_COLOR"] == "1"
    assert {name for name in environment if name.startswith(("CONTRACTHUB_", "PACT_", "PYTEST_"))} == {
        "CONTRACTHUB_BASE_URL"
    }
    assert not {"HTTP_PROXY", "https_proxy"} & set(environment)
