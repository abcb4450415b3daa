"""`contracthub workspace set`."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.workspace import choose_contract_identity
from contracthub.domain.contracts import IdentityRule
from contracthub.reports.visible import visible


@click.command("set")
@click.option(
    "--contract-identity",
    "rule",
    required=True,
    type=click.Choice([rule.value for rule in IdentityRule]),
    help="stable: examples that no verification sees do not count. interchangeable-requests: nor do examples of "
    "requests under a matching rule. pact-broker: every character of an interaction counts.",
)
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, rule: str, output: str) -> None:
    """Has the workspace tell contracts apart by another rule, for what is published from then on."""
    workspace = choose_contract_identity(hub, rule)
    if output == "json":
        say_json(workspace.resource.data)
    else:
        say(visible(f"Workspace {workspace.name} tells contracts apart by the rule {workspace.contract_identity}."))
