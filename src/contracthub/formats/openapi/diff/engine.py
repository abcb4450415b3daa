"""Compares two OpenAPI documents: walks both once, lets the rules judge each pair, and says who is reached."""

from dataclasses import replace

from contracthub.formats.changes import Change, Difference, Proof, Severity, in_order, worst_of
from contracthub.formats.collector import collector_paused
from contracthub.formats.openapi.diff import (
    judge_bounds,
    judge_composition,
    judge_lifecycle,
    judge_objects,
    judge_types,
    judge_values,
)
from contracthub.formats.openapi.diff.catalogue import CATALOGUE, QUIET, severity_of
from contracthub.formats.openapi.diff.collect import Comparison, reached
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.judge_components import schemas_removed, servers_changed, version_changed
from contracthub.formats.openapi.diff.judge_operations import paths_changed, webhooks_changed
from contracthub.formats.openapi.diff.judge_security import global_security_changed, schemes_changed
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.diff.proofs import proofs_of
from contracthub.formats.openapi.diff.sides import side_of
from contracthub.formats.openapi.diff.uses import uses_of
from contracthub.formats.openapi.parse import OpenApiDocument

JUDGES = (
    *judge_types.JUDGES,
    *judge_values.JUDGES,
    *judge_bounds.JUDGES,
    *judge_objects.JUDGES,
    *judge_composition.JUDGES,
    *judge_lifecycle.JUDGES,
)
OF_DOCUMENTS = (
    paths_changed,
    webhooks_changed,
    schemas_removed,
    servers_changed,
    global_security_changed,
    schemes_changed,
)


def changes_between(old: OpenApiDocument, new: OpenApiDocument, options: Options) -> Difference:
    """Every change of ``new`` against ``old``, worst first, each once with the operations that it reaches."""
    with collector_paused():
        comparison = Comparison.of(side_of(old), side_of(new), options)
        found = found_by(comparison)
    proofs, harmless = proofs_of(comparison.walk.frames_by_id().values())
    changes = [
        _change(replace(finding, is_harmless=True) if finding in harmless else finding, operations, proofs.get(finding))
        for finding, operations in found.items()
    ]
    details: list[Change] = []
    if not options.tells_all:
        details = [change for change in changes if change.severity is Severity.SAFE and change.id in QUIET]
        changes = [change for change in changes if change.severity is not Severity.SAFE or change.id not in QUIET]
    if worst_of(changes) is Severity.BREAKING:
        comparison.found.clear()
        version_changed(comparison)
        changes.extend(_change(finding, []) for _, finding in comparison.found)
    lost = {
        f"{side}:{place}": text
        for side, each in (("old", comparison.old), ("new", comparison.new))
        for place, text in each.lost.items()
    }
    gaps = tuple(f"{place} refers to {text}" for place, text in sorted(lost.items()))
    return Difference(in_order(changes), gaps, in_order(details))


def _change(finding: Finding, operations: list[str], proof: Proof | None = None) -> Change:
    rule = CATALOGUE[finding.rule]
    ruled = Severity.SAFE if finding.is_harmless else severity_of(finding.rule, finding.direction)
    severity = ruled if finding.is_harmless else finding.severity or ruled
    values = ""
    if finding.old is not None or finding.new is not None:
        values = f" ({finding.old or 'none'} → {finding.new or 'none'})"
    return Change(
        finding.rule,
        severity,
        finding.direction,
        finding.label,
        f"{finding.label}: {rule.summary.removesuffix('.')}{values}.",
        finding.pointer_old,
        finding.pointer_new,
        tuple(operations),
        finding.old,
        finding.new,
        proof,
    )


def found_by(comparison: Comparison) -> dict[Finding, list[str]]:
    """Every finding once, with the operations that it reaches."""
    for judge in OF_DOCUMENTS:
        judge(comparison)
    comparison.walk.run(JUDGES, uses_of)
    found: dict[Finding, set[str]] = {}
    for operation, finding in comparison.found:
        found.setdefault(finding, set()).update([operation] if operation else [])
    names = reached(comparison.roots)
    frames: dict[int, Frame] = comparison.walk.frames_by_id()
    for key, operations in names.items():
        for finding in frames[key].found:
            found.setdefault(finding, set()).update(operations)
    return {finding: sorted(operations) for finding, operations in found.items()}
