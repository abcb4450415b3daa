"""One comment on a pull request about one document: what breaks first, whom it hits, and how it can be let through.

Everything in it that a document or a hub said is escaped by `contracthub.reports.forge_text`.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracthub.domain.change_reports import (
    BREAKING,
    DANGEROUS,
    SAFE,
    SEVERITIES,
    ConsumerScope,
    DocumentReport,
    ReportedChange,
    Spot,
)
from contracthub.reports.forge_text import code, plain, shortened

_MARKS = {BREAKING: "🔴", DANGEROUS: "🟡", SAFE: "🟢"}
_TITLES = {BREAKING: "Breaking", DANGEROUS: "Dangerous", SAFE: "Safe"}
_TITLE = re.compile(r"^## \S+ (.+): ", re.MULTILINE)
_MOST_OPERATIONS, _MOST_CONSUMERS, _MOST_NOTES = 10, 10, 20
_DAYS = timedelta(days=30)
# For the sentence about what was cut, and for the end of a fold.
_RESERVED = 400


@dataclass(frozen=True, slots=True)
class About:
    """What is said beside the changes: ``provider`` and ``today`` are for the line that accepts a change."""

    today: date
    provider: str | None = None
    commit: str | None = None
    run_url: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentComment:
    """``headline`` is the title in plain words; ``is_clean`` when nothing is left to be looked at."""

    headline: str
    body: str
    is_clean: bool


@dataclass(frozen=True, slots=True)
class _Section:
    """``blocks`` are written one by one, because there may be many more than a comment holds."""

    title: str
    count: int
    blocks: Iterable[Sequence[str]]
    folded: bool = False


def severity_here(change: ReportedChange) -> str:
    """How bad a change is once it is known whom it hits: what breaks a consumer is never safe."""
    return BREAKING if change.breaks_somebody else change.severity


def open_changes(document: DocumentReport) -> list[ReportedChange]:
    """The changes that nobody approved; those that break somebody first, then by severity."""
    found = [each for each in document.changes if each.approved is None]
    return sorted(found, key=lambda each: (SEVERITIES.index(severity_here(each)), not each.breaks_somebody))


def is_clean(document: DocumentReport) -> bool:
    """Whether only safe changes are there, and all was compared."""
    return not document.gaps and all(severity_here(each) == SAFE for each in document.changes)


def document_place(document: DocumentReport) -> str:
    """The name under which a document is known in every run of a pull request."""
    label = document.name or (document.old if document.new == "(nothing)" else document.new)
    if label.startswith("git:"):
        return label.removeprefix("git:").partition(":")[2] or label
    return label


def comment_about(document: DocumentReport, scope: ConsumerScope | None, about: About, longest: int) -> DocumentComment:
    """The comment, of at most ``longest`` characters: safe changes are cut first, and what is cut is counted."""
    headline = _headline(document)
    clean = is_clean(document)
    place = code(document_place(document), 200)
    if clean:
        lines = [
            f"## ✅ {place}: resolved",
            "",
            f"Nothing that breaks or may break somebody is left ({headline}).{_of_commit(about)}",
        ]
        return DocumentComment(headline, "\n".join(lines), is_clean=True)
    head = [f"## {_mark(document)} {place}: {headline}", "", *_introduction(document, scope, about)]
    tail = list(_tail(document, scope))
    sections = _sections(document, scope, about)
    body = _fitted(head, sections, tail, longest)
    return DocumentComment(headline, body, is_clean=False)


def comment_about_none(before: str) -> str:
    """What becomes of a comment when its document is no longer compared; ``before`` is what it said in our words."""
    title = _TITLE.search(before)
    place = f" {title.group(1)}:" if title else ""
    return f"## ✅{place} resolved\n\nThis document is no longer among those that are compared."


def length(text: str) -> int:
    """Characters as the strictest of those counts them who store comments: outside of the first plane, two."""
    return len(text) + sum(each > "\uffff" for each in text)


def counted_open(document: DocumentReport) -> dict[str, int]:
    """How many changes of each severity nobody approved."""
    found = open_changes(document)
    return {severity: sum(severity_here(each) == severity for each in found) for severity in SEVERITIES}


def _headline(document: DocumentReport) -> str:
    counts = counted_open(document)
    parts = [f"{counts[severity]} {severity}" for severity in SEVERITIES]
    approved = sum(each.approved is not None for each in document.changes) + len(document.accepted)
    parts += [f"{approved} approved"] if approved else []
    parts += [f"{len(document.gaps)} not compared"] if document.gaps else []
    return ", ".join(parts)


def _mark(document: DocumentReport) -> str:
    counts = counted_open(document)
    if document.gaps and not counts[BREAKING]:
        return "❔"
    return next((_MARKS[severity] for severity in SEVERITIES if counts[severity]), "☑️")


def _introduction(document: DocumentReport, scope: ConsumerScope | None, about: About) -> Iterator[str]:
    broken = _broken(open_changes(document))
    approved = _broken([each for each in document.changes if each.approved is not None])
    if broken:
        yield f"**Breaks {_listed(broken, _MOST_CONSUMERS)}.**"
        yield ""
    elif approved:
        yield f"Breaks {_listed(approved, _MOST_CONSUMERS)}, which was approved."
        yield ""
    elif scope is not None:
        yield "Breaks no consumer that is known."
        yield ""
    against = ""
    if scope is not None:
        where = ", ".join(map(code, scope.environments[:_MOST_CONSUMERS])) or "no environment"
        against = f", held against the consumers of {code(scope.provider)} in {where}"
    sides = f"{code(document.old)} → {code(document.new)}"
    yield f"{plain(document.format)}: {sides}{against}.{_of_commit(about)}"


def _of_commit(about: About) -> str:
    told = f" Commit {code(about.commit[:12])}." if about.commit else ""
    return told + (f" [The whole report]({about.run_url})." if about.run_url else "")


def _broken(changes: Sequence[ReportedChange]) -> list[str]:
    hits = [each for change in changes for each in change.consumers if each.breaks]
    return list(dict.fromkeys(f"{code(each.name)} {code(each.version)} in {code(each.environment)}" for each in hits))


def _listed(texts: Sequence[str], most: int) -> str:
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {more} more" if more > 0 else "")


def _sections(document: DocumentReport, scope: ConsumerScope | None, about: About) -> Iterator[_Section]:
    provider = about.provider or (scope.provider if scope else None)
    found = open_changes(document)
    for severity in SEVERITIES:
        here = [each for each in found if severity_here(each) == severity]
        blocks = (_block(each, about, provider) for each in here)
        if severity == SAFE:
            # Who let a change through is of more interest than what hurts nobody, and is cut later.
            yield from _approved(document)
        if here:
            yield _Section(_TITLES[severity], len(here), blocks, folded=severity == SAFE)


def _approved(document: DocumentReport) -> Iterator[_Section]:
    blocks = [
        _let_through(each, each.approved.by, each.approved.until, each.approved.reason)
        for each in document.changes
        if each.approved is not None
    ]
    blocks += [_let_through(each.change, each.owner, each.expires, each.reason) for each in document.accepted]
    if blocks:
        yield _Section("Approved", len(blocks), blocks)


def _let_through(change: ReportedChange, by: str, until: str, reason: str) -> list[str]:
    told = f"- ☑️ {_what(change)}, approved by {plain(by)} until {plain(until)}: {plain(reason)}"
    return [told, *_consumers(change)]


def _block(change: ReportedChange, about: About, provider: str | None) -> list[str]:
    lines = [f"- {_MARKS[severity_here(change)]} {_what(change)}"]
    spots = _spots(change)
    lines += [f"  - {spots}"] if spots else []
    if len(change.operations) > 1:
        lines.append(f"  - in {_listed([code(each) for each in change.operations], _MOST_OPERATIONS)}")
    if change.counterexample is not None:
        lines.append(f"  - for example {code(change.counterexample)}")
    lines += _consumers(change)
    if change.approval_over is not None:
        over = change.approval_over
        lines.append(f"  - the approval of {plain(over.by)} is over since {plain(over.until)}: {plain(over.reason)}")
    if provider is not None and severity_here(change) != SAFE:
        lines.append(f"  - to accept: {code(approving(provider, change.fingerprint, about.today), 2_000)}")
    return lines


def _what(change: ReportedChange) -> str:
    (operation,) = change.operations if len(change.operations) == 1 else ("",)
    said = "" if operation in change.message else f"{code(operation)}: "
    place = f" at {code(change.location)}" if change.location and change.location not in change.message else ""
    return f"{said}{plain(change.message)}{place} ({code(change.id)})"


def _spots(change: ReportedChange) -> str:
    found = [_spot(each) for each in (change.spot_old, change.spot_new) if each is not None]
    return " → ".join(dict.fromkeys(found))


def _spot(spot: Spot) -> str:
    return code(f"{shortened(spot.file)}:{spot.line}" if spot.line else spot.file)


def _consumers(change: ReportedChange) -> list[str]:
    lines = []
    for each in change.consumers[:_MOST_CONSUMERS]:
        says = "**breaks**" if each.breaks else "touches"
        whose = f"{code(each.name)} {code(each.version)} in {code(each.environment)}"
        lines.append(f"  - {says} {whose}: {code(each.where)}")
    more = len(change.consumers) - _MOST_CONSUMERS
    return lines + ([f"  - and {more} more consumers"] if more > 0 else [])


def approving(provider: str, fingerprint: str, today: date) -> str:
    """The command that lets a change through for a month; a shell takes every part of it as one word."""
    words = ["contracthub", "approve", provider, fingerprint, "--reason", "WHY", "--until", (today + _DAYS).isoformat()]
    return " ".join(map(shlex.quote, words))


def _tail(document: DocumentReport, scope: ConsumerScope | None) -> Iterator[str]:
    notes = [f"- ❔ Not compared: {plain(each)}" for each in document.gaps]
    notes += [f"- ❔ Not known: {plain(each)}" for each in (scope.unknown if scope else ())]
    if notes:
        yield ""
        yield from notes[:_MOST_NOTES]
    if len(notes) > _MOST_NOTES:
        yield f"- ❔ and {len(notes) - _MOST_NOTES} more that are not known"
    if scope is None and any(severity_here(each) == BREAKING for each in open_changes(document)):
        yield ""
        yield (
            "Whom it breaks was not asked. With `--provider` the comparison names consumers, and a change can be "
            "approved in the hub; an entry in `--ignore-file` accepts one without a hub."
        )


def _fitted(head: list[str], sections: Iterator[_Section], tail: list[str], longest: int) -> str:
    room = longest - _RESERVED - sum(length(line) + 1 for line in (*head, *tail))
    lines, cut, is_full = list(head), [], False
    for section in sections:
        kept: list[str] = []
        count = section.count
        room -= length(section.title) + 60
        for index, block in enumerate(section.blocks):
            size = sum(length(line) + 1 for line in block)
            is_full = is_full or size > room
            if is_full:
                cut.append(f"{count - index} {section.title.lower()}")
                break
            room -= size
            kept += block
        lines += _section_lines(section, kept, count) if kept else []
    lines += tail
    if cut:
        lines += ["", f"**{' and '.join(cut)} {_changes(cut)} left out here, because a comment holds no more.**"]
    return "\n".join(lines).rstrip()


def _changes(cut: Sequence[str]) -> str:
    return "change is" if len(cut) == 1 and cut[0].startswith("1 ") else "changes are"


def _section_lines(section: _Section, kept: list[str], count: int) -> list[str]:
    title = f"{section.title} ({count})"
    if section.folded:
        return ["", "<details>", f"<summary>{title}</summary>", "", *kept, "", "</details>"]
    return ["", f"### {title}", "", *kept]
