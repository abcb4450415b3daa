"""A history of publications and successes, written straight into the tables: what selectors look at."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import SQLModel

from contracthub.storage.engine import Database
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.selection import SelectionRepository
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContentRow,
    ContractRow,
    DeployedVersionRow,
    EnvironmentRow,
    IntegrationRow,
    LineSuccessRow,
    PacticipantRow,
    PublicationRow,
    ReleasedVersionRow,
    TagRow,
    VerificationRow,
    VersionRow,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon of a day after the start."""
    return START + timedelta(days=number, hours=12)


class History:
    """Each call is one day, unless ``on`` names another. The provider is called Bar."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._uuids = map(str, itertools.count())
        self._days = itertools.count()
        with self._scope() as scope:
            self.provider = self._ensure(scope, PacticipantRow, {"name": "Bar"}, display_name="Bar")

    def consumer(self, name: str, *, main_branch: str | None = None) -> None:
        with self._scope() as scope:
            key = self._ensure(scope, PacticipantRow, {"name": name}, display_name=name, main_branch=main_branch)
            pair = {"consumer_id": key, "provider_id": self.provider}
            self._ensure(scope, IntegrationRow, pair)

    def version(self, pacticipant: str, number: str, *, branch: str | None = None, tags: tuple[str, ...] = ()) -> int:
        with self._scope() as scope:
            owner = self._ensure(scope, PacticipantRow, {"name": pacticipant}, display_name=pacticipant)
            mine = {"pacticipant_id": owner}
            key = self._ensure(scope, VersionRow, mine | {"number": number})
            if branch is not None:
                on = self._ensure(scope, BranchRow, mine | {"name": branch})
                self._ensure(scope, BranchVersionRow, {"branch_id": on, "version_id": key})
                rows = table_of(BranchRow)
                scope.connection.execute(rows.update().where(rows.c.id == on).values(head_version_id=key))
            for tag in tags:
                self._ensure(scope, TagRow, {"version_id": key, "name": tag}, **mine)
            return key

    def publish(
        self,
        consumer: str,
        number: str,
        content: str = "content",
        *,
        branch: str | None = None,
        tags: tuple[str, ...] = (),
        provider: str = "Bar",
    ) -> int:
        """Publish a content for a version, and say which contract that is."""
        self.consumer(consumer)
        version = self.version(consumer, number, branch=branch, tags=tags)
        with self._scope() as scope:
            pair = {
                "consumer_id": self._ensure(scope, PacticipantRow, {"name": consumer}),
                "provider_id": self._ensure(scope, PacticipantRow, {"name": provider}, display_name=provider),
            }
            document = self._ensure(scope, ContentRow, {"sha": content}, body=b"{}", served=b"{}")
            contract = self._ensure(scope, ContractRow, pair | {"identity": content}, kind="pact")
            place = {"version_id": version, "provider_id": pair["provider_id"]}
            rest = {"consumer_id": pair["consumer_id"], "contract_id": contract, "content_id": document, "revision": 1}
            self._ensure(scope, PublicationRow, place, **rest)
            return contract

    def environment(self, name: str, *, production: bool = False) -> int:
        with self._scope() as scope:
            facts = {"uuid": next(self._uuids), "display_name": name, "production": production}
            return self._ensure(scope, EnvironmentRow, {"name": name}, **facts)

    def deploy(self, consumer: str, number: str, environment: str, instance: str = "", *, ended: bool = False) -> None:
        end = {"undeployed_at": self._now if ended else None, "application_instance": instance}
        self._live(DeployedVersionRow, consumer, number, environment, end)

    def release(self, consumer: str, number: str, environment: str, *, ended: bool = False) -> None:
        self._live(
            ReleasedVersionRow, consumer, number, environment, {"support_ended_at": self._now if ended else None}
        )

    def succeed(
        self, contract: int, kind: str, name: str, *, on: int, selected: int | None = None, last: int | None = None
    ) -> None:
        """A line of the provider first verified a contract on a day, as a selected one on the day ``selected``."""
        with self._scope() as scope:
            moments = {
                "first_success_at": day(on),
                "first_selected_success_at": None if selected is None else day(selected),
                "last_success_at": day(on if last is None else last),
            }
            line = {"contract_id": contract, "kind": kind, "name": name, "provider_id": self.provider}
            scope.connection.execute(
                table_of(LineSuccessRow).insert(), {"workspace_id": scope.workspace_id, **line, **moments}
            )

    def verify(self, contract: int, consumer: str, provider_version: str, *, success: bool) -> None:
        key = self.version("Bar", provider_version)
        with self._scope() as scope:
            owner = self._ensure(scope, PacticipantRow, {"name": consumer})
            who = {"contract_id": contract, "consumer_id": owner, "provider_id": self.provider}
            facts = {"provider_version_id": key, "success": success, "wip": False, "pending": False}
            scope.insert(table_of(VerificationRow), {**who, **facts, "created_at": self._now})

    @contextmanager
    def selection(self) -> Iterator[SelectionRepository]:
        with self.database.reading() as connection:
            yield SelectionRepository(Scope(connection, 1))

    @property
    def today(self) -> int:
        """The number of the latest day."""
        return (self._now - START).days

    def _live(
        self, model: type[SQLModel], consumer: str, number: str, environment: str, facts: Mapping[str, object]
    ) -> None:
        version, place = self.version(consumer, number), self.environment(environment)
        with self._scope() as scope:
            owner = self._ensure(scope, PacticipantRow, {"name": consumer})
            where = {"version_id": version, "pacticipant_id": owner, "environment_id": place}
            row = {**where, "uuid": next(self._uuids), "created_at": self._now, **facts}
            scope.insert(table_of(model), row)

    @contextmanager
    def _scope(self) -> Iterator[Scope]:
        self._now = day(next(self._days))
        with self.database.writing() as connection:
            yield Scope(connection, 1)

    def _ensure(self, scope: Scope, model: type[SQLModel], key: Mapping[str, object], **facts: object) -> int:
        table = table_of(model)
        found = scope.connection.execute(
            select(table.c.id).where(*(table.c[name] == value for name, value in key.items()))
        ).scalar()
        if found is not None:
            values = {name: value for name, value in facts.items() if value is not None and name == "main_branch"}
            if values:
                scope.connection.execute(table.update().where(table.c.id == found).values(**values))
            return int(found)
        moments = {name: self._now for name in ("created_at", "updated_at") if name in table.c}
        return scope.insert(table, {**moments, **key, **facts})
