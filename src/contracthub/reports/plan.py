"""A plan of deployments as a person reads it: steps with their commands, or what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.gate import Blocker, blocker_lines
from contracthub.reports.visible import visible


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What goes at once, how its deployment is recorded, and why it is not earlier."""

    versions: tuple[str, ...]
    commands: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The whole plan; without steps, ``blockers`` say why there is none."""

    environment: str
    steps: tuple[PlanStep, ...]
    blockers: tuple[Blocker, ...]


def plan_for_terminal(report: PlanReport, palette: Palette = PLAIN) -> str:
    """The steps in their order, or the facts that forbid every order."""
    where = visible(report.environment)
    if not report.steps:
        text = f"There is no safe order in which these can be deployed to {where}."
        return "\n".join([palette.paint(text, "red"), *blocker_lines(report.blockers, palette)])
    lines = [palette.paint(f"A safe order of deployments to {where}:", "green")]
    for at, step in enumerate(report.steps, start=1):
        lines.append(palette.paint(f"  {at}. {_together(step.versions)}", "bold"))
        lines += [f"     because: {visible(fact)}" for fact in step.because]
        lines += ["       " + palette.paint("$ " + visible(command), "cyan") for command in step.commands]
    return "\n".join(lines)


def _together(versions: Sequence[str]) -> str:
    names = [visible(each) for each in versions]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}, together: each needs the others"
