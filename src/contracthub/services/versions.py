"""Versions of pacticipants: record, look up, list; their branches and tags, and what follows from those."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit


@dataclass(frozen=True, slots=True)
class RecordedVersion:
    """A version that was recorded, and whether it is new."""

    version: Version
    created: bool


def record_version(
    hub: Hub,
    unit: Unit,
    pacticipant: Pacticipant,
    number: str,
    *,
    branch: str | None = None,
    tags: Sequence[str] = (),
    build_url: str | None = None,
) -> RecordedVersion:
    """Make sure that a version exists, is on ``branch`` and has ``tags``, with what follows from that (§17).

    Names have been checked by the caller. ``build_url`` is stored when given.
    """
    version, created = unit.versions.ensure(pacticipant.id, number, now=hub.now())
    if build_url is not None:
        version = unit.versions.set_build_url(version, build_url, now=hub.now())
    if branch is not None:
        put_on_branch(hub, unit, pacticipant, version, branch)
    if tags:
        tag_version(hub, unit, pacticipant, version, tags)
    return RecordedVersion(version, created)


def put_on_branch(hub: Hub, unit: Unit, pacticipant: Pacticipant, version: Version, branch: str) -> bool:
    """Put a version on a branch, as its head; ``False``, and nothing changed, when it is there already."""
    if not unit.versions.add_to_branch(version, branch, now=hub.now()):
        return False
    _detect_main_branch(hub, unit, pacticipant, branch)
    return True


def tag_version(hub: Hub, unit: Unit, pacticipant: Pacticipant, version: Version, tags: Sequence[str]) -> bool:
    """Tag a version, with what follows; whether any of the tags was new.

    The first tag of a young version without branch is taken for its branch (pact-broker-api §17).
    """
    if _takes_tag_for_branch(hub, unit, version):
        put_on_branch(hub, unit, pacticipant, version, tags[0])
    # One order for all writers, so that two of them never wait for each other.
    added = [tag for tag in sorted(set(tags)) if unit.versions.add_tag(version, tag, now=hub.now())]
    for tag in added:
        _detect_main_branch(hub, unit, pacticipant, tag)
    return bool(added)


def _takes_tag_for_branch(hub: Hub, unit: Unit, version: Version) -> bool:
    age = (hub.now() - version.created_at).total_seconds()
    if age > hub.rules.use_first_tag_as_branch_seconds:
        return False
    return not unit.versions.branches_of([version.id]) and not unit.versions.tags_of([version.id])


def _detect_main_branch(hub: Hub, unit: Unit, pacticipant: Pacticipant, name: str) -> None:
    if pacticipant.main_branch is None and name in hub.rules.main_branch_candidates:
        unit.pacticipants.set_missing_main_branch(pacticipant, name, now=hub.now())
