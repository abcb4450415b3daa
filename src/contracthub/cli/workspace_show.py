"""`contracthub workspace show`."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.workspace import show_workspace
from contracthub.reports.visible import visible


@click.command("show")
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, output: str) -> None:
    """Shows how the workspace tells contracts apart."""
    workspace = show_workspace(hub)
    if output == "json":
        say_json(workspace.resource.data)
    else:
        say(visible(f"Workspace {workspace.name} tells contracts apart by the rule {workspace.contract_identity}."))
