"""`contracthub diff`: what changed between two versions of what a provider offers, and whom it breaks."""

import click

from contracthub.cli.diff_options import asked_from, comparing_options
from contracthub.cli.diff_output import FORMS, rendered
from contracthub.cli.options import optional_hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, warn
from contracthub.cli.progress import waiting
from contracthub.client.hub import Hub


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@comparing_options
@click.option("--root", metavar="FILE", help="Folders are one document each, and this file refers to the others.")
@click.option("--name", metavar="NAME", callback=required_text, help="Of several documents in the hub, this one.")
@click.option("--in-hub", is_flag=True, help="Have the hub compare, which has OLD and remembers what it has read.")
@output_option(*FORMS)
@optional_hub_options
@click.pass_context
def command(ctx: click.Context, hub: Hub | None, /, *, old: str, new: str, output: str, **options: object) -> None:
    """Compares two versions of what a provider offers.

    OLD and NEW are files, folders, git:REF:path, http(s) addresses, or hub:PROVIDER[@version, environment or branch].

    contracthub diff git:origin/main:openapi.yaml openapi.yaml
    """
    asked = asked_from(old, new, hub, options)
    from contracthub.cli.diff_running import outcome_of

    with waiting(f"Comparing {asked.old} with {asked.new}"):
        outcome = outcome_of(asked)
    say(rendered(outcome.report, output, palette()))
    for trouble in outcome.troubles:
        warn(trouble)
    ctx.exit(outcome.exit_code(str(options["fail_on"])))
