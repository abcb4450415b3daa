"""The live line: on a terminal after a second, and nowhere else."""

import os
import pty
import subprocess
import sys

import pytest

CODE = """
import sys
from contracthub.cli.progress import live_progress
with live_progress("Verifying orders") as progress:
    for seconds in {seconds}:
        progress(seconds, "news\\x1b[2J")
print("rich" in sys.modules)
"""


def shown_on_a_terminal(seconds: tuple[float, ...]) -> tuple[bytes, bool]:
    """What a pseudo-terminal got on stderr, and whether rich was imported."""
    ours, theirs = pty.openpty()
    environment = dict(os.environ, TERM="xterm")
    try:
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(seconds=seconds)],
            stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True,
        )  # fmt: skip
        os.write(theirs, b"END")
        text = b""
        while not text.endswith(b"END"):
            text += os.read(ours, 65536)
    finally:
        os.close(ours)
        os.close(theirs)
    return text.removesuffix(b"END"), done.stdout.strip() == b"True"


def test_a_terminal_sees_the_line_with_escapes_shown() -> None:
    text, rich_imported = shown_on_a_terminal((0.5, 2.0))
    assert (b"Verifying orders (2 s) news\\x1b[2J" in text, rich_imported) == (True, True)


def test_a_short_run_shows_nothing_and_imports_nothing() -> None:
    assert shown_on_a_terminal((0.2, 0.9)) == (b"", False)


def test_a_pipe_sees_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    from contracthub.cli.progress import live_progress

    with live_progress("Verifying orders") as progress:
        progress(5.0, "news")
    assert capfd.readouterr() == ("", "")
