"""The ports to the schema registry's subjects, versions and schemas."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.registry import (
    Json,
    Mode,
    Page,
    Reference,
    SchemaOfId,
    SchemaType,
    StoredSchema,
    SubjectConfig,
    SubjectName,
    SubjectVersion,
    VersionOfSubject,
)
from contracthub.domain.registry_settings import Settings, config_in_force, mode_in_force


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """A subject with all that is decided by: what it, its context and everything have chosen, and its state.

    Keys are None where nothing was ever said of it. ``revision`` grows with every change of its versions.
    ``settings`` begins with its own.
    """

    name: SubjectName
    context_key: int | None
    key: int | None
    revision: int
    highest_version: int
    settings: tuple[Settings, ...]

    @property
    def own(self) -> Settings:
        """What the subject itself has chosen."""
        return self.settings[0]

    @property
    def config(self) -> SubjectConfig:
        """The settings in force."""
        return config_in_force(self.settings)

    @property
    def mode(self) -> Mode:
        """The mode in force."""
        return mode_in_force(self.settings)


@dataclass(frozen=True, slots=True)
class KeptSchema:
    """A schema that has an id, with what it is known by in storage."""

    key: int
    identity: str
    schema: StoredSchema


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version with its schema."""

    subject_key: int
    name: SubjectName
    version: int
    deleted: bool
    created_at: datetime
    kept: KeptSchema

    @property
    def told(self) -> SubjectVersion:
        """The version as others know it."""
        name = self.name
        return SubjectVersion(name.context, name.subject, self.version, self.kept.schema, self.deleted, self.created_at)


@dataclass(frozen=True, slots=True)
class KeptReference:
    """That a schema uses another one under a name; None where that one is gone."""

    user_key: int
    name: str
    used: KeptSchema | None


Target = tuple[int, int]
"""The key of a subject, and a version of it that a schema refers to."""


@dataclass(frozen=True, slots=True)
class NewSchema:
    """A schema that is about to get its id, or to be found to have one. ``targets`` are in order of ``references``."""

    identity: str
    inlined_identity: str | None
    guid: str
    type: SchemaType
    text: str
    references: tuple[Reference, ...]
    targets: tuple[Target, ...]
    metadata: Json | None
    rule_set: Json | None


class RegistrySubjects(Protocol):
    """Subjects and their versions, as they are."""

    def record(self, name: SubjectName) -> SubjectRecord:
        """All that is decided by; of what is not there as well."""

    def has_versions(self, subject_key: int, *, deleted: bool) -> bool:
        """Whether it has a live version, or with ``deleted`` any."""

    def version(self, record: SubjectRecord, version: int, *, deleted: bool) -> KeptVersion | None:
        """That version, or the newest live one for ``LATEST``; with ``deleted`` a soft-deleted one too."""

    def numbers(
        self, record: SubjectRecord, *, deleted: bool = False, deleted_only: bool = False, page: Page
    ) -> Sequence[int]:
        """The numbers of its versions, ascending."""

    def live(
        self, record: SubjectRecord, *, below: int | None = None, most: int, deleted: bool = False
    ) -> Sequence[KeptVersion]:
        """Its newest live versions, newest first, below a version if one is given."""

    def with_identity(self, record: SubjectRecord, identity: str, *, deleted: bool) -> KeptVersion | None:
        """Its newest version that is this very schema."""

    def with_inlined_identity(self, record: SubjectRecord, identity: str, *, deleted: bool) -> KeptVersion | None:
        """Its newest version that is this schema once its references are inlined."""

    def subjects(
        self, context_name: str | None, *, prefix: str, deleted: bool, deleted_only: bool, page: Page
    ) -> Sequence[SubjectName]:
        """The subjects of a context or of all, by name."""

    def schemas(
        self, context_name: str | None, *, prefix: str, deleted: bool, latest_only: bool, page: Page
    ) -> Sequence[SubjectVersion]:
        """The versions of all subjects, by subject and version."""

    def contexts_of(self, subject_name: str) -> Sequence[str]:
        """The contexts in which there is something of that name."""

    def contexts(self, *, prefix: str, page: Page) -> Sequence[str]:
        """The names of contexts."""

    def has_any(self, context_name: str, *, deleted: bool) -> bool:
        """Whether any subject of a context has a live version, or with ``deleted`` any at all."""


class RegistrySchemas(Protocol):
    """Schemas by their ids, and who uses whom."""

    def by_id(self, context_name: str, number: int) -> SchemaOfId | None:
        """The schema of that id, if any version has it."""

    def contexts_with_id(self, number: int) -> Sequence[str]:
        """The contexts in which something has that id."""

    def ids_of_guid(self, guid: str) -> Sequence[tuple[str, int]]:
        """The contexts that have it, each with its id there."""

    def registrations(
        self, context_name: str, number: int, *, deleted: bool, subject_name: str | None, page: Page
    ) -> Sequence[VersionOfSubject]:
        """The versions that are that schema, by subject and version."""

    def highest_id(self, context_key: int) -> int:
        """The highest id that a context ever gave; 0 when none was."""

    def named_versions(
        self, targets: Collection[tuple[SubjectName, int]], *, deleted: bool
    ) -> Mapping[tuple[SubjectName, int], KeptVersion]:
        """The live versions (with ``deleted`` any) that are named, the newest live one for ``LATEST``.

        Those that are not there are left out.
        """

    def uses(self, schema_keys: Collection[int]) -> Sequence[KeptReference]:
        """What those schemas use directly, in their order."""

    def users(self, record: SubjectRecord, number: int, *, deleted: bool, page: Page) -> Sequence[int]:
        """The ids of schemas that use a version."""

    def used_elsewhere(self, record: SubjectRecord, numbers: Collection[int], *, deleted: bool) -> int | None:
        """One of the versions that a live schema (with ``deleted`` any) of another subject uses."""


class RegistryWriting(Protocol):
    """Changes of the registry. Whoever makes one holds the lock."""

    def lock(self) -> None:
        """Wait until nobody else changes this workspace's registry, and keep others waiting until the end."""

    def ensure_subject(self, name: SubjectName, *, now: datetime) -> SubjectRecord:
        """The subject, made if it is not there."""

    def ensure_context(self, name: str, *, now: datetime) -> int:
        """The key of a context, made if it is not there, and listed from now on."""

    def raise_highest_version(self, record: SubjectRecord, number: int) -> bool:
        """Count a subject's next versions from that number on; false when they are counted from a higher one."""

    def keep_id(self, context_key: int, number: int, identity: str, kind: SchemaType, *, now: datetime) -> None:
        """Keep a free id for a schema that nothing is registered with."""

    def kept(self, context_key: int, number: int) -> KeptSchema | None:
        """The schema of that id, unless its text is gone."""

    def id_of(self, context_key: int, identity: str) -> int | None:
        """The id that this schema has, or had before it was deleted."""

    def identity_of(self, context_key: int, number: int) -> str | None:
        """What that id means, or meant."""

    def store_schema(self, context_key: int, new: NewSchema, number: int, *, now: datetime) -> KeptSchema:
        """Keep a schema under that id, which is its own or free."""

    def add_version(self, record: SubjectRecord, number: int, kept: KeptSchema, *, now: datetime) -> KeptVersion:
        """Make the schema a version; a soft-deleted version of that number gives way."""

    def deleted_twins(self, record: SubjectRecord, number: int, kept: KeptSchema) -> Sequence[int]:
        """The soft-deleted lower versions that are the same schema."""

    def soft_delete(self, record: SubjectRecord, numbers: Collection[int]) -> None:
        """Mark versions as deleted."""

    def remove(self, record: SubjectRecord, numbers: Collection[int]) -> None:
        """Remove versions for good, and the texts that nothing has any more; with the last, config and mode go."""

    def remove_deleted(self, name: SubjectName) -> None:
        """Remove all soft-deleted versions of a subject or of a whole context."""

    def set_config(self, name: SubjectName, config: SubjectConfig | None, *, now: datetime) -> None:
        """What a subject, a context or everything has chosen."""

    def set_mode(self, name: SubjectName, mode: Mode | None, *, now: datetime) -> None:
        """The mode of a subject, a context or everything."""

    def clear_modes(self, context_name: str) -> None:
        """Take the modes of all subjects of a context back."""

    def unlist_context(self, context_name: str) -> None:
        """Take an empty context out of the list. Its ids stay given."""
