"""`contracthub can-i-deploy`: asks the gate, shows its answer, and exits with it (pact-broker-api §13, §18)."""

import os
import time
from dataclasses import replace

import click

from contracthub.cli.detection import detect_build
from contracthub.cli.exits import ExitCode, message_for
from contracthub.cli.gate_view import gate_report
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.ordering import OrderedCommand
from contracthub.cli.printing import palette, say, say_json, warn
from contracthub.cli.selectors import selector_options, selectors_given
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixAnswer, MatrixQuestion, VersionSelector, ask_matrix
from contracthub.reports.gate import gate_for_markdown, gate_for_terminal

_IGNORE_VARIABLES = ("CONTRACTHUB_CAN_I_DEPLOY_IGNORE", "PACT_BROKER_CAN_I_DEPLOY_IGNORE")
_DRY_RUN_VARIABLES = ["CONTRACTHUB_CAN_I_DEPLOY_DRY_RUN", "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN"]


@click.command("can-i-deploy", cls=OrderedCommand)
@selector_options
@click.option("--to-environment", "environment", metavar="NAME", help="Where the application is to go.")
@click.option("--to", "to_tag", metavar="TAG", help="Tag of the versions to work with; environments are better.")
@click.option("--retry-while-unknown", type=click.IntRange(0), default=0, metavar="TIMES", help="Ask again this often.")
@click.option("--retry-interval", type=click.FloatRange(0), default=10.0, metavar="SECONDS", show_default=True)
@click.option("--dry-run", is_flag=True, envvar=_DRY_RUN_VARIABLES, help="Show the answer, then exit with success.")
@click.option("--limit", type=click.IntRange(1), metavar="ROWS", help="Most rows to look at.")
@click.option(
    "-r", "--auto-detect-version-properties", "detect", is_flag=True, help="Take the version from the CI system or git."
)
@output_option("table", "json", "markdown")
@hub_options
@click.pass_context
def command(  # noqa: PLR0913 (one argument per option)
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    environment: str | None,
    to_tag: str | None,
    retry_while_unknown: int,
    retry_interval: float,
    dry_run: bool,
    limit: int | None,
    detect: bool,
    output: str,
    **_: object,
) -> None:
    """Asks whether versions are safe to deploy together with what runs in the target environment.

    Exits with 0 only when the answer is yes; unknown is no. Name each application with -a, then its version:

    contracthub can-i-deploy -a web -e 1.2.3 --to-environment production
    """
    if environment and to_tag:
        raise click.UsageError("Give either --to-environment or --to, not both.")
    asked, ignored = selectors_given(ctx)
    question = MatrixQuestion(
        selectors=_with_detected_version(asked) if detect else asked,
        environment=environment,
        to_tag=to_tag,
        ignored=ignored + _ignored_by_environment(),
        limit=limit,
    )
    try:
        answer = _ask(hub, question, retries=retry_while_unknown, interval=retry_interval)
    except HubFailure as failure:
        if not dry_run:
            raise
        warn(f"[dry-run] {message_for(failure)}")
        return
    _show(question, answer, output)
    if dry_run:
        warn("[dry-run] The exit code is 0 whatever the answer.")
        return
    ctx.exit(ExitCode.YES if answer.deployable is True else ExitCode.NO)


def _ask(hub: Hub, question: MatrixQuestion, *, retries: int, interval: float) -> MatrixAnswer:
    answer = ask_matrix(hub, question)
    for left in range(retries, 0, -1):
        if answer.unknown == 0:
            break
        warn(f"{answer.unknown} verification results are missing; asking again in {interval:g} s ({left} tries left).")
        time.sleep(interval)
        answer = ask_matrix(hub, question)
    return answer


def _show(question: MatrixQuestion, answer: MatrixAnswer, output: str) -> None:
    match output:
        case "json":
            say_json(answer.document)
        case "markdown":
            say(gate_for_markdown(gate_report(question, answer)))
        case _:
            colours = palette()
            say(gate_for_terminal(gate_report(question, answer), colours))


def _ignored_by_environment() -> tuple[VersionSelector, ...]:
    names = next((os.environ[name] for name in _IGNORE_VARIABLES if os.environ.get(name)), "")
    return tuple(VersionSelector(name.strip()) for name in names.split(",") if name.strip())


def _with_detected_version(selectors: tuple[VersionSelector, ...]) -> tuple[VersionSelector, ...]:
    """The selectors with the commit that is being built as the version of the first one, unless it names its own."""
    first = selectors[0]
    if first != VersionSelector(first.pacticipant):
        return selectors
    commit = detect_build().commit
    if commit is None:
        raise click.UsageError("No commit found in the CI system's variables or git. Give --version.")
    return (replace(first, version=commit), *selectors[1:])
