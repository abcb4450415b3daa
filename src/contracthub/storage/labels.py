"""Stored labels, and the pacticipants that they group."""

from datetime import datetime

from sqlalchemy import func, select

from contracthub.domain.pacticipants import Label, Listing, Pacticipant, Page
from contracthub.storage.pacticipants import PACTICIPANT_COLUMNS, label, pacticipant, pacticipant_from_row
from contracthub.storage.scope import Scope


class LabelRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def find(self, pacticipant_id: int, name: str) -> Label | None:
        """A label of a pacticipant."""
        there = (label.c.pacticipant_id == pacticipant_id, label.c.name == name)
        row = self._execute(select(label.c.name, label.c.created_at).where(*there)).first()
        return Label(*row) if row else None

    def add(self, pacticipant_id: int, name: str, *, now: datetime) -> bool:
        """Label a pacticipant, unless it has the label."""
        row = {"pacticipant_id": pacticipant_id, "name": name, "created_at": now}
        return self._scope.insert_missing(label, [row]) == 1

    def remove(self, pacticipant_id: int, name: str) -> bool:
        """Take a label off."""
        there = (label.c.pacticipant_id == pacticipant_id, label.c.name == name)
        return self._execute(label.delete().where(*there)).rowcount == 1

    def names(self, *, page: Page | None) -> Listing[str]:
        """All labels, each once, by name."""
        mine = label.c.workspace_id == self._scope.workspace_id
        statement = select(label.c.name).where(mine).distinct().order_by(label.c.name)
        if page is None:
            names = tuple(self._execute(statement).scalars())
            return Listing(names, len(names))
        total = self._execute(select(func.count(label.c.name.distinct())).where(mine)).scalar_one()
        names = tuple(self._execute(statement.limit(page.size).offset(page.offset)).scalars())
        return Listing(names, total, page)

    def labelled(self, name: str, *, page: Page | None) -> Listing[Pacticipant]:
        """The pacticipants with a label, by name."""
        mine = (label.c.workspace_id == self._scope.workspace_id, label.c.name == name)
        joined = pacticipant.join(label, label.c.pacticipant_id == pacticipant.c.id)
        statement = select(*PACTICIPANT_COLUMNS).select_from(joined).where(*mine)
        statement = statement.order_by(func.lower(pacticipant.c.name), pacticipant.c.id)
        if page is None:
            entries = tuple(map(pacticipant_from_row, self._execute(statement)))
            return Listing(entries, len(entries))
        total = self._execute(select(func.count()).select_from(label).where(*mine)).scalar_one()
        rows = self._execute(statement.limit(page.size).offset(page.offset))
        return Listing(tuple(map(pacticipant_from_row, rows)), total, page)
