"""Changes in the forms that CI systems read: annotations of GitHub, code quality of GitLab, and JUnit."""

import json
from xml.sax.saxutils import escape, quoteattr

from contracthub.domain.change_reports import BREAKING, DANGEROUS, SAFE, DiffReport, ReportedChange, Spot
from contracthub.reports.diff import approval_told, left_out_told, no_changes_told
from contracthub.reports.visible import visible

_COMMANDS = {BREAKING: "error", DANGEROUS: "warning", SAFE: "notice"}
# XML knows no way to write these.
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
_GITLAB = {BREAKING: "critical", DANGEROUS: "minor", SAFE: "info"}


def diff_for_github(report: DiffReport) -> str:
    """A workflow command for each change, the worst first, because runners show the first few of each kind.

    What was not compared comes before them: nobody knows how bad it is.
    """
    gaps = [
        f"::error title=not-compared::{_data(f'{document.new}: {gap}')}"
        for document in report.documents
        for gap in document.gaps
    ]
    changes = sorted(report.changes, key=lambda each: (each.approved is not None, not each.breaks_somebody))
    return "\n".join([*gaps, *map(_annotation, changes)])


def _annotation(change: ReportedChange) -> str:
    facts = {}
    # Only lines of the new version are there to be annotated.
    if change.anchor is not None:
        facts["file"] = change.anchor.file
        if change.anchor.line is not None:
            facts["line"] = str(change.anchor.line)
    facts["title"] = change.id
    said = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
    command = _COMMANDS[SAFE if change.approved else change.severity]
    return f"::{command} {said}::{_data(told(change))}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def diff_for_gitlab(report: DiffReport) -> str:
    """A code quality report: every issue has a path and a line, as its readers demand."""
    issues = [
        {
            "description": told(change),
            "check_name": change.id,
            "fingerprint": change.fingerprint,
            "severity": _GITLAB[SAFE if change.approved else change.severity],
            "location": {"path": spot.file, "lines": {"begin": spot.line or 1}},
        }
        for document in report.documents
        for change in document.changes
        for spot in [change.anchor or change.spot or Spot(document.new)]
    ]
    return json.dumps(issues, indent=2)


def diff_for_junit(report: DiffReport) -> str:
    """A suite per document, a case per change: what breaks is a failure."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for document in report.documents:
        failures = document.count(BREAKING) + len(document.gaps)
        tests = max(1, len(document.changes) + len(document.gaps))
        skipped = f' skipped="{document.approved}"' if document.approved else ""
        lines.append(f'  <testsuite name={_attribute(document.new)} tests="{tests}" failures="{failures}"{skipped}>')
        lines += [_case(each) for each in document.changes]
        for gap in document.gaps:
            lines.append(
                f'    <testcase classname="gap" name={_attribute(gap)}><failure message="not compared"/></testcase>'
            )
        if not document.changes and not document.gaps:
            name = no_changes_told(document).removesuffix(".").lower()
            lines.append(f'    <testcase classname={_attribute(document.format)} name="{name}"/>')
        if left_out := left_out_told(document):
            lines.append(f"    <system-out>{left_out}</system-out>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"])


def _case(change: ReportedChange) -> str:
    named = f"    <testcase classname={_attribute(change.id)} name={_attribute(change.location or change.id)}"
    if change.spot is not None:
        named += f" file={_attribute(change.spot.file)}"
        named += f' line="{change.spot.line}"' if change.spot.line else ""
    text = told(change)
    if change.approved is not None:
        return f"{named}><skipped message={_attribute(approval_told(change))}/></testcase>"
    if change.severity == BREAKING:
        return f"{named}><failure message={_attribute(change.message)}>{escape(_allowed(text))}</failure></testcase>"
    return f"{named}><system-out>{escape(_allowed(text))}</system-out></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    return visible(text).translate(_NO_CHARACTERS)


def told(change: ReportedChange) -> str:
    """The change, whom it hits, and who let it pass, in one paragraph."""
    approval = approval_told(change)
    hits = [
        f"{'Breaks' if each.breaks else 'Touches'} {each.name} {each.version} in {each.environment} ({each.where})."
        for each in change.consumers
    ]
    return " ".join([change.message, *hits, *([f"{approval[0].upper()}{approval[1:]}."] if approval else [])])
