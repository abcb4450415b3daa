"""A finding that was promoted fails while the provider has the fault, and passes when it is mended: with the verifier
that everybody uses.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contracthub.domain.findings import Finding, FindingState, KnownFinding, fingerprint_of
from contracthub.formats.pact.parse import parse
from contracthub.formats.pact.regression import NotPromotable, regression_pact
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from tests.cli.stub_hub import serving
from tests.domain.test_findings import NOON


class Orders(BaseHTTPRequestHandler):
    """Remembers what it was asked, and answers with the status that the path ends in, or with 200."""

    seen: list[tuple[str, str, dict[str, list[str]], dict[str, str], bytes]]

    def _reply(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body))
        last = parts.path.rpartition("/")[2]
        self.send_response(int(last) if last.isdigit() and int(last) >= 200 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = _reply  # noqa: N815 (the names of the library)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def orders() -> Iterator[tuple[str, list[Any]]]:
    seen: list[Any] = []
    with serving(type("RecordingOrders", (Orders,), {"seen": seen})) as url:
        yield url, seen


def known(number: int = 1, **more: Any) -> KnownFinding:
    request: dict[str, Any] = {"method": "GET", "path": "/orders/0", "query": {}, "headers": {}, "body": None}
    finding: dict[str, Any] = {
        "operation": "GET /orders/{id}",
        "check": "not_a_server_error",
        "code": "ST101",
        "title": "Server error",
        "message": "",
        "curl": "",
        "status_code": 500,
        "request": request | more.pop("request", {}),
    }
    finding |= more
    name = fingerprint_of(finding["operation"], finding["check"], str(number))
    return KnownFinding(
        number=number,
        provider="orders",
        finding=Finding(fingerprint=name, **finding),
        state=FindingState.NEW,
        first_seen_version="1",
        first_seen_at=NOON,
        last_seen_version="1",
        last_seen_at=NOON,
    )


def replayed(folder: Path, url: str, *findings: KnownFinding) -> dict[str, bool]:
    file = folder / "regressions.json"
    file.write_text(json.dumps(regression_pact(findings)), encoding="utf-8")
    report = replay(ReplayJob("orders", url, files=(str(file),)), timeout=60)
    return {each.description.partition(":")[0]: each.passed for each in report.interactions}


# By check: the status that the finding had, statuses of an answer without the fault, and statuses that still have it.
CHECKS: dict[str, tuple[int | None, tuple[int, ...], tuple[int, ...]]] = {
    "not_a_server_error": (500, (200, 204, 302, 400, 404, 422), (500, 502, 503)),
    "unresponsive": (None, (200, 404), (500,)),
    "negative_data_rejection": (200, (400, 404, 422), (200, 201, 500)),
    "missing_required_header": (200, (400, 401), (200, 500)),
    "unsupported_method": (200, (405,), (200, 404, 500)),
    "ignored_auth": (200, (401, 403), (200, 404, 500)),
    "positive_data_acceptance": (422, (200, 204, 404), (400, 422, 500)),
    "status_code_conformance": (418, (200, 404), (418, 500)),
}


def test_it_fails_with_the_fault_and_passes_without(tmp_path: Path) -> None:
    cases = [
        (check, seen, status, status in mended)
        for check, (seen, mended, still) in CHECKS.items()
        for status in (*mended, *still)
    ]
    findings = [
        known(number, check=check, status_code=seen, request={"path": f"/orders/{status}"})
        for number, (check, seen, status, _) in enumerate(cases)
    ]
    with orders() as (url, _):
        found = replayed(tmp_path, url, *findings)
    assert [(*case[:3], found[f"finding {number}"]) for number, case in enumerate(cases)] == cases


REQUESTS: list[tuple[dict[str, Any], tuple[str, str, dict[str, list[str]], Any]]] = [
    ({"path": "/1/a%20b%2F%C3%BC"}, ("GET", "/1/a%20b%2F%C3%BC", {}, b"")),
    ({"path": "/2", "query": {"a": ["1", "x y"], "b": [""]}}, ("GET", "/2", {"a": ["1", "x y"], "b": [""]}, b"")),
    ({"path": "/3", "method": "post", "body": {"a": [1, None, "ü"]}}, ("POST", "/3", {}, {"a": [1, None, "ü"]})),
    ({"path": "/4", "method": "POST", "body": 7}, ("POST", "/4", {}, 7)),
    ({"path": "/5", "method": "POST", "body": "plain"}, ("POST", "/5", {}, b"plain")),
    (
        {"path": "/6", "method": "POST", "body": "text", "headers": {"Content-Type": "application/json"}},
        ("POST", "/6", {}, "text"),
    ),
    (
        {"path": "/7", "method": "POST", "body": "<a/>", "headers": {"Content-Type": "text/xml"}},
        ("POST", "/7", {}, b"<a/>"),
    ),
    ({"path": "/8", "method": "DELETE"}, ("DELETE", "/8", {}, b"")),
]


def test_the_requests_that_showed_faults_are_sent_again(tmp_path: Path) -> None:
    findings = [known(number, request=request) for number, (request, _) in enumerate(REQUESTS)]
    with orders() as (url, seen):
        assert set(replayed(tmp_path, url, *findings).values()) == {True}
    for (method, path, query, _, body), (_, expected) in zip(
        sorted(seen, key=lambda each: each[1]), REQUESTS, strict=True
    ):
        sent = body if isinstance(expected[3], bytes) else json.loads(body)
        assert (method, path, query, sent) == expected


def test_headers_are_sent_and_credentials_are_not(tmp_path: Path) -> None:
    headers = {"X-Trace": "7", "Accept": "text/html", "Authorization": "[Filtered]"}
    with orders() as (url, seen):
        assert replayed(tmp_path, url, known(request={"headers": headers})) == {"finding 1": True}
    sent = seen[0][3]
    assert (sent["x-trace"], sent["accept"], "authorization" in sent) == ("7", "text/html", False)


def test_several_findings_make_one_contract_and_the_same_again_replaces_itself() -> None:
    pact = regression_pact([known(1), known(2, title="Another")])
    again = regression_pact([known(2, title="Renamed"), known(10)], pact)
    interactions = again["interactions"]
    assert isinstance(interactions, list)
    described = [each["description"] for each in interactions if isinstance(each, dict)]
    assert [str(each).partition(":")[0] for each in described] == ["finding 1", "finding 2", "finding 10"]
    assert "Renamed" in str(described[1])
    assert len(parse(json.dumps(again).encode()).interactions) == 3


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"check": "response_schema_conformance", "status_code": 200}, "more than a status"),
        ({"request": {"query": {"token": ["[Filtered]"]}}}, "left out as a credential"),
        ({"check": "not_a_server_error", "status_code": 200}, "would not tell them apart"),
        ({"check": "negative_data_rejection", "status_code": 404}, "would not tell them apart"),
    ],
)
def test_what_no_status_can_tell_is_not_promoted(more: dict[str, Any], told: str) -> None:
    with pytest.raises(NotPromotable, match=told):
        regression_pact([known(**more)])
