"""Units of work over a database: one transaction, one workspace, all repositories."""

import logging
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from sqlalchemy import Connection, bindparam, select, text

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import HubError, NotFound, Unavailable
from contracthub.storage.approvals import ApprovalRepository
from contracthub.storage.archive_writing import ArchiveRepository
from contracthub.storage.checks import CheckRepository
from contracthub.storage.comparisons import ComparisonRepository
from contracthub.storage.contracts import ContractRepository
from contracthub.storage.dashboard import DashboardRepository
from contracthub.storage.deletion import DeletionRepository
from contracthub.storage.deployments import DeploymentRepository
from contracthub.storage.engine import Database
from contracthub.storage.environments import EnvironmentRepository
from contracthub.storage.evidence import EvidenceRepository
from contracthub.storage.evidence_documents import EvidenceDocumentRepository
from contracthub.storage.findings import FindingRepository
from contracthub.storage.gate_policies import GatePolicyRepository
from contracthub.storage.labels import LabelRepository
from contracthub.storage.live_contracts import LiveContractRepository
from contracthub.storage.matrix import MatrixRepository
from contracthub.storage.metrics import MetricsRepository
from contracthub.storage.network import NetworkRepository
from contracthub.storage.overview import OverviewRepository
from contracthub.storage.pacticipants import PacticipantRepository
from contracthub.storage.paper import PaperRepository
from contracthub.storage.provider_contracts import ProviderContractRepository
from contracthub.storage.readers import ReaderRepository
from contracthub.storage.registry_schemas import CACHED_CHARACTERS, RegistrySchemaRepository, TextCache
from contracthub.storage.registry_subjects import RegistrySubjectRepository
from contracthub.storage.registry_writing import RegistryWritingRepository
from contracthub.storage.rule_packs import RulePackRepository
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.selection import SelectionRepository
from contracthub.storage.tables import WorkspaceRow
from contracthub.storage.topics import TopicRepository
from contracthub.storage.versions import VersionRepository
from contracthub.storage.waivers import WaiverRepository
from contracthub.storage.webhook_deliveries import WebhookDeliveryRepository
from contracthub.storage.webhook_facts import WebhookFactsRepository
from contracthub.storage.webhooks import TriggeredWebhookRepository, WebhookRepository
from contracthub.storage.workspace import WorkspaceSettingsRepository

logger = logging.getLogger(__name__)
# Who reads does not wait for those who write.
_PATIENCE_SECONDS = 1.0

workspaces = table_of(WorkspaceRow)
_workspace_id = select(workspaces.c.id).where(workspaces.c.name == bindparam("name"))


class StoredUnit:
    """One transaction. Repositories are made when they are first asked for."""

    def __init__(self, scope: Scope, last_rules: MutableMapping[int, IdentityRule], schema_texts: TextCache) -> None:
        self._scope = scope
        self._last_rules = last_rules
        self._schema_texts = schema_texts

    @cached_property
    def workspace(self) -> WorkspaceSettingsRepository:
        """What the workspace has chosen."""
        return WorkspaceSettingsRepository(self._scope, self._last_rules)

    @cached_property
    def pacticipants(self) -> PacticipantRepository:
        """Pacticipants and labels."""
        return PacticipantRepository(self._scope)

    @cached_property
    def versions(self) -> VersionRepository:
        """Versions, branches and tags."""
        return VersionRepository(self._scope)

    @cached_property
    def environments(self) -> EnvironmentRepository:
        """Environments."""
        return EnvironmentRepository(self._scope)

    @cached_property
    def deployments(self) -> DeploymentRepository:
        """Deployments to environments and releases in them."""
        return DeploymentRepository(self._scope)

    @cached_property
    def contracts(self) -> ContractRepository:
        """Contents, contracts, publications and integrations."""
        return ContractRepository(self._scope)

    @cached_property
    def provider_contracts(self) -> ProviderContractRepository:
        """What providers offer."""
        return ProviderContractRepository(self._scope)

    @cached_property
    def evidence(self) -> EvidenceRepository:
        """Verification results."""
        return EvidenceRepository(self._scope)

    @cached_property
    def matrix(self) -> MatrixRepository:
        """What the gate reads."""
        return MatrixRepository(self._scope)

    @cached_property
    def waivers(self) -> WaiverRepository:
        """What somebody lets pass."""
        return WaiverRepository(self._scope)

    @cached_property
    def gate_policies(self) -> GatePolicyRepository:
        """Which evidence is enough."""
        return GatePolicyRepository(self._scope)

    @cached_property
    def rule_packs(self) -> RulePackRepository:
        """What verifications look at."""
        return RulePackRepository(self._scope)

    @cached_property
    def overview(self) -> OverviewRepository:
        """What only pages read."""
        return OverviewRepository(self._scope)

    @cached_property
    def selection(self) -> SelectionRepository:
        """What pacts for verification are resolved from."""
        return SelectionRepository(self._scope)

    @cached_property
    def live_contracts(self) -> LiveContractRepository:
        """Conversations, flows, journeys and promises."""
        return LiveContractRepository(self._scope)

    def selection_of(self, kind: ContractKind) -> SelectionRepository:
        """What live contracts for verification are resolved from."""
        return SelectionRepository(self._scope, kind)

    @cached_property
    def labels(self) -> LabelRepository:
        """Words that group pacticipants."""
        return LabelRepository(self._scope)

    @cached_property
    def deletion(self) -> DeletionRepository:
        """Removal of anything, with its consequences."""
        return DeletionRepository(self._scope)

    @cached_property
    def network(self) -> NetworkRepository:
        """Who has contracts with whom."""
        return NetworkRepository(self._scope)

    @cached_property
    def metrics(self) -> MetricsRepository:
        """How much of everything there is."""
        return MetricsRepository(self._scope)

    @cached_property
    def dashboard(self) -> DashboardRepository:
        """The pacts of note."""
        return DashboardRepository(self._scope)

    @cached_property
    def archive(self) -> ArchiveRepository:
        """The workspace as a whole."""
        return ArchiveRepository(self._scope)

    @cached_property
    def checks(self) -> CheckRepository:
        """Full checks of documents."""
        return CheckRepository(self._scope)

    @cached_property
    def webhooks(self) -> WebhookRepository:
        """Webhooks."""
        return WebhookRepository(self._scope)

    @cached_property
    def triggered_webhooks(self) -> TriggeredWebhookRepository:
        """What triggered webhooks."""
        return TriggeredWebhookRepository(self._scope)

    @cached_property
    def webhook_facts(self) -> WebhookFactsRepository:
        """What webhooks are told."""
        return WebhookFactsRepository(self._scope)

    @cached_property
    def webhook_deliveries(self) -> WebhookDeliveryRepository:
        """Webhooks that are to be delivered."""
        return WebhookDeliveryRepository(self._scope)

    @cached_property
    def readers(self) -> ReaderRepository:
        """Reader schemas."""
        return ReaderRepository(self._scope)

    @cached_property
    def topics(self) -> TopicRepository:
        """Who reads and who writes topics."""
        return TopicRepository(self._scope)

    @cached_property
    def approvals(self) -> ApprovalRepository:
        """Changes of providers that somebody lets pass."""
        return ApprovalRepository(self._scope)

    @cached_property
    def evidence_documents(self) -> EvidenceDocumentRepository:
        """Run reports of provider versions."""
        return EvidenceDocumentRepository(self._scope)

    @cached_property
    def findings(self) -> FindingRepository:
        """Faults of providers that runs have seen."""
        return FindingRepository(self._scope)

    @cached_property
    def comparisons(self) -> ComparisonRepository:
        """What came out of comparisons."""
        return ComparisonRepository(self._scope)

    @cached_property
    def paper(self) -> PaperRepository:
        """What comparisons on paper are made of."""
        return PaperRepository(self._scope)

    @cached_property
    def registry_subjects(self) -> RegistrySubjectRepository:
        """Subjects of the schema registry and their versions."""
        return RegistrySubjectRepository(self._scope)

    @cached_property
    def registry_schemas(self) -> RegistrySchemaRepository:
        """Schemas by their ids, and who uses whom."""
        return RegistrySchemaRepository(self._scope, self._schema_texts)

    @cached_property
    def registry_writing(self) -> RegistryWritingRepository:
        """Changes of the schema registry."""
        return RegistryWritingRepository(self._scope)


class DatabaseStorage:
    """The storage port over SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # A workspace's key never changes, so asking once per process is enough.
        self._workspaces: dict[str, int] = {}
        self._last_rules: dict[int, IdentityRule] = {}
        self._schema_texts: TextCache = TextCache(CACHED_CHARACTERS)

    @contextmanager
    def reading(self, workspace: str) -> Iterator[StoredUnit]:
        """A unit that changes nothing."""
        afterwards: list[Callable[[Scope], None]] = []
        with self._database.reading() as connection:
            scope = replace(self._scope(connection, workspace), afterwards=afterwards)
            yield self._unit(scope)
        if afterwards:
            self._remember(workspace, afterwards)

    @contextmanager
    def writing(self, workspace: str) -> Iterator[StoredUnit]:
        """A unit that is committed whole or not at all."""
        with self._database.writing() as connection:
            scope = self._scope(connection, workspace)
            yield self._unit(scope)
            for each in scope.at_end:
                each()

    def _remember(self, workspace: str, afterwards: Sequence[Callable[[Scope], None]]) -> None:
        """Keep what a unit that reads has worked out. Where the database does not let it, it is worked out again."""
        try:
            with self._database.writing(patience=_PATIENCE_SECONDS) as connection:
                for each in afterwards:
                    each(self._scope(connection, workspace))
        except HubError as error:
            logger.info("What was worked out is not kept: %s", error.message)

    def _unit(self, scope: Scope) -> StoredUnit:
        return StoredUnit(scope, self._last_rules, self._schema_texts)

    def last_identity_rule(self, workspace: str) -> IdentityRule | None:
        """How a workspace told contracts apart when this process last read it."""
        key = self._workspaces.get(workspace)
        return None if key is None else self._last_rules.get(key)

    def is_alive(self) -> bool:
        """Whether the database answers."""
        try:
            with self._database.reading() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except Unavailable:
            return False

    def _scope(self, connection: Connection, workspace: str) -> Scope:
        key = self._workspaces.get(workspace)
        if key is None:
            key = connection.execute(_workspace_id, {"name": workspace}).scalar()
            if key is None:
                raise NotFound("workspace-not-found", f"No workspace with name '{workspace}' found")
            self._workspaces[workspace] = key
        return Scope(connection, key)
