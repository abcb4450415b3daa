"""The processes of the demo: started in groups of their own, waited for with progress, and stopped whatever happens.

What they are and what is expected of them is the story's matter (demo_story).
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

from contracthub.cli.progress import live_progress

HEARTBEAT = 0.05
START_DEADLINE = 60.0
RUN_DEADLINE = 180.0
STOP_DEADLINE = 15.0

_ADDRESS = re.compile(r"listen(?:s|ing) on (http://\S+)\n")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Settings of the person's own hub, of a test run around this one, or of a network that the demo does not need.
_FOREIGN = ("CONTRACTHUB_", "PACT_", "PYTEST_")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}

CheckSignals = Callable[[], None]


class UnexpectedOutcome(Exception):
    """Something did not go as the story promises; the message says what, and what was printed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ran to its end."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Served:
    """A process that serves at an address."""

    process: "subprocess.Popen[bytes]"
    url: str


@contextmanager
def noted_signals() -> Iterator[CheckSignals]:
    """While it lasts, a signal to stop is noted, and raised when the function that this yields is called.

    Raised anywhere else it could hit between the start of a child and the note that it has to be stopped. SIGINT is
    raised as KeyboardInterrupt, the others as SystemExit with the code that a shell gives. A signal that was ignored
    before stays ignored.
    """
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)

    def check() -> None:
        if signal.SIGINT in noted:
            raise KeyboardInterrupt
        if noted:
            raise SystemExit(128 + noted[0])

    before = {one: signal.getsignal(one) for one in _SIGNALS}
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(one, note)
    try:
        yield check
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class Children:
    """All processes of one demo; as a context manager it stops those that still run."""

    def __init__(self, logs: Path, check_signals: CheckSignals) -> None:
        self._logs = logs
        self._check_signals = check_signals
        self._running: list[subprocess.Popen[bytes]] = []
        self._started = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            _tell(process, signal.SIGTERM)
        for process in tuple(self._running):
            self._end(process)

    def run(self, words: Sequence[str], environment: Mapping[str, str], *, title: str) -> Ended:
        """Runs a command line to its end. Raises UnexpectedOutcome when that does not come."""
        process, log = self._start(words, environment)
        try:
            self._wait(title, RUN_DEADLINE, lambda: process.poll() is not None)
        finally:
            self._end(process)
        return Ended(process.returncode, _said(log))

    def serve(self, words: Sequence[str], environment: Mapping[str, str], *, title: str) -> Served:
        """Starts a server and waits for the line with its address. Raises UnexpectedOutcome when none comes."""
        process, log = self._start(words, environment)
        self._wait(title, START_DEADLINE, lambda: bool(_ADDRESS.search(_said(log))) or process.poll() is not None)
        found = _ADDRESS.search(_said(log))
        if found is None:
            raise UnexpectedOutcome(f"{title}: it ended with exit code {process.returncode}.\n{_said(log)}")
        return Served(process, found[1])

    def stop(self, served: Served) -> None:
        """Asks a server to stop, and makes it when it takes too long."""
        self._end(served.process)

    def wait_for_signal(self, served: Served) -> None:
        """Returns only by the exception of a signal. Raises UnexpectedOutcome when the server ends by itself."""
        while served.process.poll() is None:
            self._check_signals()
            time.sleep(HEARTBEAT)
        raise UnexpectedOutcome(f"The server at {served.url} ended by itself.")

    def _start(self, words: Sequence[str], environment: Mapping[str, str]) -> tuple["subprocess.Popen[bytes]", Path]:
        self._check_signals()
        self._started += 1
        log = self._logs / f"{self._started}.log"
        with log.open("wb") as output:
            # A group of its own: Ctrl-C reaches the demo alone, which then stops its children in good order.
            process = subprocess.Popen(
                words,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process, log

    def _wait(self, title: str, deadline: float, is_over: Callable[[], bool]) -> None:
        started = time.monotonic()
        with live_progress(title) as progress:
            while not is_over():
                self._check_signals()
                passed = time.monotonic() - started
                if passed > deadline:
                    raise UnexpectedOutcome(f"{title}: not done after {deadline:g} s.")
                progress(passed, "")
                time.sleep(HEARTBEAT)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is None:
            _tell(process, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_DEADLINE)
        # Whoever is left of its group, and itself when it did not listen.
        _tell(process, signal.SIGKILL)
        process.wait()
        self._running.remove(process)


def environment_for(extra: Mapping[str, str], *, colour: bool) -> dict[str, str]:
    """The environment of a child: nothing of the person's own hub, nothing that leads away from this machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES and name not in ("NO_COLOR", "FORCE_COLOR")
    }
    paint = {"FORCE_COLOR": "1"} if colour else {"NO_COLOR": "1"}
    return {**kept, **paint, "PYTHONIOENCODING": "utf-8", **extra}


def _tell(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    # A group that is gone is a ProcessLookupError, on macOS a PermissionError.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
