"""`contracthub version` (pact-broker-api §18)."""

import click

from contracthub.cli.printing import say


@click.command("version")
def command() -> None:
    """Prints the version of this command line."""
    # Costs as much as click itself, so only here.
    from importlib.metadata import version

    say(version("contracthub"))
