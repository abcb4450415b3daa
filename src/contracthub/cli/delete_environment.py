"""`contracthub delete-environment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import delete_environment as delete
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("delete-environment")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid; list-environments shows it.")
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, uuid: str, output: str) -> None:
    """Removes an environment, and with it what was recorded as deployed to or released in it."""
    environment = delete(hub, uuid)
    if output == "json":
        say_json(environment.resource.data)
    else:
        say(visible(f"Deleted environment {environment.name} ({uuid})."))
