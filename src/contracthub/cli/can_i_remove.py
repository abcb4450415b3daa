"""`contracthub can-i-remove`: does anybody who is deployed use an element?"""

import click

from contracthub.cli.element_asking import asked_of, element_options
from contracthub.cli.exits import ExitCode
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, say_json
from contracthub.client.element_readers import UsageQuestion
from contracthub.client.hub import Hub
from contracthub.domain.element_usage import Removal

_EXITS = {Removal.UNUSED: ExitCode.YES, Removal.USED: ExitCode.NO, Removal.UNKNOWN: ExitCode.NOT_FOUND_OUT}


@click.command("can-i-remove")
@element_options
@click.option(
    "--ignore-silent",
    multiple=True,
    callback=lambda ctx, parameter, values: tuple(required_text(ctx, parameter, each) for each in values),
    metavar="NAME",
    help="A consumer of which it does not matter that nothing is known; may be given several times.",
)
@click.option(
    "--allow-defaults", is_flag=True, help="Let go what all who read it can do without, by a default of their own."
)
@output_option("text", "json")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    provider: str,
    element: str,
    environments: tuple[str, ...],
    output: str,
    **options: object,
) -> None:
    """Asks whether an element of what a provider offers may go: nobody who lives in an environment uses it.

    Exits with 0 when nobody does, 1 when somebody does, 3 when that is not known. ELEMENT as for who-reads:

    contracthub can-i-remove orders 'GET /orders/{id}#/total' --environment production
    """
    ignored = options["ignore_silent"]
    question = UsageQuestion(
        provider,
        element,
        environments,
        main_branches=options["main_branches"] is True,
        ignore_silent=tuple(map(str, ignored)) if isinstance(ignored, tuple) else (),
        allow_defaults=options["allow_defaults"] is True,
    )
    answer = asked_of(hub, question)
    if output == "json":
        say_json(answer.document)
    else:
        from contracthub.reports.element_readers import removal_for_terminal

        say(removal_for_terminal(answer.usage, palette()))
    ctx.exit(_EXITS[answer.usage.removal])
