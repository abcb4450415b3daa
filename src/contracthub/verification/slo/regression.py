"""Whether answers became slower than those of a version that was measured before, by more than a share."""

import math
from dataclasses import dataclass

from contracthub.domain.binomial import highest_share, lowest_share
from contracthub.domain.latency_digests import LatencyDigest
from contracthub.verification.slo.judging import Verdict

_FEWEST_BEYOND = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """How a quantile changed: 1.1 is ten percent slower. ``low`` and ``high`` hold the true ratio between them."""

    verdict: Verdict
    ratio: float = 1.0
    low: float = 0.0
    high: float = math.inf
    before: float = 0.0
    now: float = 0.0
    why: str = ""


def compared(
    baseline: LatencyDigest, measured: LatencyDigest, *, share: float, most: float, confidence: float
) -> Compared:
    """The verdict on "this quantile is not slower than before by more than ``most``", or why there is none."""
    for digest, whose in ((baseline, "the version before"), (measured, "this version")):
        needed = math.ceil(_FEWEST_BEYOND / (1 - share) * digest.dispersion)
        if digest.samples < needed:
            why = f"too few samples of {whose}: {digest.samples} of at least {needed}"
            return Compared(Verdict.OPEN, why=why)
    alpha = 1 - confidence
    before, now = _interval(baseline, share, alpha), _interval(measured, share, alpha)
    # The limits of a difference out of those of its parts (the method of variance estimates recovery); of logarithms,
    # so that it is the limits of a ratio.
    change = now.middle - before.middle
    low = change - math.hypot(now.middle - now.low, before.high - before.middle)
    high = change + math.hypot(now.high - now.middle, before.middle - before.low)
    limit = math.log1p(most)
    verdict = Verdict.BROKEN if low > limit else Verdict.KEPT if high <= limit else Verdict.OPEN
    return Compared(
        verdict,
        math.exp(change),
        math.exp(low),
        math.exp(high),
        baseline.quantile(share),
        measured.quantile(share),
        "" if verdict is not Verdict.OPEN else "the samples of both leave it open",
    )


@dataclass(frozen=True, slots=True)
class _Interval:
    """Logarithms of a quantile: as seen, and its bounds."""

    low: float
    middle: float
    high: float


def _interval(digest: LatencyDigest, share: float, alpha: float) -> _Interval:
    n = digest.samples / digest.dispersion
    below = share * n
    bounds = (lowest_share(below, n, alpha), share, highest_share(below, n, alpha))
    low, middle, high = (math.log(digest.quantile(each)) for each in bounds)
    return _Interval(low, middle, high)
