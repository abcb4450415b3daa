"""What shares an identity meets every answer alike: thousands of pacts against a matcher that is slow and plain."""

import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.domain.contracts import IdentityRule
from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.identity import identity
from tests.formats.pact.plain_matcher import is_accepted
from tests.formats.pact.rerolled import Case, case_from, like_cases, pact_of

AT_ONCE = 50


def body_and_rules(case: Case, response: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    body = response["body"]["content"] if case.version == "4.0" else response["body"]
    if case.version == "2.0.0":
        rules = response["matchingRules"]
        return body, {f"${name[6:]}": rule for name, rule in rules.items() if name.startswith("$.body")}
    return body, response["matchingRules"]["body"]


def accepted(case: Case, response: dict[str, Any], answer: Any) -> bool:
    body, rules = body_and_rules(case, response)
    return is_accepted(body, answer, rules, flat=case.version == "2.0.0")


@settings(max_examples=100)
@given(st.integers(0, 2**64))
def test_one_identity_has_one_outcome_with_every_answer(seed: int) -> None:
    for case in like_cases(Random(seed), AT_ONCE):
        for answer in case.answers:
            first, second = (accepted(case, response, answer) for response in (case.one, case.other))
            assert first == second, json.dumps([case.version, case.one, case.other, answer])


def test_there_is_something_to_look_at() -> None:
    """Of a thousand pacts a good part hides examples, and answers of both kinds are among those it meets."""
    found = like_cases(Random(1), 1000)
    outcomes = [accepted(case, case.one, answer) for case in found for answer in case.answers]
    assert len(found) > 50
    assert 0.2 < sum(outcomes) / len(outcomes) < 0.8


@given(st.integers(0, 2**64))
def test_a_generous_rule_tells_nothing_apart_that_a_stricter_one_does_not(seed: int) -> None:
    case = case_from(Random(seed))
    one, other = (content_from(pact_of(case, response)) for response in (case.one, case.other))
    are_one = [identity(one, rule) == identity(other, rule) for rule in IdentityRule]
    assert are_one == sorted(are_one)
