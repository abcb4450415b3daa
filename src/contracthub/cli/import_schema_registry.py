"""`contracthub import schema-registry`: another schema registry's subjects, with their ids, through its public API."""

from collections.abc import Mapping

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.moving_view import moving, show_report
from contracthub.cli.options import hub_options, output_option
from contracthub.client.connection import Connection, connection_to
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
@click.option("--from-username", envvar="CONTRACTHUB_FROM_USERNAME", metavar="NAME", help="Name at the source.")
@click.option("--from-password", envvar="CONTRACTHUB_FROM_PASSWORD", metavar="PASSWORD", help="Password at the source.")
@click.option("--from-token", envvar="CONTRACTHUB_FROM_TOKEN", metavar="TOKEN", help="Bearer token at the source.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 32),
    default=8,
    show_default=True,
    help="How many requests go to the source at once.",
)
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
    there = _source(hub, url, credentials)
    try:
        with moving(f"Importing from {there.base_url}", report) as told:
            RegistryImport(RegistrySource(there, report, workers=concurrency), hub, report, told, context).run()
    except (RegistryUnreadable, HubUnreachable) as failure:
        text = f"{failure}\nWhat has been written stays. Start the import again to go on."
        raise Stopped(text, ExitCode.NOT_FOUND_OUT) from failure
    show_report(ctx, report, output)


def _source(hub: Hub, url: str, credentials: Mapping[str, str | None]) -> Connection:
    """The source, reached with the same patience as the hub, and with credentials of its own only."""
    ours = hub.connection
    given = {name.removeprefix("from_"): value or None for name, value in credentials.items()}
    patience = {"timeout": ours.timeout, "retries": ours.retries}
    try:
        return connection_to(url, **given, **patience, verify_tls=ours.verify_tls, ca_file=ours.ca_file)
    except HubUnreachable as failure:
        raise click.BadParameter(str(failure), param_hint="URL") from failure
