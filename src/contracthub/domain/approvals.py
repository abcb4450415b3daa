"""Breaking changes that somebody approved: bound to one change of one provider, for a reason, until a day.

An approval names a change by its fingerprint, which the comparison of two documents makes of what changed and where, so
it holds over pushes and reformatting and covers no other change of the same pull request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracthub.domain.deadlines import faults_of_until, is_over
from contracthub.domain.errors import Fault
from contracthub.domain.names import faults_of_line, faults_of_name

# All of a provider are read by every comparison that asks for them.
MOST_APPROVALS = 10_000
_FINGERPRINT = re.compile(r"[0-9a-f]{32,64}")


class ApprovalState(StrEnum):
    """Whether a change may pass: nobody approved it, somebody did, or somebody did and the last day is over."""

    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That ``by`` lets a change of ``provider`` pass until the end of the day ``until`` (UTC).

    ``rule``, ``location`` and ``message`` say what was approved, for whoever reads the list; nothing is decided by
    them. ``updated_at`` is later than ``created_at`` where it was approved again.
    """

    provider: str
    fingerprint: str
    by: str
    reason: str
    until: date
    rule: str = ""
    location: str = ""
    message: str = ""
    created_at: datetime
    updated_at: datetime


def honoured(approval: Approval | None, fingerprint: str, today: date) -> ApprovalState:
    """Whether an approval lets the change of that fingerprint pass on that day, the last day included."""
    if approval is None or approval.fingerprint != fingerprint:
        return ApprovalState.NONE
    return ApprovalState.EXPIRED if is_over(approval.until, today) else ApprovalState.VALID


def faults_of_fingerprint(value: str) -> list[Fault]:
    """What keeps a text from being the fingerprint of a change."""
    if _FINGERPRINT.fullmatch(value):
        return []
    return [
        Fault("fingerprint", "must be the fingerprint of a change as contracthub diff tells it: 32 to 64 hex digits")
    ]


def faults_of_approval(fields: Mapping[str, object], today: date) -> list[Fault]:
    """What is wrong with ``reason``, ``until`` and the words about the change; ``by`` is looked at elsewhere."""
    return [
        *required_line("reason", fields.get("reason")),
        *faults_of_until(fields.get("until"), today),
        *(fault for name in ("rule", "location", "message") for fault in faults_of_line(name, fields.get(name))),
    ]


def required_line(field: str, value: object) -> list[Fault]:
    """What keeps ``value`` from being a line of text that has to be there."""
    return [Fault(field, "is missing")] if value is None else faults_of_name(field, value)
