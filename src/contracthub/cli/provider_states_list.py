"""`contracthub provider-states list` (pact-broker-api §9, §18)."""

import json

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacts import provider_states
from contracthub.reports.tables import terminal_table

HEADINGS = ("PROVIDER STATE", "PARAMETERS", "CONSUMERS")


@click.command("list")
@click.option("-r", "--provider", required=True, callback=required_text, metavar="NAME", help="The provider.")
@click.option("--branch", callback=required_text, metavar="NAME", help="States of this branch of the consumers.")
@click.option("--environment", callback=required_text, metavar="NAME", help="States of what is in this environment.")
@click.option("--json", "as_json", is_flag=True, hidden=True)
@output_option("table", "json")
@hub_options
def command(
    hub: Hub, *, provider: str, branch: str | None, environment: str | None, as_json: bool, output: str
) -> None:
    """Lists each provider state once. Without branch or environment: of the consumers' main branches."""
    if branch is not None and environment is not None:
        raise click.UsageError("Give either --branch or --environment, not both.")
    states, document = provider_states(hub, provider, branch=branch, environment=environment)
    if as_json or output == "json":
        say_json(document)
        return
    rows = [_row(one) for one in states]
    say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no provider states.")


def _row(state: dict[str, object]) -> tuple[str, str, str]:
    consumers = state.get("consumers")
    names = ", ".join(str(one) for one in consumers) if isinstance(consumers, list) else ""
    return (str(state.get("name") or ""), json.dumps(state["params"]) if state.get("params") else "-", names or "-")
