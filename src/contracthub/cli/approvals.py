"""`contracthub approvals`: which breaking changes somebody lets pass."""

import click

from contracthub.cli.approving_view import approval_row
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.approvals import approvals_of
from contracthub.client.hub import Hub
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

HEADINGS = ("CHANGE", "UNTIL", "BY", "REASON", "WHAT")


@click.command("approvals")
@click.argument("provider", metavar="PROVIDER", callback=required_text)
@output_option("table", "json")
@hub_options
def command(hub: Hub, /, *, provider: str, output: str) -> None:
    """Lists the approved changes of a provider: who lets them pass, why, and until when."""
    found, sent = approvals_of(hub, provider)
    if output == "json":
        say_json({"approvals": sent})
        return
    rows = [approval_row(each) for each in found.values()]
    none = visible(f"No change of {provider} is approved.")
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else none)
