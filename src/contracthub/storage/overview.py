"""What only pages read, set by set: a page costs the same number of statements however much there is to show."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select, union

from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.overview import IntegrationState, NewestPact, Resident, ResultRef
from contracthub.storage.environments import ENVIRONMENT_COLUMNS, deployed, environment, environment_from_row, released
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import (
    BranchRow,
    ContractRow,
    IntegrationRow,
    LatestVerificationRow,
    PublicationRow,
    VerificationRow,
)

# A history of results is looked through so far for the provider versions that made them.
LOOKED_THROUGH = 500

integration, publication, contract = table_of(IntegrationRow), table_of(PublicationRow), table_of(ContractRow)
verification, latest, branch = table_of(VerificationRow), table_of(LatestVerificationRow), table_of(BranchRow)
consumer, provider = pacticipant.alias("consumer"), pacticipant.alias("provider")
pact_version, provider_version = version.alias("pact_version"), version.alias("provider_version")
last, last_version = verification.alias("last"), version.alias("last_version")

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_mine: BindParameter[int] = bindparam("workspace")


class OverviewRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def integrations(
        self, *, part_of_name: str | None = None, pacticipant_id: int | None = None, page: Page
    ) -> Listing[IntegrationState]:
        """Integrations by name, of all pacticipants or of one."""
        wanted = _wanted(part_of_name, pacticipant_id)
        total = self._execute(_count_of(wanted), self._workspace).scalar_one()
        rows = self._execute(_states_of(wanted, page), self._workspace)
        return Listing(tuple(map(_state_from, rows)), total, page)

    def residents(self, pacticipant_ids: Collection[int]) -> Mapping[int, Sequence[Resident]]:
        """What lives where, by pacticipant."""
        found: dict[int, list[Resident]] = {}
        for some in chunks(pacticipant_ids):
            for owner, key, number, *home in self._execute(_residents, {"ids": some}):
                resident = Resident(owner, VersionRef(key, number), environment_from_row(home))
                found.setdefault(owner, []).append(resident)
        return found

    def population(self) -> Mapping[int, int]:
        """How many pacticipants live in each environment."""
        return {row[0]: row[1] for row in self._execute(_population, self._workspace)}

    def branch_heads(self, pacticipant_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Versions that are heads of branches, newest first."""
        return self._versions(_heads, key=pacticipant_id, most=limit)

    def recent_verifiers(self, consumer_id: int, provider_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Provider versions with the latest results for the pair, newest first."""
        return self._versions(_verifiers, consumer=consumer_id, provider=provider_id, most=limit)

    def recent_publishers(self, consumer_id: int, provider_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Consumer versions with the newest pacts of the pair, newest first."""
        return self._versions(_publishers, consumer=consumer_id, provider=provider_id, most=limit)

    def _versions(self, statement: Select[Any], **values: int) -> Sequence[VersionRef]:
        return [VersionRef(*row) for row in self._execute(statement, values)]


# Integrations with their newest evidence

_pairs = integration.join(consumer, consumer.c.id == integration.c.consumer_id).join(
    provider, provider.c.id == integration.c.provider_id
)
_by_name = (func.lower(consumer.c.name), consumer.c.name, func.lower(provider.c.name), provider.c.name)

# Each of these walks an index backwards and stops at the first hit.
_newest_publication = (
    select(publication.c.id)
    .where(publication.c.provider_id == provider.c.id, publication.c.consumer_id == consumer.c.id)
    .order_by(publication.c.version_id.desc())
    .limit(1)
    .correlate(consumer, provider)
    .scalar_subquery()
)
_newest_version = (
    select(func.max(version.c.id))
    .where(version.c.pacticipant_id == provider.c.id)
    .correlate(provider)
    .scalar_subquery()
)
_last_result = (
    select(func.max(verification.c.id))
    .where(verification.c.contract_id == publication.c.contract_id)
    .correlate(publication)
    .scalar_subquery()
)
_state_columns = (
    consumer.c.name, provider.c.name,
    pact_version.c.id, pact_version.c.number, contract.c.id, contract.c.identity, publication.c.created_at,
    provider_version.c.id, provider_version.c.number,
    latest.c.verification_id, latest.c.success, latest.c.verified_at,
    last.c.id, last_version.c.id, last_version.c.number, last.c.success, last.c.created_at,
)  # fmt: skip


def _wanted(part_of_name: str | None, pacticipant_id: int | None) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = integration.c.workspace_id == _mine
    if part_of_name:
        part = part_of_name.lower()
        names = (func.lower(each.c.name).contains(part, autoescape=True) for each in (consumer, provider))
        wanted = and_(wanted, or_(*names))
    if pacticipant_id is not None:
        sides = (integration.c.consumer_id, integration.c.provider_id)
        wanted = and_(wanted, or_(*(side == pacticipant_id for side in sides)))
    return wanted


def _count_of(wanted: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(_pairs).where(wanted)


def _states_of(wanted: ColumnElement[bool], page: Page) -> Select[Any]:
    # The page is cut out first, so that the newest evidence is looked up for its entries only.
    keys = select(integration.c.id).select_from(_pairs).where(wanted).order_by(*_by_name)
    cut = keys.limit(page.size).offset(page.offset).subquery("cut")
    joined = (
        cut.join(integration, integration.c.id == cut.c.id)
        .join(consumer, consumer.c.id == integration.c.consumer_id)
        .join(provider, provider.c.id == integration.c.provider_id)
        .outerjoin(publication, publication.c.id == _newest_publication)
        .outerjoin(pact_version, pact_version.c.id == publication.c.version_id)
        .outerjoin(contract, contract.c.id == publication.c.contract_id)
        .outerjoin(provider_version, provider_version.c.id == _newest_version)
        .outerjoin(
            latest, and_(latest.c.contract_id == contract.c.id, latest.c.provider_version_id == provider_version.c.id)
        )
        .outerjoin(last, last.c.id == _last_result)
        .outerjoin(last_version, last_version.c.id == last.c.provider_version_id)
    )
    return select(*_state_columns).select_from(joined).order_by(*_by_name)


def _state_from(row: Any) -> IntegrationState:
    pact = None if row[2] is None else NewestPact(VersionRef(row[2], row[3]), row[4], row[5], row[6])
    newest = None if row[7] is None else VersionRef(row[7], row[8])
    result = None
    if newest is not None and row[9] is not None:
        result = ResultRef(row[9], newest, row[10], row[11])
    last_result = None if row[12] is None else ResultRef(row[12], VersionRef(row[13], row[14]), row[15], row[16])
    return IntegrationState(row[0], row[1], pact, newest, result, last_result)


# Who lives where

_deployed_now, _supported_now = deployed.c.undeployed_at.is_(None), released.c.support_ended_at.is_(None)


def _homes(condition: Any) -> Any:
    columns = ("pacticipant_id", "version_id", "environment_id")
    return union(
        select(*(deployed.c[name] for name in columns)).where(_deployed_now, condition(deployed)),
        select(*(released.c[name] for name in columns)).where(_supported_now, condition(released)),
    ).subquery("home")


_home = _homes(lambda table: table.c.pacticipant_id.in_(_ids))
_residents = (
    select(_home.c.pacticipant_id, version.c.id, version.c.number, *ENVIRONMENT_COLUMNS)
    .join_from(_home, version, version.c.id == _home.c.version_id)
    .join(environment, environment.c.id == _home.c.environment_id)
    .order_by(environment.c.production, func.lower(environment.c.display_name), environment.c.id, version.c.id.desc())
)
_inhabited = _homes(lambda table: table.c.workspace_id == _mine)
_population = select(_inhabited.c.environment_id, func.count(_inhabited.c.pacticipant_id.distinct())).group_by(
    _inhabited.c.environment_id
)


# Versions of a pair

_most: BindParameter[int] = bindparam("most")
_refs = select(version.c.id, version.c.number).order_by(version.c.id.desc()).limit(_most)
_heads = _refs.where(
    version.c.id.in_(select(branch.c.head_version_id).where(branch.c.pacticipant_id == bindparam("key")))
)

_latest_results = (
    select(verification.c.provider_version_id)
    .where(
        verification.c.provider_id == bindparam("provider"),
        verification.c.consumer_id == bindparam("consumer"),
    )
    .order_by(verification.c.id.desc())
    .limit(LOOKED_THROUGH)
    .subquery("latest_results")
)
_verifiers = _refs.where(version.c.id.in_(select(_latest_results.c.provider_version_id)))
_publishers = (
    select(version.c.id, version.c.number)
    .join_from(publication, version, version.c.id == publication.c.version_id)
    .where(
        publication.c.provider_id == bindparam("provider"),
        publication.c.consumer_id == bindparam("consumer"),
    )
    .order_by(publication.c.version_id.desc())
    .limit(_most)
)
