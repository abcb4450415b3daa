"""`contracthub demo`: the whole job in a clone, with a hub, real consumer tests and real providers, told as a story."""

import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import click

from contracthub.cli.demo_processes import Children, Served, UnexpectedOutcome, noted_signals
from contracthub.cli.demo_story import Page, Story
from contracthub.cli.demo_telling import Teller
from contracthub.cli.exits import ExitCode, Stopped

FLEET = ("consumers", "providers")


@click.command("demo")
def command() -> None:
    """Watch the whole job in a clone: publish, verify, deploy, break a provider, be stopped.

    It starts a hub with an empty database, the example fleet's tests and its providers, and removes everything at the
    end: at once when nobody is at the terminal, otherwise when you press Ctrl-C.
    """
    _require_clone(Path.cwd())
    started = time.monotonic()
    teller = Teller()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="contracthub-demo-") as folder,
            noted_signals() as check_signals,
            Children(Path(folder), check_signals) as children,
        ):
            story = Story(children, teller, Path(folder))
            hub = story.tell()
            _sum_up(teller, story.pages(hub), time.monotonic() - started)
            if _is_watched():
                _keep_serving(teller, children, hub)
            else:
                teller.lines(["", "Nobody is at the terminal, so all of it stops now. In a terminal it keeps serving."])
    except UnexpectedOutcome as error:
        raise Stopped(f"The demo did not go as it must.\n{error}", ExitCode.NO) from error


def _require_clone(folder: Path) -> None:
    missing = [name for name in FLEET if not (folder / name / "__init__.py").is_file()]
    if missing:
        raise click.UsageError(
            f"The demo runs the example fleet, and {folder} has no {' and no '.join(f'{name}/' for name in missing)}. "
            "Clone the project, and run `make demo` (or `contracthub demo`) in the clone."
        )
    if find_spec("pytest") is None:
        raise click.UsageError(
            "The demo runs the consumers' tests, and this installation has no pytest. "
            "Run `make demo`, or install the project with its extra: pip install --editable '.[dev]'."
        )


def _sum_up(teller: Teller, pages: list[Page], seconds: float) -> None:
    teller.heading("What you saw")
    teller.lines(
        [
            "Pacts came from real tests, evidence from running providers, and the gate's answer from both:",
            "yes while everyone got what they read, no with the one fact that blocks, and no alarm over a new field.",
            f"All of it took {seconds:.0f} s.",
        ]
    )
    teller.heading("Look at it")
    for page in pages:
        teller.lines([page.title, f"  {page.url}"])


def _keep_serving(teller: Teller, children: Children, hub: Served) -> None:
    teller.lines(["", "The hub keeps serving; Ctrl-C stops it and removes everything."])
    try:
        children.wait_for_signal(hub)
    except (KeyboardInterrupt, SystemExit):
        teller.lines(["", "Stopping."])


def _is_watched() -> bool:
    """Whether a person is there to look around and to press Ctrl-C."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
