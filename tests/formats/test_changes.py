"""What every format's diff shares: the law, the order, fingerprints, and the pass that applies a policy."""

from dataclasses import replace
from datetime import date

import pytest

from contracthub.domain.errors import TooLarge
from contracthub.formats.changes import (
    MOST_CHANGES,
    Catalogue,
    Change,
    Direction,
    Effect,
    Example,
    RepeatedRule,
    Rule,
    Severity,
    in_order,
    not_too_many,
    severity_by_law,
    worst_of,
)
from contracthub.formats.severity_policy import Exemption, Policy, judged

TODAY = date(2026, 11, 21)
CHANGE = Change(
    "request-parameter-removed",
    Severity.DANGEROUS,
    Direction.REQUEST,
    "GET /orders query state",
    "the parameter went",
    operations=("GET /orders",),
)
WORSE = replace(CHANGE, id="response-media-type-removed", severity=Severity.BREAKING, direction=Direction.RESPONSE)
ACCEPTED = Exemption("request-*", owner="ann", reason="nobody sends it", expires=TODAY)


@pytest.mark.parametrize(
    ("effect", "direction", "severity"),
    [
        (Effect.NARROWS, Direction.REQUEST, Severity.BREAKING),
        (Effect.NARROWS, Direction.RESPONSE, Severity.SAFE),
        (Effect.WIDENS, Direction.REQUEST, Severity.SAFE),
        (Effect.WIDENS, Direction.RESPONSE, Severity.BREAKING),
        (Effect.NARROWS, Direction.NEITHER, Severity.BREAKING),
        (Effect.INCOMPARABLE, Direction.RESPONSE, Severity.BREAKING),
        (Effect.VIOLATION, Direction.NEITHER, Severity.BREAKING),
        (Effect.UNKNOWN, Direction.REQUEST, Severity.DANGEROUS),
        (Effect.NONE, Direction.RESPONSE, Severity.SAFE),
    ],
)
def test_the_law_decides_by_effect_and_direction(effect: Effect, direction: Direction, severity: Severity) -> None:
    assert severity_by_law(effect, direction) is severity


def test_the_worst_comes_first_and_nothing_twice() -> None:
    assert in_order([CHANGE, WORSE, CHANGE]) == (WORSE, CHANGE)
    assert worst_of([CHANGE, WORSE]) is Severity.BREAKING
    assert worst_of([]) is None


def test_a_fingerprint_outlives_words_and_severities_and_tells_values_apart() -> None:
    assert replace(CHANGE, message="other words", severity=Severity.SAFE).fingerprint == CHANGE.fingerprint
    assert replace(CHANGE, new="2").fingerprint != CHANGE.fingerprint


def test_a_catalogue_refuses_two_rules_of_one_name() -> None:
    rule = Rule("a", Severity.SAFE, Direction.NEITHER, "operation", "It is.", Example(1, 2), waiver="alone")
    assert [*Catalogue([rule])] == ["a"]
    with pytest.raises(RepeatedRule):
        Catalogue([rule, rule])


def test_a_severity_set_by_the_user_wins_and_none_silences() -> None:
    policy = Policy({CHANGE.id: Severity.BREAKING, WORSE.id: None})
    assert judged([CHANGE, WORSE], policy, TODAY).changes == (replace(CHANGE, severity=Severity.BREAKING),)


def test_an_exemption_accepts_what_it_names_on_its_last_day() -> None:
    outcome = judged([CHANGE, WORSE], Policy(exemptions=[ACCEPTED]), TODAY)
    assert outcome.changes == (WORSE,)
    assert outcome.accepted == ((CHANGE, ACCEPTED),)
    assert outcome.expired == outcome.unused == ()


def test_an_expired_exemption_accepts_nothing_and_is_told() -> None:
    old = replace(ACCEPTED, expires=date(2026, 11, 20))
    outcome = judged([CHANGE], Policy(exemptions=[old]), TODAY)
    assert outcome.changes == (CHANGE,)
    assert outcome.expired == (old,)


def test_an_exemption_that_matches_nothing_is_told() -> None:
    unused = replace(ACCEPTED, location="POST *")
    assert judged([CHANGE], Policy(exemptions=[unused]), TODAY).unused == (unused,)


def test_an_exemption_for_one_operation_does_not_cover_a_change_that_reaches_another() -> None:
    everywhere = replace(CHANGE, operations=("GET /orders", "GET /sessions"))
    outcome = judged([everywhere], Policy(exemptions=[replace(ACCEPTED, operation="GET /orders")]), TODAY)
    assert outcome.changes == (everywhere,)


def test_more_changes_than_anybody_reads_are_refused() -> None:
    assert len([*not_too_many(range(MOST_CHANGES))]) == MOST_CHANGES
    with pytest.raises(TooLarge, match="100,000 places"):
        [*not_too_many(range(MOST_CHANGES + 1))]
