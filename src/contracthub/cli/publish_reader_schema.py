"""`contracthub publish reader-schema`: with which schema a consumer version reads a topic."""

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say_json, say_notices
from contracthub.cli.schema_files import read_schema, schema_options
from contracthub.client.contracts import ConsumerVersion, differences_in
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.readers import PublishedReader, SchemaFile, publish_reader


@click.command("reader-schema")
@click.argument("file", metavar="FILE")
@click.option("--consumer", required=True, metavar="NAME", callback=required_text, help="Who reads.")
@click.option(
    "-e", "--version", "--consumer-version", "number", metavar="NUMBER", callback=required_text, help="Its version."
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
@click.option("--build-url", metavar="URL", help="The build that makes this version.")
@click.option("--provider", metavar="NAME", callback=required_text, help="The only writer that counts.")
@schema_options
@click.option("--overwrite", is_flag=True, help="Replace what this version was published with.")
@output_option("text", "json")
@hub_options
def command(  # noqa: PLR0913 (one argument per option)
    hub: Hub,
    *,
    file: str,
    consumer: str,
    number: str | None,
    branch: str | None,
    detect: bool,
    tags: tuple[str, ...],
    build_url: str | None,
    provider: str | None,
    overwrite: bool,
    output: str,
    **options: object,
) -> None:
    """Publishes the schema with which a version of a consumer reads a topic.

    contracthub publish reader-schema order.avsc --consumer billing --version 3 --branch main --topic orders
    """
    build = detect_build() if detect else BuildProperties()
    version = number or build.commit
    if not version:
        raise click.UsageError("Which version? Give --version (or -r inside a git working copy).")
    known = ConsumerVersion(version, branch or build.branch, tags, build_url or build.build_url)
    answer = _published(hub, consumer, known, read_schema(file, options, provider), overwrite=overwrite)
    if output == "json":
        say_json(answer.document)
    else:
        say_notices(answer.notices)


def _published(
    hub: Hub, consumer: str, version: ConsumerVersion, schema: SchemaFile, *, overwrite: bool
) -> PublishedReader:
    try:
        return publish_reader(hub, consumer, version, schema, overwrite=overwrite)
    except HubAnswered as refusal:
        if refusal.status != 409:
            raise
        said = "\n".join((message_for(refusal), *differences_in(refusal)))
        whose = f"The reader schema of {consumer} {version.number} was not published."
        raise Stopped(f"{whose}\n{said}", ExitCode.NO) from refusal
