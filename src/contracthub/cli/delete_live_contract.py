"""`contracthub delete-live-contract`."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.live_options import live_contract_options
from contracthub.cli.options import hub_options
from contracthub.cli.printing import say
from contracthub.client.hub import Hub
from contracthub.client.live_contracts import LivePlace, delete_live_contract
from contracthub.reports.visible import visible


@click.command("delete-live-contract")
@live_contract_options
@hub_options
def command(hub: Hub, *, consumer: str, version: str, kind: str, provider: str, name: str) -> None:
    """Removes a conversation, flow, journey or SLO of a version; the version stays.

    A journey goes with all its providers.
    """
    place = LivePlace(consumer, version, kind, provider, name)
    if not delete_live_contract(hub, place):
        raise Stopped(f"There is no {place}.", ExitCode.NO)
    say(visible(f"Removed the {place}."))
