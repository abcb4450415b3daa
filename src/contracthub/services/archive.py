"""A workspace as an archive: written out as a stream, and taken in batch by batch."""

from collections.abc import Generator
from hashlib import sha256

from contracthub.domain.archive import END, FORMAT, FORMAT_VERSION, HEADER, ArchiveReceipt
from contracthub.domain.archive_documents import document_of
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonObject
from contracthub.services import (
    archive_batches,
    archive_evidence,
    archive_places,
    archive_registry,
    archive_settings,
    archive_versions,
)
from contracthub.services.archive_batches import Writing
from contracthub.services.archive_findings import write_approvals, write_findings
from contracthub.services.archive_gate import write_gate_policies, write_waivers
from contracthub.services.archive_live_contracts import write_live_contracts
from contracthub.services.archive_offers import write_documents, write_provider_contracts
from contracthub.services.archive_readers import write_reader_schemas
from contracthub.services.archive_registry_versions import write_registry_versions
from contracthub.services.archive_run_reports import write_run_reports
from contracthub.services.hub import Hub

_WRITINGS: dict[str, Writing] = {
    "workspace": archive_settings.write_workspace,
    "pacticipant": archive_versions.write_pacticipants,
    "environment": archive_places.write_environments,
    "version": archive_versions.write_versions,
    "branch": archive_versions.write_branches,
    "contract": archive_evidence.write_contracts,
    "liveContract": write_live_contracts,
    "verification": archive_evidence.write_verifications,
    "document": write_documents,
    "providerContract": write_provider_contracts,
    "evidence": write_run_reports,
    "readerSchema": write_reader_schemas,
    "deployedVersion": archive_places.write_deployments,
    "releasedVersion": archive_places.write_releases,
    "registryContext": archive_registry.write_contexts,
    "registrySubject": archive_registry.write_subjects,
    "registryId": archive_registry.write_ids,
    "registryVersion": write_registry_versions,
    "readersCheck": archive_registry.write_readers_checks,
    "gatePolicy": write_gate_policies,
    "approval": write_approvals,
    "waiver": write_waivers,
    "finding": write_findings,
    "webhook": archive_settings.write_webhooks,
}


def take_in(hub: Hub, body: bytes) -> ArchiveReceipt:
    """Write a batch of records. Raises :class:`Invalid` or :class:`TooLarge`, and then nothing is written."""
    return archive_batches.write_batch(hub, body, _WRITINGS)


def archive_lines(hub: Hub) -> Generator[bytes, None, None]:
    """The whole workspace as lines of JSON, as it was at one moment.

    The first line names the format, the last one counts the records and holds a digest of all lines before it, so that
    an archive that was cut short is told from a whole one.
    """
    digest, count = sha256(), 0
    head: JsonObject = {"type": HEADER, "format": FORMAT, "version": FORMAT_VERSION, "createdAt": hub.now().isoformat()}
    with hub.reading() as unit:
        line = safe_json.dumps(head) + b"\n"
        digest.update(line)
        yield line
        for record in unit.archive.records():
            line = safe_json.dumps(document_of(record)) + b"\n"
            digest.update(line)
            count += 1
            yield line
    yield safe_json.dumps({"type": END, "records": count, "sha256": digest.hexdigest()}) + b"\n"
