"""Which documents of two sides belong together, and what a comparison of them says."""

from datetime import date
from itertools import groupby

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import document_pairs
from contracthub.formats.changes import TOO_MANY_CHANGES
from contracthub.formats.differences import DocumentDifference, readable
from contracthub.formats.document_pairs import Document, Pair, Source, split_pointer
from contracthub.formats.source_lines import lines_of
from contracthub.formats.wishes import NO_WISHES, Wishes

_MOST_FAULTS = 20


def pairs_of(old: Source, new: Source) -> tuple[Pair, ...]:
    """The documents of two sides, paired. Raises UsageError when that is not possible, and Stopped."""
    try:
        return document_pairs.pairs_of(old, new)
    except Invalid as error:
        if error.code == document_pairs.NOT_PAIRED:
            raise click.UsageError(error.message.replace("Give its name", "Give --name")) from error
        told = error.message.replace("Say which format it is", "Say which it is with --format")
        raise Stopped(told, ExitCode.NOT_FOUND_OUT) from error


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
    is_of_both = error.code == TOO_MANY_CHANGES
    sides = () if is_of_both else (pair.old, pair.new)
    broken = next((each for each in sides if not readable(pair.format, each.upload)), None)
    # Parts that differ may be read only when they are compared.
    label = broken.label if broken else f"{pair.old.label} with {pair.new.label}"
    lines = [f"{label} can't be compared: {error.message}"]
    if isinstance(error, Invalid) and broken:
        lines += _places(broken, error.faults)
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
