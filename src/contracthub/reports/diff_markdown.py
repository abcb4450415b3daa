"""Changes as Markdown, for a comment on a pull request or the summary of a build."""

from collections.abc import Iterable, Iterator, Sequence

from contracthub.domain.change_reports import BREAKING, DANGEROUS, SAFE, DiffReport, DocumentReport, ReportedChange
from contracthub.reports.diff import approval_told, counted, left_out_told, no_changes_told
from contracthub.reports.forge_text import plain

# GitHub takes comments of 65,536 characters.
LONGEST = 60_000
_MARKS = {BREAKING: "🔴", DANGEROUS: "🟡", SAFE: "🟢"}
_APPROVED = "☑️"
_MOST_OPERATIONS = 10


def diff_for_markdown(report: DiffReport, longest: int = LONGEST) -> str:
    """Whom it breaks first, then per document the changes, safe ones folded; what is cut is counted."""
    head = [f"## Contract changes: {counted(report)}", "", *_consumers(report)]
    lines = [line for document in report.documents for line in _document(report, document)]
    lines += [f"> {plain(note)}" for note in report.notes]
    return _cut([*head, *lines], longest)


def _cut(lines: list[str], longest: int) -> str:
    kept: list[str] = []
    size = 0
    for index, line in enumerate(lines):
        size += len(line) + 1
        if size > longest:
            is_open = kept.count("<details>") > kept.count("</details>")
            kept += ["", "</details>"] if is_open else []
            return "\n".join([*kept, "", f"... and {len(lines) - index} more lines, which do not fit here."])
        kept.append(line)
    return "\n".join(kept).rstrip()


def _consumers(report: DiffReport) -> Iterator[str]:
    scope = report.scope
    if scope is None:
        return
    broken = _broken(change for change in report.changes if change.approved is None)
    approved = [each for each in _broken(report.changes) if each not in broken]
    where = ", ".join(scope.environments)
    yield f"Held against the consumers of {plain(scope.provider)} in {plain(where)}."
    yield ""
    if broken:
        yield "**Breaks " + ", ".join(map(plain, broken)) + ".**"
    if approved:
        yield "Breaks " + ", ".join(map(plain, approved)) + ", which was approved."
    if not broken and not approved:
        yield "Breaks no consumer that is known."
    yield ""
    for each in scope.unknown:
        yield f"- ❔ Not known: {plain(each)}"
    yield ""


def _broken(changes: Iterable[ReportedChange]) -> list[str]:
    hits = (each for change in changes for each in change.consumers if each.breaks)
    return sorted({f"{each.name} {each.version} in {each.environment}" for each in hits})


def _document(report: DiffReport, document: DocumentReport) -> Iterator[str]:
    yield f"### {plain(document.format)}: {plain(document.old)} → {plain(document.new)}"
    yield ""
    if not document.changes:
        yield no_changes_told(document)
        yield ""
    parts = report.parts_of(document)
    yield from _changes(parts.shown)
    if parts.folded:
        yield ""
        yield from (
            "<details>",
            f"<summary>{parts.title} ({len(parts.folded)})</summary>",
            "",
            *_changes(parts.folded),
            "",
            "</details>",
            "",
        )
    for accepted in document.accepted:
        yield (
            f"- ☑️ `{accepted.change.id}` {plain(accepted.change.location)}: accepted by "
            f"{plain(accepted.owner)} until {accepted.expires} ({plain(accepted.reason)})"
        )
    for gap in document.gaps:
        yield f"- ❔ Not compared: {plain(gap)}"
    if left_out := left_out_told(document):
        yield ""
        yield left_out.replace("--details", "`--details`")
    yield ""


def _changes(changes: Sequence[ReportedChange]) -> Iterator[str]:
    for change in changes:
        spot = f" ({plain(change.spot.file)}:{change.spot.line})" if change.spot and change.spot.line else ""
        mark = _MARKS[change.severity] if change.approved is None else _APPROVED
        yield f"- {mark} {plain(change.message)} `{change.id}`{spot}"
        if len(change.operations) > 1:
            more = len(change.operations) - _MOST_OPERATIONS
            told = ", ".join(map(plain, change.operations[:_MOST_OPERATIONS]))
            yield f"  - in {told}" + (f" and {more} more" if more > 0 else "")
        if change.counterexample is not None:
            yield f"  - for example {plain(change.counterexample)}"
        if approval := approval_told(change):
            yield f"  - {plain(approval)}"
        for consumer in change.consumers:
            whose = f"{consumer.name} {consumer.version} in {consumer.environment}"
            says = "**breaks**" if consumer.breaks else "touches"
            yield f"  - {says} {plain(whose)}: {plain(consumer.where)}"
