"""Samples of providers that do not exist: latencies drawn with a seed, and judged as a run judges them."""

import random
from collections.abc import Callable

from contracthub.domain.sampling_plans import SamplingPlan
from contracthub.formats.slo.model import Promise, promise_of
from contracthub.formats.slo.presets import filled_in
from contracthub.verification.slo.judging import Judged, Verdict, judged
from contracthub.verification.slo.samples import Sample

Draw = Callable[[random.Random], float]
USERS = 100


def promise(**members: object) -> Promise:
    """A promise as a contract writes it."""
    preset = members.pop("preset", None)
    entry = {"operation": "GET /x", "request": {"path": "/x"}, **members}
    return promise_of(filled_in(entry, str(preset) if preset else None))  # type: ignore[arg-type]


def healthy(rng: random.Random) -> float:
    """Milliseconds of a healthy provider: 80 at the median, a long tail, one in a thousand above 375."""
    return rng.lognormvariate(4.382, 0.5)


def with_slow_tail(rng: random.Random) -> float:
    """The same provider, three in a hundred of whose answers take 800 ms."""
    return 800.0 if rng.random() < 0.03 else healthy(rng)


def samples(draw: Draw, seed: int, number: int, *, failing: float = 0.0) -> list[Sample]:
    """So many samples, a hundred a second; some of them with an error."""
    rng = random.Random(seed)
    return [Sample(at / USERS, draw(rng), "status 503" if rng.random() < failing else "") for at in range(number)]


def looked_at(promised: Promise, taken: list[Sample], plan: SamplingPlan | None = None) -> Judged | None:
    """What a run makes of these samples: it looks when the plan says so, until it is decided; None before any look."""
    plan = plan or promised.plan
    last = None
    for look in plan.looks:
        if look > len(taken):
            break
        last = judged(promised, taken[:look], plan)
        if last.verdict is not Verdict.OPEN:
            break
    return last


def verdict_on(promised: Promise, draw: Draw, seed: int, *, failing: float = 0.0) -> Verdict:
    """The verdict of one simulated run that may take as many samples as the promise allows."""
    found = looked_at(promised, samples(draw, seed, promised.load.samples, failing=failing))
    assert found is not None
    return found.verdict
