"""Takes in live contracts: conversations, flows, journeys and promises, as consumer versions published them."""

from hashlib import sha256

from contracthub.domain.archive import ArchivedLiveContract
from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.live_contracts import LiveName, NewLiveContract
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.formats.live_contracts import identity, read
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.archive_versions import required_pacticipants, required_versions

_KIND = "liveContract"


def write_live_contracts(batch: Batch, records: Numbered) -> None:
    """Publish the live contracts that are not there; what is there stays."""
    named = [pair for line, it in records for pair in ((line, it.consumer), (line, it.provider))]
    owners = required_pacticipants(batch, named)
    versions = required_versions(batch, [(line, it.consumer, it.consumer_version) for line, it in records])
    for line, record in records:
        body = _body(batch, line, record)
        try:
            contract = _contract(record, body)
        except (Invalid, TooLarge) as refusal:
            batch.refuse(line, _KIND, f"The {_title(record)} can't be read here: {refusal.message[:500]}")
            continue
        version = versions[record.consumer, record.consumer_version]
        _write(batch, line, record, contract, version, owners[record.provider])


def _title(record: ArchivedLiveContract) -> str:
    name = LiveName(ContractKind(record.kind), record.name)
    return f"{name} of {record.consumer} {record.consumer_version} with {record.provider}"


def _body(batch: Batch, line: int, record: ArchivedLiveContract) -> bytes:
    if record.content is None:
        body = batch.unit.live_contracts.body(record.content_sha)
        if body is None:
            text = "is missing, and there is no content of that sha yet; the first record of a content has to hold it"
            raise Invalid.of(fault_at(line, "content", text))
        return body
    body = record.content.encode("utf-8", "surrogatepass")
    if sha256(body).hexdigest() != record.content_sha:
        raise Invalid.of(fault_at(line, "contentSha", "is not the SHA-256 of the content"))
    return body


def _contract(record: ArchivedLiveContract, body: bytes) -> NewLiveContract:
    document = read(body)
    if (document.kind, document.name) != (record.kind, record.name) or record.provider not in document.providers:
        raise Invalid("another-contract", "its content is another contract.")
    return NewLiveContract(ContractKind(record.kind), record.name, identity(document), record.content_sha, body)


def _write(
    batch: Batch,
    line: int,
    record: ArchivedLiveContract,
    contract: NewLiveContract,
    version: Version,
    provider: Pacticipant,
) -> None:
    live = batch.unit.live_contracts
    there = live.find(version.id, contract.kind, provider.name, contract.name)
    if there is None:
        live.hold(version)
        stored = live.store(version, provider, contract, now=record.created_at)
        changed_at = record.updated_at or record.created_at
        if stored is not None and (record.revision > 1 or changed_at != record.created_at):
            batch.unit.archive.set_live_revision(stored.id, record.revision, changed_at)
        batch.count(_KIND, "created")
    elif there.identity == contract.identity:
        batch.count(_KIND, "unchanged")
    else:
        batch.refuse(line, _KIND, f"The {_title(record)} is another one here, which stays.")
