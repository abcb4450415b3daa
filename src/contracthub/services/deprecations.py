"""What a provider asks its consumers to leave, until when, and who of those that live somewhere has not left it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracthub.domain.deprecations import Deprecation, Deprecations
from contracthub.domain.element_usage import ElementReader
from contracthub.domain.errors import Fault, Invalid, NotFound, TooLarge
from contracthub.domain.pacticipants import Pacticipant
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
from contracthub.services.element_readers import readers_of, silent_in, usage_of
from contracthub.services.hub import Hub
from contracthub.services.offered_documents import (
    OfferedDocument,
    contracts_in,
    documents_of,
    merged,
    newest_contracts,
)
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.provider_needs import environments_named, needs_in
from contracthub.services.versions import required_version

MOST_DEPRECATIONS = 1_000
MOST_ELEMENTS = 20
"""Names that are told of one deprecation."""
_NOTHING = DeprecatedParts(())


@dataclass(frozen=True, slots=True)
class WhichDocuments:
    """Of which version: at most one of these; otherwise of the main branch, or of the newest that has any.

    With ``environment`` only consumers there count, otherwise those in every environment; ``main_branches`` as in
    :func:`needs_of_consumers`.
    """

    version: str | None = None
    branch: str | None = None
    environment: str | None = None
    main_branches: bool = False


def deprecations_of(hub: Hub, provider: str, which: WhichDocuments) -> Deprecations:
    """All that is deprecated, what has to go first at the top.

    Raises :class:`NotFound` for unknown names and where nothing was published, :class:`Invalid` and :class:`TooLarge`.
    """
    given = [each for each in (which.version, which.branch, which.environment) if each is not None]
    if len(given) > 1:
        raise Invalid.of(Fault("version", "cannot be given together with branch or environment, nor these together"))
    places = [which.environment] if which.environment is not None else []
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        homes = environments_named(unit, places)
        documents = documents_of(unit, chosen_contracts(unit, owner, which))
        others = documents_of(unit, contracts_in(unit, owner, homes.values()))
        needs = needs_in(unit, owner, places, main_branches=which.main_branches)
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


def chosen_contracts(unit: Unit, owner: Pacticipant, which: WhichDocuments) -> Sequence[ProviderContract]:
    """The documents that are meant. Raises :class:`NotFound` for unknown names and where nothing was published."""
    contracts = unit.provider_contracts
    if which.version is not None:
        found = contracts.of_version(required_version(unit, owner.name, which.version)[1].id)
    elif which.environment is not None:
        key = environments_named(unit, [which.environment])[which.environment]
        found = contracts.in_environment(owner, key, None)
    else:
        line = which.branch or owner.main_branch
        found = contracts.latest_on_branch(owner, line, None) if line else ()
        found = found or (() if which.branch else newest_contracts(unit, owner))
    if not found:
        said = which.version or which.branch or which.environment
        told = f" in {said[:100]!r}" if said else ""
        raise NotFound("provider-contract-not-found", f"{owner.name} has published no document{told}.")
    return found


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
