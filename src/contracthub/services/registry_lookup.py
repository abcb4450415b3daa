"""Finding schemas: by what they are, by their id, by their guid (schema-registry-api §3, §8)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    EVERYTHING,
    Page,
    SchemaOfId,
    SchemaRequest,
    SchemaType,
    StoredSchema,
    SubjectName,
    SubjectVersion,
    VersionOfSubject,
    is_valid_context,
    is_valid_subject,
    parse_subject,
)
from contracthub.domain.registry_errors import RegistryRefusal, schema_not_found
from contracthub.formats.event_schemas import EventSchema
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptVersion, SubjectRecord
from contracthub.services.registry_content import Content, Identified, by_earlier_rules, content_of, identified
from contracthub.services.registry_places import check_there, record_anywhere
from contracthub.services.registry_references import schema_read_again

_NEWEST = 20
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def find(hub: Hub, subject: SubjectName, request: SchemaRequest, *, normalize: bool, deleted: bool) -> SubjectVersion:
    """The newest version of the subject that is this schema.

    Raises ``RegistryRefusal``: 40401 when the subject has no versions to look at, 40403 when none is this schema,
    42201 when it is no schema at all.
    """
    with hub.reading() as unit:
        record = record_anywhere(unit, subject)
        check_there(unit, record, deleted=deleted)
        content = content_of(unit, record, request, normalize=normalize, deleted=True)
        try:
            known = identified(unit, content)
        except RegistryRefusal:
            found = same_by_earlier_rules(unit, record, content, deleted=deleted)
            if found is None:
                raise
        else:
            found = same_version(unit, record, known, deleted=deleted)
            found = found or same_but_for_metadata(unit, record, known, deleted=deleted)
    if found is None:
        raise schema_not_found()
    return found.told


def same_version(unit: Unit, record: SubjectRecord, known: Identified, *, deleted: bool) -> KeptVersion | None:
    """The newest version that is this schema, or in Avro this schema with references for what is written out here."""
    subjects = unit.registry_subjects
    found = subjects.with_identity(record, known.identity, deleted=deleted)
    if found is None and known.content.type is SchemaType.AVRO and not known.content.references:
        return subjects.with_inlined_identity(record, known.identity, deleted=deleted)
    return found


def same_by_earlier_rules(unit: Unit, record: SubjectRecord, content: Content, *, deleted: bool) -> KeptVersion | None:
    """The newest version that is this schema, which would be refused if it were new: it came from another registry."""
    try:
        return same_version(unit, record, by_earlier_rules(unit, content), deleted=deleted)
    except RegistryRefusal:
        return None


def same_but_for_metadata(unit: Unit, record: SubjectRecord, known: Identified, *, deleted: bool) -> KeptVersion | None:
    """The newest version that is this schema with metadata or rules, for a request that has neither.

    A producer registers or looks up its schema at each start and knows nothing of the metadata and rules that somebody
    gave it. It means that version, not one without them. Only the newest versions are looked through.
    """
    content = known.content
    if content.metadata is not None or content.rule_set is not None:
        return None
    for each in unit.registry_subjects.live(record, most=_NEWEST, deleted=deleted):
        schema = each.kept.schema
        if schema.metadata is None and schema.rule_set is None:
            continue
        same = identified(unit, replace(content, metadata=schema.metadata, rule_set=schema.rule_set))
        if same.identity == each.kept.identity:
            return each
    return None


def schema_by_id(hub: Hub, context: str, number: int, subject: str | None = None) -> SchemaOfId:
    """The schema of an id, soft-deleted or not; where the default context does not have it, another context's.

    ``subject`` may name the context to look into. Raises ``RegistryRefusal`` 40403.
    """
    with hub.reading() as unit:
        context = _context_of(context, subject)
        found = unit.registry_schemas.by_id(context, number)
        if found is None and context == DEFAULT_CONTEXT:
            for other in unit.registry_schemas.contexts_with_id(number):
                found = unit.registry_schemas.by_id(other, number)
                break
    if found is None:
        raise schema_not_found(number)
    return found


def schema_by_guid(hub: Hub, guid: str) -> SchemaOfId:
    """The schema of a guid, in the first context that has it. Raises ``RegistryRefusal`` 40403."""
    with hub.reading() as unit:
        ids = _ids_of_guid(unit, guid)
        found = unit.registry_schemas.by_id(*ids[0]) if ids else None
    if found is None:
        raise schema_not_found(guid[:100])
    return found


def ids_of_guid(hub: Hub, guid: str) -> Sequence[tuple[str, int]]:
    """The contexts that have the schema of a guid, with its ids there. Raises ``RegistryRefusal`` 40403."""
    with hub.reading() as unit:
        found = _ids_of_guid(unit, guid)
    if not found:
        raise schema_not_found(guid[:100])
    return found


def _ids_of_guid(unit: Unit, guid: str) -> Sequence[tuple[str, int]]:
    wanted = guid.lower()
    return unit.registry_schemas.ids_of_guid(wanted) if _GUID.fullmatch(wanted) else []


def subjects_of_id(
    hub: Hub, context: str, number: int, *, deleted: bool, subject: str | None = None, page: Page = EVERYTHING
) -> tuple[SubjectName, ...]:
    """The subjects that have the schema of an id, by name. Raises ``RegistryRefusal`` 40403."""
    found = _registrations(hub, context, number, deleted=deleted, subject=subject, page=EVERYTHING)
    names: tuple[SubjectName, ...] = page.of([*dict.fromkeys(each.name for each in found)])
    return names


def versions_of_id(
    hub: Hub, context: str, number: int, *, deleted: bool, subject: str | None = None, page: Page = EVERYTHING
) -> Sequence[VersionOfSubject]:
    """The versions that are the schema of an id, by subject and version. Raises ``RegistryRefusal`` 40403."""
    return _registrations(hub, context, number, deleted=deleted, subject=subject, page=page)


def highest_id(hub: Hub, context: str) -> int:
    """The highest id that a context has given."""
    with hub.reading() as unit:
        key = unit.registry_subjects.record(SubjectName(context, "")).context_key
        return 0 if key is None else unit.registry_schemas.highest_id(key)


def event_schema_of(hub: Hub, context: str, schema: StoredSchema) -> EventSchema:
    """A stored schema, read, with all that it refers to. Raises ``RegistryRefusal`` 42201 when it can't be any more."""
    with hub.reading() as unit:
        return schema_read_again(unit, context, schema)


def _registrations(
    hub: Hub, context: str, number: int, *, deleted: bool, subject: str | None, page: Page
) -> Sequence[VersionOfSubject]:
    context = _context_of(context, subject)
    name = parse_subject(subject, context) if subject else None
    if name is not None and not (name.is_context or is_valid_subject(name)):
        raise schema_not_found()
    with hub.reading() as unit:
        schemas = unit.registry_schemas
        if schemas.by_id(context, number) is None:
            others = schemas.contexts_with_id(number) if context == DEFAULT_CONTEXT else ()
            if not others:
                raise schema_not_found()
            context = others[0]
        return schemas.registrations(
            context, number, deleted=deleted, subject_name=(name and name.subject) or None, page=page
        )


def _context_of(context: str, subject: str | None) -> str:
    named = parse_subject(subject, context).context if subject else context
    if not is_valid_context(named):
        raise schema_not_found()
    return named
