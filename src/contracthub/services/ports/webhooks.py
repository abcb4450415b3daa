"""The port to stored webhooks, to what triggered them, and to the facts that they are told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.contracts import Publication
from contracthub.domain.live_contracts import LivePublication
from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhooks import Execution, TriggeredWebhook, Webhook, WebhookDefinition


@dataclass(frozen=True, slots=True)
class PartyIds:
    """The sides of a webhook that are given by name."""

    consumer_id: int | None = None
    provider_id: int | None = None


@dataclass(frozen=True, slots=True)
class ConcernedWebhook:
    """A webhook whose named sides fit some pair; labels are still to be compared."""

    webhook: Webhook
    parties: PartyIds


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """An event that a webhook applied to, about to be stored; its first attempt is due at ``due_at``."""

    uuid: str
    webhook: Webhook
    event_name: str
    publication: Publication
    verification_id: int | None
    parameters: Mapping[str, str]
    max_attempts: int
    due_at: datetime
    created_at: datetime

    @property
    def publication_id(self) -> int | None:
        """The key of the pact's publication; live contracts have none."""
        return None if isinstance(self.publication, LivePublication) else self.publication.id

    @property
    def request(self) -> WebhookRequest:
        """What is defined now."""
        return self.webhook.definition.request


@dataclass(frozen=True, slots=True)
class ProviderVersionFacts:
    """A provider version that counts for a contract, and why: on its main branch, deployed, released."""

    id: int
    number: str
    descriptions: tuple[str, ...] = ()
    is_deployed: bool = False


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What a webhook is told of a verification result."""

    number: int
    provider_version: ProviderVersionFacts
    success: bool


class Webhooks(Protocol):
    """Webhooks of one workspace, oldest first."""

    def find(self, uuid: str) -> Webhook | None:
        """The webhook of that uuid."""

    def list(self) -> Sequence[Webhook]:
        """All of them."""

    def of_parties(self, parties: PartyIds) -> Sequence[Webhook]:
        """Those that name exactly these sides, and leave the others open."""

    def create(self, uuid: str, definition: WebhookDefinition, parties: PartyIds, *, now: datetime) -> bool:
        """Create it and say so; ``False``, and nothing changed, when the uuid is taken."""

    def update(self, webhook: Webhook, definition: WebhookDefinition, parties: PartyIds, *, now: datetime) -> None:
        """Overwrite all its fields."""

    def delete(self, webhook: Webhook) -> None:
        """Remove it. What it has triggered stays, and is not tried any more."""

    def concerning(self, consumer_id: int, provider_ids: Collection[int]) -> Sequence[ConcernedWebhook]:
        """Those whose named sides fit a pair of the consumer, switched off ones too. One look into an index when there
        are none.
        """

    def trigger(self, triggers: Sequence[NewTrigger]) -> Collection[str]:
        """Store what is to be delivered, and return the uuids of those stored: a webhook may have been deleted since
        it was read.
        """


class TriggeredWebhooks(Protocol):
    """What webhooks of one workspace were triggered by, newest first, and no more of it than people can read."""

    def find(self, uuid: str) -> TriggeredWebhook | None:
        """The one of that uuid."""

    def by_publication(self, publication_id: int) -> Sequence[TriggeredWebhook]:
        """Those that the publication of a contract triggered."""

    def by_result(self, number: int) -> Sequence[TriggeredWebhook]:
        """Those that the publication of a verification result triggered."""

    def newest(self, publication_id: int) -> Sequence[TriggeredWebhook]:
        """The newest of each webhook and event, of a contract's publication and of results for it."""

    def executions(self, uuid: str) -> Sequence[Execution]:
        """The attempts, oldest first."""


class WebhookFacts(Protocol):
    """What webhooks are told, and what decides which events there are."""

    def versions_that_count(self, provider_id: int) -> Sequence[ProviderVersionFacts]:
        """The newest version of the provider's main branch, and those deployed or released now, oldest first."""

    def verified_by(self, contract_id: int, version_ids: Collection[int]) -> Collection[int]:
        """Those versions that have a result for the contract."""

    def main_branch_result(self, contract_id: int, provider_id: int) -> ResultFacts | None:
        """The newest result for a contract by a version of the provider's main branch."""

    def newest_publication(self, definition: WebhookDefinition, parties: PartyIds) -> Publication | None:
        """The newest contract of any pair that a webhook is for."""
