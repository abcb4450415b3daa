"""`contracthub create-version-tag` (pact-broker-api §6, §18)."""

import click

from contracthub.cli.detection import detect_build
from contracthub.cli.options import hub_options, output_option, pacticipant_option, version_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import pacticipant_version, tag_version
from contracthub.reports.visible import visible


@click.command("create-version-tag")
@pacticipant_option
@version_option
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="The tag; may be given several times.")
@click.option("-g", "--tag-with-git-branch", is_flag=True, help="Also tag with the name of the git branch.")
@click.option("--auto-create-version/--no-auto-create-version", default=False, help="Make the version if missing.")
@output_option("text", "json", "table")
@hub_options
def command(
    hub: Hub,
    *,
    pacticipant: str,
    version: str,
    tags: tuple[str, ...],
    tag_with_git_branch: bool,
    auto_create_version: bool,
    output: str,
) -> None:
    """Puts tags on a version. Branches and environments say the same more clearly."""
    wanted = (*tags, *_branch_tag(wanted=tag_with_git_branch))
    if not wanted:
        raise click.UsageError("Which tag? Give --tag or --tag-with-git-branch.")
    if not auto_create_version:
        pacticipant_version(hub, pacticipant, version)
    answers = [tag_version(hub, pacticipant, version, tag).data for tag in wanted]
    if output == "json":
        say_json(answers)
    else:
        say(visible(f"Tagged {pacticipant} {version} with {', '.join(wanted)}."))


def _branch_tag(*, wanted: bool) -> tuple[str, ...]:
    if not wanted:
        return ()
    branch = detect_build().branch
    if branch is None:
        raise click.UsageError("No branch found in the CI system's variables or git. Give --tag.")
    return (branch,)
