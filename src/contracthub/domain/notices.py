"""Notices: sentences of the hub for a person, with a type that says how to colour them. The words are the Pact Broker's
(pact-broker-api §8), because scripts match on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracthub.domain.publishing_events import PublishingEvent

DEBUG, INFO, SUCCESS, WARNING, PROMPT, ERROR = "debug", "info", "success", "warning", "prompt", "error"
VERIFICATION_GUIDE = "https://docs.pact.io/go/provider_verification"
WEBHOOK_GUIDE = "https://docs.pact.io/go/webhooks"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence and its type: debug, info, success, warning, prompt or error."""

    type: str
    text: str


class Happening(StrEnum):
    """What publishing did to the contract of a consumer version with one provider."""

    PUBLISHED = "published"
    REPUBLISHED = "republished"
    MERGED = "merged"
    OVERWRITTEN = "overwritten"


_HAPPENED = {
    Happening.PUBLISHED: (SUCCESS, "Pact successfully published for {}."),
    Happening.REPUBLISHED: (SUCCESS, "Pact successfully republished for {} with no content changes."),
    Happening.MERGED: (SUCCESS, "Pact content merged with existing content for {}."),
    Happening.OVERWRITTEN: (WARNING, "Pact with changed content published over existing content for {}."),
}


def notice_of_version(
    pacticipant: str, number: str, *, created: bool, branch: str | None, tags: Sequence[str]
) -> Notice:
    """The version that was recorded."""
    text = f"{'Created' if created else 'Updated'} {pacticipant} version {number}"
    if branch:
        text += f" with branch {branch}"
    if tags:
        text += f" {'and' if branch else 'with'} tags {', '.join(tags)}"
    return Notice(DEBUG, text)


def notice_of_missing_branch() -> Notice:
    """What to do about a version without a branch."""
    return Notice(PROMPT, "  Next steps:\n    Configure the version branch to be the value of your repository branch.")


def notice_of_contract(happening: Happening, consumer: str, number: str, provider: str) -> Notice:
    """What was done to one contract."""
    kind, text = _HAPPENED[happening]
    return Notice(kind, text.format(f"{consumer} version {number} and provider {provider}"))


def notice_of_place(url: str) -> Notice:
    """Where the contract is to be seen."""
    return Notice(DEBUG, f"  View the published pact at {url}")


def notice_of_events(events: Sequence[PublishingEvent]) -> Notice:
    """What happened, and why."""
    told = (event.name + (f" ({event.comment})" if event.comment else "") for event in events)
    return Notice(DEBUG, f"  Events detected: {', '.join(told)}")


def notice_of_triggered_webhook(description: str, event: str, logs_url: str) -> Notice:
    """A webhook that is about to be called."""
    return Notice(DEBUG, f'  Webhook "{description}" triggered for event {event}.\n    View logs at {logs_url}')


def notice_of_no_webhook() -> Notice:
    """There are webhooks for the pair, and none is called."""
    return Notice(DEBUG, "  No enabled webhooks found for the detected events")


def notices_of_next_steps(provider: str, *, verified: bool, has_webhooks: bool) -> list[Notice]:
    """What is left to be set up."""
    steps = []
    if not verified:
        steps.append(f"Add Pact verification tests to the {provider} build. See {VERIFICATION_GUIDE}")
    if not has_webhooks:
        steps.append(
            f"Configure separate {provider} pact verification build and webhook to trigger it when the pact content "
            f"changes. See {WEBHOOK_GUIDE}"
        )
    return [Notice(PROMPT, "  Next steps:"), *(Notice(PROMPT, f"    * {step}") for step in steps)] if steps else []
