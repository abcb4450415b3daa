"""`contracthub gate-policy`: which evidence is enough for a yes of the gate."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "set": LazyCommand("contracthub.cli.gate_policy_set:command", "Say which evidence is enough."),
    "show": LazyCommand("contracthub.cli.gate_policy_show:command", "Show which evidence is enough, and where."),
    "remove": LazyCommand("contracthub.cli.gate_policy_remove:command", "Take back what was said."),
}


@click.group("gate-policy", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Says which evidence the gate accepts for a yes, in the workspace and in an environment."""
