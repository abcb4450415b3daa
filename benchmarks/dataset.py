"""A history of any length, written straight into the tables: what years of builds leave behind.

The services and their integrations stay the same; versions, publications, deployments and results grow. Whatever then
costs more, grows with history.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text

from contracthub.storage.engine import Database
from contracthub.storage.scope import table_of
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContentRow,
    ContractRow,
    DeployedVersionRow,
    EnvironmentRow,
    IntegrationRow,
    LatestVerificationRow,
    LineSuccessRow,
    PacticipantRow,
    PublicationRow,
    VerificationDocumentRow,
    VerificationRow,
    VersionRow,
)

CONSUMERS = 20
PROVIDERS = 20
PROVIDERS_PER_CONSUMER = 10
VERSIONS_PER_CONTRACT = 50
START = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How much history there is; ``results`` is rounded to whole versions."""

    results: int

    @property
    def provider_versions(self) -> int:
        """Of each provider: every one of them verified the heads of all its consumers."""
        return max(2, self.results // (CONSUMERS * PROVIDERS_PER_CONSUMER))

    @property
    def consumer_versions(self) -> int:
        """Of each consumer."""
        return max(2, self.provider_versions // 2)


def consumer_name(index: int) -> str:
    """The name of a consumer."""
    return f"consumer-{index}"


def provider_name(index: int) -> str:
    """The name of a provider."""
    return f"provider-{index}"


def providers_of(consumer: int) -> list[int]:
    """Which providers a consumer needs, by index."""
    return [(consumer + step) % PROVIDERS for step in range(PROVIDERS_PER_CONSUMER)]


class Writer:
    """Writes rows of one table after the other, with keys counted here."""

    def __init__(self, connection: Connection, workspace_id: int, production_id: int, shape: Shape) -> None:
        self._connection, self._workspace_id, self._shape = connection, workspace_id, shape
        self._production_id = production_id

    def write(self) -> None:
        """The whole history."""
        self._rows(PacticipantRow, self._pacticipants())
        self._rows(VersionRow, self._versions())
        self._rows(BranchRow, self._branches())
        self._rows(BranchVersionRow, self._places())
        self._rows(ContentRow, self._contents())
        self._rows(IntegrationRow, self._integrations())
        self._rows(ContractRow, self._contracts())
        self._rows(PublicationRow, self._publications())
        self._rows(DeployedVersionRow, self._deployments())
        self._rows(VerificationRow, self._verifications())
        self._rows(VerificationDocumentRow, self._documents())
        self._rows(LatestVerificationRow, self._latest())
        self._rows(LineSuccessRow, self._lines())

    def _rows(self, model: type[Any], rows: Iterable[Mapping[str, Any]]) -> None:
        table, batch = table_of(model), []
        for row in rows:
            batch.append({"workspace_id": self._workspace_id, **row})
            if len(batch) == BATCH:
                self._connection.execute(table.insert(), batch)
                batch = []
        if batch:
            self._connection.execute(table.insert(), batch)

    # Keys: pacticipants are numbered consumers first; versions are numbered round by round, as builds come in.

    def _provider(self, index: int) -> int:
        return CONSUMERS + index + 1

    def _consumer_version(self, consumer: int, step: int) -> int:
        return step * (CONSUMERS + PROVIDERS) + consumer + 1

    def _provider_version(self, provider: int, step: int) -> int:
        return step * (CONSUMERS + PROVIDERS) + CONSUMERS + provider + 1

    def _contract(self, consumer: int, place: int, generation: int) -> int:
        return (generation * CONSUMERS + consumer) * PROVIDERS_PER_CONSUMER + place + 1

    def _generation(self, step: int) -> int:
        """Which contract was current when a provider's version of that step was built."""
        return min(step // 2, self._shape.consumer_versions - 1) // VERSIONS_PER_CONTRACT

    @property
    def _generations(self) -> int:
        return (self._shape.consumer_versions - 1) // VERSIONS_PER_CONTRACT + 1

    def _pacticipants(self) -> Iterator[dict[str, Any]]:
        names = [consumer_name(each) for each in range(CONSUMERS)] + [provider_name(each) for each in range(PROVIDERS)]
        for key, name in enumerate(names, 1):
            yield {"id": key, "name": name, "display_name": name, "main_branch": "main"} | _moments(0)

    def _versions(self) -> Iterator[dict[str, Any]]:
        for step in range(self._shape.provider_versions):
            for consumer in range(CONSUMERS):
                if step < self._shape.consumer_versions:
                    key = self._consumer_version(consumer, step)
                    yield {"id": key, "pacticipant_id": consumer + 1, "number": f"1.{step}"} | _moments(step)
            for provider in range(PROVIDERS):
                key = self._provider_version(provider, step)
                yield {"id": key, "pacticipant_id": self._provider(provider), "number": f"2.{step}"} | _moments(step)

    def _branches(self) -> Iterator[dict[str, Any]]:
        last_consumer, last_provider = self._shape.consumer_versions - 1, self._shape.provider_versions - 1
        for consumer in range(CONSUMERS):
            head = self._consumer_version(consumer, last_consumer)
            yield self._branch(consumer + 1, head)
        for provider in range(PROVIDERS):
            yield self._branch(self._provider(provider), self._provider_version(provider, last_provider))

    def _branch(self, pacticipant: int, head: int) -> dict[str, Any]:
        row = {"id": pacticipant, "pacticipant_id": pacticipant, "name": "main", "head_version_id": head}
        return row | {"created_at": START}

    def _places(self) -> Iterator[dict[str, Any]]:
        for version in self._versions():
            yield {
                "id": version["id"],
                "branch_id": version["pacticipant_id"],
                "version_id": version["id"],
                "created_at": version["created_at"],
            }

    def _contents(self) -> Iterator[dict[str, Any]]:
        for contract in self._contracts():
            body = b'{"interactions":[{"description":"%d"}]}' % contract["id"]
            sha = f"{contract['id']:064d}"
            yield {"id": contract["id"], "sha": sha, "body": body, "served": body, "created_at": START}

    def _integrations(self) -> Iterator[dict[str, Any]]:
        for consumer in range(CONSUMERS):
            for place, provider in enumerate(providers_of(consumer)):
                key = self._contract(consumer, place, 0)
                pair = {"consumer_id": consumer + 1, "provider_id": self._provider(provider)}
                yield {"id": key, "created_at": START} | pair

    def _contracts(self) -> Iterator[dict[str, Any]]:
        for generation in range(self._generations):
            for consumer in range(CONSUMERS):
                for place, provider in enumerate(providers_of(consumer)):
                    key = self._contract(consumer, place, generation)
                    pair = {"consumer_id": consumer + 1, "provider_id": self._provider(provider)}
                    yield {"id": key, "identity": f"{key:040x}", "kind": "pact", "created_at": START} | pair

    def _publications(self) -> Iterator[dict[str, Any]]:
        key = 0
        for step in range(self._shape.consumer_versions):
            for consumer in range(CONSUMERS):
                for place, provider in enumerate(providers_of(consumer)):
                    key += 1
                    contract = self._contract(consumer, place, step // VERSIONS_PER_CONTRACT)
                    yield {
                        "id": key,
                        "consumer_id": consumer + 1,
                        "version_id": self._consumer_version(consumer, step),
                        "provider_id": self._provider(provider),
                        "contract_id": contract,
                        "content_id": contract,
                        "revision": 1,
                    } | _moments(step)

    def _deployments(self) -> Iterator[dict[str, Any]]:
        """Every second version went to production, and the last one is there."""
        key = 0
        for step in range(1, self._shape.provider_versions, 2):
            for provider in range(PROVIDERS):
                key += 1
                last = step + 2 >= self._shape.provider_versions
                version = self._provider_version(provider, step)
                yield self._deployment(key, self._provider(provider), version, step, last=last)
        for step in range(1, self._shape.consumer_versions, 2):
            for consumer in range(CONSUMERS):
                key += 1
                last = step + 2 >= self._shape.consumer_versions
                yield self._deployment(key, consumer + 1, self._consumer_version(consumer, step), step, last=last)

    def _deployment(self, key: int, pacticipant: int, version: int, step: int, *, last: bool) -> dict[str, Any]:
        return {
            "id": key,
            "uuid": f"{key:032x}",
            "version_id": version,
            "pacticipant_id": pacticipant,
            "environment_id": self._production_id,
            "application_instance": "",
            "created_at": _moment(step),
            "undeployed_at": None if last else _moment(step + 2),
        }

    def _verifications(self) -> Iterator[dict[str, Any]]:
        key = 0
        for step in range(self._shape.provider_versions):
            for consumer in range(CONSUMERS):
                for place, provider in enumerate(providers_of(consumer)):
                    key += 1
                    yield {
                        "id": key,
                        "contract_id": self._contract(consumer, place, self._generation(step)),
                        "consumer_id": consumer + 1,
                        "provider_id": self._provider(provider),
                        "provider_version_id": self._provider_version(provider, step),
                        "success": True,
                        "wip": False,
                        "pending": False,
                        "created_at": _moment(step),
                    }

    def _documents(self) -> Iterator[dict[str, Any]]:
        document = b'{"testResults":[{"interactionId":"1","success":true}],"verifiedBy":{"implementation":"Rust"}}'
        return ({"verification_id": row["id"], "document": document} for row in self._verifications())

    def _latest(self) -> Iterator[dict[str, Any]]:
        for row in self._verifications():
            kept = {key: row[key] for key in ("contract_id", "provider_version_id", "provider_id", "success")}
            yield kept | {"verification_id": row["id"], "verified_at": row["created_at"]}

    def _lines(self) -> Iterator[dict[str, Any]]:
        for contract in self._contracts():
            moments = dict.fromkeys(("first_success_at", "first_selected_success_at", "last_success_at"), START)
            line = {"contract_id": contract["id"], "provider_id": contract["provider_id"], "kind": "branch"}
            yield line | moments | {"name": "main"}


def _moment(step: int) -> datetime:
    return START + timedelta(minutes=step)


def _moments(step: int) -> dict[str, datetime]:
    return {"created_at": _moment(step), "updated_at": _moment(step)}


def seed(database: Database, shape: Shape) -> None:
    """Write the history of that shape into a migrated, empty database, and let the database look at it."""
    environment = table_of(EnvironmentRow)
    with database.writing() as connection:
        production = select(environment.c.id, environment.c.workspace_id).where(environment.c.name == "production")
        key, workspace = connection.execute(production).one()
        Writer(connection, workspace, key, shape).write()
        if not database.is_sqlite:
            _move_sequences(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _move_sequences(connection: Connection) -> None:
    for model in (PacticipantRow, VersionRow, BranchRow, BranchVersionRow, ContentRow, IntegrationRow, ContractRow,
                  PublicationRow, DeployedVersionRow, VerificationRow):  # fmt: skip
        name = table_of(model).name
        statement = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
        connection.execute(text(statement))
