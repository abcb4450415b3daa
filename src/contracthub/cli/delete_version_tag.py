"""`contracthub delete-version-tag` (pact-broker-api §6, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, pacticipant_option, version_option
from contracthub.cli.printing import say
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import untag_version
from contracthub.reports.visible import visible


@click.command("delete-version-tag")
@pacticipant_option
@version_option
@click.option("-t", "--tag", "tags", multiple=True, required=True, metavar="TAG", help="May be given several times.")
@hub_options
def command(hub: Hub, *, pacticipant: str, version: str, tags: tuple[str, ...]) -> None:
    """Takes tags off a version. A deployment that a tag recorded stays recorded."""
    if not all(tag.strip() for tag in tags):
        raise click.UsageError("The value of --tag is blank.")
    missing = [tag for tag in tags if not untag_version(hub, pacticipant, version, tag)]
    gone = [tag for tag in tags if tag not in missing]
    if gone:
        say(visible(f"Removed {', '.join(gone)} from {pacticipant} {version}."))
    if missing:
        raise Stopped(f"{pacticipant} {version} has no tag {', '.join(missing)}.", ExitCode.NO)
