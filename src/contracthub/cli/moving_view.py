"""How a move is shown while it goes on, and what is said of it in the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.printing import say, say_json
from contracthub.cli.progress import live_progress
from contracthub.client.archive_sending import Told
from contracthub.client.moving_report import MovingReport
from contracthub.domain.archive import ORDER
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

MOST_SHOWN = 20
_WHATS = ("created", "updated", "unchanged", "refused")


@contextmanager
def moving(title: str, report: MovingReport) -> Iterator[Told]:
    """Shows the news where a person looks, and takes the time."""
    began = time.monotonic()
    with live_progress(title) as progress:
        try:
            yield lambda news: progress(time.monotonic() - began, news)
        finally:
            report.seconds = time.monotonic() - began


def show_report(ctx: click.Context, report: MovingReport, output: str) -> None:
    """Prints the report and ends the command: with "no" when something is left that was to be carried over."""
    if output == "json":
        say_json(report.document())
    else:
        _show(report)
    ctx.exit(ExitCode.YES if report.is_whole else ExitCode.NO)


def _show(report: MovingReport) -> None:
    kinds = [kind for kind in (*ORDER, "webhook") if kind in report.records]
    rows = [(kind, *(f"{report.records[kind][what]:,}" for what in _WHATS)) for kind in kinds]
    for line in terminal_table(("RECORDS", "NEW", "CHANGED", "THERE", "REFUSED"), rows):
        say(line)
    say(
        f"\nTook {report.seconds:.1f} s"
        + (f" and {report.requests:,} requests to the source." if report.requests else ".")
    )
    for each in report.problems[:MOST_SHOWN]:
        say(visible(f"Not carried over: {each.text}"))
    if report.problem_count > MOST_SHOWN:
        say(f"… and {report.problem_count - MOST_SHOWN:,} more; --output json lists up to 1,000.")
    for limit in report.limits:
        say(f"Note: {limit}")
