"""A workspace as a stream of records: what moves between hubs, and from another broker into a hub.

A record names what it belongs to as people do (by names and numbers, never by keys of a database), so that it means the
same in every hub. A stream is in the order of :data:`ORDER`: what a record names comes before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

FORMAT = "contracthub-archive"
FORMAT_VERSION = 1
MEDIA_TYPE = "application/x-ndjson"
HEADER, END = "header", "end"


@dataclass(frozen=True, slots=True)
class ArchivedWorkspace:
    """What the workspace has chosen: how it tells contracts apart."""

    contract_identity: str


@dataclass(frozen=True, slots=True)
class ArchivedLabel:
    """A label of a pacticipant; brokers do not list since when."""

    name: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArchivedPacticipant:
    """A pacticipant with its labels."""

    name: str
    display_name: str | None
    main_branch: str | None
    repository_url: str | None
    repository_name: str | None
    repository_namespace: str | None
    labels: tuple[ArchivedLabel, ...]
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedEnvironment:
    """An environment."""

    uuid: str
    name: str
    display_name: str | None
    production: bool
    contacts: Sequence[Mapping[str, object]] | None
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedPlace:
    """A branch that a version is on, or a tag that it has; those that came first stand first."""

    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedVersion:
    """A pacticipant version with its branches and tags. Versions of a pacticipant come in order of creation."""

    pacticipant: str
    number: str
    build_url: str | None
    branches: tuple[ArchivedPlace, ...]
    tags: tuple[ArchivedPlace, ...]
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedBranch:
    """A branch, after the versions on it: its head, and when a version was last put on it."""

    pacticipant: str
    name: str
    head: str | None
    last_joined_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedContract:
    """A contract as a consumer version published it.

    ``contract`` is the identity that it has where it comes from; results refer to it. ``rule`` is the rule that this
    came of, where that is known; without it the rule of the workspace counts. ``content`` is left out when the content
    of that sha (SHA-256) has been in the stream before.
    """

    consumer: str
    provider: str
    consumer_version: str
    contract: str
    content_sha: str
    content: str | None
    rule: str | None
    revision: int
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedLiveContract:
    """A live contract as a consumer version published it, with one of its providers.

    ``content`` is left out when the content of that sha has been in the stream before. ``contract`` is the identity
    that it has where it comes from.
    """

    consumer: str
    provider: str
    consumer_version: str
    kind: str
    name: str
    contract: str
    content_sha: str
    content: str | None
    revision: int
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedVerification:
    """A result. It is evidence for the contracts of ``consumer_versions``, one version for each contract.

    That is the version's pact, or, with ``kind`` and ``name``, its live contract of that name.

    Results have no name that lasts (numbers are the hub's own), so one is told from the next by its time, its outcome,
    and ``occurrence``: how many like it have been in the stream, itself included. ``not_after`` is the newest time of
    the results before it, where that is later than its own.
    """

    consumer: str
    provider: str
    contract: str
    consumer_versions: tuple[str, ...]
    provider_version: str
    success: bool
    wip: bool
    pending: bool
    build_url: str | None
    document: str
    occurrence: int
    not_after: datetime | None
    created_at: datetime
    kind: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """The bytes of a file, in base64, by their SHA-256: before the provider contracts that have it, and once."""

    sha: str
    content: str


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file of a provider contract; its bytes are a document of their own."""

    path: str
    content_type: str
    sha: str
    root: bool


@dataclass(frozen=True, slots=True)
class ArchivedSelfVerification:
    """What a provider's build said of its own check; ``content_sha`` names the bytes of the results."""

    success: bool | None
    content_type: str | None
    format: str | None
    verifier: str | None
    verifier_version: str | None
    content_sha: str | None


@dataclass(frozen=True, slots=True)
class ArchivedProviderContract:
    """What a provider version offers. What its document says is found out anew where it is taken in."""

    provider: str
    version: str
    name: str
    format: str
    subject: str | None
    topic: str | None
    files: tuple[ArchivedFile, ...]
    self_verification: ArchivedSelfVerification | None
    revision: int
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedReference:
    """A schema that a reader schema refers to, by the name under which it does so."""

    name: str
    schema: str


@dataclass(frozen=True, slots=True)
class ArchivedReaderSchema:
    """The schema with which a consumer version reads a subject; ``provider`` is the only writer that counts, if any."""

    consumer: str
    version: str
    subject: str
    topic: str | None
    part: str
    provider: str | None
    schema_type: str
    schema: str
    name: str | None
    references: tuple[ArchivedReference, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedDeployment:
    """A version that was deployed to an environment; ``undeployed_at`` when another one took its place."""

    uuid: str
    pacticipant: str
    version: str
    environment: str
    application_instance: str
    created_at: datetime
    undeployed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedRelease:
    """A version that was released in an environment; ``support_ended_at`` when it is no longer supported."""

    uuid: str
    pacticipant: str
    version: str
    environment: str
    created_at: datetime
    support_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedRegistryContext:
    """A context of the schema registry. ``config`` is JSON, by the API's names; it and ``mode`` are its own."""

    name: str
    listed: bool
    config: str | None
    mode: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedRegistrySubject:
    """A subject of the schema registry, before its versions. ``highest_version`` is that of all it ever had."""

    context: str
    name: str
    highest_version: int
    config: str | None
    mode: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedRegistryId:
    """The id of a schema that no version is any more: it stays the schema's own, and is nobody else's."""

    context: str
    id: int
    identity: str
    schema_type: str


@dataclass(frozen=True, slots=True)
class ArchivedSchemaReference:
    """A version that a schema in the registry uses, and under which name."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class ArchivedRegistrySchema:
    """What a schema says. ``metadata`` and ``rule_set`` are JSON as text, because the order in it counts."""

    schema_type: str
    schema: str
    references: tuple[ArchivedSchemaReference, ...]
    metadata: str | None
    rule_set: str | None


@dataclass(frozen=True, slots=True)
class ArchivedRegistryVersion:
    """A version of a subject; those of all subjects come in order of creation.

    ``identity`` tells its schema from others; where it is not known, it is found out from ``content``. ``content`` is
    left out when it has been in the stream with the same context and id before.
    """

    context: str
    subject: str
    version: int
    id: int
    deleted: bool
    identity: str | None
    content: ArchivedRegistrySchema | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedReadersCheck:
    """The environments whose readers have to read what is registered under a subject."""

    subject: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivedWebhook:
    """A webhook. ``definition`` is JSON, as people send it; ``secrets`` are the fields whose values are left out."""

    uuid: str
    definition: str
    secrets: tuple[str, ...]
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedEvidence:
    """A run report of a provider's version: the document as it was sent."""

    provider: str
    version: str
    document: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedApproval:
    """That somebody lets a change of a provider pass up to and with the day ``until``."""

    provider: str
    fingerprint: str
    by: str
    reason: str
    until: str
    rule: str
    location: str
    message: str
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedRequirement:
    """Evidence that is enough for a yes: all of these kinds, each not older than that, if it is said."""

    evidence: tuple[str, ...]
    within_seconds: int | None


@dataclass(frozen=True, slots=True)
class ArchivedGatePolicy:
    """Which evidence is enough in an environment, or, without one, wherever nothing else is said."""

    environment: str | None
    accepts: tuple[ArchivedRequirement, ...]


@dataclass(frozen=True, slots=True)
class ArchivedWaiver:
    """That somebody lets what is covered pass up to and with the day ``until``; it has no number that lasts."""

    provider: str
    provider_version: str | None
    consumer: str | None
    consumer_version: str | None
    environment: str | None
    contract: str | None
    rule: str | None
    path: str | None
    by: str
    reason: str
    until: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


@dataclass(frozen=True, slots=True)
class ArchivedFindingState:
    """A state that a finding got, by a run over a version or by a person; what does not apply is empty."""

    state: str
    at: datetime
    version: str
    by: str
    owner: str
    reason: str
    until: str | None


@dataclass(frozen=True, slots=True)
class ArchivedFinding:
    """What is remembered of a fault of a provider. ``finding`` is JSON, as a run reports it; ``branch`` is None for the
    main branch.
    """

    provider: str
    number: int
    state: str
    branch: str | None
    finding: str
    owner: str
    reason: str
    accepted_until: str | None
    first_seen_version: str
    first_seen_at: datetime
    last_seen_version: str
    last_seen_at: datetime
    fixed_version: str
    fixed_at: datetime | None
    history: tuple[ArchivedFindingState, ...]


ArchiveRecord: TypeAlias = (
    ArchivedWorkspace
    | ArchivedPacticipant
    | ArchivedEnvironment
    | ArchivedVersion
    | ArchivedBranch
    | ArchivedContract
    | ArchivedLiveContract
    | ArchivedVerification
    | ArchivedDocument
    | ArchivedEvidence
    | ArchivedProviderContract
    | ArchivedReaderSchema
    | ArchivedDeployment
    | ArchivedRelease
    | ArchivedRegistryContext
    | ArchivedRegistrySubject
    | ArchivedRegistryId
    | ArchivedRegistryVersion
    | ArchivedReadersCheck
    | ArchivedGatePolicy
    | ArchivedApproval
    | ArchivedWaiver
    | ArchivedFinding
    | ArchivedWebhook
)

ORDER: Mapping[str, type[ArchiveRecord]] = {
    "workspace": ArchivedWorkspace,
    "pacticipant": ArchivedPacticipant,
    "environment": ArchivedEnvironment,
    "version": ArchivedVersion,
    "branch": ArchivedBranch,
    "contract": ArchivedContract,
    "liveContract": ArchivedLiveContract,
    "verification": ArchivedVerification,
    "evidence": ArchivedEvidence,
    "document": ArchivedDocument,
    "providerContract": ArchivedProviderContract,
    "readerSchema": ArchivedReaderSchema,
    "deployedVersion": ArchivedDeployment,
    "releasedVersion": ArchivedRelease,
    "registryContext": ArchivedRegistryContext,
    "registrySubject": ArchivedRegistrySubject,
    "registryId": ArchivedRegistryId,
    "registryVersion": ArchivedRegistryVersion,
    "readersCheck": ArchivedReadersCheck,
    "gatePolicy": ArchivedGatePolicy,
    "approval": ArchivedApproval,
    "waiver": ArchivedWaiver,
    "finding": ArchivedFinding,
    "webhook": ArchivedWebhook,
}
KIND_OF: Mapping[type, str] = {record: kind for kind, record in ORDER.items()}


@dataclass(frozen=True, slots=True)
class ArchiveConflict:
    """What people have to know of a record: that it contradicts what the hub has, which stays as it is, or that it is
    not complete. ``line`` is its place in the batch, from 1.
    """

    line: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ArchiveReceipt:
    """What became of a batch: numbers of records by kind and by what was done, and what could not be done.

    ``identities`` are those that the hub gave to contracts, by line.
    """

    done: Mapping[str, Mapping[str, int]]
    conflicts: tuple[ArchiveConflict, ...]
    identities: Mapping[int, str]
