"""Exact binomial probabilities and bounds, on the standard library alone.

How many of ``n`` requests are slower than a limit is binomial, whatever the distribution of latencies is: so a quantile
is judged by counting, without any assumption about its shape. Counts may be fractions, where a sample is worth less
than one because neighbours went alike.
"""

import math
from collections.abc import Callable

_MOST_TERMS = 400
_TINY = 1e-300
_HALVINGS = 80


def at_most(count: float, n: float, probability: float) -> float:
    """How likely ``count`` or fewer of ``n`` are, if each is so with this probability."""
    if count < 0:
        return 0.0
    if count >= n:
        return 1.0
    return _beta(n - count, count + 1, 1 - probability)


def at_least(count: float, n: float, probability: float) -> float:
    """How likely ``count`` or more of ``n`` are, if each is so with this probability."""
    if count <= 0:
        return 1.0
    if count > n:
        return 0.0
    return _beta(count, n - count + 1, probability)


def highest_share(count: float, n: float, alpha: float) -> float:
    """The upper bound of Clopper and Pearson for a share, which is missed with a probability of at most ``alpha``."""
    if count >= n:
        return 1.0
    return _root(lambda share: at_most(count, n, share) > alpha)


def lowest_share(count: float, n: float, alpha: float) -> float:
    """The lower bound of Clopper and Pearson for a share, which is missed with a probability of at most ``alpha``."""
    if count <= 0:
        return 0.0
    return _root(lambda share: at_least(count, n, share) <= alpha)


def fewest_samples(share: float, alpha: float) -> int:
    """How many it takes to show that fewer than ``share`` are bad, if none of them is.

    >>> fewest_samples(0.01, 0.05)
    299
    """
    return math.ceil(math.log(alpha) / math.log1p(-share))


def _root(is_below: Callable[[float], bool]) -> float:
    """Where between 0 and 1 the answer turns from yes to no."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by the continued fraction that converges on this side."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(a, b, x) / a)
    return max(0.0, 1.0 - front * _fraction(b, a, 1 - x) / b)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, from its front to its end (Lentz's way)."""
    c, d = 1.0, _not_zero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    found = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < 1e-13:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
