"""`contracthub who-reads`: who reads or sends an element of what a provider offers, and what proves it."""

import click

from contracthub.cli.element_asking import asked_of, element_options
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import palette, say, say_json
from contracthub.client.element_readers import UsageQuestion
from contracthub.client.hub import Hub


@click.command("who-reads")
@element_options
@output_option("text", "json")
@hub_options
def command(
    hub: Hub,
    /,
    *,
    provider: str,
    element: str,
    environments: tuple[str, ...],
    main_branches: bool,
    output: str,
) -> None:
    """Tells who reads or sends an element: which version, where, since when, in which interaction.

    ELEMENT is an operation 'GET /orders/{id}', a field of its responses 'GET /orders/{id}#/lines/*/sku' or of its
    requests 'POST /orders#request/payer', a parameter 'POST /orders?currency', a header 'GET /orders#header/ETag',
    'Type.field' or 'Query.orders(first:)' of a GraphQL schema, a topic, or a field of its messages 'topic#/field'.

    contracthub who-reads orders 'GET /orders/{id}#/total'
    """
    answer = asked_of(hub, UsageQuestion(provider, element, environments, main_branches))
    if output == "json":
        say_json(answer.document)
    else:
        from contracthub.reports.element_readers import readers_for_terminal

        say(readers_for_terminal(answer.usage, palette()))
