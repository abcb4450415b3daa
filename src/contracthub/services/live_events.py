"""What publishing live contracts means for webhooks: the events of pacts, by the same rules (pact-broker-api §14)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contracthub.domain.contracts import UNTAGGED, Publication, VersionSet
from contracthub.domain.live_contracts import LiveContract, as_publication
from contracthub.domain.notices import Happening
from contracthub.domain.publishing_events import (
    PublishingEvent,
    events_of_changed_content,
    events_of_same_content,
    events_of_tagged,
    events_of_untagged,
)
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.webhook_triggers import trigger_on_publications


class TagsOfVersion(NamedTuple):
    """The tags of a consumer version, and those that it had when it last published a live contract."""

    now: Sequence[str]
    before: Sequence[str]


def tags_of(unit: Unit, version_id: int) -> tuple[str, ...]:
    """The names of a version's tags."""
    return tuple(tag.name for tag in unit.versions.tags_of([version_id]).get(version_id, ()))


def trigger_on_live_contracts(
    hub: Hub, unit: Unit, happened: Mapping[LiveContract, Happening], tags: TagsOfVersion, build_url: str | None
) -> None:
    """Trigger what applies to what became of live contracts, all of one consumer version, with their writing."""
    if not happened:
        return
    providers = sorted({each.provider_id for each in happened})
    if not unit.webhooks.concerning(next(iter(happened)).consumer_id, providers):
        return
    published: dict[Publication, list[str]] = {
        as_publication(each): [event.name for event in _events(unit, each, happening, tags)]
        for each, happening in happened.items()
    }
    trigger_on_publications(hub, unit, published, build_url)


def _events(unit: Unit, it: LiveContract, happening: Happening, tags: TagsOfVersion) -> tuple[PublishingEvent, ...]:
    if happening is Happening.OVERWRITTEN:
        return events_of_changed_content(it.consumer, it.version)
    is_new = happening is Happening.PUBLISHED
    telling = tags.now if is_new else [each for each in tags.now if each not in tags.before]
    if telling:
        previous = {tag: unit.live_contracts.previous_identity(it, VersionSet.tagged(tag)) for tag in telling}
        return events_of_tagged(it.identity, previous)
    if not is_new:
        return events_of_same_content()
    return events_of_untagged(it.identity, unit.live_contracts.previous_identity(it, UNTAGGED))
