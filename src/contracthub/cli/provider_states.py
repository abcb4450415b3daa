"""`contracthub provider-states`: the group of commands about provider states."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "list": LazyCommand("contracthub.cli.provider_states_list:command", "List the states that consumers count on."),
}


@click.group("provider-states", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Shows the preconditions that a provider has to set up for its verification."""
