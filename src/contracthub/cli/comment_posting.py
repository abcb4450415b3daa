"""Brings comparisons onto a pull request: comments, the status of the commit, and what is done without permission."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from contracthub.domain.change_reports import BREAKING, DANGEROUS, ConsumerScope, DiffReport, DocumentReport
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.forges.conversation import Conversation, Deed, Done, Status, Wanted, is_of_group, ours_by_key, settle
from contracthub.forges.errors import ForgeRefused, NotAllowed
from contracthub.forges.github import LONGEST_DESCRIPTION, LONGEST_SUMMARY
from contracthub.formats import safe_json
from contracthub.formats.limits import Limits
from contracthub.reports.diff_comment import (
    About,
    DocumentComment,
    comment_about,
    comment_about_none,
    counted_open,
    document_place,
    length,
    open_changes,
)
from contracthub.reports.diff_reading import NoDiff, diff_from_json
from contracthub.reports.forge_text import shortened

_LIMITS = Limits(max_bytes=100 * 1024 * 1024, max_nodes=5_000_000)
MOST_COMMENTS = 30
_MARKER_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Compared:
    """A document, whose consumers it was held against, and the comment about it."""

    document: DocumentReport
    scope: ConsumerScope | None
    comment: DocumentComment
    key: str

    @property
    def place(self) -> str:
        """The name that the document has in every run."""
        return document_place(self.document)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done about each document; ``left_out`` got no comment because there were too many.

    ``gone`` are comments about documents that are no longer compared.
    """

    done: Sequence[tuple[Compared, Done]]
    left_out: Sequence[Compared] = ()
    gone: Sequence[Done] = ()


def read_reports(files: Iterable[str]) -> list[DiffReport]:
    """The outputs of `contracthub diff`, "-" for standard input. Raises UsageError for what is none."""
    return [_report(name, _body(name)) for name in files]


def _report(name: str, body: bytes) -> DiffReport:
    shown = "Standard input" if name == "-" else name
    if not body.strip():
        raise click.UsageError(f"{shown} is empty: the comparison failed, or wrote something else than JSON.")
    try:
        return diff_from_json(safe_json.loads(body, _LIMITS))
    except (Invalid, TooLarge) as error:
        raise click.UsageError(f"{shown} is no output of `contracthub diff --output json`: {error.message}") from error
    except NoDiff as error:
        raise click.UsageError(f"{shown} is no output of `contracthub diff --output json`: {error}") from error


def _body(name: str) -> bytes:
    if name == "-":
        if sys.stdin.isatty():
            raise click.UsageError("What is to be told? Give --from FILE, or the JSON of `contracthub diff` as input.")
        return sys.stdin.buffer.read(_LIMITS.max_bytes + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(_LIMITS.max_bytes + 1)
    except OSError as error:
        raise click.UsageError(f"Can't read {name}: {error.strerror or error}.") from error


def compared(reports: Sequence[DiffReport], hub: str, about: About, longest: int) -> list[Compared]:
    """A comment for each document. Raises UsageError when two documents would share one."""
    found: dict[str, Compared] = {}
    for report in reports:
        for document in report.documents:
            key = comment_key(hub, document_place(document))
            if key in found:
                raise click.UsageError(f"{document_place(document)} is told about twice.")
            comment = comment_about(document, report.scope, about, longest - _MARKER_LENGTH)
            found[key] = Compared(document, report.scope, comment, key)
    return list(found.values())


def comment_key(hub: str, place: str) -> str:
    """What the comment about a document is found by: a digest, because the address of a hub is nobody's business."""
    return hashlib.sha256(json.dumps([hub.rstrip("/"), place]).encode()).hexdigest()[:32]


def group_key(name: str) -> str:
    """What the comments of a group have in common."""
    return hashlib.sha256(name.encode()).hexdigest()[:16] if name else ""


def post(conversation: Conversation, documents: Sequence[Compared], group: str = "") -> Outcome:
    """Settles the comment of each document, and of those of the group that are no longer there. Raises ForgeFailure."""
    existing = ours_by_key(conversation.comments())
    done, left_out, created = [], [], 0
    for each in documents:
        before = existing.pop(each.key, [])
        if not before and not each.comment.is_clean and created >= MOST_COMMENTS:
            left_out.append(each)
            continue
        came = settle(conversation, Wanted(each.key, each.comment.body, each.comment.is_clean, group), before)
        created += came.deed is Deed.CREATED
        done.append((each, came))
    gone = [
        settle(conversation, Wanted(key, comment_about_none(before[0].body), is_clean=True, group=group), before)
        for key, before in existing.items()
        if is_of_group(before[0], group)
    ]
    return Outcome(done, left_out, [each for each in gone if each.deed is Deed.RESOLVED])


def write_summary(documents: Sequence[Compared]) -> bool:
    """Puts the comments into the summary of the job. False where there is none, or it takes no more."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    shown = [each for each in documents if not each.comment.is_clean]
    if not path:
        return False
    text, cut = "", 0
    for each in shown:
        if length(text) + length(each.comment.body) > LONGEST_SUMMARY:
            cut += 1
        else:
            text += each.comment.body + "\n\n"
    if cut:
        text += f"{cut} more documents are left out here.\n"
    try:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(text or "No contract changes that break or may break somebody.\n")
    except OSError:
        return False
    return True


def standing(documents: Sequence[Compared], fail_on: str, diff_exit_code: int | None) -> tuple[Status, str]:
    """The status of all documents together and its sentence, of at most 140 characters.

    The exit code of the comparison knows more than its JSON, an acceptance that ran out for one, so it wins.
    """
    counts = dict.fromkeys((BREAKING, DANGEROUS), 0)
    for each in documents:
        for severity, count in counted_open(each.document).items():
            if severity in counts:
                counts[severity] += count
    broken = {
        hit.name
        for each in documents
        for change in open_changes(each.document)
        for hit in change.consumers
        if hit.breaks
    }
    told = f"{counts[BREAKING]} breaking, {counts[DANGEROUS]} dangerous in {_documents(len(documents))}"
    gaps = sum(len(each.document.gaps) for each in documents)
    told += f", {gaps} not compared" if gaps else ""
    told += f"; breaks {', '.join(sorted(broken))}" if broken else ""
    if not documents:
        told = "there is no document" if diff_exit_code in (0, 1) else "the comparison could not be made"
    by_code = {0: Status.SUCCESS, 1: Status.FAILURE}
    if diff_exit_code is not None:
        status = by_code.get(diff_exit_code, Status.ERROR)
    else:
        status = _status(fail_on, counts, hurts=bool(broken), is_unsure=gaps > 0)
    return status, shortened(told, LONGEST_DESCRIPTION)


def _status(fail_on: str, counts: dict[str, int], *, hurts: bool, is_unsure: bool) -> Status:
    if fail_on == "never":
        return Status.SUCCESS
    fails = {
        "breaking": counts[BREAKING] > 0,
        "dangerous": counts[BREAKING] + counts[DANGEROUS] > 0,
        "consumers": hurts,
    }[fail_on]
    return Status.FAILURE if fails else Status.ERROR if is_unsure else Status.SUCCESS


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def why_not(refusal: ForgeRefused) -> str:
    """A refusal with what is known about its causes."""
    if isinstance(refusal, NotAllowed):
        return (
            f"{refusal}\nThe token of a pull request from a fork may only read. Elsewhere the job needs the permission "
            "`pull-requests: write` (and `statuses: write` for --status), or the conversation is locked."
        )
    return str(refusal)
