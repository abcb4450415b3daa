"""Counts rows. A few statements, whatever there is to count; each walks an index or a table once."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, func, select

from contracthub.domain.contracts import PACT
from contracthub.services.ports.metrics import Totals
from contracthub.storage.contract_statements import (
    branch_version,
    content,
    contract,
    integration,
    newest_of_integration,
    publication,
    tag,
    verification,
)
from contracthub.storage.deletion import deployed, released
from contracthub.storage.environments import environment
from contracthub.storage.evidence import latest
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks
from contracthub.storage.webhook_deliveries import execution, triggered, webhook

# So many documents are in memory at once.
AT_ONCE = 20

_mine: BindParameter[int] = bindparam("workspace")


def _count(table: Table, *conditions: ColumnElement[bool]) -> Any:
    return _one(func.count(), table, *conditions)


def _one(value: ColumnElement[Any], table: Table, *conditions: ColumnElement[bool]) -> Any:
    return select(value).select_from(table).where(table.c.workspace_id == _mine, *conditions).scalar_subquery()


def _distinct(*columns: ColumnElement[Any]) -> Any:
    found = select(*columns).where(tag.c.workspace_id == _mine).distinct().subquery()
    return select(func.count()).select_from(found).scalar_subquery()


_totals = select(
    *(
        value.label(name)
        for name, value in {
            "pacticipants": _count(pacticipant),
            "with_main_branch": _count(pacticipant, pacticipant.c.main_branch.is_not(None)),
            "integrations": _count(integration),
            "publications": _count(publication),
            "first_publication": _one(func.min(publication.c.created_at), publication),
            "last_publication": _one(func.max(publication.c.created_at), publication),
            "contracts": _count(contract, contract.c.kind == PACT),
            "results": _count(verification),
            "successes": _count(verification, verification.c.success),
            "distinct_results": _count(latest),
            "first_result": _one(func.min(verification.c.created_at), verification),
            "last_result": _one(func.max(verification.c.created_at), verification),
            "versions": _count(version),
            "versions_on_branches": _one(func.count(branch_version.c.version_id.distinct()), branch_version),
            "tags": _count(tag),
            "distinct_tags": _distinct(tag.c.name),
            "distinct_tags_of_pacticipants": _distinct(tag.c.pacticipant_id, tag.c.name),
            "environments": _count(environment),
            "deployments": _count(deployed),
            "current_deployments": _count(deployed, deployed.c.undeployed_at.is_(None)),
            "releases": _count(released),
            "supported_releases": _count(released, released.c.support_ended_at.is_(None)),
            "webhooks": _count(webhook),
            "triggered_webhooks": _count(triggered),
            "webhook_executions": _count(execution),
        }.items()
    )
)
_revisions = (
    select(publication.c.revision, func.count())
    .where(publication.c.workspace_id == _mine)
    .group_by(publication.c.revision)
    .order_by(publication.c.revision)
)
_per_contract = (
    select(func.count().label("results"))
    .where(verification.c.workspace_id == _mine)
    .group_by(verification.c.contract_id)
    .subquery("per_contract")
)
_results_per_contract = (
    select(_per_contract.c.results, func.count()).group_by(_per_contract.c.results).order_by(_per_contract.c.results)
)
_newest = newest_of_integration(publication.c.content_id)
_newest_contents = select(_newest).where(integration.c.workspace_id == _mine)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_bodies = select(content.c.id, content.c.body).where(content.c.id.in_(_ids))


class MetricsRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._execute = scope.connection.execute
        self._workspace = {"workspace": scope.workspace_id}

    def totals(self) -> Totals:
        """All counts, of one moment."""
        return Totals(**self._execute(_totals, self._workspace).mappings().one())

    def revisions(self) -> Mapping[int, int]:
        """How many consumer versions have a pact with so many revisions."""
        return {row[0]: row[1] for row in self._execute(_revisions, self._workspace)}

    def results_per_contract(self) -> Mapping[int, int]:
        """How many contracts have so many results."""
        return {row[0]: row[1] for row in self._execute(_results_per_contract, self._workspace)}

    def newest_documents(self) -> Iterator[bytes]:
        """The newest contract of each integration; one that several share comes as often."""
        keys = [key for key in self._execute(_newest_contents, self._workspace).scalars() if key is not None]
        for some in chunks(keys, AT_ONCE):
            bodies = {row[0]: bytes(row[1]) for row in self._execute(_bodies, {"ids": some})}
            yield from (bodies[key] for key in some)
