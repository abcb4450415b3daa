"""Ten percent slower than the version before: told when it is so, denied when it is not, else left open."""

import random
from collections import Counter
from functools import cache

import pytest

from contracthub.domain.latency_digests import LatencyDigest
from contracthub.verification.slo.digests import digest_of
from contracthub.verification.slo.judging import Verdict
from contracthub.verification.slo.regression import compared
from contracthub.verification.slo.samples import Sample
from tests.verification.slo.simulated import promise

PROMISED = {"p95": promise(preset="interactive"), "p50": promise(p50="500ms")}


@cache
def digest(seed: int, number: int = 5000, slower: float = 1.0, quantile: str = "p95", burst: int = 1) -> LatencyDigest:
    """Latencies of which as many as a burst has are a bit slower, or faster, together."""
    rng = random.Random(seed)
    shared = [rng.lognormvariate(0, 0.3) if burst > 1 else 1.0 for _ in range(-(-number // burst))]
    taken = [Sample(at / 100, rng.lognormvariate(4.38, 0.5) * shared[at // burst] * slower) for at in range(number)]
    return digest_of(PROMISED[quantile], PROMISED[quantile].requests, taken)


def verdicts(
    slower: float, *, number: int = 5000, quantile: str = "p95", runs: int = 100, burst: int = 1
) -> Counter[Verdict]:
    pairs = (
        (digest(seed, number, 1.0, quantile, burst), digest(10_000 + seed, number, slower, quantile, burst))
        for seed in range(runs)
    )
    return Counter(compared(before, now, most=0.1, confidence=0.95).verdict for before, now in pairs)


def test_a_version_that_is_three_tenths_slower_is_refused() -> None:
    assert verdicts(1.3, number=2000)[Verdict.BROKEN] >= 99


def test_the_same_version_is_not_refused_and_mostly_accepted() -> None:
    found = verdicts(1.0, number=5000, runs=50)
    assert found[Verdict.BROKEN] == 0
    assert found[Verdict.KEPT] >= 48


@pytest.mark.parametrize("quantile", ["p50", "p95"])
def test_at_exactly_ten_percent_neither_is_said_more_often_than_the_confidence_allows(quantile: str) -> None:
    found = verdicts(1.1, quantile=quantile, number=1000)
    assert found[Verdict.BROKEN] <= 10
    assert found[Verdict.KEPT] <= 10


def test_slow_moments_of_the_machine_are_no_slower_version() -> None:
    # Fifty answers in a row share how busy it was. Taken for independent, they would be proof far too often.
    found = verdicts(1.1, number=2000, burst=50)
    assert found[Verdict.BROKEN] <= 10


def test_a_faster_version_is_accepted() -> None:
    assert verdicts(0.8, number=1000)[Verdict.KEPT] >= 99


@pytest.mark.parametrize(("before", "now", "whose"), [(41, 5000, "the version before"), (5000, 41, "this version")])
def test_too_few_samples_of_either_give_no_verdict(before: int, now: int, whose: str) -> None:
    found = compared(digest(1, before), digest(2, now, slower=5.0), most=0.1, confidence=0.95)
    assert found.verdict is Verdict.OPEN
    assert found.why == f"too few samples of {whose}: 41 of at least 800"


def test_the_interval_holds_the_ratio_that_was_seen() -> None:
    found = compared(digest(1), digest(2, slower=1.5), most=0.1, confidence=0.95)
    assert found.low < found.ratio < found.high
    assert found.ratio == pytest.approx(1.5, rel=0.1)
