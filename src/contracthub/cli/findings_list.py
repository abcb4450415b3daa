"""`contracthub findings list`."""

import click

from contracthub.cli.findings_view import HEADINGS, finding_row, provider_argument
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.findings import listed_findings
from contracthub.client.hub import Hub
from contracthub.domain.findings import FindingState
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible


@click.command("list")
@provider_argument
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in FindingState]),
    help="Findings in this state; may be given several times.",
)
@click.option("--branch", callback=required_text, metavar="NAME", help="Findings that this branch alone has shown.")
@output_option("table", "json")
@hub_options
def command(hub: Hub, /, *, provider: str, states: tuple[str, ...], branch: str | None, output: str) -> None:
    """Lists what is known to be wrong with a provider: what came back first, then new, accepted and fixed findings."""
    found, sent = listed_findings(hub, provider, states=[FindingState(each) for each in states], branch=branch)
    if output == "json":
        say_json({"findings": sent})
        return
    rows = [finding_row(each) for each in found]
    none = visible(f"There are no such findings of {provider}.")
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else none)
