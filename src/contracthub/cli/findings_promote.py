"""`contracthub findings promote`: from a finding to a contract that the provider is verified against for good."""

from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.findings_view import numbers_argument, provider_argument
from contracthub.cli.options import hub_options, required_text
from contracthub.cli.printing import say, say_notices
from contracthub.client.findings import get_finding
from contracthub.client.hub import Hub


@click.command("promote")
@provider_argument
@numbers_argument
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The pact file. What was promoted into it before stays. Default: PROVIDER-regressions.json, here.",
)
@click.option("--publish", is_flag=True, help="Publish it, together with what was promoted before, and write no file.")
@click.option(
    "--branch",
    default="main",
    show_default=True,
    callback=required_text,
    metavar="NAME",
    help="With --publish: the branch of the published version.",
)
@hub_options
def command(
    hub: Hub, /, *, provider: str, numbers: tuple[int, ...], out: Path | None, publish: bool, branch: str
) -> None:
    """Turns findings into interactions of the consumer PROVIDER-regressions, which expects of each request a status
    that says the fault is gone. `contracthub verify` and every other verifier of pacts replays them.
    """
    if publish and out is not None:
        raise click.UsageError("Give either --out or --publish, not both.")
    from contracthub.cli.promoting import publish_regressions, write_regressions
    from contracthub.formats.pact.regression import NotPromotable

    findings = [get_finding(hub, provider, number)[0] for number in dict.fromkeys(numbers)]
    try:
        if publish:
            say_notices(publish_regressions(hub, findings, branch))
            return
        say(write_regressions(findings, out))
    except NotPromotable as refusal:
        raise Stopped(str(refusal), ExitCode.NO) from refusal
