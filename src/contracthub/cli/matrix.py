"""`contracthub matrix`: shows matrix rows. It informs and judges nothing: the gate is can-i-deploy."""

import click

from contracthub.cli.gate_view import verdict_word
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.ordering import OrderedCommand
from contracthub.cli.printing import say, say_json
from contracthub.cli.selectors import selector_options, selectors_given
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixQuestion, MatrixRow, ask_matrix
from contracthub.domain.comparisons import ContractKind
from contracthub.reports.gate import of_topic
from contracthub.reports.tables import markdown_table, terminal_table

HEADINGS = ("CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "RESULT", "VERIFIED AT", "KIND", "EVIDENCE")


@click.command("matrix", cls=OrderedCommand)
@selector_options
@click.option("--to-environment", "environment", metavar="NAME", help="Only partners that are in this environment.")
@click.option("--to", "to_tag", metavar="TAG", help="Only partners with this tag.")
@click.option("--latest-by", type=click.Choice(["cvpv", "cvp", "cp"]), default="cvpv", show_default=True)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([each.value for each in ContractKind]),
    help="Only rows about contracts of this kind; may be given several times. It changes what is shown, no decision.",
)
@click.option("--limit", type=click.IntRange(1), metavar="ROWS", help="Most rows to show.")
@output_option("table", "json", "markdown")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    environment: str | None,
    to_tag: str | None,
    latest_by: str,
    kinds: tuple[str, ...],
    limit: int | None,
    output: str,
    **_: object,
) -> None:
    """Shows how consumer versions stand with provider versions, whatever kind of contract they have."""
    asked, ignored = selectors_given(ctx)
    question = MatrixQuestion(
        asked, environment, to_tag, ignored, limit=limit, latest_by=latest_by, infer_latest=False, kinds=kinds
    )
    answer = ask_matrix(hub, question)
    rows = [_cells(row) for row in answer.rows]
    if output == "json":
        say_json(answer.document)
    elif output == "markdown":
        say("\n".join(markdown_table(HEADINGS, rows)))
    else:
        say("\n".join(terminal_table(HEADINGS, rows)) if rows else "No rows.")


def _cells(row: MatrixRow) -> tuple[str, ...]:
    return (
        row.consumer.name,
        row.consumer.version or "-",
        row.provider.name,
        row.provider.version or "-",
        of_topic(verdict_word(row).replace("_", " "), row.topic or row.live),
        row.verified_at or "-",
        row.kind or "-",
        row.evidence or "-",
    )
