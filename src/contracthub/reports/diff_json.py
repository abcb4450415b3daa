"""Changes as JSON: one object for one document, with those of several documents in a list."""

from typing import TypeAlias

from contracthub.domain.change_reports import (
    SEVERITIES,
    ApprovedBy,
    ConsumerScope,
    DiffReport,
    DocumentReport,
    ReportedChange,
    Spot,
)

Json: TypeAlias = dict[str, object]


def diff_as_json(report: DiffReport) -> Json:
    """The whole report."""
    if len(report.documents) == 1:
        return _document(report, report.documents[0]) | _scope(report.scope)
    counts = _counts(report)
    documents = [_document(report, each) for each in report.documents]
    return {"summary": counts | {"deployable": report.deployable}, "documents": documents} | _scope(report.scope)


def _document(report: DiffReport, document: DocumentReport) -> Json:
    counts = _counts(document)
    named: Json = {"document": document.name} if document.name else {}
    return named | {
        "format": document.format,
        "old": document.old,
        "new": document.new,
        "summary": counts | {"deployable": report.deployable_document(document)},
        "changes": [_change(each) for each in document.changes],
        "accepted": [
            {"change": _change(each.change), "owner": each.owner, "reason": each.reason, "expires": each.expires}
            for each in document.accepted
        ],
        "gaps": list(document.gaps),
    }


def _counts(report: DiffReport | DocumentReport) -> Json:
    counts: Json = {severity: report.count(severity) for severity in SEVERITIES}
    counts |= {"approved": report.approved} if report.approved else {}
    return counts | ({"details_left_out": report.left_out} if report.left_out else {})


def _change(change: ReportedChange) -> Json:
    return (
        _approval("approved", change.approved)
        | _approval("approval_over", change.approval_over)
        | {
            "id": change.id,
            "severity": change.severity,
            "direction": change.direction,
            "location": change.location,
            "pointer_old": change.pointer_old,
            "pointer_new": change.pointer_new,
            "operation": change.operations[0] if change.operations else None,
            "operations": list(change.operations),
            "message": change.message,
            "source_old": _spot(change.spot_old),
            "source_new": _spot(change.spot_new),
            "proof": change.proof,
            "counterexample": change.counterexample,
            "fingerprint": change.fingerprint,
            "consumers": [
                {
                    "name": each.name,
                    "version": each.version,
                    "environment": each.environment,
                    "where": each.where,
                    "breaks": each.breaks,
                }
                for each in change.consumers
            ],
        }
    )


def _approval(name: str, approved: ApprovedBy | None) -> Json:
    if approved is None:
        return {}
    return {name: {"by": approved.by, "reason": approved.reason, "until": approved.until}}


def _spot(spot: Spot | None) -> Json | None:
    return {"file": spot.file, "line": spot.line} if spot else None


def _scope(scope: ConsumerScope | None) -> Json:
    if scope is None:
        return {}
    return {
        "against": {
            "provider": scope.provider,
            "environments": list(scope.environments),
            "judged": list(scope.judged),
            "unknown": list(scope.unknown),
        }
    }
