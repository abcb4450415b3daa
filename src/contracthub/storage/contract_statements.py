"""The statements behind stored contracts, built once. Values are bound by name when they are run.

"Newest" in a set is found by a correlated subquery that walks an index backwards and stops at the first hit, so that
reading it costs the same with ten versions and with a hundred thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, Table, and_, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from contracthub.domain.contracts import VersionSetKind
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import table_of
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContentRow,
    ContractRow,
    IntegrationRow,
    PublicationRow,
    TagRow,
    VerificationRow,
)

content, contract, publication = table_of(ContentRow), table_of(ContractRow), table_of(PublicationRow)
integration, verification = table_of(IntegrationRow), table_of(VerificationRow)
branch, branch_version, tag = table_of(BranchRow), table_of(BranchVersionRow), table_of(TagRow)
consumer, provider = pacticipant.alias("consumer"), pacticipant.alias("provider")

# In the order of the fields of the domain's Publication.
PUBLICATION_COLUMNS: tuple[Any, ...] = (
    publication.c.id,
    publication.c.contract_id,
    publication.c.consumer_id,
    consumer.c.name,
    publication.c.version_id,
    version.c.number,
    publication.c.provider_id,
    provider.c.name,
    contract.c.identity,
    content.c.sha,
    publication.c.revision,
    publication.c.created_at,
    publication.c.updated_at,
)

_joined = (
    publication.join(consumer, consumer.c.id == publication.c.consumer_id)
    .join(provider, provider.c.id == publication.c.provider_id)
    .join(version, version.c.id == publication.c.version_id)
    .join(contract, contract.c.id == publication.c.contract_id)
    .join(content, content.c.id == publication.c.content_id)
)
_publications = select(*PUBLICATION_COLUMNS).select_from(_joined)
_documents = select(*PUBLICATION_COLUMNS, content.c.served).select_from(_joined)

_mine: BindParameter[int] = bindparam("workspace")
_named_pair = (
    consumer.c.workspace_id == _mine,
    consumer.c.name == bindparam("consumer"),
    provider.c.workspace_id == _mine,
    provider.c.name == bindparam("provider"),
)
_named_version = (version.c.pacticipant_id == consumer.c.id, version.c.number == bindparam("number"))

_other = publication.alias("other")
_of_this_pair = and_(_other.c.consumer_id == consumer.c.id, _other.c.provider_id == provider.c.id)
_untagged = ~exists().where(tag.c.version_id == _other.c.version_id)


def _newest(statement: Select[Any], order: ColumnElement[Any]) -> ScalarSelect[Any]:
    return statement.order_by(order.desc()).limit(1).correlate(consumer, provider).scalar_subquery()


def _newest_on_branch(name: ColumnElement[Any]) -> ScalarSelect[Any]:
    placed = branch.join(branch_version, branch_version.c.branch_id == branch.c.id).join(
        _other, and_(_other.c.version_id == branch_version.c.version_id, _other.c.provider_id == provider.c.id)
    )
    statement = select(_other.c.id).select_from(placed)
    statement = statement.where(branch.c.pacticipant_id == consumer.c.id, branch.c.name == name)
    return _newest(statement, branch_version.c.version_id)


_newest_tagged = _newest(
    select(_other.c.id)
    .select_from(tag.join(_other, and_(_other.c.version_id == tag.c.version_id, _other.c.provider_id == provider.c.id)))
    .where(tag.c.pacticipant_id == consumer.c.id, tag.c.name == bindparam("among")),
    tag.c.version_id,
)
_of_pair = select(_other.c.id).where(_of_this_pair)
_newest_id: dict[VersionSetKind, ScalarSelect[Any]] = {
    VersionSetKind.ALL: _newest(_of_pair, _other.c.version_id),
    VersionSetKind.UNTAGGED: _newest(_of_pair.where(_untagged), _other.c.version_id),
    VersionSetKind.TAG: _newest_tagged,
    VersionSetKind.BRANCH: _newest_on_branch(bindparam("among")),
    VersionSetKind.MAIN_BRANCH: _newest_on_branch(consumer.c.main_branch),
}

_this = publication.alias("this")
_this_version = version.alias("this_version")
_before = (
    select(_other.c.id)
    .select_from(
        _this_version.join(
            _this, and_(_this.c.version_id == _this_version.c.id, _this.c.provider_id == provider.c.id)
        ).join(_other, _of_this_pair)
    )
    .where(_this_version.c.pacticipant_id == consumer.c.id, _this_version.c.number == bindparam("number"))
    .where(_other.c.version_id < _this.c.version_id, _other.c.contract_id != _this.c.contract_id)
)
_numbers: BindParameter[Any] = bindparam("numbers", expanding=True)


@dataclass(frozen=True, slots=True)
class PairReads:
    """Statements about a pair that is given by name. A class, because they come with documents and without."""

    by_version: Select[Any]
    latest: Mapping[VersionSetKind, Select[Any]]
    previous_distinct: Select[Any]
    newest_by_identity: Select[Any]
    by_identity_and_numbers: Select[Any]


def _reads(statement: Select[Any]) -> PairReads:
    mine = statement.where(*_named_pair)
    by_identity = (
        mine.where(contract.c.consumer_id == consumer.c.id, contract.c.provider_id == provider.c.id)
        .where(contract.c.identity == bindparam("identity"))
        .order_by(publication.c.version_id.desc())
    )
    return PairReads(
        by_version=mine.where(*_named_version),
        latest={kind: mine.where(publication.c.id == key) for kind, key in _newest_id.items()},
        previous_distinct=mine.where(publication.c.id == _newest(_before, _other.c.version_id)),
        newest_by_identity=by_identity.limit(1),
        by_identity_and_numbers=by_identity.where(version.c.number.in_(_numbers)),
    )


publications, documents = _reads(_publications), _reads(_documents)

of_version = _publications.where(
    version.c.pacticipant_id == bindparam("consumer_id"), version.c.number == bindparam("number")
)
by_id = _publications.where(publication.c.id == bindparam("key"))
by_slot = _publications.where(
    publication.c.version_id == bindparam("version_id"), publication.c.provider_id == bindparam("provider_id")
)
body_of = (
    select(content.c.body)
    .join_from(publication, content, content.c.id == publication.c.content_id)
    .where(publication.c.id == bindparam("key"))
)
of_pair = _publications.where(
    publication.c.provider_id == bindparam("provider_id"), publication.c.consumer_id == bindparam("consumer_id")
).order_by(publication.c.version_id.desc())

_by_consumer = (func.lower(consumer.c.name), consumer.c.name)
_on_branch = (
    select(branch_version.c.version_id)
    .join_from(branch_version, branch, branch.c.id == branch_version.c.branch_id)
    .where(branch_version.c.version_id == publication.c.version_id)
    .where(branch.c.pacticipant_id == publication.c.consumer_id)
)
_on_line: dict[VersionSetKind, tuple[ColumnElement[bool], ...]] = {
    VersionSetKind.ALL: (),
    VersionSetKind.UNTAGGED: (~exists().where(tag.c.version_id == publication.c.version_id),),
    VersionSetKind.TAG: (
        exists().where(tag.c.version_id == publication.c.version_id, tag.c.name == bindparam("among")),
    ),
    VersionSetKind.BRANCH: (_on_branch.where(branch.c.name == bindparam("among")).exists(),),
    VersionSetKind.MAIN_BRANCH: (_on_branch.where(branch.c.name == consumer.c.main_branch).exists(),),
}
of_provider = {
    kind: _publications.where(publication.c.provider_id == bindparam("provider_id"), *conditions).order_by(
        *_by_consumer, publication.c.version_id.desc()
    )
    for kind, conditions in _on_line.items()
}
_pairs = integration.join(consumer, consumer.c.id == integration.c.consumer_id).join(
    provider, provider.c.id == integration.c.provider_id
)
_by_pair = select(*PUBLICATION_COLUMNS).order_by(*_by_consumer, func.lower(provider.c.name), provider.c.name)


def _newest_of_pairs(kind: VersionSetKind) -> Select[Any]:
    joined = (
        _pairs.join(publication, publication.c.id == _newest_id[kind])
        .join(version, version.c.id == publication.c.version_id)
        .join(contract, contract.c.id == publication.c.contract_id)
        .join(content, content.c.id == publication.c.content_id)
    )
    return _by_pair.select_from(joined)


latest_of_provider = {
    kind: _newest_of_pairs(kind).where(integration.c.provider_id == bindparam("provider_id")) for kind in VersionSetKind
}
latest_of_pairs = _newest_of_pairs(VersionSetKind.ALL).where(integration.c.workspace_id == _mine)

_older = and_(
    _other.c.provider_id == bindparam("provider_id"),
    _other.c.consumer_id == bindparam("consumer_id"),
    _other.c.version_id < bindparam("version_id"),
)
_previous = (
    select(contract.c.identity)
    .join_from(_other, contract, contract.c.id == _other.c.contract_id)
    .where(_older)
    .order_by(_other.c.version_id.desc())
    .limit(1)
)
_tagged = exists().where(tag.c.version_id == _other.c.version_id, tag.c.name == bindparam("among"))
previous = {VersionSetKind.UNTAGGED: _previous.where(_untagged), VersionSetKind.TAG: _previous.where(_tagged)}

# One reading tells what storing a contract still has to insert.
known = select(
    select(contract.c.id)
    .where(contract.c.consumer_id == bindparam("consumer_id"), contract.c.provider_id == bindparam("provider_id"))
    .where(contract.c.identity == bindparam("identity"))
    .scalar_subquery(),
    select(integration.c.id)
    .where(integration.c.consumer_id == bindparam("consumer_id"), integration.c.provider_id == bindparam("provider_id"))
    .scalar_subquery(),
)
contract_id = select(contract.c.id).where(
    contract.c.consumer_id == bindparam("consumer_id"),
    contract.c.provider_id == bindparam("provider_id"),
    contract.c.identity == bindparam("identity"),
)
_shas: BindParameter[Any] = bindparam("shas", expanding=True)
content_ids = select(content.c.sha, content.c.id).where(content.c.workspace_id == _mine, content.c.sha.in_(_shas))


def _insert_free(table: Table) -> dict[str, Any]:
    """Insert a row if its unique key is free, and return its key then."""
    key, *given = (column.name for column in table.c)
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in given}
    return {
        dialect.name: insert(table).values(values).on_conflict_do_nothing().returning(table.c[key])
        for dialect, insert in ((sqlite.dialect, sqlite.insert), (postgresql.dialect, postgresql.insert))
    }


insert_content, insert_integration = _insert_free(content), _insert_free(integration)
insert_contract, insert_publication = _insert_free(contract), _insert_free(publication)

replace_contract = (
    publication.update()
    .where(publication.c.id == bindparam("key"), publication.c.revision == bindparam("seen"))
    .values(
        contract_id=bindparam("new_contract_id"),
        content_id=bindparam("new_content_id"),
        revision=publication.c.revision + 1,
        updated_at=bindparam("moment"),
    )
)
