"""A verification run as text: for terminals, for machines (JSON), for pull requests (Markdown)."""

import json

from contracthub.domain.verification_reports import (
    InteractionOutcome,
    Mismatch,
    OpaqueInteraction,
    Outcome,
    PublicationStatus,
    VerificationReport,
)
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.tables import markdown_table, markdown_text
from contracthub.reports.visible import visible, visible_lines

_COLOURS = {"OK": "green", "FAILED": "red", "pending": "yellow", "NO STATE": "red", "pending, no state": "yellow"}


def verification_for_terminal(report: VerificationReport, palette: Palette = PLAIN) -> str:
    """One block per consumer, one line per interaction, the differences of each failure under it, then the answer."""
    lines: list[str] = []
    for consumer in report.consumers:
        lines.append(palette.paint(f"{visible(consumer)} \u2192 {visible(report.provider)}", "bold"))
        for interaction in report.interactions:
            if interaction.consumer == consumer:
                lines += _interaction_lines(interaction, palette)
        lines.append("")
    for one in report.opaque:
        lines += [palette.paint(line, "yellow") for line in visible_lines(_opaque_text(one))]
    for notice in report.notices:
        lines += [palette.paint(line, "dim") for line in visible_lines(notice)]
    for problem in report.problems:
        lines += [palette.paint(line, "red") for line in visible_lines(problem)]
    good = report.outcome is Outcome.VERIFIED
    return "\n".join([*lines, palette.paint(visible(summary_of(report)), "green" if good else "red")])


def verification_for_json(report: VerificationReport) -> str:
    """The run as one JSON object, names as in the hub's API; control characters are escaped by JSON itself."""
    return json.dumps(
        {
            "outcome": report.outcome,
            "provider": report.provider,
            "providerVersion": report.provider_version,
            "providerBranch": report.provider_branch,
            "source": report.source,
            "publication": report.publication,
            "problems": report.problems,
            "notices": report.notices,
            "interactions": [_interaction_object(one) for one in report.interactions],
        }
        | ({"unverifiable": [_opaque_object(one) for one in report.opaque]} if report.opaque else {}),
        indent=2,
    )


def verification_for_markdown(report: VerificationReport) -> str:
    """The run for a pull request comment: the answer, a table, and the differences of each failure."""
    mark = "\u2705" if report.outcome is Outcome.VERIFIED else "\u274c"
    lines = [f"### {mark} {markdown_text(summary_of(report))}", ""]
    lines += [f"- {markdown_text(problem)}" for problem in report.problems]
    lines += [f"- {markdown_text(_opaque_text(one))}" for one in report.opaque]
    if report.interactions:
        rows = [(one.consumer, title_of(one), word_for(one)) for one in report.interactions]
        lines += ["", *markdown_table(("Consumer", "Interaction", "Result"), rows)]
    for one in report.interactions:
        if one.mismatches:
            lines += ["", f"**{markdown_text(one.consumer)}: {markdown_text(title_of(one))}**", ""]
            lines += [f"- {markdown_text(mismatch_text(mismatch))}" for mismatch in one.mismatches]
    return "\n".join(lines)


def summary_of(report: VerificationReport) -> str:
    """The answer in one sentence."""
    who = f"{report.provider} {report.provider_version}" if report.provider_version else report.provider
    passed = report.count(passed=True)
    missing = sum(1 for one in report.interactions if one.lacks_state and one.fails_the_run)
    unset = sum(1 for one in report.interactions if one.lacks_state and one.pending and not one.passed)
    failed = report.count(passed=False, pending=False) - missing
    pending = report.count(passed=False, pending=True) - unset
    counts = f"{passed} passed, {failed} failed" + (f", {pending} pending failed" if pending else "")
    counts += f", {missing} without their provider state" if missing else ""
    counts += f", {unset} pending without their provider state" if unset else ""
    match report.outcome:
        case Outcome.VERIFIED:
            published = " Results are published." if report.publication is PublicationStatus.PUBLISHED else ""
            return f"{who} meets its contracts ({counts}).{published}"
        case Outcome.FAILED:
            unpublished = report.publication is PublicationStatus.FAILED
            return f"{who} breaks its contracts ({counts})." + (" Results could NOT be published." * unpublished)
        case Outcome.MISSING_STATE:
            return f"{who} could not be set up for all of its contracts ({counts}): provider states are missing."
        case Outcome.NOTHING_VERIFIED:
            return f"Nothing was verified: no interaction of {who} was replayed, so this says nothing about it."
        case Outcome.NOT_PUBLISHED:
            return f"{who} meets its contracts ({counts}), but the results could NOT be published."
        case Outcome.COULD_NOT_RUN:
            return f"The verification of {who} did not run to its end ({counts})."


def word_for(interaction: InteractionOutcome) -> str:
    """OK, FAILED, or NO STATE: nothing was found out; pending is what must not break the build, of either."""
    if interaction.passed:
        return "OK"
    if interaction.pending:
        return "pending, no state" if interaction.lacks_state else "pending"
    return "NO STATE" if interaction.lacks_state else "FAILED"


def title_of(interaction: InteractionOutcome) -> str:
    """The description with the provider states it starts from."""
    if not interaction.provider_states:
        return interaction.description
    return f"{interaction.description} (given {' and '.join(interaction.provider_states)})"


def mismatch_text(mismatch: Mismatch) -> str:
    """A difference as one line: where, what was expected, what came."""
    where = f"{mismatch.attribute} {mismatch.location}".strip()
    if mismatch.expected is None and mismatch.actual is None:
        return f"{where}: {mismatch.text}"
    line = f"{where}: expected {_value(mismatch.expected)}, got {_value(mismatch.actual)}"
    # For a status the text says the same once more.
    return f"{line} ({mismatch.text})" if mismatch.text and mismatch.attribute != "status" else line


def _opaque_object(one: OpaqueInteraction) -> dict[str, object]:
    told: dict[str, object] = {"consumer": one.consumer, "description": one.description}
    return told | ({"reason": one.why} if one.why else {})


def _opaque_text(one: OpaqueInteraction) -> str:
    if one.why:
        return f"{one.consumer}: “{one.description}”. {one.why}"
    return f"{one.consumer}: “{one.description}” can't be verified here: only a plugin understands it."


def _value(value: str | None) -> str:
    return "nothing" if value is None else value


def _interaction_lines(interaction: InteractionOutcome, palette: Palette) -> list[str]:
    word = word_for(interaction)
    took = f" ({interaction.milliseconds} ms)" if interaction.milliseconds is not None else ""
    lines = [f"  {palette.paint(f'{word:<7}', _COLOURS[word])} {visible(title_of(interaction))}{took}"]
    lines += [palette.paint(f"            {visible(note)}", "dim") for note in interaction.notes]
    return lines + [f"            {visible(mismatch_text(one))}" for one in interaction.mismatches]


def _interaction_object(interaction: InteractionOutcome) -> dict[str, object]:
    return {
        "consumer": interaction.consumer,
        "description": interaction.description,
        "providerStates": interaction.provider_states,
        "success": interaction.passed,
        "pending": interaction.pending,
        "milliseconds": interaction.milliseconds,
        "mismatches": [
            {
                "attribute": one.attribute,
                "identifier": one.location,
                "expected": one.expected,
                "actual": one.actual,
                "description": one.text,
            }
            for one in interaction.mismatches
        ],
    } | ({"notes": interaction.notes} if interaction.notes else {})
