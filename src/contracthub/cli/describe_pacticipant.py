"""`contracthub describe-pacticipant` (pact-broker-api §5, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacticipants import pacticipant_named
from contracthub.reports.tables import terminal_table

HEADINGS = ("PROPERTY", "VALUE")


@click.command("describe-pacticipant")
@click.option("--name", required=True, callback=required_text, help="The application.")
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, name: str, output: str) -> None:
    """Shows what is known of an application."""
    pacticipant = pacticipant_named(hub, name)
    if output == "json":
        say_json(pacticipant.data)
    else:
        say("\n".join(terminal_table(HEADINGS, _rows(name, pacticipant))))


def _rows(name: str, pacticipant: Resource) -> list[tuple[str, str]]:
    rows = [
        ("name", pacticipant.text("name") or name),
        ("display name", pacticipant.text("displayName") or "-"),
        ("main branch", pacticipant.text("mainBranch") or "-"),
        ("repository", pacticipant.text("repositoryUrl") or "-"),
        ("latest version", _joined(pacticipant.embedded("latestVersion"), "number")),
        ("labels", _joined(pacticipant.embedded("labels"), "name")),
        ("created", pacticipant.text("createdAt") or "-"),
    ]
    deployed = [link for link in pacticipant.links("pb:deployed-environments") if link.name]
    return rows + [("deployed to", link.name) for link in deployed]


def _joined(resources: tuple[Resource, ...], name: str) -> str:
    return ", ".join(one.text(name) or "-" for one in resources) or "-"
