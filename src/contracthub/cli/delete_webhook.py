"""`contracthub delete-webhook` (pact-broker-api §14, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, required_text
from contracthub.cli.printing import say
from contracthub.client.hub import Hub
from contracthub.client.webhooks import delete_webhook as delete
from contracthub.reports.visible import visible


@click.command("delete-webhook")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid.")
@hub_options
def command(hub: Hub, *, uuid: str) -> None:
    """Removes a webhook. What it triggered before stays to be read."""
    if not delete(hub, uuid):
        raise Stopped(f"There is no webhook with the uuid {uuid}.", ExitCode.NO)
    say(visible(f"Deleted webhook {uuid}."))
