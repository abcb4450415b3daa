"""`contracthub describe-version` (pact-broker-api §6, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, pacticipant_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacticipants import latest_version, pacticipant_version
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

LATEST_OF_ALL = ""
HEADINGS = ("PROPERTY", "VALUE")


@click.command("describe-version")
@pacticipant_option
@click.option("-e", "--version", metavar="NUMBER", help="The version.")
@click.option(
    "-l", "--latest", is_flag=False, flag_value=LATEST_OF_ALL, metavar="[TAG]", help="The newest version (with a tag)."
)
@output_option("table", "json", "text", "id")
@hub_options
def command(hub: Hub, *, pacticipant: str, version: str | None, latest: str | None, output: str) -> None:
    """Shows one version: its branches, tags and where it is. Without a version, the newest."""
    if version and latest is not None:
        raise click.UsageError("Give either --version or --latest, not both.")
    if version:
        found = pacticipant_version(hub, pacticipant, version)
    else:
        found = latest_version(hub, pacticipant, latest or None)
    if output == "json":
        say_json(found.data)
    elif output == "id":
        say(visible(found.text("number") or ""))
    else:
        say("\n".join(terminal_table(HEADINGS, _rows(pacticipant, found))))


def _rows(pacticipant: str, version: Resource) -> list[tuple[str, str]]:
    rows = [
        ("pacticipant", pacticipant),
        ("number", version.text("number") or "-"),
        ("branches", _names(version.embedded("branchVersions"))),
        ("tags", _names(version.embedded("tags"))),
        ("build", version.text("buildUrl") or "-"),
        ("created", version.text("createdAt") or "-"),
    ]
    rows += [("deployed to", link.name) for link in version.links("pb:deployed-environments")]
    return rows + [("released in", link.name) for link in version.links("pb:released-environments")]


def _names(resources: tuple[Resource, ...]) -> str:
    return ", ".join(one.text("name") or "-" for one in resources) or "-"
