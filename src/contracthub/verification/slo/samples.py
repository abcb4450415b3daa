"""What was measured of one operation under load, and what can be seen in it before anything is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

_BATCHES = 20
# Of twenty equal batches, binomial counts disperse more than this in one run of a thousand (chi-squared, 19 degrees).
_MOST_BY_CHANCE = 43.82 / 19
_FEWEST_FOR_DRIFT = 60
_DRIFT = 1.25
_SURE = 3.29


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was due, in seconds since measuring began, how long its answer took, and what went wrong.

    The time counts from when the request was due, not from when it left: what a provider makes others wait for counts.
    ``is_cut`` says that the answer was no longer waited for, so that it took at least as long.
    """

    due: float
    milliseconds: float
    error: str = ""
    is_cut: bool = False

    @property
    def counts_as_answer(self) -> bool:
        """Whether its time is one of an answer: a fast refusal makes no provider fast."""
        return self.is_cut or not self.error


def dispersion(samples: Sequence[Sample], is_bad: Callable[[Sample], bool]) -> float:
    """How many samples are worth one: 1 where the bad ones are strewn by chance, more where they come together.

    A stall meets everybody who waits at that moment. Taken for independent, these would be proof of a slow provider, or
    their absence proof of a fast one.
    """
    ordered = sorted(samples, key=lambda each: each.due)
    size = len(ordered) // _BATCHES
    if not size:
        return 1.0
    bad = [sum(map(is_bad, ordered[at * size : (at + 1) * size])) for at in range(_BATCHES)]
    share = sum(bad) / (size * _BATCHES)
    if not 0 < share < 1:
        return 1.0
    mean = share * size
    found = sum((each - mean) ** 2 for each in bad) / (_BATCHES - 1) / (mean * (1 - share))
    return found if found > _MOST_BY_CHANCE else 1.0


@dataclass(frozen=True, slots=True)
class Drift:
    """That the answers of the last third took longer than those of the first: their medians in milliseconds."""

    first: float
    last: float


def drift_in(samples: Sequence[Sample]) -> Drift | None:
    """Whether a provider becomes slower while it is looked at (the rank test of Mann and Whitney, and by a quarter)."""
    timed = [each.milliseconds for each in sorted(samples, key=lambda each: each.due) if each.counts_as_answer]
    third = len(timed) // 3
    if len(timed) < _FEWEST_FOR_DRIFT:
        return None
    first, last = timed[:third], timed[-third:]
    drift = Drift(median(first), median(last))
    return drift if drift.last >= _DRIFT * drift.first and _rank_score(first, last) > _SURE else None


def _rank_score(first: Sequence[float], last: Sequence[float]) -> float:
    """How many standard deviations the ranks of the last lie above what chance would make of them."""
    ranked = sorted([(each, 0) for each in first] + [(each, 1) for each in last])
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += sum(which for _, which in ranked[at:end]) * (at + 1 + end) / 2
        at = end
    m, n = len(first), len(last)
    above = ranks - n * (n + 1) / 2 - m * n / 2
    return float(above / (m * n * (m + n + 1) / 12) ** 0.5)
