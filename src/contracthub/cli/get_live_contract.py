"""`contracthub get-live-contract`: a live contract as it was published."""

import sys

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.live_options import live_contract_options
from contracthub.cli.options import hub_options
from contracthub.client.hub import Hub
from contracthub.client.live_contracts import LivePlace, find_live_contract
from contracthub.reports.visible import visible


@click.command("get-live-contract")
@live_contract_options
@hub_options
def command(hub: Hub, *, consumer: str, version: str, kind: str, provider: str, name: str) -> None:
    """Prints a conversation, flow, journey or SLO as it was published, byte for byte."""
    place = LivePlace(consumer, version, kind, provider, name)
    content = find_live_contract(hub, place)
    if content is None:
        raise Stopped(f"There is no {place}.", ExitCode.NO)
    # A terminal gets what it can show; files and pipes get the bytes.
    if sys.stdout.isatty():
        click.echo("\n".join(map(visible, content.decode("utf-8", "replace").splitlines())))
    else:
        click.echo(content, nl=False)
