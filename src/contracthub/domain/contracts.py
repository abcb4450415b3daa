"""Contracts: what was published, by whom, and what tells one contract from another."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PACT = "pact"


class IdentityRule(StrEnum):
    """How a workspace tells contracts apart, from the strictest to the most generous."""

    PACT_BROKER = "pact-broker"
    """Any other character of an interaction makes another contract (pact-broker-api §7)."""
    STABLE = "stable"
    """What no verification can see does not count."""
    INTERCHANGEABLE_REQUESTS = "interchangeable-requests"
    """As ``STABLE``, and examples of requests under a matching rule do not count: the first published is replayed."""

    @property
    def as_strict_or_stricter(self) -> tuple["IdentityRule", ...]:
        """The rules that tell apart whatever this one does."""
        rules = tuple(IdentityRule)
        return rules[: rules.index(self) + 1]


@dataclass(frozen=True, slots=True)
class Publication:
    """One act of publishing a contract for a consumer version.

    ``identity`` is what evidence is kept under; ``content_sha`` names the exact bytes that were sent; ``revision``
    counts how often the content was changed, where that is allowed.
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

    @property
    def title(self) -> str:
        """How the Pact Broker names it."""
        return f"Pact between {self.consumer_name} ({self.version_number}) and {self.provider_name}"


@dataclass(frozen=True, slots=True)
class ServedContract:
    """A publication with its document as it is served to verifiers."""

    publication: Publication
    served: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A document: the bytes as they were sent, and as they are served to verifiers (with ``_id`` per interaction)."""

    sha: str
    body: bytes
    served: bytes


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract that is about to be stored, and the rule that its identity comes of.

    ``stricter`` are its identities under rules that tell apart more, the strictest first: a contract that is there
    under one of these is the one that is meant. ``None`` for a history that is taken as it is: nothing but ``identity``
    counts.
    """

    kind: str
    identity: str
    content: Content
    rule: IdentityRule = IdentityRule.STABLE
    stricter: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class StoredContract:
    """What became of a contract: its publication, and whether that is new.

    A publication that is not new may be of another contract than the one that was offered.
    """

    publication: Publication
    created: bool


class VersionSetKind(StrEnum):
    """Ways of picking versions of a consumer."""

    ALL = "all"
    TAG = "tag"
    UNTAGGED = "untagged"
    BRANCH = "branch"
    MAIN_BRANCH = "main-branch"


@dataclass(frozen=True, slots=True)
class VersionSet:
    """Versions of a consumer that belong together; ``name`` is that of the tag or branch."""

    kind: VersionSetKind = VersionSetKind.ALL
    name: str = ""

    @classmethod
    def tagged(cls, name: str) -> "VersionSet":
        """Versions with a tag."""
        return cls(VersionSetKind.TAG, name)

    @classmethod
    def branch(cls, name: str) -> "VersionSet":
        """Versions of a branch."""
        return cls(VersionSetKind.BRANCH, name)


ALL_VERSIONS = VersionSet()
UNTAGGED = VersionSet(VersionSetKind.UNTAGGED)
MAIN_BRANCH = VersionSet(VersionSetKind.MAIN_BRANCH)


@dataclass(frozen=True, slots=True)
class Integration:
    """A consumer with a provider."""

    consumer_name: str
    provider_name: str
    created_at: datetime
