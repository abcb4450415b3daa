"""What a provider offers where it matters, read: the documents by which elements are found and consumers understood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from contracthub.domain.errors import HubError, TooLarge
from contracthub.domain.matrix_query import Selector
from contracthub.domain.pacticipants import Pacticipant, Page
from contracthub.domain.provider_contracts import ContractFile, ContractFormat, ProviderContract
from contracthub.domain.readers import EventText
from contracthub.formats.asyncapi.events import Part, event_schemas
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.registry import provider_format
from contracthub.formats.uploads import Upload
from contracthub.formats.usage.asking import Documents
from contracthub.formats.usage.graphql import Queries
from contracthub.formats.usage.topics import Topic
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.ports import Unit
from contracthub.services.written_schemas import TYPES, event_text_of

MOST_DOCUMENTS = 50
"""Different documents that are looked at for one question."""
_KEPT_BYTES = 32 * 1024 * 1024

_Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A document of a provider version; ``document`` is what its format read, None where it can't be read any more."""

    contract: ProviderContract
    upload: Upload
    document: Any


_read: BoundedCache[_Key, OfferedDocument] = BoundedCache(_KEPT_BYTES)


def contracts_in(unit: Unit, owner: Pacticipant, environment_ids: Collection[int]) -> Sequence[ProviderContract]:
    """The documents of the provider's versions in those environments and of its main branch's head, newest first.

    Where none of these has any, those of the newest version that has.
    """
    versions: dict[int, None] = {}
    for key in environment_ids:
        found = unit.matrix.occupants(key, [owner.id])
        versions |= dict.fromkeys(each.id for each in found.get(owner.id, ()))
    heads = unit.matrix.latest_of([owner.id], Selector("", latest=True, main_branch=True))
    versions |= dict.fromkeys(each.id for each in heads.get(owner.id, ()))
    return unit.provider_contracts.of_versions(versions) if versions else newest_contracts(unit, owner)


def newest_contracts(unit: Unit, owner: Pacticipant) -> Sequence[ProviderContract]:
    """The documents of the newest version that has any."""
    newest = unit.provider_contracts.of_provider(owner.id, page=Page(1, 1)).entries
    return unit.provider_contracts.of_version(newest[0].version_id) if newest else ()


def documents_of(unit: Unit, contracts: Sequence[ProviderContract]) -> tuple[OfferedDocument, ...]:
    """Those documents, read; of several with the same files the first. Raises :class:`TooLarge`."""
    found: dict[tuple[str | None, _Key], OfferedDocument] = {}
    for contract in contracts:
        key: _Key = (contract.format.value, tuple((each.path, each.sha) for each in contract.files))
        # The same text for another topic is another document.
        if (contract.subject, key) not in found:
            if len(found) >= MOST_DOCUMENTS:
                told = f"There are more than {MOST_DOCUMENTS} different documents. Ask for fewer environments at once."
                raise TooLarge("too-many-documents", told, limit=MOST_DOCUMENTS)
            found[contract.subject, key] = _document(unit, contract, key)
    return tuple(found.values())


def merged(documents: Sequence[OfferedDocument]) -> Documents:
    """The documents by what they describe."""
    read = [each.document for each in documents]
    return Documents(
        tuple(each for each in read if isinstance(each, Requests)),
        tuple(each for each in read if isinstance(each, Queries)),
        tuple(topic for each in documents for topic in _topics(each)),
    )


def _document(unit: Unit, contract: ProviderContract, key: _Key) -> OfferedDocument:
    known = _read.get(key)
    if known is None:
        files = unit.provider_contracts.text_of(contract.id)
        known = _parsed(contract, files)
        _read.put(key, known, max(1, sum(len(each.body) for each in files)))
    return OfferedDocument(contract, known.upload, known.document)


def _parsed(contract: ProviderContract, files: Sequence[ContractFile]) -> OfferedDocument:
    root = next(each.path for each in files if each.is_root)
    upload = Upload(root, {each.path: each.body for each in files})
    if contract.format in TYPES:
        return OfferedDocument(contract, upload, event_text_of(TYPES[contract.format], files))
    try:
        document = provider_format(contract.format.value).read(upload, DOCUMENT)
    except HubError:
        # It was let in by the rules of another release.
        return OfferedDocument(contract, upload, None)
    return OfferedDocument(contract, upload, _PREPARED.get(contract.format, _as_it_is)(document))


def _as_it_is(document: Any) -> Any:
    return document


_PREPARED: Mapping[ContractFormat, Any] = {ContractFormat.OPENAPI: Requests, ContractFormat.GRAPHQL: Queries}


def _topics(offered: OfferedDocument) -> Sequence[Topic]:
    document, contract = offered.document, offered.contract
    if isinstance(document, EventText):
        names = {each for each in (contract.subject, contract.topic) if each}
        return [Topic(frozenset(names), document)] if names else []
    if not isinstance(document, AsyncApiDocument):
        return []
    found = []
    for each in event_schemas(document):
        text = EventText(each.type, each.text) if each.type is not None and each.text is not None else None
        own = (each.channel, each.address, each.topic) if each.part is Part.VALUE else ()
        names = {name for name in (*own, each.subject) if name}
        found += [Topic(frozenset(names), text)] if names else []
    described = {name for each in found for name in each.names}
    bare = [each for each in document.channels.values() if each.name not in described]
    return [*found, *(Topic(frozenset(filter(None, (each.name, each.address, each.topic))), None) for each in bare)]
