"""What webhooks are told of versions and results, and what decides which events there are."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, select, union_all

from contracthub.domain.contracts import Publication
from contracthub.domain.webhooks import Party, WebhookDefinition
from contracthub.services.ports.webhooks import PartyIds, ProviderVersionFacts, ResultFacts
from contracthub.storage.contract_statements import (
    branch,
    branch_version,
    by_id,
    integration,
    newest_of_integration,
    publication,
    verification,
)
from contracthub.storage.deletion import deployed, released
from contracthub.storage.environments import environment
from contracthub.storage.evidence import latest
from contracthub.storage.pacticipants import label, pacticipant, version
from contracthub.storage.scope import Scope, chunks

_MAIN, _DEPLOYED, _RELEASED = "latest from main branch", "deployed to", "released to"
_provider: ColumnElement[int] = bindparam("provider_id")

_main_branch = (
    select(branch.c.id)
    .join_from(pacticipant, branch, branch.c.pacticipant_id == pacticipant.c.id)
    .where(pacticipant.c.id == _provider, branch.c.name == pacticipant.c.main_branch)
)
_that_count = union_all(
    select(version.c.id, version.c.number, literal(_MAIN).label("why"), branch.c.name.label("where"))
    .join_from(branch, version, version.c.id == branch.c.head_version_id)
    .where(branch.c.id == _main_branch.scalar_subquery()),
    select(version.c.id, version.c.number, literal(_DEPLOYED), environment.c.name)
    .join_from(deployed, version, version.c.id == deployed.c.version_id)
    .join(environment, environment.c.id == deployed.c.environment_id)
    .where(deployed.c.pacticipant_id == _provider, deployed.c.undeployed_at.is_(None)),
    select(version.c.id, version.c.number, literal(_RELEASED), environment.c.name)
    .join_from(released, version, version.c.id == released.c.version_id)
    .join(environment, environment.c.id == released.c.environment_id)
    .where(released.c.pacticipant_id == _provider, released.c.support_ended_at.is_(None)),
)
_main_branch_result = (
    select(verification.c.id, verification.c.provider_version_id, version.c.number, verification.c.success)
    .join_from(verification, version, version.c.id == verification.c.provider_version_id)
    .where(
        verification.c.contract_id == bindparam("contract_id"),
        exists().where(
            branch_version.c.branch_id == _main_branch.scalar_subquery(),
            branch_version.c.version_id == verification.c.provider_version_id,
        ),
    )
    .order_by(verification.c.id.desc())
    .limit(1)
)
_newest_of_pair = newest_of_integration(publication.c.id)


class WebhookFactsRepository:
    """Implements the port ``WebhookFacts``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def versions_that_count(self, provider_id: int) -> Sequence[ProviderVersionFacts]:
        """The newest version of the main branch, and those deployed or released now, oldest first."""
        found: dict[int, ProviderVersionFacts] = {}
        for row in self._execute(_that_count, {"provider_id": provider_id}):
            before = found.get(row.id, ProviderVersionFacts(row.id, row.number))
            told = f"{row.why} {row.where}"
            found[row.id] = replace(
                before,
                descriptions=before.descriptions if told in before.descriptions else (*before.descriptions, told),
                is_deployed=before.is_deployed or row.why == _DEPLOYED,
            )
        return [found[key] for key in sorted(found)]

    def verified_by(self, contract_id: int, version_ids: Collection[int]) -> Collection[int]:
        """Those versions that have a result for the contract."""
        found: set[int] = set()
        for some in chunks(version_ids):
            theirs = (latest.c.contract_id == contract_id, latest.c.provider_version_id.in_(some))
            found.update(self._execute(select(latest.c.provider_version_id).where(*theirs)).scalars())
        return found

    def main_branch_result(self, contract_id: int, provider_id: int) -> ResultFacts | None:
        """The newest result for a contract by a version of the provider's main branch."""
        row = self._execute(_main_branch_result, {"contract_id": contract_id, "provider_id": provider_id}).first()
        return ResultFacts(row[0], ProviderVersionFacts(row[1], row[2]), row[3]) if row else None

    def newest_publication(self, definition: WebhookDefinition, parties: PartyIds) -> Publication | None:
        """The newest contract of any pair that a webhook is for."""
        sides = (
            (integration.c.consumer_id, parties.consumer_id, definition.consumer),
            (integration.c.provider_id, parties.provider_id, definition.provider),
        )
        fits = [condition for side in sides for condition in _conditions(*side)]
        newest = select(func.max(_newest_of_pair)).where(integration.c.workspace_id == self._scope.workspace_id, *fits)
        key = self._execute(newest).scalar()
        row = None if key is None else self._execute(by_id, {"key": key}).first()
        return Publication(*row) if row else None


def _conditions(column: ColumnElement[Any], key: int | None, party: Party | None) -> Sequence[ColumnElement[bool]]:
    if key is not None:
        return [column == key]
    if party is None:
        return []
    return [exists().where(label.c.pacticipant_id == column, label.c.name == party.label)]
