"""What may be asked of a waiver, and on which days it holds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.waivers import (
    NOT_STORED,
    Waiver,
    WaiverScope,
    WaiverState,
    faults_of_waiver,
    scope_fields,
    scope_in,
    state_of,
)

TODAY = date(2026, 11, 22)
_NAME = st.text("abc", min_size=1, max_size=3)
_MAYBE = st.none() | _NAME
_SCOPES = st.builds(
    WaiverScope,
    provider=_NAME,
    provider_version=_MAYBE,
    consumer=_MAYBE,
    consumer_version=_MAYBE,
    environment=_MAYBE,
    contract=st.none() | st.sampled_from(ContractKind),
    rule=_MAYBE,
    path=_MAYBE,
)
TERMS = {"reason": "Monday", "until": "2026-12-01"}


def waiver(until: date, **more: Any) -> Waiver:
    scope = WaiverScope(provider="Bar", consumer="Foo")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Waiver(id=NOT_STORED, scope=scope, by="Ada", reason="x", until=until, created_at=at, **more)


@given(_SCOPES)
def test_a_scope_is_refused_exactly_where_it_is_too_wide_or_says_nothing(scope: WaiverScope) -> None:
    fields = scope_fields(scope) | TERMS
    is_sound = (
        (scope.consumer is not None or scope.rule is not None)
        and (scope.consumer_version is None or scope.consumer is not None)
        and (scope.path is None or scope.rule is not None)
    )
    assert (faults_of_waiver(fields, TODAY) == []) is is_sound
    assert scope_in(fields) == scope


@given(st.text(min_size=1, max_size=20).filter(lambda name: name != "by"))
def test_no_unknown_field_is_passed_over(name: str) -> None:
    fields = {"provider": "Bar", "consumer": "Foo", **TERMS}
    if name not in {*fields, "providerVersion", "consumerVersion", "environment", "contract", "rule", "path"}:
        assert [fault.field for fault in faults_of_waiver(fields | {name: "x"}, TODAY)] == [name]


@given(st.integers(-400, 400), st.booleans())
def test_it_holds_until_the_end_of_its_last_day_and_never_after_it_was_taken_back(days: int, taken: bool) -> None:
    more = {"withdrawn_at": datetime(2026, 11, 2, tzinfo=UTC)} if taken else {}
    one = waiver(TODAY + timedelta(days=days), **more)
    expected = WaiverState.WITHDRAWN if taken else WaiverState.VALID if days >= 0 else WaiverState.EXPIRED
    assert state_of(one, TODAY) is expected
    assert one.is_valid(TODAY) is (expected is WaiverState.VALID)
