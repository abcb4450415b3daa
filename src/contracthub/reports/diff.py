"""What comparisons say in words, the same in every output."""

from contracthub.domain.change_reports import SEVERITIES, DiffReport, DocumentReport, ReportedChange


def counted(report: DiffReport | DocumentReport) -> str:
    """How many of each severity, in words."""
    parts = [f"{report.count(severity)} {severity}" for severity in SEVERITIES]
    return ", ".join([*parts, f"{report.approved} approved"] if report.approved else parts)


def no_changes_told(report: DiffReport | DocumentReport) -> str:
    """What is said where no change is shown."""
    return "No changes but details." if report.left_out else "No changes."


def left_out_told(document: DocumentReport) -> str:
    """How much is not shown, and how to see it; empty where all is."""
    if not document.left_out:
        return ""
    if document.left_out == 1:
        return "1 detail that harms nobody is left out; --details shows it."
    return f"{document.left_out} details that harm nobody are left out; --details shows them."


def approval_told(change: ReportedChange) -> str:
    """Who let a change pass, or did so until now; empty where nobody has."""
    if change.approved is not None:
        it = change.approved
        return f"approved by {it.by} until {it.until} ({it.reason})"
    if change.approval_over is not None:
        it = change.approval_over
        return f"the approval of {it.by} is over since {it.until} ({it.reason})"
    return ""


def told_broken(report: DiffReport) -> str:
    """Whom the changes break, in a sentence or two."""
    approved = f"Breaks {', '.join(report.broken_with_approval)}, which was approved." * bool(
        report.broken_with_approval
    )
    if report.broken:
        return f"Breaks {', '.join(report.broken)}. {approved}".rstrip()
    return approved or "Breaks no consumer that is known."
