"""Stored approvals of changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from contracthub.domain.approvals import Approval
from contracthub.domain.pacticipants import Listing, Page
from contracthub.storage.contract_statements import provider
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_approvals import ApprovalRow

approval = table_of(ApprovalRow)

_of_provider = approval.c.provider_id == bindparam("provider")
_one = (_of_provider, approval.c.fingerprint == bindparam("of"))
_named = select(*approval.c, provider.c.name.label("provider")).join_from(
    approval, provider, provider.c.id == approval.c.provider_id
)
_find = _named.where(*_one)
_among = _named.where(_of_provider, approval.c.fingerprint.in_(bindparam("values", expanding=True)))
_listed = _named.where(_of_provider).order_by(approval.c.until.desc(), approval.c.fingerprint)
_count = select(func.count()).select_from(approval).where(_of_provider)
_again = approval.update().where(*_one)
_delete = approval.delete().where(*_one)
_delete_expired = (
    approval.delete().where(_of_provider, approval.c.until < bindparam("today")).returning(approval.c.fingerprint)
)


class ApprovalRepository:
    """Implements the port ``Approvals``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def find(self, provider_id: int, fingerprint: str) -> Approval | None:
        """The approval of that change."""
        row = self._execute(_find, {"provider": provider_id, "of": fingerprint}).first()
        return approval_in(row) if row else None

    def list(self, provider_id: int, *, page: Page) -> Listing[Approval]:
        """All of them, those that end last first."""
        rows = self._execute(_listed.limit(page.size).offset(page.offset), {"provider": provider_id})
        return Listing(tuple(map(approval_in, rows)), self.count(provider_id), page)

    def named(self, provider_id: int, fingerprints: Collection[str]) -> Mapping[str, Approval]:
        """Those of these changes that there are."""
        found: dict[str, Approval] = {}
        for some in chunks(sorted(set(fingerprints))):
            for row in self._execute(_among, {"provider": provider_id, "values": some}):
                found[row.fingerprint] = approval_in(row)
        return found

    def count(self, provider_id: int) -> int:
        """How many there are."""
        return self._execute(_count, {"provider": provider_id}).scalar_one()

    def store(self, provider_id: int, new: Approval) -> bool:
        """Approve a change, or again."""
        said = {
            "approved_by": new.by,
            "reason": new.reason,
            "until": new.until,
            "rule": new.rule,
            "location": new.location,
            "message": new.message,
            "updated_at": new.updated_at,
        }
        row = {"provider_id": provider_id, "fingerprint": new.fingerprint, "created_at": new.created_at, **said}
        if self._scope.insert_missing(approval, [row]) == 1:
            return True
        self._execute(_again.values(**said), {"provider": provider_id, "of": new.fingerprint})
        return False

    def delete(self, provider_id: int, fingerprint: str) -> bool:
        """Withdraw one."""
        return self._execute(_delete, {"provider": provider_id, "of": fingerprint}).rowcount == 1

    def delete_expired(self, provider_id: int, today: date) -> Sequence[str]:
        """Remove those whose last day is over."""
        return sorted(self._execute(_delete_expired, {"provider": provider_id, "today": today}).scalars())


def approval_in(row: Any) -> Approval:
    """An approval of a row that also has the provider's name."""
    return Approval(
        provider=row.provider,
        fingerprint=row.fingerprint,
        by=row.approved_by,
        reason=row.reason,
        until=row.until,
        rule=row.rule,
        location=row.location,
        message=row.message,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
