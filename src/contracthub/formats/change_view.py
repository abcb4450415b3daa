"""Makes the values that reports are written from: changes with their lines and with whom they hit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from contracthub.domain.change_reports import (
    AcceptedChange,
    ApprovedBy,
    DocumentReport,
    HitConsumer,
    ReportedChange,
    Spot,
)
from contracthub.domain.deadlines import is_over
from contracthub.formats.changes import Change
from contracthub.formats.document_pairs import Document, Pair, split_pointer
from contracthub.formats.severity_policy import Judged
from contracthub.formats.source_lines import lines_of

Hits = Mapping[Change, tuple[HitConsumer, ...]]
LinesOf = Callable[[bytes, Iterable[str]], Mapping[str, int]]


class Approval(Protocol):
    """Who lets a change pass, why, and until which day, that day included."""

    @property
    def by(self) -> str:
        """Who."""

    @property
    def reason(self) -> str:
        """Why."""

    @property
    def until(self) -> date:
        """The last day."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Those that the hub has of a provider, by fingerprint, and the day on which they are asked for."""

    by_fingerprint: Mapping[str, Approval]
    today: date

    def of(self, fingerprint: str) -> tuple[ApprovedBy | None, ApprovedBy | None]:
        """Who lets a change pass, and who did until the last day was over; one of the two at most."""
        found = self.by_fingerprint.get(fingerprint)
        if found is None:
            return None, None
        told = ApprovedBy(found.by, found.reason, found.until.isoformat())
        return (None, told) if is_over(found.until, self.today) else (told, None)


def document_report(
    pair: Pair, judged: Judged, gaps: Sequence[str], hits: Hits, approvals: Approvals, lines: LinesOf = lines_of
) -> DocumentReport:
    """One document of the report; ``lines`` finds the lines of places in a file."""
    changes = [*judged.changes, *(change for change, _ in judged.accepted)]
    viewing = _Viewing(
        _lines_in(pair.old, (change.pointer_old for change in changes), lines),
        _lines_in(pair.new, (_in_new(change) for change in changes), lines),
        hits,
        approvals,
    )
    accepted = [
        AcceptedChange(viewing.reported(pair, change), by.owner, by.reason, by.expires.isoformat())
        for change, by in judged.accepted
    ]
    old, new = (each.label if each else "(nothing)" for each in (pair.old, pair.new))
    reported = tuple(viewing.reported(pair, change) for change in judged.changes)
    return DocumentReport(pair.format, old, new, reported, tuple(accepted), tuple(gaps), _name(pair))


def seen_from_here(report: DocumentReport, new: Document) -> DocumentReport:
    """A report that was made elsewhere, with the places of its new document as that is called and stands here."""
    lines = _lines_in(new, map(_in_new, report.changes), lines_of)
    changes = (
        replace(change, spot_new=_spot(new, change.pointer_new, lines), anchor=_spot(new, _in_new(change), lines))
        for change in report.changes
    )
    return replace(report, new=new.label, changes=tuple(changes))


def _name(pair: Pair) -> str:
    document = pair.old or pair.new
    assert document is not None
    return document.place_of(document.upload.root)


_Lines = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class _Viewing:
    old: _Lines
    new: _Lines
    hits: Hits
    approvals: Approvals

    def reported(self, pair: Pair, change: Change) -> ReportedChange:
        proof = change.proof
        return ReportedChange(
            change.id,
            change.severity.value,
            change.direction.value,
            change.location,
            change.message,
            change.fingerprint,
            change.pointer_old,
            change.pointer_new,
            change.operations,
            _spot(pair.old, change.pointer_old, self.old),
            _spot(pair.new, change.pointer_new, self.new),
            _spot(pair.new, _in_new(change), self.new),
            proof.verdict.value if proof else None,
            proof.counterexample if proof else None,
            self.hits.get(change, ()),
            *self.approvals.of(change.fingerprint),
        )


def _in_new(change: Change | ReportedChange) -> str | None:
    """What went is looked for as well: its line is that of the block where it stood."""
    return change.pointer_old if change.pointer_new is None else change.pointer_new


def _lines_in(document: Document | None, pointers: Iterable[str | None], lines: LinesOf) -> _Lines:
    if document is None:
        return {}
    by_file: dict[str, list[str]] = {}
    for pointer in pointers:
        if pointer is not None:
            file, inner = split_pointer(document, pointer)
            by_file.setdefault(file, []).append(inner)
    return {
        (file, inner): line
        for file, inners in by_file.items()
        for inner, line in lines(document.upload.files[file], inners).items()
    }


def _spot(document: Document | None, pointer: str | None, lines: _Lines) -> Spot | None:
    if document is None or pointer is None:
        return None
    file, inner = split_pointer(document, pointer)
    return Spot(document.place_of(file), lines.get((file, inner)))
