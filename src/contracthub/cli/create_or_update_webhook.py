"""`contracthub create-or-update-webhook` (pact-broker-api §14, §18)."""

import click

from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import say, say_json
from contracthub.cli.webhook_options import WebhookOptions, webhook_from, webhook_options
from contracthub.cli.webhook_view import webhook_line
from contracthub.client.hub import Hub
from contracthub.client.webhooks import put_webhook


@click.command("create-or-update-webhook")
@click.option("--uuid", required=True, callback=required_text, help="Its uuid; generate-uuid makes one.")
@webhook_options
@output_option("text", "json")
@hub_options
def command(hub: Hub, *, uuid: str, output: str, **given: object) -> None:
    """Makes the webhook of this uuid, or replaces it: what is not given is not kept."""
    written = webhook_from(WebhookOptions(**given))  # type: ignore[arg-type]  # click names and types them alike
    webhook, is_new = put_webhook(hub, uuid, written)
    if output == "json":
        say_json(webhook.data)
    else:
        say(webhook_line("Created" if is_new else "Updated", webhook, uuid))
