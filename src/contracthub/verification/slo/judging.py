"""Whether a promise is kept, by the samples of a load: yes or no with the confidence that it asks for, else no verdict.

Every measure is a share of bad samples: of the answers that are slower than p99's limit, fewer than one in a hundred.
Shares are judged by the exact binomial distribution. A measure is kept when so few bad ones would be improbable of a
provider at its limit, broken when so many would be, and open in between.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracthub.domain.binomial import at_least, at_most, highest_share, lowest_share
from contracthub.domain.sampling_plans import SamplingPlan
from contracthub.formats.slo.model import QUANTILES, Promise
from contracthub.verification.slo.samples import Drift, Sample, dispersion, drift_in
from contracthub.verification.slo.student import student_bound

_FEWEST_WINDOWS = 10
_WINDOW = 1.0


class Verdict(StrEnum):
    """What the samples say of a measure."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one measure of a promise. ``limit`` and ``found`` are for people, with their units."""

    measure: str
    verdict: Verdict
    limit: str
    found: str
    note: str = ""

    @property
    def sentence(self) -> str:
        """What is to be said of it."""
        return f"{self.measure} is {self.found}, promised {self.limit}{f': {self.note}' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a look at the samples gave: a verdict on each measure, and whether the provider became slower."""

    judgements: tuple[Judgement, ...]
    drift: Drift | None = None

    @property
    def verdict(self) -> Verdict:
        """One broken measure breaks the promise; all of them have to be kept."""
        verdicts = {each.verdict for each in self.judgements}
        if Verdict.BROKEN in verdicts:
            return Verdict.BROKEN
        return Verdict.OPEN if Verdict.OPEN in verdicts or not verdicts else Verdict.KEPT


def judged(promise: Promise, samples: Sequence[Sample], plan: SamplingPlan) -> Judged:
    """The verdicts that these samples allow, as one look of the plan."""
    drift = drift_in(samples)
    return Judged(tuple(_judgements(promise, samples, plan, drift)), drift)


def _judgements(
    promise: Promise, samples: Sequence[Sample], plan: SamplingPlan, drift: Drift | None
) -> Iterator[Judgement]:
    refusing = plan.alpha_to_refuse(promise.measures)
    answers = [each for each in samples if each.counts_as_answer]
    for name, limit in promise.quantiles.items():
        judging = _Share(1 - QUANTILES[name], plan.alpha, refusing)
        found = judging.of(answers, _slower_than(limit))
        verdict, note = found.verdict, found.note
        if verdict is Verdict.KEPT and drift and _last_third_breaks(answers, limit, QUANTILES[name]):
            verdict, note = Verdict.OPEN, f"the answers become slower: {_drifting(drift)}"
        yield Judgement(name, verdict, f"{limit:g} ms", _interval_of(answers, QUANTILES[name], plan.alpha), note)
    if promise.maximum is not None:
        yield _of_maximum(promise.maximum, answers, plan)
    if promise.errors is not None:
        found = _Share(promise.errors, plan.alpha, refusing).of(samples, _is_error)
        yield Judgement("errors", found.verdict, f"<{promise.errors * 100:g} %", found.worded, found.note)
    if promise.throughput is not None:
        yield _of_throughput(promise.throughput, samples, plan.alpha, refusing)


@dataclass(frozen=True, slots=True)
class _Found:
    verdict: Verdict
    worded: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    """Judges a share of bad samples against the most that there may be."""

    most: float
    alpha: float
    alpha_to_refuse: float

    def of(self, samples: Sequence[Sample], is_bad: Callable[[Sample], bool]) -> _Found:
        """The verdict, and the interval that the share lies in."""
        bad = sum(map(is_bad, samples))
        worth = dispersion(samples, is_bad)
        count, n = bad / worth, len(samples) / worth

        low, high = lowest_share(count, n, self.alpha), highest_share(count, n, self.alpha)
        worded = f"{_percent(bad, len(samples))} ({low * 100:.2g} to {high * 100:.2g} %)"
        note = f"the bad ones come in bursts, so that {worth:.0f} samples count as one" if worth > 1 else ""
        if n and at_least(count, n, self.most) <= self.alpha_to_refuse:
            return _Found(Verdict.BROKEN, worded, note)
        if n and at_most(count, n, self.most) <= self.alpha:
            return _Found(Verdict.KEPT, worded, note)
        return _Found(Verdict.OPEN, worded, note)


def _of_maximum(limit: float, answers: Sequence[Sample], plan: SamplingPlan) -> Judgement:
    slow = [each.milliseconds for each in answers if each.milliseconds > limit]
    longest = max((each.milliseconds for each in answers), default=0.0)
    if slow:
        note = f"{len(slow)} of {len(answers)} answers took longer"
        return Judgement("max", Verdict.BROKEN, f"{limit:g} ms", f"{longest:.0f} ms", note)
    if len(answers) < plan.fewest:
        return Judgement("max", Verdict.OPEN, f"{limit:g} ms", f"{longest:.0f} ms")
    often = highest_share(0, len(answers), plan.alpha)
    return Judgement("max", Verdict.KEPT, f"{limit:g} ms", f"{longest:.0f} ms", f"longer in less than {often:.2%}")


def _of_throughput(promised: float, samples: Sequence[Sample], alpha: float, refusing: float) -> Judgement:
    """Right answers per second, by windows of a second each: their mean by Student's distribution."""
    counts = _per_window(samples)
    limit = f"{promised:g}/s"
    if len(counts) < _FEWEST_WINDOWS:
        note = f"too few seconds: {len(counts)} of at least {_FEWEST_WINDOWS}"
        return Judgement("throughput", Verdict.OPEN, limit, "not known", note)
    mean = sum(counts) / len(counts)
    low = mean - student_bound(counts, alpha)
    high = mean + student_bound(counts, refusing)
    verdict = Verdict.BROKEN if high < promised else Verdict.KEPT if low >= promised else Verdict.OPEN
    return Judgement("throughput", verdict, limit, f"{mean / _WINDOW:.4g}/s")


def _per_window(samples: Sequence[Sample]) -> list[float]:
    """Right answers in each whole second from the first answer to the last request; the rest of a second counts not."""
    done = [each.due + each.milliseconds / 1000 for each in samples if not each.error]
    if not done:
        return [0.0] * math.floor(max((each.due for each in samples), default=0.0) / _WINDOW)
    first, last = min(done), max(each.due for each in samples)
    counts = [0.0] * max(0, math.floor((last - first) / _WINDOW))
    for moment in done:
        at = math.floor((moment - first) / _WINDOW)
        if at < len(counts):
            counts[at] += 1
    return counts


def _interval_of(answers: Sequence[Sample], share: float, alpha: float) -> str:
    """A quantile as it was seen, and between which of the ordered latencies it lies."""
    ordered = sorted(each.milliseconds for each in answers)
    n = len(ordered)
    if not n:
        return "not known"
    seen = ordered[min(n - 1, math.ceil(share * n) - 1)]
    bad = n - math.ceil(share * n)
    low = ordered[max(0, math.ceil((1 - highest_share(bad, n, alpha)) * n) - 1)]
    high = ordered[min(n - 1, math.ceil((1 - lowest_share(bad, n, alpha)) * n) - 1)]
    return f"{seen:.4g} ms ({low:.4g} to {high:.4g} ms)"


def _last_third_breaks(answers: Sequence[Sample], limit: float, share: float) -> bool:
    last = sorted(answers, key=lambda each: each.due)[-(len(answers) // 3) :]
    return sum(each.milliseconds > limit for each in last) > (1 - share) * len(last)


def _slower_than(limit: float) -> Callable[[Sample], bool]:
    return lambda sample: sample.milliseconds > limit


def _is_error(sample: Sample) -> bool:
    return bool(sample.error)


def _drifting(drift: Drift) -> str:
    return f"their median goes from {drift.first:.4g} to {drift.last:.4g} ms"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole * 100:.3g} %" if whole else "not known"
