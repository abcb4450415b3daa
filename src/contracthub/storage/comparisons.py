"""Stored comparisons: what came out for two contents, whoever published them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, tuple_

from contracthub.domain.comparisons import Comparison, ContractKind, finding_fields, finding_from
from contracthub.domain.readers import EventText
from contracthub.storage.event_texts import EventTexts
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_readers import ComparisonRow

comparison = table_of(ComparisonRow)
_pairs: BindParameter[Any] = bindparam("pairs", expanding=True)
_known = select(
    comparison.c.consumer_identity, comparison.c.provider_identity, comparison.c.findings, comparison.c.created_at
).where(
    comparison.c.workspace_id == bindparam("workspace"),
    comparison.c.kind == bindparam("kind"),
    tuple_(comparison.c.consumer_identity, comparison.c.provider_identity).in_(_pairs),
)


class ComparisonRepository:
    """Implements the port ``Comparisons``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def known(self, kind: ContractKind, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Comparison]:
        """Those pairs that have been compared."""
        values = {"workspace": self._scope.workspace_id, "kind": kind.value}
        found = [
            Comparison(kind, row[0], row[1], tuple(map(finding_from, row[2])), row[3])
            for some in chunks(sorted(set(pairs)))
            for row in self._execute(_known, values | {"pairs": some})
        ]
        return {each.pair: each for each in found}

    def remember(self, comparisons: Sequence[Comparison]) -> None:
        """Keep what came out."""
        rows = [
            {
                "kind": each.kind.value,
                "consumer_identity": each.consumer_identity,
                "provider_identity": each.provider_identity,
                "compatible": each.is_compatible,
                "findings": [finding_fields(finding) for finding in each.findings],
                "created_at": each.compared_at,
            }
            # One order for all writers, so that two of them never wait for each other.
            for each in sorted(comparisons, key=lambda one: one.pair)
        ]
        self._scope.insert_missing(comparison, rows)

    def texts(self, shas: Collection[str]) -> Mapping[str, EventText]:
        """Schemas of events by what stands for their content."""
        return EventTexts(self._scope).texts(shas)
