"""Stored waivers."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.waivers import MOST_WAIVERS, Waiver, WaiverScope
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import PacticipantRow
from contracthub.storage.tables_gate import WaiverRow

waiver, provider = table_of(WaiverRow), table_of(PacticipantRow)
_names: BindParameter[Any] = bindparam("names", expanding=True)
_columns = (
    waiver.c.id,
    provider.c.name,
    waiver.c.provider_version,
    waiver.c.consumer,
    waiver.c.consumer_version,
    waiver.c.environment,
    waiver.c.contract,
    waiver.c.rule,
    waiver.c.path,
    waiver.c.waived_by,
    waiver.c.reason,
    waiver.c.until,
    waiver.c.created_at,
    waiver.c.withdrawn_at,
    waiver.c.withdrawn_by,
)
_covering = (
    select(*_columns)
    .join(provider, provider.c.id == waiver.c.provider_id)
    .where(
        provider.c.workspace_id == bindparam("workspace"),
        provider.c.name.in_(_names),
        waiver.c.until >= bindparam("today"),
        waiver.c.withdrawn_at.is_(None),
    )
    .order_by(waiver.c.id.desc())
    .limit(MOST_WAIVERS)
)


class WaiverRepository:
    """Implements the port ``Waivers``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def covering(self, providers: Collection[str], today: date) -> Sequence[Waiver]:
        """Those about one of these providers that hold on that day, newest first."""
        values = {"workspace": self._scope.workspace_id, "today": today}
        found = [
            _waiver_from(row)
            for some in chunks(sorted(set(providers)))
            for row in self._execute(_covering, values | {"names": some})
        ]
        return sorted(found, key=lambda each: -each.id)[:MOST_WAIVERS]


def _waiver_from(row: Any) -> Waiver:
    return Waiver(
        id=row[0],
        scope=WaiverScope(
            provider=row[1],
            provider_version=row[2],
            consumer=row[3],
            consumer_version=row[4],
            environment=row[5],
            contract=None if row[6] is None else ContractKind(row[6]),
            rule=row[7],
            path=row[8],
        ),
        by=row[9],
        reason=row[10],
        until=row[11],
        created_at=row[12],
        withdrawn_at=row[13],
        withdrawn_by=row[14],
    )
