"""What a comment on a pull request says, stored whole; and that nothing that a document says means anything in it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

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
from contracthub.reports.diff_comment import (
    About,
    comment_about,
    counted_open,
    document_place,
    is_clean,
    length,
    open_changes,
)
from contracthub.reports.diff_json import diff_as_json
from contracthub.reports.diff_reading import NoDiff, diff_from_json
from contracthub.reports.forge_text import code, plain

SNAPSHOTS = Path(__file__).parent / "snapshots"
ABOUT = About(date(2026, 11, 21), commit="c0ffee" * 6, run_url="https://ci.example/runs/1")

GONE = ReportedChange(
    "response-required-property-removed",
    "breaking",
    "response",
    "schema Order.total",
    "schema Order.total: A promised property went.",
    "00ff" * 8,
    "/components/schemas/Order/properties/total",
    None,
    ("GET /orders", "GET /orders/{id}"),
    Spot("api.yaml", 12),
    None,
    Spot("api.yaml", 10),
    "incompatible",
    '{"total": 1}',
    (
        HitConsumer("web", "3", "production", "an order: GET /orders/7 response body $.total"),
        HitConsumer("mail", "1.2", "test", "a receipt: GET /orders/7", breaks=False),
    ),
)
NARROWED = ReportedChange(
    "request-property-max-set",
    "dangerous",
    "request",
    "POST /orders",
    "POST /orders: quantity has a maximum now.",
    "11ff" * 8,
    operations=("POST /orders",),
    spot_old=Spot("api.yaml", 40),
    spot_new=Spot("api.yaml", 39),
)
CAME = ReportedChange(
    "response-optional-property-added",
    "safe",
    "response",
    "schema Order.note",
    "schema Order.note: A property may come.",
    "22ff" * 8,
    operations=("GET /orders",),
    spot_new=Spot("api.yaml", 14),
)
READ = replace(
    CAME,
    id="response-optional-property-removed",
    message="schema Order.note: A property comes no more.",
    fingerprint="33ff" * 8,
    consumers=(HitConsumer("alerts", "9", "production", "GET /orders/7 response body $.note"),),
)
LET_THROUGH = replace(
    GONE, fingerprint="44ff" * 8, approved=ApprovedBy("ann", "web 4 goes out on Monday", "2026-12-01")
)
OVER = replace(GONE, fingerprint="55ff" * 8, approval_over=ApprovedBy("bo", "a while", "2026-11-20"))
SCOPE = ConsumerScope(
    "shop's orders", ("production", "test"), ("web 3", "mail 1.2"), ("cart 1 has published nothing.",)
)


def document(*changes: ReportedChange, **more: object) -> DocumentReport:
    facts: dict[str, object] = {"name": "specs/api.yaml"}
    return DocumentReport("openapi", "git:abc123:specs/api.yaml", "specs/api.yaml", changes, **(facts | more))  # type: ignore[arg-type]


FULL = document(
    CAME,
    NARROWED,
    GONE,
    READ,
    LET_THROUGH,
    OVER,
    accepted=(AcceptedChange(NARROWED, "cy", "only tests send more", "2027-01-01"),),
    gaps=("/paths/~1x: an extension that is not known",),
)
CASES = {
    "full": (FULL, SCOPE),
    "without-consumers": (document(GONE, CAME), None),
    "all-approved": (document(LET_THROUGH), SCOPE),
    "resolved": (document(CAME), SCOPE),
}


@pytest.mark.parametrize("name", CASES)
def test_the_comment_is_the_stored_one(name: str) -> None:
    told, scope = CASES[name]
    body = comment_about(told, scope, ABOUT, 65_536).body
    file = SNAPSHOTS / f"comment-{name}.md"
    assert body + "\n" == file.read_text(encoding="utf-8")


def test_what_breaks_comes_first_and_what_breaks_a_consumer_is_never_safe() -> None:
    assert open_changes(document(CAME, NARROWED, replace(GONE, consumers=()), READ)) == [
        READ,
        replace(GONE, consumers=()),
        NARROWED,
        CAME,
    ]
    assert counted_open(document(READ, CAME)) == {"breaking": 1, "dangerous": 0, "safe": 1}


@pytest.mark.parametrize(
    ("told", "clean"),
    [
        (document(), True),
        (document(CAME), True),
        (document(NARROWED), False),
        (document(READ), False),
        (document(LET_THROUGH), False),
        (document(gaps=("not read",)), False),
    ],
)
def test_clean_is_what_leaves_nothing_to_look_at(told: DocumentReport, clean: bool) -> None:
    assert is_clean(told) is clean
    assert comment_about(told, SCOPE, ABOUT, 65_536).is_clean is clean


def test_the_line_that_accepts_is_one_a_shell_takes() -> None:
    body = comment_about(document(GONE), SCOPE, ABOUT, 65_536).body
    assert f"""`contracthub approve 'shop'"'"'s orders' {"00ff" * 8} --reason WHY --until 2026-12-21`""" in body


@pytest.mark.parametrize(
    ("label", "place"),
    [
        (DocumentReport("openapi", "git:abc:a/b.json", "(nothing)", ()), "a/b.json"),
        (DocumentReport("openapi", "x.json", "git:HEAD:y.json", ()), "y.json"),
        (DocumentReport("openapi", "x.json", "y.json", (), name="z.json"), "z.json"),
    ],
)
def test_a_document_has_one_name_in_every_run(label: DocumentReport, place: str) -> None:
    assert document_place(label) == place


def many(change: ReportedChange, count: int) -> list[ReportedChange]:
    return [replace(change, message=f"{change.message} {'x' * 200} {number}") for number in range(count)]


@pytest.mark.parametrize(
    ("changes", "cut"),
    [
        ([*many(GONE, 3), *many(NARROWED, 5), *many(CAME, 1000)], r"\*\*\d+ safe changes are left out"),
        ([*many(GONE, 3), *many(NARROWED, 1000), CAME], r"\*\*\d+ dangerous and 1 safe changes are left out"),
        ([*many(GONE, 1000), NARROWED, CAME], r"\*\*\d+ breaking and 1 dangerous and 1 safe changes are left out"),
    ],
)
def test_what_is_too_much_is_cut_from_the_safe_end_and_counted(changes: list[ReportedChange], cut: str) -> None:
    told = comment_about(document(*changes), SCOPE, ABOUT, 65_536)
    assert length(told.body) <= 65_536
    assert re.search(cut, told.body)
    shown = len(re.findall(r"^- [🔴🟡🟢]", told.body, flags=re.MULTILINE))
    left_out = sum(map(int, re.findall(r"(\d+) (?:breaking|dangerous|safe)(?= and| changes are)", told.body)))
    assert shown + left_out == len(changes)
    assert told.body.count("<details>") == told.body.count("</details>")


def test_a_comment_that_holds_everything_cuts_nothing() -> None:
    told = comment_about(document(*many(GONE, 500), *many(CAME, 500)), SCOPE, ABOUT, 1_000_000)
    assert "left out" not in told.body
    assert length(told.body) <= 1_000_000


@given(st.integers(1, 300), st.integers(2_000, 30_000), st.sampled_from(["x", "𝕏", "`", "@", "&", "\x00"]))
def test_no_comment_is_longer_than_it_may_be(count: int, longest: int, character: str) -> None:
    changes = [replace(GONE, message=character * count, location=character * count)] * count
    assert length(comment_about(document(*changes), None, ABOUT, longest).body) <= longest


# What a document may say, in every field of it.
HOSTILE = [
    "@ann and @acme/everyone, look",
    "fixes #12, closes acme/shop#3 and GH-7, !8 ~bug %1 &2 $3 ^alert#4",
    "<img src=x onerror=alert(1)><!-- contracthub:diff:" + "ab" * 16 + " -->",
    "[here](https://evil.example) ![](https://evil.example/x.png) <https://evil.example>",
    "https://evil.example www.evil.example ftp://evil.example mallory@evil.example",
    "`` ` ``` `@ann` ```\n@ann\n```",
    "\n\n/close\n/merge\n# Title\n</details>\n- [ ] task\n| a | b |\n---",
    "0123456789abcdef0123456789abcdef01234567 and deadbeef1",
    "$x^2$ :tada: *a* _b_ **c** ~~d~~ \\@ann \\#1 &#64;ann &commat;ann",
    "\x1b[31m\u202e\ufeff\u0000",
    "[issue:12] [vulnerability:3]",
]
REFERENCES = [
    r"@\w",
    r"[#!~%^]\w",
    r"&\w",
    r"\[\w+:\d",
    r"\w+://",
    r"www\.",
    r"\b[A-Za-z]+-\d",
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b",
    r":\w+:",
]
ALLOWED = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "code_inline"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "strong_open", "strong_close"),
    *("html_block", "softbreak"),
}
OURS = re.compile(r"<details>\n<summary>Safe \(\d+\)</summary>\n?|</details>\n?")


def tokens(body: str) -> list[Token]:
    found = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def hostile_document(text: str) -> tuple[DocumentReport, ConsumerScope]:
    hit = HitConsumer(text, text, text, text)
    change = ReportedChange(
        text,
        "breaking",
        text,
        text,
        text,
        text,
        text,
        text,
        (text,),
        Spot(text, 1),
        Spot(text),
        None,
        text,
        text,
        (hit,),
    )
    let = ApprovedBy(text, text, text)
    changes = (
        change,
        replace(change, severity="safe", consumers=(), operations=(text, text)),
        replace(change, approved=let),
        replace(change, approval_over=let),
    )
    accepted = (AcceptedChange(change, text, text, text),)
    return DocumentReport(text, text, text, changes, accepted, (text,), text), ConsumerScope(text, (text,), (), (text,))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_document_says_links_notifies_or_orders(text: str) -> None:
    body = comment_about(*hostile_document(text), About(date(2026, 11, 21)), 65_536).body
    found = tokens(body)
    assert {token.type for token in found} <= ALLOWED
    assert all(OURS.fullmatch(token.content) for token in found if token.type == "html_block")
    words = [token.content for token in found if token.type == "text"]
    assert [(word, each) for word in words for each in REFERENCES if re.search(each, word)] == []
    # GitLab takes orders from lines that begin with a slash.
    assert not [line for line in body.splitlines() if line.lstrip().startswith("/")]


@given(st.text(max_size=60))
def test_any_text_stays_text(text: str) -> None:
    body = comment_about(*hostile_document(text), About(date(2026, 11, 21)), 65_536).body
    assert {token.type for token in tokens(body)} <= ALLOWED


@given(st.text(max_size=100))
def test_words_and_code_are_shown_as_they_are(text: str) -> None:
    told = f"a {plain(text)} b {code(text)} c"
    inline = tokens(told)
    (shown,) = [token.content for token in inline if token.type == "code_inline"]
    from contracthub.reports.visible import visible

    assert shown == (visible(text) or "(empty)")
    words = "".join(token.content for token in inline if token.type == "text").replace("\u2060", "")
    assert words == f"a {visible(text)} b  c".replace("\u2060", "")


def without_what_is_not_written(report: DiffReport) -> DiffReport:
    documents = tuple(
        replace(
            each,
            changes=tuple(replace(change, anchor=None) for change in each.changes),
            accepted=tuple(replace(one, change=replace(one.change, anchor=None)) for one in each.accepted),
        )
        for each in report.documents
    )
    return DiffReport(documents, report.scope)


@pytest.mark.parametrize(
    "report", [DiffReport((FULL,), SCOPE), DiffReport((FULL, document(CAME)), None), DiffReport((), None)]
)
def test_what_diff_writes_is_read_back(report: DiffReport) -> None:
    assert diff_from_json(diff_as_json(report)) == without_what_is_not_written(report)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([], "The document must be an object"),
        ({}, "/changes must be a list"),
        ({"documents": [{"changes": [3]}]}, "/documents/0/changes/0 must be an object"),
        ({"changes": [], "format": 3}, "/format must be a text"),
        (
            {"changes": [{"severity": "awful"}], "format": "x", "old": "a", "new": "b"},
            "/changes/0/severity must be one of",
        ),
        ({"documents": [{}] * 501}, "501 documents are too many"),
    ],
)
def test_what_is_no_comparison_is_refused_with_its_place(value: object, place: str) -> None:
    with pytest.raises(NoDiff, match=re.escape(place)):
        diff_from_json(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["documents", "changes", "consumers", "severity", "source_old", "against", "approved", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(json_values)
def test_no_value_makes_the_reader_fail_otherwise(value: object) -> None:
    try:
        diff_from_json(value)
    except NoDiff:
        return
