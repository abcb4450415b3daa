"""`contracthub can-i-merge`: asks the gate about the main branches of all partners (pact-broker-api §13, §18)."""

import click

from contracthub.cli.gate_asking import Patience, exit_code_of_gate, ignored_by_environment, retry_options
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.ordering import OrderedCommand
from contracthub.cli.selectors import selector_options, selectors_given
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixQuestion

_IGNORE_VARIABLES = ("CONTRACTHUB_CAN_I_MERGE_IGNORE", "PACT_BROKER_CAN_I_MERGE_IGNORE")
_DRY_RUN_VARIABLES = [
    "CONTRACTHUB_CAN_I_MERGE_DRY_RUN",
    "PACT_BROKER_CAN_I_MERGE_DRY_RUN",
    "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN",
]


@click.command("can-i-merge", cls=OrderedCommand)
@selector_options
@retry_options
@click.option("--dry-run", is_flag=True, envvar=_DRY_RUN_VARIABLES, help="Show the answer, then exit with success.")
@output_option("table", "json", "markdown")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    retry_while_unknown: int,
    retry_interval: float,
    dry_run: bool,
    output: str,
    **_: object,
) -> None:
    """Asks whether a version works with the newest version of the main branch of everything it is integrated with.

    Exits with 0 only when the answer is yes; unknown is no.

    contracthub can-i-merge -a web -e 1.2.3
    """
    asked, ignored = selectors_given(ctx)
    ignored += ignored_by_environment(_IGNORE_VARIABLES)
    question = MatrixQuestion(selectors=asked, ignored=ignored, to_main_branches=True)
    patience = Patience(retry_while_unknown, retry_interval)
    ctx.exit(exit_code_of_gate(hub, question, patience, output, dry_run=dry_run))
