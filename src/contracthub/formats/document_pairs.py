"""A document before and after, wherever both come from, and what a comparison of the two finds."""

import posixpath
from dataclasses import dataclass
from datetime import date

from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.differences import COMPARED, DocumentDifference, difference
from contracthub.formats.uploads import Upload
from contracthub.formats.wishes import NO_WISHES, Wishes

REMOVED, ADDED = "document-removed", "document-added"
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


def compared(pair: Pair, today: date, wishes: Wishes = NO_WISHES) -> DocumentDifference:
    """The changes of a pair. Raises ``Invalid`` and ``TooLarge`` for what can't be read or compared."""
    if pair.old is None or pair.new is None:
        return DocumentDifference(None, None, (_whole(pair),))
    if pair.format not in COMPARED:
        told = f"documents of the format {pair.format} can't be compared yet; of these: {', '.join(COMPARED)}"
        return DocumentDifference(None, None, (), (told,) if pair.old.upload != pair.new.upload else ())
    return difference(pair.format, pair.old.upload, pair.new.upload, today=today, wishes=wishes)


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
