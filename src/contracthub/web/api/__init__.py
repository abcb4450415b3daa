"""The native API, ``/api/v1``: what the hub offers beyond the protocols that it emulates."""

from fastapi import APIRouter

from contracthub.web.api import (
    approvals,
    archive,
    comparisons,
    coverage,
    deprecations,
    document_checks,
    document_diffs,
    element_readers,
    evidence,
    findings,
    gate_policies,
    live_contracts,
    needs,
    plan,
    provider_contracts,
    readers,
    rule_packs,
    waivers,
    workspace,
)

ROUTERS: tuple[APIRouter, ...] = (
    archive.router,
    workspace.router,
    plan.router,
    provider_contracts.router,
    document_checks.router,
    document_diffs.router,
    readers.router,
    comparisons.router,
    live_contracts.router,
    needs.router,
    element_readers.router,
    deprecations.router,
    coverage.router,
    approvals.router,
    evidence.router,
    findings.router,
    waivers.router,
    gate_policies.router,
    rule_packs.router,
)
