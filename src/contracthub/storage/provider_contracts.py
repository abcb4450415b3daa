"""Stored provider contracts: documents of versions, their files, and the bytes of these once per sha."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select

from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.domain.provider_contracts import (
    ContractFile,
    ContractFormat,
    NewProviderContract,
    Offered,
    ProviderContract,
    StoredFile,
    self_verification_fields,
    self_verification_from,
    sha_of,
)
from contracthub.storage.comparisons import forget, offers_of_versions
from contracthub.storage.contract_statements import branch, branch_version
from contracthub.storage.document_bytes import DocumentBytes, contract_file, document, provider_contract
from contracthub.storage.environments import deployed, released
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks

MOST_IN_ENVIRONMENT = 1000
_it = provider_contract
_ids: BindParameter[Any] = bindparam("ids", expanding=True)

_contracts = (
    select(_it, pacticipant.c.name.label("provider_name"), version.c.number)
    .join_from(_it, version, version.c.id == _it.c.version_id)
    .join(pacticipant, pacticipant.c.id == _it.c.provider_id)
)
_find = _contracts.where(_it.c.version_id == bindparam("version"), _it.c.name == bindparam("name"))
_by_id = _contracts.where(_it.c.id == bindparam("key"))
_of_version = _contracts.where(_it.c.version_id == bindparam("version")).order_by(_it.c.name)
_of_versions = _contracts.where(_it.c.version_id.in_(_ids)).order_by(_it.c.version_id.desc(), _it.c.name)
_files = (
    select(
        contract_file.c.provider_contract_id,
        contract_file.c.path,
        contract_file.c.content_type,
        document.c.sha,
        document.c.size,
        contract_file.c.is_root,
    )
    .join_from(contract_file, document, document.c.id == contract_file.c.document_id)
    .where(contract_file.c.provider_contract_id.in_(_ids))
    .order_by(contract_file.c.is_root.desc(), contract_file.c.path)
)
_bodies = (
    select(contract_file.c.path, contract_file.c.content_type, document.c.sha, document.c.body, contract_file.c.is_root)
    .join_from(contract_file, document, document.c.id == contract_file.c.document_id)
    .where(contract_file.c.provider_contract_id == bindparam("key"))
    .order_by(contract_file.c.is_root.desc(), contract_file.c.path)
)
_body = _bodies.where(contract_file.c.path == bindparam("path"))
_results = (
    select(document.c.body)
    .join_from(_it, document, document.c.id == _it.c.self_verification_document_id)
    .where(_it.c.id == bindparam("key"))
)
_documents_of = (
    select(contract_file.c.document_id)
    .where(contract_file.c.provider_contract_id.in_(_ids))
    .union_all(
        select(_it.c.self_verification_document_id).where(
            _it.c.id.in_(_ids), _it.c.self_verification_document_id.is_not(None)
        )
    )
)
_replace = (
    _it.update()
    .where(_it.c.id == bindparam("key"), _it.c.revision == bindparam("seen"))
    .values(revision=_it.c.revision + 1)
)
_bytes_of = select(document.c.body).where(
    document.c.workspace_id == bindparam("workspace"), document.c.sha == bindparam("sha")
)
_set_results = (
    _it.update().where(_it.c.id == bindparam("key")).values(self_verification_document_id=bindparam("results"))
)
_locked = select(_it.c.id, _it.c.version_id).where(_it.c.id.in_(_ids)).order_by(_it.c.id).with_for_update()
_keys_of_versions = select(_it.c.id).where(_it.c.version_id.in_(_ids)).order_by(_it.c.id)
_offered = (
    select(_it.c.version_id, _it.c.provider_id, _it.c.id, _it.c.name, _it.c.format, _it.c.subject, _it.c.identity)
    .where(_it.c.version_id.in_(_ids))
    .order_by(_it.c.version_id, _it.c.name)
)
_offering = (
    select(_it.c.provider_id)
    .where(_it.c.workspace_id == bindparam("workspace"), _it.c.subject == bindparam("subject"))
    .distinct()
    .order_by(_it.c.provider_id)
)


def _newest_on_branch(name: str | None) -> Select[Any]:
    """The newest version of a branch that offers anything, or something of that name: walks back to the first hit."""
    key = select(branch.c.id).where(
        branch.c.pacticipant_id == bindparam("provider"), branch.c.name == bindparam("branch")
    )
    placed = branch_version.c.version_id
    of_name = [] if name is None else [_it.c.name == name]
    newest = (
        select(placed)
        .join_from(branch_version, _it, _it.c.version_id == placed)
        .where(branch_version.c.branch_id == key.scalar_subquery(), *of_name)
        .order_by(placed.desc())
        .limit(1)
    )
    return _contracts.where(_it.c.version_id == newest.scalar_subquery(), *of_name).order_by(_it.c.name)


_lives = or_(
    *(
        _it.c.version_id.in_(
            select(home.c.version_id).where(
                home.c.pacticipant_id == bindparam("provider"),
                home.c.environment_id == bindparam("environment"),
                ended.is_(None),
            )
        )
        for home, ended in ((deployed, deployed.c.undeployed_at), (released, released.c.support_ended_at))
    )
)


class ProviderContractRepository:
    """Implements the port ``ProviderContracts``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._bytes = DocumentBytes(scope)

    def find(self, version_id: int, name: str) -> ProviderContract | None:
        """The document of that name."""
        return self._one(_find, {"version": version_id, "name": name})

    def store(self, version: Version, contract: NewProviderContract, *, now: datetime) -> ProviderContract | None:
        """Publish a document, unless the version has one of that name."""
        place = {"provider_id": version.pacticipant_id, "version_id": version.id}
        row = place | _values(contract) | {"revision": 1, "created_at": now, "updated_at": now}
        self._forget_offers([version.id])
        # Before its bytes: by its keys it holds pacticipant and version, as everybody does who locks bytes.
        key = self._scope.insert_free(_it, row)
        if key is None:
            return None
        self._attach(key, contract, now)
        return self._one(_by_id, {"key": key})

    def replace(
        self, there: ProviderContract, contract: NewProviderContract, *, now: datetime
    ) -> ProviderContract | None:
        """Put a document in the place of another, unless others changed that meanwhile."""
        self._forget_offers([there.version_id])
        statement = _replace.values(**_values(contract), updated_at=now)
        if self._execute(statement, {"key": there.id, "seen": there.revision}).rowcount == 0:
            return None
        former = self._documents_of([there.id])
        self._execute(contract_file.delete().where(contract_file.c.provider_contract_id == there.id))
        self._attach(there.id, contract, now)
        self._bytes.release({*former} - {*self._documents_of([there.id])})
        return self._one(_by_id, {"key": there.id})

    def of_version(self, version_id: int) -> Sequence[ProviderContract]:
        """All documents of a version."""
        return self._many(_of_version, {"version": version_id})

    def of_versions(self, version_ids: Collection[int]) -> Sequence[ProviderContract]:
        """All documents of those versions, newest first."""
        return [each for some in chunks(version_ids) for each in self._many(_of_versions, {"ids": some})]

    def of_provider(
        self, provider_id: int, *, name: str | None = None, of_format: str | None = None, page: Page
    ) -> Listing[ProviderContract]:
        """Documents of a provider, newest first."""
        conditions = [_it.c.provider_id == provider_id]
        conditions += [
            column == value for column, value in ((_it.c.name, name), (_it.c.format, of_format)) if value is not None
        ]
        total = self._execute(select(func.count()).select_from(_it).where(*conditions)).scalar_one()
        statement = _contracts.where(*conditions).order_by(_it.c.version_id.desc(), _it.c.name)
        found = self._many(statement.limit(page.size).offset(page.offset), {})
        return Listing(tuple(found), total, page)

    def latest_on_branch(self, provider: Pacticipant, branch: str, name: str | None) -> Sequence[ProviderContract]:
        """The documents of the newest version of a branch that has any."""
        return self._many(_newest_on_branch(name), {"provider": provider.id, "branch": branch})

    def in_environment(
        self, provider: Pacticipant, environment_id: int, name: str | None
    ) -> Sequence[ProviderContract]:
        """The documents of the versions that live in an environment, newest first."""
        conditions: list[ColumnElement[bool]] = [_it.c.provider_id == provider.id, _lives]
        if name is not None:
            conditions.append(_it.c.name == name)
        statement = _contracts.where(*conditions).order_by(_it.c.version_id.desc(), _it.c.name)
        values = {"provider": provider.id, "environment": environment_id}
        return self._many(statement.limit(MOST_IN_ENVIRONMENT), values)

    def file(self, contract_id: int, path: str) -> tuple[StoredFile, bytes] | None:
        """One file with its exact bytes."""
        row = self._execute(_body, {"key": contract_id, "path": path}).first()
        if row is None:
            return None
        body = bytes(row.body)
        return StoredFile(row.path, row.content_type, row.sha, len(body), row.is_root), body

    def text_of(self, contract_id: int) -> Sequence[ContractFile]:
        """All files with their exact bytes, the root first."""
        rows = self._execute(_bodies, {"key": contract_id})
        return [ContractFile(row.path, row.content_type, row.sha, bytes(row.body), row.is_root) for row in rows]

    def self_verification_content(self, contract_id: int) -> bytes | None:
        """The exact bytes of the results of the self-verification, if they were sent."""
        found = self._execute(_results, {"key": contract_id}).scalar()
        return None if found is None else bytes(found)

    def delete(self, contract_id: int) -> None:
        """Remove a document, and the bytes that nobody refers to any more."""
        self.delete_all([contract_id])

    def delete_all(self, contract_ids: Collection[int]) -> None:
        """Remove documents, and the bytes that nobody refers to any more."""
        for some in chunks(contract_ids):
            locked = self._execute(_locked, {"ids": some}).all()
            self._forget_offers([row.version_id for row in locked])
            former = self._documents_of(some)
            self._execute(_it.delete().where(_it.c.id.in_(some)))
            self._bytes.release(former)

    def _forget_offers(self, version_ids: Collection[int]) -> None:
        """What came out for all documents of these versions together is of no more use: they change."""
        forget(self._scope, offers=offers_of_versions(self._scope, version_ids))

    def delete_of_versions(self, version_ids: Collection[int]) -> None:
        """Remove all documents of those versions."""
        for some in chunks(version_ids):
            self.delete_all(self._execute(_keys_of_versions, {"ids": some}).scalars().all())

    def offered(self, version_ids: Collection[int]) -> Sequence[Offered]:
        """What those versions offer."""
        return [
            Offered(row.version_id, row.provider_id, row.id, row.name, ContractFormat(row.format), *row[5:])
            for some in chunks(version_ids)
            for row in self._execute(_offered, {"ids": some})
        ]

    def offering(self, subject: str) -> Collection[int]:
        """The providers of which any version has ever published a schema for a subject."""
        values = {"workspace": self._scope.workspace_id, "subject": subject}
        return self._execute(_offering, values).scalars().all()

    def add_document(self, body: bytes, *, now: datetime) -> bool:
        """Store bytes that documents will refer to."""
        row = {"sha": sha_of(body), "size": len(body), "body": body, "created_at": now}
        return self._scope.insert_missing(document, [row]) == 1

    def document(self, sha: str) -> bytes | None:
        """The bytes of that SHA-256."""
        found = self._execute(_bytes_of, {"workspace": self._scope.workspace_id, "sha": sha}).scalar()
        return None if found is None else bytes(found)

    def date(self, contract_id: int, *, revision: int, created_at: datetime, updated_at: datetime) -> None:
        """Say when a document was published, how often it was replaced, and when last."""
        values = {"revision": revision, "created_at": created_at, "updated_at": updated_at}
        self._execute(_it.update().where(_it.c.id == contract_id).values(**values))

    def _attach(self, key: int, contract: NewProviderContract, now: datetime) -> None:
        """Give a document its files, and the results of its self-verification."""
        keys, results = self._bytes.ensured(_bodies_of(contract), now), contract.self_verification_content
        rows = [
            {
                "workspace_id": self._scope.workspace_id,
                "provider_contract_id": key,
                "path": each.path,
                "content_type": each.content_type,
                "is_root": each.is_root,
                "document_id": keys[each.sha],
            }
            for each in contract.files
        ]
        self._execute(contract_file.insert(), rows)
        self._execute(_set_results, {"key": key, "results": None if results is None else keys[sha_of(results)]})

    def _documents_of(self, contract_ids: Collection[int]) -> Collection[int]:
        return self._execute(_documents_of, {"ids": list(contract_ids)}).scalars().all()

    def _one(self, statement: Select[Any], values: Mapping[str, Any]) -> ProviderContract | None:
        found = self._many(statement, values)
        return found[0] if found else None

    def _many(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[ProviderContract]:
        bare = [_contract_from(row) for row in self._execute(statement, values)]
        files: dict[int, list[StoredFile]] = {each.id: [] for each in bare}
        for some in chunks(files):
            for row in self._execute(_files, {"ids": some}):
                files[row.provider_contract_id].append(StoredFile(*row[1:]))
        return [replace(each, files=tuple(files[each.id])) for each in bare]


def _bodies_of(contract: NewProviderContract) -> dict[str, bytes]:
    bodies = {each.sha: each.body for each in contract.files}
    if contract.self_verification_content is not None:
        bodies[sha_of(contract.self_verification_content)] = contract.self_verification_content
    return bodies


def _values(contract: NewProviderContract) -> dict[str, Any]:
    said = contract.self_verification
    return {
        "name": contract.name,
        "format": contract.format.value,
        "format_version": contract.format_version,
        "identity": contract.identity,
        "subject": contract.subject,
        "topic": contract.topic,
        "warnings": list(contract.warnings),
        "self_verification": self_verification_fields(said) if said else None,
    }


def _contract_from(row: Any) -> ProviderContract:
    said, results = row.self_verification, row.self_verification_document_id
    return ProviderContract(
        id=row.id,
        provider_id=row.provider_id,
        provider_name=row.provider_name,
        version_id=row.version_id,
        version_number=row.number,
        name=row.name,
        format=ContractFormat(row.format),
        format_version=row.format_version,
        identity=row.identity,
        subject=row.subject,
        topic=row.topic,
        warnings=tuple(row.warnings),
        self_verification=None if said is None else self_verification_from(said, has_content=results is not None),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
