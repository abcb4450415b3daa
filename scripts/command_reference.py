"""Writes docs/commands.md from the commands themselves: `make docs`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from contracthub.cli.main import group

REFERENCE = Path(__file__).parents[1] / "docs" / "commands.md"

OPENING = """\
# Commands

Written by `make docs` from the commands themselves; `contracthub COMMAND --help` says the same.
[Exit codes](exit-codes.md) and [environment variables](configuration.md) have pages of their own.
"""


def reference() -> str:
    """The whole page."""
    root = click.Context(group, info_name="contracthub")
    return "\n".join([OPENING, *_sections(group, root)]).rstrip() + "\n"


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of each command below a group, in the order that `--help` has."""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is None or below.hidden:
            continue
        inner = click.Context(below, info_name=name, parent=context)
        if isinstance(below, click.Group):
            yield from _sections(below, inner)
        else:
            yield from _section(below, inner)


def _section(command: click.Command, context: click.Context) -> Iterator[str]:
    # The one command of a group that needs no name is called as the group is.
    path = context.command_path.strip()
    yield f"## {path}\n"
    yield f"`{' '.join([path, *command.collect_usage_pieces(context)])}`\n"
    yield f"{_paragraphs(command.help or '')}\n"
    rows = [row for parameter in command.get_params(context) if (row := _row(parameter, context))]
    if rows:
        yield from ["| option | meaning |", "| --- | --- |", *rows, ""]


def _paragraphs(text: str) -> str:
    """Help text without click's marks, its lines joined to paragraphs."""
    parts = text.replace("\b\n", "").strip().split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _row(parameter: click.Parameter, context: click.Context) -> str | None:
    record = parameter.get_help_record(context)
    if record is None or isinstance(parameter, click.Argument) or "--help" in parameter.opts:
        return None
    names, meaning = record
    variables = [name for name in environment_variables(parameter) if name not in meaning]
    told = f" (env {', '.join(variables)})" if variables else ""
    return f"| `{_cell(names)}` | {_cell(meaning)}{told} |"


def environment_variables(parameter: click.Parameter) -> tuple[str, ...]:
    """The variables that set a parameter, most important first."""
    named = parameter.envvar or ()
    return (named,) if isinstance(named, str) else tuple(named)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.name} is up to date\n")
