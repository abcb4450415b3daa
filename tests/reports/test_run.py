"""What every report of a run looks like, stored whole; and that each is well-formed, whatever is in it."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, Suite, SuiteRun
from contracthub.reports.run import Coverage, Latency, coverage_of, latencies_of, told_of
from contracthub.reports.run_html import run_as_html
from contracthub.reports.run_json import run_as_json
from contracthub.reports.run_junit import run_as_junit
from contracthub.reports.run_markdown import MOST_TOLD, run_as_markdown
from contracthub.reports.run_text import run_for_terminal
from tests.reports.runs import CLEAN, CONTRACTS, FUZZ, NOTHING, RUN, RUNS

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITERS: dict[str, Callable[[RunReport], str]] = {
    "html": run_as_html,
    "json": run_as_json,
    "junit": run_as_junit,
    "md": run_as_markdown,
    "txt": run_for_terminal,
}
REPORTS = {"run": RUN, "run-clean": CLEAN, "run-nothing": NOTHING}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_as_they_were(name: str, form: str) -> None:
    file = SNAPSHOTS / f"{name}.{form}"
    assert WRITERS[form](REPORTS[name]) + "\n" == file.read_text(encoding="utf-8")


@given(RUNS)
def test_json_has_the_keys_that_every_reader_looks_for(report: RunReport) -> None:
    told = json.loads(run_as_json(report))
    details = told["test_details"]
    assert told["total_tests"] == len(details)
    assert told["passed_tests"] + told["failed_tests"] + told["other_tests"] == told["total_tests"]
    assert told["passed_tests"] == sum(each["status"] == "passed" for each in details)
    assert all({"name", "status", "error", "duration"} <= each.keys() for each in details)
    assert told["environment"] == dict(report.environment)


# Required and allowed attributes, and children in their order, by both schemas of JUnit reports.
CASE = ({"name", "classname", "time"}, {"name", "classname", "time"})
SUITE = ({"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "id", "package"}, {"skipped"})


@given(RUNS)
def test_junit_is_valid_by_both_schemas(report: RunReport) -> None:
    root = fromstring(run_as_junit(report))  # noqa: S314 (it was just written)
    assert (root.tag, root.attrib) == ("testsuites", {})
    for place, suite in enumerate(root):
        assert suite.tag == "testsuite"
        assert SUITE[0] <= suite.attrib.keys() <= SUITE[0] | SUITE[1]
        assert suite.attrib["id"] == str(place)
        assert suite.attrib["hostname"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        tags = [each.tag for each in suite]
        assert tags == ["properties", *["testcase"] * (len(tags) - 3), "system-out", "system-err"]
        cases = suite.findall("testcase")
        assert all(_is_valid(case) for case in cases)
        told = Counter(child.tag for case in cases for child in case)
        counted = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
        assert counted == {
            "tests": len(cases),
            "failures": told["failure"],
            "errors": told["error"],
            "skipped": told["skipped"],
        }


def _is_valid(case: Element) -> bool:
    assert CASE[0] <= case.attrib.keys() <= CASE[1]
    float(case.attrib["time"])
    assert len(case) <= 1
    return all(
        (each.tag == "skipped" and each.attrib.keys() <= {"message"})
        or (each.tag in ("failure", "error") and each.attrib.keys() == {"message", "type"})
        for each in case
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action", "style")]
        self.seen.update(f"@{name}" for name, _ in attrs if name.startswith("on"))


@given(RUNS)
def test_no_text_from_outside_gets_out_of_its_place(report: RunReport) -> None:
    tags = _Tags()
    tags.feed(run_as_html(report))
    assert (tags.seen["script"], tags.seen["style"], tags.addresses) == (1, 1, [])
    assert not [name for name in tags.seen if name.startswith("@")]
    assert not set(tags.seen) & {"b", "img", "a", "iframe", "link"}
    assert "\x1b" not in run_for_terminal(report)
    for line in re.sub(r"(?ms)^(`{3,})sh$.*?^\1$", "", run_as_markdown(report)).splitlines():
        assert not re.search(r"(?<!\\)[<\[`]", line)


def test_hostile_words_are_shown_as_words() -> None:
    told = '<script>alert(1)</script> @all | ``` \x1b[31m {{ 7*7 }} ]]> " onclick="x'
    hostile = replace(
        CONTRACTS.checks[1], name=told, consumer=told, error=told, operation=told, notes=(told,), uses=(told,)
    )
    run = SuiteRun(suite=Suite.CONTRACTS, checks=(hostile,), problems=(told,), latencies={told: (1.0,)})
    report = replace(RUN, provider=told, suites=(run,), environment={told: told}, notices=(told,))
    page = run_as_html(report)
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert "onclick=&#34;x" in page
    suite = fromstring(run_as_junit(report))[0]  # noqa: S314 (it was just written)
    assert suite.attrib["package"].startswith("<script>alert(1)</script>")


def test_a_long_report_is_cut_and_says_so() -> None:
    many = tuple(replace(CONTRACTS.checks[1], name=f"n{number}") for number in range(MOST_TOLD + 7))
    report = replace(RUN, suites=(SuiteRun(suite=Suite.CONTRACTS, checks=many),))
    told = run_as_markdown(report)
    assert f"n{MOST_TOLD - 1}**" in told
    assert f"n{MOST_TOLD}**" not in told
    assert "And 7 more" in told


def test_latencies_are_of_all_suites_and_the_slowest_comes_first() -> None:
    both = replace(RUN, suites=(CONTRACTS, replace(FUZZ, latencies={"GET /orders/{id}": (100.0,), "GET /none": ()})))
    slow, fast = latencies_of(both)
    assert slow == Latency("GET /orders/{id}", 2, 12.5, slow.p95, 100.0)
    assert fast == Latency("GET /orders", 4, 2.0, fast.p95, 40.0)
    assert [slow.p95, fast.p95] == pytest.approx([95.625, 34.45])


def test_coverage_joins_what_suites_saw_of_an_operation() -> None:
    assert coverage_of(RUN) == (
        Coverage("GET /orders", (200, 404), ("app",), (), 0, 1),
        Coverage("GET /orders/{id}", (200, 404, 500), ("web",), ("$.id", "$.total"), 1, 1),
        Coverage("POST /orders", (), (), (), 0, 0),
    )


@pytest.mark.parametrize("status", CheckStatus)
def test_every_way_a_check_can_go_has_its_word(status: CheckStatus) -> None:
    report = replace(RUN, suites=(SuiteRun(suite=Suite.FUZZ, checks=(replace(FUZZ.checks[2], status=status),)),))
    assert all(writer(report) for writer in WRITERS.values())


def test_each_text_is_told_once() -> None:
    said = "Wallet.coins (data.wallet.coins) is null, which it must not be"
    other = "Wallet.name (data.wallet.name) is missing"
    mismatches = (Mismatch("body", "data.wallet.coins", said), Mismatch("body", "data.wallet.name", other))
    check = Check(suite=Suite.GRAPHQL, name="wallet", status=CheckStatus.FAILED, error=said, mismatches=mismatches)

    assert told_of(check) == (said, f"body data.wallet.name: {other}")


def test_in_text_each_consumer_stands_once_and_what_belongs_to_none_comes_first() -> None:
    def check(name: str, consumer: str = "") -> Check:
        return Check(suite=Suite.SOCKETS, name=name, status=CheckStatus.PASSED, consumer=consumer)

    checks = (check("one", "web"), check("two", "app"), check("three", "web"), check("channel stream"))
    silent = SuiteRun(suite=Suite.POLICIES, checks=())
    text = run_for_terminal(replace(CLEAN, suites=(SuiteRun(suite=Suite.SOCKETS, checks=checks, seconds=1), silent)))
    told = [line.strip() for line in text.splitlines()[1:7]]
    provider = CLEAN.provider
    assert told == [
        "channel stream: passed",
        f"web \u2192 {provider}",
        "one: passed",
        "three: passed",
        f"app \u2192 {provider}",
        "two: passed",
    ]
    assert "policies" not in text
