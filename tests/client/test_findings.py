"""Findings between a run and a hub that is really served: what is sent arrives, whatever a fuzzer made of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.client.connection import connection_to
from contracthub.client.errors import HubAnswered
from contracthub.client.findings import (
    Report,
    accept_finding,
    get_finding,
    known_findings,
    reopen_finding,
    report_findings,
    sendable,
)
from contracthub.client.hub import Hub
from contracthub.domain.finding_reports import report_from
from contracthub.domain.findings import Finding, FindingState, finding_fields, fingerprint_of, standing
from contracthub.web.bodies import object_in
from tests.conftest import LiveHub

SEEN = Finding(
    fingerprint=fingerprint_of("GET /orders", "not_a_server_error", "500"),
    operation="GET /orders",
    check="not_a_server_error",
    code="ST101",
    title="Server error",
    message="answered 500",
    curl="curl http://localhost/orders",
    status_code=500,
    consumers=("Shop",),
    request={"method": "GET", "path": "/orders", "query": {}, "headers": {}, "body": None},
)
UNTIL = datetime.now(UTC).date() + timedelta(days=7)


@pytest.fixture
def hub(database_url: str, start_hub: Callable[[str], LiveHub]) -> Hub:
    return Hub(connection_to(start_hub(database_url).url, retries=0))


def report(*findings: Finding, version: str = "1") -> Report:
    return Report(provider="Orders", version=version, findings=findings, operations=["GET /orders"], complete=True)


def test_what_is_accepted_is_known_to_the_next_run(hub: Hub) -> None:
    assert known_findings(hub, "Orders") == {}
    (seen,) = report_findings(hub, report(SEEN)).seen
    assert (seen.state, seen.finding) == (FindingState.NEW, SEEN)
    accept_finding(hub, "Orders", seen.number, owner="Ada", reason="later", until=UNTIL)
    known = known_findings(hub, "Orders")[SEEN.fingerprint]
    assert standing(known, UNTIL) is FindingState.ACCEPTED
    assert standing(known, UNTIL + timedelta(days=1)) is FindingState.NEW
    assert known_findings(hub, "Orders", states=[FindingState.NEW]) == {}
    assert get_finding(hub, "Orders", 1)[0].finding == SEEN
    assert reopen_finding(hub, "Orders", 1)[0].state is FindingState.NEW


def test_what_is_fixed_comes_back_with_its_history(hub: Hub) -> None:
    report_findings(hub, report(SEEN))
    (fixed,) = report_findings(hub, report(version="2")).fixed
    assert (fixed.state, fixed.fixed_version) == (FindingState.FIXED, "2")
    assert standing(known_findings(hub, "Orders")[SEEN.fingerprint], UNTIL) is FindingState.CAME_BACK
    (back,) = report_findings(hub, report(SEEN, version="3")).seen
    assert back.state is FindingState.CAME_BACK


def test_more_than_a_hub_takes_at_once_fixes_nothing(hub: Hub) -> None:
    report_findings(hub, report(replace(SEEN, fingerprint="a" * 64)))
    many = [replace(SEEN, fingerprint=f"{index:064x}") for index in range(1001)]
    receipt = report_findings(hub, report(*many, version="2"))
    assert (len(receipt.seen), receipt.fixed) == (1000, ())
    assert len(known_findings(hub, "Orders")) == 1001


def test_an_unknown_finding_is_told(hub: Hub) -> None:
    report_findings(hub, report())
    with pytest.raises(HubAnswered, match="No finding 7 of Orders"):
        get_finding(hub, "Orders", 7)


ANY = st.text(st.characters(), max_size=20) | st.sampled_from([".", "..", " ", "\x00", "\ud800", "𝄞" * 900])
DEEP: Any = json.loads("[" * 60 + "]" * 60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY, lambda inner: st.lists(inner, max_size=3)
)
FINDINGS = st.builds(
    Finding,
    fingerprint=st.just("f" * 64),
    operation=ANY,
    check=ANY,
    code=ANY,
    title=ANY | st.just("t" * 5000),
    message=ANY | st.just("m" * 5000),
    curl=ANY | st.just("c" * 50_000),
    status_code=st.none() | st.integers(100, 599),
    consumers=st.lists(ANY, max_size=3).map(tuple) | st.just(("x",) * 200),
    request=st.none()
    | st.fixed_dictionaries({"method": st.just("GET"), "path": st.just("/")}, optional={"body": VALUES})
    | st.just({"method": "POST", "path": "/", "body": "é" * 30_000})
    | st.just({"method": "POST", "path": "/", "body": 10**2000})
    | st.just({"method": "POST", "path": "/", "body": DEEP}),
)


@given(FINDINGS)
def test_whatever_a_fuzzer_made_is_taken_by_a_hub(finding: Finding) -> None:
    made = sendable(finding)
    sent = object_in(json.dumps({"findings": [finding_fields(made)]}).encode())
    taken = report_from(sent).findings
    assert [each.fingerprint for each in taken] == [finding.fingerprint]
    assert sendable(made) == made
