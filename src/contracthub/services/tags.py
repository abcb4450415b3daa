"""Tags: put them on versions, and look them up. What follows from a tag is in ``versions``."""

from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.pacticipants import Tag
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.versions import no_version, record_version, refuse_unless_named, tag_version


@dataclass(frozen=True, slots=True)
class VersionTag:
    """A tag on a version, by name."""

    pacticipant: str
    number: str
    tag: str
    created_at: datetime


def put_tag(hub: Hub, pacticipant: str, number: str, tag: str) -> tuple[VersionTag, bool]:
    """Tag a version, creating what is missing; the second value says whether it did not have the tag before.

    Raises :class:`Invalid`.
    """
    refuse_unless_named(pacticipant, number, tag=tag)
    with hub.reading() as unit:
        # Verifiers repeat this for every pact; a look does not stand in the queue of writers.
        at = unit.versions.tagged_at(pacticipant, number, tag)
        due = hub.rules.create_deployed_versions_for_tags and unit.deployments.is_deployment_due(
            pacticipant, number, tag
        )
    if at is not None and not due:
        return VersionTag(pacticipant, number, tag, at), False
    with hub.writing() as unit:
        owner = unit.pacticipants.ensure([pacticipant], now=hub.now())[pacticipant]
        created = tag_version(hub, unit, owner, record_version(hub, unit, owner, number), [tag])
        return _required_tag(unit, pacticipant, number, tag), created


def get_tag(hub: Hub, pacticipant: str, number: str, tag: str) -> VersionTag:
    """A tag on a version. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        required_pacticipant(unit, pacticipant)
        return _required_tag(unit, pacticipant, number, tag)


def _required_tag(unit: Unit, pacticipant: str, number: str, tag: str) -> VersionTag:
    at = unit.versions.tagged_at(pacticipant, number, tag)
    if at is None:
        raise no_version(pacticipant, f"with number '{number}' and tag '{tag}'")
    return VersionTag(pacticipant, number, tag, at)


def tags_of_version(hub: Hub, version_id: int) -> tuple[Tag, ...]:
    """The tags of a version; none when it is gone."""
    with hub.reading() as unit:
        return unit.versions.tags_of([version_id]).get(version_id, ())
