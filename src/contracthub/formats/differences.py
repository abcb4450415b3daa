"""The one table of comparisons of two documents of a provider. A format that can be compared is one line here.

Modules of formats are imported when a document of theirs is compared: a command that compares two OpenAPI documents
does not wait for GraphQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.changes import Catalogue, Change
from contracthub.formats.collector import collector_paused
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload
from contracthub.formats.wishes import DESCRIPTIONS, DIRECTIVES, NO_WISHES, Wishes


@dataclass(frozen=True, slots=True)
class DocumentDifference:
    """Both documents as they were read, the changes between them, and ``gaps``: what could not be compared.

    ``details`` harm nobody and were left out, because nobody asked for them.
    """

    old: Any
    new: Any
    changes: tuple[Change, ...]
    gaps: tuple[str, ...] = ()
    details: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The verbs of a format, imported with what they need: ``read``, ``compare``, and the rules."""

    read: Callable[[Upload, Limits], Any]
    compare: Callable[[Any, Any, date, Wishes], DocumentDifference]
    rules: Catalogue


def _openapi() -> _Comparison:
    from contracthub.formats.openapi.diff.catalogue import CATALOGUE
    from contracthub.formats.openapi.diff.engine import changes_between
    from contracthub.formats.openapi.diff.options import Options
    from contracthub.formats.openapi.diff.reading import read
    from contracthub.formats.openapi.parse import OpenApiDocument

    def compare(old: OpenApiDocument, new: OpenApiDocument, today: date, wishes: Wishes) -> DocumentDifference:
        options = Options(
            today,
            wishes.days_beta,
            wishes.days_stable,
            wishes.least_stability,
            ignored=wishes.ignored,
            tells_all=wishes.tells_all,
        )
        found = changes_between(old, new, options)
        return DocumentDifference(old, new, found.changes, found.gaps, found.details)

    return _Comparison(read, compare, CATALOGUE)


def _graphql() -> _Comparison:
    from contracthub.formats.graphql.diff.engine import changes_between
    from contracthub.formats.graphql.diff.options import Options
    from contracthub.formats.graphql.diff.reading import read
    from contracthub.formats.graphql.diff.rules import CATALOGUE
    from contracthub.formats.graphql.diff.side import Side

    def compare(old: Side, new: Side, _: date, wishes: Wishes) -> DocumentDifference:
        options = Options(DESCRIPTIONS in wishes.ignored, DIRECTIVES in wishes.ignored, not wishes.is_blunt)
        found = changes_between(old, new, options)
        return DocumentDifference(old, new, found.changes, found.gaps)

    return _Comparison(read, compare, CATALOGUE)


def _avro() -> _Comparison:
    from contracthub.formats.avro.contract import read
    from contracthub.formats.avro.diff.engine import changes_between
    from contracthub.formats.avro.diff.rules import CATALOGUE

    return _Comparison(read, _of_events(changes_between), CATALOGUE)


def _json_schema() -> _Comparison:
    from contracthub.formats.jsonschema.contract import read
    from contracthub.formats.jsonschema.diff.engine import changes_between
    from contracthub.formats.jsonschema.diff.rules import CATALOGUE

    return _Comparison(read, _of_events(changes_between), CATALOGUE)


def _protobuf() -> _Comparison:
    from contracthub.formats.protobuf.contract import read
    from contracthub.formats.protobuf.diff.engine import changes_between
    from contracthub.formats.protobuf.diff.rules import CATALOGUE

    return _Comparison(read, _of_events(changes_between), CATALOGUE)


def _asyncapi() -> _Comparison:
    from contracthub.formats.asyncapi.contract import read
    from contracthub.formats.asyncapi.diff.engine import changes_between, gaps_between
    from contracthub.formats.asyncapi.diff.rules import CATALOGUE
    from contracthub.formats.asyncapi.model import AsyncApiDocument

    def compare(old: AsyncApiDocument, new: AsyncApiDocument, _: date, __: Wishes) -> DocumentDifference:
        return DocumentDifference(old, new, changes_between(old, new), gaps_between(old, new))

    return _Comparison(read, compare, CATALOGUE)


def _of_events(
    changes_between: Callable[[Any, Any], tuple[Change, ...]],
) -> Callable[[Any, Any, date, Wishes], DocumentDifference]:
    def compare(old: object, new: object, _: date, __: Wishes) -> DocumentDifference:
        return DocumentDifference(old, new, changes_between(old, new))

    return compare


_COMPARISONS: Mapping[str, Callable[[], _Comparison]] = {
    "openapi": _openapi,
    "graphql": _graphql,
    "asyncapi": _asyncapi,
    "avro": _avro,
    "json-schema": _json_schema,
    "protobuf": _protobuf,
}
COMPARED = tuple(_COMPARISONS)
"""The names of the formats that can be compared."""


def difference(
    name: str, old: Upload, new: Upload, *, today: date, limits: Limits = DOCUMENT, wishes: Wishes = NO_WISHES
) -> DocumentDifference:
    """Compares two documents of a format. Raises ``Invalid`` and ``TooLarge``."""
    with collector_paused():
        return difference_of_read(
            name, read_document(name, old, limits), read_document(name, new, limits), today, wishes
        )


def read_document(name: str, upload: Upload, limits: Limits = DOCUMENT) -> Any:
    """A document as comparisons take it, as often as they like. Raises ``Invalid`` and ``TooLarge``."""
    return _comparison(name).read(upload, limits)


def difference_of_read(name: str, old: Any, new: Any, today: date, wishes: Wishes = NO_WISHES) -> DocumentDifference:
    """Compares two documents that were read before. Raises ``Invalid`` and ``TooLarge``."""
    return _comparison(name).compare(old, new, today, wishes)


def rules_of(name: str) -> Catalogue:
    """The rules of a format. Raises ``Invalid`` for one that can not be compared."""
    return _comparison(name).rules


def readable(name: str, upload: Upload, limits: Limits = DOCUMENT) -> bool:
    """Whether a document can be read at all."""
    try:
        _comparison(name).read(upload, limits)
    except (Invalid, TooLarge):
        return False
    return True


def _comparison(name: str) -> _Comparison:
    if name not in _COMPARISONS:
        known = ", ".join(COMPARED)
        text = f"Documents of the format {name[:100]} can't be compared yet; of these: {known}."
        raise Invalid("no-comparison", text)
    return _COMPARISONS[name]()
