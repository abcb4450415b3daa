"""`contracthub list-waivers`: what passes the gate although it would not, who said so, and until when."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.domain.waivers import WaiverState
from contracthub.reports.tables import terminal_table


@click.command("list-waivers")
@click.option("--provider", callback=required_text, metavar="NAME", help="Only those about this provider.")
@click.option(
    "--state",
    type=click.Choice([*(each.value for each in WaiverState), "all"]),
    default=WaiverState.VALID.value,
    show_default=True,
    help="Those that hold, are over, or were taken back.",
)
@output_option("table", "json")
@hub_options
def command(hub: Hub, /, *, provider: str | None, state: str, output: str) -> None:
    """Lists waivers: what they cover, who gave them, why, and until when."""
    from contracthub.cli.waiving_view import HEADINGS, waiver_row
    from contracthub.client.waivers import list_waivers

    found = list_waivers(hub, provider=provider, state=None if state == "all" else state)
    if output == "json":
        say_json({"waivers": [each.document for each in found]})
    elif found:
        say("\n".join(terminal_table(HEADINGS, [waiver_row(each) for each in found])))
    else:
        say("There is no waiver." if state == "all" else f"There is no waiver that is {state}.")
