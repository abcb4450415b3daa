"""`contracthub publish`: sends pact files to the hub, one request per consumer (pact-broker-api §8, §18)."""

from typing import Any

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.pact_files import NotPacts, PactFile, by_consumer, find_pact_files, read_pact_files
from contracthub.cli.printing import say_json, say_notices, warn
from contracthub.client.contracts import ConsumerVersion, PactToPublish, Published, differences_in, publish_contracts
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub


class Nameless(click.Command):
    """A command that stands for its group: help and refusals call it by the name of that."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context, in the place of the group's."""
        if parent is not None and not info_name:
            info_name, parent = parent.info_name, parent.parent
        return super().make_context(info_name, args, parent, **extra)


@click.command("publish", cls=Nameless)
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option(
    "-a", "--consumer-app-version", "number", metavar="NUMBER", callback=required_text, help="The consumer version."
)
@click.option("--branch", metavar="NAME", callback=required_text, help="The branch the version belongs to.")
@click.option(
    "-r",
    "--auto-detect-version-properties",
    "detect",
    is_flag=True,
    help="Take version, branch and build address from the CI system or git where they are not given.",
)
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="Tag the version; may be given several times.")
@click.option("-g", "--tag-with-git-branch", is_flag=True, help="Also tag the version with the name of the git branch.")
@click.option("--build-url", metavar="URL", help="The build that makes this version.")
@click.option("--merge", is_flag=True, help="Add to the interactions published before, do not replace them.")
@click.option("--validate", is_flag=True, help="First check every file against the Pact specification.")
@click.option("--strict", is_flag=True, help="With --validate: what the specification does not know is wrong, too.")
@output_option("text", "json")
@hub_options
def command(  # noqa: PLR0913 (one argument per option)
    hub: Hub,
    *,
    files: tuple[str, ...],
    number: str | None,
    branch: str | None,
    detect: bool,
    tags: tuple[str, ...],
    tag_with_git_branch: bool,
    build_url: str | None,
    merge: bool,
    validate: bool,
    strict: bool,
    output: str,
) -> None:
    """Publishes pacts: files, folders of JSON files, or patterns such as 'pacts/**/*.json'."""
    build = detect_build() if detect or tag_with_git_branch else BuildProperties()
    if tag_with_git_branch:
        tags = (*tags, _required_branch(build))
    given = ConsumerVersion(number or "", branch, tags, build_url)
    version = _version(given, build if detect else BuildProperties())
    if detect and version.branch is None:
        warn("no branch found in the CI system's variables or git; publishing without one.")
    answers = []
    for consumer, pacts in _pacts(files, validate=validate or strict, strict=strict).items():
        answers.append(_publish(hub, consumer, version, pacts, on_conflict="merge" if merge else "overwrite"))
        if output == "text":
            say_notices(answers[-1].notices)
    if output == "json":
        say_json([answer.document for answer in answers] if len(answers) > 1 else answers[0].document)


def _pacts(files: tuple[str, ...], *, validate: bool, strict: bool) -> dict[str, tuple[PactToPublish, ...]]:
    try:
        paths = find_pact_files(files)
    except NotPacts as error:
        raise click.UsageError(str(error)) from error
    try:
        pacts = read_pact_files(paths)
        if validate:
            _validate(pacts, strict=strict)
        return by_consumer(pacts)
    except NotPacts as error:
        raise Stopped(f"Nothing was published.\n{error}", ExitCode.NO) from error


def _validate(pacts: list[PactFile], *, strict: bool) -> None:
    from contracthub.cli.pact_validation import validate

    validity = validate(pacts, strict=strict)
    for text in validity.warnings:
        warn(text)
    if validity.errors:
        raise NotPacts(validity.errors)


def _publish(
    hub: Hub, consumer: str, version: ConsumerVersion, pacts: tuple[PactToPublish, ...], *, on_conflict: str
) -> Published:
    try:
        return publish_contracts(hub, consumer, version, pacts, on_conflict=on_conflict)
    except HubAnswered as refusal:
        if refusal.status != 409:
            raise
        said = "\n".join((message_for(refusal), *differences_in(refusal)))
        raise Stopped(f"The pacts of {consumer} {version.number} were not published.\n{said}", ExitCode.NO) from refusal


def _version(given: ConsumerVersion, build: BuildProperties) -> ConsumerVersion:
    """What was given, completed by what was detected. Raises UsageError when no version number is known."""
    number = given.number or build.commit
    if not number:
        raise click.UsageError("Which version? Give --consumer-app-version (or -r inside a git working copy).")
    return ConsumerVersion(number, given.branch or build.branch, given.tags, given.build_url or build.build_url)


def _required_branch(build: BuildProperties) -> str:
    if build.branch is None:
        raise click.UsageError("No branch found in the CI system's variables or git. Give --tag.")
    return build.branch
