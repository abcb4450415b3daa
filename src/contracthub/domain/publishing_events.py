"""What a publication meant: which events happened, and why (pact-broker-api §8 "Event comments", §14 "Events")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONTRACT_PUBLISHED = "contract_published"
CONTRACT_CONTENT_CHANGED = "contract_content_changed"

UNCHANGED = "pact content was unchanged"


@dataclass(frozen=True, slots=True)
class PublishingEvent:
    """An event, and the reason for it where it has one."""

    name: str
    comment: str | None = None


def events_of_changed_content(consumer: str, number: str) -> tuple[PublishingEvent, ...]:
    """Published content was changed."""
    comment = f"pact content modified since previous publication for {consumer} version {number}"
    return (PublishingEvent(CONTRACT_PUBLISHED), PublishingEvent(CONTRACT_CONTENT_CHANGED, comment))


def events_of_same_content() -> tuple[PublishingEvent, ...]:
    """The same was published again, and no tag is new."""
    return (PublishingEvent(CONTRACT_PUBLISHED, UNCHANGED),)


def events_of_untagged(identity: str, previous: str | None) -> tuple[PublishingEvent, ...]:
    """A version without tags got a contract; ``previous`` is the identity of the one before, if any."""
    if previous is None:
        return _changed(["first time untagged pact published"])
    if previous != identity:
        return _changed(["pact content has changed since previous untagged version"])
    return events_of_same_content()


def events_of_tagged(identity: str, previous: Mapping[str, str | None]) -> tuple[PublishingEvent, ...]:
    """A version with tags got a contract; ``previous`` holds, by tag, the identity of the one before, if any."""
    reasons = [reason for tag, before in previous.items() if (reason := _reason(tag, before, identity))]
    if reasons:
        return _changed(reasons)
    many = "s" if len(previous) > 1 else ""
    tags = ", ".join(previous)
    comment = f"pact content is the same as previous version{many} with tag{many} {tags} and no new tags were applied"
    return (PublishingEvent(CONTRACT_PUBLISHED, comment),)


def _reason(tag: str, previous: str | None, identity: str) -> str | None:
    if previous is None:
        return f"first time any pact published for this consumer with consumer version tagged {tag}"
    if previous != identity:
        return f"pact content has changed since the last consumer version tagged with {tag}"
    return None


def _changed(reasons: Sequence[str]) -> tuple[PublishingEvent, ...]:
    return (PublishingEvent(CONTRACT_PUBLISHED), PublishingEvent(CONTRACT_CONTENT_CHANGED, ", ".join(reasons)))
