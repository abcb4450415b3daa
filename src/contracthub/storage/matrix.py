"""What the gate reads. Every statement is bounded by its arguments or a limit, and goes by an index."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    null,
    select,
    tuple_,
    union_all,
)

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_query import Selector
from contracthub.domain.matrix_question import Criterion
from contracthub.services.ports.matrix import Asked, Pair, Published, Result, Tenancy, VersionRef
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContractRow,
    DeployedVersionRow,
    EnvironmentRow,
    IntegrationRow,
    LatestVerificationRow,
    PacticipantRow,
    PublicationRow,
    ReleasedVersionRow,
    TagRow,
    VerificationDocumentRow,
    VerificationRow,
    VersionRow,
)
from contracthub.storage.tables_live_contracts import LivePublicationRow

# A tag or a branch may hold all versions there ever were; a question about more than these has no use.
MATCHED = 1000
# So many pairs or contracts are looked at one by one in a single statement.
PARTS = 100

pacticipant, version, environment = table_of(PacticipantRow), table_of(VersionRow), table_of(EnvironmentRow)
branch, branch_version, tag = table_of(BranchRow), table_of(BranchVersionRow), table_of(TagRow)
deployed, released = table_of(DeployedVersionRow), table_of(ReleasedVersionRow)
integration, publication, contract = table_of(IntegrationRow), table_of(PublicationRow), table_of(ContractRow)
live_publication = table_of(LivePublicationRow)
verification, latest = table_of(VerificationRow), table_of(LatestVerificationRow)
document = table_of(VerificationDocumentRow)
consumer, provider = pacticipant.alias("consumer"), pacticipant.alias("provider")

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_others: BindParameter[Any] = bindparam("others", expanding=True)

_asked = (
    select(pacticipant.c.id, pacticipant.c.name, pacticipant.c.main_branch, version.c.id, version.c.number)
    .outerjoin(version, and_(version.c.pacticipant_id == pacticipant.c.id, version.c.number == bindparam("version")))
    .where(pacticipant.c.workspace_id == bindparam("workspace"), pacticipant.c.name == bindparam("name"))
)
_named = select(pacticipant.c.id, pacticipant.c.name, pacticipant.c.main_branch).where(
    pacticipant.c.workspace_id == bindparam("workspace"), pacticipant.c.name.in_(_ids)
)
_numbered = select(version.c.pacticipant_id, version.c.id, version.c.number).where(
    tuple_(version.c.pacticipant_id, version.c.number).in_(_ids)
)
_environment = select(environment.c.id).where(
    environment.c.workspace_id == bindparam("workspace"), environment.c.name == bindparam("name")
)


def _living(table: Any, ended: Any, *more: ColumnElement[Any]) -> Select[Any]:
    return (
        select(table.c.pacticipant_id, version.c.id, version.c.number, *more)
        .join(version, version.c.id == table.c.version_id)
        .where(table.c.environment_id == bindparam("environment"), ended.is_(None), table.c.pacticipant_id.in_(_ids))
    )


_occupants = union_all(_living(deployed, deployed.c.undeployed_at), _living(released, released.c.support_ended_at))
_tenancies = union_all(
    _living(deployed, deployed.c.undeployed_at, deployed.c.application_instance),
    _living(released, released.c.support_ended_at, cast(null(), Text)),
)

_pair_columns = (
    integration.c.consumer_id, consumer.c.name.label("consumer"), integration.c.provider_id,
    provider.c.name.label("provider"),
)  # fmt: skip
_pairs = (
    select(*_pair_columns)
    .join(consumer, consumer.c.id == integration.c.consumer_id)
    .join(provider, provider.c.id == integration.c.provider_id)
)
_providers_of = _pairs.where(integration.c.consumer_id == bindparam("key"))
_consumers_of_each = _pairs.where(integration.c.provider_id.in_(_ids))
_consumers_of = _pairs.where(integration.c.provider_id == bindparam("key"))


def _published(it: Table, kind: ColumnElement[Any], name: ColumnElement[Any], *wanted: ColumnElement[bool]) -> Any:
    columns = (
        it.c.consumer_id, consumer.c.name.label("consumer"), it.c.provider_id, provider.c.name.label("provider"),
        version.c.id.label("version_id"), version.c.number, it.c.contract_id, contract.c.identity, it.c.revision,
        it.c.created_at, kind.label("kind"), name.label("live_name"),
    )  # fmt: skip
    return (
        select(*columns)
        .join_from(it, version, version.c.id == it.c.version_id)
        .join(contract, contract.c.id == it.c.contract_id)
        .join(consumer, consumer.c.id == it.c.consumer_id)
        .join(provider, provider.c.id == it.c.provider_id)
        .where(*wanted)
    )


def _pacts(*wanted: ColumnElement[bool]) -> Any:
    return _published(publication, cast(null(), Text), cast(null(), Text), *wanted)


def _live(*wanted: ColumnElement[bool]) -> Any:
    return _published(live_publication, live_publication.c.kind, live_publication.c.name, *wanted)


_published_by = union_all(_pacts(publication.c.version_id.in_(_ids)), _live(live_publication.c.version_id.in_(_ids)))
_published_by_for = union_all(
    _pacts(publication.c.version_id.in_(_ids), publication.c.provider_id.in_(_others)),
    _live(live_publication.c.version_id.in_(_ids), live_publication.c.provider_id.in_(_others)),
)
_pacts_as, _live_as = _pacts(publication.c.id.in_(_ids)), _live(live_publication.c.id.in_(_ids))
# One look into an index for each of them.
_with_live_contracts = select(pacticipant.c.id).where(
    pacticipant.c.id.in_(_ids),
    select(live_publication.c.id)
    .where(live_publication.c.provider_id == pacticipant.c.id)
    .limit(1)
    .scalar_subquery()
    .is_not(None),
)

_newest = select(
    latest.c.contract_id, version.c.id, version.c.number, latest.c.success, latest.c.verification_id,
    latest.c.verified_at, latest.c.missing_state,
).join(version, version.c.id == latest.c.provider_version_id)  # fmt: skip
_newest_results = _newest.where(latest.c.contract_id.in_(_ids), latest.c.provider_version_id.in_(_others))
_newest_as = _newest.where(latest.c.verification_id.in_(_ids))

_each = select(
    verification.c.contract_id, version.c.id, version.c.number, verification.c.success, verification.c.id,
    verification.c.created_at, verification.c.missing_state,
).join(version, version.c.id == verification.c.provider_version_id)  # fmt: skip
_every_result = (
    _each.where(verification.c.contract_id.in_(_ids), verification.c.provider_version_id.in_(_others))
    .order_by(verification.c.id.desc())
    .limit(bindparam("most"))
)
_each_as = _each.where(verification.c.id.in_(_ids))
_documents = select(document.c.verification_id, document.c.document).where(document.c.verification_id.in_(_ids))


class MatrixRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def asked(self, name: str, number: str | None) -> Asked | None:
        """A pacticipant, and its version of that number."""
        row = self._execute(_asked, {"workspace": self._scope.workspace_id, "name": name, "version": number}).first()
        if row is None:
            return None
        found = VersionRef(row[3], row[4]) if row[3] is not None else None
        return Asked(row[0], row[1], row[2], found)

    def asked_each(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Asked]:
        """The same for each name and number at once."""
        known: dict[str, tuple[int, str, str | None]] = {}
        for names in chunks(dict.fromkeys(name for name, _ in wanted)):
            rows = self._execute(_named, {"workspace": self._scope.workspace_id, "ids": names})
            known |= {row[1]: (row[0], row[1], row[2]) for row in rows}
        keys = [(known[name][0], number) for name, number in wanted if name in known]
        found: dict[tuple[int, str], VersionRef] = {}
        for some in chunks(keys):
            for owner, key, number in self._execute(_numbered, {"ids": some}):
                found[owner, number] = VersionRef(key, number)
        return {
            (name, number): Asked(*known[name], found.get((known[name][0], number)))
            for name, number in wanted
            if name in known
        }

    def tenancies(self, environment_id: int, pacticipant_ids: Collection[int]) -> Sequence[Tenancy]:
        """What is deployed or supported there, place by place."""
        return [
            Tenancy(owner, VersionRef(key, number), instance)
            for some in chunks(pacticipant_ids)
            for owner, key, number, instance in self._execute(_tenancies, {"environment": environment_id, "ids": some})
        ]

    def environment_id(self, name: str) -> int | None:
        """The key of an environment."""
        key = self._execute(_environment, {"workspace": self._scope.workspace_id, "name": name}).scalar()
        return None if key is None else int(key)

    def occupants(self, environment_id: int, pacticipant_ids: Collection[int]) -> Mapping[int, Sequence[VersionRef]]:
        """Which versions are deployed or supported there."""
        found: dict[int, dict[int, VersionRef]] = {}
        for some in chunks(pacticipant_ids):
            for owner, key, number in self._execute(_occupants, {"environment": environment_id, "ids": some}):
                found.setdefault(owner, {})[key] = VersionRef(key, number)
        return {owner: _newest_first(versions.values()) for owner, versions in found.items()}

    def matching(self, asked: Asked, selector: Selector, environment_id: int | None) -> Sequence[VersionRef]:
        """The versions that a selector stands for."""
        if environment_id is not None:
            return self.occupants(environment_id, [asked.id]).get(asked.id, ())
        return self.latest_of([asked.id], selector).get(asked.id, ())

    def latest_of(self, pacticipant_ids: Collection[int], selector: Selector) -> Mapping[int, Sequence[VersionRef]]:
        """For each pacticipant, the versions that a tag, a branch or "latest" stands for."""
        found: dict[int, list[VersionRef]] = {}
        for some in chunks(pacticipant_ids):
            for owner, key, number in self._execute(_statement_for(selector, some)):
                found.setdefault(owner, []).append(VersionRef(key, number))
        return found

    def providers_of(self, consumer_id: int) -> Sequence[Pair]:
        """The integrations of a consumer."""
        return [Pair(*row) for row in self._execute(_providers_of, {"key": consumer_id})]

    def consumers_of(self, provider_id: int) -> Sequence[Pair]:
        """The integrations of a provider."""
        return [Pair(*row) for row in self._execute(_consumers_of, {"key": provider_id})]

    def consumers_of_each(self, provider_ids: Collection[int]) -> Sequence[Pair]:
        """The integrations of several providers."""
        return [Pair(*row) for some in chunks(provider_ids) for row in self._execute(_consumers_of_each, {"ids": some})]

    def published_by(self, version_ids: Collection[int], provider_ids: Collection[int] | None) -> Sequence[Published]:
        """What those versions published."""
        found: list[Published] = []
        for some in chunks(version_ids):
            if provider_ids is None:
                found += map(_published_from, self._execute(_published_by, {"ids": some}))
            else:
                for others in chunks(provider_ids):
                    rows = self._execute(_published_by_for, {"ids": some, "others": others})
                    found += map(_published_from, rows)
        return found

    def recently_published(self, pairs: Sequence[Pair], limit: int) -> Sequence[Published]:
        """The newest publications of those pairs, and those whose contracts were verified last."""
        providers = sorted({pair.provider_id for pair in pairs})
        with_live = {
            key for some in chunks(providers) for key in self._execute(_with_live_contracts, {"ids": some}).scalars()
        }
        live = [pair for pair in pairs if pair.provider_id in with_live]
        found = self._recent(publication, pairs, limit, _pacts_as)
        return [*found, *self._recent(live_publication, live, limit, _live_as)] if live else found

    def _recent(self, it: Table, pairs: Sequence[Pair], limit: int, published_as: Any) -> list[Published]:
        keys: set[int] = set()
        for some in _parts(pairs):
            keys |= self._keys(_newest_publications(it, pair, limit) for pair in some)
            contracts = self._keys(_newest_verified(pair, limit) for pair in some)
            for part in _parts(sorted(contracts)):
                keys |= self._keys(_newest_of_contract(it, each, limit) for each in part)
        newest = sorted(keys, reverse=True)[: 2 * limit]
        return [_published_from(row) for some in chunks(newest) for row in self._execute(published_as, {"ids": some})]

    def first_published(self, contract_ids: Collection[int]) -> Mapping[int, datetime]:
        """When the oldest version published each of those contracts."""
        found = self._oldest(publication, contract_ids, _pacts_as)
        if left := set(contract_ids) - found.keys():
            found |= self._oldest(live_publication, left, _live_as)
        return found

    def _oldest(self, it: Table, contract_ids: Collection[int], published_as: Any) -> dict[int, datetime]:
        keys: set[int] = set()
        for some in _parts(sorted(contract_ids)):
            keys |= self._keys(_oldest_of_contract(it, each) for each in some)
        rows = [row for some in chunks(keys) for row in self._execute(published_as, {"ids": some})]
        return {each.contract_id: each.published_at for each in map(_published_from, rows)}

    def newest_results(self, contract_ids: Collection[int], provider_version_ids: Collection[int]) -> Sequence[Result]:
        """The newest result for each contract and provider version."""
        return [
            _result_from(row)
            for some in chunks(contract_ids)
            for others in chunks(provider_version_ids)
            for row in self._execute(_newest_results, {"ids": some, "others": others})
        ]

    def recent_results(self, contract_ids: Collection[int], limit: int, *, every: bool) -> Sequence[Result]:
        """The newest results for each contract, at most ``limit`` of each."""
        keys: set[int] = set()
        for some in _parts(sorted(contract_ids)):
            keys |= self._keys(_newest_result_keys(each, limit, every=every) for each in some)
        statement = _each_as if every else _newest_as
        return [_result_from(row) for some in chunks(keys) for row in self._execute(statement, {"ids": some})]

    def every_result(
        self, contract_ids: Collection[int], provider_version_ids: Collection[int], limit: int
    ) -> Sequence[Result]:
        """All results of those provider versions, newest first."""
        return [
            _result_from(row)
            for some in chunks(contract_ids)
            for others in chunks(provider_version_ids)
            for row in self._execute(_every_result, {"ids": some, "others": others, "most": limit})
        ]

    def last_success(self, contract_ids: Collection[int]) -> Mapping[int, VersionRef]:
        """The newest provider version that met each contract."""
        found: dict[int, VersionRef] = {}
        for some in _parts(sorted(set(contract_ids))):
            for row in self._execute(union_all(*(_newest_success(each) for each in some))):
                found[row[0]] = VersionRef(row[1], row[2])
        return found

    def documents(self, numbers: Collection[int]) -> Mapping[int, bytes]:
        """What verifiers sent with those results."""
        return {row[0]: row[1] for some in chunks(numbers) for row in self._execute(_documents, {"ids": some})}

    def _keys(self, parts: Iterable[Select[Any]]) -> set[int]:
        statements = [select(part.subquery()) for part in parts]
        return set(self._execute(union_all(*statements)).scalars()) if statements else set()


def _published_from(row: Any) -> Published:
    *values, kind, name = row
    live = None if kind is None else LiveName(ContractKind(kind), name)
    rest: tuple[Any, ...] = (*values[6:], live)
    return Published(Pair(*values[:4]), VersionRef(*values[4:6]), *rest)


def _result_from(row: Any) -> Result:
    return Result(row[0], VersionRef(row[1], row[2]), row[3], row[4], row[5], row[6])


def _newest_first(versions: Iterable[VersionRef]) -> Sequence[VersionRef]:
    return sorted(versions, key=lambda each: -each.id)


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + PARTS] for start in range(0, len(values), PARTS))


# Parts of statements that are put together per question


def _newest_publications(it: Table, pair: Pair, limit: int) -> Select[Any]:
    mine = and_(it.c.provider_id == pair.provider_id, it.c.consumer_id == pair.consumer_id)
    return select(it.c.id).where(mine).order_by(it.c.version_id.desc()).limit(limit)


def _newest_verified(pair: Pair, limit: int) -> Select[Any]:
    mine = and_(verification.c.provider_id == pair.provider_id, verification.c.consumer_id == pair.consumer_id)
    return select(verification.c.contract_id).where(mine).order_by(verification.c.id.desc()).limit(limit)


def _newest_of_contract(it: Table, contract_id: int, limit: int) -> Select[Any]:
    mine = it.c.contract_id == contract_id
    return select(it.c.id).where(mine).order_by(it.c.version_id.desc()).limit(limit)


def _oldest_of_contract(it: Table, contract_id: int) -> Select[Any]:
    mine = it.c.contract_id == contract_id
    return select(it.c.id).where(mine).order_by(it.c.version_id).limit(1)


def _newest_result_keys(contract_id: int, limit: int, *, every: bool) -> Select[Any]:
    if every:
        mine = verification.c.contract_id == contract_id
        return select(verification.c.id).where(mine).order_by(verification.c.id.desc()).limit(limit)
    mine = latest.c.contract_id == contract_id
    return select(latest.c.verification_id).where(mine).order_by(latest.c.provider_version_id.desc()).limit(limit)


def _newest_success(contract_id: int) -> Select[Any]:
    newest = (
        select(latest.c.contract_id, latest.c.provider_version_id)
        .where(latest.c.contract_id == contract_id, latest.c.success.is_(True))
        .order_by(latest.c.provider_version_id.desc())
        .limit(1)
        .subquery()
    )
    return select(newest.c.contract_id, version.c.id, version.c.number).join(
        version, version.c.id == newest.c.provider_version_id
    )


def _statement_for(selector: Selector, pacticipant_ids: Sequence[int]) -> Any:
    columns = (version.c.pacticipant_id, version.c.id, version.c.number)
    kind = selector.criterion
    if kind in {Criterion.LATEST_BRANCH, Criterion.LATEST_MAIN_BRANCH}:
        return _heads(columns, selector, pacticipant_ids)
    if kind in {Criterion.BRANCH, Criterion.MAIN_BRANCH}:
        on_branch = _heads((branch.c.id,), selector, pacticipant_ids, joined=False)
        return (
            select(*columns)
            .join(branch_version, branch_version.c.version_id == version.c.id)
            .where(branch_version.c.branch_id.in_(on_branch))
            .order_by(version.c.id.desc())
            .limit(MATCHED)
        )
    if kind is Criterion.TAG:
        tagged = and_(tag.c.pacticipant_id.in_(pacticipant_ids), tag.c.name == selector.tag)
        joined = select(*columns).join(tag, tag.c.version_id == version.c.id)
        return joined.where(tagged).order_by(version.c.id.desc()).limit(MATCHED)
    return select(*columns).where(version.c.id.in_(_newest_keys(selector, pacticipant_ids)))


def _heads(
    columns: tuple[Any, ...], selector: Selector, pacticipant_ids: Sequence[int], *, joined: bool = True
) -> Select[Any]:
    statement = select(*columns).select_from(branch)
    if joined:
        statement = statement.join(version, version.c.id == branch.c.head_version_id)
    name: ColumnElement[bool] | Any = branch.c.name == selector.branch
    if selector.main_branch:
        statement = statement.join(pacticipant, pacticipant.c.id == branch.c.pacticipant_id)
        name = branch.c.name == pacticipant.c.main_branch
    return statement.where(branch.c.pacticipant_id.in_(pacticipant_ids), name)


def _newest_keys(selector: Selector, pacticipant_ids: Sequence[int]) -> Any:
    if selector.tag is None:
        newest = select(func.max(version.c.id)).where(version.c.pacticipant_id == pacticipant.c.id)
    else:
        newest = select(func.max(tag.c.version_id)).where(
            tag.c.pacticipant_id == pacticipant.c.id, tag.c.name == selector.tag
        )
    return select(newest.correlate(pacticipant).scalar_subquery()).where(pacticipant.c.id.in_(pacticipant_ids))
