"""`contracthub create-or-update-version` (pact-broker-api §6, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, pacticipant_option, required_text, version_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import create_or_update_version
from contracthub.reports.visible import visible


@click.command("create-or-update-version")
@pacticipant_option
@version_option
@click.option("--branch", callback=required_text, metavar="NAME", help="The branch to put it on.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="Tag it; may be given several times.")
@output_option("text", "json")
@hub_options
def command(
    hub: Hub, *, pacticipant: str, version: str, branch: str | None, tags: tuple[str, ...], output: str
) -> None:
    """Makes a version known, on a branch and with tags; what it has already stays."""
    if not all(tag.strip() for tag in tags):
        raise click.UsageError("The value of --tag is blank.")
    found = create_or_update_version(hub, pacticipant, version, branch=branch, tags=tags)
    if output == "json":
        say_json(found.data)
        return
    branches = f" on branch {branch}" if branch else ""
    tagged = f" with {', '.join(tags)}" if tags else ""
    say(visible(f"Recorded {pacticipant} {version}{branches}{tagged}."))
