"""Stored contracts: contents once per sha, contracts once per identity, one publication per version and provider."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Select

from contracthub.domain.contracts import (
    ALL_VERSIONS,
    Content,
    NewContract,
    Publication,
    ServedContract,
    StoredContract,
    VersionSet,
    VersionSetKind,
)
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.storage import contract_statements as statements
from contracthub.storage.scope import Scope, chunks

MOST_NAMED_VERSIONS = 500
_WITH, _WITHOUT = statements.documents, statements.publications
T = TypeVar("T")


class ContractRepository:
    """Implements the port ``Contracts``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._dialect = scope.connection.dialect.name
        self._execute = scope.connection.execute

    def of_version(self, consumer_id: int, number: str) -> Mapping[str, Publication]:
        """What a consumer version has published, by name of the provider."""
        rows = self._execute(statements.of_version, {"consumer_id": consumer_id, "number": number})
        return {found.provider_name: found for found in (Publication(*row) for row in rows)}

    def store(
        self,
        version: Version,
        consumer: Pacticipant,
        contracts: Sequence[tuple[Pacticipant, NewContract]],
        *,
        now: datetime,
    ) -> Sequence[StoredContract]:
        """Publish a contract with each provider; what is published already stays as it is."""
        contents = self._ensured_contents([contract.content for _, contract in contracts], now)
        # One order for all writers, so that two of them never wait for each other.
        stored = {
            provider.id: self._store(version, consumer, provider, contract, contents[contract.content.sha], now)
            for provider, contract in sorted(contracts, key=lambda each: each[0].name)
        }
        return [stored[provider.id] for provider, _ in contracts]

    def replace(self, publication: Publication, contract: NewContract, *, now: datetime) -> Publication | None:
        """Give a publication another contract, unless others changed it meanwhile."""
        contents = self._ensured_contents([contract.content], now)
        pair = {"consumer_id": publication.consumer_id, "provider_id": publication.provider_id}
        content_id = contents[contract.content.sha]
        values = {
            "key": publication.id,
            "seen": publication.revision,
            "new_contract_id": self._known_contract(pair, contract, content_id, now)[0],
            "new_content_id": content_id,
            "moment": now,
        }
        if self._execute(statements.replace_contract, values).rowcount == 0:
            return None
        return Publication(*self._execute(statements.by_id, {"key": publication.id}).one())

    def body(self, publication_id: int) -> bytes:
        """The exact bytes that were published."""
        return bytes(self._execute(statements.body_of, {"key": publication_id}).scalar_one())

    def previous_identity(self, publication: Publication, among: VersionSet) -> str | None:
        """The identity of the newest older contract of the pair in that set."""
        values = {
            "consumer_id": publication.consumer_id,
            "provider_id": publication.provider_id,
            "version_id": publication.version_id,
        }
        found: str | None = self._execute(statements.previous[among.kind], values | _name_of(among)).scalar()
        return found

    def find(self, consumer: str, provider: str, number: str) -> ServedContract | None:
        """The contract of a consumer version."""
        return _first(self._documents(_WITH.by_version, consumer, provider, number=number))

    def latest(self, consumer: str, provider: str, among: VersionSet) -> ServedContract | None:
        """The newest contract of a pair in a set of versions."""
        return _first(self._documents(_WITH.latest[among.kind], consumer, provider, **_name_of(among)))

    def previous_distinct(self, consumer: str, provider: str, number: str) -> ServedContract | None:
        """The newest contract of the pair that is older than the version's and differs from it."""
        return _first(self._documents(_WITH.previous_distinct, consumer, provider, number=number))

    def by_identity(
        self, consumer: str, provider: str, identity: str, numbers: Collection[str] = ()
    ) -> Sequence[ServedContract]:
        """The contract of that identity with the consumer versions named, newest first; only the newest if none is."""
        some = list(islice(numbers, MOST_NAMED_VERSIONS))
        values = {"consumer": consumer, "provider": provider, "identity": identity}
        named = self._documents(_WITH.by_identity_and_numbers, **values, numbers=some) if some else []
        return named or self._documents(_WITH.newest_by_identity, **values)

    def find_publication(self, consumer: str, provider: str, number: str) -> Publication | None:
        """The publication of a consumer version."""
        return _first(self._publications(_WITHOUT.by_version, consumer, provider, number=number))

    def latest_publication(self, consumer: str, provider: str, among: VersionSet) -> Publication | None:
        """The newest publication of a pair in a set of versions."""
        return _first(self._publications(_WITHOUT.latest[among.kind], consumer, provider, **_name_of(among)))

    def publications_by_identity(
        self, consumer: str, provider: str, identity: str, numbers: Collection[str] = ()
    ) -> Sequence[Publication]:
        """The publications of that identity by the consumer versions named, newest first; only the newest if none."""
        some = list(islice(numbers, MOST_NAMED_VERSIONS))
        values = {"consumer": consumer, "provider": provider, "identity": identity}
        named = self._publications(_WITHOUT.by_identity_and_numbers, **values, numbers=some) if some else []
        return named or self._publications(_WITHOUT.newest_by_identity, **values)

    def of_pair(self, consumer_id: int, provider_id: int, among: VersionSet = ALL_VERSIONS) -> Sequence[Publication]:
        """Publications of a pair in a set of versions, newest first."""
        pair = {"consumer_id": consumer_id, "provider_id": provider_id}
        rows = self._execute(statements.of_pair[among.kind], pair | _name_of(among))
        return [Publication(*row) for row in rows]

    def documents(self, contract_ids: Collection[int]) -> Mapping[int, bytes]:
        """The newest document of each of those contracts as it is served."""
        return {
            row.id: bytes(row.served)
            for some in chunks(contract_ids)
            for row in self._execute(statements.served_of, {"keys": some})
        }

    def of_provider(self, provider_id: int, among: VersionSet) -> Sequence[Publication]:
        """Publications with a provider in a set of each consumer, by consumer, newest first."""
        rows = self._execute(statements.of_provider[among.kind], {"provider_id": provider_id} | _name_of(among))
        return [Publication(*row) for row in rows]

    def latest_of_provider(self, provider_id: int, among: VersionSet) -> Sequence[Publication]:
        """The newest of each consumer in a set, by consumer."""
        rows = self._execute(statements.latest_of_provider[among.kind], {"provider_id": provider_id} | _name_of(among))
        return [Publication(*row) for row in rows]

    def latest_of_pairs(self) -> Sequence[Publication]:
        """The newest of each pair, by consumer and provider."""
        rows = self._execute(statements.latest_of_pairs, {"workspace": self._scope.workspace_id})
        return [Publication(*row) for row in rows]

    def _store(
        self,
        version: Version,
        consumer: Pacticipant,
        provider: Pacticipant,
        contract: NewContract,
        content_id: int,
        now: datetime,
    ) -> StoredContract:
        pair = {"consumer_id": consumer.id, "provider_id": provider.id}
        contract_id, identity, is_new = self._known_contract(pair, contract, content_id, now)
        if is_new:
            # After the contract, which holds the consumer's row: a removal that is under way may take the one that is
            # there along.
            self._inserted(statements.insert_integration, pair | {"created_at": now})
        slot = {"version_id": version.id, "provider_id": provider.id}
        row = pair | slot | {"contract_id": contract_id, "content_id": content_id, "revision": 1}
        key = self._inserted(statements.insert_publication, row | {"created_at": now, "updated_at": now})
        if key is None:
            there = Publication(*self._execute(statements.by_slot, slot).one())
            return StoredContract(there, created=False)
        new = Publication(
            key,
            contract_id,
            consumer.id,
            consumer.name,
            version.id,
            version.number,
            provider.id,
            provider.name,
            identity,
            contract.content.sha,
            1,
            now,
            now,
        )
        return StoredContract(new, created=True)

    def _known_contract(
        self, pair: Mapping[str, int], contract: NewContract, content_id: int, now: datetime
    ) -> tuple[int, str, bool]:
        """The key and the identity of a contract, and whether it is new.

        What was told apart by a rule that tells apart no less stays the contract that it was: evidence outlives a
        change of the rule, and a move from another broker.
        """
        identities = (*(contract.stricter or ()), contract.identity)
        rows = self._execute(statements.contracts_of_identities, {**pair, "identities": identities})
        there = {row.identity: row.id for row in rows}
        for identity in identities:
            if identity in there:
                return there[identity], identity, False
        if contract.stricter is not None:
            rules = {"rules": [rule.value for rule in contract.rule.as_strict_or_stricter]}
            was = self._execute(statements.contract_of_content, {**pair, "content_id": content_id, **rules}).first()
            if was is not None:
                return was.id, was.identity, False
        values = {**pair, "identity": contract.identity}
        key = self._inserted(statements.insert_contract, values | {"kind": contract.kind, "created_at": now})
        if key is None:
            return int(self._execute(statements.contract_id, values).scalar_one()), contract.identity, True
        row = {"contract_id": key, "content_id": content_id, "rule": contract.rule.value}
        self._execute(statements.insert_contract_identity, {"workspace_id": self._scope.workspace_id, **row})
        return key, contract.identity, True

    def _ensured_contents(self, contents: Collection[Content], now: datetime) -> dict[str, int]:
        missing = {content.sha: content for content in contents}
        found = self._content_ids(missing)
        # Sorted: see above.
        for sha in sorted(missing.keys() - found.keys()):
            content = missing[sha]
            row = {"sha": sha, "body": content.body, "served": content.served, "created_at": now}
            key = self._inserted(statements.insert_content, row)
            found[sha] = key if key is not None else self._content_ids([sha])[sha]
        return found

    def _content_ids(self, shas: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in chunks(shas):
            rows = self._execute(statements.content_ids, {"workspace": self._scope.workspace_id, "shas": some})
            found |= {row.sha: row.id for row in rows}
        return found

    def _inserted(self, statement: Mapping[str, Any], row: Mapping[str, Any]) -> int | None:
        key: int | None = self._execute(
            statement[self._dialect], {"workspace_id": self._scope.workspace_id, **row}
        ).scalar()
        return key

    def _publications(self, statement: Select[Any], consumer: str, provider: str, **values: Any) -> list[Publication]:
        return [Publication(*row) for row in self._rows(statement, consumer, provider, values)]

    def _documents(self, statement: Select[Any], consumer: str, provider: str, **values: Any) -> list[ServedContract]:
        rows = self._rows(statement, consumer, provider, values)
        return [ServedContract(Publication(*row[:-1]), bytes(row[-1])) for row in rows]

    def _rows(self, statement: Select[Any], consumer: str, provider: str, values: Mapping[str, Any]) -> Iterable[Any]:
        pair = {"workspace": self._scope.workspace_id, "consumer": consumer, "provider": provider}
        return self._execute(statement, {**pair, **values})


def _first(found: Sequence[T]) -> T | None:
    return found[0] if found else None


def _name_of(among: VersionSet) -> dict[str, str]:
    return {"among": among.name} if among.kind in {VersionSetKind.TAG, VersionSetKind.BRANCH} else {}
