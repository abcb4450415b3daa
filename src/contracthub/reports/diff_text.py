"""Changes as a person reads them in a terminal."""

from collections.abc import Iterator

from contracthub.domain.change_reports import (
    BREAKING,
    DANGEROUS,
    SAFE,
    SEVERITIES,
    DiffReport,
    DocumentReport,
    ReportedChange,
)
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.diff import approval_told, counted, left_out_told, no_changes_told, told_broken
from contracthub.reports.visible import visible

_COLOURS = {BREAKING: "red", DANGEROUS: "yellow", SAFE: "green"}
MOST_OPERATIONS = 5


def diff_for_terminal(report: DiffReport, palette: Palette = PLAIN) -> str:
    """Per document the changes, worst first; then who could not be judged, and the sum."""
    lines = [line for document in report.documents for line in _document(report, document, palette)]
    lines += [visible(note) for note in report.notes]
    if report.scope is not None:
        lines += _scope(report, palette)
    lines.append(_sentence(report, palette))
    return "\n".join(lines)


def _document(report: DiffReport, document: DocumentReport, palette: Palette) -> Iterator[str]:
    yield palette.paint(visible(f"{document.format}: {document.old} → {document.new}"), "bold")
    if report.scope is None:
        for severity in SEVERITIES:
            yield from _changes([each for each in document.changes if each.severity == severity], palette)
    else:
        used = [each for each in document.changes if each.consumers]
        yield from _changes([each for each in used if each.breaks_somebody], palette)
        yield from _changes([each for each in used if not each.breaks_somebody], palette)
        nobody = [each for each in document.changes if not each.consumers]
        if nobody:
            yield f"  Used by no consumer contract that was judged ({len(nobody)}):"
            yield from _changes(nobody, palette)
    for accepted in document.accepted:
        told = f"  accepted by {accepted.owner} until {accepted.expires}: {accepted.change.id} at "
        yield palette.paint(visible(f"{told}{accepted.change.location} ({accepted.reason})"), "dim")
    for gap in document.gaps:
        yield palette.paint(visible(f"  not compared: {gap}"), "yellow")
    if not document.changes:
        yield f"  {no_changes_told(document)}"
    if left_out := left_out_told(document):
        yield palette.paint(f"  {left_out}", "dim")
    yield ""


def _changes(changes: list[ReportedChange], palette: Palette) -> Iterator[str]:
    for change in changes:
        mark = palette.paint(change.severity.ljust(len(DANGEROUS)), _COLOURS[change.severity])
        yield f"  {mark}  {visible(change.message)}"
        spot = f"{change.spot.file}:{change.spot.line}" if change.spot and change.spot.line else ""
        yield palette.paint(visible(f"             [{change.id}]  {spot}".rstrip()), "dim")
        if len(change.operations) > 1:
            yield visible(f"             in {_operations(change.operations)}")
        if change.counterexample is not None:
            yield visible(f"             for example {change.counterexample}")
        if approval := approval_told(change):
            yield palette.paint(visible(f"             {approval}"), "green" if change.approved else "red")
        for consumer in change.consumers:
            whose = f"{consumer.name} {consumer.version} in {consumer.environment}"
            says = palette.paint("breaks", "red") if consumer.breaks else palette.paint("touches", "yellow")
            yield f"             {says} {visible(whose)}: {visible(consumer.where)}"


def _operations(operations: tuple[str, ...]) -> str:
    more = len(operations) - MOST_OPERATIONS
    told = ", ".join(operations[:MOST_OPERATIONS])
    return f"{told} and {more} more operations" if more > 0 else told


def _scope(report: DiffReport, palette: Palette) -> list[str]:
    scope = report.scope
    assert scope is not None
    where = ", ".join(scope.environments)
    lines = [visible(f"Judged against {scope.provider}'s consumers in {where}: {', '.join(scope.judged) or 'none'}.")]
    return lines + [palette.paint(visible(f"Not known: {each}"), "yellow") for each in scope.unknown]


def _sentence(report: DiffReport, palette: Palette) -> str:
    colour = next((_COLOURS[severity] for severity in SEVERITIES if report.count(severity)), "green")
    text = f"{counted(report)} changes." if any(report.changes) else no_changes_told(report)
    if report.scope is not None:
        text += f" {told_broken(report)}"
        colour = "red" if report.broken else "yellow" if report.deployable is None else "green"
    return palette.paint(visible(text), colour)
