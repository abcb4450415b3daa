"""Takes in provider contracts: the bytes of their files, and the documents that are made of these.

What a document says is found out here and now, so that what is stored means to this hub what it means to every other
document of it.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from contracthub.domain.archive import ArchivedProviderContract, ArchivedSelfVerification
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.pacticipants import Version
from contracthub.domain.provider_contracts import (
    ContractFile,
    NewProviderContract,
    ProviderContract,
    SelfVerification,
    sha_of,
)
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.archive_versions import refuse_missing, required_versions
from contracthub.services.provider_documents import ReadDocument, read_document
from contracthub.services.publish_provider_contracts import follow_up

_KIND = "providerContract"


def write_documents(batch: Batch, records: Numbered) -> None:
    """Keep the bytes of files until the documents come that have them. Raises :class:`Invalid` for altered ones."""
    for line, record in records:
        try:
            body = base64.b64decode(record.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid.of(fault_at(line, "content", "is not valid Base64")) from error
        if sha_of(body) != record.sha:
            raise Invalid.of(fault_at(line, "content", "is not what the sha stands for; it was altered"))
        added = batch.unit.provider_contracts.add_document(body, now=batch.hub.now())
        batch.count("document", "created" if added else "unchanged")


def write_provider_contracts(batch: Batch, records: Numbered) -> None:
    """Publish the documents that are not there; what is there stays."""
    versions = required_versions(batch, [(line, it.provider, it.version) for line, it in records])
    for line, record in records:
        _refuse_unless_whole(line, record)
        version = versions[record.provider, record.version]
        there = batch.unit.provider_contracts.find(version.id, record.name)
        if there is None:
            _create(batch, line, record, version)
        elif _is_the_same(batch, there, record):
            batch.count(_KIND, "unchanged")
        else:
            text = f"{record.provider} {record.version} has another document {record.name!r} here, which stays."
            batch.refuse(line, _KIND, text)


def _refuse_unless_whole(line: int, record: ArchivedProviderContract) -> None:
    paths = [each.path for each in record.files]
    if len([each for each in record.files if each.root]) != 1 or len({*paths}) != len(paths):
        raise Invalid.of(fault_at(line, "files", "must have each path once, and one root"))


def _is_the_same(batch: Batch, there: ProviderContract, record: ArchivedProviderContract) -> bool:
    files = {(each.path, each.content_type, each.sha, each.is_root) for each in there.files}
    if files != {(each.path, each.content_type, each.sha, each.root) for each in record.files}:
        return False
    results = batch.unit.provider_contracts.self_verification_content(there.id)
    sha = None if results is None else sha_of(results)
    told = record.self_verification
    if (there.self_verification, sha) != (_said(told), told.content_sha if told else None):
        return False
    return (there.format.value, there.subject, there.topic) == (record.format, record.subject, record.topic)


def _create(batch: Batch, line: int, record: ArchivedProviderContract, version: Version) -> None:
    bodies = {each.path: _body(batch, line, each.sha) for each in record.files}
    root = next(each.path for each in record.files if each.root)
    try:
        read = read_document(bodies, root=root, of_format=record.format)
    except (Invalid, TooLarge) as refusal:
        text = f"The document {record.name!r} of {record.provider} {record.version} can't be read here: "
        batch.refuse(line, _KIND, text + refusal.message[:500])
        return
    draft = _draft(batch, line, record, read)
    contract = batch.unit.provider_contracts.store(version, draft, now=record.created_at)
    assert contract is not None
    updated_at: datetime = record.updated_at or record.created_at
    batch.unit.provider_contracts.date(
        contract.id, revision=record.revision, created_at=record.created_at, updated_at=updated_at
    )
    follow_up(batch.hub, batch.unit, contract, draft, read)
    batch.count(_KIND, "created")


def _draft(batch: Batch, line: int, record: ArchivedProviderContract, read: ReadDocument) -> NewProviderContract:
    told = record.self_verification
    files = tuple(
        ContractFile(each.path, each.content_type, each.sha, read.upload.files[each.path], each.root)
        for each in record.files
    )
    return NewProviderContract(
        name=record.name,
        format=read.format,
        format_version=read.format_version,
        identity=read.identity,
        files=files,
        subject=record.subject,
        topic=record.topic,
        warnings=tuple(map(str, read.warnings)),
        self_verification=_said(told),
        self_verification_content=_body(batch, line, told.content_sha) if told and told.content_sha else None,
    )


def _said(told: ArchivedSelfVerification | None) -> SelfVerification | None:
    if told is None:
        return None
    return SelfVerification(
        told.success,
        told.content_type,
        told.format,
        told.verifier,
        told.verifier_version,
        has_content=told.content_sha is not None,
    )


def _body(batch: Batch, line: int, sha: str) -> bytes:
    body = batch.unit.provider_contracts.document(sha)
    missing: Iterable[tuple[int, str]] = [(line, f"document {sha}")] if body is None else []
    refuse_missing(missing)
    assert body is not None
    return body
