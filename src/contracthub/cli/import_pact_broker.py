"""`contracthub import pact-broker`: another broker's history, through its public API."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.moving_view import moving, show_report
from contracthub.cli.options import hub_options, output_option
from contracthub.client.broker_import import BrokerImport, SameHub, SourceFailed
from contracthub.client.connection import connection_to
from contracthub.client.errors import HubUnreachable
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport


@click.command("pact-broker")
@click.argument("url")
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
    from_username: str | None,
    from_password: str | None,
    from_token: str | None,
    concurrency: int,
    output: str,
) -> None:
    """Copies everything that a Pact Broker (or another hub) at URL has and shows into the hub.

    Nothing is changed at the source. Started again, it brings only what is new. Exits with 1 when something could not
    be carried over, with 3 when the source or the hub could not be asked.
    """
    report = MovingReport()
    try:
        there = _source(hub, url, token=from_token, username=from_username, password=from_password)
        with moving(f"Importing from {there.connection.base_url}", report) as told:
            BrokerImport(there, hub, report, told, concurrency).run()
    except SameHub as mistake:
        raise click.BadParameter(str(mistake), param_hint="URL") from mistake
    except (SourceFailed, HubUnreachable) as failure:
        text = f"{failure}\nWhat has been written stays. Start the import again to go on."
        raise Stopped(text, ExitCode.NOT_FOUND_OUT) from failure
    show_report(ctx, report, output)


def _source(hub: Hub, url: str, **credentials: str | None) -> Hub:
    """The source, reached with the same patience as the hub, and with credentials of its own only."""
    ours = hub.connection
    given = {name: value or None for name, value in credentials.items()}
    patience = {"timeout": ours.timeout, "retries": ours.retries}
    try:
        return Hub(connection_to(url, **given, **patience, verify_tls=ours.verify_tls, ca_file=ours.ca_file))
    except HubUnreachable as failure:
        raise click.BadParameter(str(failure), param_hint="URL") from failure
