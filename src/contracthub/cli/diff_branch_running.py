"""Compares the documents of a branch with what they were where it left its base."""

import os
import posixpath
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from contracthub.cli.diff_pairs import compared
from contracthub.cli.diff_running import Asked, Outcome, outcome_of_pairs
from contracthub.cli.diff_sources import Reading, read_source
from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.git_branch import Branch, Place, branch_since, places_in
from contracthub.formats.differences import DocumentDifference
from contracthub.formats.document_pairs import Document, Pair
from contracthub.formats.wishes import Wishes

_SHORT = 12
# What these begin with is no file to the reader of sources.
_OTHER_SOURCES = ("git:", "hub:", "http://", "https://")


def outcome_of_branch(base: str, patterns: Sequence[str], asked: Asked) -> Outcome:
    """Compares what the patterns name. Raises UsageError, Stopped and HubFailure."""
    branch = branch_since(base)
    places = places_in(branch, patterns)
    pairs = [pair for each in places for pair in _pairs(branch, each, asked)]
    if not pairs:
        told = "no file" if not places else f"no document that can be compared, but {len(places)} other files"
        raise Stopped(f"There is {told} of the name {' or '.join(patterns)}.", ExitCode.NOT_FOUND_OUT)
    return outcome_of_pairs(pairs, asked, _compared)


def _compared(pair: Pair, today: date, wishes: Wishes) -> DocumentDifference:
    """As for two sides, but that a document which can't be read hides none of the others: it is a gap."""
    if pair.old is not None and pair.new is not None and pair.old.upload == pair.new.upload:
        return DocumentDifference(None, None, ())
    try:
        return compared(pair, today, wishes)
    except Stopped as stop:
        return DocumentDifference(None, None, (), (stop.message,))


def _pairs(branch: Branch, place: Place, asked: Asked) -> list[Pair]:
    """The two sides of a file; none when it is a document on neither, two when it became one of another format."""
    reading = Reading(asked.hub, asked.format)
    if place.now is not None and place.before == place.now and posixpath.dirname(place.now) not in branch.touched:
        # A document has no parts outside of its folder, so nothing of this one has changed.
        same = _now(branch, place.now, reading, None)
        return [Pair(replace(same, label=_label(branch, place.now)), same)] if same.format else []
    old = _before(branch, place.before, reading) if place.before else None
    # What was a document and can't be told to be one any more is read as what it was, and told to be broken.
    new = _now(branch, place.now, reading, old.format if old else None) if place.now else None
    sides = [each if each is not None and each.format is not None else None for each in (old, new)]
    if all(sides) and len({each.format for each in sides if each}) == 2:
        return [Pair(sides[0], None), Pair(None, sides[1])]
    return [Pair(*sides)] if any(sides) else []


def _label(branch: Branch, name: str) -> str:
    return f"git:{branch.base[:_SHORT]}:{name}"


def _before(branch: Branch, name: str, reading: Reading) -> Document:
    return read_source(_label(branch, name), reading).documents[0]


def _now(branch: Branch, name: str, reading: Reading, kind: str | None) -> Document:
    path = os.path.relpath(branch.root / name)
    text = f"./{path}" if path.startswith(_OTHER_SOURCES) else path
    found = read_source(text, reading).documents[0]
    if found.format is None and kind is not None:
        return read_source(text, Reading(reading.hub, kind)).documents[0]
    return found
