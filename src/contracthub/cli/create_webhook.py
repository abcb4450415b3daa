"""`contracthub create-webhook` (pact-broker-api §14, §18)."""

import click

from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.cli.webhook_options import WebhookOptions, webhook_from, webhook_options
from contracthub.cli.webhook_view import webhook_line
from contracthub.client.hub import Hub
from contracthub.client.webhooks import create_webhook as create


@click.command("create-webhook")
@webhook_options
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, output: str, **given: object) -> None:
    """Makes a webhook: the hub calls the URL when one of the events happens.

    contracthub create-webhook --provider orders --contract-requiring-verification-published https://ci.example.org/build

    A ready-made one needs no URL:

    contracthub create-webhook --preset slack --setting url=https://hooks.slack.com/services/...
    """
    webhook = create(hub, webhook_from(WebhookOptions(**given)))  # type: ignore[arg-type]  # click names them alike
    if output == "json":
        say_json(webhook.data)
    else:
        say(webhook_line("Created", webhook))
