"""Removes stored things with everything that hangs on them, and leaves what is folded as if they had never been.

Whoever removes something of a pacticipant holds its row: every row that is written for the pacticipant refers to it, so
on PostgreSQL writers of such rows wait for the end of the removal, and the other way round (foreign keys take a share
of the row). SQLite has one writer.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, select, tuple_

from contracthub.domain.contracts import VersionSet
from contracthub.domain.pacticipants import Branch, Version
from contracthub.storage import contract_statements as statements
from contracthub.storage.approvals import approval
from contracthub.storage.comparisons import comparison, forget
from contracthub.storage.contract_statements import (
    branch,
    branch_version,
    content,
    contract,
    contract_identity,
    integration,
    publication,
    tag,
    verification,
)
from contracthub.storage.document_bytes import contract_file, document, provider_contract
from contracthub.storage.event_texts import EventTexts, event_schema, reader_schema, written_schema
from contracthub.storage.evidence_documents import evidence_document
from contracthub.storage.findings import finding, finding_state
from contracthub.storage.folding import BRANCH, TAG, Folding
from contracthub.storage.live_contracts import LiveContents, live_content, live_publication
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.provider_contracts import ProviderContractRepository
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import DeployedVersionRow, ReleasedVersionRow
from contracthub.storage.webhook_deliveries import execution, triggered, webhook

deployed, released = table_of(DeployedVersionRow), table_of(ReleasedVersionRow)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)

_lock_pacticipants = (
    select(pacticipant.c.id).where(pacticipant.c.id.in_(_ids)).order_by(pacticipant.c.name).with_for_update()
)
_lock_versions = select(version.c.id).where(version.c.id.in_(_ids)).order_by(version.c.id).with_for_update()
_lock_branches = select(branch.c.id).where(branch.c.id.in_(_ids)).order_by(branch.c.id).with_for_update()
_lock_contents = (
    select(content.c.id, content.c.sha).where(content.c.id.in_(_ids)).order_by(content.c.id).with_for_update()
)
_branches_of = select(branch_version.c.branch_id).where(branch_version.c.version_id.in_(_ids)).distinct()
_headed = select(branch.c.id).where(branch.c.head_version_id.in_(_ids))

_free_contracts = contract.delete().where(
    contract.c.id.in_(_ids), ~exists().where(publication.c.contract_id == contract.c.id)
)
_free_live = contract.delete().where(
    contract.c.id.in_(_ids), ~exists().where(live_publication.c.contract_id == contract.c.id)
)
_free_contents = content.delete().where(
    content.c.id.in_(_ids),
    ~exists().where(publication.c.content_id == content.c.id),
    ~exists().where(contract_identity.c.content_id == content.c.id),
)
_stands_for = select(contract_identity.c.content_id).where(contract_identity.c.contract_id.in_(_ids))
_pair: BindParameter[Any] = bindparam("pairs", expanding=True)
_free_integrations = integration.delete().where(
    tuple_(integration.c.consumer_id, integration.c.provider_id).in_(_pair),
    ~exists().where(
        contract.c.consumer_id == integration.c.consumer_id, contract.c.provider_id == integration.c.provider_id
    ),
)
_counterparts = (
    select(integration.c.id)
    .where(or_(integration.c.consumer_id == bindparam("key"), integration.c.provider_id == bindparam("key")))
    .limit(1)
)
_offers = select(provider_contract.c.id).where(provider_contract.c.provider_id == bindparam("key")).limit(1)
_reads = select(reader_schema.c.id).where(reader_schema.c.consumer_id == bindparam("key")).limit(1)
_bare_versions = select(version.c.id).where(
    version.c.pacticipant_id == bindparam("key"),
    *(
        ~exists().where(column == version.c.id)
        for column in (
            publication.c.version_id,
            live_publication.c.version_id,
            verification.c.provider_version_id,
            deployed.c.version_id,
            released.c.version_id,
            provider_contract.c.version_id,
            reader_schema.c.version_id,
            evidence_document.c.version_id,
        )
    ),
)


class DeletionRepository:
    """Implements the port ``Deletion``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._folding = Folding(scope)
        self._offers = ProviderContractRepository(scope)
        self._schemas = EventTexts(scope)
        self._live_contents = LiveContents(scope)

    def hold(self, pacticipant_ids: Collection[int]) -> None:
        """Keep others from writing anything for those pacticipants, until this unit ends."""
        if not self._scope.is_sqlite:
            self._execute(_lock_pacticipants, {"ids": sorted(set(pacticipant_ids))}).all()

    def pacticipant(self, pacticipant_id: int) -> None:
        """Remove it with all it has: contracts on both sides, versions, branches, tags, labels."""
        sides = or_(contract.c.consumer_id == pacticipant_id, contract.c.provider_id == pacticipant_id)
        self._contracts(sides)
        self._versions(self._keys(select(version.c.id).where(version.c.pacticipant_id == pacticipant_id)))
        self._execute(pacticipant.delete().where(pacticipant.c.id == pacticipant_id))

    def version(self, version: Version) -> None:
        """Remove it with its pacts, provider contracts, results, deployments and releases."""
        self._versions([version.id])

    def branch_place(self, existing: Branch, version: Version) -> None:
        """Take a version off a branch."""
        self._execute(_lock_branches, {"ids": [existing.id]}).all()
        place = and_(branch_version.c.branch_id == existing.id, branch_version.c.version_id == version.id)
        self._execute(branch_version.delete().where(place))
        self._folding.heads(
            self._keys(select(branch.c.id).where(branch.c.id == existing.id, branch.c.head_version_id == version.id))
        )
        self._folding.lines(self._folding.verified_by([version.id]), {BRANCH: [existing.name]})

    def branches(self, pacticipant_id: int, names: Collection[str]) -> None:
        """Remove branches; their versions stay."""
        for some in chunks(names):
            self._execute(branch.delete().where(branch.c.pacticipant_id == pacticipant_id, branch.c.name.in_(some)))
        self._folding.forget_lines(pacticipant_id, BRANCH, names)

    def branch_names(self, pacticipant_id: int) -> Collection[str]:
        """All branches of a pacticipant, by name."""
        mine = select(branch.c.name).where(branch.c.pacticipant_id == pacticipant_id)
        return self._execute(mine.order_by(branch.c.name)).scalars().all()

    def tags(self, version: Version, names: Collection[str]) -> None:
        """Take tags off a version."""
        for some in chunks(names):
            self._execute(tag.delete().where(tag.c.version_id == version.id, tag.c.name.in_(some)))
        self._folding.lines(self._folding.verified_by([version.id]), {TAG: names})

    def pact(self, publication_id: int) -> None:
        """Remove what a consumer version published for a provider."""
        self._publications(select(publication.c.id).where(publication.c.id == publication_id))

    def pacts(self, consumer_id: int, provider_id: int, among: VersionSet) -> None:
        """Remove the pacts of a pair in a set of versions."""
        self._publications(statements.keys_of_pair(consumer_id, provider_id, among))

    def live_contracts(self, keys: Collection[int]) -> None:
        """Remove live contracts that consumer versions published."""
        self._live(select(live_publication.c.id).where(live_publication.c.id.in_(sorted(set(keys)))))

    def result(self, number: int, contract_id: int, provider_version_id: int) -> None:
        """Remove a verification result."""
        self._execute(_lock_versions, {"ids": [provider_version_id]}).all()
        self._execute(verification.delete().where(verification.c.id == number))
        self._folding.latest(contract_id, provider_version_id)
        self._folding.lines([contract_id], self._folding.lines_of([provider_version_id]))

    def integration(self, consumer_id: int, provider_id: int) -> None:
        """Remove all that is between two pacticipants."""
        self._contracts(and_(contract.c.consumer_id == consumer_id, contract.c.provider_id == provider_id))
        both = and_(integration.c.consumer_id == consumer_id, integration.c.provider_id == provider_id)
        self._execute(integration.delete().where(both))
        named = and_(webhook.c.consumer_id == consumer_id, webhook.c.provider_id == provider_id)
        self._execute(webhook.delete().where(named))

    def bare_versions(self, pacticipant_id: int) -> None:
        """Remove versions without pacts, results, evidence and provider contracts that never lived anywhere."""
        self._versions(self._execute(_bare_versions, {"key": pacticipant_id}).scalars().all())

    def is_integrated(self, pacticipant_id: int) -> bool:
        """Whether it has an integration, on either side."""
        return self._execute(_counterparts, {"key": pacticipant_id}).first() is not None

    def offers(self, pacticipant_id: int) -> bool:
        """Whether it has a provider contract."""
        return self._execute(_offers, {"key": pacticipant_id}).first() is not None

    def reads(self, pacticipant_id: int) -> bool:
        """Whether it has a reader schema."""
        return self._execute(_reads, {"key": pacticipant_id}).first() is not None

    def everything(self) -> None:
        """Remove all pacticipants of the workspace and what they have; environments stay."""
        mine = pacticipant.c.workspace_id == self._scope.workspace_id
        self._execute(select(pacticipant.c.id).where(mine).order_by(pacticipant.c.name).with_for_update()).all()
        # From the leaves to the root: the cascades find nothing left to do.
        for table in (
            execution,
            triggered,
            verification,
            publication,
            live_publication,
            contract_identity,
            contract,
            content,
            live_content,
            integration,
            approval,
            finding_state,
            finding,
            evidence_document,
            comparison,
            reader_schema,
            written_schema,
            event_schema,
            contract_file,
            provider_contract,
            document,
            tag,
            branch,
            version,
            pacticipant,
        ):
            self._execute(table.delete().where(table.c.workspace_id == self._scope.workspace_id))

    def _keys(self, statement: Select[Any]) -> Collection[int]:
        return self._execute(statement).scalars().all()

    def _versions(self, version_ids: Iterable[int]) -> None:
        for some in chunks(version_ids):
            values = {"ids": some}
            self._execute(_lock_versions, values).all()
            branches = self._execute(_branches_of, values).scalars().all()
            for few in chunks(branches):
                self._execute(_lock_branches, {"ids": few}).all()
            heads = self._execute(_headed, values).scalars().all()
            verified, lines = self._folding.verified_by(some), self._folding.lines_of(some)
            self._publications(select(publication.c.id).where(publication.c.version_id.in_(some)))
            self._live(select(live_publication.c.id).where(live_publication.c.version_id.in_(some)))
            schemas = self._schemas.used_by(some)
            self._offers.delete_of_versions(some)
            self._execute(version.delete().where(version.c.id.in_(some)))
            self._schemas.release(schemas)
            self._folding.heads(heads)
            self._folding.lines(verified, lines)

    def _contracts(self, condition: ColumnElement[bool]) -> None:
        """Contracts without publications go too, so all publications may be looked up by their contracts."""
        for some in chunks(self._keys(select(contract.c.id).where(condition).order_by(contract.c.id))):
            replayed = self._execute(_stands_for, {"ids": some}).scalars().all()
            self._publications(select(publication.c.id).where(publication.c.contract_id.in_(some)))
            self._live(select(live_publication.c.id).where(live_publication.c.contract_id.in_(some)))
            self._execute(contract.delete().where(contract.c.id.in_(some)))
            self._contents(replayed)

    def _contents(self, keys: Collection[int]) -> None:
        """Remove what nobody has published and no contract is replayed from any more."""
        for some in chunks(sorted(set(keys))):
            before = self._execute(_lock_contents, {"ids": some}).all()
            if self._execute(_free_contents, {"ids": some}).rowcount:
                left = {row.id for row in self._execute(_lock_contents, {"ids": some})}
                forget(self._scope, consumers=[row.sha for row in before if row.id not in left])

    def _publications(self, keys: Select[Any]) -> None:
        for some in chunks(self._keys(keys)):
            gone = publication.c.id.in_(some)
            columns = (publication.c.contract_id, publication.c.content_id)
            rows = self._execute(select(*columns, publication.c.consumer_id, publication.c.provider_id).where(gone))
            affected = rows.all()
            self._execute(publication.delete().where(gone))
            contracts = {"ids": sorted({row.contract_id for row in affected})}
            replayed = self._execute(_stands_for, contracts).scalars().all()
            self._execute(_free_contracts, contracts)
            self._contents([*(row.content_id for row in affected), *replayed])
            self._integrations(affected)

    def _live(self, keys: Select[Any]) -> None:
        it = live_publication.c
        for some in chunks(self._keys(keys)):
            gone = it.id.in_(some)
            columns = (it.contract_id, it.live_content_id, it.consumer_id, it.provider_id)
            affected = self._execute(select(*columns).where(gone)).all()
            self._execute(live_publication.delete().where(gone))
            self._execute(_free_live, {"ids": sorted({row.contract_id for row in affected})})
            self._live_contents.release([row.live_content_id for row in affected])
            self._integrations(affected)

    def _integrations(self, affected: Sequence[Any]) -> None:
        """Remove the integrations of publications that are gone, where no contract is left."""
        pairs = sorted({(row.consumer_id, row.provider_id) for row in affected})
        self._execute(_free_integrations, {"pairs": pairs})
