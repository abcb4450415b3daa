"""`contracthub verify provider` against a real provider with the real verifier, from local files and from a broker."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from tests.cli.stub_hub import StubHub, serving, stub_hub
from tests.verification.conftest import BAD, GOOD, interaction, pact

Verify = Callable[..., tuple[int, str, str]]
PactFile = Callable[..., str]
Broker = Callable[..., StubHub]


@pytest.fixture
def verify(provider_url: str, capsys: pytest.CaptureFixture[str]) -> Verify:
    def ran(*arguments: str) -> tuple[int, str, str]:
        code = run(["verify", "provider", "orders", "--provider-base-url", provider_url, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


def test_a_provider_that_meets_its_contracts(verify: Verify, pact_file: PactFile) -> None:
    code, out, _ = verify("--pact", pact_file(GOOD))
    assert (code, out.splitlines()[0], out.splitlines()[-1]) == (
        0,
        "web → orders",
        "orders meets its contracts (1 passed, 0 failed).",
    )


def test_a_provider_that_breaks_one_shows_the_difference(verify: Verify, pact_file: PactFile) -> None:
    code, out, _ = verify("--pact", pact_file(GOOD, BAD), "-o", "json")
    document = json.loads(out)
    broken, fine = sorted(document["interactions"], key=lambda one: one["success"])
    assert (code, document["outcome"], fine["mismatches"]) == (1, "failed", [])
    (mismatch,) = broken["mismatches"]
    assert (mismatch["attribute"], mismatch["identifier"]) == ("body", "$.id")
    assert (mismatch["expected"], mismatch["actual"]) == ("1", '"seven"')


def test_a_folder_holds_several_consumers(verify: Verify, pact_file: PactFile) -> None:
    folder = str(Path(pact_file(GOOD)).parent)
    pact_file(GOOD, consumer="app")
    code, out, _ = verify("--pact", folder, "-o", "json")
    assert (code, sorted(one["consumer"] for one in json.loads(out)["interactions"])) == (0, ["app", "web"])


def test_a_pending_failure_does_not_fail(verify: Verify, pact_file: PactFile) -> None:
    code, out, _ = verify("--pact", pact_file(GOOD, interaction("soon", "/broken", pending=True)))
    assert (code, "pending soon" in out) == (0, True)


def test_nothing_verified_is_never_a_success(verify: Verify, pact_file: PactFile) -> None:
    code, out, _ = verify("--pact", pact_file(GOOD), "--filter-consumer", "nobody")
    assert (code, "Nothing was verified" in out) == (3, True)


def test_states_and_headers_reach_the_provider(
    verify: Verify, pact_file: PactFile, provider_url: str, state_changes: list[Any]
) -> None:
    file = pact_file(interaction("get a guarded order", "/guarded", state="the door is open"))
    url = f"{provider_url}/_state"
    code, _, _ = verify("--pact", file, "--state-url", url, "--state-teardown", "--header", "X-Key: open")
    assert code == 0
    bodies = [body for _, path, body in state_changes if path == "/_state"]
    named = [(body["state"], body["action"], body["params"]) for body in bodies if body["state"]]
    assert named == [("the door is open", "setup", {"n": 1}), ("the door is open", "teardown", {"n": 1})]


def test_the_hub_is_told_which_pacts_are_wanted(verify: Verify, broker: Broker) -> None:
    hub = broker(GOOD)
    code, out, _ = verify(
        "-b", hub.url, "-k", "t0ken", "--provider-branch", "main", "--include-wip-pacts-since", "2026-01-01"
    )
    assert (code, "The pact is being verified because it is new." in out, "afterwards" in out) == (0, True, False)
    asked = hub.one("POST", "/pacts/provider/orders/for-verification")
    assert asked.headers["authorization"] == "Bearer t0ken"
    assert asked.document == {
        "includePendingStatus": True,
        "includeWipPactsSince": "2026-01-01",
        "providerVersionBranch": "main",
        "consumerVersionSelectors": [{"mainBranch": True}, {"matchingBranch": True}, {"deployedOrReleased": True}],
    }
    assert ("POST", "/results") not in hub.paths


def test_selectors_that_are_given_replace_the_usual_ones(verify: Verify, broker: Broker) -> None:
    hub = broker(GOOD)
    selectors = ('{"consumer": "web", "branch": "x"}', '[{"environment": "prod"}, {"tag": "t", "latest": true}]')
    given = [word for text in selectors for word in ("--consumer-version-selector", text)]
    assert verify("-b", hub.url, "-u", "me", "-p", "pass", "--no-enable-pending", *given)[0] == 0
    asked = hub.one("POST", "/pacts/provider/orders/for-verification")
    assert asked.headers["authorization"] == "Basic bWU6cGFzcw=="
    assert asked.document == {
        "includePendingStatus": False,
        "consumerVersionSelectors": [
            {"consumer": "web", "branch": "x"},
            {"environment": "prod"},
            {"tag": "t", "latest": True},
        ],
    }


PUBLISH = (
    "--publish",
    "-e",
    "2.0.0",
    "--provider-branch",
    "main",
    "--provider-tag",
    "prod",
    "--build-url",
    "http://ci/1",
)


def test_every_tested_interaction_is_published(verify: Verify, broker: Broker) -> None:
    hub = broker(GOOD, BAD)
    code, _, _ = verify("-b", hub.url, *PUBLISH)
    document = hub.one("POST", "/results").document
    assert (code, document["success"], document["providerApplicationVersion"]) == (1, False, "2.0.0")
    assert {one["interactionId"]: one["success"] for one in document["testResults"]} == {"id0": True, "id1": False}
    assert document["buildUrl"] == "http://ci/1"
    assert ("PUT", "/pacticipants/orders/branches/main/versions/2.0.0") in hub.paths
    assert ("PUT", "/pacticipants/orders/versions/2.0.0/tags/prod") in hub.paths


def test_published_results_are_said_to_be(verify: Verify, broker: Broker) -> None:
    hub = broker(GOOD)
    code, out, _ = verify("-b", hub.url, *PUBLISH)
    assert (code, out.splitlines()[-1]) == (
        0,
        "orders 2.0.0 meets its contracts (1 passed, 0 failed). Results are published.",
    )


def test_results_that_the_hub_refuses_are_no_success(verify: Verify, broker: Broker) -> None:
    code, out, _ = verify("-b", broker(GOOD, results=400).url, *PUBLISH)
    assert (code, "could NOT be published" in out) == (3, True)


def test_a_hub_without_pacts_is_no_success(verify: Verify, broker: Broker) -> None:
    code, out, _ = verify("-b", broker().url)
    assert (code, "Nothing was verified" in out) == (3, True)


def test_a_pact_that_is_pending_at_the_hub_does_not_fail(verify: Verify, broker: Broker) -> None:
    code, out, _ = verify("-b", broker(BAD, pending=True).url)
    assert (code, "1 pending failed" in out) == (0, True)


def test_a_hub_that_is_away_is_named(verify: Verify) -> None:
    code, _, err = verify("-b", "http://127.0.0.1:1", "--retries", "0")
    assert (code, "Could not reach http://127.0.0.1:1" in err) == (3, True)


def test_a_provider_that_is_away_is_named(pact_file: PactFile, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["verify", "provider", "orders", "--provider-base-url", "http://127.0.0.1:1", "--pact", pact_file(GOOD)])
    assert (code, "The provider does not answer at http://127.0.0.1:1" in capsys.readouterr().err) == (3, True)


def test_the_deadline_stops_the_child(verify: Verify, pact_file: PactFile) -> None:
    code, _, err = verify("--pact", pact_file(GOOD), "--timeout", "0.01")
    assert (code, "its deadline (--timeout)" in err) == (3, True)


def test_messages_are_asked_for_at_their_own_address(
    verify: Verify, pact_file: PactFile, provider_url: str, state_changes: list[Any]
) -> None:
    message = {
        "type": "Asynchronous/Messages",
        "description": "an order was placed",
        "contents": {"content": {}, "contentType": "application/json", "encoded": False},
    }
    code, _, _ = verify("--pact", pact_file(GOOD, message), "--message-url", f"{provider_url}/_messages")
    assert code == 0
    [(_, path, body)] = state_changes
    assert (path, body["description"]) == ("/_messages", "an order was placed")


def test_where_messages_were_asked_for_is_told_when_they_fail_and_nobody_said_where(
    verify: Verify, pact_file: PactFile, provider_url: str
) -> None:
    message = {
        "type": "Asynchronous/Messages",
        "description": "an order was placed",
        "metadata": {"key": "k"},
        "contents": {"content": {"id": 1}, "contentType": "application/json", "encoded": False},
    }
    code, out, _ = verify("--pact", pact_file(GOOD, message))
    assert code == 1
    assert f"asked for with POST at {provider_url}, the address of the provider itself: --message-url says" in out
    code, out, _ = verify("--pact", pact_file(GOOD, message), "--message-url", f"{provider_url}/_messages")
    assert code == 1
    assert "--message-url" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--pact", "missing.json"],
        ["--pact", ".", "--publish", "-e", "1"],
        ["--pact-url", "missing.json"],
        ["--pact-url", "ftp://127.0.0.1/pact.json"],
        ["--pact-url", "http://127.0.0.1:1/pact", "--pact", ".", "--publish", "-e", "1"],
        ["--pact-url", "http://127.0.0.1:1/pact", "--publish"],
        ["-b", "http://hub", "--publish"],
        ["-b", "http://hub", "--consumer-version-selector", "{"],
        ["-b", "http://hub", "--consumer-version-selector", "1"],
        ["-b", "http://hub", "--consumer-version-selector", "{}"],
        ["-b", "http://hub", "--consumer-version-selector", '{"mainbranch": true}'],
        ["-b", "http://hub", "--include-wip-pacts-since", "yesterday"],
        ["--pact", ".", "--header", "no colon"],
        ["--pact", ".", "--provider-base-url", "localhost:80"],
        ["--pact", ".", "--timeout", "0"],
        ["--pact", ".", "--state-url", "nonsense"],
        ["--pact", ".", "--message-url", "nonsense"],
        ["--pact", ".", "--message-url", "http://elsewhere.test/messages"],
    ],
)
def test_a_request_without_sense_is_a_usage_error(verify: Verify, arguments: list[str]) -> None:
    assert verify(*arguments)[0] == 2


def test_a_folder_without_pacts_is_named(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = verify("--pact", "empty")
    assert (code, "empty: holds no JSON files" in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "x.json: is not JSON: "), ('{"a": 1}', "x.json: has no consumer.name, so it is no pact")],
)
def test_a_file_that_is_no_pact_is_named_with_what_is_wrong(
    verify: Verify, tmp_path: Path, content: str, words: str
) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    code, out, err = verify("--pact", "x.json")
    assert (code, out, words in err) == (3, "", True)


def test_a_pact_by_its_address_needs_no_hub(verify: Verify) -> None:
    with stub_hub() as elsewhere:
        elsewhere.answer("GET", "/my/pact", pact(GOOD) | {"_links": {"self": {"href": "http://127.0.0.1:1"}}})
        address = f"{elsewhere.url.replace('http://', 'http://name:s3cret@')}/my/pact?x=1"
        code, out, _ = verify("--pact-url", address, "-o", "json")
        asked = elsewhere.one("GET", "/my/pact")
    assert (code, json.loads(out)["source"], "s3cret" in out) == (0, f"{elsewhere.url}/my/pact?x=1", False)
    assert (asked.query, asked.headers["authorization"]) == ([("x", "1")], "Basic bmFtZTpzM2NyZXQ=")


def test_the_token_of_the_hub_goes_to_no_other_address(verify: Verify, pact_file: PactFile) -> None:
    with stub_hub() as hub, stub_hub() as elsewhere:
        hub.answer("GET", "/its", pact(GOOD))
        elsewhere.answer("GET", "/other", pact(BAD))
        addresses = ("--pact-url", f"{hub.url}/its", "--pact-url", f"{elsewhere.url}/other")
        code, out, _ = verify("-b", hub.url, "-k", "s3cret", *addresses, "--pact-url", pact_file(GOOD))
        sent = [one.headers.get("authorization") for one in (hub.one("GET", "/its"), elsewhere.one("GET", "/other"))]
    assert (code, out.splitlines()[-1]) == (1, "orders breaks its contracts (2 passed, 1 failed).")
    assert sent == ["Bearer s3cret", None]


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b"[]", b'{"consumer": 1, "provider": {"name": "orders"}}'])
def test_an_address_with_something_else_is_no_pact(verify: Verify, answer: bytes) -> None:
    with stub_hub() as elsewhere:
        elsewhere.answer("GET", "/pact", answer)
        code, _, err = verify("--pact-url", f"{elsewhere.url.replace('http://', 'http://name:s3cret@')}/pact")
    assert (code, "s3cret" in err, f"{elsewhere.url}/pact" in err) == (3, False, True)


def test_a_part_of_a_pact_is_never_published_as_the_whole(verify: Verify, broker: Broker) -> None:
    """The hub knows results of pacts only: of one interaction that passed it would make a provider that keeps all."""
    hub = broker(GOOD, BAD)
    code, _, err = verify("-b", hub.url, *PUBLISH, "--filter-description", "get an order")
    assert (code, "--filter-description can't be published" in err) == (2, True)
    assert ("POST", "/results") not in hub.paths


def test_a_filter_that_is_no_regular_expression_is_suspected(verify: Verify, pact_file: PactFile) -> None:
    code, out, _ = verify("--pact", pact_file(GOOD), "--filter-description", "(")
    assert (code, "Is --filter-description a regular expression?" in out) == (3, True)


def test_a_state_that_can_not_be_set_up_is_asked_for_once_and_told_with_its_reason(
    verify: Verify, pact_file: PactFile
) -> None:
    """The verifier by itself would ask eight times, for a minute, and not say why: the deadline would come first."""
    asked: list[bytes] = []

    class Broken(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(500)
            self.end_headers()
            self.wfile.write(b"the database is away")

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    file = pact_file(interaction("get a guarded order", "/guarded", state="the door is open"))
    with serving(Broken) as url:
        code, out, _ = verify("--pact", file, "--state-url", url, "--timeout", "40")
    words = " ".join(out.split())
    reason = f"the door is open: {url} could not change it: HTTP status 500 the database is away"
    assert (code, len(asked), reason in words) == (1, 1, True)


def test_a_state_url_where_nobody_listens_is_no_verdict_on_the_provider(verify: Verify, pact_file: PactFile) -> None:
    code, _, err = verify("--pact", pact_file(GOOD), "--state-url", "http://127.0.0.1:1/states")
    assert (code, "The state URL does not answer at http://127.0.0.1:1/states" in err) == (3, True)


def test_a_provider_that_drops_the_connection_fails_and_it_is_said_how(verify: Verify, pact_file: PactFile) -> None:
    class Dropping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    with serving(Dropping) as url:
        code, out, _ = verify("--pact", pact_file(GOOD), "--provider-base-url", url)
    assert (code, "the connection broke" in out) == (1, True)


def test_modules_in_the_working_directory_are_not_taken_for_the_verifier(verify: Verify, pact_file: PactFile) -> None:
    Path("pact.py").write_text("raise SystemExit('a module of the project')", encoding="utf-8")
    assert verify("--pact", pact_file(GOOD))[0] == 0


class KnowsNoState(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(501 if b"moon" in asked else 204)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def test_a_pending_interaction_without_its_state_has_not_failed(verify: Verify, pact_file: PactFile) -> None:
    file = pact_file(GOOD, interaction("another", "/orders/1", pending=True, state="the moon is full"))
    with serving(KnowsNoState) as url:
        code, out, _ = verify("--pact", file, "--state-url", url)
    assert code == 0
    assert "pending, no state another (given the moon is full)" in out
    assert "(1 passed, 0 failed, 1 pending without their provider state)" in out
