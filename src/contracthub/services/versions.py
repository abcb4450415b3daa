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
    raise NotImplementedError("being written")
