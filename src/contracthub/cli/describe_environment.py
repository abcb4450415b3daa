"""`contracthub describe-environment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.environment_view import environment_table
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import environment_with_uuid
from contracthub.client.hub import Hub


@click.command("describe-environment")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid; list-environments shows it.")
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, uuid: str, output: str) -> None:
    """Shows one environment."""
    environment = environment_with_uuid(hub, uuid)
    if output == "json":
        say_json(environment.resource.data)
    else:
        say(environment_table(environment))
