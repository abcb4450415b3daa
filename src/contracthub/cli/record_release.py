"""`contracthub record-release` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.options import environment_option, hub_options, output_option, pacticipant_option, version_option
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import record_in_environment
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("record-release")
@pacticipant_option
@version_option
@environment_option
@output_option("text", "json", "table")
@hub_options
def command(hub: Hub, *, pacticipant: str, version: str, environment: str, output: str) -> None:
    """Records that a version was released; versions released earlier stay supported until record-support-ended."""
    record = record_in_environment(
        hub, "pb:record-release", pacticipant=pacticipant, version=version, environment=environment
    )
    if output == "json":
        say_json(record.data)
    else:
        say(visible(f"Recorded release of {pacticipant} {version} in {environment}."))
