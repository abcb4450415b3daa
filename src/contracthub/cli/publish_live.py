"""`contracthub publish conversation`, `flow`, `journey` and `slo`: what a consumer needs of a running provider."""

from typing import TYPE_CHECKING

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import optional_hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json, say_notices
from contracthub.client.contracts import ConsumerVersion, differences_in
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.live_contracts import PublishedLive, publish_live_contracts
from contracthub.reports.visible import visible

if TYPE_CHECKING:
    from contracthub.cli.live_files import LiveFile

_OPTIONS = (
    click.argument("files", nargs=-1, required=True, metavar="FILES..."),
    click.option(
        "--consumer", metavar="NAME", callback=required_text, help="Who needs it, where the contract does not say it."
    ),
    click.option(
        "-a", "--consumer-app-version", "number", metavar="NUMBER", callback=required_text, help="The consumer version."
    ),
    click.option("--branch", metavar="NAME", callback=required_text, help="The branch the version belongs to."),
    click.option(
        "-r",
        "--auto-detect-version-properties",
        "detect",
        is_flag=True,
        help="Take version, branch and build address from the CI system or git where they are not given.",
    ),
    click.option(
        "-t", "--tag", "tags", multiple=True, metavar="TAG", help="Tag the version; may be given several times."
    ),
    click.option("--build-url", metavar="URL", help="The build that makes this version."),
    click.option("--overwrite", is_flag=True, help="Replace what this version was published with."),
    click.option("--dry-run", is_flag=True, help="Check the files, and send nothing; needs no hub."),
    output_option("text", "json"),
    optional_hub_options,
)


def _command(kind: str, what: str) -> click.Command:
    def publish(  # noqa: PLR0913 (one argument per option)
        hub: Hub | None,
        *,
        files: tuple[str, ...],
        consumer: str | None,
        number: str | None,
        branch: str | None,
        detect: bool,
        tags: tuple[str, ...],
        build_url: str | None,
        overwrite: bool,
        dry_run: bool,
        output: str,
    ) -> None:
        found = _read(files, kind, consumer)
        if dry_run:
            _show(found, output)
            return
        if hub is None:
            raise click.UsageError("Where is the hub? Give --broker-base-url or CONTRACTHUB_BASE_URL, or --dry-run.")
        build = detect_build() if detect else BuildProperties()
        version = number or build.commit
        if not version:
            raise click.UsageError("Which version? Give --consumer-app-version (or -r inside a git working copy).")
        known = ConsumerVersion(version, branch or build.branch, tags, build_url or build.build_url)
        _publish_all(hub, found, known, overwrite=overwrite, output=output)

    publish.__doc__ = (
        f"Publishes {what}: files, folders, or patterns such as 'contracts/**/*.yaml'.\n\n"
        "Every file is checked first; what is wrong is told with its place, and then nothing is sent."
    )
    decorated = publish
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return click.command(kind)(decorated)


conversation = _command("conversation", "conversations: what is said and heard on a WebSocket or a stream")
flow = _command("flow", "flows: what becomes of messages that are sent, within how long")
journey = _command("journey", "journeys: steps at one provider or several that belong together")
slo = _command("slo", "SLOs: how fast and how reliably a provider has to answer")


def _read(files: tuple[str, ...], kind: str, consumer: str | None) -> list["LiveFile"]:
    # Reading contracts takes libraries that --help does not need.
    from contracthub.cli.live_files import NotContracts, read_live_files

    try:
        return read_live_files(files, kind, consumer)
    except NotContracts as error:
        raise Stopped(f"Nothing was published.\n{error}", ExitCode.NO) from error


def _show(found: list["LiveFile"], output: str) -> None:
    if output == "text":
        for each in found:
            say(visible(each.line))
        return
    say_json(
        [
            {
                "file": str(each.path),
                "kind": each.document.kind,
                "name": each.document.name,
                "consumer": each.consumer,
                "providers": list(each.document.providers),
            }
            for each in found
        ]
    )


def _publish_all(hub: Hub, found: list["LiveFile"], version: ConsumerVersion, *, overwrite: bool, output: str) -> None:
    answers = []
    for consumer in dict.fromkeys(each.consumer for each in found):
        contents = [each.document.source for each in found if each.consumer == consumer]
        answers.append(_publish(hub, consumer, version, contents, overwrite=overwrite))
        if output == "text":
            say_notices(answers[-1].notices)
    if output == "json":
        say_json([answer.document for answer in answers] if len(answers) > 1 else answers[0].document)


def _publish(
    hub: Hub, consumer: str, version: ConsumerVersion, contents: list[bytes], *, overwrite: bool
) -> PublishedLive:
    try:
        return publish_live_contracts(hub, consumer, version, contents, overwrite=overwrite)
    except HubAnswered as refusal:
        if refusal.status != 409:
            raise
        said = "\n".join((message_for(refusal), *differences_in(refusal)))
        raise Stopped(f"Nothing of {consumer} {version.number} was published.\n{said}", ExitCode.NO) from refusal
