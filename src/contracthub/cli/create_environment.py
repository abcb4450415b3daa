"""`contracthub create-environment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import NewEnvironment
from contracthub.client.environments import create_environment as create
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("create-environment")
@click.option("--name", required=True, callback=required_text, help="Name without spaces, as given to other commands.")
@click.option("--display-name", help="Name for people.")
@click.option("--production/--no-production", default=False, help="Whether real users depend on it.")
@click.option("--contact-name", help="Who looks after it.")
@click.option("--contact-email-address", help="How to reach them.")
@output_option("text", "json", "table")
@hub_options
def command(
    hub: Hub,
    *,
    name: str,
    display_name: str | None,
    production: bool,
    contact_name: str | None,
    contact_email_address: str | None,
    output: str,
) -> None:
    """Makes an environment that versions can be deployed to or released in."""
    environment = create(hub, NewEnvironment(name, display_name, production, contact_name, contact_email_address))
    if output == "json":
        say_json(environment.resource.data)
    else:
        say(visible(f"Created environment {environment.name} ({environment.uuid})."))
