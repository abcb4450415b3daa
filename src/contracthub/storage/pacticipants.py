"""Stored pacticipants and labels."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from contracthub.domain.names import display_name_of
from contracthub.domain.pacticipants import Label, Listing, Pacticipant, PacticipantFields, Page, Version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import LabelRow, PacticipantRow, VersionRow

pacticipant, version, label = table_of(PacticipantRow), table_of(VersionRow), table_of(LabelRow)

PACTICIPANT_COLUMNS = tuple(pacticipant.c[name] for name in Pacticipant.__dataclass_fields__)
VERSION_COLUMNS = tuple(version.c[name] for name in Version.__dataclass_fields__)

_by_name = select(*PACTICIPANT_COLUMNS).where(
    pacticipant.c.workspace_id == bindparam("workspace"), pacticipant.c.name == bindparam("name")
)
_by_names = select(*PACTICIPANT_COLUMNS).where(
    pacticipant.c.workspace_id == bindparam("workspace"), pacticipant.c.name.in_(bindparam("names", expanding=True))
)


def pacticipant_from_row(row: Iterable[Any]) -> Pacticipant:
    """The pacticipant in a row of :data:`PACTICIPANT_COLUMNS`."""
    return Pacticipant(*row)


class PacticipantRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def find(self, name: str) -> Pacticipant | None:
        """The pacticipant of that name."""
        row = self._execute(_by_name, {"workspace": self._scope.workspace_id, "name": name}).first()
        return pacticipant_from_row(row) if row else None

    def named(self, names: Iterable[str]) -> Mapping[str, Pacticipant]:
        """Those of these names that there are, by name."""
        return {
            row.name: pacticipant_from_row(row)
            for some in chunks(dict.fromkeys(names))
            for row in self._execute(_by_names, {"workspace": self._scope.workspace_id, "names": some})
        }

    def list(self, *, part_of_name: str | None, page: Page | None) -> Listing[Pacticipant]:
        """Those whose name contains the text, by name."""
        mine = pacticipant.c.workspace_id == self._scope.workspace_id
        if part_of_name:
            mine = mine & pacticipant.c.name.icontains(part_of_name, autoescape=True)
        statement = select(*PACTICIPANT_COLUMNS).where(mine).order_by(func.lower(pacticipant.c.name), pacticipant.c.id)
        if page is None:
            entries = tuple(map(pacticipant_from_row, self._execute(statement)))
            return Listing(entries, len(entries))
        total = self._execute(select(func.count()).select_from(pacticipant).where(mine)).scalar_one()
        rows = self._execute(statement.limit(page.size).offset(page.offset))
        return Listing(tuple(map(pacticipant_from_row, rows)), total, page)

    def names(self) -> Collection[str]:
        """All names."""
        mine = pacticipant.c.workspace_id == self._scope.workspace_id
        return self._execute(select(pacticipant.c.name).where(mine)).scalars().all()

    def ensure(self, names: Iterable[str], *, now: datetime) -> Mapping[str, Pacticipant]:
        """Those pacticipants, created where missing."""
        # One order for all writers, so that two of them never wait for each other.
        wanted = sorted(set(names))
        found = dict(self.named(wanted))
        for name in wanted:
            if name not in found:
                self.create(name, PacticipantFields(), now=now)
                created = self.find(name)
                assert created is not None
                found[name] = created
        return found

    def create(self, name: str, fields: PacticipantFields, *, now: datetime) -> bool:
        """Create it, unless there is one."""
        row = asdict(fields) | {"name": name, "created_at": now, "updated_at": now}
        row["display_name"] = fields.display_name or display_name_of(name)
        return self._scope.insert_missing(pacticipant, [row]) == 1

    def update(self, existing: Pacticipant, fields: PacticipantFields, *, now: datetime) -> None:
        """Overwrite all its fields."""
        values = asdict(fields) | {"display_name": fields.display_name or display_name_of(existing.name)}
        if all(getattr(existing, field) == value for field, value in values.items()):
            return
        self._execute(pacticipant.update().where(pacticipant.c.id == existing.id).values(**values, updated_at=now))

    def set_missing_main_branch(self, existing: Pacticipant, branch: str, *, now: datetime) -> None:
        """Make ``branch`` its main branch, unless it has one by now."""
        without = (pacticipant.c.id == existing.id) & pacticipant.c.main_branch.is_(None)
        self._execute(pacticipant.update().where(without).values(main_branch=branch, updated_at=now))

    def latest_versions(self, pacticipant_ids: Collection[int]) -> Mapping[int, Version]:
        """The newest version of each."""
        newest = (
            select(func.max(version.c.id))
            .where(version.c.pacticipant_id == pacticipant.c.id)
            .correlate(pacticipant)
            .scalar_subquery()
        )
        found: dict[int, Version] = {}
        for some in chunks(pacticipant_ids):
            keys = select(newest).select_from(pacticipant).where(pacticipant.c.id.in_(some))
            for row in self._execute(select(*VERSION_COLUMNS).where(version.c.id.in_(keys))):
                found[row.pacticipant_id] = Version(*row)
        return found

    def labels(self, pacticipant_ids: Collection[int]) -> Mapping[int, tuple[Label, ...]]:
        """Labels of each, by name."""
        found: dict[int, tuple[Label, ...]] = {}
        for some in chunks(pacticipant_ids):
            statement = select(label).where(label.c.pacticipant_id.in_(some)).order_by(label.c.name)
            for row in self._execute(statement):
                found[row.pacticipant_id] = (*found.get(row.pacticipant_id, ()), Label(row.name, row.created_at))
        return found
