"""Comparisons on paper: what a consumer needs, held against what a provider offers. Evidence of the kind *compared*."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ContractKind(StrEnum):
    """What a consumer says that it needs, by kind of document."""

    PACT = "pact"
    READER_SCHEMA = "reader-schema"
    CONVERSATION = "conversation"
    FLOW = "flow"
    JOURNEY = "journey"
    SLO = "slo"


class EvidenceKind(StrEnum):
    """What a verdict rests on.

    ``REPLAYED``: the provider ran and met the contract. ``COMPARED``: two documents fit on paper. ``FUZZED``: the
    provider ran and did what its own document says under generated input.
    """

    REPLAYED = "replayed"
    COMPARED = "compared"
    FUZZED = "fuzzed"


class Level(StrEnum):
    """What a finding means for the whole: only errors make two documents incompatible.

    ``UNANSWERED``: nothing on the provider's side speaks of it, so that it is neither a yes nor a no.
    """

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that came out of a comparison; an error is a reason why the two do not fit.

    ``rule`` is a stable name, ``path`` the place in the data (``$.lines[*].sku``), ``message`` what is wrong and
    ``remedy`` what would mend it. The pointers (RFC 6901) lead into both documents, where they have something there.
    ``interaction`` counts from 0 over all that the consumer's contract has, and ``description`` is what that is called
    there; ``operation`` is the provider's (``GET /orders/{id}``), ``document`` the name of the provider's document.
    """

    rule: str
    path: str
    message: str
    remedy: str
    consumer_pointer: str | None = None
    provider_pointer: str | None = None
    level: Level = Level.ERROR
    interaction: int | None = None
    description: str = ""
    operation: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out for two contents, whoever published them. Both identities stand for the whole of the content."""

    kind: ContractKind
    consumer_identity: str
    provider_identity: str
    findings: tuple[Finding, ...]
    compared_at: datetime

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The reasons why the two do not fit."""
        return tuple(each for each in self.findings if each.level is Level.ERROR)

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        """What nothing on the provider's side speaks of."""
        return tuple(each for each in self.findings if each.level is Level.UNANSWERED)

    @property
    def is_compatible(self) -> bool:
        """Whether nothing that the consumer's side needs is known to be missing on the provider's."""
        return not self.errors

    @property
    def outcome(self) -> bool | None:
        """Whether the provider's side has all that the consumer's needs; ``None`` where it does not speak of all."""
        if self.errors:
            return False
        return None if self.unanswered else True

    @property
    def pair(self) -> tuple[str, str]:
        """Both identities, the consumer's first."""
        return self.consumer_identity, self.provider_identity


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """When a running provider was held to its own document, how, and whether it did what that says.

    ``evidence`` is ``FUZZED``, or ``REPLAYED`` where the provider's build says so of its own check; ``by`` is the tool.
    """

    evidence: EvidenceKind
    at: datetime
    success: bool
    by: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What documents say of a consumer's contract with one provider version.

    ``documents`` are the names of all that the version offers; ``comparison`` is with all of them together.
    ``self_verified`` is what the provider's build says of its own check of them (``False`` if of any), ``checked`` the
    newest time that the running provider was held to them.
    """

    comparison: Comparison
    documents: tuple[str, ...]
    self_verified: bool | None = None
    checked: LiveCheck | None = None


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding by the names under which it is stored and told; without what it does not have."""
    fields = {
        "rule": finding.rule,
        "path": finding.path,
        "message": finding.message,
        "remedy": finding.remedy,
        "consumerPointer": finding.consumer_pointer,
        "providerPointer": finding.provider_pointer,
        "level": None if finding.level is Level.ERROR else finding.level.value,
        "interaction": finding.interaction,
        "description": finding.description or None,
        "operation": finding.operation or None,
        "document": finding.document or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def finding_from(fields: Mapping[str, Any]) -> Finding:
    """The finding that :func:`finding_fields` made."""
    return Finding(
        fields["rule"],
        fields["path"],
        fields["message"],
        fields["remedy"],
        fields.get("consumerPointer"),
        fields.get("providerPointer"),
        Level(fields.get("level", Level.ERROR)),
        fields.get("interaction"),
        fields.get("description", ""),
        fields.get("operation", ""),
        fields.get("document", ""),
    )
