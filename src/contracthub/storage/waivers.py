"""Stored waivers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.waivers import MOST_WAIVERS, Waiver, WaiverScope, WaiverState
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import PacticipantRow
from contracthub.storage.tables_gate import WaiverRow

waiver, provider = table_of(WaiverRow), table_of(PacticipantRow)
_names: BindParameter[Any] = bindparam("names", expanding=True)
COLUMNS = (
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
ALL = select(*COLUMNS).join(provider, provider.c.id == waiver.c.provider_id)
_covering = (
    ALL.where(
        provider.c.workspace_id == bindparam("workspace"),
        provider.c.name.in_(_names),
        waiver.c.until >= bindparam("today"),
        waiver.c.withdrawn_at.is_(None),
    )
    .order_by(waiver.c.id.desc())
    .limit(MOST_WAIVERS)
)
_mine, _one = waiver.c.workspace_id == bindparam("workspace"), waiver.c.id == bindparam("number")
_find = ALL.where(_mine, _one)
_given_at = ALL.where(
    waiver.c.provider_id == bindparam("provider"), waiver.c.created_at.in_(bindparam("moments", expanding=True))
).order_by(waiver.c.id)
_of_provider = waiver.c.provider_id == bindparam("provider")
_holds, _taken_back = waiver.c.withdrawn_at.is_(None), waiver.c.withdrawn_at.is_not(None)
_in_state = {
    WaiverState.VALID: (_holds, waiver.c.until >= bindparam("today")),
    WaiverState.EXPIRED: (_holds, waiver.c.until < bindparam("today")),
    WaiverState.WITHDRAWN: (_taken_back,),
}
_withdraw = waiver.update().where(_mine, _one, _holds)
_rename = waiver.update().where(_mine, waiver.c.environment == bindparam("of"))


class WaiverRepository:
    """Implements the port ``Waivers``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def covering(self, providers: Collection[str], today: date) -> Sequence[Waiver]:
        """Those about one of these providers that hold on that day, newest first."""
        values = {"workspace": self._scope.workspace_id, "today": today}
        found = [
            waiver_from(row)
            for some in chunks(sorted(set(providers)))
            for row in self._execute(_covering, values | {"names": some})
        ]
        return sorted(found, key=lambda each: -each.id)[:MOST_WAIVERS]

    def find(self, number: int) -> Waiver | None:
        """One of them."""
        row = self._execute(_find, {"workspace": self._scope.workspace_id, "number": number}).first()
        return waiver_from(row) if row else None

    def list(self, provider_id: int | None, state: WaiverState | None, today: date, *, page: Page) -> Listing[Waiver]:
        """Those given last first."""
        wanted = (_mine, *((_of_provider,) if provider_id is not None else ()), *(_in_state[state] if state else ()))
        values = {"workspace": self._scope.workspace_id, "provider": provider_id, "today": today}
        listed = ALL.where(*wanted).order_by(waiver.c.id.desc()).limit(page.size).offset(page.offset)
        total = self._execute(select(func.count()).select_from(waiver).where(*wanted), values).scalar_one()
        return Listing(tuple(map(waiver_from, self._execute(listed, values))), total, page)

    def given_at(self, provider_id: int, moments: Collection[datetime]) -> Sequence[Waiver]:
        """Those that were given at one of these moments."""
        return [
            waiver_from(row)
            for some in chunks(sorted(set(moments)))
            for row in self._execute(_given_at, {"provider": provider_id, "moments": some})
        ]

    def add(self, provider_id: int, new: Waiver) -> int:
        """Keep one."""
        scope = new.scope
        row = {
            "provider_id": provider_id,
            "provider_version": scope.provider_version,
            "consumer": scope.consumer,
            "consumer_version": scope.consumer_version,
            "environment": scope.environment,
            "contract": scope.contract.value if scope.contract else None,
            "rule": scope.rule,
            "path": scope.path,
            "waived_by": new.by,
            "reason": new.reason,
            "until": new.until,
            "created_at": new.created_at,
            "withdrawn_at": new.withdrawn_at,
            "withdrawn_by": new.withdrawn_by,
        }
        return self._scope.insert(waiver, row)

    def withdraw(self, number: int, by: str, *, now: datetime) -> bool:
        """Take one back."""
        taken = _withdraw.values(withdrawn_at=now, withdrawn_by=by)
        return self._execute(taken, {"workspace": self._scope.workspace_id, "number": number}).rowcount == 1

    def rename_environment(self, environment: str, to: str) -> None:
        """Keep them under the new name."""
        values = {"workspace": self._scope.workspace_id, "of": environment}
        self._execute(_rename.values(environment=to), values)


def waiver_from(row: Any) -> Waiver:
    """A waiver in a row of :data:`COLUMNS`."""
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
