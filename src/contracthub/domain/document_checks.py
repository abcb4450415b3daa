"""Full checks of documents: what takes too long, or risks too much, to be done while somebody waits for an answer.

A check is advice. It is attached to the document, and keeps nobody from publishing it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MOST_FINDINGS = 50


class CheckStatus(StrEnum):
    """How a check stands. ``COULD_NOT_FINISH``: it took too long, needed too much memory, or broke."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_FINISH = "could-not-finish"


class File(Protocol):
    """A file of a document, known by the SHA-256 of its bytes."""

    @property
    def path(self) -> str:
        """Its place among the others."""

    @property
    def sha(self) -> str:
        """The SHA-256 of its bytes."""

    @property
    def is_root(self) -> bool:
        """Whether it is the one that the others hang on."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a document is checked with. Another version may find something else."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a tool found. ``place`` is a JSON pointer or ``line:column``, None when the tool does not say."""

    message: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What came of a check: the first findings and how many more there were, or the reason why it did not finish."""

    findings: tuple[Finding, ...] = ()
    left_out: int = 0
    reason: str | None = None

    @property
    def status(self) -> CheckStatus:
        """How the check stands with this outcome."""
        if self.reason is not None:
            return CheckStatus.COULD_NOT_FINISH
        return CheckStatus.FAILED if self.findings else CheckStatus.PASSED


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """The check of a document; ``checked_at`` is None as long as it is pending."""

    tool: Tool
    status: CheckStatus
    outcome: CheckOutcome
    checked_at: datetime | None


def key_of(format_name: str, files: Iterable[File]) -> str:
    """What tells documents apart for a check: every byte of every file, where it stands, and what it is read as."""
    lines = sorted(f"{'root' if each.is_root else 'file'} {each.sha} {each.path}" for each in files)
    return hashlib.sha256("\n".join([format_name, *lines]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CheckBounds:
    """How long one check may take, and how much memory; what needs more does not finish."""

    seconds: float = 120.0
    memory_mebibytes: int = 2_048


@dataclass(frozen=True, slots=True)
class ComparisonBounds:
    """How long one comparison of documents may take, how much memory it may have, and how many may wait for it.

    ``kept_mebibytes`` of documents stay read for the next comparison, until ``idle_seconds`` have gone by without one;
    in memory they are some ten times as large.
    """

    seconds: float = 60.0
    memory_mebibytes: int = 2_048
    most_waiting: int = 4
    kept_mebibytes: int = 40
    idle_seconds: float = 600.0
