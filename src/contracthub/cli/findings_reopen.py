"""`contracthub findings reopen`."""

import click

from contracthub.cli.findings_view import finding_line, numbers_argument, provider_argument
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.findings import reopen_finding
from contracthub.client.hub import Hub


@click.command("reopen")
@provider_argument
@numbers_argument
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, provider: str, numbers: tuple[int, ...], output: str) -> None:
    """Takes the acceptance of findings back: from the next run on, they fail again."""
    made = [reopen_finding(hub, provider, number) for number in dict.fromkeys(numbers)]
    if output == "json":
        say_json({"findings": [document for _, document in made]})
        return
    for known, _ in made:
        say(finding_line(known))
