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
    """What a verdict rests on: the provider ran, or two documents were compared."""

    REPLAYED = "replayed"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the two do not fit.

    ``rule`` is a stable name, ``path`` the place in the data (``$.lines[*].sku``), ``message`` what is wrong and
    ``remedy`` what would mend it. The pointers (RFC 6901) lead into both documents, where they have something there.
    """

    rule: str
    path: str
    message: str
    remedy: str
    consumer_pointer: str | None = None
    provider_pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out for two contents, whoever published them. Both identities stand for the whole of the content."""

    kind: ContractKind
    consumer_identity: str
    provider_identity: str
    findings: tuple[Finding, ...]
    compared_at: datetime

    @property
    def is_compatible(self) -> bool:
        """Whether the provider's side has all that the consumer's needs."""
        return not self.findings

    @property
    def pair(self) -> tuple[str, str]:
        """Both identities, the consumer's first."""
        return self.consumer_identity, self.provider_identity


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding by the names under which it is stored and told; without pointers that it does not have."""
    fields = {
        "rule": finding.rule,
        "path": finding.path,
        "message": finding.message,
        "remedy": finding.remedy,
        "consumerPointer": finding.consumer_pointer,
        "providerPointer": finding.provider_pointer,
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
    )
