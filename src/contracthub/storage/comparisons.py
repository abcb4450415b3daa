"""Stored comparisons: what came out for two contents, whoever published them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, tuple_

from contracthub.domain.comparisons import Comparison, ContractKind, finding_fields, finding_from
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.domain.readers import EventText
from contracthub.formats.comparisons.offered import offer_identity
from contracthub.storage.document_bytes import provider_contract
from contracthub.storage.event_texts import EventTexts
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_readers import ComparisonRow

comparison = table_of(ComparisonRow)
_pairs: BindParameter[Any] = bindparam("pairs", expanding=True)
_mine = (
    comparison.c.workspace_id == bindparam("workspace"),
    comparison.c.kind == bindparam("kind"),
    tuple_(comparison.c.consumer_identity, comparison.c.provider_identity).in_(_pairs),
)
_known = select(
    comparison.c.consumer_identity, comparison.c.provider_identity, comparison.c.findings, comparison.c.created_at
).where(*_mine, comparison.c.engine == bindparam("engine"))
_outdated = (
    select(comparison.c.id)
    .where(*_mine, comparison.c.engine != bindparam("engine"))
    # One order for all writers, so that two of them never wait for each other.
    .order_by(comparison.c.consumer_identity, comparison.c.provider_identity)
    .with_for_update()
)
_without = comparison.delete().where(comparison.c.id.in_(bindparam("ids", expanding=True)))


_ON_PAPER = tuple(sorted(each.value for each in (ContractKind.PACT, ContractKind.CONVERSATION)))
_it = provider_contract.c
_documents_beside = (
    select(_it.version_id, _it.format, _it.subject, _it.topic, _it.identity)
    .where(_it.version_id.in_(bindparam("ids", expanding=True)))
    .order_by(_it.version_id, _it.id)
)


def forget(scope: Scope, *, consumers: Collection[str] = (), offers: Collection[str] = ()) -> None:
    """Remove what came out for contents or offers that are gone, when all else is done.

    If others have the same, it is compared again.
    """
    if consumers or offers:
        scope.at_end.append(lambda: forget_now(scope, consumers=consumers, offers=offers))


def offers_of_versions(scope: Scope, version_ids: Collection[int]) -> Collection[str]:
    """What stands for all documents of each of those versions together."""
    documents: dict[int, list[tuple[ContractFormat, str | None, str | None, str]]] = {}
    for some in chunks(sorted(set(version_ids))):
        for key, of_format, *rest in scope.connection.execute(_documents_beside, {"ids": some}):
            subject, topic, identity = rest
            documents.setdefault(key, []).append((ContractFormat(of_format), subject, topic, identity))
    return sorted({offer_identity(found) for found in documents.values()})


def forget_now(scope: Scope, *, consumers: Collection[str] = (), offers: Collection[str] = ()) -> None:
    """The same, where all else is done already."""
    columns = ((comparison.c.consumer_identity, consumers), (comparison.c.provider_identity, offers))
    for column, identities in columns:
        for some in chunks(sorted(set(identities))):
            mine = (comparison.c.workspace_id == scope.workspace_id, comparison.c.kind.in_(_ON_PAPER), column.in_(some))
            # Without waiting: whoever has locked one replaces or removes it himself.
            found = scope.connection.execute(select(comparison.c.id).where(*mine).with_for_update(skip_locked=True))
            for few in chunks(found.scalars().all()):
                scope.connection.execute(_without, {"ids": few})


class ComparisonRepository:
    """Implements the port ``Comparisons``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def known(
        self, kind: ContractKind, pairs: Collection[tuple[str, str]], *, engine: str
    ) -> Mapping[tuple[str, str], Comparison]:
        """Those pairs that have been compared by those rules."""
        values = {"workspace": self._scope.workspace_id, "kind": kind.value, "engine": engine}
        found = [
            Comparison(kind, row[0], row[1], tuple(map(finding_from, row[2])), row[3])
            for some in chunks(sorted(set(pairs)))
            for row in self._execute(_known, values | {"pairs": some})
        ]
        return {each.pair: each for each in found}

    def remember(self, comparisons: Sequence[Comparison], *, engine: str) -> None:
        """Keep what came out, in the place of what came out by other rules."""
        later = self._scope.afterwards
        if later is not None:
            later.append(lambda scope: ComparisonRepository(scope).remember(comparisons, engine=engine))
            return
        self._forget_outdated(comparisons, engine)
        rows = [
            {
                "kind": each.kind.value,
                "consumer_identity": each.consumer_identity,
                "provider_identity": each.provider_identity,
                "compatible": each.is_compatible,
                "findings": [finding_fields(finding) for finding in each.findings],
                "created_at": each.compared_at,
                "engine": engine,
            }
            # One order for all writers, so that two of them never wait for each other.
            for each in sorted(comparisons, key=lambda one: one.pair)
        ]
        self._scope.insert_missing(comparison, rows)

    def _forget_outdated(self, comparisons: Sequence[Comparison], engine: str) -> None:
        by_kind: dict[ContractKind, list[tuple[str, str]]] = {}
        for each in comparisons:
            by_kind.setdefault(each.kind, []).append(each.pair)
        for kind in sorted(by_kind):
            for some in chunks(sorted(set(by_kind[kind]))):
                values = {"workspace": self._scope.workspace_id, "kind": kind.value, "engine": engine, "pairs": some}
                if outdated := self._execute(_outdated, values).scalars().all():
                    self._execute(_without, {"ids": list(outdated)})

    def texts(self, shas: Collection[str]) -> Mapping[str, EventText]:
        """Schemas of events by what stands for their content."""
        return EventTexts(self._scope).texts(shas)
