"""A document before and after, wherever both come from, and what a comparison of the two finds."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracthub.domain.errors import Invalid
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.collector import collector_paused
from contracthub.formats.detection import NAMES
from contracthub.formats.differences import COMPARED, DocumentDifference, difference_of_read, read_document
from contracthub.formats.uploads import Upload
from contracthub.formats.wishes import NO_WISHES, Wishes

REMOVED, ADDED = "document-removed", "document-added"
NOTHING_TO_COMPARE, UNKNOWN_FORMAT, NOT_PAIRED = "nothing-to-compare", "unknown-format", "not-paired"
OF_DOCUMENTS = {REMOVED: "A document went.", ADDED: "A document came."}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of one side. ``folder`` is put before the names of its files where they are shown."""

    name: str
    label: str
    upload: Upload
    format: str | None
    folder: str = ""
    subject: str | None = None

    def place_of(self, file: str) -> str:
        """The name of one of its files for people."""
        return posixpath.join(self.folder, file) if self.folder else file


@dataclass(frozen=True, slots=True)
class Source:
    """One side: ``is_many`` when its documents have names that pair them with those of the other side."""

    label: str
    documents: tuple[Document, ...]
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A document before and after; one of both is None for what came or went."""

    old: Document | None
    new: Document | None

    @property
    def format(self) -> str:
        """The name of the format of both."""
        document = self.new or self.old
        assert document is not None
        assert document.format is not None
        return document.format


def pairs_of(old: Source, new: Source) -> tuple[Pair, ...]:
    """The documents of two sides, paired. Raises ``Invalid`` with one of the codes above where that is not possible."""
    for source in (old, new):
        if not source.documents:
            raise Invalid(NOTHING_TO_COMPARE, f"There is no document in {source.label}.")
    if len(old.documents) == 1 and len(new.documents) == 1:
        return (_same_format(old.documents[0], new.documents[0]),)
    if old.is_many and new.is_many:
        return _by_name(old, new)
    return (_same_format(_like(old, new), _like(new, old)),)


def _by_name(old: Source, new: Source) -> tuple[Pair, ...]:
    befores = {each.name: each for each in old.documents}
    afters = {each.name: each for each in new.documents}
    if not befores.keys() & afters.keys() and _formats_once(old) and _formats_once(new):
        # Names of documents in the hub need not be those of files.
        befores = {str(each.format): each for each in old.documents}
        afters = {str(each.format): each for each in new.documents}
    names = sorted(befores.keys() | afters.keys())
    return tuple(_maybe(befores.get(name), afters.get(name)) for name in names)


def _formats_once(source: Source) -> bool:
    formats = [each.format for each in source.documents]
    return len(set(formats)) == len(formats)


def _maybe(old: Document | None, new: Document | None) -> Pair:
    return _same_format(old, new) if old and new else Pair(old, new)


def _like(source: Source, other: Source) -> Document:
    """Of several documents the one that the single document of the other side belongs to."""
    if len(source.documents) == 1:
        return source.documents[0]
    wanted = other.documents[0]
    for found in (
        [each for each in source.documents if each.name == wanted.name],
        [each for each in source.documents if each.format == wanted.format],
    ):
        if len(found) == 1:
            return found[0]
    names = ", ".join(each.name for each in source.documents[:20])
    raise Invalid(NOT_PAIRED, f"Which document of {source.label}? Give its name: {names}.")


def _same_format(old: Document, new: Document) -> Pair:
    for document in (old, new):
        if document.format is None:
            told = f"{document.label} does not look like any format that can be compared. Say which format it is"
            raise Invalid(UNKNOWN_FORMAT, f"{told}: {', '.join(NAMES)}.")
    if old.format != new.format:
        told = f"{old.label} is {old.format} and {new.label} is {new.format}: documents of one format can be compared."
        raise Invalid(NOT_PAIRED, told)
    return Pair(old, new)


def compared(
    pair: Pair, today: date, wishes: Wishes = NO_WISHES, read: Callable[[str, Upload], Any] = read_document
) -> DocumentDifference:
    """The changes of a pair. Raises ``Invalid`` and ``TooLarge`` for what can't be read or compared."""
    if pair.old is None or pair.new is None:
        return DocumentDifference(None, None, (_whole(pair),))
    if pair.format not in COMPARED:
        told = f"documents of the format {pair.format} can't be compared yet; of these: {', '.join(COMPARED)}"
        return DocumentDifference(None, None, (), (told,) if pair.old.upload != pair.new.upload else ())
    with collector_paused():
        old, new = read(pair.format, pair.old.upload), read(pair.format, pair.new.upload)
        return difference_of_read(pair.format, old, new, today, wishes)


def _whole(pair: Pair) -> Change:
    document = pair.old or pair.new
    assert document is not None
    if pair.new is None:
        return Change(
            REMOVED, Severity.BREAKING, Direction.NEITHER, document.name, f"{document.name}: the document went.", ""
        )
    told = f"{document.name}: the document came."
    return Change(ADDED, Severity.SAFE, Direction.NEITHER, document.name, told, None, "")


def split_pointer(document: Document, pointer: str | None) -> tuple[str, str]:
    """The file of a place, and the pointer in it."""
    text = pointer or ""
    file, hash_sign, inner = text.partition("#")
    if hash_sign and not text.startswith("/") and file in document.upload.files:
        return file, inner
    return document.upload.root, text
