"""Where the two sides of a comparison come from: files, folders, commits, addresses, and the hub."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped, stopped_by
from contracthub.cli.git_files import file_in, git_place
from contracthub.cli.spec_files import MOST_BYTES, MOST_FILES, TooMuch, read_spec_files
from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.fetching import fetch, without_credentials
from contracthub.client.files_beside import files_beside
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import Offer, OfferQuestion, content_of, list_offers
from contracthub.formats.detection import detected
from contracthub.formats.document_pairs import Document, Source
from contracthub.formats.referred_files import Beside, TooManyParts, referred, with_parts
from contracthub.formats.uploads import Upload


@dataclass(frozen=True, slots=True)
class Reading:
    """How sides are read: ``format`` and ``root`` as they were said, ``hub`` where one is known."""

    hub: Hub | None = None
    format: str | None = None
    root: str | None = None
    name: str | None = None


def read_source(text: str, reading: Reading) -> Source:
    """One side by what was written on the command line. Raises UsageError and Stopped."""
    if text.startswith("git:"):
        return _of_git(text, reading)
    if text.startswith("hub:"):
        return _of_hub(text, reading)
    if text.startswith(("http://", "https://")):
        try:
            body = fetch(text)
        except HubFailure as failure:
            raise Stopped(str(stopped_by(failure).message), ExitCode.NOT_FOUND_OUT) from failure
        label = without_credentials(text)
        return _single(label, posixpath.basename(label) or "document", body, lambda _: None, reading)
    path = Path(text)
    if path.is_dir():
        return _folder(text, _files_below(text), reading, str(path))
    if not path.exists():
        raise click.UsageError(f"There is no file or folder {text}.")
    if path.stat().st_size > MOST_BYTES:
        size = f"{path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are read."
        raise Stopped(f"{text} has {size}", ExitCode.NOT_FOUND_OUT)
    body = next(iter(read_spec_files([text], None).files.values()))
    return _single(text, path.name, body, files_beside(path.resolve().parent, MOST_BYTES), reading, _shown_folder(path))


def _files_below(folder: str) -> Mapping[str, bytes]:
    try:
        return read_spec_files([folder], None).files
    except TooMuch as error:
        # As of a single file: it is no fault of the command, and no answer.
        raise Stopped(f"{folder} can't be compared: {error.message}", ExitCode.NOT_FOUND_OUT) from error


def _shown_folder(path: Path) -> str:
    folder = path.parent.as_posix()
    return "" if folder == "." else folder


def _of_git(text: str, reading: Reading) -> Source:
    place = git_place(text.removeprefix("git:"))
    folder, name = posixpath.split(place.path)
    if place.is_folder():
        return _folder(text, place.files(), reading, place.path)

    def beside(file: str) -> bytes | None:
        return file_in(place.revision, posixpath.join(folder, file))

    return _single(text, name, place.body(), beside, reading, folder.removeprefix("./"))


def _single(label: str, name: str, body: bytes, beside: Beside, reading: Reading, folder: str = "") -> Source:
    upload = Upload(name, _closure(name, body, beside))
    kind = reading.format or detected(name, body)
    return Source(label, (Document(name, label, upload, kind, folder),))


def _folder(label: str, files: Mapping[str, bytes], reading: Reading, folder: str) -> Source:
    if reading.root is not None:
        if reading.root not in files:
            raise click.UsageError(f"{label} has no file {reading.root}.")
        kind = reading.format or detected(reading.root, files[reading.root])
        return Source(label, (Document(reading.root, label, Upload(reading.root, files), kind, folder),))
    parts = {inner for name, body in files.items() for inner in referred(name, body) if inner != name}
    documents = []
    for name, body in sorted(files.items()):
        kind = reading.format or detected(name, body)
        # What only others refer to is a part of them. Types that refer to one another in a circle stand by themselves.
        if kind is None or (name in parts and kind not in _ALWAYS_WHOLE):
            continue
        upload = Upload(name, _closure(name, body, files.get))
        documents.append(Document(name, posixpath.join(label, name), upload, kind, folder))
    return Source(label, tuple(documents), is_many=True)


_ALWAYS_WHOLE = frozenset({"openapi", "asyncapi", "protobuf"})


def _closure(root: str, body: bytes, beside: Beside) -> dict[str, bytes]:
    try:
        return with_parts(root, body, beside, most_files=MOST_FILES, most_bytes=MOST_BYTES)
    except TooManyParts as many:
        raise Stopped(str(many), ExitCode.NOT_FOUND_OUT) from many


def _of_hub(text: str, reading: Reading) -> Source:
    if reading.hub is None:
        raise click.UsageError(f"Where is the hub of {text}? Give --broker-base-url or set CONTRACTHUB_BASE_URL.")
    provider, _, which = text.removeprefix("hub:").partition("@")
    if not provider:
        raise click.UsageError(f"{text} names no provider. Write it as hub:PROVIDER@VERSION.")
    offers = asked_of_hub(reading.hub, provider, which, reading.name)[1]
    if not offers:
        raise Stopped(f"The hub knows no document for {text}.", ExitCode.NOT_FOUND_OUT)
    # Several versions may live in an environment: of each document the newest, which comes first.
    newest = {each.name: each for each in reversed(offers)}.values()
    return Source(text, tuple(_offered(reading.hub, each, text) for each in newest), is_many=len(newest) > 1)


_KINDS = ("version", "environment", "branch")


def asked_of_hub(hub: Hub, provider: str, which: str, name: str | None) -> tuple[OfferQuestion, tuple[Offer, ...]]:
    """What is meant, and what the hub has of it, nothing where it knows none.

    ``which`` is a version, an environment or a branch, in this order, unless ``branch=`` or the like says it.
    """
    whole = OfferQuestion(provider, name=name)
    if not which:
        return whole, list_offers(hub, whole)[0]
    kind, equals, value = which.partition("=")
    questions = [(kind, value)] if equals and kind in _KINDS else [(each, which) for each in _KINDS]
    for kind, value in questions:
        question = OfferQuestion(provider, name=name, **{kind: value})
        try:
            found = list_offers(hub, question)[0]
        except HubAnswered as refusal:
            if refusal.status != 404:
                raise
            continue
        if found:
            return question, found
    return whole, ()


def _offered(hub: Hub, offer: Offer, label: str) -> Document:
    files = {file.path: content_of(hub, file) for file in offer.files}
    upload = Upload(offer.files[0].path, files)
    return Document(offer.name, f"{label} {offer.name} {offer.version}", upload, offer.format, subject=offer.subject)
