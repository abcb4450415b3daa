"""Makes the digest of a load's samples, which is kept as evidence and which the next version is compared with."""

import hashlib
import os
import platform
from collections.abc import Sequence
from statistics import median

from contracthub.domain.latency_digests import LatencyDigest, buckets_of
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.slo.model import LoadRequest, Promise
from contracthub.verification.slo.samples import Sample, dispersion


def digest_of(promise: Promise, requests: Sequence[LoadRequest], samples: Sequence[Sample]) -> LatencyDigest:
    """The digest of these samples."""
    times = [each.milliseconds for each in samples if each.counts_as_answer]
    buckets, counts = buckets_of(times)
    middle = median(times) if times else 0.0
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
        dispersion=round(dispersion(samples, lambda each: each.milliseconds > middle), 2),
    )


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
