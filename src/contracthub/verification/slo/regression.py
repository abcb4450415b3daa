"""Whether answers became slower than those of a version that was measured before, by more than a share.

The quantiles of equal parts of each load are compared (the method of batches, by Welch's test of their logarithms):
what neighbouring answers have in common is in the differences from part to part, so that it is not taken for proof.
"""

import math
from dataclasses import dataclass
from statistics import fmean, variance

from contracthub.domain.latency_digests import LatencyDigest
from contracthub.verification.slo.digests import fewest_samples_for
from contracthub.verification.slo.judging import Verdict
from contracthub.verification.slo.student import student_quantile


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


def compared(baseline: LatencyDigest, measured: LatencyDigest, *, most: float, confidence: float) -> Compared:
    """The verdict on "this quantile is not slower than before by more than ``most``", or why there is none."""
    for digest, whose in ((baseline, "the version before"), (measured, "this version")):
        if len(digest.batches) < 2:
            needed = fewest_samples_for(digest.share)
            return Compared(Verdict.OPEN, why=f"too few samples of {whose}: {digest.samples} of at least {needed}")
    before, now = ([math.log(each) for each in digest.batches] for digest in (baseline, measured))
    parts = variance(before) / len(before), variance(now) / len(now)
    change = fmean(now) - fmean(before)
    degrees = min(len(before), len(now)) - 1
    spread = student_quantile(confidence, degrees) * math.sqrt(sum(parts))
    low, high, limit = change - spread, change + spread, math.log1p(most)
    verdict = Verdict.BROKEN if low > limit else Verdict.KEPT if high <= limit else Verdict.OPEN
    return Compared(
        verdict,
        math.exp(change),
        math.exp(low),
        math.exp(high),
        math.exp(fmean(before)),
        math.exp(fmean(now)),
        "the samples of both leave it open" if verdict is Verdict.OPEN else "",
    )
