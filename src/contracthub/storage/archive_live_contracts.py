"""Reads live contracts as records of an archive; a document comes with the first publication of it and not again."""

from collections.abc import Iterator

from sqlalchemy import case, func, null, select

from contracthub.domain.archive import ArchivedLiveContract, ArchiveRecord
from contracthub.storage.contract_statements import consumer, contract, provider
from contracthub.storage.live_contracts import live_content, live_publication
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope

# Documents are as large as people make them, so few of them are in memory at once.
_FEW = 10


def archived_live_contracts(scope: Scope) -> Iterator[ArchiveRecord]:
    """All live contracts, in the order in which they were published."""
    it, other = live_publication.c, live_publication.alias("other")
    first = (
        select(func.min(other.c.id))
        .where(other.c.live_content_id == it.live_content_id)
        .correlate(live_publication)
        .scalar_subquery()
    )
    columns = (
        *(consumer.c.name, provider.c.name.label("provider"), version.c.number, it.kind, it.name.label("live_name")),
        *(contract.c.identity, live_content.c.sha, case((it.id == first, live_content.c.body), else_=null())),
        *(it.revision, it.created_at, it.updated_at),
    )
    statement = (
        select(*columns)
        .join_from(live_publication, version, version.c.id == it.version_id)
        .join(consumer, consumer.c.id == it.consumer_id)
        .join(provider, provider.c.id == it.provider_id)
        .join(contract, contract.c.id == it.contract_id)
        .join(live_content, live_content.c.id == it.live_content_id)
        .where(it.workspace_id == scope.workspace_id)
        .order_by(it.id)
    )
    options = {"yield_per": _FEW, "stream_results": True}
    for *names, sha, body, revision, created_at, updated_at in scope.connection.execute(
        statement, execution_options=options
    ):
        text = None if body is None else bytes(body).decode()
        yield ArchivedLiveContract(*(*names, sha, text, revision, created_at, updated_at))
