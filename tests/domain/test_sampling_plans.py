"""Plans of when to look: as sure as was promised, however often there is a look."""

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.binomial import highest_share
from contracthub.domain.sampling_plans import least_share_of, plan_of

SHARES = st.sampled_from([0.5, 0.1, 0.05, 0.01, 0.001])
CONFIDENCES = st.sampled_from([0.8, 0.95, 0.99])


@given(SHARES, st.integers(1, 50_000), CONFIDENCES)
def test_all_looks_together_err_as_seldom_as_was_promised(share: float, most: int, confidence: float) -> None:
    plan = plan_of(share, most, confidence)
    assert plan.alpha * len(plan.looks) <= 1 - confidence + 1e-12
    assert list(plan.looks) == sorted(set(plan.looks))
    if plan.looks:
        assert plan.looks[-1] == most
        assert plan.looks[0] >= plan.fewest
        assert highest_share(0, plan.looks[0], plan.alpha) <= share + 1e-9


def test_without_room_for_one_look_there_is_no_plan_and_it_says_how_many_it_takes() -> None:
    plan = plan_of(0.01, 41, 0.95)
    assert plan.looks == ()
    assert plan.fewest == 299


def test_the_smallest_share_decides_how_many_are_needed() -> None:
    assert round(least_share_of((0.5, 0.99), 0.05), 9) == 0.01
    assert round(least_share_of((0.5,), 0.001), 9) == 0.001
    assert least_share_of((), None) == 0.01
    assert least_share_of((), 0.0) == 0.01
