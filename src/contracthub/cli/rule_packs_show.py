"""`contracthub rule-packs show`."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.cli.rule_packs_view import provider_option
from contracthub.client.hub import Hub


@click.command("show")
@provider_option
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, provider: str | None, output: str) -> None:
    """Shows what was said for the workspace, or for a provider beside it."""
    from contracthub.cli.rule_packs_view import rule_pack_lines
    from contracthub.client.rule_packs import show_rule_packs

    packs = show_rule_packs(hub, provider)
    if output == "json":
        say_json(packs.document)
    else:
        say("\n".join(rule_pack_lines(packs)))
