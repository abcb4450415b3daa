"""`contracthub import pact-broker`: another broker's history, through its public API."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.moving_view import moving, show_report
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.source_options import connection_to_source, source_options
from contracthub.client.broker_import import BrokerImport, SameHub, SourceFailed
from contracthub.client.errors import HubUnreachable
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport


@click.command("pact-broker")
@click.argument("url")
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
    concurrency: int,
    output: str,
    **credentials: str | None,
) -> None:
    """Copies everything that a Pact Broker (or another hub) at URL has and shows into the hub.

    Nothing is changed at the source. Started again, it brings only what is new. Exits with 1 when something could not
    be carried over, with 3 when the source or the hub could not be asked.
    """
    report = MovingReport()
    try:
        there = Hub(connection_to_source(hub, url, credentials))
        with moving(f"Importing from {there.connection.base_url}", report) as told:
            BrokerImport(there, hub, report, told, concurrency).run()
    except SameHub as mistake:
        raise click.BadParameter(str(mistake), param_hint="URL") from mistake
    except (SourceFailed, HubUnreachable) as failure:
        text = f"{failure}\nWhat has been written stays. Start the import again to go on."
        raise Stopped(text, ExitCode.NOT_FOUND_OUT) from failure
    show_report(ctx, report, output)
