"""Which live contracts a provider has to be verified against, and the results that are recorded for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Invalid, NotFound
from contracthub.domain.evidence import NewVerification, RecordedVerification
from contracthub.domain.live_contracts import LIVE_KINDS, LiveContract, as_publication
from contracthub.domain.names import faults_of_name
from contracthub.domain.selection import VerifiablePact
from contracthub.services.hub import Hub
from contracthub.services.live_contracts import LivePlace, live_kind, required_live_contract
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts_for_verification import verifiable
from contracthub.services.ports import Unit
from contracthub.services.ports.webhooks import ProviderVersionFacts, ResultFacts
from contracthub.services.publication_requests import faults_of_version
from contracthub.services.verifications import ReportedFor, faults_of_result, kept_document
from contracthub.services.versions import record_version
from contracthub.services.webhook_triggers import trigger_on_result

# What is said of the provider's version, not of how the contract was met.
_OF_VERSION = frozenset({"branch", "tags"})


@dataclass(frozen=True, slots=True)
class LiveToVerify:
    """A live contract to be verified, and whether a failure is to break the provider's build."""

    contract: LiveContract
    verifiable: VerifiablePact


@dataclass(frozen=True, slots=True)
class LiveForVerification:
    """The live contracts that a provider has to be verified against, in order."""

    provider: str
    contracts: tuple[LiveToVerify, ...]


@dataclass(frozen=True, slots=True)
class LiveResult:
    """A result, and the contract that it is presented with."""

    result: RecordedVerification
    contract: LiveContract


def live_contracts_for_verification(hub: Hub, provider: str, body: Mapping[str, Any]) -> LiveForVerification:
    """What the selectors in ``body`` select, of one ``kind`` or of all, as for pacts (pact-broker-api §11).

    Of what a provider promises itself, only the promises of ``providerVersion`` count, where that is given: no other
    version has to keep them. Raises :class:`NotFound` for an unknown provider and :class:`Invalid`.
    """
    kind, number = body.get("kind"), body.get("providerVersion")
    kinds = LIVE_KINDS if kind is None else (live_kind(kind),)
    faults = [] if number is None else faults_of_name("providerVersion", number)
    if faults:
        raise Invalid.of(*faults)
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        version = unit.versions.find(owner.id, number) if number is not None else None
        found: list[LiveToVerify] = []
        for each in kinds:
            selected = verifiable(hub, unit, unit.selection_of(each), owner.id, body)
            found += _contracts(unit, each, owner.id, selected, own_promises=number is None)
            if version is not None:
                found += _own(unit, each, owner.id, version.id)
        return LiveForVerification(provider, tuple(found))


def _contracts(
    unit: Unit, kind: ContractKind, provider_id: int, selected: Iterable[VerifiablePact], *, own_promises: bool
) -> list[LiveToVerify]:
    wanted = list(selected)
    published = unit.live_contracts.published_as(sorted({each.version_id for each in wanted}), kind)
    by_key: dict[tuple[int, int], LiveContract] = {}
    for each in published:
        if each.provider_id == provider_id and (own_promises or each.consumer_id != provider_id):
            by_key.setdefault((each.version_id, each.contract_id), each)
    keys = ((each, (each.version_id, each.contract_id)) for each in wanted)
    return [LiveToVerify(by_key[key], each) for each, key in keys if key in by_key]


def _own(unit: Unit, kind: ContractKind, provider_id: int, version_id: int) -> list[LiveToVerify]:
    """What the version promises itself: never pending, because nobody else gave it."""
    found: dict[int, LiveContract] = {}
    for each in unit.live_contracts.published_as([version_id], kind):
        if each.provider_id == provider_id:
            found.setdefault(each.contract_id, each)
    return [
        LiveToVerify(
            each,
            VerifiablePact(
                each.contract_id, each.identity, each.consumer, each.version_id, each.version, (), pending=False
            ),
        )
        for each in found.values()
    ]


def record_live_result(hub: Hub, place: LivePlace, reported_for: ReportedFor, body: dict[str, Any]) -> LiveResult:
    """Record a result for a live contract, and the provider version with its ``branch`` and ``tags``.

    Raises :class:`Invalid`, and :class:`NotFound` for an unknown contract.
    """
    faults = [*faults_of_result(body), *faults_of_version(body, ())]
    if faults:
        raise Invalid.of(*faults)
    document = kept_document({name: value for name, value in body.items() if name not in _OF_VERSION})

    def record(unit: Unit) -> LiveResult:
        contract = required_live_contract(unit, place)
        provider = required_pacticipant(unit, place.provider, "provider")
        version = record_version(
            hub,
            unit,
            provider,
            body["providerApplicationVersion"],
            branch=body.get("branch"),
            tags=tuple(dict.fromkeys(body.get("tags") or ())),
        ).version
        new = NewVerification(
            contract_id=contract.contract_id,
            consumer_id=contract.consumer_id,
            provider_id=contract.provider_id,
            provider_version_id=version.id,
            success=body["success"],
            wip=reported_for.wip,
            pending=reported_for.pending,
            build_url=body.get("buildUrl"),
            document=document,
            created_at=hub.now(),
        )
        recorded = unit.evidence.record(new)
        told = ResultFacts(recorded, ProviderVersionFacts(version.id, version.number), new.success)
        trigger_on_result(hub, unit, [as_publication(contract)], told)
        return LiveResult(_recorded(unit, contract, recorded), contract)

    return hub.write(record)


def get_live_result(hub: Hub, place: LivePlace, number: int) -> LiveResult:
    """The result of that number. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        contract = required_live_contract(unit, place)
        return LiveResult(_recorded(unit, contract, number), contract)


def _recorded(unit: Unit, contract: LiveContract, number: int) -> RecordedVerification:
    found = unit.evidence.find(contract.consumer, contract.provider, contract.identity, number)
    if found is None:
        raise NotFound("result-not-found", f"No result {number} for {contract.title} found")
    return found
