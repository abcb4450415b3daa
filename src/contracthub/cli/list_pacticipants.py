"""`contracthub list-pacticipants` (pact-broker-api §5, §18)."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacticipants import list_pacticipants
from contracthub.reports.tables import terminal_table

HEADINGS = ("NAME", "DISPLAY NAME", "MAIN BRANCH", "LATEST VERSION")


@click.command("list-pacticipants")
@output_option("table", "json")
@hub_options
def command(hub: Hub, *, output: str) -> None:
    """Lists the applications that the hub knows."""
    pacticipants, document = list_pacticipants(hub)
    if output == "json":
        say_json(document)
        return
    rows = [_row(one) for one in pacticipants]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no applications.")


def _row(pacticipant: Resource) -> tuple[str, ...]:
    latest = pacticipant.embedded("latestVersion")
    names = [pacticipant.text(name) or "-" for name in ("name", "displayName", "mainBranch")]
    return (*names, latest[0].text("number") or "-" if latest else "-")
