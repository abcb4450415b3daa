"""Findings that a file lets pass: up to and with their last day, and no longer."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracthub.domain.findings import Finding, FindingState, KnownFinding
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, Suite, SuiteRun
from contracthub.verification.baseline import NotABaseline, read_baseline, with_new, write_baseline
from contracthub.verification.finding_judgement import judged

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def finding(fingerprint: str = "f" * 64) -> Finding:
    return Finding(
        fingerprint=fingerprint,
        operation="GET /orders",
        check="not_a_server_error",
        code="ST101",
        title="Server error",
        message="500",
        curl="curl http://x",
    )


def report(*findings: Finding) -> RunReport:
    checks = tuple(Check(suite=Suite.FUZZ, name="n", status=CheckStatus.FAILED, finding=each) for each in findings)
    run = SuiteRun(suite=Suite.FUZZ, checks=checks)
    return RunReport(
        provider="orders",
        provider_version="1",
        provider_branch=None,
        source="s",
        started_at=NOW,
        seconds=1.0,
        suites=(run,),
    )


def statuses(made: RunReport) -> list[CheckStatus]:
    return [check.status for check in made.checks]


def test_what_is_new_is_let_pass_for_a_while_once_it_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    assert statuses(judged(report(finding()), {}, {}, TODAY)) == [CheckStatus.FAILED]
    write_baseline(file, with_new({}, [finding()], TODAY))
    accepted = read_baseline(file)
    (entry,) = accepted.values()
    assert statuses(judged(report(finding()), {}, accepted, entry.until)) == [CheckStatus.KNOWN]
    after = judged(report(finding()), {}, accepted, date.fromordinal(entry.until.toordinal() + 1))
    assert statuses(after) == [CheckStatus.FAILED]
    assert f"accepted until {entry.until.isoformat()}, which is over" in next(iter(after.checks)).notes[0]


def test_updating_keeps_what_people_wrote(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    said = {"fingerprint": "f" * 64, "until": "2026-12-31", "reason": "cosmetic", "owner": "Ada"}
    file.write_text(json.dumps({"findings": [said]}))
    known = read_baseline(file)
    write_baseline(file, with_new(known, [finding(), finding("e" * 64)], TODAY))
    again = read_baseline(file)
    assert again["f" * 64] == known["f" * 64]
    assert again["e" * 64].until == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", 'has no list "findings"'),
        ('{"findings": [7]}', "/findings/0 must be an object"),
        ('{"findings": [{"fingerprint": "a", "until": "x", "reason": "r"}]}', "/findings/0/owner must be"),
        (
            '{"findings": [{"fingerprint": "a", "until": "x", "reason": "r", "owner": "o"}]}',
            "/findings/0/until must be",
        ),
    ],
)
def test_what_is_no_baseline_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(NotABaseline) as refused:
        read_baseline(file)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("state", "until", "status", "words"),
    [
        (FindingState.ACCEPTED, TODAY, CheckStatus.KNOWN, "Accepted by Ada until 2026-06-15: later"),
        (FindingState.ACCEPTED, date(2026, 6, 14), CheckStatus.FAILED, "It was accepted until 2026-06-14"),
        (FindingState.CAME_BACK, None, CheckStatus.FAILED, "It came back: finding 3 was fixed once."),
        (FindingState.NEW, None, CheckStatus.FAILED, ""),
    ],
)
def test_what_the_hub_remembers_counts(
    state: FindingState, until: date | None, status: CheckStatus, words: str
) -> None:
    known = KnownFinding(
        number=3,
        provider="orders",
        finding=finding(),
        state=state,
        owner="Ada",
        reason="later",
        accepted_until=until,
        first_seen_version="1",
        first_seen_at=NOW,
        last_seen_version="1",
        last_seen_at=NOW,
    )
    (check,) = judged(report(finding()), {"f" * 64: known}, {}, TODAY).checks
    assert (check.status, words in " ".join(check.notes)) == (status, True)
