"""The pacts of note, set by set: which they are, in one statement with their order, and their newest results."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, bindparam, case, func, select, union

from contracthub.domain.contracts import PACT, Publication
from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.ports.dashboard import Noted, NotedResult
from contracthub.storage.contract_statements import (
    PUBLICATION_COLUMNS,
    PUBLICATIONS,
    contract,
    integration,
    publication,
    tag,
    verification,
)
from contracthub.storage.deletion import deployed, released
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope, chunks

_mine: BindParameter[int] = bindparam("workspace")
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_other, _newest_one = publication.alias("other"), verification.alias("newest_one")
_its_contract = contract.alias("its_contract")


def _of_workspace(*, one_pair: bool) -> ColumnElement[bool]:
    pair = (publication.c.consumer_id == bindparam("consumer"), publication.c.provider_id == bindparam("provider"))
    return and_(publication.c.workspace_id == _mine, *(pair if one_pair else ()))


def _newest(*, one_pair: bool) -> Select[Any]:
    key = (
        select(_other.c.id)
        .where(_other.c.provider_id == integration.c.provider_id, _other.c.consumer_id == integration.c.consumer_id)
        .order_by(_other.c.version_id.desc())
        .limit(1)
        .correlate(integration)
        .scalar_subquery()
    )
    joined = integration.join(publication, publication.c.id == key)
    return select(publication.c.id).select_from(joined).where(_of_workspace(one_pair=one_pair))


def _newest_with_tags(*, one_pair: bool) -> Select[Any]:
    tagged = (
        select(publication.c.provider_id, func.max(publication.c.version_id).label("version_id"))
        .join_from(tag, publication, publication.c.version_id == tag.c.version_id)
        .where(_of_workspace(one_pair=one_pair))
        .group_by(publication.c.consumer_id, publication.c.provider_id, tag.c.name)
        .subquery()
    )
    same = and_(_other.c.version_id == tagged.c.version_id, _other.c.provider_id == tagged.c.provider_id)
    return select(_other.c.id).join_from(tagged, _other, same)


def _living(home: Any, end: Any, *, one_pair: bool) -> Select[Any]:
    joined = home.join(publication, publication.c.version_id == home.c.version_id)
    return select(publication.c.id).select_from(joined).where(end.is_(None), _of_workspace(one_pair=one_pair))


def _keys(*, one_pair: bool) -> Subquery:
    return union(
        _newest(one_pair=one_pair),
        _newest_with_tags(one_pair=one_pair),
        _living(deployed, deployed.c.undeployed_at, one_pair=one_pair),
        _living(released, released.c.support_ended_at, one_pair=one_pair),
    ).subquery("noted")


# Each walks an index backwards and stops at the first hit.
_result = (
    select(func.max(_newest_one.c.id))
    .where(_newest_one.c.contract_id == publication.c.contract_id)
    .correlate(publication)
    .scalar_subquery()
)
_result_of_pair = (
    select(_newest_one.c.id)
    .join_from(_newest_one, _its_contract, _its_contract.c.id == _newest_one.c.contract_id)
    .where(_newest_one.c.provider_id == publication.c.provider_id)
    .where(_newest_one.c.consumer_id == publication.c.consumer_id, _its_contract.c.kind == PACT)
    .order_by(_newest_one.c.id.desc())
    .limit(1)
    .correlate(publication)
    .scalar_subquery()
)


def _noted(*, one_pair: bool) -> Select[Any]:
    keys = _keys(one_pair=one_pair)
    joined = PUBLICATIONS.join(keys, keys.c.id == publication.c.id).outerjoin(
        verification, verification.c.id == _result
    )
    published, verified = publication.c.created_at, verification.c.created_at
    activity = case((verified > published, verified), else_=published)
    return (
        select(*PUBLICATION_COLUMNS, verification.c.id, _result_of_pair)
        .select_from(joined)
        .order_by(activity.desc(), publication.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


_pages = {one_pair: _noted(one_pair=one_pair) for one_pair in (False, True)}
_counts = {one_pair: select(func.count()).select_from(_keys(one_pair=one_pair)) for one_pair in (False, True)}
_results = (
    select(
        verification.c.id,
        version.c.id,
        version.c.number,
        verification.c.success,
        verification.c.pending,
        verification.c.created_at,
    )
    .join_from(verification, version, version.c.id == verification.c.provider_version_id)
    .where(verification.c.id.in_(_ids))
)


class DashboardRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def noted(self, *, pair: tuple[int, int] | None, page: Page) -> Listing[Noted]:
        """Pacts of note, latest activity first."""
        values = self._workspace | ({"consumer": pair[0], "provider": pair[1]} if pair else {})
        total = self._execute(_counts[pair is not None], values).scalar_one()
        rows = self._execute(_pages[pair is not None], values | {"most": page.size, "skipped": page.offset})
        return Listing(tuple(Noted(Publication(*row[:-2]), row[-2], row[-1]) for row in rows), total, page)

    def results(self, numbers: Collection[int]) -> Mapping[int, NotedResult]:
        """Results by their numbers."""
        found: dict[int, NotedResult] = {}
        for some in chunks(numbers):
            found |= {row[0]: NotedResult(*row) for row in self._execute(_results, {"ids": some})}
        return found
