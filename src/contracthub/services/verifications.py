"""Verification results: record what a verifier reports, and look results up (pact-broker-api §10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contracthub.domain.contracts import Publication, VersionSet
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.evidence import NewVerification, RecordedVerification, Verification
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.formats import safe_json
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts import Pair, missing_document
from contracthub.services.ports import Unit
from contracthub.services.ports.webhooks import ProviderVersionFacts, ResultFacts
from contracthub.services.versions import no_version, record_version
from contracthub.services.webhook_triggers import trigger_on_result

# What the hub itself says about a result; the same keys in what was sent are not kept.
_OURS = frozenset(
    {"providerName", "providerApplicationVersion", "success", "verificationDate", "buildUrl", "createdAt", "_links"}
)


@dataclass(frozen=True, slots=True)
class ReportedFor:
    """What the verifier was told about the pact when it got it: for which consumer versions, and in which state."""

    numbers: tuple[str, ...] = ()
    wip: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result, and the publication that it is presented with."""

    result: RecordedVerification
    publication: Publication


@dataclass(frozen=True, slots=True)
class LatestResults:
    """The newest result of a consumer version by provider; ``None`` where there is none."""

    consumer: str
    number: str
    results: Mapping[str, ResultView | None]

    @property
    def is_success(self) -> bool:
        """Whether there are providers, and all of them have verified it successfully."""
        found = self.results.values()
        return bool(found) and all(view is not None and view.result.verification.success for view in found)


def record_result(hub: Hub, pair: Pair, identity: str, reported_for: ReportedFor, body: dict[str, Any]) -> ResultView:
    """Record a result for a contract. Raises :class:`Invalid`, and :class:`NotFound` for an unknown contract."""
    faults = faults_of_result(body)
    if faults:
        raise Invalid.of(*faults)
    document = kept_document(body)
    with hub.writing() as unit:
        publications = _publications(unit, pair, identity, reported_for.numbers)
        publication = publications[0]
        provider = required_pacticipant(unit, pair.provider, "provider")
        number: str = body["providerApplicationVersion"]
        version = record_version(hub, unit, provider, number).version
        new = NewVerification(
            contract_id=publication.contract_id,
            consumer_id=publication.consumer_id,
            provider_id=publication.provider_id,
            provider_version_id=version.id,
            success=body["success"],
            wip=reported_for.wip,
            pending=reported_for.pending,
            build_url=body.get("buildUrl"),
            document=document,
            created_at=hub.now(),
        )
        recorded = _recorded(new, unit.evidence.record(new), publication, number)
        told = ProviderVersionFacts(version.id, number)
        trigger_on_result(hub, unit, publications, ResultFacts(recorded.verification.number, told, new.success))
        return ResultView(recorded, publication)


def kept_document(body: Mapping[str, Any]) -> bytes:
    """What is kept of a result as it was sent: all that the hub does not say itself."""
    return safe_json.dumps({name: value for name, value in body.items() if name not in _OURS})


def get_result(hub: Hub, pair: Pair, identity: str, number: int) -> ResultView:
    """The result of that number. Raises :class:`NotFound`, as all of these do."""
    with hub.reading() as unit:
        result = unit.evidence.find(pair.consumer, pair.provider, identity, number)
        if result is None:
            raise missing_document(unit, pair)
        return ResultView(result, _publication(unit, pair, identity, ()))


def get_latest_result_of_identity(hub: Hub, pair: Pair, identity: str) -> ResultView:
    """The newest result for a contract."""
    with hub.reading() as unit:
        return _latest(unit, pair, _publication(unit, pair, identity, ()))


def get_latest_result_of_version(hub: Hub, pair: Pair, number: str) -> ResultView:
    """The newest result for the contract of a consumer version."""
    with hub.reading() as unit:
        found = unit.contracts.find_publication(pair.consumer, pair.provider, number)
        return _latest(unit, pair, found)


def get_latest_result_of_latest(hub: Hub, pair: Pair, among: VersionSet) -> ResultView:
    """The newest result for the newest contract of the pair in a set of versions."""
    with hub.reading() as unit:
        return _latest(unit, pair, unit.contracts.latest_publication(pair.consumer, pair.provider, among))


def get_latest_results(hub: Hub, consumer: str, number: str) -> LatestResults:
    """The newest result by provider for the contracts of a consumer version."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, consumer, "consumer")
        version = unit.versions.find(owner.id, number)
        if version is None:
            raise no_version(consumer, f"with number '{number}'")
        publications = unit.contracts.of_version(owner.id, number)
        results = unit.evidence.latest_for_version(version.id)
        views = {
            provider: ResultView(result, publications[provider]) if result else None
            for provider, result in results.items()
        }
        return LatestResults(consumer, number, views)


def _publication(unit: Unit, pair: Pair, identity: str, numbers: tuple[str, ...]) -> Publication:
    return _publications(unit, pair, identity, numbers)[0]


def _publications(unit: Unit, pair: Pair, identity: str, numbers: tuple[str, ...]) -> Sequence[Publication]:
    found = unit.contracts.publications_by_identity(pair.consumer, pair.provider, identity, numbers)
    if not found:
        raise missing_document(unit, pair)
    return found


def _latest(unit: Unit, pair: Pair, publication: Publication | None) -> ResultView:
    result = unit.evidence.latest(publication.contract_id) if publication else None
    if publication is None or result is None:
        raise missing_document(unit, pair)
    return ResultView(result, publication)


def _recorded(new: NewVerification, number: int, publication: Publication, version_number: str) -> RecordedVerification:
    verification = Verification(
        number=number,
        contract_id=new.contract_id,
        identity=publication.identity,
        consumer_name=publication.consumer_name,
        provider_name=publication.provider_name,
        provider_version_id=new.provider_version_id,
        provider_version_number=version_number,
        success=new.success,
        wip=new.wip,
        pending=new.pending,
        build_url=new.build_url,
        created_at=new.created_at,
    )
    return RecordedVerification(verification, new.document)


def faults_of_result(body: dict[str, Any]) -> list[Fault]:
    """What is wrong with a result as a verifier sends it."""
    faults = []
    if "success" not in body:
        faults.append(Fault("success", "is missing"))
    elif not isinstance(body["success"], bool):
        faults.append(Fault("success", "must be boolean"))
    if "providerApplicationVersion" not in body:
        faults.append(Fault("providerApplicationVersion", "is missing"))
    else:
        faults += faults_of_name("providerApplicationVersion", body["providerApplicationVersion"])
    return faults + _faults_of_build_url(body.get("buildUrl"))


def _faults_of_build_url(value: object) -> list[Fault]:
    faults = faults_of_line("buildUrl", value)
    if faults or value is None or _is_url(str(value)):
        return faults
    return [Fault("buildUrl", "is not a valid URL eg. http://example.org")]


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
