"""`contracthub import schema-registry`: another schema registry's subjects, with their ids, through its public API."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.moving_view import moving, show_report
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.source_options import connection_to_source, source_options
from contracthub.client.errors import HubUnreachable
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport
from contracthub.client.registry_import import RegistryImport, RegistryUnreadable
from contracthub.client.registry_source import RegistrySource
from contracthub.domain.registry import DEFAULT_CONTEXT, is_valid_context


@click.command("schema-registry")
@click.argument("url")
@click.option(
    "--context",
    default=DEFAULT_CONTEXT,
    metavar="CONTEXT",
    help="Into this context of the hub, such as .team, where ids are its own; further contexts get names below it.",
)
@source_options
@output_option("text", "json")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    url: str,
    context: str,
    concurrency: int,
    output: str,
    **credentials: str | None,
) -> None:
    """Copies what a schema registry at URL has into the hub's, with ids, versions, settings and modes.

    Confluent's, Karapace, Apicurio's address with the Confluent API, another hub's: whatever speaks that protocol.
    Nothing is changed at the source. Started again, it brings only what is new. Exits with 1 when something could not
    be carried over, with 3 when the source or the hub could not be asked.
    """
    context = context if context.startswith(".") else f".{context}"
    if not is_valid_context(context):
        raise click.BadParameter("That is no name of a context.", param_hint="--context")
    report = MovingReport()
    there = connection_to_source(hub, url, credentials)
    try:
        with moving(f"Importing from {there.base_url}", report) as told:
            RegistryImport(RegistrySource(there, report, workers=concurrency), hub, report, told, context).run()
    except (RegistryUnreadable, HubUnreachable) as failure:
        text = f"{failure}\nWhat has been written stays. Start the import again to go on."
        raise Stopped(text, ExitCode.NOT_FOUND_OUT) from failure
    show_report(ctx, report, output)
