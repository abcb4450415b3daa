"""A run for machines: one JSON object with the totals, every check, and where it ran."""

import json

from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, SuiteRun
from contracthub.reports.run import FAILURES, checks_of, told_of


def run_as_json(report: RunReport) -> str:
    """``duration`` is in seconds, ``status`` one of the words of a check's status; totals count checks."""
    checks = checks_of(report)
    return json.dumps(
        {
            "outcome": report.outcome,
            "total_tests": len(checks),
            "passed_tests": sum(check.status is CheckStatus.PASSED for check in checks),
            "failed_tests": sum(check.status in FAILURES for check in checks),
            "other_tests": sum(
                check.status is not CheckStatus.PASSED and check.status not in FAILURES for check in checks
            ),
            "provider": report.provider,
            "provider_version": report.provider_version,
            "provider_branch": report.provider_branch,
            "source": report.source,
            "started_at": report.started_at.isoformat(),
            "duration": round(report.seconds, 3),
            "publication": report.publication,
            "notices": list(report.notices),
            "environment": dict(report.environment),
            "suites": [_suite(run) for run in report.suites],
            "test_details": [_detail(check) for check in checks],
        },
        indent=2,
    )


def _suite(run: SuiteRun) -> dict[str, object]:
    return {
        "name": run.suite,
        "tests": len(run.checks),
        "problems": list(run.problems),
        "duration": round(run.seconds, 3),
        "tool": run.tool,
        "tool_version": run.tool_version,
        "seed": run.seed,
        "budget_seconds": run.budget_seconds,
        "examples": run.examples,
    }


def _detail(check: Check) -> dict[str, object]:
    """The four keys that every reader knows first."""
    return {
        "name": check.name,
        "status": check.status,
        "error": " ".join(told_of(check)) if check.status is not CheckStatus.PASSED else None,
        "duration": None if check.milliseconds is None else round(check.milliseconds / 1000, 6),
        "suite": check.suite,
        "consumer": check.consumer or None,
        "consumer_version": check.consumer_version or None,
        "operation": check.operation or None,
        "status_code": check.status_code,
        "provider_states": list(check.provider_states),
        "mismatches": [
            {
                "attribute": each.attribute,
                "location": each.location,
                "message": each.text,
                "expected": each.expected,
                "actual": each.actual,
            }
            for each in check.mismatches
        ],
        "fingerprint": check.finding.fingerprint if check.finding else None,
        "curl": check.finding.curl if check.finding else None,
        "notes": list(check.notes),
    }
