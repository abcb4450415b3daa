"""`contracthub compare`: files of a consumer and of a provider held against each other, without a hub."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from contracthub.cli.compare_files import NamedFile, named_files, needed, of_a_provider, offered
from contracthub.cli.compare_like import LIKE, compared_like
from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import output_option
from contracthub.cli.printing import palette, say, say_json

if TYPE_CHECKING:
    from contracthub.cli.compare_view import Compared, Texts
    from contracthub.domain.comparisons import Finding
    from contracthub.formats.comparisons.consumer_files import ConsumerFile
    from contracthub.formats.comparisons.offered import OfferedDocument
    from contracthub.formats.comparisons.offers import CompiledOffer

# A document, or a contract, that can't be used at all is no answer to anything.
_UNUSABLE = frozenset({"comparison.impossible", "contract.unreadable"})


@click.command("compare")
@click.option(
    "--provider-contract",
    "providers",
    multiple=True,
    required=True,
    callback=named_files,
    metavar="FILE[=TOPIC]",
    help="What the provider offers: OpenAPI, AsyncAPI, a GraphQL schema, or a schema of events; several together.",
)
@click.option(
    "--consumer-contract",
    "consumers",
    multiple=True,
    required=True,
    callback=named_files,
    metavar="FILE[=TOPIC]",
    help="What a consumer needs: a pact, a conversation, GraphQL operations, or the schema that it reads events with.",
)
@click.option(
    "--like",
    type=click.Choice(LIKE),
    help="Answer as this one does, so that a team can move without surprises. Default: as the specifications have it.",
)
@output_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    providers: tuple[NamedFile, ...],
    consumers: tuple[NamedFile, ...],
    like: str | None,
    output: str,
) -> None:
    """Says whether what a consumer needs is promised by what a provider documents. Nothing has to run for it.

    Exits with 0 when all of it is, with 1 when something is not, and with 3 when no document speaks of a part of it,
    or a file can't be read.

    contracthub compare --provider-contract openapi.yaml --consumer-contract web-orders.json
    """
    from contracthub.cli.compare_view import as_json, text_lines

    told: list[dict[str, Any]]
    if like is None:
        found, documents = _compared(providers, consumers)
        told = [as_json(each, documents) for each in found] if output == "json" else []
    else:
        pairs, known = compared_like(like, providers, consumers)
        found, documents = [each for each, _ in pairs], dict(known)
        told = [
            {"file": each.file.label, "kind": each.kind, "compatible": each.outcome, "results": results}
            for each, results in pairs
        ]
    outcome = _together([each.outcome for each in found])
    if output == "json":
        say_json({"compatible": outcome, "contracts": told})
    else:
        say("\n".join(line for each in found for line in text_lines(each, documents, palette())))
    ctx.exit({True: ExitCode.YES, False: ExitCode.NO, None: ExitCode.NOT_FOUND_OUT}[outcome])


def _together(outcomes: Sequence[bool | None]) -> bool | None:
    if False in outcomes:
        return False
    return None if None in outcomes else True


def _compared(
    providers: Sequence[NamedFile], consumers: Sequence[NamedFile]
) -> "tuple[list[Compared], dict[str, Texts]]":
    from contracthub.cli.compare_view import Compared, Texts
    from contracthub.formats.comparisons.offers import CompiledOffer

    read = [(each, offered(each)) for each in providers]
    offer = CompiledOffer([document for _, document in read])
    texts = {document.name: Texts(file.path, document.root, document.files, file.folder) for file, document in read}
    for file, document in read:
        _check(file, document, offer)
    found = []
    for file in consumers:
        contract = needed(file)
        kind, findings = _findings(file, contract, offer)
        found.append(Compared(Texts(file.path, contract.root, contract.files, file.folder), kind, findings))
    return found, texts


def _check(file: NamedFile, document: "OfferedDocument", offer: "CompiledOffer") -> None:
    """That no comparison needs a document is no reason to pass over that it can't be read."""
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.consumer_files import check_document

    try:
        check_document(document, offer)
    except HubError as error:
        raise Stopped(f"{file.path}: {error.message}", ExitCode.NOT_FOUND_OUT) from error


def _findings(file: NamedFile, contract: "ConsumerFile", offer: "CompiledOffer") -> "tuple[str, tuple[Finding, ...]]":
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.consumer_files import compare_file, kind_of

    try:
        kind = kind_of(contract)
    except HubError as error:
        raise Stopped(f"{file.path}: {error.message}{of_a_provider(file)}", ExitCode.NOT_FOUND_OUT) from error
    findings = compare_file(contract, kind, offer)
    if findings and all(each.rule in _UNUSABLE for each in findings):
        first = findings[0]
        whose = file.path if first.rule == "contract.unreadable" or not first.document else first.document
        raise Stopped(f"{whose}: {first.message}", ExitCode.NOT_FOUND_OUT)
    return kind.value, findings
