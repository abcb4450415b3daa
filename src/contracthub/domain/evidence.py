"""Evidence: how one provider version met one contract."""

from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.evidence_documents import failed_of_states_only


@dataclass(frozen=True, slots=True)
class NewVerification:
    """A result that a verifier reports. ``document`` is what it sent beside the outcome, as JSON bytes."""

    contract_id: int
    consumer_id: int
    provider_id: int
    provider_version_id: int
    success: bool
    wip: bool
    pending: bool
    build_url: str | None
    document: bytes
    created_at: datetime

    @property
    def failed_of_states_only(self) -> bool:
        """Whether nothing failed but the setting up of provider states: their handlers are missing or broken."""
        return not self.success and failed_of_states_only(self.document)


@dataclass(frozen=True, slots=True)
class Verification:
    """A recorded result; ``number`` is its public name, from one sequence for the whole hub."""

    number: int
    contract_id: int
    identity: str
    consumer_name: str
    provider_name: str
    provider_version_id: int
    provider_version_number: str
    success: bool
    wip: bool
    pending: bool
    build_url: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedVerification:
    """A result with what the verifier sent beside the outcome, as a JSON object in bytes."""

    verification: Verification
    document: bytes
