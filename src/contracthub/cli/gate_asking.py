"""What the commands that ask the gate share: asking again while results are missing, and showing the answer."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from contracthub.cli.exits import ExitCode, message_for
from contracthub.cli.gate_view import explanation, gate_report
from contracthub.cli.options import Seconds
from contracthub.cli.printing import palette, say, say_json, warn
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixAnswer, MatrixQuestion, VersionSelector, ask_matrix
from contracthub.reports.gate import gate_explained, gate_for_markdown, gate_for_terminal

F = TypeVar("F", bound=Callable[..., object])

_RETRY_OPTIONS = (
    click.option(
        "--retry-while-unknown", type=click.IntRange(0), default=0, metavar="TIMES", help="Ask again this often."
    ),
    click.option("--retry-interval", type=Seconds(0, 86400), default=10.0, metavar="SECONDS", show_default=True),
)


def retry_options(function: F) -> F:
    """Gives a command the options that say how long to wait for results."""
    decorated = function
    for option in reversed(_RETRY_OPTIONS):
        decorated = option(decorated)
    return decorated


def ask_patiently(hub: Hub, question: MatrixQuestion, *, retries: int, interval: float) -> MatrixAnswer:
    """The gate's answer, asked for again while verification results are missing; each wait is told on stderr."""
    answer = ask_matrix(hub, question)
    for left in range(retries, 0, -1):
        if answer.unknown == 0:
            break
        warn(f"{answer.unknown} verification results are missing; asking again in {interval:g} s ({left} tries left).")
        time.sleep(interval)
        answer = ask_matrix(hub, question)
    return answer


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask again while results are missing, and the pause in seconds before each time."""

    retries: int
    interval: float


def exit_code_of_gate(
    hub: Hub, question: MatrixQuestion, patience: Patience, output: str, *, dry_run: bool, explain: bool = False
) -> ExitCode:
    """Asks, shows the answer, and says what the command ends with; a dry run ends well whatever the hub says."""
    try:
        answer = ask_patiently(hub, question, retries=patience.retries, interval=patience.interval)
    except HubFailure as failure:
        if not dry_run:
            raise
        warn(f"[dry-run] {message_for(failure)}")
        return ExitCode.YES
    show_gate(question, answer, output, explain=explain)
    if dry_run:
        warn("[dry-run] The exit code is 0 whatever the answer.")
        return ExitCode.YES
    return ExitCode.YES if answer.deployable is True else ExitCode.NO


def show_gate(question: MatrixQuestion, answer: MatrixAnswer, output: str, *, explain: bool = False) -> None:
    """Prints the answer as ``json``, ``markdown`` or for a terminal; ``explain``: pair by pair."""
    match output:
        case "json" if explain:
            say_json(explanation(answer))
        case "table" if explain:
            say(gate_explained(gate_report(question, answer), palette()))
        case "json":
            say_json(answer.document)
        case "markdown":
            say(gate_for_markdown(gate_report(question, answer)))
        case _:
            colours = palette()
            say(gate_for_terminal(gate_report(question, answer), colours))


def ignored_by_environment(variables: Sequence[str]) -> tuple[VersionSelector, ...]:
    """The applications that the first variable with a value names, with commas between them."""
    names = next((os.environ[name] for name in variables if os.environ.get(name)), "")
    return tuple(VersionSelector(name.strip()) for name in names.split(",") if name.strip())
