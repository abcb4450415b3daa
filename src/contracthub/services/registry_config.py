"""Settings and modes of subjects, contexts and everything (schema-registry-api §12, §13)."""

from collections.abc import Mapping

from contracthub.domain.registry import GLOBAL, Mode, SubjectConfig, SubjectName, is_valid_context, is_valid_subject
from contracthub.domain.registry_errors import (
    invalid_subject,
    no_subject_config,
    no_subject_mode,
    not_permitted,
    subject_not_found,
)
from contracthub.domain.registry_settings import changed_config, mode_named
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import SubjectRecord


def config_of(hub: Hub, name: SubjectName, *, default_to_global: bool = False) -> SubjectConfig:
    """The settings of a subject or a context, or with ``default_to_global`` (and for everything) those in force.

    Raises ``RegistryRefusal`` 40408 when it has none of its own.
    """
    with hub.reading() as unit:
        record = _record(unit, name)
    if default_to_global or name == GLOBAL:
        return record.config
    if record.own.config is None:
        raise no_subject_config(name.qualified)
    return record.own.config


def set_config(hub: Hub, name: SubjectName, changes: Mapping[str, object]) -> SubjectConfig:
    """Change what is named, by the API's names; null clears. Returns what is chosen there now.

    The subject need not exist. Raises ``RegistryRefusal`` 42203 for an unknown level, 42201 for values of a wrong kind.
    """
    with hub.writing() as unit:
        unit.registry_writing.lock()
        changed = changed_config(_record(unit, name).own.config, changes)
        # Where nothing is chosen any more, nothing is set.
        kept = None if changed == SubjectConfig() else changed
        unit.registry_writing.set_config(name, kept, now=hub.now())
    return changed


def remove_config(hub: Hub, name: SubjectName) -> SubjectConfig:
    """Take the settings back, and return what they were. Raises ``RegistryRefusal`` 40401 when there were none."""
    with hub.writing() as unit:
        unit.registry_writing.lock()
        record = _record(unit, name)
        if record.own.config is None and name != GLOBAL:
            raise subject_not_found(name.qualified)
        if record.own.config is not None:
            unit.registry_writing.set_config(name, None, now=hub.now())
    return record.config if name == GLOBAL or record.own.config is None else record.own.config


def mode_of(hub: Hub, name: SubjectName, *, default_to_global: bool = False) -> Mode:
    """The mode of a subject or a context, or with ``default_to_global`` (and for everything) the one in force.

    Raises ``RegistryRefusal`` 40409 when it has none of its own.
    """
    with hub.reading() as unit:
        record = _record(unit, name)
    if default_to_global or name == GLOBAL:
        return record.mode
    if record.own.mode is None:
        raise no_subject_mode(name.qualified)
    return record.own.mode


def set_mode(hub: Hub, name: SubjectName, text: str, *, force: bool = False) -> Mode:
    """Set the mode by its name. IMPORT is for a place without live schemas, unless ``force``; what is soft-deleted
    there goes for good, so that ids and versions can be imported.

    Raises ``RegistryRefusal`` 42204 for an unknown mode, 42205 where it can't be.
    """
    mode = mode_named(text)
    if mode is Mode.FORWARD and name != GLOBAL:
        raise not_permitted("Forward mode is for everything, and not for one subject")
    with hub.writing() as unit:
        unit.registry_writing.lock()
        record = _record(unit, name)
        if mode is Mode.IMPORT and record.own.mode is not Mode.IMPORT:
            if not force and _has_live(unit, record):
                told = f"Cannot import since found existing subjects in {name.qualified or 'this registry'}"
                raise not_permitted(f"{told}. Delete them first, or force it.")
            unit.registry_writing.remove_deleted(name)
        unit.registry_writing.set_mode(name, mode, now=hub.now())
    return mode


def remove_mode(hub: Hub, name: SubjectName, *, recursive: bool = False) -> Mode:
    """Take the mode back, and return what it was; ``recursive`` takes back those of a context's subjects too.

    Raises ``RegistryRefusal`` 40401 when there was none.
    """
    with hub.writing() as unit:
        unit.registry_writing.lock()
        record = _record(unit, name)
        if record.own.mode is None and not name.is_context:
            raise subject_not_found(name.qualified)
        if record.own.mode is not None:
            unit.registry_writing.set_mode(name, None, now=hub.now())
        if recursive and name.is_context:
            unit.registry_writing.clear_modes(name.context)
    return record.own.mode or record.mode


def _record(unit: Unit, name: SubjectName) -> SubjectRecord:
    if not (is_valid_context(name.context) if name.is_context else is_valid_subject(name)):
        raise invalid_subject(name.qualified)
    return unit.registry_subjects.record(name)


def _has_live(unit: Unit, record: SubjectRecord) -> bool:
    if record.name.is_context:
        return unit.registry_subjects.has_any(record.name.context, deleted=False)
    return record.key is not None and unit.registry_subjects.has_versions(record.key, deleted=False)
