"""What the services need of the outside, as protocols. Storage implements them; nothing else is known of it here."""

from contextlib import AbstractContextManager
from typing import Protocol

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import IdentityRule
from contracthub.services.ports.approvals import Approvals
from contracthub.services.ports.archive import Archive
from contracthub.services.ports.checks import Checks
from contracthub.services.ports.comparisons import Comparisons
from contracthub.services.ports.contracts import Contracts
from contracthub.services.ports.dashboard import Dashboard
from contracthub.services.ports.deletion import Deletion
from contracthub.services.ports.environments import Deployments, Environments
from contracthub.services.ports.evidence import Evidence
from contracthub.services.ports.evidence_documents import EvidenceDocuments
from contracthub.services.ports.findings import Findings
from contracthub.services.ports.gate_policies import GatePolicies
from contracthub.services.ports.labels import Labels
from contracthub.services.ports.live_contracts import LiveContracts
from contracthub.services.ports.matrix import Matrix
from contracthub.services.ports.metrics import Metrics
from contracthub.services.ports.network import Network
from contracthub.services.ports.overview import Overview
from contracthub.services.ports.pacticipants import Pacticipants
from contracthub.services.ports.paper import Paper
from contracthub.services.ports.provider_contracts import ProviderContracts
from contracthub.services.ports.readers import Readers, Topics
from contracthub.services.ports.registry import RegistrySchemas, RegistrySubjects, RegistryWriting
from contracthub.services.ports.rule_packs import RulePackSettings
from contracthub.services.ports.selection import Selection
from contracthub.services.ports.versions import Versions
from contracthub.services.ports.waivers import Waivers
from contracthub.services.ports.webhook_deliveries import WebhookDeliveries
from contracthub.services.ports.webhooks import TriggeredWebhooks, WebhookFacts, Webhooks
from contracthub.services.ports.workspace import WorkspaceSettings


class Unit(Protocol):
    """One transaction, seen as its repositories. Everything in it belongs to one workspace."""

    @property
    def workspace(self) -> WorkspaceSettings:
        """What the workspace has chosen."""

    @property
    def pacticipants(self) -> Pacticipants:
        """Pacticipants and labels."""

    @property
    def versions(self) -> Versions:
        """Versions, branches and tags."""

    @property
    def environments(self) -> Environments:
        """Environments."""

    @property
    def deployments(self) -> Deployments:
        """Deployments to environments and releases in them."""

    @property
    def contracts(self) -> Contracts:
        """Contents, contracts, publications and integrations."""

    @property
    def provider_contracts(self) -> ProviderContracts:
        """What providers offer."""

    @property
    def evidence(self) -> Evidence:
        """Verification results."""

    @property
    def matrix(self) -> Matrix:
        """What the gate reads."""

    @property
    def waivers(self) -> Waivers:
        """What somebody lets pass."""

    @property
    def gate_policies(self) -> GatePolicies:
        """Which evidence is enough."""

    @property
    def rule_packs(self) -> RulePackSettings:
        """What verifications look at."""

    @property
    def overview(self) -> Overview:
        """What only pages read."""

    @property
    def selection(self) -> Selection:
        """What pacts for verification are resolved from."""

    @property
    def live_contracts(self) -> LiveContracts:
        """Conversations, flows, journeys and promises."""

    def selection_of(self, kind: ContractKind) -> Selection:
        """What live contracts for verification are resolved from."""

    @property
    def labels(self) -> Labels:
        """Words that group pacticipants."""

    @property
    def deletion(self) -> Deletion:
        """Removal of anything, with its consequences."""

    @property
    def network(self) -> Network:
        """Who has contracts with whom."""

    @property
    def metrics(self) -> Metrics:
        """How much of everything there is."""

    @property
    def dashboard(self) -> Dashboard:
        """The pacts of note."""

    @property
    def archive(self) -> Archive:
        """The workspace as a whole."""

    @property
    def checks(self) -> Checks:
        """Full checks of documents."""

    @property
    def webhooks(self) -> Webhooks:
        """Webhooks."""

    @property
    def triggered_webhooks(self) -> TriggeredWebhooks:
        """What triggered webhooks."""

    @property
    def webhook_facts(self) -> WebhookFacts:
        """What webhooks are told."""

    @property
    def webhook_deliveries(self) -> WebhookDeliveries:
        """Webhooks that are to be delivered."""

    @property
    def readers(self) -> Readers:
        """Reader schemas."""

    @property
    def topics(self) -> Topics:
        """Who reads and who writes topics."""

    @property
    def approvals(self) -> Approvals:
        """Changes of providers that somebody lets pass."""

    @property
    def evidence_documents(self) -> EvidenceDocuments:
        """Run reports of provider versions."""

    @property
    def findings(self) -> Findings:
        """Faults of providers that runs have seen."""

    @property
    def comparisons(self) -> Comparisons:
        """What came out of comparisons."""

    @property
    def paper(self) -> Paper:
        """What comparisons on paper are made of."""

    @property
    def registry_subjects(self) -> RegistrySubjects:
        """Subjects of the schema registry and their versions."""

    @property
    def registry_schemas(self) -> RegistrySchemas:
        """Schemas by their ids, and who uses whom."""

    @property
    def registry_writing(self) -> RegistryWriting:
        """Changes of the schema registry."""


class Storage(Protocol):
    """Opens units of work."""

    def reading(self, workspace: str) -> AbstractContextManager[Unit]:
        """A unit that changes nothing. Raises ``NotFound`` for an unknown workspace."""

    def writing(self, workspace: str) -> AbstractContextManager[Unit]:
        """A unit that is committed whole when the block ends and undone whole when it raises."""

    def last_identity_rule(self, workspace: str) -> IdentityRule | None:
        """How a workspace told contracts apart when it was last asked, if it ever was; others may have changed it."""

    def is_alive(self) -> bool:
        """Whether the database answers."""
