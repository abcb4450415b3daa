"""Takes in run reports of provider versions."""

from hashlib import sha256

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.services.archive_batches import Batch, Numbered
from contracthub.services.archive_versions import required_versions
from contracthub.services.evidence_documents import run_report_in, summary_of

_KIND = "evidence"


def write_run_reports(batch: Batch, records: Numbered) -> None:
    """Keep the run reports that are not there; the same bytes are there once."""
    versions = required_versions(batch, [(line, it.provider, it.version) for line, it in records])
    for line, record in records:
        body = record.document.encode()
        try:
            summary = summary_of(run_report_in(body))
        except (Invalid, TooLarge) as refusal:
            text = f"The evidence of {record.provider} {record.version} can't be read here: {refusal.message[:500]}"
            batch.refuse(line, _KIND, text)
            continue
        version = versions[record.provider, record.version]
        digest = sha256(body).hexdigest()
        _, created = batch.unit.evidence_documents.store(version.id, digest, body, summary, now=record.created_at)
        batch.count(_KIND, "created" if created else "unchanged")
