"""A contract and an offer as they are handed to another process: by the digests of their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.safe_json import JsonObject

PAPER = "paper"
"""The member by which such a job is told from others."""


@dataclass(frozen=True, slots=True)
class NamedOffered:
    """A document of a provider version without its bytes; ``files`` are their paths with the SHA-256 of each."""

    name: str
    format: ContractFormat
    identity: str
    root: str
    files: tuple[tuple[str, str], ...]
    subject: str | None = None
    topic: str | None = None

    def filled(self, contents: Mapping[str, bytes]) -> OfferedDocument:
        """The document itself; ``contents`` by SHA-256."""
        files = {path: contents[sha] for path, sha in self.files}
        return OfferedDocument(self.name, self.format, self.identity, files, self.root, self.subject, self.topic)


@dataclass(frozen=True, slots=True)
class PaperJob:
    """A contract, by the SHA-256 of its bytes, and the documents that it is held against, for at most so long."""

    kind: ContractKind
    contract: str
    documents: tuple[NamedOffered, ...]
    seconds: float


def paper_job_as_json(job: PaperJob) -> JsonObject:
    """The job as it is sent."""
    documents: list[Any] = [
        [
            each.name,
            each.format.value,
            each.identity,
            each.root,
            [[path, sha] for path, sha in each.files],
            each.subject,
            each.topic,
        ]
        for each in job.documents
    ]
    told: JsonObject = {"kind": job.kind.value, "contract": job.contract, "seconds": job.seconds}
    return {PAPER: told | {"documents": documents}}


def paper_job_from(document: Any) -> PaperJob:
    """The job that was sent, by the hub itself."""
    told = document[PAPER]
    documents = tuple(
        NamedOffered(
            name, ContractFormat(of_format), identity, root, tuple((path, sha) for path, sha in files), subject, topic
        )
        for name, of_format, identity, root, files, subject, topic in told["documents"]
    )
    return PaperJob(ContractKind(told["kind"]), told["contract"], documents, told["seconds"])
