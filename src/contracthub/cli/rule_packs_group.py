"""`contracthub rule-packs`: which rules verifications hold providers against, kept in the hub."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "set": LazyCommand("contracthub.cli.rule_packs_set:command", "Say which rule packs are on, and how."),
    "show": LazyCommand("contracthub.cli.rule_packs_show:command", "Show which rule packs are on."),
    "remove": LazyCommand("contracthub.cli.rule_packs_remove:command", "Take back what was said."),
}


@click.group("rule-packs", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Says which rules `verify provider --suite policies` looks at, in the workspace and for a provider."""
