"""`contracthub delete-provider-contract`."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, required_text, version_option
from contracthub.cli.printing import say
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import delete_offer
from contracthub.reports.visible import visible


@click.command("delete-provider-contract")
@click.option("--provider", required=True, callback=required_text, metavar="NAME", help="The provider.")
@version_option
@click.option("--name", required=True, callback=required_text, metavar="NAME", help="Which of the version's documents.")
@hub_options
def command(hub: Hub, *, provider: str, version: str, name: str) -> None:
    """Removes a document of a version; the version stays."""
    if not delete_offer(hub, provider, version, name):
        raise Stopped(f"{provider} {version} has no document {name}.", ExitCode.NO)
    say(visible(f"Removed {name} of {provider} {version}."))
