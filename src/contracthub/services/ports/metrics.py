"""The port to how much of everything there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are of each. Of equal ones, ``distinct`` counts one; ``first`` and ``last`` are moments."""

    pacticipants: int
    with_main_branch: int
    integrations: int
    publications: int
    first_publication: datetime | None
    last_publication: datetime | None
    contracts: int
    results: int
    successes: int
    distinct_results: int
    first_result: datetime | None
    last_result: datetime | None
    versions: int
    versions_on_branches: int
    tags: int
    distinct_tags: int
    distinct_tags_of_pacticipants: int
    environments: int
    deployments: int
    current_deployments: int
    releases: int
    supported_releases: int
    webhooks: int
    triggered_webhooks: int
    webhook_executions: int


class Metrics(Protocol):
    """Counts of one workspace."""

    def totals(self) -> Totals:
        """All counts, of one moment."""

    def revisions(self) -> Mapping[int, int]:
        """How many consumer versions have a pact with so many revisions."""

    def results_per_contract(self) -> Mapping[int, int]:
        """How many contracts have so many results."""

    def newest_documents(self) -> Iterator[bytes]:
        """The newest contract of each integration, one after the other."""
