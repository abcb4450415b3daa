"""Live contracts: what a consumer needs of a provider, and what only a running one can show to be kept."""

from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import Publication

LIVE_KINDS = (ContractKind.CONVERSATION, ContractKind.FLOW, ContractKind.JOURNEY, ContractKind.SLO)

# The suite of `contracthub verify provider` that holds a provider to a contract of this kind.
SUITES = {
    ContractKind.CONVERSATION: "sockets",
    ContractKind.FLOW: "events",
    ContractKind.JOURNEY: "journeys",
    ContractKind.SLO: "slo",
}


@dataclass(frozen=True, slots=True)
class LiveName:
    """What tells the live contracts of a pair apart for people: the kind, and the name within it."""

    kind: ContractKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.name}”"

    @property
    def suite(self) -> str:
        """The suite that verifies it."""
        return SUITES[self.kind]


@dataclass(frozen=True, slots=True)
class LiveContract:
    """A live contract that a consumer version published, with one of the providers that it is about.

    ``identity`` is what evidence is kept under; ``sha`` names the exact bytes; ``revision`` counts how often they were
    replaced. A provider's own promise has itself as its consumer.
    """

    id: int
    contract_id: int
    consumer_id: int
    consumer: str
    version_id: int
    version: str
    provider_id: int
    provider: str
    kind: ContractKind
    name: str
    identity: str
    sha: str
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def title(self) -> str:
        """How it is spoken of."""
        return f"the {LiveName(self.kind, self.name)} of {self.consumer} {self.version} with {self.provider}"


@dataclass(frozen=True, slots=True)
class LivePublication(Publication):
    """A live contract as events tell of it, in the words of a pact's publication. Its ``id`` is never one of those."""

    kind: ContractKind
    name: str

    @property
    def is_own_promise(self) -> bool:
        """Whether a provider promises it itself: no other version has to keep it."""
        return self.consumer_id == self.provider_id


def as_publication(it: LiveContract) -> LivePublication:
    """What events tell of a live contract."""
    return LivePublication(
        it.id,
        it.contract_id,
        it.consumer_id,
        it.consumer,
        it.version_id,
        it.version,
        it.provider_id,
        it.provider,
        it.identity,
        it.sha,
        it.revision,
        it.created_at,
        it.updated_at,
        it.kind,
        it.name,
    )


@dataclass(frozen=True, slots=True)
class NewLiveContract:
    """A live contract that is about to be stored; ``body`` are its exact bytes, ``sha`` their SHA-256."""

    kind: ContractKind
    name: str
    identity: str
    sha: str
    body: bytes
