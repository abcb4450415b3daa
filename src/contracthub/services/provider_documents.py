"""Reads what a provider publishes: which format it is, what is wrong with it, and what tells it from others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.detection import detected
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.registry import PROVIDER_FORMATS, provider_format
from contracthub.formats.uploads import Upload

_LOOKED_AT = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an upload something is: a file, and in it a JSON pointer or ``line:column``, where it is known."""

    file: str
    pointer: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """As people write it."""
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column}"
        return f"{self.file}#{self.pointer}" if self.pointer else self.file


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One thing that is wrong with a document."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class RefusedDocument(Invalid):
    """A document that can't be read as what it is said to be; ``document_faults`` are all that was found."""

    def __init__(self, error: Invalid, document_faults: Sequence[DocumentFault]) -> None:
        self.document_faults = tuple(document_faults)
        faults = [Fault("contract.files", str(each)) for each in document_faults]
        super().__init__(error.code, error.message, faults=faults)


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read; ``document`` is a value of its format's own."""

    format: ContractFormat
    format_version: str | None
    identity: str
    upload: Upload
    warnings: tuple[DocumentFault, ...]
    document: Any


def read_document(
    files: Mapping[str, bytes], *, root: str | None, of_format: str | None, limits: Limits = DOCUMENT
) -> ReadDocument:
    """The document that the files are, of a given format or of the one that they look like.

    Raises :class:`RefusedDocument` with every fault and its place, :class:`Invalid` when the root or the format has to
    be said, and :class:`TooLarge`.
    """
    root = root or _root_of(files)
    name = of_format or detected(root, files[root]) or ""
    if name not in PROVIDER_FORMATS:
        raise Invalid.of(Fault("contract.format", _why_unknown(files[root])))
    upload, verbs = Upload(root, files), provider_format(name)
    try:
        document = verbs.read(upload, limits)
    except Invalid as error:
        raise RefusedDocument(error, [*_placed(error.faults, upload)]) from error
    return ReadDocument(
        ContractFormat(name),
        verbs.version(document),
        verbs.identity(document),
        upload,
        tuple(_placed(verbs.warnings(document), upload)),
        document,
    )


def _why_unknown(body: bytes) -> str:
    if not body.strip():
        return "is that of an empty file"
    if b"\0" in body[:_LOOKED_AT]:
        return "is none of a text in UTF-8; send the file in UTF-8"
    return f"does not look like any format that providers publish; say which it is: {', '.join(PROVIDER_FORMATS)}"


def _root_of(files: Mapping[str, bytes]) -> str:
    """The file that is meant, when nobody says: the only one, the only one of a format that others hang on."""
    if len(files) == 1:
        return next(iter(files))
    candidates = [path for path in sorted(files) if detected(path, files[path]) is not None]
    for chosen in (_whole, _at_top):
        found = [path for path in candidates if chosen(path, files)]
        if len(found) == 1:
            return found[0]
    told = ", ".join((candidates or sorted(files))[:10])
    text = f"is missing: {len(files)} files were sent, and any of these could be the one that is meant: {told}"
    raise Invalid.of(Fault("contract.root", text))


def _whole(path: str, files: Mapping[str, bytes]) -> bool:
    """Whether a file says itself that it is a whole document, and no part of one."""
    return detected(path, files[path]) in {"openapi", "asyncapi"}


def _at_top(path: str, _: Mapping[str, bytes]) -> bool:
    return "/" not in path


def _placed(faults: Sequence[Fault], upload: Upload) -> Iterator[DocumentFault]:
    for fault in faults:
        yield DocumentFault(_place(fault.pointer, upload), fault.text)


def _place(pointer: str | None, upload: Upload) -> Place:
    """The place that a format writes as ``/pointer``, ``line:column``, ``file#/pointer`` or ``file:line:column``."""
    if not pointer:
        return Place(upload.root, pointer)
    if pointer in upload.files:
        return Place(pointer)
    if pointer.startswith("/"):
        return Place(upload.root, pointer)
    for file in sorted(upload.files, key=len, reverse=True):
        for mark, made in _MARKS:
            if pointer.startswith(file + mark):
                return made(file, pointer[len(file) + 1 :])
    return _in_lines(upload.root, pointer)


def _in_lines(file: str, place: str) -> Place:
    line, _, column = place.partition(":")
    if line.isdecimal():
        return Place(file, line=int(line), column=int(column) if column.isdecimal() else 1)
    return Place(file, place)


_MARKS: tuple[tuple[str, Callable[[str, str], Place]], ...] = (("#", Place), (":", _in_lines))
