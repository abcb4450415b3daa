"""`contracthub get-provider-contract`: a document of a provider, byte for byte."""

import sys
from pathlib import Path, PurePosixPath

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.offer_options import offer_options, question_from
from contracthub.cli.options import hub_options
from contracthub.cli.printing import say
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import Offer, OfferedFile, OfferQuestion, content_of, list_offers
from contracthub.reports.visible import visible


@click.command("get-provider-contract")
@offer_options
@click.option("--file", "path", metavar="PATH", help="Another file of the document than its root.")
@click.option(
    "--download-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Put all files of the document into this folder.",
)
@hub_options
def command(hub: Hub, *, path: str | None, download_dir: Path | None, **options: str | None) -> None:
    """Prints a document as it was published: of a version, of an environment, or of a branch's newest version.

    Without any of these that of the provider's main branch.
    """
    question = question_from(options)
    offer = _only(list_offers(hub, question)[0], question)
    if download_dir is not None:
        for file in offer.files:
            say(visible(f"Saved {_saved(hub, file, download_dir)}"))
        return
    wanted = [file for file in offer.files if path in (None, file.path)]
    if not wanted:
        names = ", ".join(file.path for file in offer.files)
        raise Stopped(f"{offer.name} {offer.version} has no file {path}. It has: {names}.", ExitCode.NO)
    body = content_of(hub, wanted[0])
    # A terminal gets what it can show; files and pipes get the bytes.
    click.echo(visible_text(body)) if sys.stdout.isatty() else click.echo(body, nl=False)


def visible_text(body: bytes) -> str:
    """The bytes as a terminal may see them."""
    return "\n".join(visible(line) for line in body.decode("utf-8", "replace").splitlines())


def _only(offers: tuple[Offer, ...], question: OfferQuestion) -> Offer:
    if len(offers) == 1:
        return offers[0]
    if not offers:
        raise Stopped(f"{question.provider} offers no such document.", ExitCode.NO)
    told = ", ".join(f"{each.name} of {each.version}" for each in offers[:20])
    raise Stopped(f"Which of these? Give --name and --version: {told}.", ExitCode.USAGE)


def _saved(hub: Hub, file: OfferedFile, folder: Path) -> Path:
    place = PurePosixPath(file.path)
    # The hub refuses such names; what answers here may be no hub.
    if place.is_absolute() or ".." in place.parts or "\\" in file.path or ":" in file.path:
        raise AnswerNotUnderstood(f"The hub names a file {file.path}, which may lie outside of {folder}.")
    path = folder.joinpath(*place.parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(hub, file))
    except OSError as error:
        raise Stopped(f"Can't write to {folder}: {error.strerror or error}.", ExitCode.NOT_FOUND_OUT) from error
    return path
