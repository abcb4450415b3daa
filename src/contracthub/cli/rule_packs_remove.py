"""`contracthub rule-packs remove`."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options
from contracthub.cli.printing import say
from contracthub.cli.rule_packs_view import provider_option
from contracthub.client.hub import Hub


@click.command("remove")
@provider_option
@hub_options
def command(hub: Hub, /, *, provider: str | None) -> None:
    """Takes back what was said for the workspace, or for a provider."""
    from contracthub.cli.rule_packs_view import rule_pack_lines
    from contracthub.client.rule_packs import remove_rule_packs, show_rule_packs

    removed = remove_rule_packs(hub, provider)
    left = show_rule_packs(hub, provider)
    if not removed:
        raise Stopped(f"Nothing was said for {provider or 'the workspace'}.", ExitCode.NO)
    say("\n".join(rule_pack_lines(left)))
