"""Deleting versions and subjects, first softly and then for good (schema-registry-api §9)."""

from collections.abc import Collection, Sequence

from contracthub.domain.registry import EVERYTHING, LATEST, SubjectName
from contracthub.domain.registry_errors import (
    not_permitted,
    reference_exists,
    subject_not_found,
    subject_not_soft_deleted,
    subject_soft_deleted,
    version_not_found,
    version_not_soft_deleted,
    version_soft_deleted,
)
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import SubjectRecord
from contracthub.services.registry_places import check_there, record_of, version_of


def delete_subject(hub: Hub, subject: SubjectName, *, permanent: bool) -> Sequence[int]:
    """Delete all versions of a subject, and return their numbers.

    For good means all that were deleted softly before, and the subject's own settings. Raises ``RegistryRefusal``:
    40401, 40404 when all are soft-deleted already, 40405 when one is not, 42206 for what others refer to, 42205 where
    the mode forbids it.
    """
    with hub.writing() as unit:
        unit.registry_writing.lock()
        record = record_of(unit, subject)
        name = record.name.qualified
        live = unit.registry_subjects.numbers(record, page=EVERYTHING)
        every = unit.registry_subjects.numbers(record, deleted=True, page=EVERYTHING)
        if not every:
            raise subject_not_found(name)
        _check_mode(record)
        if permanent:
            if live:
                raise subject_not_soft_deleted(name)
            _check_unused(unit, record, every, permanent=True)
            unit.registry_writing.remove(record, every)
            return every
        if not live:
            raise subject_soft_deleted(name)
        _check_unused(unit, record, live, permanent=False)
        unit.registry_writing.soft_delete(record, live)
        return live


def delete_version(hub: Hub, subject: SubjectName, text_of_version: str, *, permanent: bool) -> int:
    """Delete one version, and return its number; the latest is the latest live one.

    Raises ``RegistryRefusal``: 42202, 40401, 40402, 40406 when it is soft-deleted already, 40407 when it must be first,
    42206 for what others refer to, 42205 where the mode forbids it.
    """
    wanted = version_of(text_of_version)
    with hub.writing() as unit:
        unit.registry_writing.lock()
        record = record_of(unit, subject)
        found = unit.registry_subjects.version(record, wanted, deleted=True)
        if found is None:
            check_there(unit, record, deleted=True)
            raise version_not_found(text_of_version if wanted == LATEST else wanted)
        _check_mode(record)
        name, number = record.name.qualified, found.version
        if permanent and not found.deleted:
            raise version_not_soft_deleted(name, number)
        if found.deleted and not permanent:
            raise version_soft_deleted(name, number)
        _check_unused(unit, record, [number], permanent=permanent)
        if permanent:
            unit.registry_writing.remove(record, [number])
        else:
            unit.registry_writing.soft_delete(record, [number])
        return number


def _check_mode(record: SubjectRecord) -> None:
    if record.mode.is_readonly:
        raise not_permitted(f"Subject {record.name.qualified} is in read-only mode")


def _check_unused(unit: Unit, record: SubjectRecord, numbers: Collection[int], *, permanent: bool) -> None:
    used = unit.registry_schemas.used_elsewhere(record, numbers, deleted=permanent)
    if used is not None:
        raise reference_exists(record.name.qualified, used)
