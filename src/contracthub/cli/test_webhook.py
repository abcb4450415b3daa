"""`contracthub test-webhook` (pact-broker-api §14, §18)."""

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.cli.webhook_view import trial_lines
from contracthub.client.hub import Hub
from contracthub.client.webhooks import execute_webhook


@click.command("test-webhook")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid.")
@output_option("text", "json")
@hub_options
@click.pass_context
def command(ctx: click.Context, hub: Hub, /, *, uuid: str, output: str) -> None:
    """Calls the receiver once, now, and shows what came of it.

    Exits with 0 when the receiver took the call, with 1 when it did not.
    """
    trial = execute_webhook(hub, uuid)
    if output == "json":
        say_json(trial.data)
    else:
        say(trial_lines(trial))
    ctx.exit(ExitCode.YES if trial.data.get("success") is True else ExitCode.NO)
