"""Reads a workspace as a stream of records, a bounded number of rows at a time, in a bounded number of statements.

What belongs to a row (labels, branches, tags) is read for a whole group of rows at once. A document comes with the
first publication of it and not again.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, func, null, select

from contracthub.domain.archive import (
    ArchivedBranch,
    ArchivedContract,
    ArchivedDeployment,
    ArchivedDocument,
    ArchivedEnvironment,
    ArchivedEvidence,
    ArchivedFile,
    ArchivedLabel,
    ArchivedPacticipant,
    ArchivedPlace,
    ArchivedProviderContract,
    ArchivedReaderSchema,
    ArchivedReference,
    ArchivedRelease,
    ArchivedSelfVerification,
    ArchivedVerification,
    ArchivedVersion,
    ArchivedWorkspace,
    ArchiveRecord,
)
from contracthub.domain.archive_webhooks import archived_webhook
from contracthub.domain.contracts import IdentityRule
from contracthub.domain.provider_contracts import self_verification_from
from contracthub.storage.archive_findings import archived_approvals, archived_findings
from contracthub.storage.archive_gate import archived_gate_policies, archived_waivers
from contracthub.storage.archive_live_contracts import archived_live_contracts
from contracthub.storage.archive_registry import registry_records
from contracthub.storage.contract_statements import (
    PUBLICATIONS,
    branch,
    branch_version,
    consumer,
    content,
    contract,
    provider,
    publication,
    tag,
    verification,
)
from contracthub.storage.document_bytes import contract_file, provider_contract
from contracthub.storage.document_bytes import document as stored_bytes
from contracthub.storage.environments import deployed, environment, released
from contracthub.storage.event_texts import event_schema, reader_schema
from contracthub.storage.evidence import document
from contracthub.storage.evidence_documents import evidence_document
from contracthub.storage.live_contracts import live_publication
from contracthub.storage.pacticipants import label, pacticipant, version
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables import ContractIdentityRow
from contracthub.storage.webhooks import WebhookRepository
from contracthub.storage.workspace import WorkspaceSettingsRepository

ruled = table_of(ContractIdentityRow)

GROUP = 200
# Documents are as large as people make them, so few of them are in memory at once.
FEW = 10


_publisher = version.alias("publisher")
_newest_publisher = (
    select(func.max(publication.c.version_id))
    .where(publication.c.contract_id == verification.c.contract_id)
    .correlate(verification)
    .scalar_subquery()
)
_live_publisher, _live_version = live_publication.alias("live_publisher"), version.alias("live_version")
_newest_live = (
    select(live_publication.c.id)
    .where(live_publication.c.contract_id == verification.c.contract_id)
    .order_by(live_publication.c.version_id.desc(), live_publication.c.id.desc())
    .limit(1)
    .correlate(verification)
    .scalar_subquery()
)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_results = (
    select(
        *(consumer.c.name, provider.c.name, contract.c.identity),
        *(func.coalesce(_publisher.c.number, _live_version.c.number), version.c.number),
        *(verification.c.success, verification.c.wip, verification.c.pending, verification.c.build_url),
        *(document.c.document, verification.c.created_at, _live_publisher.c.kind, _live_publisher.c.name),
    )
    .select_from(
        verification.join(contract, contract.c.id == verification.c.contract_id)
        .join(consumer, consumer.c.id == verification.c.consumer_id)
        .join(provider, provider.c.id == verification.c.provider_id)
        .join(version, version.c.id == verification.c.provider_version_id)
        .join(document, document.c.verification_id == verification.c.id)
        .outerjoin(_publisher, _publisher.c.id == _newest_publisher)
        .outerjoin(_live_publisher, _live_publisher.c.id == _newest_live)
        .outerjoin(_live_version, _live_version.c.id == _live_publisher.c.version_id)
    )
    .where(verification.c.id.in_(_ids))
    .order_by(verification.c.id)
)


def all_records(scope: Scope) -> Iterator[ArchiveRecord]:
    """Everything of a workspace, in the order of ``domain.archive.ORDER``."""
    yield ArchivedWorkspace(WorkspaceSettingsRepository(scope).identity_rule().value)
    for read in (_pacticipants, _environments, _versions, _branches, _contracts):
        yield from read(scope)
    yield from archived_live_contracts(scope)
    for read in (_verifications, _evidence, _documents):
        yield from read(scope)
    yield from _provider_contracts(scope)
    yield from _reader_schemas(scope)
    yield from _deployments(scope)
    yield from _releases(scope)
    yield from registry_records(scope)
    yield from archived_gate_policies(scope)
    yield from archived_approvals(scope)
    yield from archived_waivers(scope)
    yield from archived_findings(scope)
    # People make these one by one, so there are few.
    yield from map(archived_webhook, WebhookRepository(scope).list())


def _streamed(scope: Scope, statement: Select[Any], most: int = GROUP) -> Iterator[Any]:
    options = {"yield_per": most, "stream_results": True}
    return iter(scope.connection.execute(statement, execution_options=options))


def _groups(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while some := list(islice(remaining, GROUP)):
        yield some


def _pacticipants(scope: Scope) -> Iterator[ArchiveRecord]:
    it = pacticipant.c
    repository = (it.repository_url, it.repository_name, it.repository_namespace)
    columns = (it.id, it.created_at, it.updated_at, it.name, it.display_name, it.main_branch, *repository)
    rows = _streamed(scope, select(*columns).where(it.workspace_id == scope.workspace_id).order_by(it.id))
    for some in _groups(rows):
        labels = _of(scope, label, label.c.pacticipant_id, [row[0] for row in some], ArchivedLabel)
        for key, created_at, updated_at, *fields in some:
            yield ArchivedPacticipant(*(*fields, labels.get(key, ()), created_at, updated_at))


def _environments(scope: Scope) -> Iterator[ArchiveRecord]:
    it = environment.c
    columns = (it.uuid, it.name, it.display_name, it.production, it.contacts, it.created_at, it.updated_at)
    for row in _streamed(scope, select(*columns).where(it.workspace_id == scope.workspace_id).order_by(it.id)):
        yield ArchivedEnvironment(*row)


def _versions(scope: Scope) -> Iterator[ArchiveRecord]:
    it = version.c
    columns = (it.id, pacticipant.c.name, it.number, it.build_url, it.created_at, it.updated_at)
    statement = select(*columns).join_from(version, pacticipant, pacticipant.c.id == it.pacticipant_id)
    rows = _streamed(scope, statement.where(it.workspace_id == scope.workspace_id).order_by(it.id))
    named = branch_version.join(branch, branch.c.id == branch_version.c.branch_id)
    for some in _groups(rows):
        keys = [row[0] for row in some]
        branches = _of(scope, branch_version, branch_version.c.version_id, keys, ArchivedPlace, named)
        tags = _of(scope, tag, tag.c.version_id, keys, ArchivedPlace)
        for key, name, number, build_url, created_at, updated_at in some:
            places = (branches.get(key, ()), tags.get(key, ()))
            yield ArchivedVersion(name, number, build_url, *places, created_at, updated_at)


def _of(
    scope: Scope,
    table: Any,
    owner: Any,
    keys: Collection[int],
    made: Callable[[str, datetime], Any],
    source: Any = None,
) -> dict[int, tuple[Any, ...]]:
    """What belongs to rows of another table, by their keys, first come first."""
    name = table.c.name if "name" in table.c else branch.c.name
    statement = select(owner, name, table.c.created_at).select_from(table if source is None else source)
    rows = scope.connection.execute(statement.where(owner.in_(keys)).order_by(owner, table.c.id))
    return {key: tuple(made(*row[1:]) for row in some) for key, some in groupby(rows, lambda row: row[0])}


def _branches(scope: Scope) -> Iterator[ArchiveRecord]:
    head = version.alias("head")
    last_joined = (
        select(func.max(branch_version.c.created_at))
        .where(branch_version.c.branch_id == branch.c.id)
        .correlate(branch)
        .scalar_subquery()
    )
    columns = (pacticipant.c.name, branch.c.name, head.c.number, last_joined, branch.c.created_at)
    joined = branch.join(pacticipant, pacticipant.c.id == branch.c.pacticipant_id)
    statement = select(*columns).select_from(joined.outerjoin(head, head.c.id == branch.c.head_version_id))
    mine = branch.c.workspace_id == scope.workspace_id
    for row in _streamed(scope, statement.where(mine).order_by(branch.c.id)):
        yield ArchivedBranch(*row)


def _contracts(scope: Scope) -> Iterator[ArchiveRecord]:
    other = publication.alias("other")
    first = (
        select(func.min(other.c.id))
        .where(other.c.content_id == publication.c.content_id)
        .correlate(publication)
        .scalar_subquery()
    )
    columns = (
        *(consumer.c.name, provider.c.name, version.c.number, contract.c.identity, content.c.sha),
        case((publication.c.id == first, content.c.body), else_=null()),
        # Without a row, it is older than the table (see there).
        func.coalesce(ruled.c.rule, IdentityRule.PACT_BROKER.value),
        *(publication.c.revision, publication.c.created_at, publication.c.updated_at),
    )
    mine = publication.c.workspace_id == scope.workspace_id
    joined = PUBLICATIONS.outerjoin(ruled, ruled.c.contract_id == publication.c.contract_id)
    statement = select(*columns).select_from(joined).where(mine).order_by(publication.c.id)
    for *names, body, rule, revision, created_at, updated_at in _streamed(scope, statement, FEW):
        text = None if body is None else bytes(body).decode()
        yield ArchivedContract(*(*names, text, rule, revision, created_at, updated_at))


def _verifications(scope: Scope) -> Iterator[ArchiveRecord]:
    it = verification.c
    alike = (it.contract_id, it.provider_version_id)
    occurrence = func.row_number().over(partition_by=(*alike, it.created_at, it.success), order_by=it.id)
    newest_before = func.max(it.created_at).over(partition_by=alike, order_by=it.id, rows=(None, 0))
    # Apart from the documents, which would all be held while the windows are worked out.
    numbered = select(it.id, occurrence, newest_before).where(it.workspace_id == scope.workspace_id).order_by(it.id)
    rows = _streamed(scope, numbered)
    while some := list(islice(rows, FEW)):
        results = scope.connection.execute(_results, {"ids": [row[0] for row in some]})
        for (_, count, before), result in zip(some, results, strict=True):
            *names, number, theirs, success, wip, pending, url, body, at, kind, name = result
            if number is None:
                # Of a contract that nobody publishes any more: nothing refers to it, and nothing could.
                continue
            flags = (bool(success), bool(wip), bool(pending), url)
            told = (bytes(body).decode(), count, before if before > at else None, at, kind, name)
            yield ArchivedVerification(*(*names, (number,), theirs, *flags, *told))


def _documents(scope: Scope) -> Iterator[ArchiveRecord]:
    it = stored_bytes.c
    for sha, body in _streamed(
        scope, select(it.sha, it.body).where(it.workspace_id == scope.workspace_id).order_by(it.id), FEW
    ):
        yield ArchivedDocument(sha, base64.b64encode(bytes(body)).decode())


def _provider_contracts(scope: Scope) -> Iterator[ArchiveRecord]:
    it = provider_contract.c
    columns = (it.id, pacticipant.c.name, version.c.number, it.name, it.format, it.subject, it.topic)
    said = (it.self_verification, stored_bytes.c.sha, it.revision, it.created_at, it.updated_at)
    statement = (
        select(*columns, *said)
        .join_from(provider_contract, version, version.c.id == it.version_id)
        .join(pacticipant, pacticipant.c.id == it.provider_id)
        .outerjoin(stored_bytes, stored_bytes.c.id == it.self_verification_document_id)
        .where(it.workspace_id == scope.workspace_id)
        .order_by(it.id)
    )
    for some in _groups(_streamed(scope, statement)):
        files = _files(scope, [row[0] for row in some])
        for key, *names, said_by_build, sha, revision, created_at, updated_at in some:
            told = None if said_by_build is None else _self_verification(said_by_build, sha)
            yield ArchivedProviderContract(*(*names, files.get(key, ()), told, revision, created_at, updated_at))


def _files(scope: Scope, keys: Collection[int]) -> dict[int, tuple[ArchivedFile, ...]]:
    it = contract_file.c
    statement = (
        select(it.provider_contract_id, it.path, it.content_type, stored_bytes.c.sha, it.is_root)
        .join_from(contract_file, stored_bytes, stored_bytes.c.id == it.document_id)
        .where(it.provider_contract_id.in_(keys))
        .order_by(it.provider_contract_id, it.path)
    )
    rows = groupby(scope.connection.execute(statement), lambda row: row[0])
    return {
        key: tuple(ArchivedFile(path, kind, sha, bool(root)) for _, path, kind, sha, root in some) for key, some in rows
    }


def _self_verification(said: dict[str, Any], sha: str | None) -> ArchivedSelfVerification:
    it = self_verification_from(said, has_content=sha is not None)
    return ArchivedSelfVerification(it.success, it.content_type, it.format, it.verifier, it.verifier_version, sha)


def _evidence(scope: Scope) -> Iterator[ArchiveRecord]:
    it = evidence_document.c
    statement = (
        select(pacticipant.c.name, version.c.number, it.body, it.created_at)
        .join_from(evidence_document, version, version.c.id == it.version_id)
        .join(pacticipant, pacticipant.c.id == version.c.pacticipant_id)
        .where(it.workspace_id == scope.workspace_id)
        .order_by(it.id)
    )
    for name, number, body, created_at in _streamed(scope, statement, FEW):
        yield ArchivedEvidence(name, number, bytes(body).decode(), created_at)


def _reader_schemas(scope: Scope) -> Iterator[ArchiveRecord]:
    it, text = reader_schema.c, event_schema.c
    columns = (consumer.c.name, version.c.number, it.subject, it.topic, it.part, provider.c.name.label("provider"))
    statement = (
        select(*columns, text.type, text.body, text.name.label("file"), text.references, it.created_at)
        .join_from(reader_schema, version, version.c.id == it.version_id)
        .join(consumer, consumer.c.id == it.consumer_id)
        .join(event_schema, text.id == it.event_schema_id)
        .outerjoin(provider, provider.c.id == it.provider_id)
        .where(it.workspace_id == scope.workspace_id)
        .order_by(it.id)
    )
    for *told, body, file, references, created_at in _streamed(scope, statement, FEW):
        used = tuple(ArchivedReference(each["name"], each["text"]) for each in references)
        yield ArchivedReaderSchema(*(*told, bytes(body).decode(), file or None, used, created_at))


def _deployments(scope: Scope) -> Iterator[ArchiveRecord]:
    it = deployed.c
    who = (it.uuid, pacticipant.c.name, version.c.number, environment.c.name)
    columns = (*who, it.application_instance, it.created_at, it.undeployed_at)
    for row in _streamed(scope, _stays(deployed, columns, scope.workspace_id)):
        yield ArchivedDeployment(*row)


def _releases(scope: Scope) -> Iterator[ArchiveRecord]:
    it = released.c
    columns = (it.uuid, pacticipant.c.name, version.c.number, environment.c.name, it.created_at, it.support_ended_at)
    for row in _streamed(scope, _stays(released, columns, scope.workspace_id)):
        yield ArchivedRelease(*row)


def _stays(home: Any, columns: tuple[Any, ...], workspace_id: int) -> Select[Any]:
    return (
        select(*columns)
        .join_from(home, version, version.c.id == home.c.version_id)
        .join(pacticipant, pacticipant.c.id == home.c.pacticipant_id)
        .join(environment, environment.c.id == home.c.environment_id)
        .where(home.c.workspace_id == workspace_id)
        .order_by(home.c.id)
    )
