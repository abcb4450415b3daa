"""`contracthub list-latest-pact-versions` (pact-broker-api §9, §18)."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacts import latest_pacts
from contracthub.reports.tables import terminal_table

HEADINGS = ("CONSUMER", "CONSUMER VERSION", "PROVIDER", "CREATED AT")


@click.command("list-latest-pact-versions")
@output_option("table", "json")
@hub_options
def command(hub: Hub, *, output: str) -> None:
    """Lists the newest pact of every integration."""
    pacts, document = latest_pacts(hub)
    if output == "json":
        say_json(document)
        return
    rows = [(one.consumer, one.version, one.provider, one.created_at) for one in pacts]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no pacts.")
