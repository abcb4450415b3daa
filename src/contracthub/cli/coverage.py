"""`contracthub coverage`: what of a provider is needed, and what of that has evidence."""

import click

from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.living_options import which_documents, which_documents_options
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, say_json
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub


@click.command("coverage")
@click.argument("provider", metavar="PROVIDER", callback=required_text)
@which_documents_options
@click.option(
    "--fail-under",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="When the exit code is 1: when less of what is needed has evidence.",
)
@output_option("text", "json")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    provider: str,
    fail_under: int | None,
    output: str,
    main_branches: bool,
    **which: object,
) -> None:
    """Tells which operations, channels and fields are needed, and what shows that they are there.

    Lists the operations that nobody needs, what is needed without evidence, and the interactions that were never
    replayed against this version.

    contracthub coverage orders --environment production --fail-under 90
    """
    from contracthub.client.coverage import ask_for_coverage

    names = which_documents(which)
    try:
        answer = ask_for_coverage(hub, provider, names, main_branches=main_branches)
    except HubAnswered as refusal:
        # A "no" of the hub says nothing about what is covered.
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal
    found = answer.coverage
    if output == "json":
        say_json(answer.document)
    else:
        from contracthub.reports.coverage import coverage_for_terminal

        say(coverage_for_terminal(found, palette()))
    if fail_under is not None and found.is_cut:
        ctx.exit(ExitCode.NOT_FOUND_OUT)
    ctx.exit(ExitCode.NO if fail_under is not None and found.percent < fail_under else ExitCode.YES)
