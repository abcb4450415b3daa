"""Colour: where a person's terminal knows it, where it is asked for, and nowhere else."""

import os
import pty
import subprocess
import sys

import pytest

CODE = "from contracthub.cli.printing import palette; print(palette().enabled)"
PLAIN = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")}


def is_coloured(variables: dict[str, str], *, on_a_terminal: bool = True) -> bool:
    """What a process of its own finds, with a pseudo-terminal or a pipe for its stdout."""
    command, environment = [sys.executable, "-c", CODE], PLAIN | variables
    if not on_a_terminal:
        done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True)
        return b"True" in done.stdout
    ours, theirs = pty.openpty()
    try:
        subprocess.run(command, stdout=theirs, env=environment, check=True)
        return b"True" in os.read(ours, 100)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TERM": "xterm"}, True),
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_on_a_terminal(variables: dict[str, str], expected: bool) -> None:
    assert is_coloured(variables) is expected


def test_colour_in_a_pipe_only_when_asked_for() -> None:
    assert not is_coloured({"TERM": "xterm"}, on_a_terminal=False)
    assert is_coloured({"FORCE_COLOR": "1"}, on_a_terminal=False)
