"""A comparison as it is handed from one process to another: what is compared, by the digests of its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracthub.formats.document_pairs import Document
from contracthub.formats.living_needs import NeedsAnswer, needs_as_json, needs_from
from contracthub.formats.safe_json import JsonObject
from contracthub.formats.uploads import Upload


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document without its bytes; ``files`` are their paths with the SHA-256 of each."""

    name: str
    label: str
    format: str
    root: str
    files: tuple[tuple[str, str], ...]
    subject: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from all other documents that are read."""
        return self.format, self.root, self.files

    def filled(self, files: Mapping[str, bytes]) -> Document:
        """The document itself; ``files`` by path."""
        return Document(self.name, self.label, Upload(self.root, files), self.format, subject=self.subject)


@dataclass(frozen=True, slots=True)
class KnownApproval:
    """Who lets the change of a fingerprint pass, why, and until which day."""

    fingerprint: str
    by: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class ComparisonJob:
    """Pairs to compare; ``needs`` is None where no consumers are asked about. ``tells_all``: details, too."""

    pairs: tuple[tuple[NamedDocument | None, NamedDocument | None], ...]
    today: date
    needs: NeedsAnswer | None = None
    approvals: tuple[KnownApproval, ...] = ()
    subject: str | None = None
    tells_all: bool = False

    @property
    def documents(self) -> tuple[NamedDocument, ...]:
        """All documents of all pairs."""
        return tuple(each for pair in self.pairs for each in pair if each is not None)


def job_as_json(job: ComparisonJob) -> JsonObject:
    """The job as it is sent."""
    return {
        "pairs": [[None if each is None else _document_as_json(each) for each in pair] for pair in job.pairs],
        "today": job.today.isoformat(),
        "needs": None if job.needs is None else needs_as_json(job.needs),
        "approvals": [[each.fingerprint, each.by, each.reason, each.until.isoformat()] for each in job.approvals],
        "subject": job.subject,
        "tellsAll": job.tells_all,
    }


def job_from(document: Any) -> ComparisonJob:
    """The job that was sent, by the hub itself."""
    return ComparisonJob(
        tuple((_document_from(old), _document_from(new)) for old, new in document["pairs"]),
        date.fromisoformat(document["today"]),
        None if document["needs"] is None else needs_from(document["needs"]),
        tuple(
            KnownApproval(fingerprint, by, reason, date.fromisoformat(until))
            for fingerprint, by, reason, until in document["approvals"]
        ),
        document["subject"],
        document["tellsAll"],
    )


def _document_as_json(it: NamedDocument) -> JsonObject:
    return {
        "name": it.name,
        "label": it.label,
        "format": it.format,
        "root": it.root,
        "files": [[path, sha] for path, sha in it.files],
        "subject": it.subject,
    }


def _document_from(it: Any) -> NamedDocument | None:
    if it is None:
        return None
    files = tuple((path, sha) for path, sha in it["files"])
    return NamedDocument(it["name"], it["label"], it["format"], it["root"], files, it["subject"])
