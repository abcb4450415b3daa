"""`contracthub pactflow publish-provider-contract`: as PactFlow's command lines have it (bidirectional §12)."""

from pathlib import Path

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say_json, say_notices
from contracthub.cli.self_verification import self_verification_from, self_verification_options
from contracthub.client.contracts import ConsumerVersion
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import Contract, PublishedSpec, publish_contract


@click.command("publish-provider-contract")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="CONTRACT_FILE")
@click.option("--provider", required=True, callback=required_text, metavar="NAME", help="The provider.")
@click.option(
    "-a", "--provider-app-version", "number", callback=required_text, metavar="NUMBER", help="The provider version."
)
@click.option("--branch", callback=required_text, metavar="NAME", help="The branch the version belongs to.")
@click.option(
    "-r",
    "--auto-detect-version-properties",
    "detect",
    is_flag=True,
    help="Take version, branch and build address from the CI system or git where they are not given.",
)
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="Tags: with commas, or several times.")
@click.option("-g", "--tag-with-git-branch", is_flag=True, help="Also tag the version with the name of the git branch.")
@click.option("--build-url", metavar="URL", help="The build that makes this version.")
@click.option("--specification", default="oas", show_default=True, metavar="NAME", help="oas or asyncapi.")
@click.option("--content-type", metavar="TYPE", help="Such as application/json; otherwise the file tells it.")
@self_verification_options
@output_option("text", "json")
@hub_options
def command(  # noqa: PLR0913 (one argument per option)
    hub: Hub,
    *,
    file: Path,
    provider: str,
    number: str | None,
    branch: str | None,
    detect: bool,
    tags: tuple[str, ...],
    tag_with_git_branch: bool,
    build_url: str | None,
    specification: str,
    content_type: str | None,
    output: str,
    **options: object,
) -> None:
    """Publishes a provider contract with the results of the provider's own check of it."""
    build = detect_build() if detect or tag_with_git_branch else BuildProperties()
    if tag_with_git_branch:
        if build.branch is None:
            raise click.UsageError("No branch found in the CI system's variables or git. Give --tag.")
        tags = (*tags, build.branch)
    found = build if detect else BuildProperties()
    version = number or found.commit
    if not version:
        raise click.UsageError("Which version? Give --provider-app-version (or -r inside a git working copy).")
    split = tuple(tag.strip() for each in tags for tag in each.split(",") if tag.strip())
    known = ConsumerVersion(version, branch or found.branch, split, build_url or found.build_url)
    contract = Contract(file.read_bytes(), specification, content_type, self_verification_from(options))
    answer = _published(hub, provider, known, contract)
    if output == "json":
        say_json(answer.document)
    else:
        say_notices(answer.notices)


def _published(hub: Hub, provider: str, version: ConsumerVersion, contract: Contract) -> PublishedSpec:
    try:
        return publish_contract(hub, provider, version, contract)
    except HubAnswered as refusal:
        if refusal.status not in (400, 409):
            raise
        told = f"The contract of {provider} {version.number} was not published.\n{message_for(refusal)}"
        raise Stopped(told, ExitCode.NO) from refusal
