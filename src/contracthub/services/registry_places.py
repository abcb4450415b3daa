"""Which subject and which version a request means (schema-registry-api §1, §5, §12, §14)."""

import re
from dataclasses import dataclass

from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    LARGEST_VERSION,
    LATEST,
    Page,
    SubjectName,
    is_valid_subject,
    parse_subject,
)
from contracthub.domain.registry_errors import invalid_subject, invalid_version, subject_not_found, version_not_found
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptVersion, SubjectRecord

_NUMBER = re.compile(r"\+?[0-9]{1,10}")
ONE = Page(limit=1)


def version_of(text: str) -> int:
    """The version that a path names: its number, or ``LATEST``. Raises ``RegistryRefusal`` 42202."""
    if text.lower() == "latest" or text == "-1":
        return LATEST
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= number <= LARGEST_VERSION:
        raise invalid_version(text)
    return number


def record_of(unit: Unit, name: SubjectName) -> SubjectRecord:
    """The subject, or the one that it is an alias for. Raises ``RegistryRefusal`` 42208 for a name that is none."""
    if not is_valid_subject(name):
        raise invalid_subject(name.qualified)
    record = unit.registry_subjects.record(name)
    alias = record.own.config.alias if record.own.config else None
    return unit.registry_subjects.record(parse_subject(alias, name.context)) if alias else record


def record_anywhere(unit: Unit, name: SubjectName) -> SubjectRecord:
    """The same, and for a name without a context that the default one does not have, another context's."""
    record = record_of(unit, name)
    if name.context != DEFAULT_CONTEXT or _has_any(unit, record):
        return record
    for context in unit.registry_subjects.contexts_of(name.subject):
        other = unit.registry_subjects.record(SubjectName(context, name.subject))
        if _has_any(unit, other):
            return other
    return record


def _has_any(unit: Unit, record: SubjectRecord) -> bool:
    return record.key is not None and unit.registry_subjects.has_versions(record.key, deleted=True)


def check_there(unit: Unit, record: SubjectRecord, *, deleted: bool) -> None:
    """Raises ``RegistryRefusal`` 40401 when the subject has no live version, or with ``deleted`` none at all."""
    if record.key is None or not unit.registry_subjects.has_versions(record.key, deleted=deleted):
        raise subject_not_found(record.name.qualified)


@dataclass(frozen=True, slots=True)
class Found:
    """A version that was asked for, and its subject."""

    record: SubjectRecord
    version: KeptVersion


def version_there(unit: Unit, record: SubjectRecord, text: str, *, deleted: bool) -> Found:
    """The version that a path names. Raises ``RegistryRefusal``: 42202, 40402, and 40401 where there is none at all."""
    number = version_of(text)
    found = unit.registry_subjects.version(record, number, deleted=deleted)
    if found is None:
        check_there(unit, record, deleted=deleted)
        raise version_not_found(text if number == LATEST else number)
    return Found(record, found)
