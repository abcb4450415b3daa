"""Takes in the versions of the schema registry's subjects, with their schemas under the ids that these have there.

A schema is read again, so that what tells it from others is what it says. One that this hub could not read even by
earlier rules, or that uses what is gone, is kept as it was where the archive says what tells it apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracthub.domain.archive import ArchivedRegistrySchema, ArchivedRegistryVersion
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.registry import Json, Reference, SchemaType, SubjectName, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.domain.registry_rules import check_rules
from contracthub.formats.event_schemas import substance
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.archive_registry import conflict_of_id, json_in
from contracthub.services.ports.registry import KeptSchema, KeptVersion, NewSchema
from contracthub.services.registry_content import LARGEST_SCHEMA, Content, read, spellings_identified
from contracthub.services.registry_references import MOST_REFERENCES, targets_of

_KIND = "registryVersion"


class _Refused(Exception):
    """A record contradicts what is here, or can't be taken in; the text says why."""


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A version that is being taken in."""

    line: int
    name: SubjectName
    record: ArchivedRegistryVersion
    at: datetime

    @property
    def title(self) -> str:
        """How a person names it."""
        return f"Version {self.record.version} of subject {self.name.qualified}"


def write_registry_versions(batch: Batch, records: Numbered) -> None:
    """Register the versions that are not there; what is there stays, but for being deleted there."""
    batch.unit.registry_writing.lock()
    for line, record in records:
        name = SubjectName(record.context, record.subject)
        arriving = _Arriving(line, name, record, record.created_at or batch.hub.now())
        _check_sizes(arriving)
        try:
            batch.count(_KIND, _write(batch, arriving))
        except _Refused as refusal:
            batch.refuse(line, _KIND, str(refusal))


def _check_sizes(arriving: _Arriving) -> None:
    record, line = arriving.record, arriving.line
    if record.content is None:
        if record.identity is None:
            raise Invalid.of(fault_at(line, "content", "is missing, and so is identity; one of them is needed"))
        return
    faults: list[Fault] = []
    if len(record.content.schema.encode()) > LARGEST_SCHEMA:
        faults.append(fault_at(line, "content.schema", f"has more than {LARGEST_SCHEMA:,} bytes"))
    if len(record.content.references) > MOST_REFERENCES:
        faults.append(fault_at(line, "content.references", f"has more than {MOST_REFERENCES} entries"))
    if faults:
        raise Invalid.of(*faults)


def _write(batch: Batch, arriving: _Arriving) -> str:
    unit, record = batch.unit, arriving.record
    there = unit.registry_subjects.record(arriving.name)
    found = unit.registry_subjects.version(there, record.version, deleted=True)
    if found is not None and _is_known(found, record):
        return _deleted_alike(batch, arriving, found)
    key = there.context_key
    new: NewSchema | None = None
    if record.content is None:
        kept = None if key is None else unit.registry_writing.kept(key, record.id)
        identity = _of_earlier(arriving, kept)
    else:
        new = _schema_of(batch, arriving, record.content)
        kept, identity = None, new.identity
    if found is not None:
        if (found.kept.schema.id, found.kept.identity) == (record.id, identity):
            return _deleted_alike(batch, arriving, found)
        raise _Refused(f"{arriving.title} is another schema here (id {found.kept.schema.id}), which stays.")
    why = None if key is None else conflict_of_id(batch, key, record.context, record.id, identity)
    if why is not None:
        raise _Refused(f"{arriving.title}: {why}")
    _store(batch, arriving, new, kept)
    return "created"


def _is_known(found: KeptVersion, record: ArchivedRegistryVersion) -> bool:
    return (found.kept.schema.id, found.kept.identity) == (record.id, record.identity)


def _deleted_alike(batch: Batch, arriving: _Arriving, found: KeptVersion) -> str:
    """What was deleted there since is deleted here; what was deleted here stays so."""
    if found.deleted == arriving.record.deleted:
        return "unchanged"
    if found.deleted:
        raise _Refused(f"{arriving.title} was deleted here, and stays so.")
    record = batch.unit.registry_subjects.record(arriving.name)
    batch.unit.registry_writing.soft_delete(record, [found.version])
    return "updated"


def _of_earlier(arriving: _Arriving, kept: KeptSchema | None) -> str:
    record = arriving.record
    if kept is None or kept.identity != record.identity:
        raise _Refused(f"{arriving.title}: its schema with id {record.id} was not carried over.")
    return kept.identity


def _store(batch: Batch, arriving: _Arriving, new: NewSchema | None, kept: KeptSchema | None) -> None:
    writing, record = batch.unit.registry_writing, arriving.record
    subject = writing.ensure_subject(arriving.name, now=arriving.at)
    assert subject.context_key is not None
    if kept is None:
        assert new is not None
        if len(new.targets) != len(new.references):
            new = replace(new, targets=_target_keys(batch, arriving, new.references))
        kept = writing.store_schema(subject.context_key, new, record.id, now=arriving.at)
    writing.add_version(subject, record.version, kept, now=arriving.at)
    if record.deleted:
        writing.soft_delete(subject, [record.version])


def _schema_of(batch: Batch, arriving: _Arriving, told: ArchivedRegistrySchema) -> NewSchema:
    """The schema as it is to be stored. Raises ``_Refused`` when it is none, or not what the archive says it is."""
    references = tuple(Reference(each.name, each.subject, each.version) for each in told.references)
    rule_set = _json(arriving.line, "content.ruleSet", told.rule_set)
    content = Content(
        type=SchemaType(told.schema_type),
        text=told.schema,
        references=references,
        targets=(),
        metadata=_json(arriving.line, "content.metadata", told.metadata),
        rule_set=rule_set,
        is_normal=False,
    )
    stated = arriving.record.identity
    try:
        check_rules(rule_set)
        return _read_again(batch, arriving, content)
    except RegistryRefusal as refusal:
        if stated is None:
            raise _Refused(f"{arriving.title} is refused here: {refusal.message[:500]}") from refusal
    return _new_schema(content, stated, None, content.text, ())


def _read_again(batch: Batch, arriving: _Arriving, content: Content) -> NewSchema:
    targets = targets_of(batch.unit, arriving.name, content.references, deleted=True)
    content = replace(content, targets=targets)
    spellings = spellings_identified(batch.unit, content)
    keys = tuple((each.subject_key, each.version) for each in targets)
    stated = arriving.record.identity
    if stated is None:
        plain = spellings[0]
        schema = plain.schema or read(batch.unit, content, lenient=True)
        return _new_schema(content, plain.identity, plain.inlined_identity, schema.canonical, keys)
    for each in spellings:
        if each.identity == stated:
            return _new_schema(content, stated, each.inlined_identity, content.text, keys)
    raise _Refused(f"{arriving.title}: its text is not what its identity stands for. The archive was altered.")


def _new_schema(
    content: Content, identity: str, inlined: str | None, text: str, targets: tuple[tuple[int, int], ...]
) -> NewSchema:
    return NewSchema(
        identity=identity,
        inlined_identity=inlined,
        guid=str(UUID(identity[:32])),
        type=content.type,
        text=text,
        references=content.references,
        targets=targets,
        metadata=content.metadata,
        rule_set=content.rule_set,
    )


def _target_keys(batch: Batch, arriving: _Arriving, references: Sequence[Reference]) -> tuple[tuple[int, int], ...]:
    """What a schema uses, also where it is gone: then its subject at least is there."""
    writing = batch.unit.registry_writing
    found = []
    for each in references:
        record = writing.ensure_subject(parse_subject(each.subject, arriving.name.context), now=arriving.at)
        assert record.key is not None
        found.append((record.key, each.version))
    return tuple(found)


def _json(line: int, field: str, text: str | None) -> Json | None:
    return None if text is None else substance(json_in(line, field, text))
