"""`contracthub verify`: the group of commands that run beside a provider."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "provider": LazyCommand("contracthub.cli.verify_provider:command", "Replay pacts against a running provider."),
}


@click.group("verify", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Makes evidence: runs contracts against a running provider and publishes what came of it."""
