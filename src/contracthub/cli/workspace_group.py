"""`contracthub workspace`: the settings that a workspace has of its own."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "show": LazyCommand("contracthub.cli.workspace_show:command", "Show the settings."),
    "set": LazyCommand("contracthub.cli.workspace_set:command", "Change settings."),
}


@click.group("workspace", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Shows or changes what a workspace has chosen for itself."""
