"""Registering a schema, in the order of schema-registry-api §7.

What takes time, reading the schema and comparing it with earlier ones, is done before anybody has to wait. The lock is
taken for the few statements that give the id and the version; if what was decided by changed meanwhile, it is decided
again under the lock.
"""

from dataclasses import dataclass, replace

from contracthub.domain.registry import LARGEST_ID, Mode, SchemaRequest, SubjectName, SubjectVersion
from contracthub.domain.registry_errors import (
    RegistryRefusal,
    empty_schema,
    id_does_not_match,
    incompatible,
    invalid_schema,
    not_permitted,
)
from contracthub.formats.event_schemas import EventSchema
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptVersion, SubjectRecord
from contracthub.services.reader_checks import refuse_if_readers_break
from contracthub.services.registry_compatibility import incompatibilities
from contracthub.services.registry_content import Content, Identified, content_of, identified, read
from contracthub.services.registry_lookup import same_but_for_metadata, same_by_earlier_rules, same_version
from contracthub.services.registry_places import record_of
from contracthub.services.registry_references import targets_of

_LATEST_OF_REQUEST = (None, 0, -1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What may be stored, as long as the subject is what it was."""

    record: SubjectRecord
    request: SchemaRequest
    identified: Identified
    schema: EventSchema


def register(hub: Hub, subject: SubjectName, request: SchemaRequest, *, normalize: bool) -> SubjectVersion:
    """The version of the subject that is this schema: the one that it has already, else a new one.

    Raises ``RegistryRefusal``: 42208 for a name that is none, 42201 for a schema that can't be read, 42205 where the
    mode forbids it, 40901 where it may not follow earlier versions, and the others of schema-registry-api §5.
    """
    with hub.reading() as unit:
        plan = _plan(unit, subject, request, normalize=normalize)
    if isinstance(plan, KeptVersion):
        return plan.told
    with hub.writing() as unit:
        unit.registry_writing.lock()
        if not _still_holds(unit, subject, plan):
            plan = _plan(unit, subject, request, normalize=normalize)
            if isinstance(plan, KeptVersion):
                return plan.told
        return _store(hub, unit, plan).told


def _plan(unit: Unit, subject: SubjectName, request: SchemaRequest, *, normalize: bool) -> _Plan | KeptVersion:
    record = record_of(unit, subject)
    request = _with_schema(unit, record, request)
    try:
        content = content_of(unit, record, request, normalize=normalize)
    except RegistryRefusal:
        _check_mode(record, request)
        raise
    known = _known(unit, record, request, content)
    if isinstance(known, KeptVersion):
        _check_same_id(request, known.kept.schema.id)
        return known
    _check_mode(record, request)
    _check_version(record, request)
    schema = known.schema or read(unit, content)
    if record.mode is not Mode.IMPORT:
        messages = incompatibilities(unit, record, content, schema)
        if messages:
            raise incompatible(record.name.qualified, messages)
        refuse_if_readers_break(unit, record.name, schema)
    return _Plan(record, request, known, schema)


def _known(unit: Unit, record: SubjectRecord, request: SchemaRequest, content: Content) -> Identified | KeptVersion:
    """The version of the subject that is this schema, else what tells it apart from those that are there."""
    try:
        told_apart = identified(unit, content)
    except RegistryRefusal:
        found = same_by_earlier_rules(unit, record, content, deleted=False)
        if found is None:
            _check_mode(record, request)
            raise
        return found
    return _same(unit, record, request, told_apart) or told_apart


def _same(unit: Unit, record: SubjectRecord, request: SchemaRequest, known: Identified) -> KeptVersion | None:
    found = same_version(unit, record, known, deleted=False)
    # Who names an id or a version imports, or wants the version without the metadata.
    if found or record.mode is Mode.IMPORT or request.id is not None or request.version not in _LATEST_OF_REQUEST:
        return found
    return same_but_for_metadata(unit, record, known, deleted=False)


def _with_schema(unit: Unit, record: SubjectRecord, request: SchemaRequest) -> SchemaRequest:
    """New metadata or rules alone are for the schema of the latest version."""
    if (request.schema and request.schema.strip()) or not (request.metadata or request.rule_set):
        return request
    latest = next(iter(unit.registry_subjects.live(record, most=1)), None)
    if latest is None:
        raise empty_schema()
    schema = latest.kept.schema
    return replace(request, schema=schema.text, schema_type=schema.type, references=schema.references)


def _check_same_id(request: SchemaRequest, number: int) -> None:
    if request.id is not None and request.id >= 0 and request.id != number:
        raise id_does_not_match(f"Schema already registered with id {number} instead of input id {request.id}")


def _check_mode(record: SubjectRecord, request: SchemaRequest) -> None:
    name, mode = record.name.qualified, record.mode
    if mode.is_readonly:
        raise not_permitted(f"Subject {name} is in read-only mode")
    if mode is Mode.FORWARD:
        raise not_permitted(f"Subject {name} is in forward mode, and this registry has none to forward to")
    has_id = request.id is not None and request.id >= 0
    if mode is Mode.IMPORT and not has_id:
        raise not_permitted(f"Subject {name} is in import mode; send the id that the schema has")
    if mode is not Mode.IMPORT and has_id:
        raise not_permitted(f"Subject {name} is not in import mode; leave the id out, or set the mode first")
    if has_id and not 1 <= (request.id or 0) <= LARGEST_ID:
        raise not_permitted(f"The id {request.id} is none: ids are between 1 and 2^31-1")


def _check_version(record: SubjectRecord, request: SchemaRequest) -> None:
    following = record.highest_version + 1
    if record.mode is not Mode.IMPORT and request.version not in (*_LATEST_OF_REQUEST, following):
        told = f"Version is not one more than previous version: {request.version} was sent, the next is {following}"
        raise invalid_schema(f"Invalid schema: {told}. Leave the version out.")


def _still_holds(unit: Unit, subject: SubjectName, plan: _Plan) -> bool:
    if record_of(unit, subject) != plan.record:
        return False
    content = plan.identified.content
    if not content.references:
        return True
    try:
        return targets_of(unit, plan.record.name, content.references) == content.targets
    except RegistryRefusal:
        return False


def _store(hub: Hub, unit: Unit, plan: _Plan) -> KeptVersion:
    now = hub.now()
    writing = unit.registry_writing
    record = writing.ensure_subject(plan.record.name, now=now)
    assert record.context_key is not None
    number = _id_for(unit, record.context_key, plan)
    version = _version_for(unit, record, plan)
    kept = writing.store_schema(record.context_key, plan.identified.new_schema(plan.schema), number, now=now)
    added = writing.add_version(record, version, kept, now=now)
    twins = [
        each
        for each in writing.deleted_twins(record, version, kept)
        if unit.registry_schemas.used_elsewhere(record, [each], deleted=True) is None
    ]
    if twins:
        writing.remove(record, twins)
    return added


def _id_for(unit: Unit, context_key: int, plan: _Plan) -> int:
    own = unit.registry_writing.id_of(context_key, plan.identified.identity)
    given = plan.request.id if plan.record.mode is Mode.IMPORT else None
    if given is None:
        number = own or unit.registry_schemas.highest_id(context_key) + 1
        if number > LARGEST_ID:
            raise not_permitted("All ids up to 2^31-1 are given. Register in another context.")
        return number
    if own is not None:
        _check_same_id(plan.request, own)
    elif unit.registry_writing.identity_of(context_key, given) is not None:
        raise not_permitted(f"Overwrite new schema with id {given} is not permitted: another schema has it.")
    return given


def _version_for(unit: Unit, record: SubjectRecord, plan: _Plan) -> int:
    given = plan.request.version
    if given in _LATEST_OF_REQUEST or plan.record.mode is not Mode.IMPORT:
        return record.highest_version + 1
    assert given is not None
    if given < 1:
        raise invalid_schema(f"Invalid schema: {given} is no version; versions are counted from 1.")
    if unit.registry_subjects.version(record, given, deleted=False) is not None:
        raise not_permitted(f"Version {given} of subject {record.name.qualified} is another schema already.")
    return given
