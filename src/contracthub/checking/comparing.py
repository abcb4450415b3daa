"""Keeps a process that compares documents, asks it one question at a time, and ends it when it takes too long."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from contracthub.checking.frames import NoFrame, read_frame, write_frame
from contracthub.checking.jobs import OUT_OF_MEMORY
from contracthub.checking.processes import environment
from contracthub.domain.comparisons import Finding, finding_from
from contracthub.domain.document_checks import ComparisonBounds
from contracthub.domain.errors import Fault, HubError, Invalid, TooLarge, Unavailable
from contracthub.formats import safe_json
from contracthub.formats.comparison_jobs import ComparisonJob, job_as_json
from contracthub.formats.comparisons.paper_jobs import PaperJob, paper_job_as_json

logger = logging.getLogger(__name__)
_REPORT, _MISSING = b"+", b"?"


class _Ended(Exception):
    """The process ended before it answered."""


class ProcessComparer:
    """Implements the port ``Comparer``: one process, which starts with the first question and stays for a while."""

    def __init__(self, bounds: ComparisonBounds | None = None) -> None:
        self._bounds = bounds or ComparisonBounds()
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._ours = -1
        self._is_late = False
        self._status = 0
        self._is_stopped = False

    @property
    def process_id(self) -> int | None:
        """The process, while there is one."""
        process = self._process
        return None if process is None or process.poll() is not None else process.pid

    @property
    def is_stopped(self) -> bool:
        """Whether it begins nothing new."""
        return self._is_stopped

    def compare(self, job: ComparisonJob, content_of: Callable[[str], bytes]) -> bytes:
        """The report as JSON."""
        return self._answered(safe_json.dumps(job_as_json(job)), content_of)

    def findings(self, job: PaperJob, content_of: Callable[[str], bytes]) -> tuple[Finding, ...]:
        """What comes out for a contract and the documents of a provider version."""
        answer: Any = safe_json.loads(self._answered(safe_json.dumps(paper_job_as_json(job)), content_of))
        return tuple(map(finding_from, answer))

    def _answered(self, question: bytes, content_of: Callable[[str], bytes]) -> bytes:
        with self._in_turn():
            try:
                return self._asked(question, content_of)
            except _Ended:
                # Idle for too long, or full of what others had compared.
                self._end()
            try:
                return self._asked(question, content_of)
            except _Ended as ended:
                raise self._why() from ended

    def stop(self) -> None:
        """End the process, and begin no other."""
        with self._guard:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()
        # Who waits for an answer hears that there is none, and leaves.
        with self._turn:
            self._end()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._guard:
            if self._waiting >= self._bounds.most_waiting:
                raise _busy()
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=self._bounds.seconds):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            with self._guard:
                self._waiting -= 1

    def _asked(self, question: bytes, content_of: Callable[[str], bytes]) -> bytes:
        process = self._started()
        self._is_late = False
        watch = threading.Timer(self._bounds.seconds, self._too_late, [process])
        watch.daemon = True
        watch.start()
        try:
            answer = self._exchanged(process, question, content_of)
        except (OSError, NoFrame) as error:
            if self._is_late:
                self._end()
                told = f"It took longer than {self._bounds.seconds:g} seconds to compare these documents."
                raise TooLarge("too-much-to-compare", f"{told} Compare them with the command line.") from error
            raise _Ended from error
        except BaseException:
            # Half a message was sent or read: nobody could go on from there.
            self._end()
            raise
        finally:
            watch.cancel()
        return _answer(answer)

    def _exchanged(
        self, process: subprocess.Popen[bytes], question: bytes, content_of: Callable[[str], bytes]
    ) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        write_frame(process.stdin, question)  # type: ignore[arg-type]
        answer = read_frame(process.stdout)  # type: ignore[arg-type]
        if answer[:1] == _MISSING:
            wanted: Any = safe_json.loads(answer[1:])
            for sha in wanted:
                write_frame(process.stdin, content_of(sha))  # type: ignore[arg-type]
            answer = read_frame(process.stdout)  # type: ignore[arg-type]
        return answer

    def _too_late(self, process: subprocess.Popen[bytes]) -> None:
        self._is_late = True
        process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        if self._is_stopped:
            raise Unavailable("comparing-ended", "The hub is about to end.")
        bounds = self._bounds
        lifeline, self._ours = os.pipe()
        numbers = (lifeline, bounds.memory_mebibytes, int(bounds.seconds) + 1, bounds.kept_mebibytes)
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "contracthub.checking.comparing_child"]
                + [str(int(each)) for each in (*numbers, bounds.idle_seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(os.environ),
                pass_fds=(lifeline,),
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable("no-process", f"No process could be started to compare: {error.strerror}.") from error
        finally:
            os.close(lifeline)
        with self._guard:
            self._process = process
        return process

    def _end(self) -> None:
        with self._guard:
            process, self._process = self._process, None
            ours, self._ours = self._ours, -1
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError):
                process.communicate()
            self._status = process.wait()
        if ours >= 0:
            os.close(ours)

    def _why(self) -> HubError:
        self._end()
        if self._status in (OUT_OF_MEMORY, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGXCPU):
            limit = f"{self._bounds.memory_mebibytes:,} MB of memory or {self._bounds.seconds:g} seconds"
            told = f"These documents need more than {limit} to be compared. Compare them with the command line."
            return TooLarge("too-much-to-compare", told)
        logger.error("The process that compares documents ended with %s", self._status)
        return Unavailable("comparing-ended", "The comparison ended without an answer. Ask again.")


def _answer(answer: bytes) -> bytes:
    if answer[:1] == _REPORT:
        return answer[1:]
    told: Any = safe_json.loads(answer[1:])
    if told["kind"] == "too-large":
        raise TooLarge(told["code"], told["message"])
    raise Invalid(told["code"], told["message"], faults=[Fault("document", told["message"])])


def _busy() -> Unavailable:
    return Unavailable("comparing-busy", "Other documents are being compared. Ask again in a moment.")
