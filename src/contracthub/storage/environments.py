"""Stored environments. What is deployed to them is in ``deployments``."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select, union
from sqlalchemy.exc import IntegrityError

from contracthub.domain.environments import Environment
from contracthub.services.ports.environments import EnvironmentFields
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import DeployedVersionRow, EnvironmentRow, ReleasedVersionRow

environment = table_of(EnvironmentRow)
deployed, released = table_of(DeployedVersionRow), table_of(ReleasedVersionRow)

ENVIRONMENT_COLUMNS = tuple(environment.c[name] for name in Environment.__dataclass_fields__)

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_names: BindParameter[Any] = bindparam("names", expanding=True)
_mine = (
    select(*ENVIRONMENT_COLUMNS)
    .where(environment.c.workspace_id == bindparam("workspace"))
    .order_by(func.lower(environment.c.display_name), environment.c.id)
)
_by_uuid = _mine.where(environment.c.uuid == bindparam("uuid"))
_with_names = _mine.where(environment.c.name.in_(_names))
_homes = union(
    select(deployed.c.version_id, deployed.c.environment_id).where(
        deployed.c.version_id.in_(_ids), deployed.c.undeployed_at.is_(None)
    ),
    select(released.c.version_id, released.c.environment_id).where(
        released.c.version_id.in_(_ids), released.c.support_ended_at.is_(None)
    ),
).subquery()
_of_versions = (
    select(_homes.c.version_id, *ENVIRONMENT_COLUMNS)
    .join_from(_homes, environment, environment.c.id == _homes.c.environment_id)
    .order_by(func.lower(environment.c.display_name), environment.c.id)
)


def environment_from_row(row: Iterable[Any]) -> Environment:
    """The environment in a row of :data:`ENVIRONMENT_COLUMNS`."""
    return Environment(*row)


class EnvironmentRepository:
    """Implements the port ``Environments``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def find(self, uuid: str) -> Environment | None:
        """The environment of that uuid."""
        row = self._execute(_by_uuid, self._workspace | {"uuid": uuid}).first()
        return environment_from_row(row) if row else None

    def list(self) -> tuple[Environment, ...]:
        """All of them, by display name."""
        return tuple(map(environment_from_row, self._execute(_mine, self._workspace)))

    def with_names(self, names: Collection[str]) -> tuple[Environment, ...]:
        """Those with one of the names."""
        found = (self._execute(_with_names, self._workspace | {"names": some}) for some in chunks(names))
        return tuple(environment_from_row(row) for rows in found for row in rows)

    def create(self, uuid: str, fields: EnvironmentFields, *, now: datetime) -> bool:
        """Create it, unless the name is taken."""
        row = asdict(fields) | {"uuid": uuid, "created_at": now, "updated_at": now}
        return self._scope.insert_missing(environment, [row]) == 1

    def update(self, existing: Environment, fields: EnvironmentFields, *, now: datetime) -> bool:
        """Overwrite all its fields, unless the name is taken."""
        changed = environment.update().where(environment.c.id == existing.id)
        try:
            self._execute(changed.values(**asdict(fields), updated_at=now))
        except IntegrityError:
            # The unique key decides, because another writer may take the name between a look and the change.
            return False
        return True

    def delete(self, existing: Environment) -> None:
        """Remove it; its deployments and releases go with it."""
        self._execute(environment.delete().where(environment.c.id == existing.id))

    def of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[Environment, ...]]:
        """Where each version is deployed or supported now."""
        found: dict[int, tuple[Environment, ...]] = {}
        for some in chunks(version_ids):
            for key, *row in self._execute(_of_versions, {"ids": some}):
                found[key] = (*found.get(key, ()), environment_from_row(row))
        return found
