"""Digests of latencies: small, exact to a percent, and read only when they can be true."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.latency_digests import LatencyDigest, buckets_of
from contracthub.domain.typed_documents import as_json, from_json

LATENCIES = st.lists(st.floats(0.001, 100_000), min_size=1, max_size=200)


def digest_of(milliseconds: list[float]) -> LatencyDigest:
    buckets, counts = buckets_of(milliseconds)
    return LatencyDigest(
        operation="GET /a",
        load="10 users",
        load_sha="ab",
        machine="here",
        requests=len(milliseconds),
        errors=0,
        seconds=1.0,
        buckets=buckets,
        counts=counts,
    )


@given(LATENCIES, st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_known_to_a_percent(milliseconds: list[float], share: float) -> None:
    digest = digest_of(milliseconds)
    at = max(1, -int(-share * len(milliseconds) // 1)) - 1
    exact = sorted(milliseconds)[at]
    assert digest.is_sound
    assert digest.samples == len(milliseconds)
    assert exact / 1.011 <= digest.quantile(share) <= exact * 1.011


@given(LATENCIES)
def test_it_comes_back_from_json_as_it_was(milliseconds: list[float]) -> None:
    digest = digest_of(milliseconds)
    assert from_json(LatencyDigest, as_json(digest)) == digest


def test_ten_thousand_latencies_take_hundreds_of_numbers() -> None:
    digest = digest_of([10 + at % 977 for at in range(10_000)])
    assert len(digest.buckets) < 500


def test_what_no_measurement_can_say_is_not_sound() -> None:
    good = digest_of([1.0, 2.0, 3.0])
    for bad in (
        replace(good, counts=good.counts[1:]),
        replace(good, buckets=good.buckets[::-1]),
        replace(good, buckets=(10**18, *good.buckets[1:])),
        replace(good, counts=(-1, *good.counts[1:])),
        replace(good, requests=1),
        replace(good, errors=-1),
        replace(good, share=1.0),
        replace(good, share=float("nan")),
        replace(good, batches=(0.0,)),
        replace(good, batches=(float("inf"),)),
        replace(good, batches=(1.0,) * 101),
    ):
        assert not bad.is_sound
