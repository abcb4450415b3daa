"""Stored rule packs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from contracthub.domain.rule_packs import RulePacks
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables import PacticipantRow
from contracthub.storage.tables_rule_packs import RulePacksRow

rule_packs, pacticipant = table_of(RulePacksRow), table_of(PacticipantRow)
_mine = rule_packs.c.workspace_id == bindparam("workspace")
_names = (
    select(pacticipant.c.name)
    .join_from(rule_packs, pacticipant, pacticipant.c.id == rule_packs.c.provider_id)
    .where(_mine)
    .order_by(pacticipant.c.name)
)


class RulePackRepository:
    """Implements the port ``RulePackSettings``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def of(self, provider_id: int | None) -> RulePacks | None:
        """What was said for a provider, or for the workspace."""
        columns = (rule_packs.c.settings, rule_packs.c.updated_at)
        row = self._execute(select(*columns).where(_mine, _is(provider_id)), self._values).one_or_none()
        return None if row is None else RulePacks(row.settings, row.updated_at)

    def of_providers(self) -> Sequence[str]:
        """The names of providers for which something was said."""
        return [row.name for row in self._execute(_names, self._values)]

    def store(self, provider_id: int | None, settings: dict[str, Any], *, now: datetime) -> bool:
        """Say it."""
        row = {"provider_id": provider_id, "settings": settings, "created_at": now, "updated_at": now}
        if self._scope.insert_missing(rule_packs, [row]) == 1:
            return True
        again = rule_packs.update().where(_mine, _is(provider_id)).values(settings=settings, updated_at=now)
        self._execute(again, self._values)
        return False

    def remove(self, provider_id: int | None) -> bool:
        """Take it back."""
        return self._execute(rule_packs.delete().where(_mine, _is(provider_id)), self._values).rowcount == 1

    @property
    def _values(self) -> dict[str, object]:
        return {"workspace": self._scope.workspace_id}


def _is(provider_id: int | None) -> ColumnElement[bool]:
    column = rule_packs.c.provider_id
    return column.is_(None) if provider_id is None else column == provider_id
