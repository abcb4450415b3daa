"""`contracthub record-support-ended` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import environment_option, hub_options, output_option, pacticipant_option, version_option
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import change_record, currently_supported, environment_named
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("record-support-ended")
@pacticipant_option
@version_option
@environment_option
@output_option("text", "json", "table")
@hub_options
def command(hub: Hub, *, pacticipant: str, version: str, environment: str, output: str) -> None:
    """Records that a released version is no longer supported, so it no longer counts for the gate."""
    place = environment_named(hub, environment)
    released = currently_supported(hub, place, pacticipant=pacticipant, version=version)
    if not released:
        raise Stopped(f"{pacticipant} {version} is not recorded as supported in {environment}.", ExitCode.NO)
    records = [change_record(hub, one, {"currentlySupported": False}).data for one in released]
    if output == "json":
        say_json(records)
    else:
        say(visible(f"Recorded end of support for {pacticipant} {version} in {environment}."))
