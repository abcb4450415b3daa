"""How a webhook and the trial of one are shown."""

from collections.abc import Mapping

from contracthub.client.links import Resource
from contracthub.reports.visible import visible, visible_lines


def webhook_line(done: str, webhook: Resource, uuid: str = "") -> str:
    """A sentence on what was done with a webhook."""
    return visible(f"{done} webhook {webhook.text('description') or ''} ({uuid_of(webhook) or uuid or 'no uuid'}).")


def uuid_of(webhook: Resource) -> str:
    """The uuid of a webhook; brokers that leave it out have it at the end of the address."""
    link = webhook.find_link("self") or ""
    return webhook.text("uuid") or link.rstrip("/").rpartition("/")[2]


def trial_lines(trial: Resource) -> str:
    """What came of calling the receiver: the hub's log, or else the status of the response."""
    logs = trial.text("logs")
    if logs:
        return "\n".join(visible_lines(logs.rstrip()))
    response = trial.data.get("response")
    status = response.get("status") if isinstance(response, Mapping) else None
    return visible(trial.text("message") or (f"The receiver answered {status}." if status else "No answer is shown."))
