"""What a provider version offers: all of its documents together, read once in a process, whoever asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument, offer_identity
from contracthub.formats.comparisons.offers import CompiledOffer
from contracthub.formats.limits import MEBIBYTE
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.ports import Unit
from contracthub.services.ports.paper import PaperDocument

# Of the files; in memory they are some ten times as large.
_KEPT_BYTES = 32 * MEBIBYTE

_Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Offer:
    """All documents of a provider version; ``identity`` is the same for those that no comparison can tell apart."""

    version_id: int
    identity: str
    documents: tuple[PaperDocument, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the documents are called."""
        return tuple(each.name for each in self.documents)

    def has(self, *formats: ContractFormat) -> bool:
        """Whether one of the documents is in one of these formats."""
        return any(each.format in formats for each in self.documents)


_compiled: BoundedCache[_Key, CompiledOffer] = BoundedCache(_KEPT_BYTES)


def offers_of(unit: Unit, version_ids: Collection[int]) -> Mapping[int, Offer]:
    """What those versions offer, by version; those without documents are left out."""
    documents: dict[int, list[PaperDocument]] = {}
    for each in unit.paper.documents(version_ids):
        documents.setdefault(each.version_id, []).append(each)
    return {key: _offer(key, tuple(found)) for key, found in documents.items()}


def _offer(version_id: int, documents: tuple[PaperDocument, ...]) -> Offer:
    identity = offer_identity((each.format, each.subject, each.topic, each.identity) for each in documents)
    return Offer(version_id, identity, documents)


def compiled(unit: Unit, offer: Offer) -> CompiledOffer:
    """The documents, ready to be compared with many contracts. Two threads that ask at once get the same."""
    # The same documents under other names tell other names.
    key = (offer.identity, offer.names)
    known = _compiled.get(key)
    if known is None:
        made = CompiledOffer([_document(unit, each) for each in offer.documents])
        known = _compiled.first(key, made, max(1, made.size))
    return known


def _document(unit: Unit, it: PaperDocument) -> OfferedDocument:
    files = unit.provider_contracts.text_of(it.id)
    root = next((each.path for each in files if each.is_root), "")
    bodies = {each.path: each.body for each in files}
    return OfferedDocument(it.name, it.format, it.identity, bodies or {"": b""}, root, it.subject, it.topic)
