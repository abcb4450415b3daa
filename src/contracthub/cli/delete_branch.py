"""`contracthub delete-branch` (pact-broker-api §6, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, pacticipant_option, required_text
from contracthub.cli.printing import say, warn
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import delete_branch as delete
from contracthub.reports.visible import visible


@click.command("delete-branch")
@pacticipant_option
@click.option("--branch", required=True, callback=required_text, metavar="NAME", help="The branch.")
@click.option(
    "--error-when-not-found",
    type=click.BOOL,
    is_flag=False,
    flag_value=True,
    default=True,
    show_default=True,
    metavar="[true|false]",
    help="Whether it is a failure when there is no such branch.",
)
@click.option("--no-error-when-not-found", "may_be_missing", is_flag=True, help="The same as false.")
@hub_options
def command(hub: Hub, *, pacticipant: str, branch: str, error_when_not_found: bool, may_be_missing: bool) -> None:
    """Removes a branch. Its versions and pacts stay, but no selector finds them by the branch any more."""
    if delete(hub, pacticipant, branch):
        say(visible(f"Deleted branch {branch} of {pacticipant}."))
        return
    missing = f"There is no branch {branch} of {pacticipant}."
    if error_when_not_found and not may_be_missing:
        raise Stopped(missing, ExitCode.NO)
    warn(missing)
