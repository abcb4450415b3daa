"""How far the mean of a few measurements may lie from what it estimates (Student's distribution)."""

from collections.abc import Sequence
from statistics import NormalDist, stdev


def student_bound(values: Sequence[float], alpha: float) -> float:
    """How much the true mean exceeds the one that was seen at most, with a chance of error of ``alpha``."""
    degrees = len(values) - 1
    return float(student_quantile(1 - alpha, degrees) * stdev(values) / len(values) ** 0.5)


def student_quantile(share: float, degrees: int) -> float:
    """Student's quantile out of the normal one (Cornish and Fisher's expansion): to a percent from 9 degrees on."""
    z = NormalDist().inv_cdf(share)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3
