"""Changes as one page of HTML that needs nothing else: no script, no address, everything escaped."""

from collections.abc import Iterator, Sequence
from html import escape

from contracthub.domain.change_reports import DiffReport, DocumentReport, ReportedChange
from contracthub.reports.diff import approval_told, counted, left_out_told, no_changes_told
from contracthub.reports.visible import visible

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1f23; }
table { border-collapse: collapse; width: 100%; } td, th { border-top: 1px solid #d5d9de; padding: .4rem .6rem;
text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.breaking { color: #a40e26; } .dangerous { color: #7a5200; } .safe { color: #116329; } code { font-size: .9em; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
@media (prefers-color-scheme: dark) { body { background: #15181c; color: #e3e6ea; } td, th { border-color: #3a4048; }
.breaking { color: #ff8182; } .dangerous { color: #e3b341; } .safe { color: #56d364; } }
"""


def diff_as_html(report: DiffReport) -> str:
    """The whole page."""
    title = f"Contract changes: {counted(report)}"
    body = [f"<h1>{_text(title)}</h1>", *_scope(report)]
    body += [line for document in report.documents for line in _document(report, document)]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style>"
    )
    return "\n".join(
        ["<!DOCTYPE html>", f'<html lang="en"><head>{head}</head><body><main>', *body, "</main></body></html>"]
    )


def _scope(report: DiffReport) -> Iterator[str]:
    if report.scope is None:
        return
    where = ", ".join(report.scope.environments)
    yield f"<p>Held against the consumers of {_text(report.scope.provider)} in {_text(where)}.</p>"
    if report.scope.unknown:
        yield "<h2>Not known</h2><ul>"
        yield from (f"<li>{_text(each)}</li>" for each in report.scope.unknown)
        yield "</ul>"


def _document(report: DiffReport, document: DocumentReport) -> Iterator[str]:
    yield f"<h2>{_text(document.format)}: {_text(document.old)} → {_text(document.new)}</h2>"
    if not document.changes:
        yield f"<p>{no_changes_told(document)}</p>"
    parts = report.parts_of(document)
    yield from _table(parts.shown)
    if parts.folded:
        yield f"<details><summary>{parts.title} ({len(parts.folded)})</summary>"
        yield from _table(parts.folded)
        yield "</details>"
    for each in document.accepted:
        told = f"{each.change.id} {each.change.location}: accepted by {each.owner} until {each.expires} ({each.reason})"
        yield f"<p>{_text(told)}</p>"
    yield from (f"<p>Not compared: {_text(gap)}</p>" for gap in document.gaps)
    if left_out := left_out_told(document):
        yield f"<p>{left_out}</p>"


def _table(changes: Sequence[ReportedChange]) -> Iterator[str]:
    if not changes:
        return
    yield '<table><thead><tr><th scope="col">Severity</th><th scope="col">Change</th>'
    yield '<th scope="col">Where</th></tr></thead><tbody>'
    for change in changes:
        hits = "".join(f"<li>{_text(_hit)}</li>" for _hit in _hits(change))
        approval = f"<p>{_text(told)}</p>" if (told := approval_told(change)) else ""
        example = f"<br>For example <code>{_text(change.counterexample)}</code>" if change.counterexample else ""
        spot = f"{change.spot.file}:{change.spot.line or 1}" if change.spot else ""
        yield (
            f'<tr><td class="{change.severity}">{change.severity}</td>'
            f"<td>{_text(change.message)}<br><code>{_text(change.id)}</code>{example}"
            f"{f'<ul>{hits}</ul>' if hits else ''}{approval}</td><td>{_text(spot)}</td></tr>"
        )
    yield "</tbody></table>"


def _hits(change: ReportedChange) -> Iterator[str]:
    for each in change.consumers:
        says = "breaks" if each.breaks else "touches"
        yield f"{says} {each.name} {each.version} in {each.environment}: {each.where}"


def _text(text: str) -> str:
    return escape(visible(text))
