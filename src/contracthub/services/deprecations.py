"""What a provider asks its consumers to leave, until when, and who of those that live somewhere has not left it yet."""

from datetime import date

from contracthub.domain.deprecations import Deprecation, Deprecations
from contracthub.domain.element_usage import ElementReader
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ProviderContract
from contracthub.domain.readers import EventText
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.comparisons.reader_writer import read_before
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.usage.deprecated import (
    DeprecatedPart,
    DeprecatedParts,
    day_of,
    deprecated_in_asyncapi,
    deprecated_in_events,
    deprecated_in_graphql,
    deprecated_in_openapi,
)
from contracthub.formats.usage.graphql import Queries
from contracthub.services.chosen_documents import WhichDocuments, chosen_documents
from contracthub.services.element_readers import readers_of, silent_in, usage_of
from contracthub.services.hub import Hub
from contracthub.services.offered_documents import OfferedDocument, merged

MOST_DEPRECATIONS = 1_000
MOST_ELEMENTS = 20
"""Names that are told of one deprecation."""
_NOTHING = DeprecatedParts(())


def deprecations_of(hub: Hub, provider: str, which: WhichDocuments) -> Deprecations:
    """All that is deprecated, what has to go first at the top.

    Raises :class:`NotFound` for unknown names and where nothing was published, :class:`Invalid` and :class:`TooLarge`.
    """
    with hub.reading() as unit:
        _, documents, others, needs = chosen_documents(unit, provider, which)
    usage = usage_of(needs, merged((*documents, *others)))
    looked = [(document, _parts(document)) for document in documents]
    parts = [(document, part) for document, found in looked for part in found.parts]
    listed = parts[:MOST_DEPRECATIONS]
    readers = readers_of(hub, needs, usage, [part.elements for _, part in listed])
    entries = [_deprecation(document, part, each) for (document, part), each in zip(listed, readers, strict=True)]
    return Deprecations(
        needs.provider,
        hub.now().date(),
        tuple(_named(each.contract) for each in documents),
        needs.environments,
        tuple(sorted(entries, key=_order)),
        tuple(silent_in(needs)),
        len(parts) > MOST_DEPRECATIONS or any(found.is_cut for _, found in looked),
    )


def _parts(offered: OfferedDocument) -> DeprecatedParts:
    document, contract = offered.document, offered.contract
    if isinstance(document, Requests):
        return deprecated_in_openapi(document.document)
    if isinstance(document, Queries):
        return deprecated_in_graphql(document.document)
    if isinstance(document, AsyncApiDocument):
        return deprecated_in_asyncapi(document)
    if isinstance(document, EventText):
        try:
            topic = contract.topic or contract.subject or contract.name
            return deprecated_in_events(read_before(document), document.text, topic)
        except (Invalid, TooLarge):
            return _NOTHING
    return _NOTHING


def _deprecation(offered: OfferedDocument, part: DeprecatedPart, readers: tuple[ElementReader, ...]) -> Deprecation:
    contract = offered.contract
    return Deprecation(
        part.kind.value,
        tuple(str(each) for each in part.elements[:MOST_ELEMENTS]),
        len(part.elements),
        contract.name,
        contract.version_number,
        part.place,
        part.reason,
        day_of(part.sunset),
        part.sunset,
        readers,
    )


def _order(entry: Deprecation) -> tuple[bool, date, tuple[str, ...]]:
    return (entry.sunset is None, entry.sunset or date.max, entry.elements)


def _named(contract: ProviderContract) -> str:
    return f"{contract.name} of {contract.version_number}"
