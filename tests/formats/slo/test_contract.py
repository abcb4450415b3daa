"""SLO documents: what is refused and where, what counts for their identity, what they need."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import HubError, Invalid
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import identity, kind_named, read
from contracthub.formats.slo.model import Promise, document_from
from contracthub.formats.slo.presets import PRESETS

OPERATION = "GET /sessions/{id}/data"


def document(*entries: dict[str, Any], **members: Any) -> bytes:
    operations = entries or ({"operation": OPERATION, "p95": "500ms"},)
    head = {"contracthub": "slo/1", "name": "reading", "consumer": "api_gateway", "provider": "neural_processor"}
    return json.dumps({**head, "operations": operations, **members}).encode()


def entry(**members: Any) -> dict[str, Any]:
    return {"operation": OPERATION, **members}


def read_one(**members: Any) -> LiveDocument:
    return read(document(entry(**members)))


def promise(**members: Any) -> Promise:
    (found,) = document_from(read_one(**members)).promises
    return found


def test_the_issues_own_words_are_a_promise() -> None:
    text = b"""
contracthub: slo/1
name: reading a session
consumer: api_gateway
provider: neural_processor
operations:
  - operation: GET /sessions/{id}/data
    p95: 500ms
    errors: <1%
    users: 100
"""
    slo = document_from(read(text))
    (found,) = slo.promises
    assert (slo.consumer, slo.provider) == ("api_gateway", "neural_processor")
    assert dict(found.quantiles) == {"p95": 500.0}
    assert found.errors == 0.01
    assert found.load.users == 100
    assert found.plan.looks


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_is_a_promise_that_can_be_decided(preset: str) -> None:
    found = promise(preset=preset)
    assert found.plan.looks[0] <= found.load.most_requests
    assert "p99" in found.quantiles


def test_what_an_entry_says_outranks_the_preset_of_the_document() -> None:
    slo = document_from(read(document(entry(p95="400ms"), preset="interactive")))
    assert dict(slo.promises[0].quantiles) == {"p95": 400.0, "p99": 750.0}
    assert slo.promises[0].load.users == 100


def test_a_rate_takes_the_place_of_the_users_of_a_preset() -> None:
    found = promise(preset="interactive", rate="50/s")
    assert (found.load.users, found.load.rate) == (None, 50.0)


@pytest.mark.parametrize(
    ("members", "pointer", "told"),
    [
        ({"p95": "500"}, "/operations/0/p95", "500"),
        ({"p95": "500ms", "errors": "1"}, "/operations/0/errors", "1"),
        ({"p95": "500ms", "users": 10.0}, "/operations/0/users", "write 10 instead of 10.0"),
        ({"p95": "500ms", "pace": 3}, "/operations/0/pace", "not known"),
        ({}, "/operations/0", "promises nothing"),
        ({"p50": "300ms", "p95": "200ms"}, "/operations/0/p95", "impossible"),
        ({"p99": "300ms", "max": "200ms"}, "/operations/0/max", "impossible"),
        ({"p95": "900ms", "preset": "interactive"}, "/operations/0", "p99 (750 ms) is below p95"),
        ({"p95": "0ms"}, "/operations/0/p95", "0 ms"),
        ({"errors": "<0%"}, "/operations/0/errors", "nought"),
        ({"p99": "1s", "samples": 41}, "/operations/0/samples", "at least 299"),
        ({"p99": "1s", "users": 1, "think": "1s", "duration": "30s"}, "/operations/0/duration", "needs"),
        ({"p99": "1s", "rate": "1/s", "duration": "30s"}, "/operations/0/duration", "needs"),
        ({"p95": "1s", "warmup": "30s", "duration": "30s"}, "/operations/0/warmup", "leaves nothing"),
        ({"p95": "1s", "duration": "0s"}, "/operations/0/duration", "nought"),
        ({"p95": "1s", "rate": "0/s"}, "/operations/0/rate", "nought"),
        ({"p95": "1s", "rate": "50/s", "users": 5}, "/operations/0/users", "beside rate"),
        ({"throughput": "90/s", "users": 10, "think": "1s"}, "/operations/0/throughput", "10 requests per second"),
        ({"operation": "POST /x", "p95": "1s"}, "/operations/0/operation", "unsafe"),
        ({"p95": "1s", "request": {"path": "/x", "method": "DELETE"}}, "/operations/0/operation", "unsafe"),
        ({"p95": "1s", "request": {"path": "/x", "headers": {"A": "b\nc"}}}, "/operations/0/request/headers/A", "sent"),
        (
            {"p95": "1s", "requests": [{"path": "/x"}, {"path": "/x", "headers": {"A b": 1}}]},
            "/operations/0/requests/1/headers/A b",
            "sent",
        ),
        ({"operation": "sessions", "p95": "1s"}, "/operations/0/operation", "sessions"),
        ({"p95": "1s", "request": {"path": "/x"}, "requests": [{"path": "/x"}]}, "/operations/0/request", "beside"),
        (
            {"operation": ["GET /a", "GET /b"], "p95": "1s", "request": {"path": "/a"}},
            "/operations/0/request",
            "several",
        ),
    ],
)
def test_what_can_not_be_kept_is_refused_with_its_place(members: dict[str, Any], pointer: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_one(**members)
    at = {fault.pointer: fault.text for fault in refused.value.faults}
    assert told in at.get(pointer, ""), at
    assert at[pointer].endswith(" (line 1)")


def test_a_line_is_told_where_there_are_lines() -> None:
    text = document(entry(p50="300ms", p95="200ms"))
    spread = json.dumps(json.loads(text), indent=1).encode()
    with pytest.raises(Invalid) as refused:
        read(spread)
    line = next(at for at, each in enumerate(spread.decode().splitlines(), 1) if "p95" in each)
    assert refused.value.faults[0].text.endswith(f"(line {line})")


def test_two_promises_of_one_operation_are_refused() -> None:
    with pytest.raises(Invalid, match="contradict") as refused:
        read(document(entry(p95="1s"), entry(p95="2s")))
    assert refused.value.faults[0].pointer == "/operations/1/operation"


def test_names_and_spellings_do_not_count_and_what_is_promised_does() -> None:
    same = {
        identity(read(document(entry(p95="500ms", errors="<1%")))),
        identity(read(document(entry(errors="<1%", p95="500ms"), name="other", description="x"))),
        identity(read(document(entry(p95="0.5s", errors="1.0%")))),
    }
    assert len(same) == 1
    others = [entry(p95="501ms", errors="<1%"), entry(p95="500ms", errors="<2%"), entry(p95="500ms", p50="1ms")]
    assert not same & {identity(read(document(each))) for each in others}


def test_requests_that_are_sent_alike_are_one_promise() -> None:
    request = {"path": "/orders/7", "headers": {"x-a": "1"}}
    one = read(document(entry(p95="1s", request=request)))
    for same in (
        entry(p95="1s", requests=[request]),
        entry(p95="1s", request={**request, "headers": {"X-A": "1"}}, unsafe=False),
    ):
        assert identity(read(document(same))) == identity(one)
    for other in (
        entry(p95="1s"),
        entry(p95="1s", request={"path": "/orders/7"}),
        entry(p95="1s", requests=[request] * 2),
    ):
        assert identity(read(document(other))) != identity(one)


def test_a_preset_is_what_it_says() -> None:
    named = read(document(entry(preset="interactive")))
    written = read(document(entry(**PRESETS["interactive"])))
    assert identity(named) == identity(written)


def test_it_needs_its_operations_of_its_provider_alone() -> None:
    slo = read(document({"operation": ["GET /a", "GET /b"], "p95": "1s"}))
    needs = kind_named("slo").needs
    assert [each.operation for each in needs(slo, "neural_processor")] == ["GET /a", "GET /b"]
    assert needs(slo, "another") == ()


def test_one_line_says_what_is_promised() -> None:
    told = kind_named("slo").describe(read_one(preset="interactive"))
    assert told == (
        "GET /sessions/{id}/data: p95 500 ms, p99 750 ms, errors <1%, with 100 users, "
        "1 s between an answer and the next request"
    )


def test_a_provider_may_promise_by_itself() -> None:
    body = json.loads(document())
    del body["consumer"]
    assert read(json.dumps(body).encode()).consumer is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.text(max_size=8) | st.sampled_from(["5ms", "<1%", "9/s"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PROMISED = ["p50", "p99", "max", "errors", "throughput", "regression"]
LOADED = ["users", "think", "rate", "duration", "warmup", "samples", "confidence"]
MEMBERS = st.sampled_from(["operation", "request", "requests", "given", "preset", "unsafe", *PROMISED, *LOADED])


@given(st.dictionaries(MEMBERS, VALUES, max_size=6))
def test_whatever_is_written_is_read_or_refused(members: dict[str, Any]) -> None:
    try:
        found = read_one(**members)
    except HubError:
        return
    assert identity(found)
    assert document_from(found).promises[0].plan.looks
