"""Starts a process for each check, and ends it when it takes too long."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from contracthub.checking.jobs import OUT_OF_MEMORY, Job, read_outcome, written_job
from contracthub.domain.document_checks import CheckBounds, CheckOutcome
from contracthub.domain.errors import HubError
from contracthub.formats.uploads import Upload

# What a Python process needs to find itself and its packages; the hub's secrets are in the rest.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
logger = logging.getLogger(__name__)


class ProcessChecker:
    """Implements the port ``Checker``: one process per check, one check at a time."""

    def __init__(self, bounds: CheckBounds | None = None) -> None:
        self._bounds = bounds or CheckBounds()
        self._guard = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    @property
    def longest_seconds(self) -> float:
        """So long may one check take."""
        return self._bounds.seconds

    @property
    def process_id(self) -> int | None:
        """The process of the check that is under way."""
        with self._guard:
            return None if self._running is None else self._running.pid

    def check(self, format_name: str, upload: Upload) -> CheckOutcome | None:
        """What came of the check; None when it was stopped."""
        try:
            return self._checked(format_name, upload)
        except OSError as error:
            logger.exception("No process could be started for a check")
            return CheckOutcome(reason=f"No process could be started for it: {error.strerror}.")

    def stop(self) -> None:
        """End the check that is under way, and begin no other."""
        with self._guard:
            self._stopped = True
            if self._running is not None:
                self._running.kill()

    def _checked(self, format_name: str, upload: Upload) -> CheckOutcome | None:
        with self._process() as (process, lifeline):
            if process is None:
                return None
            memory = self._bounds.memory_mebibytes * 1024 * 1024
            job = Job(format_name, upload, memory, int(self._bounds.seconds) + 1, lifeline)
            try:
                answer, _ = process.communicate(written_job(job), timeout=self._bounds.seconds)
            except subprocess.TimeoutExpired:
                return CheckOutcome(reason=f"It took longer than {self._bounds.seconds:g} seconds, and was ended.")
            with self._guard:
                if self._stopped:
                    return None
            return self._outcome(process.returncode, answer)

    @contextmanager
    def _process(self) -> Iterator[tuple[subprocess.Popen[bytes] | None, int]]:
        """A process that waits for its job and does not outlive this block, nor the hub; None when stopped."""
        lifeline, ours = os.pipe()
        process = None
        try:
            with self._guard:
                if not self._stopped:
                    process = self._running = _started(lifeline)
            yield process, lifeline
        finally:
            with self._guard:
                self._running = None
            if process is not None:
                process.kill()
                # Also closes the pipes.
                process.communicate()
            os.close(lifeline)
            os.close(ours)

    def _outcome(self, status: int, answer: bytes) -> CheckOutcome:
        limit = f"{self._bounds.memory_mebibytes:,} MB of memory"
        if status == OUT_OF_MEMORY:
            return CheckOutcome(reason=f"It needed more than {limit}.")
        if status == -signal.SIGXCPU:
            return CheckOutcome(reason=f"It took longer than {self._bounds.seconds:g} seconds, and was ended.")
        if status < 0:
            name = signal.Signals(-status).name
            return CheckOutcome(reason=f"Its process ended with {name}; most likely it needed more than {limit}.")
        try:
            return read_outcome(answer)
        except (HubError, AssertionError, KeyError, TypeError, ValueError):
            return CheckOutcome(reason=f"Its process ended with status {status} and without an answer.")


def _started(lifeline: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "contracthub.checking.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(os.environ),
        pass_fds=(lifeline,),
        # A Ctrl-C at the hub's terminal is the hub's to deal with.
        start_new_session=True,
    )


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What of the hub's environment a check gets to see."""
    return {name: ours[name] for name in _ENVIRONMENT if name in ours}
