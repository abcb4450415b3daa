"""What comparisons on paper are made of. Every statement is bounded by its arguments or a limit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.provider_contracts import ContractFormat, StoredFile
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.paper import Need, NeedingVersion, OfferingVersion, PaperDocument, Place
from contracthub.storage.contract_statements import branch, content, integration, publication
from contracthub.storage.document_bytes import contract_file, document, provider_contract
from contracthub.storage.environments import deployed, environment, released
from contracthub.storage.live_contracts import live_content, live_publication
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks

# So many providers are looked at one by one in a single statement, and so many contents are in memory at once.
_PARTS, _FEW = 100, 20
_NO_NAME = ""

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_others: BindParameter[Any] = bindparam("others", expanding=True)
_it = provider_contract.c
_documents = (
    select(
        _it.id, _it.version_id, _it.name, _it.format, _it.subject, _it.topic, _it.identity, _it.self_verification,
        _it.updated_at,
    )
    .where(_it.version_id.in_(_ids))
    .order_by(_it.version_id, _it.name)
)  # fmt: skip
_size = (
    select(func.sum(document.c.size))
    .join_from(provider_contract, contract_file, contract_file.c.provider_contract_id == _it.id)
    .join(document, document.c.id == contract_file.c.document_id)
    .where(_it.version_id == bindparam("version"))
)
_files = (
    select(contract_file.c.path, contract_file.c.content_type, document.c.sha, document.c.size, contract_file.c.is_root)
    .join_from(contract_file, document, document.c.id == contract_file.c.document_id)
    .where(contract_file.c.provider_contract_id == bindparam("key"))
)
_numbered = select(version.c.pacticipant_id, version.c.id, version.c.number).order_by(version.c.id.desc())


def _pacts(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(
        *columns, publication.c.version_id, publication.c.provider_id, literal(ContractKind.PACT.value).label("kind"),
        literal(_NO_NAME).label("name"), content.c.sha,
    ).join_from(publication, content, content.c.id == publication.c.content_id)  # fmt: skip


def _conversations(*columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            *columns, live_publication.c.version_id, live_publication.c.provider_id, live_publication.c.kind,
            live_publication.c.name, live_content.c.sha,
        )
        .join_from(live_publication, live_content, live_content.c.id == live_publication.c.live_content_id)
        .where(live_publication.c.kind == ContractKind.CONVERSATION.value)
    )  # fmt: skip


def _of_versions(statement: Select[Any], table: Table) -> Select[Any]:
    return statement.where(table.c.version_id.in_(_ids), table.c.provider_id.in_(_others))


_pacts_of, _conversations_of = _of_versions(_pacts(), publication), _of_versions(_conversations(), live_publication)


def _bytes_of(table: Table) -> Select[Any]:
    mine = table.c.workspace_id == bindparam("workspace")
    return select(table.c.sha, table.c.body).where(mine, table.c.sha.in_(_ids))


_contents: Mapping[ContractKind, Select[Any]] = {
    ContractKind.PACT: _bytes_of(content),
    ContractKind.CONVERSATION: _bytes_of(live_content),
}


def _mattering(mine: Any) -> Any:
    """The versions of some pacticipants that live somewhere or are the head of a branch, with where that is."""
    homes = (
        select(
            home.c.version_id.label("version_id"),
            home.c.pacticipant_id.label("owner_id"),
            environment.c.name.label("environment"),
            environment.c.production.label("production"),
            cast(null(), String).label("branch"),
        )
        .join_from(home, environment, environment.c.id == home.c.environment_id)
        .where(home.c.pacticipant_id.in_(mine), ended.is_(None))
        for home, ended in ((deployed, deployed.c.undeployed_at), (released, released.c.support_ended_at))
    )
    heads = select(
        branch.c.head_version_id, branch.c.pacticipant_id, cast(null(), String), false(), branch.c.name
    ).where(branch.c.pacticipant_id.in_(mine), branch.c.head_version_id.is_not(None))
    return union_all(*homes, heads).subquery("mattering")


def _in_order(matters: Any, owner: Any) -> tuple[Any, ...]:
    """What runs in production first, the branches of old versions last."""
    on_main = func.coalesce(matters.c.branch == owner, false())
    in_environment = matters.c.environment.is_not(None)
    return matters.c.production.desc(), in_environment.desc(), on_main.desc(), matters.c.version_id.desc()


def _offering() -> Select[Any]:
    matters = _mattering(select(pacticipant.c.id).where(pacticipant.c.id == bindparam("provider")))
    has_documents = select(_it.id).where(_it.version_id == matters.c.version_id).limit(1).scalar_subquery()
    return (
        select(version.c.id, version.c.number, *_place_columns(matters))
        .join_from(matters, version, version.c.id == matters.c.version_id)
        .join(pacticipant, pacticipant.c.id == matters.c.owner_id)
        .where(has_documents.is_not(None))
        .order_by(*_in_order(matters, pacticipant.c.main_branch))
        .limit(bindparam("most"))
    )


def _place_columns(matters: Any) -> tuple[Any, ...]:
    return matters.c.environment, matters.c.production, matters.c.branch, pacticipant.c.main_branch


def _needing(needs: Callable[..., Select[Any]], table: Table) -> Select[Any]:
    mine = select(integration.c.consumer_id).where(integration.c.provider_id == bindparam("provider"))
    matters = _mattering(mine)
    # From the few places to what is published there, never from all that was ever published for the provider.
    return (
        needs(pacticipant.c.name.label("consumer"), version.c.number, *_place_columns(matters))
        .join(matters, matters.c.version_id == table.c.version_id)
        .join(version, version.c.id == matters.c.version_id)
        .join(pacticipant, pacticipant.c.id == matters.c.owner_id)
        .where(table.c.provider_id == bindparam("provider"))
        .order_by(*_in_order(matters, pacticipant.c.main_branch))
        .limit(bindparam("most"))
    )


_offering_that_matters = _offering()
_needing_that_matters = (_needing(_pacts, publication), _needing(_conversations, live_publication))


class PaperRepository:
    """Implements the port ``Paper``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def documents(self, version_ids: Collection[int]) -> Sequence[PaperDocument]:
        """All documents of those versions, by name within each."""
        return [
            _document_from(row)
            for some in chunks(sorted(set(version_ids)))
            for row in self._execute(_documents, {"ids": some})
        ]

    def size_of(self, version_id: int) -> int:
        """Bytes of all files of all documents of a version."""
        return int(self._execute(_size, {"version": version_id}).scalar() or 0)

    def files_of(self, contract_id: int) -> Sequence[StoredFile]:
        """The files of a document, without their bytes."""
        return [StoredFile(*row) for row in self._execute(_files, {"key": contract_id})]

    def recent_offering(self, provider_ids: Collection[int], limit: int) -> Mapping[int, Sequence[VersionRef]]:
        """The newest versions of each provider that have documents, newest first."""
        found: dict[int, list[VersionRef]] = {}
        for some in chunks(sorted(set(provider_ids)), _PARTS):
            parts = [
                select(_it.version_id).where(_it.provider_id == key).group_by(_it.version_id)
                .order_by(_it.version_id.desc()).limit(limit).subquery()
                for key in some
            ]  # fmt: skip
            keys = union_all(*(select(part) for part in parts))
            for owner, key, number in self._execute(_numbered.where(version.c.id.in_(keys))):
                found.setdefault(owner, []).append(VersionRef(key, number))
        return found

    def pacts(self, version_ids: Collection[int], provider_ids: Collection[int]) -> Sequence[Need]:
        """The pacts of those consumer versions with those providers."""
        return self._needs(_pacts_of, version_ids, provider_ids)

    def conversations(self, version_ids: Collection[int], provider_ids: Collection[int]) -> Sequence[Need]:
        """The conversations of those consumer versions with those providers."""
        return self._needs(_conversations_of, version_ids, provider_ids)

    def contents(self, kind: ContractKind, shas: Collection[str]) -> Mapping[str, bytes]:
        """The exact bytes by their SHA-256."""
        workspace = self._scope.workspace_id
        return {
            row.sha: bytes(row.body)
            for some in chunks(sorted(set(shas)), _FEW)
            for row in self._execute(_contents[kind], {"workspace": workspace, "ids": some})
        }

    def offering_among(self, provider_ids: Collection[int]) -> Collection[int]:
        """Those of the providers that have published any document."""
        found: set[int] = set()
        for some in chunks(sorted(set(provider_ids)), _PARTS):
            parts = [select(_it.provider_id).where(_it.provider_id == key).limit(1).subquery() for key in some]
            found |= set(self._execute(union_all(*(select(part) for part in parts))).scalars())
        return sorted(found)

    def offering_that_matters(self, provider_id: int, limit: int) -> Sequence[OfferingVersion]:
        """Versions with documents that live somewhere or are heads of branches."""
        rows = self._execute(_offering_that_matters, {"provider": provider_id, "most": limit})
        return [OfferingVersion(VersionRef(row[0], row[1]), _place_from(row[2:6])) for row in rows]

    def needing_that_matters(self, provider_id: int, limit: int) -> Sequence[NeedingVersion]:
        """The same of the consumers' pacts and conversations with a provider."""
        values = {"provider": provider_id, "most": limit}
        return [_needing_from(row) for statement in _needing_that_matters for row in self._execute(statement, values)]

    def _needs(
        self, statement: Select[Any], version_ids: Collection[int], provider_ids: Collection[int]
    ) -> Sequence[Need]:
        return [
            _need_from(row)
            for some in chunks(sorted(set(version_ids)))
            for others in chunks(sorted(set(provider_ids)))
            for row in self._execute(statement, {"ids": some, "others": others})
        ]


def _document_from(row: Any) -> PaperDocument:
    said = row.self_verification or {}
    return PaperDocument(
        row.id, row.version_id, row.name, ContractFormat(row.format), row.subject, row.topic, row.identity,
        said.get("success"), said.get("verifier"), row.updated_at,
    )  # fmt: skip


def _need_from(row: Any) -> Need:
    return Need(row[0], row[1], ContractKind(row[2]), row[3], row[4])


def _place_from(row: Any) -> Place:
    name, production, on, main = row
    return Place(name, bool(production), on, on is not None and on == main)


def _needing_from(row: Any) -> NeedingVersion:
    return NeedingVersion(row[0], VersionRef(row[6], row[1]), _place_from(row[2:6]), _need_from(row[6:]))
