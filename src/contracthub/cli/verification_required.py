"""`contracthub verification-required`: whether versions were never verified with each other (pact-broker-api §18)."""

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.gate_asking import show_gate
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.ordering import OrderedCommand
from contracthub.cli.printing import say
from contracthub.cli.selectors import selector_options, selectors_given
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixQuestion, ask_matrix


@click.command("verification-required", cls=OrderedCommand, hidden=True)
@selector_options
@click.option("--in-environment", "environment", metavar="NAME", help="Only partners that are in this environment.")
@click.option("--to", "to_tag", metavar="TAG", help="Only partners with this tag.")
@output_option("table", "json")
@hub_options
@click.pass_context
def command(
    ctx: click.Context, hub: Hub, /, *, environment: str | None, to_tag: str | None, output: str, **_: object
) -> None:
    """Exits with 0 when no result is known for these versions, so that a verification is required."""
    if environment and to_tag:
        raise click.UsageError("Give either --in-environment or --to, not both.")
    asked, _ignored = selectors_given(ctx)
    question = MatrixQuestion(asked, environment, to_tag)
    answer = ask_matrix(hub, question)
    required = all(row.success is None for row in answer.rows)
    show_gate(question, answer, output)
    if output != "json":
        say("Verification is required." if required else "No verification is required.")
    ctx.exit(ExitCode.YES if required else ExitCode.NO)
