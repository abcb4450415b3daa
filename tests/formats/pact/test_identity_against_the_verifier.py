"""What shares an identity meets every answer alike, with the verifier that people use deciding what "meets" means."""

import json
from random import Random
from typing import Any

import pytest

from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.identity import identity
from tests.formats.pact.replaying import JSON_TYPE, replayed
from tests.formats.pact.rerolled import Case, like_cases

VERSIONS = ("2.0.0", "3.0.0", "4.0")


def interaction(version: str, number: int, response: dict[str, Any], **more: Any) -> dict[str, Any]:
    kind = {"type": "Synchronous/HTTP"} if version == "4.0" else {}
    return {**kind, "request": {"method": "GET", "path": f"/{number}"}, "response": response, **more}


def outcomes_of(version: str, asked: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[bool]:
    """Whether each response is met by the answer beside it."""
    interactions = [interaction(version, number, response) for number, (response, _) in enumerate(asked)]
    return replayed(version, interactions, [answer for _, answer in asked]).outcomes


def check(cases: list[Case]) -> int:
    """Replay both sides of each case with all its answers; how many answers were good."""
    good = 0
    for version in VERSIONS:
        mine = [case for case in cases if case.version == version]
        asked = [
            (response, {"body": json.dumps(answer), "headers": {"Content-Type": JSON_TYPE, "X-Id": header}})
            for case in mine
            for answer, header in zip(case.answers, case.header_answers, strict=True)
            for response in (case.one, case.other)
        ]
        outcomes = outcomes_of(version, asked) if asked else []
        for at in range(0, len(outcomes), 2):
            if outcomes[at] != outcomes[at + 1]:
                assert is_undecided(version, asked[at : at + 2]), json.dumps([version, asked[at : at + 2]])
        good += sum(outcomes)
    return good


def is_undecided(version: str, asked: list[tuple[dict[str, Any], dict[str, Any]]]) -> bool:
    """Whether the verifier says now this, now that of the same: of two rules with one weight it takes either."""
    outcomes = outcomes_of(version, asked * 16)
    return len(set(outcomes[::2])) > 1 or len(set(outcomes[1::2])) > 1


def test_one_identity_has_one_outcome() -> None:
    cases = like_cases(Random(), 500)
    assert check(cases) > 0


@pytest.mark.soak
@pytest.mark.parametrize("round_number", range(20))
def test_one_identity_has_one_outcome_for_long(round_number: int) -> None:
    assert check(like_cases(Random(), 4000)) > 0


SAME: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"match": "type"}, ["a", "b", ""], ["x", "", 1, None, ["a"]]),
    ({"match": "regex", "regex": "^a"}, ["a", "b", "1"], ["ab", "b", 1]),
    ({"match": "include", "value": "a"}, ["a", "b"], ["xa", "b", True]),
    ({"match": "date", "format": "yyyy-MM-dd"}, ["2020-01-01", "2021-01-01", "x"], ["2022-02-02", "x", 1]),
    (
        {"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ss"},
        ["2020-01-01T00:00:00", "x"],
        ["2022-02-02T01:02:03", "x"],
    ),
    ({"match": "integer"}, [1, 2, 1.5], [3, 1.5, "3", "x"]),
    ({"match": "decimal"}, [1.5, 2.5, 3], [3, 1.25, "x"]),
    ({"match": "number"}, [1, 2.5], [3, 1.25, "x"]),
    ({"match": "boolean"}, [True, False], [True, "true", 1]),
    ({"match": "semver"}, ["1.2.3", "2.0.0"], ["3.2.1", "x"]),
    ({"match": "notEmpty"}, ["a", "b"], ["", "x", []]),
]


def test_matchers_that_hide_the_example_do_not_look_at_it() -> None:
    asked, groups = [], []
    for matcher, examples, answers in SAME:
        for answer in answers:
            groups.append(len(examples))
            for example in examples:
                rules = {"body": {"$.x": {"combine": "AND", "matchers": [matcher]}}}
                body = {"content": {"x": example}, "contentType": JSON_TYPE, "encoded": False}
                asked.append(
                    ({"status": 200, "body": body, "matchingRules": rules}, {"body": json.dumps({"x": answer})})
                )
        pacts = [
            content_from(
                {
                    "interactions": [interaction("4.0", 0, response)],
                    "metadata": {"pactSpecification": {"version": "4.0"}},
                }
            )
            for response, _ in asked[-len(examples) :]
        ]
        assert len(set(map(identity, pacts))) == 1
    outcomes = outcomes_of("4.0", asked)
    for size in groups:
        assert len(set(outcomes[:size])) == 1
        outcomes = outcomes[size:]


SEEN: list[tuple[str, dict[str, dict[str, Any]], Any, Any, Any]] = [
    ("equality", {"$.x": {"match": "equality"}}, {"x": 1}, {"x": 2}, {"x": 1}),
    ("no rule", {"$.y": {"match": "type"}}, {"x": 1}, {"x": 2}, {"x": 1}),
    ("another kind", {"$.x": {"match": "type"}}, {"x": 1}, {"x": "1"}, {"x": 5}),
    ("a model", {"$.x": {"match": "type"}, "$.x[1]": {"match": "equality"}}, {"x": [1]}, {"x": [2]}, {"x": [5, 1]}),
    ("values", {"$.x": {"match": "values"}}, {"x": {"a": 1}}, {"x": {"a": 2}}, {"x": {"b": 1}}),
    ("containing", {"$.x": {"match": "arrayContains", "variants": []}}, {"x": [1]}, {"x": [2]}, {"x": [1, 5]}),
    ("members", {"$.x": {"match": "type"}}, {"x": {"a": 1}}, {"x": {"b": 1}}, {"x": {"a": 1}}),
    (
        "deeper",
        {"$.x": {"match": "type"}, "$.x.a": {"match": "equality"}},
        {"x": {"a": 1}},
        {"x": {"a": 2}},
        {"x": {"a": 1}},
    ),
]


@pytest.mark.parametrize(
    ("rules", "one", "other", "answer"), [each[1:] for each in SEEN], ids=[each[0] for each in SEEN]
)
def test_what_a_verification_sees_counts(rules: dict[str, Any], one: Any, other: Any, answer: Any) -> None:
    layout = {"body": {name: {"combine": "AND", "matchers": [rule]} for name, rule in rules.items()}}
    responses = [
        {
            "status": 200,
            "body": {"content": example, "contentType": JSON_TYPE, "encoded": False},
            "matchingRules": layout,
        }
        for example in (one, other)
    ]
    outcomes = outcomes_of("4.0", [(response, {"body": json.dumps(answer)}) for response in responses])
    assert outcomes == [True, False]
    assert len({identity_of(interaction("4.0", 0, response)) for response in responses}) == 2


def test_what_only_people_and_clients_read_does_not_decide() -> None:
    response = {"status": 200, "body": {"content": {"x": 1}, "contentType": JSON_TYPE, "encoded": False}}
    written: list[dict[str, Any]] = [{}, {"key": "a"}, {"key": "b", "comments": {"testname": "t", "text": ["x"]}}]
    interactions = [interaction("4.0", number, response, **more) for number, more in enumerate([*written, *written])]
    answers = [{"body": '{"x": 1}'}] * 3 + [{"body": '{"x": 2}'}] * 3
    assert replayed("4.0", interactions, answers).outcomes == [True] * 3 + [False] * 3


GENERATORS: list[dict[str, Any]] = [
    {"type": "RandomInt", "min": -5, "max": 10},
    {"type": "RandomInt"},
    {"type": "RandomDecimal", "digits": 5},
    {"type": "RandomHexadecimal", "digits": 5},
    {"type": "RandomString", "size": 5},
    {"type": "RandomString"},
    {"type": "RandomBoolean"},
    {"type": "Regex", "regex": r"^\d{3}-[a-z]+$"},
    {"type": "Uuid"},
    {"type": "Uuid", "format": "simple"},
    {"type": "Date", "format": "yyyy-MM-dd"},
    {"type": "Time", "format": "HH:mm:ss"},
    {"type": "DateTime", "format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"},
    {"type": "DateTime"},
]
THE_EXAMPLE_IS_SENT: list[dict[str, Any]] = [
    {"type": "ProviderState", "expression": "${id}"},
    {"type": "MockServerURL", "example": "http://x/a", "regex": ".*(/a)"},
    {"type": "Regex", "regex": "(?=a)b"},
    {"type": "Date", "format": "QQQQ'"},
    {"type": "Date", "format": "yyyy-MM-dd", "expression": "some day"},
]


def asking(number: int, generator: dict[str, Any], example: object) -> dict[str, Any]:
    request = {
        "method": "POST",
        "path": f"/{number}",
        "headers": {"Content-Type": [JSON_TYPE], "X-Id": ["EXAMPLE"]},
        "query": {"q": ["EXAMPLE"]},
        "body": {"content": {"items": [{"id": example}]}, "contentType": JSON_TYPE, "encoded": False},
        "generators": {"body": {"$.items[*].id": generator}, "header": {"X-Id": generator}, "query": {"q": generator}},
    }
    return {"type": "Synchronous/HTTP", "request": request, "response": {"status": 200}}


def identity_of(asked: dict[str, Any]) -> str:
    return identity(content_from({"interactions": [asked], "metadata": {"pactSpecification": {"version": "4.0"}}}))


@pytest.mark.parametrize("example", ["EXAMPLE", 77707770777])
def test_what_a_generator_replaces_is_never_sent_and_does_not_count(example: object) -> None:
    interactions = [asking(number, generator, example) for number, generator in enumerate(GENERATORS)]
    sent = replayed("4.0", interactions, [{}] * len(interactions)).sent
    assert not any(word in json.dumps(each) for each in sent for word in ("EXAMPLE", "77707770777"))
    other = "ANOTHER" if isinstance(example, str) else 5
    for number, generator in enumerate(GENERATORS):
        assert identity_of(asking(number, generator, example)) == identity_of(asking(number, generator, other)), (
            generator
        )


def test_what_no_generator_replaces_for_certain_counts() -> None:
    interactions = [asking(number, generator, "EXAMPLE") for number, generator in enumerate(THE_EXAMPLE_IS_SENT)]
    sent = replayed("4.0", interactions, [{}] * len(interactions)).sent
    assert all(json.dumps(each).count("EXAMPLE") == 3 for each in sent)
    for number, generator in enumerate(THE_EXAMPLE_IS_SENT):
        assert identity_of(asking(number, generator, "EXAMPLE")) != identity_of(asking(number, generator, "ANOTHER"))
