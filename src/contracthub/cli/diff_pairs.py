"""Which documents of two sides belong together, and what a comparison of them says."""

from datetime import date
from itertools import groupby

import click

from contracthub.cli.diff_sources import Source
from contracthub.cli.exits import ExitCode, Stopped
from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import document_pairs
from contracthub.formats.detection import NAMES
from contracthub.formats.differences import DocumentDifference, readable
from contracthub.formats.document_pairs import Document, Pair, split_pointer
from contracthub.formats.source_lines import lines_of
from contracthub.formats.wishes import NO_WISHES, Wishes

_MOST_FAULTS = 20


def pairs_of(old: Source, new: Source) -> tuple[Pair, ...]:
    """The documents of two sides, paired. Raises UsageError when that is not possible."""
    for source in (old, new):
        if not source.documents:
            raise Stopped(f"There is no document in {source.label}.", ExitCode.NOT_FOUND_OUT)
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
    raise click.UsageError(f"Which document of {source.label}? Give --name: {names}.")


def _same_format(old: Document, new: Document) -> Pair:
    for document in (old, new):
        if document.format is None:
            told = f"{document.label} does not look like any format that can be compared. Say which it is with --format"
            raise Stopped(f"{told}: {', '.join(NAMES)}.", ExitCode.NOT_FOUND_OUT)
    if old.format != new.format:
        raise click.UsageError(
            f"{old.label} is {old.format} and {new.label} is {new.format}: documents of one format can be compared."
        )
    return Pair(old, new)


def compared(pair: Pair, today: date, wishes: Wishes = NO_WISHES) -> DocumentDifference:
    """The changes of a pair. Raises Stopped with file, line and every fault for a document that can't be read."""
    try:
        return document_pairs.compared(pair, today, wishes)
    except (Invalid, TooLarge) as error:
        raise _unreadable(pair, error) from error


def _unreadable(pair: Pair, error: Invalid | TooLarge) -> Stopped:
    """Which of both it is: the comparison reads the old one first, so the old one is read again."""
    assert pair.old is not None
    assert pair.new is not None
    broken = [each for each in (pair.old, pair.new) if not readable(pair.format, each.upload)]
    # Parts that differ may be read only when they are compared.
    label = broken[0].label if broken else f"{pair.old.label} with {pair.new.label}"
    lines = [f"{label} can't be compared: {error.message}"]
    if isinstance(error, Invalid) and broken:
        lines += _places(broken[0], error.faults)
    return Stopped("\n".join(lines), ExitCode.NOT_FOUND_OUT)


def _places(document: Document, faults: tuple[Fault, ...]) -> list[str]:
    told = []
    by_file = groupby(faults[:_MOST_FAULTS], key=lambda fault: split_pointer(document, fault.pointer)[0])
    for file, each in by_file:
        listed = [(fault, split_pointer(document, fault.pointer)[1]) for fault in each]
        body = document.upload.files.get(file, b"")
        lines = lines_of(body, [pointer for _, pointer in listed if pointer.startswith("/")])
        for fault, pointer in listed:
            place = lines.get(pointer) or (pointer if pointer and not pointer.startswith("/") else 1)
            named = f"{pointer} " if pointer.startswith("/") else ""
            told.append(f"{document.place_of(file)}:{place}: {named}{fault.text}")
    return told
