"""`contracthub can-i-deploy`: asks the gate, shows its answer, and exits with it (pact-broker-api §13, §18)."""

from dataclasses import replace

import click

from contracthub.cli.detection import detect_build
from contracthub.cli.gate_asking import Patience, exit_code_of_gate, ignored_by_environment, retry_options
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.ordering import OrderedCommand
from contracthub.cli.selectors import selector_options, selectors_given
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixQuestion, VersionSelector

_IGNORE_VARIABLES = ("CONTRACTHUB_CAN_I_DEPLOY_IGNORE", "PACT_BROKER_CAN_I_DEPLOY_IGNORE")
# The most that a hub gives: the evidence of each pair is told with its row.
_EXPLAINED_ROWS = 1000
_DRY_RUN_VARIABLES = ["CONTRACTHUB_CAN_I_DEPLOY_DRY_RUN", "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN"]


@click.command("can-i-deploy", cls=OrderedCommand)
@selector_options
@click.option("--to-environment", "environment", metavar="NAME", help="Where the application is to go.")
@click.option("--to", "to_tag", metavar="TAG", help="Tag of the versions to work with; environments are better.")
@retry_options
@click.option("--dry-run", is_flag=True, envvar=_DRY_RUN_VARIABLES, help="Show the answer, then exit with success.")
@click.option("--limit", type=click.IntRange(1), metavar="ROWS", help="Most rows to look at.")
@click.option(
    "-r", "--auto-detect-version-properties", "detect", is_flag=True, help="Take the version from the CI system or git."
)
@click.option("--explain", is_flag=True, help="Pair by pair: verdict, evidence, what blocks and what clears it.")
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
    explain: bool,
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
        ignored=ignored + ignored_by_environment(_IGNORE_VARIABLES),
        limit=limit or (_EXPLAINED_ROWS if explain else None),
    )
    patience = Patience(retry_while_unknown, retry_interval)
    ctx.exit(exit_code_of_gate(hub, question, patience, output, dry_run=dry_run, explain=explain))


def _with_detected_version(selectors: tuple[VersionSelector, ...]) -> tuple[VersionSelector, ...]:
    """The selectors with the commit that is being built as the version of the first one, unless it names its own."""
    first = selectors[0]
    if first != VersionSelector(first.pacticipant):
        return selectors
    commit = detect_build().commit
    if commit is None:
        raise click.UsageError("No commit found in the CI system's variables or git. Give --version.")
    return (replace(first, version=commit), *selectors[1:])
