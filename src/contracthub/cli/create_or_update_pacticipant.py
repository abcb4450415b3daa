"""`contracthub create-or-update-pacticipant` (pact-broker-api §5, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import PacticipantProperties, create_or_update_pacticipant
from contracthub.reports.visible import visible


@click.command("create-or-update-pacticipant")
@click.option("--name", required=True, callback=required_text, help="The application.")
@click.option("--display-name", help="Name for people.")
@click.option("--main-branch", help="The branch that everything is merged to.")
@click.option("--repository-url", help="Where its source is.")
@output_option("text", "json", "table")
@hub_options
def command(
    hub: Hub,
    *,
    name: str,
    display_name: str | None,
    main_branch: str | None,
    repository_url: str | None,
    output: str,
) -> None:
    """Makes an application known to the hub; what is not given stays as it is."""
    properties = PacticipantProperties(display_name, main_branch, repository_url)
    resource, created = create_or_update_pacticipant(hub, name, properties)
    if output == "json":
        say_json(resource.data)
    else:
        say(visible(f"{'Created' if created else 'Updated'} {name}."))
