"""Makes the digest of a load's samples, which is kept as evidence and which the next version is compared with."""

import hashlib
import math
import os
import platform
from collections.abc import Sequence

from contracthub.domain.latency_digests import LatencyDigest, buckets_of
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.slo.model import QUANTILES, LoadRequest, Promise
from contracthub.verification.slo.samples import Sample

_BATCHES = 20
# So many samples of each part lie beyond its quantile, or at it.
_BEYOND = 2
_SHORTEST = 0.001


def digest_of(promise: Promise, requests: Sequence[LoadRequest], samples: Sequence[Sample]) -> LatencyDigest:
    """The digest of these samples."""
    times = [each.milliseconds for each in samples if each.counts_as_answer]
    buckets, counts = buckets_of(times)
    share = QUANTILES[compared_quantile(promise)]
    last = max((each.due for each in samples), default=0.0)
    return LatencyDigest(
        operation=promise.name,
        load=promise.load.worded,
        load_sha=load_sha(promise, requests),
        machine=machine(),
        requests=len(samples),
        errors=sum(1 for each in samples if each.error),
        seconds=round(last, 3),
        buckets=buckets,
        counts=counts,
        share=share,
        batches=_batches(samples, share),
    )


def compared_quantile(promise: Promise) -> str:
    """The quantile that tells a regression: p95 where it is promised, else the highest below, else the median."""
    return next((name for name in ("p95", "p90", "p50") if name in promise.quantiles), "p50")


def fewest_samples_for(share: float) -> int:
    """How many samples it takes for each part of a load to have a quantile of its own.

    >>> fewest_samples_for(0.95)
    800
    """
    return math.ceil(round(_BATCHES * _BEYOND / (1 - share), 6))


def _batches(samples: Sequence[Sample], share: float) -> tuple[float, ...]:
    """The quantile of each of twenty equal parts, in their order; nothing of too few samples."""
    ordered = sorted((each for each in samples if each.counts_as_answer), key=lambda each: each.due)
    if len(ordered) < fewest_samples_for(share):
        return ()
    size = len(ordered) // _BATCHES
    parts = (ordered[at * size : (at + 1) * size] for at in range(_BATCHES))
    return tuple(_quantile(sorted(each.milliseconds for each in part), share) for part in parts)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Between two neighbours, so that parts of different sizes are not told apart by their sizes."""
    place = share * (len(ordered) + 1) - 1
    low = max(0, min(len(ordered) - 1, math.floor(place)))
    high = min(len(ordered) - 1, low + 1)
    found = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return round(max(found, _SHORTEST), 4)


def load_sha(promise: Promise, requests: Sequence[LoadRequest]) -> str:
    """What names a load: two loads of one name ask the same of a provider, as fast and as many at a time."""
    load = promise.load
    asked: list[JsonValue] = [
        [each.method, each.path, dict(each.query), (each.body or b"").decode("utf-8", "replace")] for each in requests
    ]
    states: list[JsonValue] = [[each.name, dict(each.params)] for each in promise.given]
    value: list[JsonValue] = [list(promise.operations), asked, states, load.users, load.think, load.rate]
    return hashlib.sha256(safe_json.canonical(value)).hexdigest()[:16]


def machine() -> str:
    """Where this runs, as far as latencies depend on it and nobody is told more than that."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
