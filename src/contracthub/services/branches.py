"""Branches: put versions on them, look them up, list them. Their head is the version that was added last."""

from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.errors import NotFound
from contracthub.domain.pacticipants import Branch, Listing, Pacticipant, Page, Version
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.versions import (
    VersionView,
    listed,
    no_version,
    put_on_branch,
    record_version,
    refuse_unless_named,
    version_view,
)


@dataclass(frozen=True, slots=True)
class BranchVersion:
    """A version's place on a branch, by name."""

    pacticipant: str
    branch: str
    number: str
    created_at: datetime


def put_branch_version(hub: Hub, pacticipant: str, branch: str, number: str) -> tuple[BranchVersion, bool]:
    """Put a version on a branch, creating what is missing; the second value says whether it was not there before.

    Raises :class:`Invalid`.
    """
    refuse_unless_named(pacticipant, number, branch=branch)
    with hub.reading() as unit:
        # Verifiers repeat this for every pact; a look does not stand in the queue of writers.
        at = unit.versions.joined_branch_at(pacticipant, branch, number)
    if at is not None:
        return BranchVersion(pacticipant, branch, number, at), False
    with hub.writing() as unit:
        owner = unit.pacticipants.ensure([pacticipant], now=hub.now())[pacticipant]
        created = put_on_branch(hub, unit, owner, record_version(hub, unit, owner, number), branch)
        return _required_place(unit, pacticipant, branch, number), created


def get_branch_version(hub: Hub, pacticipant: str, branch: str, number: str) -> BranchVersion:
    """A version's place on a branch. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        required_pacticipant(unit, pacticipant)
        return _required_place(unit, pacticipant, branch, number)


def get_branch(hub: Hub, pacticipant: str, branch: str) -> Branch:
    """One branch. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return required_branch(unit, pacticipant, branch)[1]


def list_branches(hub: Hub, pacticipant: str, *, part_of_name: str | None, page: Page) -> Listing[Branch]:
    """Branches by name. Raises :class:`NotFound` for the pacticipant."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, pacticipant)
        return unit.versions.branches(owner.id, part_of_name=part_of_name, page=page)


def get_head(hub: Hub, pacticipant: str, branch: str) -> VersionView:
    """The version that was added to a branch last. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner, found = required_branch(unit, pacticipant, branch)
        return version_view(unit, owner, _head(unit, owner, found))


def list_versions_of_branch(hub: Hub, pacticipant: str, branch: str, *, page: Page | None) -> Listing[VersionView]:
    """Versions of a branch, newest first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner, found = required_branch(unit, pacticipant, branch)
        return listed(unit, owner, unit.versions.on_branch(found.id, page=page))


def required_branch(unit: Unit, pacticipant: str, branch: str) -> tuple[Pacticipant, Branch]:
    """The branch of that name, with its pacticipant. Raises :class:`NotFound`."""
    owner = required_pacticipant(unit, pacticipant)
    found = unit.versions.branch(owner.id, branch)
    if found is None:
        text = f"No branch of pacticipant '{pacticipant}' with name '{branch}' found"
        raise NotFound("branch-not-found", text, pacticipant=pacticipant, branch=branch)
    return owner, found


def _required_place(unit: Unit, pacticipant: str, branch: str, number: str) -> BranchVersion:
    at = unit.versions.joined_branch_at(pacticipant, branch, number)
    if at is None:
        raise no_version(pacticipant, f"with number '{number}' on branch '{branch}'")
    return BranchVersion(pacticipant, branch, number, at)


def _head(unit: Unit, owner: Pacticipant, branch: Branch) -> Version:
    version = None
    if branch.head_version_id is not None:
        version = unit.versions.by_id([branch.head_version_id]).get(branch.head_version_id)
    if version is None:
        raise no_version(owner.name, f"on branch '{branch.name}'")
    return version
