"""Stored live contracts: contents once per sha, contracts once per identity, one publication per slot and provider."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, select

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import VersionSet, VersionSetKind
from contracthub.domain.errors import Unavailable
from contracthub.domain.live_contracts import LiveContract, NewLiveContract
from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.storage.comparisons import forget_now
from contracthub.storage.contract_statements import consumer, contract, integration, provider, tag
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_live_contracts import LiveContentRow, LivePublicationRow

live_content, live_publication = table_of(LiveContentRow), table_of(LivePublicationRow)
_it = live_publication

# In the order of the fields of the domain's LiveContract.
_live = (
    select(
        _it.c.id, _it.c.contract_id, _it.c.consumer_id, consumer.c.name, _it.c.version_id, version.c.number,
        _it.c.provider_id, provider.c.name, _it.c.kind, _it.c.name, contract.c.identity, live_content.c.sha,
        _it.c.revision, _it.c.created_at, _it.c.updated_at,
    )
    .join_from(_it, version, version.c.id == _it.c.version_id)
    .join(consumer, consumer.c.id == _it.c.consumer_id)
    .join(provider, provider.c.id == _it.c.provider_id)
    .join(contract, contract.c.id == _it.c.contract_id)
    .join(live_content, live_content.c.id == _it.c.live_content_id)
)  # fmt: skip
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_by_name = (_it.c.kind, _it.c.name, provider.c.name)
_of_version = _live.where(_it.c.version_id == bindparam("version")).order_by(*_by_name)
_find = _live.where(
    _it.c.version_id == bindparam("version"),
    _it.c.kind == bindparam("kind"),
    _it.c.name == bindparam("name"),
    provider.c.name == bindparam("provider"),
)
_by_id = _live.where(_it.c.id == bindparam("key"))
_published_as = _live.where(_it.c.version_id.in_(_ids), _it.c.kind == bindparam("kind")).order_by(
    _it.c.version_id, _it.c.name
)
_body = select(live_content.c.body).where(
    live_content.c.workspace_id == bindparam("workspace"), live_content.c.sha == bindparam("sha")
)
_other = _it.alias("other")
_newest_of_contract = (
    select(_other.c.id)
    .where(_other.c.contract_id == contract.c.id)
    .order_by(_other.c.version_id.desc())
    .limit(1)
    .correlate(contract)
    .scalar_subquery()
)
_documents = (
    select(contract.c.id, live_content.c.body)
    .join_from(contract, _it, _it.c.id == _newest_of_contract)
    .join(live_content, live_content.c.id == _it.c.live_content_id)
    .where(contract.c.id.in_(_ids))
)
_older = (
    select(contract.c.identity)
    .join_from(_it, contract, contract.c.id == _it.c.contract_id)
    .where(_it.c.provider_id == bindparam("provider"), _it.c.consumer_id == bindparam("consumer"))
    .where(_it.c.kind == bindparam("kind"), _it.c.name == bindparam("name"))
)
_previous = {
    VersionSetKind.UNTAGGED: _older.where(
        ~exists().where(tag.c.version_id == _it.c.version_id), _it.c.version_id < bindparam("version")
    )
    .order_by(_it.c.version_id.desc())
    .limit(1),
    VersionSetKind.TAG: _older.join(tag, tag.c.version_id == _it.c.version_id)
    .where(tag.c.pacticipant_id == bindparam("consumer"), tag.c.name == bindparam("among"))
    .where(tag.c.version_id < bindparam("version"))
    .order_by(tag.c.version_id.desc())
    .limit(1),
}
_hold_consumer = (
    select(consumer.c.id).where(consumer.c.id == bindparam("key")).with_for_update(read=True, key_share=True)
)
_hold_version = select(version.c.id).where(version.c.id == bindparam("key")).with_for_update(read=True, key_share=True)
_contract_of = select(contract.c.id).where(
    contract.c.consumer_id == bindparam("consumer"),
    contract.c.provider_id == bindparam("provider"),
    contract.c.identity == bindparam("identity"),
)
_content_of = select(_it.c.live_content_id).where(_it.c.id == bindparam("key"))
_replace = (
    _it.update()
    .where(_it.c.id == bindparam("key"), _it.c.revision == bindparam("seen"))
    .values(
        contract_id=bindparam("new_contract_id"),
        live_content_id=bindparam("new_content_id"),
        revision=_it.c.revision + 1,
        updated_at=bindparam("moment"),
    )
)

_free_contract = contract.delete().where(
    contract.c.id == bindparam("key"), ~exists().where(_it.c.contract_id == contract.c.id)
)

_ATTEMPTS = 5
_mine = live_content.c.workspace_id == bindparam("workspace")
# A share of the row keeps a removal from taking a content that is about to be referred to.
_kept = (
    select(live_content.c.id)
    .where(_mine, live_content.c.sha == bindparam("sha"))
    .with_for_update(read=True, key_share=True)
)
# Without waiting: whoever has locked a content is about to refer to it, or to remove it as well.
_locked = (
    select(live_content.c.id, live_content.c.sha).where(live_content.c.id.in_(_ids)).with_for_update(skip_locked=True)
)
_free = live_content.delete().where(
    live_content.c.id.in_(_ids), ~exists().where(_it.c.live_content_id == live_content.c.id)
)


class LiveContents:
    """The bytes of live contracts of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def ensured(self, sha: str, body: bytes, now: datetime) -> int:
        """The key of a content, stored where missing. Raises ``Unavailable`` in a storm."""
        values = {"workspace": self._scope.workspace_id, "sha": sha}
        row = {"sha": sha, "body": body, "created_at": now}
        for _ in range(_ATTEMPTS):
            key = self._execute(_kept, values).scalar() or self._scope.insert_free(live_content, row)
            if key is not None:
                return int(key)
        raise Unavailable("overtaken", "Others keep publishing and deleting the same contract. Send it again.")

    def release(self, keys: Collection[int]) -> None:
        """Remove those that nobody refers to any more, when all else is done."""
        if keys:
            self._scope.at_end.append(lambda: self._remove_free(keys))

    def _remove_free(self, keys: Collection[int]) -> None:
        for some in chunks(sorted(set(keys))):
            if locked := self._execute(_locked, {"ids": some}).all():
                keys_of = {row.sha: row.id for row in locked}
                if self._execute(_free, {"ids": list(keys_of.values())}).rowcount:
                    left = {row.id for row in self._execute(_locked, {"ids": list(keys_of.values())})}
                    forget_now(self._scope, consumers=[sha for sha, key in keys_of.items() if key not in left])


class LiveContractRepository:
    """Implements the port ``LiveContracts``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._contents = LiveContents(scope)

    def of_version(self, version_id: int) -> Sequence[LiveContract]:
        """All that a version published."""
        return self._many(_of_version, {"version": version_id})

    def find(self, version_id: int, kind: ContractKind, provider: str, name: str) -> LiveContract | None:
        """The one of that name with a provider."""
        values = {"version": version_id, "kind": kind.value, "provider": provider, "name": name}
        found = self._many(_find, values)
        return found[0] if found else None

    def of_consumer(self, consumer_id: int, *, kind: ContractKind | None, page: Page) -> Listing[LiveContract]:
        """What versions of a consumer published, newest first."""
        conditions = [_it.c.consumer_id == consumer_id, *([_it.c.kind == kind.value] if kind is not None else [])]
        total = self._execute(select(func.count()).select_from(_it).where(*conditions)).scalar_one()
        statement = _live.where(*conditions).order_by(_it.c.version_id.desc(), *_by_name)
        return Listing(tuple(self._many(statement.limit(page.size).offset(page.offset), {})), total, page)

    def hold(self, held: Version) -> None:
        """Before any content: whoever removes a consumer or a version holds that first."""
        if not self._scope.is_sqlite:
            self._execute(_hold_consumer, {"key": held.pacticipant_id}).all()
            self._execute(_hold_version, {"key": held.id}).all()

    def store(
        self, version: Version, provider: Pacticipant, new: NewLiveContract, *, now: datetime
    ) -> LiveContract | None:
        """Publish one with a provider, unless the version has one of that name."""
        pair = {"consumer_id": version.pacticipant_id, "provider_id": provider.id}
        content = self._contents.ensured(new.sha, new.body, now)
        row = pair | {
            "version_id": version.id,
            "contract_id": self._contract(pair, new, now),
            "live_content_id": content,
            "kind": new.kind.value,
            "name": new.name,
            "revision": 1,
            "created_at": now,
            "updated_at": now,
        }
        key = self._scope.insert_free(_it, row)
        if key is None:
            self._contents.release([content])
            return None
        return self._many(_by_id, {"key": key})[0]

    def replace(self, there: LiveContract, new: NewLiveContract, *, now: datetime) -> LiveContract | None:
        """Put one in the place of another, unless others changed that meanwhile. Others must be kept from writing."""
        former = self._execute(_content_of, {"key": there.id}).scalar()
        content = self._contents.ensured(new.sha, new.body, now)
        pair = {"consumer_id": there.consumer_id, "provider_id": there.provider_id}
        values = {
            "key": there.id,
            "seen": there.revision,
            "new_contract_id": self._contract(pair, new, now),
            "new_content_id": content,
            "moment": now,
        }
        changed = self._execute(_replace, values).rowcount == 1
        self._contents.release([each for each in (former, content) if each is not None])
        if not changed:
            return None
        self._execute(_free_contract, {"key": there.contract_id})
        return self._many(_by_id, {"key": there.id})[0]

    def previous_identity(self, there: LiveContract, among: VersionSet) -> str | None:
        """The identity of what an older version in a set published last in that place."""
        values = {
            "provider": there.provider_id,
            "consumer": there.consumer_id,
            "kind": there.kind.value,
            "name": there.name,
            "version": there.version_id,
            **({"among": among.name} if among.kind is VersionSetKind.TAG else {}),
        }
        found: str | None = self._execute(_previous[among.kind], values).scalar()
        return found

    def body(self, sha: str) -> bytes | None:
        """The exact bytes by their SHA-256."""
        found = self._execute(_body, {"workspace": self._scope.workspace_id, "sha": sha}).scalar()
        return None if found is None else bytes(found)

    def documents(self, contract_ids: Collection[int]) -> Mapping[int, bytes]:
        """The bytes of the newest publication of each of those contracts."""
        return {
            row.id: bytes(row.body) for some in chunks(contract_ids) for row in self._execute(_documents, {"ids": some})
        }

    def published_as(self, version_ids: Collection[int], kind: ContractKind) -> Sequence[LiveContract]:
        """What those versions published of a kind, by name."""
        return [
            each
            for some in chunks(version_ids)
            for each in self._many(_published_as, {"ids": some, "kind": kind.value})
        ]

    def _contract(self, pair: Mapping[str, int], new: NewLiveContract, now: datetime) -> int:
        """The key of the contract of an identity, made where it is not there."""
        values = {"consumer": pair["consumer_id"], "provider": pair["provider_id"], "identity": new.identity}
        for _ in range(_ATTEMPTS):
            there = self._execute(_contract_of, values).scalar()
            if there is not None:
                return int(there)
            row = {**pair, "identity": new.identity, "kind": new.kind.value, "created_at": now}
            key = self._scope.insert_free(contract, row)
            if key is not None:
                self._scope.insert_missing(integration, [{**pair, "created_at": now}])
                return key
        raise Unavailable("overtaken", "Others keep publishing and deleting the same contract. Send it again.")

    def _many(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[LiveContract]:
        return [_live_from(row) for row in self._execute(statement, values)]


def _live_from(row: Any) -> LiveContract:
    before, kind, after = row[:8], ContractKind(row[8]), row[9:]
    values: tuple[Any, ...] = (*before, kind, *after)
    return LiveContract(*values)
