"""`contracthub record-deployment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.detection import detect_build
from contracthub.cli.options import (
    environment_option,
    hub_options,
    instance_option,
    output_option,
    pacticipant_option,
    required_text,
)
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import record_in_environment
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("record-deployment")
@pacticipant_option
@click.option("-e", "--version", metavar="NUMBER", callback=required_text, help="The version that was deployed.")
@click.option(
    "-r", "--auto-detect-version-properties", "detect", is_flag=True, help="Take the version from the CI system or git."
)
@environment_option
@instance_option
@output_option("text", "json", "table")
@hub_options
def command(
    hub: Hub,
    *,
    pacticipant: str,
    version: str | None,
    detect: bool,
    environment: str,
    application_instance: str | None,
    output: str,
) -> None:
    """Records that a version was deployed; what was there before counts as undeployed from now on."""
    number = version or (detect_build().commit if detect else None)
    if number is None:
        raise click.UsageError("Which version was deployed? Give --version (or -r inside a git working copy).")
    details: dict[str, object] = {"applicationInstance": application_instance} if application_instance else {}
    record = record_in_environment(
        hub,
        "pb:record-deployment",
        pacticipant=pacticipant,
        version=number,
        environment=environment,
        details=details,
    )
    if output == "json":
        say_json(record.data)
    else:
        where = f"{environment} ({application_instance})" if application_instance else environment
        say(visible(f"Recorded deployment of {pacticipant} {number} to {where}."))
