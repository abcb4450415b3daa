"""`contracthub gate-policy show`."""

import click

from contracthub.cli.gate_policy_view import environment_option
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub


@click.command("show")
@environment_option
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, environment: str | None, output: str) -> None:
    """Shows which evidence the gate accepts for a yes, and who said so."""
    from contracthub.cli.gate_policy_view import policy_lines
    from contracthub.client.gate_policies import show_gate_policy

    policy = show_gate_policy(hub, environment)
    if output == "json":
        say_json(policy.document)
    else:
        say("\n".join(policy_lines(policy)))
