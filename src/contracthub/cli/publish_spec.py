"""`contracthub publish spec`: what a version of a provider offers, as its build publishes it."""

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say_json, say_notices
from contracthub.cli.progress import waiting
from contracthub.cli.self_verification import self_verification_from, self_verification_options
from contracthub.cli.spec_files import read_spec_files
from contracthub.client.contracts import ConsumerVersion
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import (
    PublishedSpec,
    SpecToPublish,
    difference_in,
    faults_in,
    publish_spec,
)

_FORMATS = ("openapi", "graphql", "asyncapi", "avro", "json-schema", "protobuf")


@click.command("spec")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--provider", required=True, metavar="NAME", callback=required_text, help="Who offers it.")
@click.option(
    "-e",
    "--version",
    "--provider-version",
    "--provider-app-version",
    "number",
    metavar="NUMBER",
    callback=required_text,
    help="The version that offers it.",
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
@click.option(
    "--name",
    metavar="NAME",
    callback=required_text,
    help="Tells it from other documents of the version. Default: its format; of a schema of events, the subject.",
)
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="Otherwise the files tell it.")
@click.option("--root", metavar="FILE", help="Of several files, the one that refers to the others.")
@click.option("--topic", metavar="NAME", callback=required_text, help="The topic that a schema of events is for.")
@click.option("--key", "is_key", is_flag=True, help="It is the schema of keys, not of values.")
@click.option(
    "--subject-strategy",
    type=click.Choice(("topic", "record", "topic-record")),
    help="How serializers name the subject. Default: topic.",
)
@click.option("--subject", metavar="NAME", callback=required_text, help="The subject, where no strategy names it.")
@click.option("--overwrite", is_flag=True, help="Replace another document that this version has under the name.")
@self_verification_options
@output_option("text", "json")
@hub_options
def command(  # noqa: PLR0913 (one argument per option)
    hub: Hub,
    *,
    files: tuple[str, ...],
    provider: str,
    number: str | None,
    branch: str | None,
    detect: bool,
    tags: tuple[str, ...],
    build_url: str | None,
    root: str | None,
    overwrite: bool,
    output: str,
    **options: object,
) -> None:
    """Publishes what a version of a provider offers: OpenAPI, GraphQL, AsyncAPI, Avro, JSON Schema or Protobuf.

    Several files, or a folder, are one document whose files refer to one another.

    contracthub publish spec openapi.yaml --provider mercatrix --version 1.2.0 --branch main
    """
    build = detect_build() if detect else BuildProperties()
    version = number or build.commit
    if not version:
        raise click.UsageError("Which version? Give --version (or -r inside a git working copy).")
    known = ConsumerVersion(version, branch or build.branch, tags, build_url or build.build_url)
    found = read_spec_files(files, root)
    said = _said(options) | ({"root": found.root} if found.root else {})
    spec = SpecToPublish(found.files, said, self_verification_from(options))
    with waiting(f"Publishing {', '.join(files)}"):
        answer = _published(hub, provider, known, spec, overwrite=overwrite)
    if output == "json":
        say_json(answer.document)
    else:
        say_notices(answer.notices)


def _said(options: dict[str, object]) -> dict[str, str]:
    names = {"name": "name", "kind": "format", "topic": "topic", "subject": "subject"}
    names |= {"subject_strategy": "subjectStrategy"}
    said = {word: str(options[name]) for name, word in names.items() if options[name] is not None}
    return said | ({"part": "key"} if options["is_key"] else {})


def _published(
    hub: Hub, provider: str, version: ConsumerVersion, spec: SpecToPublish, *, overwrite: bool
) -> PublishedSpec:
    try:
        return publish_spec(hub, provider, version, spec, overwrite=overwrite)
    except HubAnswered as refusal:
        if refusal.status not in (400, 409):
            raise
        more = faults_in(refusal) or (message_for(refusal), difference_in(refusal))
        said = "\n".join(each for each in more if each)
        raise Stopped(f"{provider} {version.number}: nothing was published.\n{said}", ExitCode.NO) from refusal
