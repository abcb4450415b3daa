"""The port to what the gate reads: versions, who lives where, publications and the newest evidence.

Its values are tuples: the gate makes dozens of them for every answer, and a frozen dataclass costs thrice as much.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_query import Selector


class VersionRef(NamedTuple):
    """A version, as briefly as the gate needs it."""

    id: int
    number: str


class Asked(NamedTuple):
    """A pacticipant that was asked about; ``version`` is the one of the number asked for, where that exists."""

    id: int
    name: str
    main_branch: str | None
    version: VersionRef | None


class Tenancy(NamedTuple):
    """A version in its place in an environment; ``instance`` is ``None`` for a release, which nothing replaces."""

    pacticipant_id: int
    version: VersionRef
    instance: str | None


class Pair(NamedTuple):
    """A consumer with a provider, by key and name."""

    consumer_id: int
    consumer: str
    provider_id: int
    provider: str


class Published(NamedTuple):
    """A contract that a consumer version published; ``live`` is what it is called where it is no pact."""

    pair: Pair
    version: VersionRef
    contract_id: int
    identity: str
    revision: int
    published_at: datetime
    live: LiveName | None = None


class Result(NamedTuple):
    """A result for a contract from a provider version."""

    contract_id: int
    version: VersionRef
    success: bool
    number: int
    verified_at: datetime
    missing_state: bool = False


class Matrix(Protocol):
    """Every read is bounded by the question or by a limit, never by history."""

    def asked(self, name: str, version: str | None) -> Asked | None:
        """A pacticipant, and its version of that number."""

    def asked_each(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Asked]:
        """The same for each name and number at once; names that are unknown are left out."""

    def tenancies(self, environment_id: int, pacticipant_ids: Collection[int]) -> Sequence[Tenancy]:
        """What is deployed or supported there, place by place."""

    def environment_id(self, name: str) -> int | None:
        """The key of an environment."""

    def occupants(self, environment_id: int, pacticipant_ids: Collection[int]) -> Mapping[int, Sequence[VersionRef]]:
        """Which versions are deployed or supported there, by pacticipant, newest first."""

    def matching(self, asked: Asked, selector: Selector, environment_id: int | None) -> Sequence[VersionRef]:
        """The versions that a selector with a criterion stands for, newest first, bounded."""

    def latest_of(self, pacticipant_ids: Collection[int], selector: Selector) -> Mapping[int, Sequence[VersionRef]]:
        """For each pacticipant, the versions that a target's tag, branch or "latest" stands for."""

    def providers_of(self, consumer_id: int) -> Sequence[Pair]:
        """The integrations of a consumer."""

    def consumers_of(self, provider_id: int) -> Sequence[Pair]:
        """The integrations of a provider."""

    def consumers_of_each(self, provider_ids: Collection[int]) -> Sequence[Pair]:
        """The integrations of several providers."""

    def published_by(self, version_ids: Collection[int], provider_ids: Collection[int] | None) -> Sequence[Published]:
        """What those consumer versions published, for those providers or for all."""

    def recently_published(self, pairs: Sequence[Pair], limit: int) -> Sequence[Published]:
        """The newest publications of those pairs, and those whose contracts were verified last."""

    def first_published(self, contract_ids: Collection[int]) -> Mapping[int, datetime]:
        """When the oldest version published each of those contracts."""

    def newest_results(self, contract_ids: Collection[int], provider_version_ids: Collection[int]) -> Sequence[Result]:
        """The newest result for each contract and provider version."""

    def recent_results(self, contract_ids: Collection[int], limit: int, *, every: bool) -> Sequence[Result]:
        """The newest results for each contract, at most ``limit`` of each; ``every``: all results of a version."""

    def every_result(
        self, contract_ids: Collection[int], provider_version_ids: Collection[int], limit: int
    ) -> Sequence[Result]:
        """All results of those provider versions, newest first, at most ``limit``."""

    def last_success(self, contract_ids: Collection[int]) -> Mapping[int, VersionRef]:
        """The newest provider version that met each contract, where one did."""

    def documents(self, numbers: Collection[int]) -> Mapping[int, bytes]:
        """What verifiers sent with those results."""
