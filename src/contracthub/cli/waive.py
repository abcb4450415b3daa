"""`contracthub waive`: let a pair or a change pass the gate, for a reason and until a day."""

from datetime import date

import click

from contracthub.cli.letting_pass import read_until, whoever_asks
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.domain.comparisons import ContractKind
from contracthub.reports.visible import visible

_FIELDS = {
    "provider": "provider",
    "provider_version": "providerVersion",
    "consumer": "consumer",
    "consumer_version": "consumerVersion",
    "environment": "environment",
    "kind": "contract",
    "rule": "rule",
    "path": "path",
}


@click.command("waive")
@click.option("--provider", required=True, callback=required_text, metavar="NAME", help="The provider.")
@click.option("--provider-version", callback=required_text, metavar="NUMBER", help="Only this version of it.")
@click.option("--consumer", callback=required_text, metavar="NAME", help="Only this consumer.")
@click.option("--consumer-version", callback=required_text, metavar="NUMBER", help="Only this version of it.")
@click.option("--environment", callback=required_text, metavar="NAME", help="Only in this environment.")
@click.option("--kind", type=click.Choice([each.value for each in ContractKind]), help="Only this kind of contract.")
@click.option("--rule", callback=required_text, metavar="RULE", help="Only a change that this rule tells.")
@click.option(
    "--path",
    callback=required_text,
    metavar="PATH",
    help="Only at this place, as the finding has it (response.body.total).",
)
@click.option("--reason", required=True, callback=required_text, metavar="TEXT", help="Why it may pass.")
@click.option(
    "--until", required=True, callback=read_until, metavar="YYYY-MM-DD", help="The last day on which it passes."
)
@click.option(
    "--by",
    callback=required_text,
    metavar="NAME",
    help="Who waives, where the hub asks for no credentials. Default: who started the build, or is logged in.",
)
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, reason: str, until: date, by: str | None, output: str, **given: str | None) -> None:
    """Lets a blocking verdict pass until a day; the hub remembers who said so, and why.

    Names a provider, and a consumer or a rule (a single change); everything else narrows it down further. Every
    decision that rests on the waiver tells of it.
    """
    from contracthub.cli.waiving_view import covered
    from contracthub.client.waivers import waive

    covers = {_FIELDS[name]: value for name, value in given.items() if value is not None}
    if "consumer" not in covers and "rule" not in covers:
        raise click.UsageError("What is waived? Give --consumer or --rule: not everything of a provider at once.")
    for narrow, wide in (("consumerVersion", "--consumer"), ("path", "--rule")):
        if narrow in covers and wide[2:] not in covers:
            raise click.UsageError(
                f"--{'consumer-version' if narrow != 'path' else narrow} says nothing without {wide}."
            )
    made = waive(hub, covers, reason=reason, until=until.isoformat(), by=by or whoever_asks())
    if output == "json":
        say_json(made.document)
    else:
        say(visible(f"Waiver {made.number}: {made.by} lets {covered(made)} pass until {made.until}."))
