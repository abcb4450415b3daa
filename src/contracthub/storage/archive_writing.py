"""Writes a history in bulk. Every statement serves a whole batch of records, or is bound to one row by an index."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, exists, select

from contracthub.domain.archive import ArchivedEnvironment, ArchivedPacticipant, ArchivedVersion, ArchiveRecord
from contracthub.domain.names import display_name_of
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.services.ports.archive import NewStay, Owned, PublishedHere, Result, Slot, StoredBranch, StoredStay
from contracthub.storage.archive_reading import all_records
from contracthub.storage.contract_statements import (
    branch,
    branch_version,
    content,
    contract,
    publication,
    tag,
    verification,
)
from contracthub.storage.environments import deployed, environment, released
from contracthub.storage.evidence import latest
from contracthub.storage.live_contracts import live_publication
from contracthub.storage.pacticipants import (
    PACTICIPANT_COLUMNS,
    VERSION_COLUMNS,
    label,
    pacticipant,
    pacticipant_from_row,
    version,
)
from contracthub.storage.scope import Scope, chunks

_DEPLOYED = (deployed.c.uuid, deployed.c.version_id, deployed.c.created_at, deployed.c.undeployed_at)
_RELEASED = (released.c.uuid, released.c.version_id, released.c.created_at, released.c.support_ended_at)
_UUIDS = {
    "environment": environment.c.uuid,
    "deployedVersion": deployed.c.uuid,
    "releasedVersion": released.c.uuid,
}


class ArchiveRepository:
    """Implements the port ``Archive``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def records(self) -> Iterator[ArchiveRecord]:
        """Everything, in order."""
        return all_records(self._scope)

    def pacticipants(self, names: Collection[str]) -> Mapping[str, Pacticipant]:
        """Those that there are."""
        mine = select(*PACTICIPANT_COLUMNS).where(pacticipant.c.workspace_id == self._scope.workspace_id)
        rows = (self._execute(mine.where(pacticipant.c.name.in_(some))) for some in chunks(names))
        return {found.name: found for some in rows for found in map(pacticipant_from_row, some)}

    def add_pacticipants(self, records: Sequence[ArchivedPacticipant]) -> None:
        """Create them, without labels."""
        rows = [{"name": record.name, **_fields_of_pacticipant(record)} for record in records]
        self._insert(pacticipant, [row | {"created_at": it.created_at} for row, it in zip(rows, records, strict=True)])

    def overwrite_pacticipant(self, existing: Pacticipant, record: ArchivedPacticipant) -> None:
        """Give it the record's fields."""
        changed = pacticipant.update().where(pacticipant.c.id == existing.id)
        self._execute(changed.values(**_fields_of_pacticipant(record)))

    def add_labels(self, labels: Sequence[tuple[int, str, datetime]]) -> int:
        """Label pacticipants."""
        names = ("pacticipant_id", "name", "created_at")
        return self._scope.insert_missing(label, [dict(zip(names, each, strict=True)) for each in labels])

    def add_environment(self, record: ArchivedEnvironment, uuid: str) -> None:
        """Create it."""
        self._insert(environment, [{"name": record.name, **_fields_of_environment(record, uuid)}])

    def overwrite_environment(self, environment_id: int, record: ArchivedEnvironment, uuid: str) -> None:
        """Give it the record's fields, and that uuid."""
        changed = environment.update().where(environment.c.id == environment_id)
        self._execute(changed.values(**_fields_of_environment(record, uuid)))

    def is_environment_in_use(self, environment_id: int) -> bool:
        """Whether anything was ever deployed to it or released in it."""
        asked = (select(home.c.id).where(home.c.environment_id == environment_id).limit(1) for home in _HOMES)
        return any(self._execute(each).first() for each in asked)

    def versions(self, wanted: Collection[Owned]) -> Mapping[Owned, Version]:
        """Those that there are."""
        rows = self._owned(VERSION_COLUMNS, version.c.pacticipant_id, version.c.number, wanted)
        return {(found.pacticipant_id, found.number): found for found in (Version(*row) for row in rows)}

    def add_versions(self, versions: Sequence[tuple[int, ArchivedVersion]]) -> None:
        """Create them in that order."""
        self._insert(
            version,
            [
                {
                    "pacticipant_id": owner,
                    "number": record.number,
                    "build_url": record.build_url,
                    "created_at": record.created_at,
                    "updated_at": record.updated_at or record.created_at,
                }
                for owner, record in versions
            ],
        )

    def set_build_url(self, existing: Version, build_url: str | None, updated_at: datetime) -> None:
        """Overwrite the address of its build."""
        changed = version.update().where(version.c.id == existing.id)
        self._execute(changed.values(build_url=build_url, updated_at=updated_at))

    def branches(self, wanted: Collection[Owned]) -> Mapping[Owned, StoredBranch]:
        """Those that there are."""
        joined = branch.outerjoin(
            branch_version,
            (branch_version.c.branch_id == branch.c.id) & (branch_version.c.version_id == branch.c.head_version_id),
        )
        head = (branch.c.id, branch.c.created_at, branch.c.head_version_id, branch_version.c.created_at)
        columns = (branch.c.pacticipant_id, branch.c.name, *head)
        rows = self._owned(columns, branch.c.pacticipant_id, branch.c.name, wanted, joined)
        return {(row[0], row[1]): StoredBranch(*row[2:]) for row in rows}

    def add_branches(self, branches: Sequence[tuple[int, str, datetime]]) -> None:
        """Create them, without a head."""
        names = ("pacticipant_id", "name", "created_at")
        self._insert(branch, [dict(zip(names, each, strict=True)) for each in branches])

    def date_branch(self, branch_id: int, created_at: datetime) -> None:
        """Say since when there is a branch."""
        self._execute(branch.update().where(branch.c.id == branch_id).values(created_at=created_at))

    def set_head(self, branch_id: int, version_id: int) -> None:
        """Make a version the head of a branch."""
        self._execute(branch.update().where(branch.c.id == branch_id).values(head_version_id=version_id))

    def places(self, version_ids: Collection[int]) -> Collection[tuple[int, int]]:
        """The branches of versions."""
        asked = select(branch_version.c.branch_id, branch_version.c.version_id)
        return {(row[0], row[1]) for row in self._in(asked, branch_version.c.version_id, version_ids)}

    def add_places(self, places: Sequence[tuple[int, int, datetime]]) -> None:
        """Put versions on branches, in that order."""
        names = ("branch_id", "version_id", "created_at")
        self._insert(branch_version, [dict(zip(names, each, strict=True)) for each in places])

    def tags(self, version_ids: Collection[int]) -> Collection[tuple[int, str]]:
        """The tags of versions."""
        return {
            (row[0], row[1]) for row in self._in(select(tag.c.version_id, tag.c.name), tag.c.version_id, version_ids)
        }

    def add_tags(self, tags: Sequence[tuple[Version, str, datetime]]) -> None:
        """Tag versions."""
        self._insert(
            tag,
            [
                {"pacticipant_id": it.pacticipant_id, "version_id": it.id, "name": name, "created_at": at}
                for it, name, at in tags
            ],
        )

    def content(self, sha: str) -> bytes | None:
        """The document of that sha."""
        mine = (content.c.workspace_id == self._scope.workspace_id, content.c.sha == sha)
        body = self._execute(select(content.c.body).where(*mine)).scalar()
        return None if body is None else bytes(body)

    def contracts(self, version_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
        """The contracts that consumer versions publish."""
        asked = select(publication.c.version_id, publication.c.provider_id, publication.c.contract_id)
        return {(row[0], row[1]): row[2] for row in self._in(asked, publication.c.version_id, version_ids)}

    def live_contracts(self, version_ids: Collection[int]) -> Mapping[tuple[int, int, str, str], int]:
        """The live contracts that consumer versions publish."""
        it = live_publication.c
        asked = select(it.version_id, it.provider_id, it.kind, it.name, it.contract_id)
        return {(row[0], row[1], row[2], row[3]): row[4] for row in self._in(asked, it.version_id, version_ids)}

    def has_publications(self) -> bool:
        """Whether any contract is published."""
        mine = publication.c.workspace_id == self._scope.workspace_id
        return self._execute(select(publication.c.id).where(mine).limit(1)).first() is not None

    def published(self, version_ids: Collection[int]) -> Mapping[tuple[int, int], PublishedHere]:
        """What consumer versions publish."""
        joined = publication.join(contract, contract.c.id == publication.c.contract_id)
        columns = (publication.c.version_id, publication.c.provider_id, contract.c.identity, content.c.sha)
        asked = select(*columns).select_from(joined.join(content, content.c.id == publication.c.content_id))
        rows = self._in(asked, publication.c.version_id, version_ids)
        return {(row[0], row[1]): PublishedHere(row[2], row[3]) for row in rows}

    def set_revision(self, publication_id: int, revision: int, updated_at: datetime) -> None:
        """Say how often a publication was changed, and when last."""
        changed = publication.update().where(publication.c.id == publication_id)
        self._execute(changed.values(revision=revision, updated_at=updated_at))

    def set_live_revision(self, live_contract_id: int, revision: int, updated_at: datetime) -> None:
        """Say how often a live contract was changed, and when last."""
        changed = live_publication.update().where(live_publication.c.id == live_contract_id)
        self._execute(changed.values(revision=revision, updated_at=updated_at))

    def results_like(self, wanted: Collection[Result]) -> Counter[Result]:
        """How many results there are of each kind."""
        if not wanted:
            return Counter()
        columns = (
            verification.c.contract_id,
            verification.c.provider_version_id,
            verification.c.created_at,
            verification.c.success,
        )
        first, last = min(at for _, _, at, _ in wanted), max(at for _, _, at, _ in wanted)
        asked = select(*columns).where(verification.c.created_at.between(first, last))
        keys = {version_id for _, version_id, _, _ in wanted}
        rows = self._in(asked, verification.c.provider_version_id, keys)
        return Counter((row[0], row[1], row[2], bool(row[3])) for row in rows)

    def newest_results(
        self, contract_ids: Collection[int], version_ids: Collection[int]
    ) -> Mapping[tuple[int, int], datetime]:
        """When the newest result was recorded."""
        asked = select(latest.c.contract_id, latest.c.provider_version_id, latest.c.verified_at)
        found: dict[tuple[int, int], datetime] = {}
        for some in chunks(contract_ids):
            rows = self._in(asked.where(latest.c.contract_id.in_(some)), latest.c.provider_version_id, version_ids)
            found |= {(row[0], row[1]): row[2] for row in rows}
        return found

    def stay(self, uuid: str, *, released: bool) -> StoredStay | None:
        """The deployment, or the release, of that uuid."""
        home, columns = _home(released=released)
        mine = (home.c.workspace_id == self._scope.workspace_id, home.c.uuid == uuid)
        row = self._execute(select(*columns).where(*mine)).first()
        return StoredStay(*row) if row else None

    def stays(self, version_id: int, environment_id: int, instance: str | None) -> Sequence[StoredStay]:
        """The deployments of a version to a slot, or its releases."""
        home, columns = _home(released=instance is None)
        there = [home.c.version_id == version_id, home.c.environment_id == environment_id]
        if instance is not None:
            there.append(deployed.c.application_instance == instance)
        return [StoredStay(*row) for row in self._execute(select(*columns).where(*there).order_by(home.c.id))]

    def occupant(self, slot: Slot) -> StoredStay | None:
        """What is deployed in a slot now."""
        columns = (deployed.c.environment_id, deployed.c.pacticipant_id, deployed.c.application_instance)
        there = [column == value for column, value in zip(columns, slot, strict=True)]
        row = self._execute(select(*_DEPLOYED).where(*there, deployed.c.undeployed_at.is_(None))).first()
        return StoredStay(*row) if row else None

    def is_uuid_free(self, uuid: str, kind: str) -> bool:
        """Whether nothing of that kind has the uuid, in any workspace."""
        return not self._execute(select(exists().where(_UUIDS[kind] == uuid))).scalar()

    def rename_environment(self, environment_id: int, name: str) -> None:
        """Give it another name."""
        self._execute(environment.update().where(environment.c.id == environment_id).values(name=name))

    def add_stay(self, stay: NewStay) -> None:
        """Record it."""
        row = {
            "uuid": stay.uuid,
            "version_id": stay.version.id,
            "pacticipant_id": stay.version.pacticipant_id,
            "environment_id": stay.environment_id,
            "created_at": stay.created_at,
        }
        if stay.instance is None:
            self._insert(released, [row | {"support_ended_at": stay.ended_at}])
        else:
            place = {"application_instance": stay.instance, "undeployed_at": stay.ended_at}
            self._insert(deployed, [row | place])

    def end_stay(self, uuid: str, at: datetime, *, released: bool) -> None:
        """End a deployment or the support of a release."""
        home, columns = _home(released=released)
        mine = (home.c.workspace_id == self._scope.workspace_id, home.c.uuid == uuid)
        self._execute(home.update().where(*mine).values({columns[-1].name: at}))

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            mine = {"workspace_id": self._scope.workspace_id}
            # As a list, rows go in one after the other, and the order of their keys is that of the list.
            self._execute(table.insert().inline(), [mine | dict(row) for row in rows])

    def _owned(
        self, columns: Sequence[Any], owner: Any, name: Any, wanted: Iterable[Owned], source: Any = None
    ) -> Iterator[Any]:
        by_owner: dict[int, list[str]] = {}
        for key, each in wanted:
            by_owner.setdefault(key, []).append(each)
        asked = select(*columns) if source is None else select(*columns).select_from(source)
        for key, names in by_owner.items():
            yield from self._in(asked.where(owner == key), name, names)

    def _in(self, statement: Any, column: Any, values: Iterable[Any]) -> Iterator[Any]:
        for some in chunks(values):
            yield from self._execute(statement.where(column.in_(some)))


_HOMES = (deployed, released)


def _home(*, released: bool) -> tuple[Table, tuple[Any, ...]]:
    return (_HOMES[1], _RELEASED) if released else (_HOMES[0], _DEPLOYED)


def _fields_of_pacticipant(record: ArchivedPacticipant) -> dict[str, Any]:
    return {
        "display_name": record.display_name or display_name_of(record.name),
        "main_branch": record.main_branch,
        "repository_url": record.repository_url,
        "repository_name": record.repository_name,
        "repository_namespace": record.repository_namespace,
        "updated_at": record.updated_at or record.created_at,
    }


def _fields_of_environment(record: ArchivedEnvironment, uuid: str) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "display_name": record.display_name or display_name_of(record.name),
        "production": record.production,
        "contacts": record.contacts,
        "created_at": record.created_at,
        "updated_at": record.updated_at or record.created_at,
    }
