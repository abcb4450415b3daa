"""`contracthub withdraw-approval`: let changes pass no longer."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, required_text
from contracthub.cli.printing import say
from contracthub.client.approvals import withdraw, withdraw_expired
from contracthub.client.hub import Hub
from contracthub.reports.visible import visible


@click.command("withdraw-approval")
@click.argument("provider", metavar="PROVIDER", callback=required_text)
@click.argument("fingerprints", metavar="[FINGERPRINT]...", nargs=-1)
@click.option("--expired", is_flag=True, help="Those whose last day is over.")
@hub_options
def command(hub: Hub, /, *, provider: str, fingerprints: tuple[str, ...], expired: bool) -> None:
    """Takes approvals of breaking changes back: from the next run on, the changes fail again."""
    if bool(fingerprints) == expired:
        raise click.UsageError("Which approvals? Give the fingerprints of the changes, or --expired.")
    if expired:
        removed = withdraw_expired(hub, provider)
        say(visible(f"Removed {len(removed)} approvals of {provider} that were over."))
        return
    missing = [each for each in fingerprints if not withdraw(hub, provider, each)]
    for each in fingerprints:
        if each not in missing:
            say(visible(f"Withdrew the approval of {each}."))
    if missing:
        raise Stopped(f"There is no approval of {', '.join(missing)}.", ExitCode.NO)
