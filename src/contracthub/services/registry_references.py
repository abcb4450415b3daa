"""What schemas refer to, resolved among those that are registered, whatever their type (schema-registry-api §10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.registry import (
    LARGEST_VERSION,
    LATEST,
    LONGEST_REFERENCE,
    Reference,
    StoredSchema,
    SubjectName,
    is_plain,
    is_valid_subject,
    parse_subject,
)
from contracthub.domain.registry_errors import invalid_schema, reference_not_found
from contracthub.formats.event_schemas import EventSchema, Referenced, parse
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptReference, KeptSchema, KeptVersion

MOST_REFERENCES = 500
_DEEPEST = 50


def targets_of(
    unit: Unit, name: SubjectName, references: Sequence[Reference], *, deleted: bool = False
) -> tuple[KeptVersion, ...]:
    """The versions that a schema of that subject refers to, in the order of the references.

    Raises ``RegistryRefusal`` 42201 for one that is not there, and for more than anybody needs.
    """
    if len(references) > MOST_REFERENCES:
        told = f"it has {len(references)} references; at most {MOST_REFERENCES} are read"
        raise invalid_schema(f"Invalid schema: {told}. Use fewer.")
    if not references:
        return ()
    wanted = [(parse_subject(each.subject, name.context), each.version) for each in references]
    for each, (subject, version) in zip(references, wanted, strict=True):
        _check_reference(each, subject, version)
    found = unit.registry_schemas.named_versions(wanted, deleted=deleted)
    for each, target in zip(references, wanted, strict=True):
        if target not in found:
            raise reference_not_found(each.subject, each.version)
    return tuple(found[target] for target in wanted)


def _check_reference(reference: Reference, subject: SubjectName, version: int) -> None:
    if not reference.name or not is_plain(reference.name) or len(reference.name) > LONGEST_REFERENCE:
        told = f"the name of a reference must be a text of at most {LONGEST_REFERENCE} characters"
        raise invalid_schema(f"Invalid schema: {told} without control characters.")
    if not is_valid_subject(subject) or not (version == LATEST or 1 <= version <= LARGEST_VERSION):
        raise reference_not_found(reference.subject, reference.version)


def numbered(references: Sequence[Reference], targets: Sequence[KeptVersion]) -> tuple[Reference, ...]:
    """The references with the number of the version instead of "the latest"."""
    return tuple(
        replace(each, version=target.version) if each.version == LATEST else each
        for each, target in zip(references, targets, strict=True)
    )


def referenced_by_request(
    unit: Unit, references: Sequence[Reference], targets: Sequence[KeptVersion]
) -> tuple[Referenced, ...]:
    """All that a new schema uses, directly or not, each name once and after what it uses itself."""
    direct = [(each.name, target.kept) for each, target in zip(references, targets, strict=True)]
    return _depth_first(direct, _uses_below(unit, [kept for _, kept in direct]))


def referenced_by(unit: Unit, kept: KeptSchema) -> tuple[Referenced, ...]:
    """All that a registered schema uses."""
    if not kept.schema.references:
        return ()
    uses = _uses_below(unit, [kept])
    return _depth_first(_direct(uses.get(kept.key, ())), uses)


def event_schema(unit: Unit, kept: KeptSchema) -> EventSchema:
    """A registered schema, read again as what was accepted once. Raises ``Invalid`` when it can't be any more."""
    return parse(kept.schema.type, kept.schema.text, referenced_by(unit, kept), lenient=True)


def _uses_below(unit: Unit, schemas: Iterable[KeptSchema]) -> Mapping[int, Sequence[KeptReference]]:
    """What those schemas use, and what that uses, level by level: a query a level, however many there are."""
    uses: dict[int, list[KeptReference]] = {}
    todo = {each.key for each in schemas if each.schema.references}
    for _ in range(_DEEPEST):
        if not todo:
            return uses
        uses.update((key, []) for key in todo)
        below: set[int] = set()
        for each in unit.registry_schemas.uses(todo):
            uses[each.user_key].append(each)
            if each.used is not None and each.used.schema.references:
                below.add(each.used.key)
        todo = below - uses.keys()
        if sum(map(len, uses.values())) > MOST_REFERENCES:
            raise invalid_schema(f"Invalid schema: it uses more than {MOST_REFERENCES} other schemas; use fewer.")
    raise invalid_schema(f"Invalid schema: its references go deeper than {_DEEPEST} levels; refer more directly.")


def _direct(uses: Iterable[KeptReference]) -> list[tuple[str, KeptSchema]]:
    return [(each.name, each.used) for each in uses if each.used is not None]


def _depth_first(
    direct: Sequence[tuple[str, KeptSchema]], uses: Mapping[int, Sequence[KeptReference]]
) -> tuple[Referenced, ...]:
    found: dict[str, Referenced] = {}
    begun: set[str] = set()
    todo = [(name, kept, False) for name, kept in reversed(direct)]
    while todo:
        name, kept, is_done = todo.pop()
        if is_done:
            found[name] = Referenced(name, kept.schema.text)
        elif name not in begun:
            begun.add(name)
            todo.append((name, kept, True))
            todo.extend((inner, used, False) for inner, used in reversed(_direct(uses.get(kept.key, ()))))
    return tuple(found.values())


def schema_read_again(unit: Unit, context: str, schema: StoredSchema) -> EventSchema:
    """The same of a schema of a context. Raises ``RegistryRefusal`` 42201 when it can't be read any more."""
    targets = targets_of(unit, SubjectName(context, ""), schema.references, deleted=True)
    used = referenced_by_request(unit, schema.references, targets)
    try:
        return parse(schema.type, schema.text, used, lenient=True)
    except (Invalid, TooLarge) as error:
        raise invalid_schema(f"Invalid schema of type {schema.type}: {error.message}") from error
