"""Changes as SARIF 2.1.0, which code scanning shows beside the lines."""

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import quote

from contracthub.domain.change_reports import BREAKING, DANGEROUS, SAFE, DiffReport, ReportedChange, Spot
from contracthub.reports.diff import approval_told
from contracthub.reports.diff_ci import told

Json: TypeAlias = dict[str, object]
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {BREAKING: "error", DANGEROUS: "warning", SAFE: "note"}


def diff_as_sarif(report: DiffReport, version: str) -> Json:
    """One run; a result per change, with its rule, its place, and a fingerprint that is the same in every run."""
    ids = sorted({change.id for change in report.changes})
    places = {rule: index for index, rule in enumerate(ids)}
    results = [
        _result(change, places, Spot(document.new)) for document in report.documents for change in document.changes
    ]
    driver: Json = {"name": "contracthub", "version": version, "rules": [_rule(each, report) for each in ids]}
    run: Json = {"tool": {"driver": driver}, "results": results}
    if report.left_out:
        # SARIF 2.1.0 §3.8: a bag for what the format has no name for.
        run["properties"] = {"detailsLeftOut": report.left_out}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: str, report: DiffReport) -> Json:
    severity = next(change.severity for change in report.changes if change.id == rule)
    text = report.rules.get(rule) or rule
    return {
        "id": rule,
        "shortDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(change: ReportedChange, places: Mapping[str, int], document: Spot) -> Json:
    spot = change.anchor or change.spot or document
    physical: Json = {
        "artifactLocation": {"uri": quote(spot.file.replace("\\", "/"), safe="/")},
        "region": {"startLine": spot.line or 1},
    }
    pointer = change.pointer_new if change.pointer_new is not None else change.pointer_old
    logical: Json = {"name": change.location, "fullyQualifiedName": pointer or change.location}
    result: Json = {
        "ruleId": change.id,
        "ruleIndex": places[change.id],
        "level": _LEVELS[change.severity],
        "message": {"text": told(change)},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"contracthub/v1": change.fingerprint},
    }
    if change.approved is not None:
        # SARIF 2.1.0 §3.35: accepted outside of the source, so viewers count it as handled.
        justification = approval_told(change)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result
