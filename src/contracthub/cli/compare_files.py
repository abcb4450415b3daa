"""The files of both sides of a comparison, read from disk with those that they refer to."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracthub.cli.exits import ExitCode, Stopped

if TYPE_CHECKING:
    from contracthub.formats.comparisons.consumer_files import ConsumerFile
    from contracthub.formats.comparisons.offered import OfferedDocument

_MOST_FILES, _MOST_BYTES = 500, 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as it was named on the command line; ``topic`` is what was said behind it."""

    label: str
    path: str
    topic: str | None = None

    @property
    def folder(self) -> str:
        """What stands before the names of files beside it."""
        return self.path[: len(self.path) - len(Path(self.path).name)]


def named_files(_context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[NamedFile, ...]:
    """``FILE`` or ``FILE=TOPIC``, each of which has to be there. Raises UsageError."""
    found = tuple(map(_named, texts))
    for each in found:
        if not Path(each.path).is_file():
            told = "is no file. Name the files in it" if Path(each.path).is_dir() else "does not exist"
            raise click.BadParameter(f"File '{each.path}' {told}.", param=parameter)
    return tuple(dict.fromkeys(found))


def _named(text: str) -> NamedFile:
    path, equals, topic = text.rpartition("=")
    if equals and path and topic and not Path(text).is_file():
        return NamedFile(text, path, topic)
    return NamedFile(text, text)


def body_of(file: NamedFile) -> bytes:
    """Its bytes. Raises Stopped."""
    try:
        return Path(file.path).read_bytes()
    except OSError as error:
        raise Stopped(f"{file.path}: {error.strerror}.", ExitCode.NOT_FOUND_OUT) from error


def offered(file: NamedFile) -> "OfferedDocument":
    """A document of the provider. Raises Stopped for what is none, or can't be read."""
    from contracthub.domain.provider_contracts import ContractFormat
    from contracthub.formats.comparisons.offered import OfferedDocument
    from contracthub.formats.detection import detected

    data = body_of(file)
    root = Path(file.path).name
    found = detected(root, data)
    if found is None:
        told = f"It does not look like any format that providers publish: {', '.join(ContractFormat)}."
        raise Stopped(f"{file.path}: {told}{_of_a_consumer(root, data)}", ExitCode.NOT_FOUND_OUT)
    kind = ContractFormat(found)
    identity = hashlib.sha256(data).hexdigest()
    return OfferedDocument(file.label, kind, identity, _with_parts(file, data), root, topic=file.topic)


def _of_a_consumer(root: str, data: bytes) -> str:
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.consumer_files import ConsumerFile, kind_of

    try:
        kind = kind_of(ConsumerFile(root, data, {root: data}, root))
    except HubError:
        return ""
    return f" A {kind} goes to --consumer-contract."


def of_a_provider(file: NamedFile) -> str:
    """Where a file belongs that is no consumer's, if that can be told; begins with a space."""
    from contracthub.formats.detection import detected

    found = detected(Path(file.path).name, body_of(file))
    return f" What a provider documents, {found} here, goes to --provider-contract." if found else ""


def needed(file: NamedFile) -> "ConsumerFile":
    """A contract of the consumer. Raises Stopped for what can't be read."""
    from contracthub.formats.comparisons.consumer_files import ConsumerFile

    data = body_of(file)
    return ConsumerFile(file.label, data, _with_parts(file, data), Path(file.path).name, file.topic)


def _with_parts(file: NamedFile, data: bytes) -> Mapping[str, bytes]:
    from contracthub.client.files_beside import files_beside
    from contracthub.formats.referred_files import TooManyParts, with_parts

    beside = files_beside(Path(file.path).parent, _MOST_BYTES)
    try:
        return with_parts(Path(file.path).name, data, beside, most_files=_MOST_FILES, most_bytes=_MOST_BYTES)
    except TooManyParts as many:
        raise Stopped(str(many), ExitCode.NOT_FOUND_OUT) from many
