"""Whether a schema may follow those of a subject: what registering demands, and what can be asked beforehand
(schema-registry-api §12, §15).
"""

from collections.abc import Iterable, Iterator
from functools import partial

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.registry import LATEST, CheckOutcome, CompatibilityPolicy, SchemaRequest, SubjectName
from contracthub.domain.registry_errors import RegistryRefusal, version_not_found
from contracthub.domain.registry_settings import properties_of
from contracthub.formats.compatibility import Conflict, Level, Role, conflicts
from contracthub.formats.event_schemas import EventSchema, reads
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptVersion, SubjectRecord
from contracthub.services.registry_content import Content, content_of, read
from contracthub.services.registry_places import record_of, version_of
from contracthub.services.registry_references import event_schema

_AT_ONCE = 20


def check(
    hub: Hub, subject: SubjectName, text_of_version: str | None, request: SchemaRequest, *, normalize: bool
) -> CheckOutcome:
    """Whether the schema may follow one version of the subject, or without a version all that its level names.

    A subject that is not there lets everything follow. Raises ``RegistryRefusal``: 40402 for a numbered version that
    is not there, 42202 for a text that is no version, 42201 for an invalid schema.
    """
    number = None if text_of_version is None else version_of(text_of_version)
    with hub.reading() as unit:
        record = record_of(unit, subject)
        content = content_of(unit, record, request, normalize=normalize)
        schema = read(unit, content)
        if number is None:
            messages = incompatibilities(unit, record, content, schema)
        else:
            earlier = unit.registry_subjects.version(record, number, deleted=False)
            if earlier is None and number != LATEST:
                raise version_not_found(number)
            messages = _first_conflicts(unit, record, schema, [] if earlier is None else [earlier])
    return CheckOutcome(not messages, messages)


def incompatibilities(unit: Unit, record: SubjectRecord, content: Content, schema: EventSchema) -> tuple[str, ...]:
    """Why the schema must not be the subject's next version; empty when it may be."""
    level = Level(record.config.compatibility_level or Level.BACKWARD)
    if level is Level.NONE:
        return ()
    earlier = _earlier(unit, record, content, is_transitive=level.is_transitive)
    return _first_conflicts(unit, record, schema, earlier)


def _earlier(unit: Unit, record: SubjectRecord, content: Content, *, is_transitive: bool) -> Iterator[KeptVersion]:
    """The versions that count, newest first, fetched as they are needed."""
    group = record.config.compatibility_group
    wanted = properties_of(content.metadata).get(group) if group else None
    below: int | None = None
    most = _AT_ONCE if is_transitive or group else 1
    while versions := unit.registry_subjects.live(record, below=below, most=most):
        for each in versions:
            if not group or properties_of(each.kept.schema.metadata).get(group) == wanted:
                yield each
                if not is_transitive:
                    return
        if len(versions) < most:
            return
        below = versions[-1].version


def _first_conflicts(
    unit: Unit, record: SubjectRecord, schema: EventSchema, earlier: Iterable[KeptVersion]
) -> tuple[str, ...]:
    config = record.config
    level = Level(config.compatibility_level or Level.BACKWARD)
    compare = partial(reads, policy=config.compatibility_policy or CompatibilityPolicy.STRICT)
    for each in earlier:
        try:
            found = conflicts(level, schema, [event_schema(unit, each.kept)], compare)
        except (Invalid, TooLarge, RegistryRefusal) as error:
            return (f"Version {each.version} can't be compared: {error.message}",)
        if found:
            return tuple(_told(conflict, each.version) for conflict in found)
    return ()


def _told(conflict: Conflict, version: int) -> str:
    found = conflict.incompatibility
    if conflict.new_schema is Role.READER:
        sides, remedy = f"new schema is the reader, version {version} the writer", found.remedy
    else:
        # What was found is told on the way from the writer to the reader, and the reader can't be changed any more: its
        # remedy would be the contrary of what helps.
        sides = f"from the new schema, the writer, back to version {version}, the reader"
        remedy = f"Leave {found.path} as version {version} has it, for its readers get what the new schema writes."
    return f"{found.rule} at {found.path}: {found.message} ({sides}). What to do: {remedy}"
