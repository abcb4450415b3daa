"""The process that compares documents: it keeps those that it has read, answers one question after the other, and ends
when nobody asks any more.
"""

import gc
import os
import resource
import select
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from contracthub.checking.confined import confine, end_with, shut
from contracthub.checking.frames import NoFrame, read_frame, write_frame
from contracthub.checking.jobs import OUT_OF_MEMORY
from contracthub.domain.comparisons import finding_fields
from contracthub.domain.errors import HubError, Invalid, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.change_view import Approvals
from contracthub.formats.compared_pairs import Terms, report_of
from contracthub.formats.comparison_jobs import ComparisonJob, NamedDocument, job_from
from contracthub.formats.comparisons.offers import CompiledOffer
from contracthub.formats.comparisons.paper_jobs import PAPER, NamedOffered, PaperJob, paper_job_from
from contracthub.formats.differences import read_document
from contracthub.formats.document_pairs import Document, Pair, compared
from contracthub.formats.impact.judging import Judging
from contracthub.formats.limits import Limits
from contracthub.formats.source_lines import SourceLines
from contracthub.formats.uploads import Upload
from contracthub.formats.wishes import Wishes
from contracthub.reports.diff_json import diff_as_json
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.paper_findings import findings_of

REPORT, REFUSAL, MISSING = b"+", b"-", b"?"
_MEBIBYTE = 1024 * 1024
# The hub says it itself: no document, whose size is bounded elsewhere.
_JOB = Limits(max_bytes=128 * _MEBIBYTE, max_nodes=5_000_000)


@dataclass(slots=True)
class Known:
    """A document that was read, and where things stand in its files."""

    document: Document
    _read: Any = None
    _lines: dict[int, SourceLines] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(map(len, self.document.upload.files.values()))

    def read(self, name: str) -> Any:
        """As comparisons take it. Raises Invalid and TooLarge."""
        if self._read is None:
            self._read = read_document(name, self.document.upload)
        return self._read

    def lines(self, source: bytes, pointers: Iterable[str]) -> Mapping[str, int]:
        """Lines in one of its files."""
        if id(source) not in self._lines:
            self._lines[id(source)] = SourceLines(source)
        return self._lines[id(source)].of(pointers)


class Comparing:
    """Answers jobs; documents of up to so many bytes are kept from one to the next."""

    def __init__(self, kept_bytes: int) -> None:
        self._kept: BoundedCache[tuple[object, ...], Known] = BoundedCache(kept_bytes)

    def answer(self, job: ComparisonJob, contents_of: Callable[[list[str]], Mapping[str, bytes]]) -> bytes:
        """The report as JSON. Raises Invalid and TooLarge."""
        known = self._known(job.documents, contents_of)
        by_upload: dict[int, tuple[Known, str]] = {}
        by_source: dict[int, Known] = {}

        def side(it: NamedDocument | None) -> Document | None:
            if it is None:
                return None
            document = it.filled(known[it.key].document.upload.files)
            by_upload[id(document.upload)] = known[it.key], it.label
            by_source.update((id(body), known[it.key]) for body in document.upload.files.values())
            return document

        def read(name: str, upload: Upload) -> Any:
            found, label = by_upload[id(upload)]
            return _read(found, name, label)

        pairs = [Pair(side(old), side(new)) for old, new in job.pairs]
        terms = Terms(
            job.today,
            Approvals({each.fingerprint: each for each in job.approvals}, job.today),
            Judging(job.needs, job.subject) if job.needs else None,
            wishes=Wishes(tells_all=job.tells_all),
            lines=lambda source, pointers: by_source[id(source)].lines(source, pointers),
        )
        report, _ = report_of(pairs, terms, lambda pair, today, wishes: compared(pair, today, wishes, read))
        return safe_json.dumps(diff_as_json(report))  # type: ignore[arg-type]

    def _known(
        self, asked: tuple[NamedDocument, ...], contents_of: Callable[[list[str]], Mapping[str, bytes]]
    ) -> dict[tuple[object, ...], Known]:
        found = {each.key: self._kept.get(each.key) for each in asked}
        wanted = {sha for each in asked if found[each.key] is None for _, sha in each.files}
        contents = contents_of(sorted(wanted)) if wanted else {}
        known: dict[tuple[object, ...], Known] = {}
        for each in asked:
            it = found[each.key] or known.get(each.key)
            if it is None:
                it = Known(each.filled({path: contents[sha] for path, sha in each.files}))
                self._kept.put(each.key, it, it.size)
            known[each.key] = it
        return known


class PaperComparing:
    """Holds contracts against offers; of these, documents of up to so many bytes are kept from one to the next."""

    def __init__(self, kept_bytes: int) -> None:
        self._kept: BoundedCache[tuple[NamedOffered, ...], CompiledOffer] = BoundedCache(kept_bytes)

    def answer(self, job: PaperJob, contents_of: Callable[[list[str]], Mapping[str, bytes]]) -> bytes:
        """The findings as JSON."""
        offer = self._kept.get(job.documents)
        wanted = {sha for each in job.documents for _, sha in each.files} if offer is None else set()
        contents = contents_of(sorted({*wanted, job.contract}))
        until = time.monotonic() + job.seconds
        if offer is None:
            offer = CompiledOffer([each.filled(contents) for each in job.documents])
            self._kept.put(job.documents, offer, offer.size)
        found = findings_of(job.kind, contents[job.contract], offer, until=until)
        return safe_json.dumps([finding_fields(each) for each in found])


def _read(known: Known, name: str, label: str) -> Any:
    try:
        return known.read(name)
    except Invalid as error:
        raise Invalid(error.code, f"{label} can't be compared: {error.message}", faults=error.faults) from error
    except TooLarge as error:
        raise TooLarge(error.code, f"{label} can't be compared: {error.message}") from error


def main() -> None:
    """Answer on standard output what comes in on standard input."""
    lifeline, memory, seconds, kept, idle = map(int, sys.argv[1:6])
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    # Unbuffered, so that to wait for the descriptor is to wait for the next question.
    questions = os.fdopen(os.dup(0), "rb", buffering=0)
    end_with(lifeline)
    confine(memory * _MEBIBYTE)
    shut()
    # What is kept is no garbage, and all else is looked for after each answer.
    gc.disable()
    comparing, on_paper = Comparing(kept * _MEBIBYTE), PaperComparing(kept * _MEBIBYTE)
    try:
        while select.select([questions], [], [], idle)[0]:
            _one((comparing, on_paper), _Whole(questions), answers, seconds)
    except NoFrame:
        pass
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)


class _Whole:
    """Reads as much as was asked for: one read of a pipe may bring less."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        pieces, left = [], size
        while left and (piece := self._source.read(left)):
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _one(comparing: tuple[Comparing, PaperComparing], questions: Any, answers: BinaryIO, seconds: int) -> None:
    asked: Any = safe_json.loads(read_frame(questions), _JOB)
    _allow(seconds)

    def contents_of(shas: list[str]) -> Mapping[str, bytes]:
        write_frame(answers, MISSING + safe_json.dumps([*shas]))
        return {sha: read_frame(questions) for sha in shas}

    try:
        of_documents, on_paper = comparing
        if PAPER in asked:
            answer = REPORT + on_paper.answer(paper_job_from(asked), contents_of)
        else:
            answer = REPORT + of_documents.answer(job_from(asked), contents_of)
    except HubError as error:
        answer = _refused("too-large" if isinstance(error, TooLarge) else "invalid", error.code, error.message[:5_000])
    except RecursionError:
        answer = _refused("too-large", "nested-too-deeply", "The documents are nested too deeply to be compared.")
    write_frame(answers, answer)
    # Away from everybody who waits. Pairs that lead to one another are garbage now, documents that are kept are not.
    gc.collect()
    gc.freeze()


def _refused(kind: str, code: str, message: str) -> bytes:
    return REFUSAL + safe_json.dumps({"kind": kind, "code": code, "message": message})


def _allow(seconds: int) -> None:
    """So many seconds more of a processor, and then the end, whether or not anybody watches."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
