"""Verdicts from samples: sure enough of both answers, and none where too little is known."""

import random
from collections import Counter

import pytest

from contracthub.verification.slo.judging import Verdict, judged
from contracthub.verification.slo.samples import Sample, dispersion, drift_in
from tests.verification.slo.simulated import (
    Draw,
    healthy,
    looked_at,
    promise,
    samples,
    verdict_on,
    with_slow_tail,
)

RUNS = 100
INTERACTIVE = promise(preset="interactive")


def verdicts(draw: Draw, *, failing: float = 0.0, runs: int = RUNS, **members: object) -> Counter[Verdict]:
    promised = promise(**members) if members else INTERACTIVE
    return Counter(verdict_on(promised, draw, seed, failing=failing) for seed in range(runs))


def test_a_slow_tail_of_three_in_a_hundred_is_refused_in_99_of_100_runs() -> None:
    assert verdicts(with_slow_tail)[Verdict.BROKEN] >= 99


def test_a_healthy_provider_is_accepted_in_98_of_100_runs() -> None:
    found = verdicts(healthy)
    assert found[Verdict.KEPT] >= 98
    assert found[Verdict.BROKEN] == 0


def test_p95_alone_does_not_see_a_tail_of_three_in_a_hundred() -> None:
    # What a promise says is judged, and not what it might mean: this is why presets promise p99.
    assert verdicts(with_slow_tail, runs=20, p95="500ms")[Verdict.BROKEN] == 0


@pytest.mark.parametrize("number", [0, 1, 41, INTERACTIVE.plan.looks[0] - 1])
def test_too_few_samples_give_no_verdict_however_they_are(number: int) -> None:
    for draw in (healthy, with_slow_tail):
        assert looked_at(INTERACTIVE, samples(draw, 1, number)) is None


def test_a_provider_at_its_limit_is_hardly_ever_judged() -> None:
    # Exactly one in a hundred is slower: neither answer may come more often than the confidence allows.
    found = verdicts(lambda rng: 900.0 if rng.random() < 0.01 else 50.0, p99="750ms", samples=2000)
    assert found[Verdict.KEPT] <= 10
    assert found[Verdict.BROKEN] <= 10


def test_errors_are_refused_and_their_absence_is_accepted() -> None:
    assert verdicts(healthy, failing=0.03, runs=50)[Verdict.BROKEN] >= 49
    assert verdicts(healthy, failing=0.001, runs=50)[Verdict.KEPT] >= 49


def test_a_fast_refusal_makes_no_provider_fast() -> None:
    promised = promise(p50="100ms")
    mixed = [Sample(at / 100, 1.0, "status 503") if at % 2 else Sample(at / 100, 200.0) for at in range(1000)]
    assert judged(promised, mixed, promised.plan).verdict is Verdict.BROKEN


def test_what_was_no_longer_waited_for_is_slow() -> None:
    promised = promise(p99="500ms")
    cut = [Sample(at / 100, 5000.0, "no answer within 5 s", is_cut=True) for at in range(1000)]
    assert judged(promised, cut, promised.plan).verdict is Verdict.BROKEN


def test_one_stall_that_meets_everybody_is_no_proof_of_a_slow_provider() -> None:
    taken = samples(healthy, 3, 1000)
    stalled = [Sample(each.due, 900.0) if 400 <= at < 450 else each for at, each in enumerate(taken)]
    strewn = [Sample(each.due, 900.0) if at % 20 == 0 else each for at, each in enumerate(taken)]
    promised = promise(p99="750ms")
    assert judged(promised, strewn, promised.plan).verdict is Verdict.BROKEN
    (one,) = judged(promised, stalled, promised.plan).judgements
    assert one.verdict is Verdict.OPEN
    assert "bursts" in one.note


def test_samples_by_chance_count_as_one_each() -> None:
    worth = [
        dispersion(samples(with_slow_tail, seed, 2000), lambda each: each.milliseconds > 750) for seed in range(200)
    ]
    assert sum(each > 1 for each in worth) <= 3


def test_a_provider_that_becomes_slower_is_not_accepted_for_how_it_was() -> None:
    rng = random.Random(5)
    taken = [Sample(at / 100, rng.uniform(0.9, 1.1) * (100 + at * 0.42)) for at in range(1000)]
    promised = promise(p50="425ms")
    assert drift_in(taken) is not None
    (one,) = judged(promised, taken, promised.plan).judgements
    assert one.verdict is Verdict.OPEN
    assert "become slower" in one.note


def test_a_steady_provider_does_not_become_slower() -> None:
    assert not [seed for seed in range(100) if drift_in(samples(healthy, seed, 600))]


def test_no_answer_ever_longer_is_refused_by_the_first_that_is() -> None:
    promised = promise(max="1s", p50="500ms")
    taken = samples(healthy, 1, 300)
    assert judged(promised, taken, promised.plan).verdict is Verdict.KEPT
    late = [*taken[:-1], Sample(3.0, 1001.0)]
    found = judged(promised, late, promised.plan)
    assert found.verdict is Verdict.BROKEN
    assert "1 of 300 answers took longer" in found.judgements[-1].sentence


@pytest.mark.parametrize(("promised", "verdict"), [("90/s", Verdict.KEPT), ("110/s", Verdict.BROKEN)])
def test_throughput_is_judged_by_seconds(promised: str, verdict: Verdict) -> None:
    rng = random.Random(2)
    taken = sorted((Sample(rng.uniform(0, 30), 20.0) for _ in range(3000)), key=lambda each: each.due)
    wanted = promise(throughput=promised, users=100)
    assert judged(wanted, taken, wanted.plan).verdict is verdict


def test_throughput_of_a_few_seconds_is_not_known() -> None:
    wanted = promise(throughput="50/s", users=100)
    (one,) = judged(wanted, samples(healthy, 1, 500), wanted.plan).judgements
    assert one.verdict is Verdict.OPEN
    assert "too few seconds" in one.sentence
