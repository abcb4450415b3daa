"""The gate's answer as a person reads it: a verdict per pair, the reason, what blocks and what clears it.

The values are what any face can fill in; how they were obtained is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.tables import markdown_table, markdown_text, terminal_table
from contracthub.reports.visible import visible, visible_lines

HEADINGS = ("CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "SUCCESS?", "RESULT#", "VERDICT")
VERDICT_COLUMN = 6
_GOOD = frozenset({"VERIFIED", "COMPATIBLE", "WAIVED"})
_BAD = frozenset({"FAILED", "INCOMPATIBLE", "MISSING_STATE"})
_ANSWER_COLOURS = {True: "green", False: "red", None: "yellow"}
_SUCCESS = {True: "true", False: "false", None: "-"}
_MARKS = {True: "\u2705", False: "\u274c", None: "\u2753"}


@dataclass(frozen=True, slots=True)
class GatePair:
    """One pair of the question with its verdict; what is unknown shows as a dash.

    ``success`` and ``result`` are the Pact Broker's columns; ``evidence`` says in words what the verdict rests on, and
    ``url`` where that is. ``blocker`` is there when the pair stands in the way, ``topic`` when it is about what
    is read from that, or about a live contract.
    """

    consumer: str
    consumer_version: str | None
    provider: str
    provider_version: str | None
    verdict: str
    success: bool | None = None
    result: int | None = None
    fact: str = ""
    evidence: str | None = None
    url: str | None = None
    blocker: "Blocker | None" = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Blocker:
    """One fact that stands in the way, and what clears it."""

    fact: str
    remedy: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class GateReport:
    """The whole answer. ``who``, ``done`` and ``where`` are parts of a sentence: "web 1.2.3", "deployed", "to uat"."""

    who: str
    where: str
    deployable: bool | None
    pairs: tuple[GatePair, ...]
    reasons: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    warnings: tuple[str, ...] = ()
    done: str = "deployed"


def gate_for_terminal(report: GateReport, palette: Palette = PLAIN) -> str:
    """Table, answer, reasons, blockers: the order in which a build log is read."""

    def paint(column: int, cell: str, padded: str) -> str:
        return palette.paint(padded, _colour(cell)) if column == VERDICT_COLUMN else padded

    lines = [*terminal_table(HEADINGS, _rows(report.pairs), paint), ""] if report.pairs else []
    lines.append(palette.paint(visible(_sentence(report)), _ANSWER_COLOURS[report.deployable]))
    for reason in report.reasons:
        lines += ["  " + line for line in visible_lines(reason)]
    lines += ["  " + _on_paper(report)] if _on_paper(report) else []
    for warning in report.warnings:
        lines += [palette.paint("  " + line, "yellow") for line in visible_lines(warning)]
    return "\n".join(lines + blocker_lines(report.blockers, palette))


def gate_explained(report: GateReport, palette: Palette = PLAIN) -> str:
    """Pair by pair: the verdict, the fact, the result that it rests on, and for what blocks the command to run."""
    lines: list[str] = []
    for pair in report.pairs:
        lines += [*_explained_pair(pair, palette), ""]
    if report.deployable and not report.pairs:
        lines = [
            "Nothing that was asked about has a contract with anything that counts here, so nothing can break.",
            "",
        ]
    lines.append(palette.paint(visible(_sentence(report)), _ANSWER_COLOURS[report.deployable]))
    for text in (*report.reasons, *report.warnings):
        lines += ["  " + line for line in visible_lines(text)]
    return "\n".join(lines)


def _explained_pair(pair: GatePair, palette: Palette) -> list[str]:
    sides = (f"{name} {version or '-'}" for name, version in
             ((pair.consumer, pair.consumer_version), (pair.provider, pair.provider_version)) if name)  # fmt: skip
    verdict = visible(of_topic(_words(pair.verdict), pair.topic))
    lines = [f"{visible(' → '.join(sides))}: {palette.paint(verdict, _colour(pair.verdict))}"]
    lines += ["  " + line for line in visible_lines(pair.fact)] if pair.fact else []
    lines.append(f"  Evidence: {visible(pair.evidence)}" if pair.evidence else "  Evidence: none.")
    lines += [f"    {visible(pair.url)}"] if pair.url else []
    if pair.blocker is not None:
        lines += [f"  To clear it: {visible(pair.blocker.remedy)}"] if pair.blocker.remedy else []
        command = pair.blocker.command
        lines += ["    " + palette.paint("$ " + visible(command), "cyan")] if command else []
    return lines


def gate_for_markdown(report: GateReport) -> str:
    """The same for a pull request comment or a job summary."""
    lines = [f"### {_MARKS[report.deployable]} {markdown_text(_sentence(report))}", ""]
    if report.pairs:
        headings = ("Consumer", "Version", "Provider", "Version", "Success?", "Result", "Verdict")
        lines += [*markdown_table(headings, _rows(report.pairs)), ""]
    texts = (*report.reasons, *filter(None, (_on_paper(report),)), *report.warnings)
    lines += [f"- {markdown_text(text)}" for text in texts]
    if report.blockers:
        lines += ["", "**What blocks**", ""]
        for at, blocker in enumerate(report.blockers, start=1):
            lines.append(f"{at}. {markdown_text(blocker.fact)}")
            lines += [f"   {markdown_text(blocker.remedy)}"] if blocker.remedy else []
            lines += ["", f"       {visible(blocker.command)}", ""] if blocker.command else []
    return "\n".join(lines).rstrip()


def _rows(pairs: Sequence[GatePair]) -> list[tuple[str, ...]]:
    return [
        (
            one.consumer,
            one.consumer_version or "-",
            one.provider or "-",
            one.provider_version or "-",
            _SUCCESS[one.success],
            "-" if one.result is None else str(one.result),
            of_topic(_words(one.verdict), one.topic),
        )
        for one in pairs
    ]


def of_topic(words: str, topic: str | None) -> str:
    """A verdict, with the topic that it is about."""
    return f"{words} ({topic})" if topic else words


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")


def _sentence(report: GateReport) -> str:
    where = f" {report.where}" if report.where else ""
    if report.deployable is True:
        return f"Yes: {report.who} can be {report.done}{where}."
    if report.deployable is False:
        return f"No: {report.who} must not be {report.done}{where}."
    return f"Unknown: nobody knows yet whether {report.who} can be {report.done}{where}, so it must not be."


def _on_paper(report: GateReport) -> str:
    """What a yes rests on where nothing ran for a part of it; nothing else needs saying."""
    compared = sum(one.verdict == "COMPATIBLE" for one in report.pairs)
    if not compared or not report.deployable:
        return ""
    return f"On paper only, compared with the provider's documents and not replayed: {compared} of {len(report.pairs)}."


def blocker_lines(blockers: Sequence[Blocker], palette: Palette) -> list[str]:
    """What blocks, and for each fact the remedy."""
    lines = ["", palette.paint("What blocks:", "bold")] if blockers else []
    for at, blocker in enumerate(blockers, start=1):
        lines.append(f"  {at}. {visible(blocker.fact)}")
        lines += [f"     {visible(blocker.remedy)}"] if blocker.remedy else []
        lines += ["       " + palette.paint("$ " + visible(blocker.command), "cyan")] if blocker.command else []
    return lines


def _colour(verdict: str) -> str:
    name = verdict.partition(" (")[0].replace(" ", "_")
    if name in _GOOD:
        return "green"
    return "red" if name in _BAD else "yellow"
