"""`contracthub generate-uuid` (pact-broker-api §18)."""

import uuid

import click

from contracthub.cli.printing import say


@click.command("generate-uuid")
def command() -> None:
    """Prints a new UUID, such as create-or-update-webhook takes. Asks no hub."""
    say(str(uuid.uuid4()))
