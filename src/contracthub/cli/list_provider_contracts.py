"""`contracthub list-provider-contracts`: what a provider offers, in which versions."""

import click

from contracthub.cli.offer_options import offer_options, question_from
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import list_offers
from contracthub.reports.tables import terminal_table

HEADINGS = ("VERSION", "NAME", "FORMAT", "SUBJECT", "FILES", "PUBLISHED")


@click.command("list-provider-contracts")
@offer_options
@click.option("--latest", is_flag=True, help="Of the newest version of the main branch.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="The newest so many of all versions."
)
@output_option("table", "json")
@hub_options
def command(hub: Hub, *, latest: bool, limit: int, output: str, **options: str | None) -> None:
    """Lists the documents of a provider: of all versions, of one, of a branch's newest one, or of an environment."""
    question = question_from(options)
    narrowed = latest or any((question.version, question.branch, question.environment))
    offers, document = list_offers(hub, question, limit=None if narrowed else limit)
    if output == "json":
        say_json(document)
        return
    rows = [
        (each.version, each.name, each.format, each.subject or "-", str(len(each.files)), each.created_at)
        for each in offers
    ]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no such provider contracts.")
