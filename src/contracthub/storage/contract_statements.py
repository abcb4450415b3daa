"""The statements behind stored contracts, built once. Values are bound by name when they are run.

"Newest" in a set is found by a correlated subquery that walks an index backwards and stops at the first hit, so that
reading it costs the same with ten versions and with a hundred thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, Table, and_, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from contracthub.domain.contracts import VersionSet, VersionSetKind
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import table_of
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContentRow,
    ContractIdentityRow,
    ContractRow,
    IntegrationRow,
    PublicationRow,
    TagRow,
    VerificationRow,
)

content, contract, publication = table_of(ContentRow), table_of(ContractRow), table_of(PublicationRow)
contract_identity = table_of(ContractIdentityRow)
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

PUBLICATIONS = (
    publication.join(consumer, consumer.c.id == publication.c.consumer_id)
    .join(provider, provider.c.id == publication.c.provider_id)
    .join(version, version.c.id == publication.c.version_id)
    .join(contract, contract.c.id == publication.c.contract_id)
    .join(content, content.c.id == publication.c.content_id)
)
_publications = select(*PUBLICATION_COLUMNS).select_from(PUBLICATIONS)
_documents = select(*PUBLICATION_COLUMNS, content.c.served).select_from(PUBLICATIONS)

_mine: BindParameter[int] = bindparam("workspace")
_other = publication.alias("other")


def _named_id(name: str) -> ScalarSelect[Any]:
    mine = pacticipant.c.workspace_id == _mine
    return select(pacticipant.c.id).where(mine, pacticipant.c.name == bindparam(name)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair, as expressions for its keys: columns of an outer statement, or subqueries that find them by name.

    By name they depend on nothing, so both databases work them out once. As conditions of a join, PostgreSQL may ask
    for them again for every publication there is: 70 s at 20,000 versions.
    """

    consumer_id: ColumnElement[Any]
    provider_id: ColumnElement[Any]
    main_branch: ColumnElement[Any]


_by_name = _Pair(
    _named_id("consumer"),
    _named_id("provider"),
    select(pacticipant.c.main_branch)
    .where(pacticipant.c.workspace_id == _mine, pacticipant.c.name == bindparam("consumer"))
    .scalar_subquery(),
)
_by_column = _Pair(consumer.c.id, provider.c.id, consumer.c.main_branch)


def _without_tag(version_id: ColumnElement[Any]) -> ColumnElement[bool]:
    # One look into an index. Of NOT EXISTS, PostgreSQL makes a join that compares all versions with all tags.
    return select(tag.c.id).where(tag.c.version_id == version_id).limit(1).scalar_subquery().is_(None)


_untagged = _without_tag(_other.c.version_id)


def _newest(statement: Select[Any], order: ColumnElement[Any]) -> ScalarSelect[Any]:
    return statement.order_by(order.desc()).limit(1).correlate(consumer, provider).scalar_subquery()


def _newest_in(line: Table, pair: _Pair, *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The newest publication among the versions in rows of tags or places on a branch."""
    joined = line.join(_other, and_(_other.c.version_id == line.c.version_id, _other.c.provider_id == pair.provider_id))
    return _newest(select(_other.c.id).select_from(joined).where(*conditions), line.c.version_id)


def _newest_on_branch(pair: _Pair, name: ColumnElement[Any]) -> ScalarSelect[Any]:
    named = select(branch.c.id).where(branch.c.pacticipant_id == pair.consumer_id, branch.c.name == name)
    key = named.correlate(consumer).scalar_subquery()
    return _newest_in(branch_version, pair, branch_version.c.branch_id == key)


def _newest_ids(pair: _Pair) -> dict[VersionSetKind, ScalarSelect[Any]]:
    of_pair = select(_other.c.id).where(
        _other.c.consumer_id == pair.consumer_id, _other.c.provider_id == pair.provider_id
    )
    among: BindParameter[str] = bindparam("among")
    return {
        VersionSetKind.ALL: _newest(of_pair, _other.c.version_id),
        VersionSetKind.UNTAGGED: _newest(of_pair.where(_untagged), _other.c.version_id),
        VersionSetKind.TAG: _newest_in(tag, pair, tag.c.pacticipant_id == pair.consumer_id, tag.c.name == among),
        VersionSetKind.BRANCH: _newest_on_branch(pair, among),
        VersionSetKind.MAIN_BRANCH: _newest_on_branch(pair, pair.main_branch),
    }


_numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
_named = version.alias("named")
_of_consumer = select(_named.c.id).where(_named.c.pacticipant_id == _by_name.consumer_id)
_named_version = _of_consumer.where(_named.c.number == bindparam("number")).scalar_subquery()
_in_slot = and_(publication.c.version_id == _named_version, publication.c.provider_id == _by_name.provider_id)

_this, _like_this = publication.alias("this"), contract.alias("like_this")
_this_contract = (
    select(_this.c.contract_id)
    .where(_this.c.version_id == _named_version, _this.c.provider_id == _by_name.provider_id)
    .scalar_subquery()
)
_older_and_other = select(_other.c.id).where(
    _other.c.consumer_id == _by_name.consumer_id,
    _other.c.provider_id == _by_name.provider_id,
    _other.c.version_id < _named_version,
    _other.c.contract_id != _this_contract,
)
_identified = (
    select(_like_this.c.id)
    .where(_like_this.c.consumer_id == _by_name.consumer_id, _like_this.c.provider_id == _by_name.provider_id)
    .where(_like_this.c.identity == bindparam("identity"))
    .scalar_subquery()
)
_newest_of_identified = _newest(select(_other.c.id).where(_other.c.contract_id == _identified), _other.c.version_id)


_replayed = content.alias("replayed")
# One content for one identity, whoever asks and whatever was published under it since.
_replayed_documents = select(*PUBLICATION_COLUMNS, func.coalesce(_replayed.c.served, content.c.served)).select_from(
    PUBLICATIONS.outerjoin(contract_identity, contract_identity.c.contract_id == contract.c.id).outerjoin(
        _replayed, _replayed.c.id == contract_identity.c.content_id
    )
)


@dataclass(frozen=True, slots=True)
class PairReads:
    """Statements about a pair that is given by name. A class, because they come with documents and without."""

    by_version: Select[Any]
    latest: Mapping[VersionSetKind, Select[Any]]
    previous_distinct: Select[Any]
    newest_by_identity: Select[Any]
    by_identity_and_numbers: Select[Any]


def _reads(statement: Select[Any], by_identity: Select[Any]) -> PairReads:
    numbered = _of_consumer.where(_named.c.number.in_(_numbers))
    return PairReads(
        by_version=statement.where(_in_slot),
        latest={kind: statement.where(publication.c.id == key) for kind, key in _newest_ids(_by_name).items()},
        previous_distinct=statement.where(publication.c.id == _newest(_older_and_other, _other.c.version_id)),
        newest_by_identity=by_identity.where(publication.c.id == _newest_of_identified),
        by_identity_and_numbers=by_identity.where(publication.c.contract_id == _identified)
        .where(publication.c.version_id.in_(numbered))
        .order_by(publication.c.version_id.desc()),
    )


publications, documents = _reads(_publications, _publications), _reads(_documents, _replayed_documents)

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

_by_consumer = (func.lower(consumer.c.name), consumer.c.name)
_on_branch = (
    select(branch_version.c.version_id)
    .join_from(branch_version, branch, branch.c.id == branch_version.c.branch_id)
    .where(branch_version.c.version_id == publication.c.version_id)
    .where(branch.c.pacticipant_id == publication.c.consumer_id)
)
_on_line: dict[VersionSetKind, tuple[ColumnElement[bool], ...]] = {
    VersionSetKind.ALL: (),
    VersionSetKind.UNTAGGED: (_without_tag(publication.c.version_id),),
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

_newest_of_contract = (
    select(_other.c.id)
    .where(_other.c.contract_id == contract.c.id)
    .order_by(_other.c.version_id.desc())
    .limit(1)
    .correlate(contract)
    .scalar_subquery()
)
served_of = (
    select(contract.c.id, content.c.served)
    .join_from(contract, publication, publication.c.id == _newest_of_contract)
    .join(content, content.c.id == publication.c.content_id)
    .where(contract.c.id.in_(bindparam("keys", expanding=True)))
)
of_pair = {
    kind: _publications.where(
        publication.c.provider_id == bindparam("provider_id"),
        publication.c.consumer_id == bindparam("consumer_id"),
        *conditions,
    ).order_by(publication.c.version_id.desc())
    for kind, conditions in _on_line.items()
}


def keys_of_pair(consumer_id: int, provider_id: int, among: VersionSet) -> Select[Any]:
    """The keys of a pair's publications in a set of versions."""
    pair = (publication.c.consumer_id == consumer_id, publication.c.provider_id == provider_id)
    joined = publication.join(consumer, consumer.c.id == publication.c.consumer_id)
    keys = select(publication.c.id).select_from(joined).where(*pair, *_on_line[among.kind])
    named = among.kind in {VersionSetKind.TAG, VersionSetKind.BRANCH}
    return keys.params(among=among.name) if named else keys


_pairs = integration.join(consumer, consumer.c.id == integration.c.consumer_id).join(
    provider, provider.c.id == integration.c.provider_id
)
_by_pair = select(*PUBLICATION_COLUMNS).order_by(*_by_consumer, func.lower(provider.c.name), provider.c.name)


def newest_of_integration(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Of the newest publication of each integration that a statement is about, one column."""
    of_integration = (
        select(column)
        .where(publication.c.provider_id == integration.c.provider_id)
        .where(publication.c.consumer_id == integration.c.consumer_id)
    )
    return of_integration.order_by(publication.c.version_id.desc()).limit(1).correlate(integration).scalar_subquery()


def _newest_of_pairs(kind: VersionSetKind) -> Select[Any]:
    joined = (
        _pairs.join(publication, publication.c.id == _newest_ids(_by_column)[kind])
        .join(version, version.c.id == publication.c.version_id)
        .join(contract, contract.c.id == publication.c.contract_id)
        .join(content, content.c.id == publication.c.content_id)
    )
    return _by_pair.select_from(joined)


latest_of_provider = {
    kind: _newest_of_pairs(kind).where(integration.c.provider_id == bindparam("provider_id")) for kind in VersionSetKind
}
latest_of_pairs = _newest_of_pairs(VersionSetKind.ALL).where(integration.c.workspace_id == _mine)

_previous = (
    select(contract.c.identity)
    .join_from(_other, contract, contract.c.id == _other.c.contract_id)
    .where(_other.c.provider_id == bindparam("provider_id"), _other.c.consumer_id == bindparam("consumer_id"))
)
previous = {
    VersionSetKind.UNTAGGED: _previous.where(_untagged, _other.c.version_id < bindparam("version_id"))
    .order_by(_other.c.version_id.desc())
    .limit(1),
    VersionSetKind.TAG: _previous.join(tag, tag.c.version_id == _other.c.version_id)
    .where(tag.c.pacticipant_id == bindparam("consumer_id"), tag.c.name == bindparam("among"))
    .where(tag.c.version_id < bindparam("version_id"))
    .order_by(tag.c.version_id.desc())
    .limit(1),
}

contract_id = select(contract.c.id).where(
    contract.c.consumer_id == bindparam("consumer_id"),
    contract.c.provider_id == bindparam("provider_id"),
    contract.c.identity == bindparam("identity"),
)
contracts_of_identities = select(contract.c.identity, contract.c.id).where(
    contract.c.consumer_id == bindparam("consumer_id"),
    contract.c.provider_id == bindparam("provider_id"),
    contract.c.identity.in_(bindparam("identities", expanding=True)),
)
contract_of_content = (
    select(contract.c.id, contract.c.identity)
    .join_from(publication, contract, contract.c.id == publication.c.contract_id)
    .outerjoin(contract_identity, contract_identity.c.contract_id == contract.c.id)
    .where(publication.c.content_id == bindparam("content_id"))
    .where(publication.c.consumer_id == bindparam("consumer_id"))
    .where(publication.c.provider_id == bindparam("provider_id"))
    .where(func.coalesce(contract_identity.c.rule, "pact-broker").in_(bindparam("rules", expanding=True)))
    .order_by(publication.c.id)
    .limit(1)
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
insert_contract_identity = contract_identity.insert()

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
