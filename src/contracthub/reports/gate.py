"""The gate's answer as a person reads it: a verdict per pair, the reason, what blocks and what clears it.

The values are what any face can fill in; how they were obtained is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.tables import markdown_table, markdown_text, terminal_table
from contracthub.reports.visible import visible, visible_lines

HEADINGS = ("CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "VERDICT")
VERDICT_COLUMN = 4
_GOOD = frozenset({"VERIFIED", "COMPATIBLE", "WAIVED"})
_BAD = frozenset({"FAILED", "INCOMPATIBLE"})
_ANSWER_COLOURS = {True: "green", False: "red", None: "yellow"}
_MARKS = {True: "\u2705", False: "\u274c", None: "\u2753"}


@dataclass(frozen=True, slots=True)
class GatePair:
    """One pair of the question with its verdict; a version that is unknown shows as a dash."""

    consumer: str
    consumer_version: str | None
    provider: str
    provider_version: str | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """One fact that stands in the way, and what clears it."""

    fact: str
    remedy: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class GateReport:
    """The whole answer. ``who`` and ``where`` are parts of a sentence: "web 1.2.3", "to production"."""

    who: str
    where: str
    deployable: bool | None
    pairs: tuple[GatePair, ...]
    reasons: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    warnings: tuple[str, ...] = ()


def gate_for_terminal(report: GateReport, palette: Palette = PLAIN) -> str:
    """Table, answer, reasons, blockers: the order in which a build log is read."""

    def paint(column: int, cell: str, padded: str) -> str:
        return palette.paint(padded, _colour(cell)) if column == VERDICT_COLUMN else padded

    lines = [*terminal_table(HEADINGS, _rows(report.pairs), paint), ""] if report.pairs else []
    lines.append(palette.paint(visible(_sentence(report)), _ANSWER_COLOURS[report.deployable]))
    for reason in report.reasons:
        lines += ["  " + line for line in visible_lines(reason)]
    for warning in report.warnings:
        lines += [palette.paint("  " + line, "yellow") for line in visible_lines(warning)]
    return "\n".join(lines + _blocker_lines(report.blockers, palette))


def gate_for_markdown(report: GateReport) -> str:
    """The same for a pull request comment or a job summary."""
    lines = [f"### {_MARKS[report.deployable]} {markdown_text(_sentence(report))}", ""]
    if report.pairs:
        rows = [(*row[:-1], _words(row[-1])) for row in _rows(report.pairs)]
        lines += [*markdown_table(("Consumer", "Version", "Provider", "Version", "Verdict"), rows), ""]
    lines += [f"- {markdown_text(text)}" for text in (*report.reasons, *report.warnings)]
    if report.blockers:
        lines += ["", "**What blocks**", ""]
        for at, blocker in enumerate(report.blockers, start=1):
            lines.append(f"{at}. {markdown_text(blocker.fact)}")
            lines += [f"   {markdown_text(blocker.remedy)}"] if blocker.remedy else []
            lines += ["", f"       {visible(blocker.command)}", ""] if blocker.command else []
    return "\n".join(lines).rstrip()


def _rows(pairs: Sequence[GatePair]) -> list[tuple[str, ...]]:
    return [
        (one.consumer, one.consumer_version or "-", one.provider, one.provider_version or "-", _words(one.verdict))
        for one in pairs
    ]


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")


def _sentence(report: GateReport) -> str:
    where = f" {report.where}" if report.where else ""
    if report.deployable is True:
        return f"Yes: {report.who} can be deployed{where}."
    if report.deployable is False:
        return f"No: {report.who} must not be deployed{where}."
    return f"Unknown: nobody knows yet whether {report.who} can be deployed{where}, so it must not be."


def _blocker_lines(blockers: Sequence[Blocker], palette: Palette) -> list[str]:
    lines = ["", palette.paint("What blocks:", "bold")] if blockers else []
    for at, blocker in enumerate(blockers, start=1):
        lines.append(f"  {at}. {visible(blocker.fact)}")
        lines += [f"     {visible(blocker.remedy)}"] if blocker.remedy else []
        lines += ["       " + palette.paint("$ " + visible(blocker.command), "cyan")] if blocker.command else []
    return lines


def _colour(verdict: str) -> str:
    name = verdict.replace(" ", "_")
    if name in _GOOD:
        return "green"
    return "red" if name in _BAD else "yellow"
