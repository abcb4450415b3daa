"""What the gate's answer looks like, stored whole: a change of one character is to be seen in review."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracthub.reports.colours import Palette
from contracthub.reports.gate import Blocker, GatePair, GateReport, gate_explained, gate_for_markdown, gate_for_terminal

SNAPSHOTS = Path(__file__).parent / "snapshots"

REPORTS = {
    "gate-yes": GateReport(
        "web 1.2.3",
        "to production",
        True,
        (
            GatePair(
                "web",
                "1.2.3",
                "orders",
                "2.0.0",
                "VERIFIED",
                success=True,
                result=12,
                fact="orders 2.0.0 met it.",
                evidence="result 12 of 2026-11-20, by orders 2.0.0, from branch main.",
                url="http://hub.test/12",
            ),
        ),
        ("All required verification results are published and successful",),
        (),
    ),
    "gate-no": GateReport(
        "web 1.2.3",
        "to production",
        False,
        (
            GatePair(
                "web",
                "1.2.3",
                "orders",
                "2.0.0",
                "FAILED",
                success=False,
                result=13,
                fact="orders 2.0.0 breaks it.",
                evidence="result 13, by orders 2.0.0, on no branch.",
                blocker=Blocker("orders 2.0.0 breaks it.", "Deploy orders 2.0.1.", "contracthub record-deployment"),
            ),
            GatePair("web", "1.2.3", "billing", None, "NEVER_VERIFIED"),
        ),
        ("The verification for the pact between web and orders failed",),
        (
            Blocker("orders 2.0.0 breaks the pact.", "Deploy orders 2.0.1.", "contracthub can-i-deploy -a orders"),
            Blocker("Nobody verified billing."),
        ),
        ("It is recommended to specify the version number.",),
    ),
    "gate-merge": GateReport("web 1.2.3", "", True, (), ("Nothing is missing.",), (), done="merged"),
    "gate-no-merge": GateReport("web 1.2.3", "", False, (), ("The pact failed.",), (), done="merged"),
    "gate-unknown": GateReport("web from branch <b>\x1b[31m", "", None, (), ("No\nrows.",), ()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_answer_on_a_terminal(name: str) -> None:
    assert gate_for_terminal(REPORTS[name]) + "\n" == (SNAPSHOTS / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_the_answer_in_markdown(name: str) -> None:
    assert gate_for_markdown(REPORTS[name]) + "\n" == (SNAPSHOTS / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_the_answer_explained(name: str) -> None:
    assert gate_explained(REPORTS[name]) + "\n" == (SNAPSHOTS / f"{name}-explained.txt").read_text("utf-8")


def test_a_yes_says_how_much_of_it_rests_on_paper_only() -> None:
    told = "  On paper only, compared with the provider's documents and not replayed: 1 of 2."
    pairs = tuple(
        GatePair("web", "1", name, "2", verdict) for name, verdict in (("a", "COMPATIBLE"), ("b", "VERIFIED"))
    )
    report = GateReport("web 1", "to production", True, pairs, ("All is well.",), ())
    assert gate_for_terminal(report).splitlines()[-2:] == ["  All is well.", told]
    assert gate_for_markdown(report).splitlines()[-2:] == ["- All is well.", told.replace("  ", "- ", 1)]
    replayed = replace(report, pairs=pairs[1:])
    assert "paper" not in gate_for_terminal(replayed) + gate_for_markdown(replayed)
    assert "paper" not in gate_for_terminal(replace(report, deployable=False))


@pytest.mark.parametrize("name", REPORTS)
def test_colour_changes_no_word(name: str) -> None:
    coloured = gate_for_terminal(REPORTS[name], Palette(enabled=True))
    assert coloured != gate_for_terminal(REPORTS[name])
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == gate_for_terminal(REPORTS[name])
