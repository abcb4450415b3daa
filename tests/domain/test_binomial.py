"""Binomial probabilities and bounds against sums of exact terms, and against their own meaning."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.binomial import at_least, at_most, fewest_samples, highest_share, lowest_share

ROUNDED = 1e-9


def exactly_at_most(count: int, n: int, probability: Fraction) -> float:
    terms = (comb(n, k) * probability**k * (1 - probability) ** (n - k) for k in range(count + 1))
    return float(sum(terms, Fraction(0)))


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, Fraction]:
    n = draw(st.integers(1, 120))
    return draw(st.integers(0, n)), n, Fraction(draw(st.integers(1, 99)), 100)


@given(counts())
def test_probabilities_are_the_sums_of_their_terms(case: tuple[int, int, Fraction]) -> None:
    count, n, probability = case
    below = exactly_at_most(count, n, probability)
    assert at_most(count, n, float(probability)) == pytest.approx(below, abs=ROUNDED)
    assert at_least(count + 1, n, float(probability)) == pytest.approx(1 - below, abs=ROUNDED)


@given(counts(), st.sampled_from([0.2, 0.05, 0.01, 0.001]))
def test_a_bound_is_where_what_was_seen_becomes_improbable(case: tuple[int, int, Fraction], alpha: float) -> None:
    count, n, _ = case
    low, high = lowest_share(count, n, alpha), highest_share(count, n, alpha)
    assert 0 <= low <= count / n <= high <= 1
    assert count == 0 or at_least(count, n, low) == pytest.approx(alpha, rel=1e-6)
    assert count == n or at_most(count, n, high) == pytest.approx(alpha, rel=1e-6)


@given(st.sampled_from([0.5, 0.1, 0.05, 0.01, 0.001]), st.sampled_from([0.2, 0.05, 0.01]))
def test_the_fewest_samples_are_enough_and_one_less_is_not(share: float, alpha: float) -> None:
    fewest = fewest_samples(share, alpha)
    assert highest_share(0, fewest, alpha) <= share + ROUNDED
    assert fewest == 1 or highest_share(0, fewest - 1, alpha) > share


def test_large_numbers_are_as_exact_as_small_ones() -> None:
    # The median of a binomial lies at its mean, give or take one.
    assert at_most(1_000, 100_000, 0.01) == pytest.approx(0.5, abs=0.01)
    assert at_least(1_000, 100_000, 0.01) == pytest.approx(0.5, abs=0.01)
    assert at_most(300, 100_000, 0.01) < 1e-100


def test_counts_may_be_fractions() -> None:
    assert at_most(2, 100, 0.05) < at_most(2.5, 100, 0.05) < at_most(3, 100, 0.05)
