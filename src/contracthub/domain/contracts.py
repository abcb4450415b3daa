"""Contracts: what was published, by whom, and what tells one contract from another."""

from dataclasses import dataclass
from datetime import datetime

PACT = "pact"


@dataclass(frozen=True, slots=True)
class Publication:
    """One act of publishing a contract for a consumer version.

    ``identity`` is what evidence is kept under; ``content_sha`` names the exact bytes that were sent.
    """

    id: int
    contract_id: int
    consumer_id: int
    consumer_name: str
    version_id: int
    version_number: str
    provider_id: int
    provider_name: str
    identity: str
    content_sha: str
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """A document: the bytes as they were sent, and as they are served to verifiers (with ``_id`` per interaction)."""

    sha: str
    body: bytes
    served: bytes


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract that is about to be stored."""

    kind: str
    identity: str
    content: Content


@dataclass(frozen=True, slots=True)
class Integration:
    """A consumer with a provider."""

    consumer_name: str
    provider_name: str
    created_at: datetime
