"""How long the answers of an operation took, small enough to be kept as evidence and exact enough to be compared with.

A histogram whose buckets grow by one percent: every quantile is known to half a percent, in at most some hundred pairs
of numbers. How latencies are measured and judged is not known here.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

GROWTH = 1.01
MOST_BATCHES = 100
# A microsecond and twenty minutes, in milliseconds: what lies outside counts as if it lay there.
_FIRST, _LAST = -695, 1410


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyDigest:
    """The latencies of one load on an operation, or on several together.

    ``load`` says in words what was asked of the provider and how, ``load_sha`` names it: only digests of the same load
    can be compared. ``machine`` is where it ran. Bucket ``i`` holds the latencies from ``1.01**i`` ms up to the next
    one's. ``batches`` are the quantile ``share`` of equal parts of the load in their order. Slow answers come together,
    so only what differs from part to part tells how sure a quantile is.
    """

    operation: str
    load: str
    load_sha: str
    machine: str
    requests: int
    errors: int
    seconds: float
    buckets: tuple[int, ...]
    counts: tuple[int, ...]
    share: float = 0.5
    batches: tuple[float, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether its numbers can be those of a measurement; one from outside need not be."""
        return (
            len(self.buckets) == len(self.counts)
            and all(first < second for first, second in zip(self.buckets, self.buckets[1:], strict=False))
            and all(_FIRST <= bucket <= _LAST for bucket in self.buckets)
            and all(count > 0 for count in self.counts)
            and self.requests >= sum(self.counts)
            and self.errors >= 0
            and 0 < self.share < 1
            and len(self.batches) <= MOST_BATCHES
            and all(0 < each < math.inf for each in self.batches)
        )

    @property
    def samples(self) -> int:
        """How many latencies it holds."""
        return sum(self.counts)

    def quantile(self, share: float) -> float:
        """The latency that this share of the answers did not exceed, in milliseconds. Raises ValueError of none."""
        wanted, passed = share * self.samples, 0
        for bucket, count in zip(self.buckets, self.counts, strict=True):
            passed += count
            if passed >= wanted:
                return float(GROWTH ** (bucket + 0.5))
        raise ValueError("a digest without latencies has no quantiles")


def buckets_of(milliseconds: Iterable[float]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The buckets that these latencies fall into, ascending, and how many are in each."""
    counted = sorted(Counter(_bucket(each) for each in milliseconds).items())
    return tuple(bucket for bucket, _ in counted), tuple(count for _, count in counted)


def _bucket(milliseconds: float) -> int:
    if milliseconds <= 0:
        return _FIRST
    return min(_LAST, max(_FIRST, math.floor(math.log(milliseconds) / math.log(GROWTH))))
