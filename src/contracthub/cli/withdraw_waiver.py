"""`contracthub withdraw-waiver`: let what a waiver covered pass no longer."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.letting_pass import whoever_asks
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("withdraw-waiver")
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--by",
    callback=required_text,
    metavar="NAME",
    help="Who takes it back, where the hub asks for no credentials. Default: who started the build, or is logged in.",
)
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, number: int, by: str | None, output: str) -> None:
    """Takes a waiver back: from the next decision on, it counts no longer. It stays in the list as history."""
    from contracthub.cli.waiving_view import covered
    from contracthub.client.waivers import withdraw_waiver

    try:
        withdrawn = withdraw_waiver(hub, number, by=by or whoever_asks())
    except HubAnswered as refusal:
        if refusal.status != 404:
            raise
        raise Stopped(f"There is no waiver {number}.", ExitCode.NO) from refusal
    if output == "json":
        say_json(withdrawn.document)
    else:
        say(visible(f"Waiver {number} is withdrawn: {covered(withdrawn)} passes no longer."))
