"""Takes in the schema registry but for its versions: contexts, subjects, what they have chosen, and ids that are gone.

A history is taken as it is: no mode and no compatibility level is asked, only whether it contradicts what is here.
"""

from dataclasses import dataclass

from contracthub.domain.archive import ArchivedRegistryContext, ArchivedRegistrySubject
from contracthub.domain.errors import HubError, Invalid
from contracthub.domain.registry import Mode, SchemaType, SubjectConfig, SubjectName
from contracthub.domain.registry_settings import Settings, changed_config, mode_named, settings_named
from contracthub.formats import safe_json
from contracthub.formats.limits import ENVELOPE
from contracthub.formats.safe_json import JsonObject
from contracthub.services.archive_batches import Batch, Numbered, fault_at

Chooser = ArchivedRegistryContext | ArchivedRegistrySubject


@dataclass(slots=True)
class _Place:
    """A context or a subject that is being taken in: what it had chosen here, and what became of it so far."""

    line: int
    kind: str
    name: SubjectName
    own: Settings
    is_new: bool
    is_changed: bool = False
    is_refused: bool = False

    @property
    def title(self) -> str:
        """How a person names it."""
        if not self.name.is_context:
            return f"Subject {self.name.qualified}"
        return f"Context {self.name.context}"


def write_contexts(batch: Batch, records: Numbered) -> None:
    """Make the contexts that are not there, and choose what they have not chosen here."""
    unit, kind = batch.unit, "registryContext"
    unit.registry_writing.lock()
    for line, record in records:
        name = SubjectName(record.name, "")
        there = unit.registry_subjects.record(name)
        place = _Place(line, kind, name, there.own, is_new=there.context_key is None)
        if place.is_new or record.listed:
            unit.registry_writing.ensure_context(record.name, now=record.created_at or batch.hub.now())
        if place.is_new and not record.listed:
            unit.registry_writing.unlist_context(record.name)
        _choose(batch, place, record)


def write_subjects(batch: Batch, records: Numbered) -> None:
    """Make the subjects that are not there, and choose what they have not chosen here."""
    unit, kind = batch.unit, "registrySubject"
    unit.registry_writing.lock()
    for line, record in records:
        name = SubjectName(record.context, record.name)
        there = unit.registry_subjects.record(name)
        place = _Place(line, kind, name, there.own, is_new=there.key is None)
        if place.is_new:
            there = unit.registry_writing.ensure_subject(name, now=record.created_at or batch.hub.now())
        place.is_changed = unit.registry_writing.raise_highest_version(there, record.highest_version)
        _choose(batch, place, record)


def _choose(batch: Batch, place: _Place, record: Chooser) -> None:
    """Have the place choose what it chose there, unless it has chosen something else here."""
    config, mode = _config_in(place.line, record.config), _mode_in(place.line, record.mode)
    now, writing = batch.hub.now(), batch.unit.registry_writing
    if _is_wanted(batch, place, config, place.own.config):
        writing.set_config(place.name, config, now=now)
    if _is_wanted(batch, place, mode, place.own.mode):
        writing.set_mode(place.name, mode, now=now)
    if place.is_refused:
        batch.count(place.kind, "refused")
    else:
        batch.count(place.kind, "created" if place.is_new else "updated" if place.is_changed else "unchanged")


def _is_wanted(batch: Batch, place: _Place, theirs: SubjectConfig | Mode | None, ours: object) -> bool:
    """Whether something is to be chosen here that is not chosen yet."""
    if theirs is None or theirs == ours:
        return False
    if ours is not None:
        what = "mode" if isinstance(theirs, Mode) else "settings"
        text = f"{place.title} has other {what} here, which stay: not {_told(theirs)}, but {_told(ours)}."
        batch.tell(place.line, place.kind, text)
        place.is_refused = True
        return False
    place.is_changed = True
    return True


def _told(chosen: object) -> str:
    if not isinstance(chosen, SubjectConfig):
        return str(chosen)
    return ", ".join(f"{name} {str(value)[:60]}" for name, value in settings_named(chosen).items())


def _config_in(line: int, text: str | None) -> SubjectConfig | None:
    if text is None:
        return None
    try:
        config = changed_config(None, json_in(line, "config", text))
    except HubError as refusal:
        raise Invalid.of(fault_at(line, "config", refusal.message)) from refusal
    return None if config == SubjectConfig() else config


def _mode_in(line: int, text: str | None) -> Mode | None:
    try:
        return None if text is None else mode_named(text)
    except HubError as refusal:
        raise Invalid.of(fault_at(line, "mode", refusal.message)) from refusal


def json_in(line: int, field: str, text: str) -> JsonObject:
    """The object in a text. Raises :class:`Invalid` when there is none."""
    try:
        found = safe_json.loads(text, ENVELOPE)
    except HubError as error:
        raise Invalid.of(fault_at(line, field, error.message)) from error
    if not isinstance(found, dict):
        raise Invalid.of(fault_at(line, field, "must be the text of a JSON object"))
    return found


def write_ids(batch: Batch, records: Numbered) -> None:
    """Keep ids for the schemas that they meant, so that they never mean anything else."""
    unit, kind = batch.unit, "registryId"
    unit.registry_writing.lock()
    for line, record in records:
        now = batch.hub.now()
        key = unit.registry_writing.ensure_context(record.context, now=now)
        why = conflict_of_id(batch, key, record.context, record.id, record.identity)
        if why is not None:
            batch.refuse(line, kind, why)
        elif unit.registry_writing.identity_of(key, record.id) is not None:
            batch.count(kind, "unchanged")
        else:
            schema_type = SchemaType(record.schema_type)
            unit.registry_writing.keep_id(key, record.id, record.identity, schema_type, now=now)
            batch.count(kind, "created")


def conflict_of_id(batch: Batch, context_key: int, context: str, number: int, identity: str) -> str | None:
    """Why a schema can't have that id here; None when it can, or has it already."""
    writing = batch.unit.registry_writing
    holder, own = writing.identity_of(context_key, number), writing.id_of(context_key, identity)
    if holder not in (None, identity):
        return f"Id {number} in context {context} is another schema's here."
    if own not in (None, number):
        return f"The schema with id {number} in context {context} has id {own} here."
    return None


def write_readers_checks(batch: Batch, records: Numbered) -> None:
    """Have readers count where they counted there, unless something else was chosen here."""
    kind, topics = "readersCheck", batch.unit.topics
    for line, record in records:
        ours = topics.check_of(record.subject)
        if ours is None:
            topics.set_check(record.subject, record.environments, now=batch.hub.now())
            batch.count(kind, "created")
        elif set(ours) == set(record.environments):
            batch.count(kind, "unchanged")
        else:
            text = f"Readers of subject {record.subject} count in other environments here, which stay: "
            batch.refuse(line, kind, text + ", ".join(ours[:5]))
