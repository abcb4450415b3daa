"""`contracthub list-environments` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import list_environments
from contracthub.client.hub import Hub
from contracthub.reports.tables import terminal_table

HEADINGS = ("NAME", "DISPLAY NAME", "PRODUCTION", "UUID")


@click.command("list-environments")
@output_option("table", "json", "text")
@hub_options
def command(hub: Hub, *, output: str) -> None:
    """Lists the environments that the hub knows."""
    environments, document = list_environments(hub)
    if output == "json":
        say_json(document)
        return
    rows = [(one.name, one.display_name, "yes" if one.production else "no", one.uuid) for one in environments]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no environments.")
