"""What every output of `contracthub diff` looks like, stored whole; and that each is well-formed, whatever is in it."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.change_reports import (
    AcceptedChange,
    ApprovedBy,
    ConsumerScope,
    DiffReport,
    DocumentReport,
    HitConsumer,
    ReportedChange,
    Spot,
)
from contracthub.reports.diff_ci import diff_for_github, diff_for_gitlab, diff_for_junit
from contracthub.reports.diff_html import diff_as_html
from contracthub.reports.diff_json import diff_as_json
from contracthub.reports.diff_markdown import diff_for_markdown
from contracthub.reports.diff_reading import NoDiff, diff_from_json
from contracthub.reports.diff_sarif import diff_as_sarif
from contracthub.reports.diff_text import diff_for_terminal

SNAPSHOTS = Path(__file__).parent / "snapshots"


def as_json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


WRITERS: dict[str, Callable[[DiffReport], str]] = {
    "txt": diff_for_terminal,
    "json": lambda report: as_json(diff_as_json(report)),
    "md": diff_for_markdown,
    "sarif": lambda report: as_json(diff_as_sarif(report, "1.0")),
    "github": diff_for_github,
    "gitlab": diff_for_gitlab,
    "junit": diff_for_junit,
    "html": diff_as_html,
}

GONE = ReportedChange(
    "response-required-property-removed",
    "breaking",
    "response",
    "schema Order.total",
    "schema Order.total: A promised property went.",
    "00ff",
    "/components/schemas/Order/properties/total",
    None,
    ("GET /orders", "GET /orders/{id}"),
    Spot("api.yaml", 12),
    None,
    Spot("api.yaml", 10),
    "incompatible",
    '{"total": 1}',
    (HitConsumer("web", "3", "production", "an order: GET /orders/7 response body $.total"),),
)
CAME = ReportedChange(
    "response-optional-property-added",
    "safe",
    "response",
    "schema Order.<note>",
    "schema Order.<note>: A property may | come.",
    "00aa",
    None,
    "/components/schemas/Order/properties/note",
    ("GET /orders",),
    None,
    Spot("api.yaml", 14),
    Spot("api.yaml", 14),
)
SCOPE = ConsumerScope("orders", ("production", "test"), ("web 3",), ("app 1 in test has published no contract.",))
ACCEPTED = AcceptedChange(CAME, "ann", "nobody reads it", "2027-01-31")
DOCUMENT = DocumentReport("openapi", "git:main:api.yaml", "api.yaml", (GONE, CAME), (ACCEPTED,), ("#/x refers to y",))
RULES = {GONE.id: "A promised property went.", CAME.id: "A property may come."}
QUIET = DocumentReport("openapi", "old.yaml", "new.yaml", ())
TERMS = ApprovedBy("Ada", "nobody | reads it", "2027-01-31")
APPROVED, OVER = replace(GONE, approved=TERMS), replace(GONE, fingerprint="00bb", approval_over=TERMS)
REPORTS = {
    "diff-approved": DiffReport((replace(DOCUMENT, changes=(APPROVED, CAME), gaps=()),), SCOPE, RULES),
    "diff-approval-over": DiffReport((replace(DOCUMENT, changes=(APPROVED, OVER)),), rules=RULES),
    "diff-nothing": DiffReport((DocumentReport("openapi", "old.yaml", "new.yaml", ()),)),
    "diff-left-out": DiffReport((replace(DOCUMENT, changes=(CAME,), left_out=1), replace(QUIET, left_out=12))),
    "diff-nothing-told": DiffReport((replace(QUIET, left_out=2),)),
    "diff": DiffReport((DOCUMENT,), rules=RULES),
    "diff-consumers": DiffReport((DOCUMENT,), SCOPE, RULES),
    "diff-two": DiffReport((DOCUMENT, DocumentReport("graphql", "a.graphql", "b.graphql", ())), rules=RULES),
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", REPORTS)
def test_outputs_are_as_they_were(name: str, form: str) -> None:
    file = SNAPSHOTS / f"{name}.{form}"
    assert WRITERS[form](REPORTS[name]) + "\n" == file.read_text(encoding="utf-8")


ANY = st.text(st.characters(codec="utf-8"), max_size=30)
CHANGES = st.builds(
    ReportedChange,
    id=ANY,
    severity=st.sampled_from(["breaking", "dangerous", "safe"]),
    direction=st.just("response"),
    location=ANY,
    message=ANY,
    fingerprint=st.text("0123456789abcdef", min_size=1, max_size=4),
    pointer_old=ANY | st.none(),
    operations=st.lists(ANY, max_size=3).map(tuple),
    spot_new=st.builds(Spot, ANY, st.integers(1, 9) | st.none()) | st.none(),
    counterexample=ANY | st.none(),
    consumers=st.lists(st.builds(HitConsumer, ANY, ANY, ANY, ANY, st.booleans()), max_size=2).map(tuple),
    approved=st.builds(ApprovedBy, ANY, ANY, ANY) | st.none(),
    approval_over=st.builds(ApprovedBy, ANY, ANY, ANY) | st.none(),
)
REPORTED = st.builds(
    lambda changes, label, scope: DiffReport(
        (DocumentReport("openapi", label, label, tuple(changes), (), (label,)),), scope
    ),
    st.lists(CHANGES, max_size=3),
    ANY,
    st.none()
    | st.builds(ConsumerScope, ANY, st.lists(ANY, max_size=2).map(tuple), unknown=st.lists(ANY, max_size=2).map(tuple)),
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.seen |= {f"@{name}" for name, _ in attrs}


@given(REPORTED)
def test_no_text_from_outside_gets_out_of_its_place(report: DiffReport) -> None:
    tags = _Tags()
    tags.feed(diff_as_html(report))
    assert tags.seen <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "li", "table", "thead"),
        *("tbody", "tr", "th", "td", "br", "code", "details", "summary"),
        *("@charset", "@name", "@content", "@lang", "@scope", "@class"),
    }
    suites = fromstring(diff_for_junit(report))  # noqa: S314 (our own XML)
    assert len(suites.findall(".//testcase")) == max(1, sum(1 for _ in report.changes) + 1)
    commands = diff_for_github(report)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands.split("\n") if line)
    assert commands.count("\n") + 1 == sum(len(each.changes) + len(each.gaps) for each in report.documents)
    assert "\x1b" not in diff_for_terminal(report)
    assert "<script" not in diff_for_markdown(report)
    for issue in json.loads(diff_for_gitlab(report)):
        assert issue["location"]["lines"]["begin"] >= 1
    sarif: Any = diff_as_sarif(report, "1.0")
    jsonschema_rs.validate(SARIF, sarif)
    (run,) = sarif["runs"]
    named = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [named[result["ruleIndex"]] for result in run["results"]] == [result["ruleId"] for result in run["results"]]


def test_what_is_left_out_is_read_back() -> None:
    for report in (REPORTS["diff-left-out"], REPORTS["diff-nothing-told"]):
        read = diff_from_json(diff_as_json(report))
        assert [each.left_out for each in read.documents] == [each.left_out for each in report.documents]


@pytest.mark.parametrize("count", [-1, True, "3", 1.5])
def test_a_count_that_is_none_is_refused(count: object) -> None:
    document = diff_as_json(REPORTS["diff-nothing-told"])
    document["summary"] = {"details_left_out": count}
    with pytest.raises(NoDiff, match="details_left_out"):
        diff_from_json(document)


def test_a_long_comment_is_cut_and_says_so() -> None:
    many = tuple(CAME for _ in range(1_000))
    text = diff_for_markdown(DiffReport((DocumentReport("openapi", "a", "b", (GONE, *many)),)), 5_000)
    assert len(text) < 5_100
    assert GONE.id in text
    assert text.endswith("more lines, which do not fit here.")
    assert text.count("<details>") == text.count("</details>")


# The parts of the SARIF 2.1.0 schema that are used: what is required there, and which members there are.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "properties": {"type": "object"},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": {"required": ["text"]},
                                                "help": {"required": ["text"]},
                                                "defaultConfiguration": {
                                                    "properties": {
                                                        "level": {"enum": ["none", "note", "warning", "error"]}
                                                    }
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"], "properties": {"text": {"type": "string"}}},
                                "suppressions": {
                                    "type": "array",
                                    "uniqueItems": True,
                                    "items": {
                                        "required": ["kind"],
                                        "additionalProperties": False,
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                            "justification": {"type": "string"},
                                        },
                                    },
                                },
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]*$"}}
                                                    },
                                                    "region": {
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}}
                                                    },
                                                }
                                            },
                                            "logicalLocations": {"type": "array", "uniqueItems": True},
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
