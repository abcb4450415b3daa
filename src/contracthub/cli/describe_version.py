"""`contracthub describe-version` (pact-broker-api §6, §12, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, output_option, pacticipant_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import currently_supported, deployed_anywhere_in, environment_named
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacticipants import latest_version, pacticipant_version
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

LATEST_OF_ALL = ""
HEADINGS = ("PROPERTY", "VALUE")
IN_ENVIRONMENT = ("NUMBER", "HOW", "INSTANCE", "SINCE")


@click.command("describe-version")
@pacticipant_option
@click.option("-e", "--version", metavar="NUMBER", help="The version.")
@click.option(
    "-l", "--latest", is_flag=False, flag_value=LATEST_OF_ALL, metavar="[TAG]", help="The newest version (with a tag)."
)
@click.option("--environment", callback=required_text, metavar="NAME", help="The versions that are in an environment.")
@click.option("--deployed", is_flag=True, help="With --environment: only those that are deployed.")
@click.option("--released", is_flag=True, help="With --environment: only those that are released.")
@output_option("table", "json", "id")
@hub_options
def command(
    hub: Hub,
    *,
    pacticipant: str,
    version: str | None,
    latest: str | None,
    environment: str | None,
    deployed: bool,
    released: bool,
    output: str,
) -> None:
    """Shows one version: its branches, tags and where it is. Without a version, the newest."""
    if sum(one is not None for one in (version or None, latest, environment)) > 1:
        raise click.UsageError("Give one of --version, --latest and --environment.")
    if environment is None and (deployed or released):
        raise click.UsageError("--deployed and --released go with --environment.")
    if environment is not None:
        both = deployed == released
        found = _in_environment(hub, pacticipant, environment, deployed=deployed or both, released=released or both)
        _show_all(found, output, missing=f"No version of {pacticipant} is recorded in {environment}.")
        return
    one = (
        pacticipant_version(hub, pacticipant, version) if version else latest_version(hub, pacticipant, latest or None)
    )
    _show(pacticipant, one, output)


def _in_environment(
    hub: Hub, pacticipant: str, environment: str, *, deployed: bool, released: bool
) -> list[tuple[str, Resource]]:
    """What is there of the application, and how it came there."""
    place = environment_named(hub, environment)
    found = []
    if deployed:
        found += [("deployed", one) for one in deployed_anywhere_in(hub, place, pacticipant=pacticipant)]
    if released:
        found += [("released", one) for one in currently_supported(hub, place, pacticipant=pacticipant)]
    return found


def _show_all(found: list[tuple[str, Resource]], output: str, *, missing: str) -> None:
    if output == "json":
        say_json([one.data for _, one in found])
    if not found:
        raise Stopped(missing, ExitCode.NO)
    if output == "id":
        say("\n".join(visible(_number(one)) for _, one in found))
    elif output != "json":
        rows = [
            (_number(one), how, one.text("applicationInstance") or "-", one.text("createdAt") or "-")
            for how, one in found
        ]
        say("\n".join(terminal_table(IN_ENVIRONMENT, rows)))


def _number(record: Resource) -> str:
    versions = record.embedded("version")
    return versions[0].text("number") or "-" if versions else "-"


def _show(pacticipant: str, version: Resource, output: str) -> None:
    if output == "json":
        say_json(version.data)
    elif output == "id":
        say(visible(version.text("number") or ""))
    else:
        say("\n".join(terminal_table(HEADINGS, _rows(pacticipant, version))))


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
