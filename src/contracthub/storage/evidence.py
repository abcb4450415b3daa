"""Stored evidence: every result whole, and folded on write into what the gate and the selection of pacts read.

A result and a version's joining of a line may happen at once; each would miss the other. On PostgreSQL both take the
provider version's row lock before they look, so the later one sees the earlier one. SQLite has one writer.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from contracthub.domain.contracts import PACT
from contracthub.domain.evidence import NewVerification, RecordedVerification, Verification
from contracthub.storage.contract_statements import (
    branch,
    branch_version,
    consumer,
    contract,
    integration,
    provider,
    publication,
    tag,
    verification,
)
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import LatestVerificationRow, LineSuccessRow, VerificationDocumentRow

document, latest = table_of(VerificationDocumentRow), table_of(LatestVerificationRow)
line = table_of(LineSuccessRow)

# In the order of the fields of the domain's Verification, with the document last.
_COLUMNS = (
    verification.c.id,
    verification.c.contract_id,
    contract.c.identity,
    consumer.c.name,
    provider.c.name,
    verification.c.provider_version_id,
    version.c.number,
    verification.c.success,
    verification.c.wip,
    verification.c.pending,
    verification.c.build_url,
    verification.c.created_at,
    document.c.document,
)
_results = select(*_COLUMNS).select_from(
    verification.join(contract, contract.c.id == verification.c.contract_id)
    .join(consumer, consumer.c.id == verification.c.consumer_id)
    .join(provider, provider.c.id == verification.c.provider_id)
    .join(version, version.c.id == verification.c.provider_version_id)
    .join(document, document.c.verification_id == verification.c.id)
)
_by_number = _results.where(
    verification.c.id == bindparam("number"),
    verification.c.workspace_id == bindparam("workspace"),
    contract.c.identity == bindparam("identity"),
    consumer.c.name == bindparam("consumer"),
    provider.c.name == bindparam("provider"),
)
_of_contract = verification.alias("of_contract")
_latest_of_contract = _results.where(
    verification.c.id
    == select(_of_contract.c.id)
    .where(_of_contract.c.contract_id == bindparam("contract_id"))
    .order_by(_of_contract.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_of_pair, _its_contract = verification.alias("of_pair"), contract.alias("its_contract")
_latest_of_pair = _results.where(
    verification.c.id
    == select(_of_pair.c.id)
    .join_from(_of_pair, _its_contract, _its_contract.c.id == _of_pair.c.contract_id)
    .where(_of_pair.c.provider_id == bindparam("provider_id"), _of_pair.c.consumer_id == bindparam("consumer_id"))
    .where(_its_contract.c.kind == PACT)
    .order_by(_of_pair.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_keys: BindParameter[Any] = bindparam("keys", expanding=True)
_by_numbers = _results.where(verification.c.id.in_(_keys))
_newest_result = (
    select(verification.c.id)
    .where(verification.c.contract_id == publication.c.contract_id)
    .order_by(verification.c.id.desc())
    .limit(1)
    .correlate(publication)
    .scalar_subquery()
)
_newest_by_provider = (
    select(provider.c.name, _newest_result)
    .join_from(publication, provider, provider.c.id == publication.c.provider_id)
    .where(publication.c.version_id == bindparam("version_id"))
    .order_by(func.lower(provider.c.name), provider.c.name)
)
_verified_providers = select(integration.c.provider_id).where(
    integration.c.consumer_id == bindparam("consumer_id"),
    integration.c.provider_id.in_(_keys),
    # One look into an index; of EXISTS, PostgreSQL may make a join with all results.
    select(verification.c.id)
    .where(verification.c.provider_id == integration.c.provider_id)
    .where(verification.c.consumer_id == integration.c.consumer_id)
    .limit(1)
    .scalar_subquery()
    .is_not(None),
)
_locked_version = select(version.c.id).where(version.c.id == bindparam("version_id")).with_for_update(key_share=True)

LATEST_COLUMNS = (
    "contract_id",
    "provider_version_id",
    "workspace_id",
    "provider_id",
    "verification_id",
    "success",
    "missing_state",
    "verified_at",
)
_LINE = (
    "contract_id",
    "kind",
    "name",
    "workspace_id",
    "provider_id",
    "first_success_at",
    "first_selected_success_at",
    "last_success_at",
)
_DIALECTS = ((sqlite.dialect, sqlite.insert), (postgresql.dialect, postgresql.insert))


def _fold_latest(insert: Any) -> Any:
    statement = insert(latest).values({name: bindparam(name) for name in LATEST_COLUMNS})
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["contract_id", "provider_version_id"],
        set_={name: new[name] for name in ("verification_id", "success", "missing_state", "verified_at")},
        where=new.verification_id > latest.c.verification_id,
    )


def _earlier(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((or_(one.is_(None), other < one), other), else_=one)


def _fold_lines(insert: Any, successes: Select[Any]) -> Any:
    statement = insert(line).from_select(_LINE, successes)
    new = statement.excluded
    selected, first = line.c.first_selected_success_at, line.c.first_success_at
    return statement.on_conflict_do_update(
        index_elements=["contract_id", "kind", "name"],
        set_={
            "first_success_at": _earlier(first, new.first_success_at),
            "first_selected_success_at": case(
                (new.first_selected_success_at.is_(None), selected),
                else_=_earlier(selected, new.first_selected_success_at),
            ),
            "last_success_at": case(
                (new.last_success_at > line.c.last_success_at, new.last_success_at), else_=line.c.last_success_at
            ),
        },
    )


def _lines_of_version() -> Any:
    """The branches and tags of the provider version of a result."""
    branches = (
        select(literal("branch", Text).label("kind"), branch.c.name.label("name"))
        .join_from(branch_version, branch, branch.c.id == branch_version.c.branch_id)
        .where(branch_version.c.version_id == bindparam("version_id"))
    )
    tags = select(literal("tag", Text).label("kind"), tag.c.name.label("name")).where(
        tag.c.version_id == bindparam("version_id")
    )
    return union_all(branches, tags).subquery("lines")


def _success_on_lines() -> Select[Any]:
    lines, result = _lines_of_version(), verification
    selected_at = case((result.c.wip, null()), else_=result.c.created_at)
    columns = (
        result.c.contract_id,
        lines.c.kind,
        lines.c.name,
        result.c.workspace_id,
        result.c.provider_id,
        result.c.created_at,
        selected_at,
        result.c.created_at,
    )
    # One order for all writers, so that two of them never wait for each other.
    joined = select(*columns).select_from(lines.join(result, result.c.id == bindparam("number")))
    return joined.where(result.c.success).order_by(lines.c.kind, lines.c.name)


def _successes_of_version() -> Select[Any]:
    result = verification
    selected_at = func.min(case((result.c.wip, null()), else_=result.c.created_at))
    return (
        select(
            result.c.contract_id,
            cast(bindparam("kind"), Text),
            cast(bindparam("name"), Text),
            result.c.workspace_id,
            result.c.provider_id,
            func.min(result.c.created_at),
            selected_at,
            func.max(result.c.created_at),
        )
        .where(and_(result.c.provider_version_id == bindparam("version_id"), result.c.success, true()))
        .where(result.c.provider_id == bindparam("provider_id"))
        .group_by(result.c.contract_id, result.c.workspace_id, result.c.provider_id)
        .order_by(result.c.contract_id)
    )


_insert_latest = {dialect.name: _fold_latest(insert) for dialect, insert in _DIALECTS}
_insert_lines = {dialect.name: _fold_lines(insert, _success_on_lines()) for dialect, insert in _DIALECTS}
_join_line = {dialect.name: _fold_lines(insert, _successes_of_version()) for dialect, insert in _DIALECTS}


class EvidenceRepository:
    """Implements the port ``Evidence``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._dialect = scope.connection.dialect.name
        self._execute = scope.connection.execute

    def record(self, result: NewVerification) -> int:
        """Store a result, fold it into what the gate reads, and return its number."""
        self._lock(result.provider_version_id)
        number = self._scope.insert(verification, _row_of(result))
        self._execute(
            document.insert(),
            {"verification_id": number, "workspace_id": self._scope.workspace_id, "document": result.document},
        )
        self._execute(_insert_latest[self._dialect], self._latest_row(number, result))
        if result.success:
            values = {"version_id": result.provider_version_id, "number": number}
            self._execute(_insert_lines[self._dialect], values)
        return number

    def find(self, consumer: str, provider: str, identity: str, number: int) -> RecordedVerification | None:
        """The result of that number for a contract."""
        values = {"consumer": consumer, "provider": provider, "identity": identity, "number": number}
        row = self._execute(_by_number, values | {"workspace": self._scope.workspace_id}).first()
        return _recorded(row) if row else None

    def latest(self, contract_id: int) -> RecordedVerification | None:
        """The newest result for a contract."""
        row = self._execute(_latest_of_contract, {"contract_id": contract_id}).first()
        return _recorded(row) if row else None

    def latest_of_pair(self, consumer_id: int, provider_id: int) -> RecordedVerification | None:
        """The newest result for any pact of a pair."""
        row = self._execute(_latest_of_pair, {"consumer_id": consumer_id, "provider_id": provider_id}).first()
        return _recorded(row) if row else None

    def latest_for_version(self, version_id: int) -> Mapping[str, RecordedVerification | None]:
        """The newest result for each contract of a consumer version, by name of the provider."""
        newest = {row[0]: row[1] for row in self._execute(_newest_by_provider, {"version_id": version_id})}
        numbers = [number for number in newest.values() if number is not None]
        found = {row[0]: _recorded(row) for row in self._execute(_by_numbers, {"keys": numbers})} if numbers else {}
        return {name: found.get(number) for name, number in newest.items()}

    def verified_providers(self, consumer_id: int, provider_ids: Collection[int]) -> Collection[int]:
        """Those providers that have any result for a contract with the consumer."""
        found: set[int] = set()
        for some in chunks(provider_ids):
            found |= set(self._execute(_verified_providers, {"consumer_id": consumer_id, "keys": some}).scalars())
        return found

    def fold_version_into_line(self, version_id: int, provider_id: int, kind: str, name: str) -> None:
        """Count the successes that a provider version already has for a line that it just joined."""
        self._lock(version_id)
        values = {"version_id": version_id, "provider_id": provider_id, "kind": kind, "name": name}
        self._execute(_join_line[self._dialect], values)

    def _lock(self, version_id: int) -> None:
        if not self._scope.is_sqlite:
            self._execute(_locked_version, {"version_id": version_id})

    def _latest_row(self, number: int, result: NewVerification) -> dict[str, Any]:
        return {
            "workspace_id": self._scope.workspace_id,
            "contract_id": result.contract_id,
            "provider_version_id": result.provider_version_id,
            "provider_id": result.provider_id,
            "verification_id": number,
            "success": result.success,
            "missing_state": result.failed_of_states_only,
            "verified_at": result.created_at,
        }


def _row_of(result: NewVerification) -> dict[str, Any]:
    names = [name for name in NewVerification.__dataclass_fields__ if name != "document"]
    return {name: getattr(result, name) for name in names} | {"missing_state": result.failed_of_states_only}


def _recorded(row: Any) -> RecordedVerification:
    *fields, document = row
    return RecordedVerification(Verification(*fields), bytes(document))
