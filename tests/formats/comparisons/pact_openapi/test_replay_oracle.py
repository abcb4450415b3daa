"""What is called compatible passes the verifier, against a provider that answers exactly by its document."""

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.pact_openapi.comparing import compare
from contracthub.formats.comparisons.pact_openapi.provider_document import read_openapi
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.matching import compile_pattern, matches_pattern
from tests.formats.comparisons.pact_openapi.pairs import Pair, Provider, embedded, is_valid, pair, places
from tests.formats.pact.replaying import replayed

SEEDS = st.integers(0, 2**60)
# A failure names its pair; a verifier that is run again and again to find a smaller list would take too long.
REPLAYED = (Phase.explicit, Phase.reuse, Phase.generate)
SHORTFALLS = {"response.body.narrower", "response.body.unpromised"}
BODY = ["interactions", "0", "response", "body"]


def compared(made: Pair) -> tuple[Result, ...]:
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/0": made.operation()}}
    consumer = {"interactions": [made.interaction(0)], "metadata": {"pactSpecification": {"version": "3.0.0"}}}
    return compare(json.dumps(consumer).encode(), read_openapi(json.dumps(document).encode()), None)


def shortfalls(made: Pair, results: tuple[Result, ...]) -> set[tuple[Any, ...]]:
    """The places at which the promise was found to fall short of a rule: there the answer is the example's."""
    found = set()
    for each in results:
        steps = each.pact_pointer.split("/")[1:]
        if each.code not in SHORTFALLS or steps[:4] != BODY:
            continue
        place, value = [], made.example
        for step in steps[4:]:
            is_list = isinstance(value, list)
            place.append("*" if is_list else step)
            value = value[int(step)] if is_list else value[step]
        found.add(tuple(place))
    return found


def errors(results: tuple[Result, ...]) -> list[Result]:
    return [each for each in results if each.level is Level.ERROR]


def answers(made: Pair, results: tuple[Result, ...], seed: int) -> list[tuple[bool, Any]]:
    """What a provider answers that gives as little as it may, and one that gives all that there is."""
    told = shortfalls(made, results)
    return [Provider(made, told, random.Random(seed), is_whole=is_whole).answer() for is_whole in (False, True)]


def check_on_paper(seed: int) -> bool | None:
    """Holds the law for one pair, with our own engine in the verifier's place; whether it was called compatible."""
    made = pair(seed)
    results = compared(made)
    if not errors(results):
        if made.taken is not None:
            assert is_valid(made.taken, made.sent)
        pattern = compile_pattern(embedded(made, made.example))
        for is_there, answer in answers(made, results, seed):
            assert is_there, ("no answer by the document holds the example", made)
            assert matches_pattern(pattern, answer), ("the answer is not what is expected", answer, made)
        return True
    return False


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_an_answer_by_the_document_is_what_the_consumer_expects(seed: int) -> None:
    check_on_paper(seed)


def test_many_of_the_pairs_are_compatible_and_many_are_not() -> None:
    found = [check_on_paper(seed) for seed in range(200)]
    assert 40 < found.count(True) < 160


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_what_is_refused_for_its_value_has_no_answer_by_the_document(seed: int) -> None:
    made = pair(seed)
    found = errors(compared(made))
    # What is not named may come all the same, and an alternative may fail for nothing else.
    of_names = ("is not named there", "not valid under any of the schemas")
    of_values = [each for each in found if not any(text in each.message for text in of_names)]
    # Of a list under a rule only the first item need be like what comes, and of a text any that has the pattern.
    values = places(made.example, ())
    is_open = any(isinstance(value, list) or "regex" in made.rules.get(place, {}) for place, value in values)
    in_answer = [each for each in found if each.code == "response.body.incompatible"]
    if in_answer and of_values == found and not (made.rules and is_open):
        pattern = compile_pattern(embedded(made, made.example))
        for is_there, answer in answers(made, (), seed):
            assert not (is_there and matches_pattern(pattern, answer)), (answer, made, found)


def replay(seeds: list[int]) -> None:
    interactions: list[dict[str, Any]] = []
    given_answers: list[dict[str, Any]] = []
    pairs_asked: list[Pair] = []
    for seed in seeds:
        made = pair(seed)
        results = compared(made)
        if errors(results):
            continue
        for is_there, answer in answers(made, results, seed):
            assert is_there, made
            interactions.append(made.interaction(len(interactions)))
            given_answers.append({"body": json.dumps(answer)})
            pairs_asked.append(made)
    if not interactions:
        return
    replay = replayed("3.0.0", interactions, given_answers)
    for made, outcome, sent, answer in zip(pairs_asked, replay.outcomes, replay.sent, given_answers, strict=True):
        assert outcome, (made, answer)
        if made.taken is not None:
            assert is_valid(made.taken, json.loads(sent["body"])), made


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=REPLAYED)
@given(st.lists(SEEDS, min_size=60, max_size=60, unique=True))
def test_what_is_compatible_passes_the_verifier(seeds: list[int]) -> None:
    replay(seeds)


@pytest.mark.soak
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=REPLAYED)
@given(st.lists(SEEDS, min_size=100, max_size=100, unique=True))
def test_thousands_that_are_compatible_pass_the_verifier(seeds: list[int]) -> None:
    replay(seeds)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None)
@given(SEEDS)
def test_twenty_thousand_answers_by_the_document_are_what_the_consumer_expects(seed: int) -> None:
    check_on_paper(seed)
