"""Shows how far a run is: one live line where a person looks, and a line per suite in a log.

A log gets nothing for a run of one suite, whose report follows at once.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from contracthub.cli.printing import told
from contracthub.cli.progress import FIRST_SHOWN_AFTER, LONGEST_LINE, live_line
from contracthub.domain.verification_runs import Check, CheckStatus
from contracthub.reports.visible import visible

HEARTBEAT = 0.2
LOGGED_EVERY = 60.0
_FAILED = frozenset({CheckStatus.FAILED, CheckStatus.MISSING_STATE})


class RunProgress:
    """A watcher that keeps what it is told, and can put it into a line."""

    def __init__(self, title: str, *, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._timeout, self._clock = title, timeout, clock
        self._started = clock()
        self._lock = threading.Lock()
        self._examples = 0
        self._begin("", None)

    def suite(self, name: str, total: int | None) -> None:
        """A suite begins."""
        with self._lock:
            self._begin(str(name), total)

    def done(self, check: Check) -> None:
        """One check came to its end."""
        with self._lock:
            self._done += 1
            self._failed += check.status in _FAILED

    def news(self, text: str, *, examples: int | None = None) -> None:
        """What is going on."""
        with self._lock:
            self._news = text
            self._examples = self._examples if examples is None else examples

    def _begin(self, name: str, total: int | None) -> None:
        self._suite, self._total, self._since = name, total, self._clock()
        self._done, self._failed, self._examples, self._news = 0, 0, 0, ""

    @property
    def seconds(self) -> float:
        """How long the run has been going on."""
        return self._clock() - self._started

    def line(self) -> str:
        """Suite, checks, examples per second, time left until the deadline, and the latest news."""
        with self._lock:
            now = self._clock()
            # A suite that hears of its checks at its end tells meanwhile which of them it has begun.
            done = self._done or min(self._examples, self._total or 0)
            of = f"/{self._total}" if self._total else ""
            parts = [f"{self._suite}: {done}{of} done"] if self._suite else []
            if self._failed:
                parts.append(f"{self._failed} failed")
            if self._examples and now > self._since:
                parts.append(f"{self._examples} requests, {self._examples / (now - self._since):.0f}/s")
            left = self._timeout - (now - self._started)
            if self._total and done:
                left = min(left, (now - self._since) / done * (self._total - done))
            parts.append(f"{now - self._started:.0f} s, {max(left, 0):.0f} s left")
            return f"{self._title} ({', '.join(parts)}) {visible(self._news)[:LONGEST_LINE]}".rstrip()


@contextmanager
def run_progress(title: str, *, timeout: float, suites: int) -> Iterator[RunProgress]:
    """A watcher whose line is shown while the block runs, after a second."""
    progress = RunProgress(title, timeout=timeout)
    over = threading.Event()
    with ExitStack() as stack:
        show = _shown_live(stack) if sys.stderr.isatty() else _logged(suites)
        thread = threading.Thread(target=_beat, args=(progress, over, show), daemon=True)
        thread.start()
        try:
            yield progress
        finally:
            over.set()
            thread.join()


def _beat(progress: RunProgress, over: threading.Event, show: Callable[[RunProgress], None]) -> None:
    while not over.wait(HEARTBEAT):
        if progress.seconds >= FIRST_SHOWN_AFTER:
            show(progress)


def _shown_live(stack: ExitStack) -> Callable[[RunProgress], None]:
    lines: list[Callable[[str], None]] = []

    def show(progress: RunProgress) -> None:
        if not lines:
            lines.append(live_line(stack))
        lines[0](progress.line())

    return show


def _logged(suites: int) -> Callable[[RunProgress], None]:
    last = 0.0

    def log(progress: RunProgress) -> None:
        nonlocal last
        if suites > 1 and progress.seconds - last >= LOGGED_EVERY:
            last = progress.seconds
            told(progress.line())

    return log
