"""The port to what only pages read: integrations with their newest evidence, who lives where, and versions of note."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.environments import Environment
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.standings import VerdictKind
from contracthub.services.ports.matrix import VersionRef


@dataclass(frozen=True, slots=True)
class NewestPact:
    """The newest pact of an integration."""

    version: VersionRef
    contract_id: int
    identity: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ResultRef:
    """A verification result, as briefly as a page needs it."""

    number: int
    version: VersionRef
    success: bool
    verified_at: datetime


@dataclass(frozen=True, slots=True)
class IntegrationState:
    """A consumer with a provider, their newest versions, and what is known of these two.

    ``result`` is the newest one for the newest pact by the newest provider version; ``last_result`` the newest one for
    that pact by any version; ``on_paper`` is what documents say where there is no result.
    """

    consumer: str
    provider: str
    pact: NewestPact | None
    provider_version: VersionRef | None
    result: ResultRef | None
    last_result: ResultRef | None
    on_paper: VerdictKind | None = None

    @property
    def verdict(self) -> VerdictKind:
        """What is known of the newest pact with the newest provider version."""
        if self.pact is None:
            return VerdictKind.NOT_PUBLISHED
        if self.result is None:
            return self.on_paper or VerdictKind.NEVER_VERIFIED
        return VerdictKind.VERIFIED if self.result.success else VerdictKind.FAILED


@dataclass(frozen=True, slots=True)
class Resident:
    """A version that is deployed to, or released in, an environment now."""

    pacticipant_id: int
    version: VersionRef
    environment: Environment


class Overview(Protocol):
    """Bulk reads of one workspace. Each is a fixed number of statements, however much there is to show."""

    def integrations(
        self, *, part_of_name: str | None = None, pacticipant_id: int | None = None, page: Page
    ) -> Listing[IntegrationState]:
        """Integrations by name, of all pacticipants or of one."""

    def residents(self, pacticipant_ids: Collection[int]) -> Mapping[int, Sequence[Resident]]:
        """What lives where, by pacticipant."""

    def population(self) -> Mapping[int, int]:
        """How many pacticipants live in each environment, by key."""

    def branch_heads(self, pacticipant_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Versions that are heads of branches, newest first."""

    def recent_verifiers(self, consumer_id: int, provider_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Provider versions with the latest results for the pair, newest first."""

    def recent_publishers(self, consumer_id: int, provider_id: int, *, limit: int) -> Sequence[VersionRef]:
        """Consumer versions with the newest pacts of the pair, newest first."""
