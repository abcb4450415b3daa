"""Stored deployments and releases: which versions live, or lived, in which environments."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, exists, select

from contracthub.domain.environments import NO_INSTANCE, DeployedVersion, Environment, ReleasedVersion
from contracthub.domain.errors import Unavailable
from contracthub.domain.pacticipants import Version
from contracthub.storage.environments import ENVIRONMENT_COLUMNS, deployed, environment, environment_from_row, released
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks

Record = TypeVar("Record", DeployedVersion, ReleasedVersion)

# Each attempt that fails means that another writer got through, so this many in a row means a storm.
SLOT_ATTEMPTS = 50

_ids: BindParameter[Any] = bindparam("ids", expanding=True)


def _records(home: Any, *more: Any) -> Select[Any]:
    names = (pacticipant.c.id, pacticipant.c.name, version.c.id, version.c.number)
    return (
        select(home.c.uuid, *names, home.c.created_at, *more, *ENVIRONMENT_COLUMNS)
        .join_from(home, version, version.c.id == home.c.version_id)
        .join(pacticipant, pacticipant.c.id == home.c.pacticipant_id)
        .join(environment, environment.c.id == home.c.environment_id)
        .where(home.c.workspace_id == bindparam("workspace"))
        .order_by(home.c.id)
    )


_deployments = _records(deployed, deployed.c.application_instance, deployed.c.undeployed_at)
_releases = _records(released, released.c.support_ended_at)
_deployment = _deployments.where(deployed.c.uuid == bindparam("uuid"))
_release = _releases.where(released.c.uuid == bindparam("uuid"))
_deployed_in = _deployments.where(
    deployed.c.version_id == bindparam("version"), deployed.c.environment_id == bindparam("environment")
)
_released_in = _releases.where(
    released.c.version_id == bindparam("version"), released.c.environment_id == bindparam("environment")
)
_current = _deployments.where(deployed.c.undeployed_at.is_(None))
_supported = _releases.where(released.c.support_ended_at.is_(None))
_current_in = _current.where(deployed.c.environment_id == bindparam("environment"))
_supported_in = _supported.where(released.c.environment_id == bindparam("environment"))
_current_of_versions = _current.where(deployed.c.version_id.in_(_ids))
_current_of_pacticipants = _current.where(deployed.c.pacticipant_id.in_(_ids))
_supported_of_versions = _supported.where(released.c.version_id.in_(_ids))

_slot = (
    deployed.c.environment_id == bindparam("environment"),
    deployed.c.pacticipant_id == bindparam("pacticipant"),
    deployed.c.application_instance == bindparam("instance"),
    deployed.c.undeployed_at.is_(None),
)
_in_slot = select(deployed.c.version_id, deployed.c.uuid).where(*_slot)
_vacate = deployed.update().where(*_slot).values(undeployed_at=bindparam("moment"))
_undeploy = (
    deployed.update()
    .where(
        deployed.c.workspace_id == bindparam("workspace"),
        deployed.c.uuid == bindparam("key"),
        deployed.c.undeployed_at.is_(None),
    )
    .values(undeployed_at=bindparam("moment"))
)
_end_support = (
    released.update()
    .where(
        released.c.workspace_id == bindparam("workspace"),
        released.c.uuid == bindparam("key"),
        released.c.support_ended_at.is_(None),
    )
    .values(support_ended_at=bindparam("moment"))
)
_revive = (
    released.update()
    .where(
        released.c.version_id == bindparam("version"),
        released.c.environment_id == bindparam("environment"),
        released.c.support_ended_at.is_not(None),
    )
    .values(support_ended_at=None)
)
_deployment_due = select(environment.c.id).where(
    environment.c.workspace_id == bindparam("workspace"),
    environment.c.name == bindparam("environment"),
    ~exists().where(
        pacticipant.c.workspace_id == bindparam("workspace"),
        pacticipant.c.name == bindparam("pacticipant"),
        version.c.pacticipant_id == pacticipant.c.id,
        version.c.number == bindparam("number"),
        deployed.c.version_id == version.c.id,
        deployed.c.environment_id == environment.c.id,
        deployed.c.application_instance == NO_INSTANCE,
        deployed.c.undeployed_at.is_(None),
    ),
)


def _deployed_version(row: Iterable[Any]) -> DeployedVersion:
    uuid, owner, name, key, number, created_at, instance, undeployed_at, *home = row
    return DeployedVersion(
        uuid, owner, name, key, number, environment_from_row(home), instance, created_at, undeployed_at
    )


def _released_version(row: Iterable[Any]) -> ReleasedVersion:
    uuid, owner, name, key, number, created_at, ended_at, *home = row
    return ReleasedVersion(uuid, owner, name, key, number, environment_from_row(home), created_at, ended_at)


class DeploymentRepository:
    """Implements the port ``Deployments``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def deploy(self, version: Version, environment: Environment, instance: str, *, uuid: str, now: datetime) -> str:
        """Put a version into a slot, in place of what is there."""
        slot = {"environment": environment.id, "pacticipant": version.pacticipant_id, "instance": instance}
        row = {
            "uuid": uuid,
            "version_id": version.id,
            "pacticipant_id": version.pacticipant_id,
            "environment_id": environment.id,
            "application_instance": instance,
            "created_at": now,
            "undeployed_at": None,
        }
        for _ in range(SLOT_ATTEMPTS):
            holder = self._execute(_in_slot, slot).first()
            if holder and holder.version_id == version.id:
                return str(holder.uuid)
            if holder:
                self._execute(_vacate, slot | {"moment": now})
            # The partial unique index lets one writer in; the others find the slot taken and look again.
            if self._scope.insert_missing(deployed, [row]):
                return uuid
        raise Unavailable("slot-contended", "Other deployments keep taking this place. Try again.")

    def is_deployment_due(self, pacticipant: str, number: str, environment: str) -> bool:
        """Whether an environment of that name does not hold that version."""
        names = {"pacticipant": pacticipant, "number": number, "environment": environment}
        return self._execute(_deployment_due, self._workspace | names).first() is not None

    def undeploy(self, uuid: str, *, now: datetime) -> None:
        """Take a version out of its slot."""
        self._execute(_undeploy, self._workspace | {"key": uuid, "moment": now})

    def deployed(self, uuid: str) -> DeployedVersion | None:
        """One record."""
        return next(iter(self._deployed(_deployment, uuid=uuid)), None)

    def deployed_in(self, version: Version, environment: Environment) -> tuple[DeployedVersion, ...]:
        """All records of a version in an environment."""
        return self._deployed(_deployed_in, version=version.id, environment=environment.id)

    def currently_deployed(
        self, environment: Environment, *, pacticipant: str | None, instance: str | None
    ) -> tuple[DeployedVersion, ...]:
        """What is deployed now."""
        statement = _filtered(_current_in, _owner_name, pacticipant)
        statement = _filtered(statement, deployed.c.application_instance, instance)
        return self._deployed(statement, environment=environment.id)

    def deployed_of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[DeployedVersion, ...]]:
        """Where each version is deployed now."""
        found = self._deployed_of(_current_of_versions, version_ids)
        return _grouped(found, lambda each: each.version_id)

    def deployed_of_pacticipants(self, pacticipant_ids: Collection[int]) -> Mapping[int, tuple[DeployedVersion, ...]]:
        """Where versions of each pacticipant are deployed now."""
        found = self._deployed_of(_current_of_pacticipants, pacticipant_ids)
        return _grouped(found, lambda each: each.pacticipant_id)

    def release(self, version: Version, environment: Environment, *, uuid: str, now: datetime) -> bool:
        """Record a release, or make the one that there is supported again."""
        row = {
            "uuid": uuid,
            "version_id": version.id,
            "pacticipant_id": version.pacticipant_id,
            "environment_id": environment.id,
            "created_at": now,
            "support_ended_at": None,
        }
        if self._scope.insert_missing(released, [row]):
            return True
        self._execute(_revive, {"version": version.id, "environment": environment.id})
        return False

    def end_support(self, uuid: str, *, now: datetime) -> None:
        """End the support of a release."""
        self._execute(_end_support, self._workspace | {"key": uuid, "moment": now})

    def released(self, uuid: str) -> ReleasedVersion | None:
        """One record."""
        return next(iter(self._released(_release, uuid=uuid)), None)

    def released_in(self, version: Version, environment: Environment) -> tuple[ReleasedVersion, ...]:
        """The record of a version in an environment."""
        return self._released(_released_in, version=version.id, environment=environment.id)

    def currently_supported(
        self, environment: Environment, *, pacticipant: str | None, number: str | None
    ) -> tuple[ReleasedVersion, ...]:
        """What is supported now."""
        statement = _filtered(_supported_in, _owner_name, pacticipant)
        return self._released(_filtered(statement, _version_number, number), environment=environment.id)

    def released_of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[ReleasedVersion, ...]]:
        """Where each version is supported now."""
        found = (self._released(_supported_of_versions, ids=some) for some in chunks(version_ids))
        return _grouped((each for some in found for each in some), lambda each: each.version_id)

    def _deployed(self, statement: Select[Any], **values: object) -> tuple[DeployedVersion, ...]:
        return tuple(map(_deployed_version, self._execute(statement, self._workspace | values)))

    def _deployed_of(self, statement: Select[Any], ids: Collection[int]) -> Iterable[DeployedVersion]:
        return (each for some in chunks(ids) for each in self._deployed(statement, ids=some))

    def _released(self, statement: Select[Any], **values: object) -> tuple[ReleasedVersion, ...]:
        return tuple(map(_released_version, self._execute(statement, self._workspace | values)))


_owner_name, _version_number = pacticipant.c.name, version.c.number


def _filtered(statement: Select[Any], column: Any, value: str | None) -> Select[Any]:
    return statement if value is None else statement.where(column == value)


def _grouped(records: Iterable[Record], key: Callable[[Record], int]) -> Mapping[int, tuple[Record, ...]]:
    found: dict[int, list[Record]] = {}
    for each in records:
        found.setdefault(key(each), []).append(each)
    return {owner: tuple(some) for owner, some in found.items()}
