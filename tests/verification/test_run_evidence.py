"""What becomes of a run's evidence: kept while the hub is away, published later and once, without credentials."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from contracthub.cli.suite_options import EVIDENCE_FILE
from contracthub.domain.verification_runs import run_from_json
from tests.cli.stub_hub import StubHub, serving
from tests.verification.conftest import BAD, GOOD, pact
from tests.verification.test_verify_provider import PUBLISH

Broker = Callable[..., StubHub]
EVIDENCE = "/api/v1/providers/orders/versions/2.0.0/evidence"


@pytest.fixture
def verify(provider_url: str) -> Callable[..., int]:
    return lambda *arguments: run(["verify", "provider", "orders", "--provider-base-url", provider_url, *arguments])


def test_results_and_the_whole_report_are_published_without_credentials(
    verify: Callable[..., int], broker: Broker
) -> None:
    hub = broker(GOOD, BAD)
    hub.answer("POST", EVIDENCE, {"number": 1}, status=201)
    secrets = ("--header", "Authorization: Bearer provider-s3cret", "-k", "hub-s3cret")
    assert verify("-b", hub.url, *PUBLISH, *secrets) == 1
    sent = hub.one("POST", EVIDENCE)
    report = run_from_json(sent.body)
    assert (report.provider, report.provider_version, report.publication) == ("orders", "2.0.0", "published")
    assert {check.name: check.status for check in report.checks} == {
        "get a broken order": "failed",
        "get an order": "passed",
    }
    assert {check.operation for check in report.checks} == {"GET /broken", "GET /orders/1"}
    assert {check.uses for check in report.checks} == {("$.id",)}
    (pact,) = report.pacts
    assert (pact.consumer, pact.published, pact.result["success"]) == ("web", True, False)
    assert b"s3cret" not in sent.body
    assert hub.paths.count(("POST", "/results")) == 1


def test_a_hub_that_goes_away_costs_no_evidence(
    verify: Callable[..., int], broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = broker(GOOD, results=503)
    assert verify("-b", hub.url, *PUBLISH, "--retries", "0") == 3
    err = capsys.readouterr().err
    assert f"contracthub publish evidence {EVIDENCE_FILE}" in err
    kept = run_from_json(Path(EVIDENCE_FILE).read_bytes())
    assert [pact.published for pact in kept.pacts] == [False]
    assert ("POST", EVIDENCE) not in hub.paths

    hub.answers[("POST", "/results")] = [(201, b"{}", {"Content-Type": "application/json"})]
    hub.answer("POST", EVIDENCE, {"number": 1}, status=201)
    hub.asked.clear()
    assert run(["publish", "evidence", EVIDENCE_FILE, "-b", hub.url]) == 0
    assert [path for method, path in hub.paths if method in ("PUT", "POST")] == [
        "/pacticipants/orders/branches/main/versions/2.0.0",
        "/pacticipants/orders/versions/2.0.0/tags/prod",
        "/results",
        EVIDENCE,
    ]
    assert hub.one("POST", "/results").document["providerApplicationVersion"] == "2.0.0"

    hub.asked.clear()
    assert run(["publish", "evidence", EVIDENCE_FILE, "-b", hub.url]) == 0
    assert ("POST", "/results") not in hub.paths


def test_a_report_that_the_hub_does_not_take_is_kept_with_what_it_took(
    verify: Callable[..., int], broker: Broker
) -> None:
    hub = broker(GOOD)
    hub.answer("POST", EVIDENCE, {"errors": {"": ["no"]}}, status=400)
    assert verify("-b", hub.url, *PUBLISH) == 3
    kept = run_from_json(Path(EVIDENCE_FILE).read_bytes())
    assert [pact.published for pact in kept.pacts] == [True]
    assert run(["publish", "evidence", EVIDENCE_FILE, "-b", hub.url]) == 3
    assert hub.paths.count(("POST", "/results")) == 1


def test_a_broker_without_a_place_for_reports_takes_the_results_alone(
    verify: Callable[..., int], broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = broker(GOOD)
    assert verify("-b", hub.url, *PUBLISH) == 0
    assert "takes no evidence documents" in capsys.readouterr().out
    assert not Path(EVIDENCE_FILE).exists()


def test_headers_for_the_hub_reach_it_from_the_verifier_too(verify: Callable[..., int], broker: Broker) -> None:
    hub = broker(GOOD)
    assert verify("-b", hub.url, "--custom-header", "X-Tenant: one") == 0
    assert {asked.headers.get("x-tenant") for asked in hub.asked} == {"one"}


def test_a_hub_that_fails_while_it_is_asked_is_no_long_wait(
    verify: Callable[..., int], broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier by itself would ask eight times, for more than a minute."""
    hub = broker(GOOD)
    hub.answers[("GET", "/pact")] = [(500, b"{}", {})]
    assert verify("-b", hub.url, "--retries", "0", "--timeout", "40") == 3
    assert "The hub answered 500 to GET" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        ('{"provider": 7}', "/provider"),
        (None, "says no version"),
    ],
)
def test_a_file_that_is_no_evidence_is_refused(
    verify: Callable[..., int],
    pact_file: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    words: str,
) -> None:
    if content is None:
        assert verify("--pact", pact_file(GOOD), "--evidence", "it.json") == 0
    else:
        Path("it.json").write_text(content, encoding="utf-8")
    assert run(["publish", "evidence", "it.json", "-b", "http://127.0.0.1:1"]) == 3
    assert words in capsys.readouterr().err


def test_what_only_a_plugin_understands_is_told_and_never_published_as_verified(
    verify: Callable[..., int], broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = broker(GOOD, {**GOOD, "description": "a call", "pluginConfiguration": {"protobuf": {}}})
    document = json.loads(hub.answers[("GET", "/pact")][0][1])
    document["metadata"]["plugins"] = [{"name": "protobuf", "version": "0.3"}]
    hub.answers[("GET", "/pact")] = [(200, json.dumps(document).encode(), {})]
    assert verify("-b", hub.url, *PUBLISH) == 3
    out = capsys.readouterr().out
    assert "“a call” can't be verified here" in out
    assert "web: " in out
    assert ("POST", "/results") not in hub.paths


def test_plugins_in_files(verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, Any] = pact(GOOD)
    document["metadata"]["plugins"] = [{"name": "protobuf", "version": "0.3"}]
    file = tmp_path / "opaque.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert verify("--pact", str(file)) == 3
    assert "only a plugin understands it" in capsys.readouterr().out


def test_a_secret_that_the_provider_sends_back_is_in_no_evidence(
    tmp_path: Path, pact_file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Echoing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps({"id": self.headers["Authorization"]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    monkeypatch.chdir(tmp_path)
    with serving(Echoing) as url:
        arguments = ("--pact", pact_file(GOOD), "--header", 'Authorization: Bearer s3cr"et', "--evidence", "e.json")
        code = run(["verify", "provider", "orders", "--provider-base-url", url, *arguments])
    text = Path("e.json").read_text()
    assert (code, "s3cr" in text) == (1, False)
    assert "mismatches" in text


def test_megabytes_that_the_provider_answers_are_cut(
    pact_file: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Talkative(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps({"id": "x" * 3_000_000}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    monkeypatch.chdir(tmp_path)
    with serving(Talkative) as url:
        arguments = ("--provider-base-url", url, "--pact", pact_file(GOOD), "--evidence", "e.json")
        assert run(["verify", "provider", "orders", *arguments]) == 1
    text = Path("e.json").read_text()
    assert len(text) < 100_000
    assert "3,000,0" in text
