"""What a verification report looks like, stored whole."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contracthub.domain.verification_reports import (
    InteractionOutcome,
    Mismatch,
    Outcome,
    PublicationStatus,
    VerificationReport,
)
from contracthub.reports.verification import (
    summary_of,
    verification_for_json,
    verification_for_markdown,
    verification_for_terminal,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"

GOOD = InteractionOutcome("web", "get an order", passed=True, provider_states=("an order exists",), milliseconds=9)
BAD = InteractionOutcome(
    "web",
    "create an order",
    passed=False,
    mismatches=(
        Mismatch("body", "$.id", "Expected 'x' to be an integer", "1", '"x"'),
        Mismatch("header", "X-A", "missing", "1", None),
        Mismatch("error", "", "connection closed\x1b[2J"),
    ),
)
PENDING = InteractionOutcome(
    "app|<b>",
    "list orders",
    passed=False,
    pending=True,
    mismatches=(Mismatch("status", "", "expected 200 but was 500", "200", "500"),),
)

REPORTS = {
    "verified": VerificationReport(
        "orders", "2.0.0", "main", "http://hub", (GOOD,), PublicationStatus.PUBLISHED, notices=("The pact\nis new.",)
    ),
    "failed": VerificationReport("orders", None, None, "pacts", (GOOD, BAD, PENDING), PublicationStatus.NOT_ASKED),
    "not-published": VerificationReport(
        "orders", "2.0.0", None, "http://hub", (GOOD, PENDING), PublicationStatus.FAILED, ("Publishing failed: 403",)
    ),
    "nothing": VerificationReport("orders", None, None, "pacts", (), problems=("No pacts were found",)),
}
WRITERS = {"txt": verification_for_terminal, "md": verification_for_markdown, "json": verification_for_json}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("ending", WRITERS)
def test_the_report(name: str, ending: str) -> None:
    assert WRITERS[ending](REPORTS[name]) + "\n" == (SNAPSHOTS / f"verification-{name}.{ending}").read_text("utf-8")


def test_the_outcome_of_each() -> None:
    assert {name: report.outcome for name, report in REPORTS.items()} == {
        "verified": Outcome.VERIFIED,
        "failed": Outcome.FAILED,
        "not-published": Outcome.NOT_PUBLISHED,
        "nothing": Outcome.NOTHING_VERIFIED,
    }


def test_a_failure_outranks_a_missing_publication() -> None:
    report = replace(REPORTS["failed"], publication=PublicationStatus.FAILED)
    assert report.outcome is Outcome.FAILED
    assert "could NOT be published" in summary_of(report)


def test_a_pending_failure_alone_is_no_failure() -> None:
    assert replace(REPORTS["failed"], interactions=(GOOD, PENDING)).outcome is Outcome.VERIFIED


def test_a_problem_of_the_run_is_never_a_success() -> None:
    report = replace(REPORTS["verified"], problems=("one pact could not be read",))
    assert report.outcome is Outcome.COULD_NOT_RUN
    assert "did not run to its end" in summary_of(report)


def test_json_tells_everything() -> None:
    document = json.loads(verification_for_json(REPORTS["failed"]))
    assert document["outcome"] == "failed"
    assert document["interactions"][1]["mismatches"][0] == {
        "attribute": "body",
        "identifier": "$.id",
        "expected": "1",
        "actual": '"x"',
        "description": "Expected 'x' to be an integer",
    }


def test_a_missing_state_is_told_apart_from_a_failure_and_notes_are_shown() -> None:
    missing = InteractionOutcome(
        "web",
        "pay an order",
        passed=False,
        lacks_state=True,
        mismatches=(Mismatch("error", "", "the provider state could not be set up (an order exists: no)"),),
    )
    solved = replace(GOOD, notes=("state 'an order exists' solved by POST /orders",))
    report = VerificationReport("orders", None, None, "pacts", (solved, missing))
    lines = verification_for_terminal(report).splitlines()
    assert "            state 'an order exists' solved by POST /orders" in lines
    assert [line.split() for line in lines if "pay an order" in line] == [["NO", "STATE", "pay", "an", "order"]]
    assert "1 passed, 0 failed, 1 without their provider state" in lines[-1]
    (first, second) = json.loads(verification_for_json(report))["interactions"]
    assert (first["notes"], "notes" in second) == (["state 'an order exists' solved by POST /orders"], False)
    assert "| NO STATE |" in verification_for_markdown(report)
