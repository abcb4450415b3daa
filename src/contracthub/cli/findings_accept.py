"""`contracthub findings accept`."""

from datetime import date

import click

from contracthub.cli.findings_view import finding_line, numbers_argument, provider_argument
from contracthub.cli.letting_pass import read_until
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.findings import accept_finding
from contracthub.client.hub import Hub


@click.command("accept")
@provider_argument
@numbers_argument
@click.option("--owner", required=True, callback=required_text, metavar="NAME", help="Who sees to it that they go.")
@click.option("--reason", required=True, callback=required_text, metavar="TEXT", help="Why they may stay for now.")
@click.option(
    "--until", required=True, callback=read_until, metavar="YYYY-MM-DD", help="The last day on which they pass."
)
@output_option("text", "json")
@hub_options
def command(
    hub: Hub, /, *, provider: str, numbers: tuple[int, ...], owner: str, reason: str, until: date, output: str
) -> None:
    """Lets findings pass until a day. The day after, they fail runs again, as new ones."""
    made = [
        accept_finding(hub, provider, number, owner=owner, reason=reason, until=until)
        for number in dict.fromkeys(numbers)
    ]
    if output == "json":
        say_json({"findings": [document for _, document in made]})
        return
    for known, _ in made:
        say(finding_line(known))
