"""Reading subjects, their versions and what refers to them (schema-registry-api §3)."""

from collections.abc import Iterable, Sequence

from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    EVERYTHING,
    MOST_SCHEMAS_LISTED,
    Page,
    SubjectName,
    SubjectVersion,
    is_plain,
    is_valid_context,
    parse_subject,
)
from contracthub.domain.registry_errors import context_not_empty, invalid_subject, schema_not_found
from contracthub.domain.registry_settings import has_properties
from contracthub.services.hub import Hub
from contracthub.services.registry_places import check_there, record_anywhere, record_of, version_there

_EVERYWHERE = ":*:"
_AT_ONCE = 50


def subjects(
    hub: Hub,
    *,
    context: str = DEFAULT_CONTEXT,
    prefix: str = "",
    deleted: bool = False,
    deleted_only: bool = False,
    page: Page = EVERYTHING,
) -> Sequence[SubjectName]:
    """The subjects that have a live version, by context and name. Raises ``RegistryRefusal`` 42208 for a prefix of
    characters that no name has.

    ``deleted`` adds those with soft-deleted versions alone, ``deleted_only`` leaves just those. A prefix may name a
    context as a subject does, and ``:*:`` means all.
    """
    where, begin = _searched(prefix, context)
    with hub.reading() as unit:
        return unit.registry_subjects.subjects(
            where, prefix=begin, deleted=deleted, deleted_only=deleted_only, page=page
        )


def schemas(
    hub: Hub,
    *,
    context: str = DEFAULT_CONTEXT,
    prefix: str = "",
    deleted: bool = False,
    latest_only: bool = False,
    page: Page = EVERYTHING,
) -> Sequence[SubjectVersion]:
    """The versions of the subjects with that prefix, by subject and version; a thousand where no limit is given."""
    where, begin = _searched(prefix, context)
    limited = page if page.limit > 0 else Page(page.offset, MOST_SCHEMAS_LISTED)
    with hub.reading() as unit:
        return unit.registry_subjects.schemas(
            where, prefix=begin, deleted=deleted, latest_only=latest_only, page=limited
        )


def versions(
    hub: Hub, subject: SubjectName, *, deleted: bool = False, deleted_only: bool = False, page: Page = EVERYTHING
) -> Sequence[int]:
    """The numbers of a subject's versions, ascending. Raises ``RegistryRefusal`` 40401 when there are none."""
    with hub.reading() as unit:
        record = record_of(unit, subject)
        check_there(unit, record, deleted=deleted or deleted_only)
        return unit.registry_subjects.numbers(record, deleted=deleted, deleted_only=deleted_only, page=page)


def version(hub: Hub, subject: SubjectName, text_of_version: str, *, deleted: bool = False) -> SubjectVersion:
    """A version of a subject; the latest is always a live one.

    Raises ``RegistryRefusal``: 42202 for a text that is no version, 40401 and 40402 for what is not there.
    """
    with hub.reading() as unit:
        record = record_anywhere(unit, subject)
        return version_there(unit, record, text_of_version, deleted=deleted).version.told


def referenced_by(
    hub: Hub, subject: SubjectName, text_of_version: str, *, deleted: bool = False, page: Page = EVERYTHING
) -> Sequence[int]:
    """The ids of the schemas that refer to a version, ascending. Raises as ``version`` does."""
    with hub.reading() as unit:
        found = version_there(unit, record_anywhere(unit, subject), text_of_version, deleted=deleted)
        return unit.registry_schemas.users(found.record, found.version.version, deleted=deleted, page=page)


def latest_with_metadata(
    hub: Hub, subject: SubjectName, pairs: Iterable[tuple[str, str]], *, deleted: bool = False
) -> SubjectVersion:
    """The newest version whose metadata has all those properties. Raises ``RegistryRefusal`` 40401, 40403."""
    wanted, below = tuple(pairs), None
    with hub.reading() as unit:
        record = record_anywhere(unit, subject)
        check_there(unit, record, deleted=deleted)
        while found := unit.registry_subjects.live(record, below=below, most=_AT_ONCE, deleted=deleted):
            for each in found:
                if has_properties(each.kept.schema.metadata, wanted):
                    return each.told
            below = found[-1].version
    raise schema_not_found()


def contexts(hub: Hub, *, prefix: str = "", page: Page = EVERYTHING) -> tuple[str, ...]:
    """The names of the contexts; the default one is always there. Raises as ``subjects`` does."""
    _searched(prefix, DEFAULT_CONTEXT)
    with hub.reading() as unit:
        known = unit.registry_subjects.contexts(prefix=prefix, page=EVERYTHING)
    names = {*known, DEFAULT_CONTEXT} if DEFAULT_CONTEXT.startswith(prefix) else {*known}
    found: tuple[str, ...] = page.of(sorted(names))
    return found


def delete_context(hub: Hub, context: str) -> None:
    """Take a context out of the list. Raises ``RegistryRefusal`` 42211 while a subject is in it."""
    if not is_valid_context(context):
        raise invalid_subject(f":{context}:")
    with hub.writing() as unit:
        unit.registry_writing.lock()
        if context == DEFAULT_CONTEXT or unit.registry_subjects.has_any(context, deleted=True):
            raise context_not_empty(context)
        unit.registry_writing.unlist_context(context)


def _searched(prefix: str, context: str) -> tuple[str | None, str]:
    """The context and the beginning of names that a prefix means. Raises ``RegistryRefusal`` 42208 for one that has
    characters which no name has.
    """
    if not is_plain(prefix + context):
        raise invalid_subject(prefix)
    if prefix.startswith(_EVERYWHERE):
        return None, prefix.removeprefix(_EVERYWHERE)
    named = parse_subject(prefix, context)
    return named.context, named.subject
