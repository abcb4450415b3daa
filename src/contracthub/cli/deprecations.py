"""`contracthub deprecations`: what a provider asks its consumers to leave, until when, and who has not left it yet."""

import click

from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.living_options import which_documents, which_documents_options
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, say_json
from contracthub.client.deprecations import ask_for_deprecations
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.domain.deprecations import Deprecations


@click.command("deprecations")
@click.argument("provider", metavar="PROVIDER", callback=required_text)
@which_documents_options
@click.option(
    "--fail-on",
    type=click.Choice(("never", "overdue", "used")),
    default="never",
    show_default=True,
    help="When the exit code is 1: when a sunset date is over; when anybody still uses what is deprecated.",
)
@output_option("text", "json", "markdown")
@hub_options
@click.pass_context
def command(
    ctx: click.Context, hub: Hub, /, *, provider: str, fail_on: str, output: str, main_branches: bool, **which: object
) -> None:
    """Lists what a provider's documents call deprecated: the last day, and the consumers still to move.

    contracthub deprecations orders --environment production --fail-on overdue
    """
    names = which_documents(which)
    try:
        answer = ask_for_deprecations(hub, provider, names, main_branches=main_branches)
    except HubAnswered as refusal:
        # A "no" of the hub says nothing about what is deprecated.
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal
    if output == "json":
        say_json(answer.document)
    else:
        from contracthub.reports.deprecations import deprecations_for_markdown, deprecations_for_terminal

        found = answer.deprecations
        say(deprecations_for_markdown(found) if output == "markdown" else deprecations_for_terminal(found, palette()))
    ctx.exit(_exit_code(answer.deprecations, fail_on))


def _exit_code(found: Deprecations, fail_on: str) -> ExitCode:
    failing = {
        "never": False,
        "overdue": any(each.is_overdue(found.today) for each in found.entries),
        "used": any(each.readers for each in found.entries),
    }
    if failing[fail_on]:
        return ExitCode.NO
    unsure = fail_on == "used" and found.entries and found.unknown
    return ExitCode.NOT_FOUND_OUT if (unsure or (fail_on != "never" and found.is_cut)) else ExitCode.YES
