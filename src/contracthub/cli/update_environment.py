"""`contracthub update-environment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import EnvironmentChanges
from contracthub.client.environments import update_environment as update
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("update-environment")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid; list-environments shows it.")
@click.option("--name", callback=required_text, help="Name without spaces, as given to other commands.")
@click.option("--display-name", help="Name for people.")
@click.option("--production/--no-production", default=None, help="Whether real users depend on it.")
@click.option("--contact-name", help="Who looks after it.")
@click.option("--contact-email-address", help="How to reach them.")
@output_option("text", "json", "id")
@hub_options
def command(
    hub: Hub,
    *,
    uuid: str,
    name: str | None,
    display_name: str | None,
    production: bool | None,
    contact_name: str | None,
    contact_email_address: str | None,
    output: str,
) -> None:
    """Changes an environment; what is not given stays as it is."""
    changes = EnvironmentChanges(name, display_name, production, contact_name, contact_email_address)
    environment = update(hub, uuid, changes)
    if output == "json":
        say_json(environment.resource.data)
    elif output == "id":
        say(visible(environment.uuid))
    else:
        say(visible(f"Updated environment {environment.name} ({environment.uuid})."))
