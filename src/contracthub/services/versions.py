"""Versions of pacticipants: record, look up, list; and what follows when they join a branch or get a tag."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.environments import NO_INSTANCE, DeployedVersion, Environment, ReleasedVersion
from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.pacticipants import BranchPlace, Listing, Pacticipant, Page, Tag, Version
from contracthub.services.environments import required_environment
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit


@dataclass(frozen=True, slots=True)
class RecordedVersion:
    """A version that was recorded, and whether it is new."""

    version: Version
    created: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with what is shown beside it.

    ``deployed`` and ``released`` say where it lives now, ``providers`` with whom it has contracts, ``environments``
    where it can be recorded; the latter is empty in lists.
    """

    pacticipant: Pacticipant
    version: Version
    branches: tuple[BranchPlace, ...]
    tags: tuple[Tag, ...]
    deployed: tuple[DeployedVersion, ...]
    released: tuple[ReleasedVersion, ...]
    providers: tuple[str, ...]
    environments: tuple[Environment, ...] = ()


def required_version(unit: Unit, pacticipant: str, number: str) -> tuple[Pacticipant, Version]:
    """The version of that number, with its pacticipant. Raises :class:`NotFound`."""
    owner = required_pacticipant(unit, pacticipant)
    version = unit.versions.find(owner.id, number)
    if version is None:
        raise no_version(pacticipant, f"with number '{number}'")
    return owner, version


def no_version(pacticipant: str, which: str) -> NotFound:
    """The error for a version that there is not; ``which`` ends the sentence."""
    text = f"No version of pacticipant '{pacticipant}' {which} found"
    return NotFound("version-not-found", text, pacticipant=pacticipant)


def get_version(hub: Hub, pacticipant: str, number: str) -> VersionView:
    """One version. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return version_view(unit, *required_version(unit, pacticipant, number))


def get_latest_version(hub: Hub, pacticipant: str, *, tag: str | None = None) -> VersionView:
    """The version that was created last, of all or of those with a tag. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, pacticipant)
        version = unit.versions.latest(owner.id, tag=tag)
        if version is None:
            raise no_version(pacticipant, "was" if tag is None else f"with tag '{tag}'")
        return version_view(unit, owner, version)


def list_versions(hub: Hub, pacticipant: str, *, page: Page | None = None) -> Listing[VersionView]:
    """All versions, newest first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, pacticipant)
        return listed(unit, owner, unit.versions.list(owner.id, page=page))


def list_versions_with_tag(hub: Hub, pacticipant: str, tag: str, *, page: Page | None = None) -> Listing[VersionView]:
    """Versions with a tag, newest first. Raises :class:`NotFound`, also when no version has the tag."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, pacticipant)
        versions = unit.versions.with_tag(owner.id, tag, page=page)
        if versions.total == 0:
            raise no_version(pacticipant, f"with tag '{tag}'")
        return listed(unit, owner, versions)


def list_versions_in_environment(
    hub: Hub, pacticipant: str, environment: str, *, page: Page | None = None
) -> Listing[VersionView]:
    """Versions that ever lived in the environment of that uuid, newest first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner, home = required_pacticipant(unit, pacticipant), required_environment(unit, environment)
        return listed(unit, owner, unit.versions.in_environment(owner.id, home.id, page=page))


def replace_version(hub: Hub, pacticipant: str, number: str, body: dict[str, Any]) -> tuple[VersionView, bool]:
    """Create a version, or overwrite it: without ``buildUrl`` it has none; ``tags`` are replaced only when given.

    The second value says whether it is new. Raises :class:`Invalid`.
    """
    return _store(hub, pacticipant, number, {"buildUrl": None} | body)


def merge_version(hub: Hub, pacticipant: str, number: str, body: dict[str, Any]) -> tuple[VersionView, bool]:
    """Create a version, or change what is given (``null`` clears); the second value says whether it is new.

    Raises :class:`Invalid`.
    """
    return _store(hub, pacticipant, number, body)


def _store(hub: Hub, pacticipant: str, number: str, body: dict[str, Any]) -> tuple[VersionView, bool]:
    refuse_unless_named(pacticipant, number)
    tags = _tags_in(body)
    with hub.writing() as unit:
        owner = unit.pacticipants.ensure([pacticipant], now=hub.now())[pacticipant]
        recorded = record_version(hub, unit, owner, number, tags=tags or ())
        if "buildUrl" in body:
            unit.versions.set_build_url(recorded.version, body["buildUrl"], now=hub.now())
        if tags is not None:
            had = unit.versions.tags_of([recorded.version.id]).get(recorded.version.id, ())
            if stale := [tag.name for tag in had if tag.name not in tags]:
                unit.deletion.tags(recorded.version, stale)
        return version_view(unit, *required_version(unit, pacticipant, number)), recorded.created


def _tags_in(body: dict[str, Any]) -> list[str] | None:
    faults, tags = faults_of_line("buildUrl", body.get("buildUrl")), body.get("tags")
    entries = tags if isinstance(tags, list) else []
    if tags is not None and not isinstance(tags, list):
        faults.append(Fault("tags", "must be an array"))
    for index, each in enumerate(entries):
        faults += _faults_of_tag(each, index)
    if faults:
        raise Invalid.of(*faults)
    return None if tags is None else [each["name"] for each in entries]


def _faults_of_tag(tag: object, index: int) -> list[Fault]:
    if not isinstance(tag, dict):
        return [Fault("tags", "must be a hash", index=index)]
    if "name" not in tag:
        return [Fault("tags", "name is missing", index=index)]
    return [replace(fault, text=f"name {fault.text}") for fault in faults_of_name("tags", tag["name"], index=index)]


def refuse_unless_named(pacticipant: str, number: str, **more: str) -> None:
    """Raises :class:`Invalid` unless these, and ``more`` by their field, can be names."""
    names = {"pacticipantName": pacticipant, "pacticipantVersionNumber": number} | more
    if faults := [fault for field, name in names.items() for fault in faults_of_name(field, name)]:
        raise Invalid.of(*faults)


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
        put_on_branch(hub, unit, pacticipant, RecordedVersion(version, created), branch)
    if tags:
        tag_version(hub, unit, pacticipant, RecordedVersion(version, created), tags)
    return RecordedVersion(version, created)


def put_on_branch(hub: Hub, unit: Unit, pacticipant: Pacticipant, recorded: RecordedVersion, branch: str) -> bool:
    """Put a version on a branch, as its head; ``False``, and nothing changed, when it is there already."""
    _lock(unit, recorded)
    if not unit.versions.add_to_branch(recorded.version, branch, now=hub.now()):
        return False
    _detect_main_branch(hub, unit, pacticipant, branch)
    _fold(unit, pacticipant, recorded, "branch", branch)
    return True


def tag_version(hub: Hub, unit: Unit, pacticipant: Pacticipant, recorded: RecordedVersion, tags: Sequence[str]) -> bool:
    """Tag a version, with what follows; whether any of the tags was new.

    The first tag of a young version without branch is taken for its branch, and a tag named like an environment records
    a deployment to it, also when the version has the tag already (pact-broker-api §17).
    """
    _lock(unit, recorded)
    version = recorded.version
    if _takes_tag_for_branch(hub, unit, version):
        put_on_branch(hub, unit, pacticipant, recorded, tags[0])
    # One order for all writers, so that two of them never wait for each other.
    ordered = sorted(set(tags))
    added = [tag for tag in ordered if unit.versions.add_tag(version, tag, now=hub.now())]
    for tag in added:
        _detect_main_branch(hub, unit, pacticipant, tag)
    if hub.rules.create_deployed_versions_for_tags:
        _deploy_to_namesakes(hub, unit, version, ordered)
    for tag in added:
        _fold(unit, pacticipant, recorded, "tag", tag)
    return bool(added)


def _lock(unit: Unit, recorded: RecordedVersion) -> None:
    # A version comes before its branches and tags in the order in which all writers lock rows. One that this unit has
    # just created is seen by nobody else yet.
    if not recorded.created:
        unit.versions.lock(recorded.version)


def _fold(unit: Unit, pacticipant: Pacticipant, recorded: RecordedVersion, kind: str, name: str) -> None:
    # A version that is new has no results that could count for the line.
    if not recorded.created:
        unit.evidence.fold_version_into_line(recorded.version.id, pacticipant.id, kind, name)


def _takes_tag_for_branch(hub: Hub, unit: Unit, version: Version) -> bool:
    age = (hub.now() - version.created_at).total_seconds()
    if age > hub.rules.use_first_tag_as_branch_seconds:
        return False
    return not unit.versions.branches_of([version.id]) and not unit.versions.tags_of([version.id])


def _detect_main_branch(hub: Hub, unit: Unit, pacticipant: Pacticipant, name: str) -> None:
    if pacticipant.main_branch is None and name in hub.rules.main_branch_candidates:
        unit.pacticipants.set_missing_main_branch(pacticipant, name, now=hub.now())


def _deploy_to_namesakes(hub: Hub, unit: Unit, version: Version, tags: Collection[str]) -> None:
    homes = sorted(unit.environments.with_names(tags), key=lambda home: home.name)
    for home in homes:
        unit.deployments.deploy(version, home, NO_INSTANCE, uuid=str(uuid.uuid4()), now=hub.now())


def version_view(unit: Unit, pacticipant: Pacticipant, version: Version) -> VersionView:
    """A version with what is shown beside it, and the environments in which it can be recorded."""
    (view,) = _views(unit, pacticipant, (version,))
    return replace(view, environments=unit.environments.list())


def listed(unit: Unit, pacticipant: Pacticipant, versions: Listing[Version]) -> Listing[VersionView]:
    """A list of versions with what is shown beside them."""
    return Listing(_views(unit, pacticipant, versions.entries), versions.total, versions.page)


def _views(unit: Unit, pacticipant: Pacticipant, versions: Sequence[Version]) -> tuple[VersionView, ...]:
    ids = [version.id for version in versions]
    branches, tags = unit.versions.branches_of(ids), unit.versions.tags_of(ids)
    deployed, released = unit.deployments.deployed_of_versions(ids), unit.deployments.released_of_versions(ids)
    providers = unit.versions.providers_of(ids)
    return tuple(
        VersionView(
            pacticipant,
            version,
            branches.get(version.id, ()),
            tags.get(version.id, ()),
            deployed.get(version.id, ()),
            released.get(version.id, ()),
            providers.get(version.id, ()),
        )
        for version in versions
    )
