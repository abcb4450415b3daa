"""`contracthub pactflow`: what PactFlow's command lines have under that name."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "publish-provider-contract": LazyCommand(
        "contracthub.cli.publish_provider_contract:command", "Publish a provider's OpenAPI or AsyncAPI document."
    ),
}


@click.group("pactflow", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Commands of PactFlow's command lines, for pipelines that have them."""
