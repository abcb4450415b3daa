"""How approvals are shown to people."""

from datetime import UTC, datetime

from contracthub.client.approvals import Approval
from contracthub.domain.deadlines import is_over
from contracthub.reports.visible import visible


def approval_line(approval: Approval) -> str:
    """One approval, in a line."""
    what = f": {approval.message}" if approval.message else ""
    return visible(f"{approval.by} lets {approval.fingerprint} pass until {approval.until}{what}")


def approval_row(approval: Approval) -> tuple[str, str, str, str, str]:
    """One approval, in a table."""
    over = is_over(approval.until, datetime.now(UTC).date())
    until = f"{approval.until} (over)" if over else str(approval.until)
    return approval.fingerprint, until, approval.by, approval.reason, approval.message or "-"
