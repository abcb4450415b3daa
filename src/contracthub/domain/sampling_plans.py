"""When the samples of a load are looked at, and how sure each look has to be, so that all looks together are as sure as
was promised.

Looking again and again until the answer is yes would find anything. A plan says beforehand after how many samples there
is a look, each twice as far as the one before, and shares the chance of an error among them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracthub.domain.binomial import fewest_samples

_MOST_LOOKS = 6
# With fewer, nobody could see whether what is bad comes in bursts.
_FEWEST = 60


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """The numbers of samples after which there is a look, ascending; empty where the most that may be is not enough.

    ``fewest`` is the least number of samples that any verdict needs. A promise is said to be kept with a chance of
    error of ``alpha`` per look, and, where it has several measures, to be broken with a share of it for each.
    """

    looks: tuple[int, ...]
    alpha: float
    fewest: int

    def alpha_to_refuse(self, measures: int) -> float:
        """The chance of an error that one look at one of the measures may have: any of them breaks the promise."""
        return self.alpha / max(1, measures)


def plan_of(least_share: float, most: int, confidence: float) -> SamplingPlan:
    """The plan that shows, with this confidence, that fewer than ``least_share`` of at most ``most`` samples are bad.

    It has as many looks as fit in.
    """
    error = 1 - confidence
    for count in range(_MOST_LOOKS, 0, -1):
        first = max(_FEWEST, fewest_samples(least_share, error / count))
        if first * 2 ** (count - 1) <= most:
            looks = (*(first * 2**at for at in range(count - 1)), most)
            return SamplingPlan(looks, error / count, first)
    return SamplingPlan((), error, max(_FEWEST, fewest_samples(least_share, error)))


def least_share_of(quantiles: Iterable[float], errors: float | None) -> float:
    """The smallest share of bad samples that the measures of a promise allow; half where they allow nothing else.

    An error rate of nought can't be shown by samples, nor that no answer ever takes longer: both are refused by one bad
    sample, and accepted with the samples that the others need, or those for one in a hundred.
    """
    shares = [1 - each for each in quantiles] + ([errors] if errors else [])
    return min((share for share in shares if share > 0), default=0.01)
