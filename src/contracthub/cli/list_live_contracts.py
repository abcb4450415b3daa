"""`contracthub list-live-contracts`: conversations, flows, journeys and SLOs that a consumer published."""

import click

from contracthub.cli.live_options import KINDS
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.live_contracts import list_live_contracts
from contracthub.reports.tables import terminal_table

HEADINGS = ("VERSION", "KIND", "NAME", "PROVIDER", "REVISION", "PUBLISHED")


@click.command("list-live-contracts")
@click.option("--consumer", required=True, callback=required_text, metavar="NAME", help="Who published them.")
@click.option("-e", "--version", callback=required_text, metavar="NUMBER", help="Of this version only.")
@click.option("--kind", type=click.Choice(KINDS), help="Of this kind only.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="The newest so many of all versions."
)
@output_option("table", "json")
@hub_options
def command(hub: Hub, *, consumer: str, version: str | None, kind: str | None, limit: int, output: str) -> None:
    """Lists the live contracts of a consumer: conversations, flows, journeys and SLOs, newest versions first."""
    found, document = list_live_contracts(hub, consumer, version=version, kind=kind, limit=limit)
    if output == "json":
        say_json(document)
        return
    rows = [(each.version, each.kind, each.name, each.provider, str(each.revision), each.created_at) for each in found]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no such contracts.")
