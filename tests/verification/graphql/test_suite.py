"""The suite graphql from end to end: what of an operation or its answer is a fault, and that its field is named."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus
from contracthub.verification.graphql.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.verification.graphql.conftest import SDL, interaction

StartProvider = Callable[..., str]
Targets = Callable[..., Target]

ITEMS = "query Items { items { title price { amount } } }"
PRICED = {"data": {"items": [{"title": "Dune", "price": {"amount": 9.5}}]}}
LIKE = {"$.data": {"combine": "AND", "matchers": [{"match": "type"}]}}


def checks(target: Target, seconds: float = 60.0) -> tuple[Check, ...]:
    return run(target, Unwatched(), time.monotonic() + seconds).checks


def only(target: Target) -> Check:
    (check,) = checks(target)
    return check


def places(check: Check) -> set[tuple[str, str]]:
    return {(each.attribute, each.location) for each in check.mismatches}


def test_what_is_as_expected_passes(provider: StartProvider, target: Targets) -> None:
    check = only(target(provider(PRICED), interaction(ITEMS, PRICED, rules=LIKE)))
    assert (check.status, check.error, check.mismatches) == (CheckStatus.PASSED, "", ())
    assert (check.operation, check.status_code, check.consumer) == ("Query.items", 200, "web")
    assert "$.data.items.price.amount" in check.uses


@pytest.mark.parametrize(
    ("answer", "place", "words"),
    [
        (
            {"data": {"items": [{"title": "Dune"}]}},
            "$.data.items[0].price",
            "Book.price (data.items[0].price) is missing",
        ),
        (
            {"data": {"items": [{"title": "Dune", "price": {"amount": None}}]}},
            "$.data.items[0].price.amount",
            "Price.amount (data.items[0].price.amount) is null, not a number",
        ),
        (
            {"data": {"items": [{"title": "Dune", "price": {"amount": "9.5"}}]}},
            "$.data.items[0].price.amount",
            "Price.amount (data.items[0].price.amount) is a string, not a number",
        ),
        ({"data": {"items": None}}, "$.data.items", "Query.items (data.items) is null, not an array"),
        ({"errors": []}, "$.data", "(data) is missing"),
    ],
)
def test_what_the_consumer_misses_is_named(
    provider: StartProvider, target: Targets, answer: Any, place: str, words: str
) -> None:
    check = only(target(provider(answer), interaction(ITEMS, PRICED, rules=LIKE)))
    assert check.status is CheckStatus.FAILED
    assert ("body", place) in places(check)
    assert any(words in each.text for each in check.mismatches)
    assert check.error


@pytest.mark.parametrize(
    ("query", "answer", "place", "words"),
    [
        (
            "{ items { title } }",
            {"items": [{"title": None}]},
            "$.data.items[0].title",
            "is null, and its type is String!",
        ),
        ("{ items { pages } }", {"items": [{"pages": 1.5}]}, "$.data.items[0].pages", "is 1.5, and its type is Int"),
        ("{ items { pages } }", {"items": {}}, "$.data.items", "is {}, and its type is [Book!]"),
        ("{ items { pages } }", {"items": [3]}, "$.data.items[0]", "is 3, not an object of type Book"),
        ("{ kinds }", {"kinds": ["NEWER"]}, "$.data.kinds[0]", "is 'NEWER', and its type is Kind"),
        ("{ a: items { b: id } }", {"a": [{"id": "1"}]}, "$.data.a[0].b", "Book.id (data.a[0].b) is missing"),
        (
            "query ($no: Boolean = true) { items { id pages @skip(if: $no) ... @include(if: $no) { title } } }",
            {"items": [{"id": "1"}]},
            "$.data.items[0].title",
            "Book.title",
        ),
        (
            "{ node(id: 1) { id ... on Film { minutes } __typename } }",
            {"node": {"id": "1", "__typename": "Film"}},
            "$.data.node.minutes",
            "Film.minutes",
        ),
        (
            "{ search(input: {}) { __typename ...B } } fragment B on Book { pages title }",
            {"search": [{"__typename": "Film"}, {"__typename": "Book", "pages": 1}]},
            "$.data.search[1].title",
            "Book.title",
        ),
    ],
)
def test_what_the_schema_forbids_is_named(
    provider: StartProvider, target: Targets, query: str, answer: Any, place: str, words: str
) -> None:
    check = only(target(provider({"data": answer}), interaction(query)))
    assert places(check) == {("body", place)}
    assert words in check.mismatches[0].text


def test_what_the_schema_allows_is_no_fault(provider: StartProvider, target: Targets) -> None:
    query = "{ node(id: 1) { id ... on Film { minutes title } } items { pages isbn } }"
    answer: Any = {"data": {"node": {"id": 1}, "items": [{"pages": 2.0, "isbn": None}]}}
    assert only(target(provider(answer), interaction(query))).status is CheckStatus.PASSED


def test_errors_that_nobody_expects_are_told_with_their_place(provider: StartProvider, target: Targets) -> None:
    answer: Any = {"data": {"items": None}, "errors": [{"message": "The shelf fell.", "path": ["items", 0, "price"]}]}
    check = only(target(provider(answer), interaction(ITEMS, {"data": {"items": []}})))
    told = {(each.location, each.text) for each in check.mismatches}
    assert ("$.data.items[0].price", "The provider answers with an error: The shelf fell.") in told


def test_a_null_that_an_error_explains_is_not_told_twice(provider: StartProvider, target: Targets) -> None:
    answer: Any = {"data": {"items": [{"title": None}]}, "errors": [{"message": "No.", "path": ["items", 0, "title"]}]}
    check = only(target(provider(answer), interaction("{ items { title } }")))
    assert [each.text for each in check.mismatches] == ["The provider answers with an error: No."]


def test_errors_may_be_what_a_consumer_expects(provider: StartProvider, target: Targets) -> None:
    answer: Any = {"errors": [{"message": "Cannot query field 'smell' on type 'Book'."}]}
    expected = {"errors": [{"message": "any"}]}
    rules = {"$.errors[*].message": {"combine": "AND", "matchers": [{"match": "type"}]}}
    check = only(target(provider(answer), interaction("{ items { smell } }", expected, rules=rules)))
    assert check.status is CheckStatus.PASSED


@pytest.mark.parametrize(
    ("query", "variables", "location", "words"),
    [
        ("{ items { smell } }", {}, "Book.smell", "Cannot query field 'smell' on type 'Book'. (line 1, column 11"),
        ("{ items(last: 1) { id } }", {}, "Query.items", "Unknown argument 'last' on field 'Query.items'"),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": "x"}, "", "$n"),
        ("query ($n: Int!) { items(first: $n) { id } }", {}, "", "$n"),
        ("query ($i: Search!) { search(input: $i) { __typename } }", {"i": {"kind": "NEWER"}}, "", "$i"),
        ("{ items { title ", {}, "", "Syntax Error"),
        ("{" + "items{" * 60 + "id" + "}" * 61, {}, "", "nested deeper than 50"),
    ],
)
def test_an_operation_that_the_schema_refuses_is_not_sent(
    provider: StartProvider,
    target: Targets,
    asked: list[Any],
    query: str,
    variables: Any,
    location: str,
    words: str,
) -> None:
    check = only(target(provider(PRICED), interaction(query, variables=variables)))
    assert (check.status, asked) == (CheckStatus.FAILED, [])
    told = [each.text for each in check.mismatches if location in each.location]
    assert any(words in text for text in told), check.mismatches


def test_what_is_deprecated_and_in_use_is_a_note_with_the_reason(provider: StartProvider, target: Targets) -> None:
    query = 'query ($i: Search!) { items(after: "x") { isbn } search(input: $i) { __typename } }'
    answer: Any = {"data": {"items": [], "search": []}}
    check = only(target(provider(answer), interaction(query, variables={"i": {"kind": "OLD", "old": 1}})))
    assert check.status is CheckStatus.PASSED
    assert set(check.notes) == {
        "The field Book.isbn is deprecated. Use id.",
        "The argument 'Query.items(after:)' is deprecated. Use first.",
        "The enum value 'Kind.OLD' is deprecated. Say NEW.",
        "The input field Search.old is deprecated. Nobody counts.",
    }


def test_a_failure_of_a_pending_interaction_is_pending(provider: StartProvider, target: Targets) -> None:
    check = only(target(provider({"data": {}}), interaction(ITEMS, PRICED, pending=True)))
    assert check.status is CheckStatus.PENDING


def test_a_state_that_nobody_sets_up_is_missing(provider: StartProvider, target: Targets) -> None:
    url = provider({"data": {"items": [{"title": "Dune"}]}})
    check = only(target(url, interaction(ITEMS, PRICED, rules=LIKE, state="a dragon exists")))
    assert check.status is CheckStatus.MISSING_STATE
    assert "no type of the schema is a dragon" in check.error


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "no JSON"),
        (b"[1]", "no GraphQL response"),
        (b'{"ok": true}', "no GraphQL response"),
        (b'{"errors": 7}', "errors is no list"),
        (b'{"errors": {"message": "no"}, "data": {"items": []}}', "errors is no list"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_an_answer_that_is_no_response_is_told(
    provider: StartProvider, target: Targets, body: bytes, words: str
) -> None:
    check = only(target(provider(body), interaction(ITEMS, PRICED)))
    assert (check.status, words in check.error) == (CheckStatus.FAILED, True)


@pytest.mark.parametrize("body", [b'{"data": null}', b'{"errors": []}', b'{"errors": null}', b'{"errors": 0}'])
def test_no_data_and_no_error_is_no_answer_to_a_document(
    provider: StartProvider, target: Targets, tmp_path: Path, body: bytes
) -> None:
    (tmp_path / "documents" / "web").mkdir(parents=True)
    (tmp_path / "documents" / "web" / "items.graphql").write_text(ITEMS, encoding="utf-8")
    check = only(target(provider(body), operations=(str(tmp_path / "documents"),)))
    assert (check.status, "no GraphQL response" in check.error) == (CheckStatus.FAILED, True)


def test_a_provider_that_is_away_fails_every_operation_and_ends(target: Targets) -> None:
    found = run(target("http://127.0.0.1:9", interaction(ITEMS, PRICED)), Unwatched(), time.monotonic() + 30)
    assert [each.status for each in found.checks] == [CheckStatus.FAILED]
    assert "gave no answer" in found.checks[0].error
    assert "did not tell its schema" in found.problems[0]


def test_without_a_schema_operations_are_sent_all_the_same(
    provider: StartProvider, target: Targets, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = provider(PRICED, sdl="type Query { broken: Missing }")
    found = run(target(url, interaction(ITEMS, PRICED, rules=LIKE)), Unwatched(), time.monotonic() + 30)
    assert [each.status for each in found.checks] == [CheckStatus.PASSED]
    assert "--sdl" in found.problems[0]


def test_a_given_schema_stands_in_for_introspection(provider: StartProvider, target: Targets, tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text(SDL)
    url = provider(PRICED, sdl="type Query { broken: Missing }")
    found = run(target(url, interaction("{ items { smell } }"), sdl=str(file)), Unwatched(), time.monotonic() + 30)
    assert found.problems == ()
    assert [each.location for each in found.checks[0].mismatches] == ["Book.smell"]


def test_a_schema_that_is_not_there_is_a_problem(provider: StartProvider, target: Targets) -> None:
    found = run(target(provider(PRICED), interaction(ITEMS), sdl="no.graphql"), Unwatched(), time.monotonic() + 30)
    assert "no.graphql can't be read" in found.problems[0]


def test_a_provider_without_graphql_is_left_out_and_no_problem(target: Targets) -> None:
    found = run(target("http://127.0.0.1:9"), Unwatched(), time.monotonic() + 30)
    assert ([each.status for each in found.checks], found.problems) == ([CheckStatus.SKIPPED], ())


def test_after_the_deadline_nothing_is_asked(provider: StartProvider, target: Targets, asked: list[Any]) -> None:
    found = run(target(provider(PRICED), interaction(ITEMS, PRICED)), Unwatched(), time.monotonic() - 1)
    assert [each.status for each in found.checks] == [CheckStatus.COULD_NOT_RUN]
    assert asked == []


def test_documents_of_consumers_are_held_against_the_schema(
    provider: StartProvider, target: Targets, asked: list[Any], tmp_path: Path
) -> None:
    documents = tmp_path / "operations"
    (documents / "mobile").mkdir(parents=True)
    (documents / "mobile" / "items.graphql").write_text("query ($n: Int!) { items(first: $n) { title } }")
    (documents / "mobile" / "items.variables.json").write_text('{"n": 2}')
    (documents / "mobile" / "node.graphql").write_text("query ($id: ID!) { node(id: $id) { id } }")
    (documents / "mobile" / "rename.graphql").write_text('mutation { rename(id: 1, title: "x") { id } }')
    (documents / "mobile" / "sold.graphql").write_text("subscription { sold { id } }")
    (documents / "mobile" / "wrong.graphql").write_text("{ items { smell } }")
    found = checks(target(provider({"data": {"items": []}}), operations=(str(documents),)))
    by_name = {Path(each.name).stem: each for each in found}
    assert {each.consumer for each in found} == {"mobile"}
    assert by_name["wrong"].mismatches[0].location == "Book.smell"
    assert {name for name, each in by_name.items() if each.status is CheckStatus.FAILED} == {"wrong"}
    assert [payload["variables"] for _, payload in asked] == [{"n": 2}]
    assert "$id has no value" in by_name["node"].notes[0]
    assert "a mutation in a document changes data" in by_name["rename"].notes[0]
    assert "subscription" in by_name["sold"].notes[0]


def test_a_consumer_may_be_named_with_its_documents(provider: StartProvider, target: Targets, tmp_path: Path) -> None:
    (tmp_path / "one.graphql").write_text("{ kinds }")
    url = provider({"data": {"kinds": []}})
    assert only(target(url, operations=(f"web={tmp_path / 'one.graphql'}",))).consumer == "web"


def test_documents_that_are_not_there_are_a_problem(provider: StartProvider, target: Targets) -> None:
    made = target(provider(PRICED), operations=("no-such.graphql",), graphql_path="/graphql")
    found = run(made, Unwatched(), time.monotonic() + 30)
    assert "no-such.graphql can't be read" in found.problems[0]


def test_a_pattern_that_never_ends_ends_one_check_only(
    provider: StartProvider, target: Targets, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contracthub.verification.graphql import judge

    monkeypatch.setattr(judge, "LONGEST_QUESTION", 2.0)
    evil = {"$.data.items[0].title": {"combine": "AND", "matchers": [{"match": "regex", "regex": "(a+)+$"}]}}
    answer = {"data": {"items": [{"title": "a" * 40 + "!"}]}}
    found = checks(
        target(
            provider(answer),
            interaction("{ items { title } }", answer, rules=evil, description="evil"),
            interaction("{ items { title } }", answer, description="good"),
        ),
        seconds=60,
    )
    assert {each.name: each.status for each in found} == {
        "evil": CheckStatus.COULD_NOT_RUN,
        "good": CheckStatus.PASSED,
    }
    assert "took longer than" in next(each.error for each in found if each.name == "evil")
