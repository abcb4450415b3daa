"""Stored checks of documents: asked for once per content and tool, claimed by one worker at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, or_, select

from contracthub.domain.document_checks import (
    CheckOutcome,
    CheckStatus,
    DocumentCheck,
    File,
    Finding,
    Tool,
    key_of,
)
from contracthub.domain.provider_contracts import StoredFile
from contracthub.formats.uploads import Upload
from contracthub.services.ports.checks import DueCheck
from contracthub.storage.document_bytes import contract_file, document, provider_contract
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_checks import DocumentCheckRow

check = table_of(DocumentCheckRow)

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_mine = check.c.workspace_id == bindparam("workspace")
_due = (
    _mine,
    check.c.due_at.is_not(None),
    check.c.due_at <= bindparam("now"),
    or_(check.c.lease_until.is_(None), check.c.lease_until <= bindparam("now")),
)
_is_any_due = select(exists().where(*_due))
_claimable = (
    select(check)
    .where(*_due)
    .order_by(check.c.due_at, check.c.id)
    .limit(1)
    # On PostgreSQL a row that another hub is claiming is passed over; SQLite has one writer at a time anyway.
    .with_for_update(skip_locked=True)
)
_files_of = (
    select(
        contract_file.c.provider_contract_id,
        provider_contract.c.format,
        contract_file.c.path,
        contract_file.c.content_type,
        document.c.sha,
        document.c.size,
        contract_file.c.is_root,
    )
    .join_from(contract_file, document, document.c.id == contract_file.c.document_id)
    .join(provider_contract, provider_contract.c.id == contract_file.c.provider_contract_id)
    .where(contract_file.c.provider_contract_id.in_(_ids))
)
_by_key = select(check).where(_mine, check.c.document_key.in_(bindparam("keys", expanding=True))).order_by(check.c.id)
_files = select(check.c.files).where(check.c.id == bindparam("key"))
_bodies = select(document.c.sha, document.c.body).where(
    document.c.workspace_id == bindparam("workspace"), document.c.sha.in_(bindparam("shas", expanding=True))
)
_held = (check.c.id == bindparam("key"), check.c.lease_until == bindparam("held"))


class CheckRepository:
    """Implements the port ``Checks``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def request(self, format_name: str, files: Sequence[File], tool: Tool, *, now: datetime) -> bool:
        """Have a document checked, unless that was asked for before."""
        row = {
            "document_key": key_of(format_name, files),
            "format": format_name,
            "files": [{"path": each.path, "sha": each.sha, "isRoot": each.is_root} for each in files],
            "tool": tool.name,
            "tool_version": tool.version,
            "status": CheckStatus.PENDING,
            "findings": [],
            "left_out": 0,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        return self._scope.insert_missing(check, [row]) == 1

    def of(self, contract_ids: Collection[int]) -> Mapping[int, DocumentCheck]:
        """The newest check of the documents of these provider contracts."""
        keys: dict[int, str] = {}
        for some in chunks(sorted(contract_ids)):
            files: dict[tuple[int, str], list[StoredFile]] = {}
            for row in self._execute(_files_of, {"ids": some}):
                file = StoredFile(row.path, row.content_type, row.sha, row.size, row.is_root)
                files.setdefault((row.provider_contract_id, row.format), []).append(file)
            keys |= {contract: key_of(format_name, each) for (contract, format_name), each in files.items()}
        checks: dict[str, DocumentCheck] = {}
        for some_keys in chunks(sorted(set(keys.values()))):
            for row in self._execute(_by_key, self._workspace | {"keys": some_keys}):
                checks[row.document_key] = _check_in(row)
        return {contract: checks[key] for contract, key in keys.items() if key in checks}

    def is_any_due(self, now: datetime) -> bool:
        """Whether a check may be claimed."""
        return bool(self._execute(_is_any_due, self._workspace | {"now": now}).scalar())

    def claim_due(self, now: datetime, *, lease_until: datetime) -> DueCheck | None:
        """Claim the check that waits for the longest time, and count the attempt."""
        row = self._execute(_claimable, self._workspace | {"now": now}).first()
        if row is None:
            return None
        attempts = row.attempts + 1
        claimed = check.update().where(check.c.id == row.id)
        self._execute(claimed.values(lease_until=lease_until, attempts=attempts))
        return DueCheck(row.id, row.format, Tool(row.tool, row.tool_version), attempts, lease_until)

    def upload_of(self, due: DueCheck) -> Upload | None:
        """The files to check, None when one of them is gone."""
        files = self._execute(_files, {"key": due.id}).scalar()
        if files is None:
            return None
        bodies: dict[str, bytes] = {}
        for some in chunks(sorted({each["sha"] for each in files})):
            rows = self._execute(_bodies, self._workspace | {"shas": some})
            bodies |= {row.sha: row.body for row in rows}
        if any(each["sha"] not in bodies for each in files):
            return None
        root = next(each["path"] for each in files if each["isRoot"])
        return Upload(root, {each["path"]: bodies[each["sha"]] for each in files})

    def record(self, due: DueCheck, outcome: CheckOutcome, *, now: datetime) -> bool:
        """Write down what came of it, unless the lease has passed to somebody else."""
        values = {
            "status": outcome.status,
            "reason": outcome.reason,
            "findings": [{"message": each.message, "place": each.place} for each in outcome.findings],
            "left_out": outcome.left_out,
            "due_at": None,
            "lease_until": None,
            "checked_at": now,
        }
        return self._of_mine(due, values)

    def release(self, due: DueCheck) -> None:
        """Give a claim back, as if it had not been made."""
        self._of_mine(due, {"lease_until": None, "attempts": due.attempts - 1})

    def forget(self, due: DueCheck) -> None:
        """Remove the check of a document that is no more."""
        self._execute(check.delete().where(*_held), {"key": due.id, "held": due.lease_until})

    def _of_mine(self, due: DueCheck, values: Mapping[str, Any]) -> bool:
        changed = check.update().where(check.c.id == due.id, check.c.lease_until == due.lease_until)
        return self._execute(changed.values(**values)).rowcount == 1


def _check_in(row: Any) -> DocumentCheck:
    findings = tuple(Finding(each["message"], each["place"]) for each in row.findings)
    outcome = CheckOutcome(findings, row.left_out, row.reason)
    return DocumentCheck(Tool(row.tool, row.tool_version), CheckStatus(row.status), outcome, row.checked_at)
