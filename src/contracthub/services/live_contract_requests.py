"""What a request to publish live contracts says, checked: before a transaction is opened."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.live_contracts import LiveName, NewLiveContract
from contracthub.domain.names import faults_of_name
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import identity, read
from contracthub.services.publication_requests import faults_of_version

# As many as pacts. Each is kept once per provider, and all of a request are written at once.
MOST_CONTRACTS = 1000
MOST_ROWS = 5000
MOST_PROVIDERS = 50


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """A live contract that is offered, read; ``providers`` are those that it is about."""

    document: LiveDocument
    contract: NewLiveContract

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that it is about, each once."""
        return tuple(dict.fromkeys(self.document.providers))

    @property
    def name(self) -> LiveName:
        """What it is called."""
        return LiveName(self.contract.kind, self.contract.name)


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """Live contracts of one consumer version, with what is known of that version."""

    consumer: str
    number: str
    offers: tuple[LiveOffer, ...]
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    overwrite: bool = False

    @property
    def providers(self) -> frozenset[str]:
        """All providers that they are about."""
        return frozenset(provider for offer in self.offers for provider in offer.providers)


def live_request_from(body: dict[str, Any]) -> LiveRequest:
    """The request in a body. Raises :class:`Invalid` with everything that is wrong, and :class:`TooLarge`."""
    faults = faults_of_version(body, ("consumer", "version"))
    if not isinstance(body.get("overwrite", False), bool):
        faults.append(Fault("overwrite", "must be true or false"))
    offers: list[LiveOffer] = []
    for index, entry in enumerate(_entries(body, faults)):
        try:
            offers.append(_offer_from(entry, body.get("consumer")))
        except Invalid as error:
            faults += [_in_list(each, index) for each in error.faults]
    faults += _faults_of_twins(offers)
    if sum(len(offer.providers) for offer in offers) > MOST_ROWS:
        faults.append(Fault("contracts", f"cannot be about more than {MOST_ROWS} providers in all"))
    if faults:
        raise Invalid.of(*faults)
    return LiveRequest(
        body["consumer"],
        body["version"],
        tuple(offers),
        body.get("branch"),
        tuple(dict.fromkeys(body.get("tags") or ())),
        body.get("buildUrl"),
        body.get("overwrite", False),
    )


def _entries(body: dict[str, Any], faults: list[Fault]) -> Sequence[object]:
    entries = body.get("contracts")
    if not isinstance(entries, list) or not entries:
        faults.append(Fault("contracts", "must be an array with at least one contract"))
    elif len(entries) > MOST_CONTRACTS:
        faults.append(Fault("contracts", f"cannot have more than {MOST_CONTRACTS} entries"))
    else:
        return entries
    return ()


def _in_list(fault: Fault, index: int) -> Fault:
    """The same fault of an entry; its pointer leads into the contract itself, and is told with it."""
    told = f"{fault.pointer} {fault.text}" if fault.pointer else str(fault)
    return replace(fault, field="contracts", text=told, index=index)


def _offer_from(entry: object, consumer: object) -> LiveOffer:
    if not isinstance(entry, dict) or not isinstance(entry.get("content"), str):
        raise Invalid.of(Fault("content", "must be the text of a contract, in YAML or JSON"))
    try:
        source = entry["content"].encode()
    except UnicodeEncodeError as error:
        raise Invalid.of(Fault("content", "cannot contain half a surrogate pair")) from error
    document = read(source)
    faults = _faults_of_parties(document, consumer)
    if faults:
        raise Invalid.of(*faults)
    kind = ContractKind(document.kind)
    sha = hashlib.sha256(source).hexdigest()
    return LiveOffer(document, NewLiveContract(kind, document.name, identity(document), sha, source))


def _faults_of_parties(document: LiveDocument, consumer: object) -> list[Fault]:
    faults = [fault for provider in document.providers for fault in faults_of_name("provider", provider)]
    if document.consumer is not None and document.consumer != consumer:
        told = f"is '{document.consumer[:100]}' in the contract, and it is published for '{str(consumer)[:100]}'"
        faults.append(Fault("consumer", told, "/consumer"))
    if len(set(document.providers)) > MOST_PROVIDERS:
        faults.append(Fault("", f"cannot be about more than {MOST_PROVIDERS} providers"))
    return faults


def _faults_of_twins(offers: Sequence[LiveOffer]) -> list[Fault]:
    """Contracts that would take the same place: in a list, the later one of two."""
    taken: dict[tuple[LiveName, str], str] = {}
    faults = []
    for index, offer in enumerate(offers):
        # A journey has its name alone, whoever its steps are taken at.
        for provider in offer.providers if offer.name.kind is not ContractKind.JOURNEY else ("any provider",):
            there = taken.setdefault((offer.name, provider), offer.contract.identity)
            if there != offer.contract.identity:
                told = f"{offer.name} is given more than once with {provider}, with different content"
                faults.append(Fault("contracts", told, "/name", index))
    return faults
