"""The child of a job: it ends with its parent, and its death costs nothing of what it told."""

import json
import os
import signal
import subprocess
import sys
import time

from contracthub.verification.fuzz.job import FuzzJob
from contracthub.verification.fuzz.messages import Began, Going, Said
from contracthub.verification.fuzz.process import CHILD, messages_of
from tests.verification.fuzz.conftest import DOCUMENT


def job_for(url: str) -> FuzzJob:
    return FuzzJob(kind="openapi", document=json.dumps(DOCUMENT), base_url=url, root_url=url, seconds=60, seed=1)


def test_it_ends_when_its_parent_does(orders: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(job_for(orders).to_json().encode() + b"\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline())[0] == "began"
        # As when the parent is killed: nobody holds the other end any more.
        child.stdin.close()
        assert child.wait(30) == 1


def test_a_child_that_is_killed_is_told_after_what_it_said(orders: str) -> None:
    messages = messages_of(job_for(orders), time.monotonic() + 60)
    began = next(messages)
    assert isinstance(began, Began)
    killed = False
    rest = []
    for message in messages:
        rest.append(message)
        if isinstance(message, Going) and message.examples and not killed:
            killed = True
            (child,) = children()
            os.kill(child, signal.SIGKILL)
    assert isinstance(rest[-1], Said)
    assert "by signal 9" in rest[-1].text


def test_who_stops_listening_ends_the_child(orders: str) -> None:
    messages = messages_of(job_for(orders), time.monotonic() + 60)
    next(messages)
    assert children()
    messages.close()  # type: ignore[attr-defined]
    assert not children()


def children() -> list[int]:
    """The processes of jobs that this process has started and not ended."""
    # Whole command lines, however long the folder's name is.
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(command, capture_output=True, check=True)
    return [int(line.split()[0]) for line in listed.stdout.decode().splitlines() if CHILD in line]
