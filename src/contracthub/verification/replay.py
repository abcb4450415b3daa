"""Runs a replay in a child process under a deadline, and says what became of it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from contracthub.domain.verification_reports import VerificationReport
from contracthub.verification.job import BEGUN, ReplayJob
from contracthub.verification.report import STOPPED, report_from

CHILD = "contracthub.verification.replay_child"
HEARTBEAT = 0.2
_LAST_LINES = 20
# For the child to come to its end and to tell what it found, in seconds, where there is as much.
_TO_TELL = 5.0

Progress = Callable[[float, str], None]


class ReplayFailed(Exception):
    """The replay came to no result: the provider is away, the child died, or the deadline passed."""


def replay(
    job: ReplayJob, *, timeout: float, progress: Progress | None = None, begun: Callable[[str], None] | None = None
) -> VerificationReport:
    """Replays the contracts against the provider and reports every interaction.

    ``progress`` is called a few times a second with the seconds so far and the last line that the verifier printed;
    ``begun`` with the description of each interaction that is begun, from another thread.
    Raises ReplayFailed; a provider that breaks its contracts is a report, not an exception.
    """
    check_provider(job.provider_url)
    if job.state_url:
        check_provider(job.state_url, what="The state URL")
    with tempfile.TemporaryDirectory(prefix="contracthub-replay-") as folder:
        result = Path(folder) / "result.json"
        job = replace(job, ends_at=time.monotonic() + timeout - min(_TO_TELL, timeout / 4))
        _run_child(job, result, timeout, progress or _no_progress, begun or _passed_over)
        return report_from(job, _read(result))


def check_provider(url: str, timeout: float = 5.0, *, what: str = "The provider") -> None:
    """Makes sure that something listens at the provider's address. Raises ReplayFailed naming the address."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=timeout).close()
    except OSError as error:
        why = error.strerror or str(error)
        raise ReplayFailed(f"{what} does not answer at {url}: {why}. Start it, then verify again.") from error


def _run_child(job: ReplayJob, result: Path, timeout: float, progress: Progress, begun: Callable[[str], None]) -> None:
    child = subprocess.Popen(
        # Without the working directory, where a module of the verifier's name may lie.
        [sys.executable, "-P", "-m", CHILD, str(result)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
    )
    lines: deque[str] = deque(maxlen=_LAST_LINES)
    reader = threading.Thread(target=_collect, args=(child.stdout, lines, begun), daemon=True)
    try:
        _hand_over(job, child)
        reader.start()
        _wait(child, timeout, lambda seconds: progress(seconds, lines[-1] if lines else ""))
    finally:
        child.kill()
        child.wait()
        if reader.ident is not None:
            reader.join()
        _close(child)
    if child.returncode != 0:
        raise ReplayFailed(_last_words(child.returncode, lines))


def _close(child: "subprocess.Popen[bytes]") -> None:
    for pipe in (child.stdin, child.stdout):
        # What the child never read can't be flushed to it.
        with contextlib.suppress(BrokenPipeError):
            if pipe is not None:
                pipe.close()


def _hand_over(job: ReplayJob, child: "subprocess.Popen[bytes]") -> None:
    """Writes the job, and leaves the pipe open: its end tells the child that nobody waits for it any more."""
    if child.stdin is None:
        return
    try:
        child.stdin.write(job.to_json().encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        # It died before it read its job; its last words follow.
        return


def _wait(child: "subprocess.Popen[bytes]", timeout: float, heartbeat: Callable[[float], None]) -> None:
    started = time.monotonic()
    while True:
        passed = time.monotonic() - started
        if passed >= timeout:
            raise ReplayFailed(STOPPED)
        try:
            child.wait(min(HEARTBEAT, timeout - passed))
        except subprocess.TimeoutExpired:
            heartbeat(passed)
        else:
            return


def _collect(stream: IO[bytes], lines: deque[str], begun: Callable[[str], None]) -> None:
    for line in stream:
        # Not stripped of what marks the child's own lines.
        text = line.decode("utf-8", "replace").strip(" \t\r\n")
        if text.startswith(BEGUN):
            begun(text.removeprefix(BEGUN))
        elif text:
            lines.append(text)


def _last_words(code: int, lines: deque[str]) -> str:
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    said = "\n".join(f"  {line}" for line in lines)
    return f"The verifier's process ended {how} before it had a result.\n{said}".rstrip()


def _environment() -> dict[str, str]:
    """The child's environment: no telemetry, and nothing that the verifier would take for its own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PACT_")}
    return kept | {"PACT_DO_NOT_TRACK": "true"}


def _read(result: Path) -> dict[str, object]:
    try:
        raw = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReplayFailed("The verifier's process left no result.") from error
    if not isinstance(raw, dict):
        raise ReplayFailed("The verifier's process left a result that is no object.")
    return raw


def _passed_over(description: str) -> None:
    """Shows nothing."""


def _no_progress(seconds: float, line: str) -> None:
    """Shows nothing."""
