"""`contracthub approve`: let breaking changes pass, for a reason and until a day."""

from datetime import date

import click

from contracthub.cli.approving_view import approval_line
from contracthub.cli.letting_pass import read_until, whoever_asks
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub


@click.command("approve")
@click.argument("provider", metavar="PROVIDER", callback=required_text)
@click.argument("fingerprints", metavar="[FINGERPRINT]...", nargs=-1)
@click.option(
    "--all-from",
    "report",
    metavar="FILE",
    help="All breaking changes in what `contracthub diff --output json` wrote; - reads it from stdin.",
)
@click.option(
    "--severity",
    type=click.Choice(("breaking", "dangerous")),
    default="breaking",
    show_default=True,
    help="From which severity on --all-from approves.",
)
@click.option("--reason", required=True, callback=required_text, metavar="TEXT", help="Why they may pass.")
@click.option(
    "--until", required=True, callback=read_until, metavar="YYYY-MM-DD", help="The last day on which they pass."
)
@click.option(
    "--by",
    callback=required_text,
    metavar="NAME",
    help="Who approves, where the hub asks for no credentials. Default: who started the build, or is logged in.",
)
@output_option("text", "json")
@hub_options
def command(
    hub: Hub,
    /,
    *,
    provider: str,
    fingerprints: tuple[str, ...],
    report: str | None,
    severity: str,
    output: str,
    **said: object,
) -> None:
    """Lets breaking changes of a provider pass until a day; the hub remembers who said so, and why.

    FINGERPRINT is what `contracthub diff --output json` tells of a change. The next `contracthub diff --provider` shows
    the change as approved and does not fail for it. Any other change still fails.
    """
    from contracthub.cli.approving import changes_to_approve
    from contracthub.client.approvals import Terms, approve

    changes = changes_to_approve(fingerprints, report, severity)
    until = said["until"]
    assert isinstance(until, date)
    terms = Terms(str(said["reason"]), until, str(said["by"] or whoever_asks()))
    made = [approve(hub, provider, each, terms) for each in changes]
    if output == "json":
        say_json({"approvals": [document for _, document in made]})
        return
    for approval, _ in made:
        say(approval_line(approval))
    if not made:
        say(f"There is nothing to approve: no change is {severity} that is not approved already.")
