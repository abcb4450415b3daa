"""`contracthub gate-policy remove`."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.gate_policy_view import environment_option
from contracthub.cli.options import hub_options
from contracthub.cli.printing import say
from contracthub.client.hub import Hub


@click.command("remove")
@environment_option
@hub_options
def command(hub: Hub, /, *, environment: str | None) -> None:
    """Takes back what was said: what the workspace says counts again, or what ContractHub does."""
    from contracthub.cli.gate_policy_view import policy_lines
    from contracthub.client.gate_policies import remove_gate_policy, show_gate_policy

    removed = remove_gate_policy(hub, environment)
    left = show_gate_policy(hub, environment)
    if not removed:
        raise Stopped(f"There is no gate policy of {environment or 'the workspace'}.", ExitCode.NO)
    say("\n".join(policy_lines(left)))
