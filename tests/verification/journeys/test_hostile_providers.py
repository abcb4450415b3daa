"""Whatever a provider answers, a journey comes to its end in time, and what is wrong is told of one of its steps."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracthub.domain.verification_runs import CheckStatus
from contracthub.verification.journeys.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.cli.stub_hub import StubHub, stub_hub
from tests.verification.journeys.conftest import EMPTY, poll, step

STATUSES = (200, 201, 202, 204, 301, 303, 304, 307, 404, 429, 500, 503, 599)
LOCATIONS = (
    *("/jobs/1", "http://[::1", "//x/y", "http://127.0.0.1:1/x", "?a=b", "#f", "", "../..", "/a b", "javascript:x"),
    *("/" + "x" * 5000, "http://evil.example/", "/jobs/%00", "\\\\x", "http:///x", "http://a@b:c/", "/jobs"),
)
PAUSES = (
    "0",
    "-1",
    "9" * 30,
    "1.5",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 99 Foo",
    "",
    "Mon, 01 Jan 0001 00:00:00 +2359",
)
BODIES = (
    *(b"", b"{}", b"[]", b"null", b'{"id":7}', b'{"id":{"a":1}}', b'{"id":"a/b?c"}', b'{"id":"\\u0000"}', b"\xff"),
    *(b"[" * 200, b'{"status":"done","id":"x"}', b'{"id":1e400}', b'"x"', b'{"id":"../.."}', b'{"id":"\\r\\nX: y"}'),
)
ANSWER = st.tuples(
    st.sampled_from(STATUSES),
    st.sampled_from(BODIES),
    st.fixed_dictionaries(
        {}, optional={"Location": st.sampled_from(LOCATIONS), "Retry-After": st.sampled_from(PAUSES)}
    ),
)
STEPS = [
    step("start", "POST", "/jobs", [*STATUSES], save={"id": {"body": "$.id"}}),
    poll(within="100ms", never=[{"status": 404}]),
    {
        "name": "use it",
        "request": {"method": "GET", "path": "/of/${id}", "headers": {"X-Id": "${id}"}, "query": {"q": "${id}"}},
        "response": {"status": "2xx", "body": {"id": "${id}"}},
    },
    step("go there", "GET", "${id}", "2xx"),
]
CLEANUP = [step("remove it", "DELETE", "/of/${id}", 204)]


@pytest.fixture(scope="module")
def hostile() -> Iterator[StubHub]:
    with stub_hub() as stub:
        yield stub


@pytest.fixture(scope="module")
def target(hostile: StubHub, tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder: Path = tmp_path_factory.mktemp("hostile")
    head: dict[str, Any] = {"contracthub": "journey/1", "name": "n", "consumer": "web", "provider": "orders"}
    (folder / "j.json").write_text(json.dumps({**head, "steps": STEPS, "cleanup": CLEANUP, "within": "2s"}))
    (folder / "openapi.json").write_text(json.dumps(EMPTY))
    return Target(
        provider="orders",
        base_url=hostile.url,
        contracts=(str(folder / "j.json"),),
        openapi=str(folder / "openapi.json"),
        request_timeout_ms=2000,
    )


@given(st.lists(ANSWER, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_journey_comes_to_its_end(
    hostile: StubHub, target: Target, answers: list[tuple[int, bytes, dict[str, str]]]
) -> None:
    hostile.answers.clear()
    for method, path in (("POST", "/jobs"), ("GET", "/jobs/1"), ("GET", "/of/7"), ("GET", "/jobs"), ("GET", "/")):
        for status, body, headers in answers:
            hostile.answer(method, path, body, status, headers)
    (check,) = run(target, Unwatched(), time.monotonic() + 20).checks
    if check.status is not CheckStatus.PASSED:
        assert check.status in {CheckStatus.FAILED, CheckStatus.COULD_NOT_RUN}
        assert check.error.startswith("Step ")
        assert len(check.error) < 5_000
