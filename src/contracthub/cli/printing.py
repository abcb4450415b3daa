"""Writing to the terminal: colour where a person looks, every outside text with its control characters shown."""

import json
import os
import sys
from collections.abc import Iterable

import click

from contracthub.client.notices import Notice
from contracthub.reports.colours import Palette
from contracthub.reports.visible import visible_lines

_NOTICE_COLOURS = {
    "debug": "dim",
    "warning": "yellow",
    "prompt": "cyan",
    "success": "green",
    "error": "red",
    "danger": "red",
}


def palette() -> Palette:
    """Colour where stdout is a terminal that knows it; NO_COLOR turns it off, FORCE_COLOR on, for build logs."""
    if os.environ.get("NO_COLOR"):
        return Palette(enabled=False)
    knows_colour = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return Palette(enabled=bool(os.environ.get("FORCE_COLOR")) or knows_colour)


def say(text: str) -> None:
    """Prints a text that a report has made safe."""
    click.echo(text, color=True)


def say_json(document: object) -> None:
    """Prints a value as JSON, non-ASCII escaped, so that no control character reaches the terminal."""
    click.echo(json.dumps(document, indent=2))


def warn(text: str) -> None:
    """Prints a warning to stderr."""
    click.echo("\n".join(visible_lines(f"Warning: {text}")), err=True)


def told(text: str) -> None:
    """Prints a line of --verbose to stderr."""
    click.echo("\n".join(visible_lines(text)), err=True)


def say_notices(notices: Iterable[Notice]) -> None:
    """Prints notices of the hub, coloured by type."""
    colours = palette()
    for notice in notices:
        for line in visible_lines(notice.text):
            say(colours.paint(line, _NOTICE_COLOURS.get(notice.type)))
