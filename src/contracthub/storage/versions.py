"""Stored versions, their branches and tags. Which environments they live in is the concern of the deployments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, or_, select

from contracthub.domain.pacticipants import Branch, BranchPlace, Listing, Page, Tag, Version
from contracthub.storage.pacticipants import VERSION_COLUMNS, pacticipant, version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    DeployedVersionRow,
    PublicationRow,
    ReleasedVersionRow,
    TagRow,
)

branch, branch_version, tag = table_of(BranchRow), table_of(BranchVersionRow), table_of(TagRow)
deployed, released = table_of(DeployedVersionRow), table_of(ReleasedVersionRow)
publication = table_of(PublicationRow)

BRANCH_COLUMNS = tuple(branch.c[name] for name in Branch.__dataclass_fields__)

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_owned = version.c.pacticipant_id == bindparam("pacticipant")
_newest = select(*VERSION_COLUMNS).order_by(version.c.id.desc())
_placed = exists().where(branch_version.c.version_id == version.c.id, branch_version.c.branch_id == bindparam("branch"))
_lived = or_(
    *(
        version.c.id.in_(
            select(home.c.version_id).where(
                home.c.environment_id == bindparam("environment"), home.c.pacticipant_id == bindparam("pacticipant")
            )
        )
        for home in (deployed, released)
    )
)

_find = select(*VERSION_COLUMNS).where(_owned, version.c.number == bindparam("number"))
_by_id = select(*VERSION_COLUMNS).where(version.c.id.in_(_ids))
_of_pacticipant = _newest.where(_owned)
_with_tag = _newest.where(
    version.c.id.in_(
        select(tag.c.version_id).where(tag.c.pacticipant_id == bindparam("pacticipant"), tag.c.name == bindparam("tag"))
    )
)
_on_branch = _newest.where(_placed)
_in_environment = _newest.where(_owned, _lived)

_branch = select(*BRANCH_COLUMNS).where(
    branch.c.pacticipant_id == bindparam("pacticipant"), branch.c.name == bindparam("name")
)
_locked_branch = select(branch.c.id).where(branch.c.id == bindparam("branch")).with_for_update(key_share=True)
_locked_version = select(version.c.id).where(version.c.id == bindparam("key")).with_for_update(key_share=True)
_place = select(branch_version.c.id).where(
    branch_version.c.branch_id == bindparam("branch"), branch_version.c.version_id == bindparam("version")
)
_set_head = branch.update().where(branch.c.id == bindparam("key")).values(head_version_id=bindparam("head"))
_set_build_url = (
    version.update()
    .where(version.c.id == bindparam("key"))
    .values(build_url=bindparam("url"), updated_at=bindparam("moment"))
)
_named_version = (
    pacticipant.c.workspace_id == bindparam("workspace"),
    pacticipant.c.name == bindparam("pacticipant"),
    version.c.pacticipant_id == pacticipant.c.id,
    version.c.number == bindparam("number"),
)
_joined_branch_at = select(branch_version.c.created_at).where(
    *_named_version,
    branch.c.pacticipant_id == pacticipant.c.id,
    branch.c.name == bindparam("branch"),
    branch_version.c.branch_id == branch.c.id,
    branch_version.c.version_id == version.c.id,
)
_tagged_at = select(tag.c.created_at).where(
    *_named_version, tag.c.version_id == version.c.id, tag.c.name == bindparam("tag")
)

_branches_of = (
    select(
        branch_version.c.version_id,
        branch.c.name,
        func.coalesce(branch.c.head_version_id == branch_version.c.version_id, False),
        branch_version.c.created_at,
    )
    .join_from(branch_version, branch, branch.c.id == branch_version.c.branch_id)
    .where(branch_version.c.version_id.in_(_ids))
    .order_by(branch_version.c.id.desc())
)
_newer = tag.alias("newer")
_tags_of = (
    select(
        tag.c.version_id,
        tag.c.name,
        ~exists().where(
            _newer.c.pacticipant_id == tag.c.pacticipant_id,
            _newer.c.name == tag.c.name,
            _newer.c.version_id > tag.c.version_id,
        ),
        tag.c.created_at,
    )
    .where(tag.c.version_id.in_(_ids))
    .order_by(tag.c.name)
)
_providers_of = (
    select(publication.c.version_id, pacticipant.c.name)
    .join_from(publication, pacticipant, pacticipant.c.id == publication.c.provider_id)
    .where(publication.c.version_id.in_(_ids))
    .order_by(func.lower(pacticipant.c.name), pacticipant.c.name)
)


class VersionRepository:
    """Implements the port ``Versions``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def find(self, pacticipant_id: int, number: str) -> Version | None:
        """The version of that number."""
        row = self._execute(_find, {"pacticipant": pacticipant_id, "number": number}).first()
        return Version(*row) if row else None

    def ensure(self, pacticipant_id: int, number: str, *, now: datetime) -> tuple[Version, bool]:
        """The version, created where missing."""
        if found := self.find(pacticipant_id, number):
            return found, False
        row = {"pacticipant_id": pacticipant_id, "number": number, "created_at": now, "updated_at": now}
        key = self._scope.insert_free(version, row)
        if key is not None:
            return Version(key, pacticipant_id, number, None, now, now), True
        return Version(*self._execute(_find, {"pacticipant": pacticipant_id, "number": number}).one()), False

    def lock(self, existing: Version) -> None:
        """Keep other units from changing what this version belongs to; on SQLite they all wait anyway."""
        if not self._scope.is_sqlite:
            self._execute(_locked_version, {"key": existing.id})

    def set_build_url(self, existing: Version, build_url: str | None, *, now: datetime) -> Version:
        """Overwrite the address of its build."""
        if existing.build_url == build_url:
            return existing
        self._execute(_set_build_url, {"key": existing.id, "url": build_url, "moment": now})
        return self.by_id([existing.id])[existing.id]

    def list(self, pacticipant_id: int, *, page: Page | None) -> Listing[Version]:
        """All versions, newest first."""
        return self._listing(_of_pacticipant, {"pacticipant": pacticipant_id}, page)

    def latest(self, pacticipant_id: int, *, tag: str | None = None) -> Version | None:
        """The newest version, or the newest with that tag."""
        statement = _of_pacticipant if tag is None else _with_tag
        values = {"pacticipant": pacticipant_id} | ({} if tag is None else {"tag": tag})
        row = self._execute(statement.limit(1), values).first()
        return Version(*row) if row else None

    def with_tag(self, pacticipant_id: int, tag: str, *, page: Page | None) -> Listing[Version]:
        """Versions with that tag, newest first."""
        return self._listing(_with_tag, {"pacticipant": pacticipant_id, "tag": tag}, page)

    def in_environment(self, pacticipant_id: int, environment_id: int, *, page: Page | None) -> Listing[Version]:
        """Versions that ever lived in that environment, newest first."""
        return self._listing(_in_environment, {"pacticipant": pacticipant_id, "environment": environment_id}, page)

    def on_branch(self, branch_id: int, *, page: Page | None) -> Listing[Version]:
        """Versions of a branch, newest first."""
        return self._listing(_on_branch, {"branch": branch_id}, page)

    def by_id(self, version_ids: Collection[int]) -> Mapping[int, Version]:
        """Versions by their keys."""
        return {row.id: Version(*row) for row in self._of(_by_id, version_ids)}

    def add_to_branch(self, version: Version, name: str, *, now: datetime) -> bool:
        """Put a version on a branch and make it the head, unless it is there."""
        values = {"branch": self._ensured_branch(version.pacticipant_id, name, now), "version": version.id}
        if self._execute(_place, values).first():
            return False
        # Two versions that join at once take turns here, so that the head is the one whose row is the newest.
        self._execute(_locked_branch, {"branch": values["branch"]})
        row = {"branch_id": values["branch"], "version_id": version.id, "created_at": now}
        if self._scope.insert_missing(branch_version, [row]) == 0:
            return False
        self._execute(_set_head, {"key": values["branch"], "head": version.id})
        return True

    def _ensured_branch(self, pacticipant_id: int, name: str, now: datetime) -> int:
        if found := self.branch(pacticipant_id, name):
            return found.id
        row = {"pacticipant_id": pacticipant_id, "name": name, "head_version_id": None, "created_at": now}
        self._scope.insert_missing(branch, [row])
        return Branch(*self._execute(_branch, {"pacticipant": pacticipant_id, "name": name}).one()).id

    def branch(self, pacticipant_id: int, name: str) -> Branch | None:
        """The branch of that name."""
        row = self._execute(_branch, {"pacticipant": pacticipant_id, "name": name}).first()
        return Branch(*row) if row else None

    def branches(self, pacticipant_id: int, *, part_of_name: str | None, page: Page) -> Listing[Branch]:
        """Branches by name."""
        mine = branch.c.pacticipant_id == pacticipant_id
        if part_of_name:
            mine = mine & branch.c.name.icontains(part_of_name, autoescape=True)
        total = self._execute(select(func.count()).select_from(branch).where(mine)).scalar_one()
        statement = select(*BRANCH_COLUMNS).where(mine).order_by(branch.c.name)
        rows = self._execute(statement.limit(page.size).offset(page.offset))
        return Listing(tuple(Branch(*row) for row in rows), total, page)

    def joined_branch_at(self, pacticipant: str, branch: str, number: str) -> datetime | None:
        """When a version was put on a branch, if it was."""
        return self._named(_joined_branch_at, pacticipant=pacticipant, branch=branch, number=number)

    def add_tag(self, version: Version, name: str, *, now: datetime) -> bool:
        """Tag a version, unless it has the tag."""
        row = {"pacticipant_id": version.pacticipant_id, "version_id": version.id, "name": name, "created_at": now}
        return self._scope.insert_missing(tag, [row]) == 1

    def tagged_at(self, pacticipant: str, number: str, tag: str) -> datetime | None:
        """When a version got a tag, if it has it."""
        return self._named(_tagged_at, pacticipant=pacticipant, number=number, tag=tag)

    def branches_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[BranchPlace, ...]]:
        """The branches of each version, those it was put on last first."""
        found: dict[int, tuple[BranchPlace, ...]] = {}
        for key, name, latest, at in self._of(_branches_of, version_ids):
            found[key] = (*found.get(key, ()), BranchPlace(name, bool(latest), at))
        return found

    def tags_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[Tag, ...]]:
        """The tags of each version, by name."""
        found: dict[int, tuple[Tag, ...]] = {}
        for key, name, latest, at in self._of(_tags_of, version_ids):
            found[key] = (*found.get(key, ()), Tag(name, bool(latest), at))
        return found

    def providers_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """The names of the providers that each version has contracts with."""
        found: dict[int, tuple[str, ...]] = {}
        for key, name in self._of(_providers_of, version_ids):
            found[key] = (*found.get(key, ()), name)
        return found

    def _named(self, statement: Select[Any], **names: str) -> datetime | None:
        moment: datetime | None = self._execute(statement, {"workspace": self._scope.workspace_id, **names}).scalar()
        return moment

    def _of(self, statement: Select[Any], version_ids: Collection[int]) -> Sequence[Any]:
        return [row for some in chunks(version_ids) for row in self._execute(statement, {"ids": some})]

    def _listing(self, statement: Select[Any], values: Mapping[str, Any], page: Page | None) -> Listing[Version]:
        if page is None:
            entries = tuple(Version(*row) for row in self._execute(statement, values))
            return Listing(entries, len(entries))
        total = self._execute(
            select(func.count()).select_from(statement.order_by(None).subquery()), values
        ).scalar_one()
        rows = self._execute(statement.limit(page.size).offset(page.offset), values)
        return Listing(tuple(Version(*row) for row in rows), total, page)
