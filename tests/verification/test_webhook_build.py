"""The build that a webhook starts: it is told which pact, verifies that one, and its result opens the gate."""

import json
import queue
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from contracthub.domain.access import Access, Role, account, token_entry, tokens_from
from contracthub.outbound.guarded_http import GuardedHttp
from contracthub.services.hub import Rules
from contracthub.services.webhook_worker import DeliveryWorker
from contracthub.web.settings import Settings
from tests.cli.stub_hub import serving, stub_hub
from tests.conftest import LiveHub
from tests.services.webhook_rows import HASTY, hub_over
from tests.verification.conftest import BAD, GOOD, interaction, pact

TOKEN = "a-token-of-a-build-1234567890"
BODY = '{"pact": "${pactbroker.pactUrl}"}'
PACT, PLACE = "/pacts/provider/orders/consumer/web", "pb:publish-verification-results"

Told = Callable[..., int]


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[LiveHub]:
    access = Access((account("ci", "pass:word", Role.WRITE),), tokens_from(token_entry("build", Role.WRITE, TOKEN)))
    rules = Rules(webhooks=HASTY)
    started = LiveHub.start(sqlite_url, settings=Settings(rules=rules, access=access))
    worker = DeliveryWorker(hub_over(started.database), GuardedHttp())
    worker.start()
    yield started
    worker.stop()
    started.stop()


@pytest.fixture
def told(hub: LiveHub) -> Told:
    return lambda *words: run([*words, "-b", hub.url, "-k", TOKEN])


@pytest.fixture
def build() -> Iterator[tuple[str, "queue.Queue[Any]"]]:
    """The address of a CI system, and the bodies that it got."""
    got: queue.Queue[Any] = queue.Queue()

    class Build(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    with serving(Build) as url:
        yield url, got


def provider_build(provider_url: str, address: str, *more: str) -> int:
    where = ("--provider-base-url", provider_url, "--pact-url", address)
    return run(["verify", "provider", "orders", *where, "--publish", "-e", "7", "--provider-branch", "main", *more])


def published(told: Told, pact_file: Callable[..., str], number: str, *interactions: Any) -> None:
    assert told("publish", pact_file(*interactions), "-a", number, "--branch", "main") == 0


def test_the_build_that_a_webhook_starts_opens_the_gate(
    told: Told,
    pact_file: Callable[..., str],
    build: tuple[str, "queue.Queue[Any]"],
    provider_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ci, got = build
    event = "--contract-requiring-verification-published"
    assert told("create-or-update-pacticipant", "--name", "orders", "--main-branch", "main") == 0
    # The event is about what the main branch of the provider has yet to verify.
    assert told("create-or-update-version", "-a", "orders", "-e", "6", "--branch", "main") == 0
    assert told("create-webhook", ci, "--provider", "orders", "-d", BODY, event) == 0
    published(told, pact_file, "1", GOOD)
    address = got.get(timeout=60)["pact"]
    # The newest pact by now: not what the build was started for.
    published(told, pact_file, "2", GOOD, BAD)
    ask = ("can-i-deploy", "-a", "web", "-e", "1", "-a", "orders", "-e", "7")
    assert told(*ask) == 1
    capsys.readouterr()

    code = provider_build(provider_url, address, "-k", TOKEN, "-b", address.partition("/pacts/")[0], "-o", "json")

    document = json.loads(capsys.readouterr().out)
    assert (code, document["source"], len(document["interactions"])) == (0, address, 1)
    assert told(*ask) == 0
    assert told("can-i-deploy", "-a", "web", "-e", "2", "-a", "orders", "-e", "7") == 1
    assert told("describe-version", "-a", "orders", "-e", "7") == 0


def test_a_result_of_the_metadata_s_consumer_version_is_published_through_its_own_link(
    provider_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two addresses of one content differ in their metadata, and so do the links that their results go to."""
    with stub_hub() as hub:
        for at in ("one", "two"):
            links = {PLACE: {"href": f"{hub.url}/metadata/{at}/verification-results"}}
            hub.answer("GET", f"/metadata/{at}", pact(GOOD) | {"_links": links})
            hub.answer("POST", f"/metadata/{at}/verification-results", {}, status=201)
        address = f"{hub.url.replace('http://', 'http://name:s3cret@')}/metadata/two"
        bare = ("--provider-base-url", provider_url, "--publish", "-e", "7")
        code = run(["verify", "provider", "orders", *bare, "--pact-url", address])
        sent = hub.one("POST", "/metadata/two/verification-results")
        paths = hub.paths
    captured = capsys.readouterr()
    assert (code, sent.document["success"], sent.document["providerApplicationVersion"]) == (0, True, "7")
    assert sent.headers["authorization"] == "Basic bmFtZTpzM2NyZXQ="
    assert not [path for _, path in paths if "one" in path]
    assert "s3cret" not in captured.out + captured.err


def test_a_failure_and_a_refused_result_are_told_apart(provider_url: str) -> None:
    with stub_hub() as hub:
        for path, kept, status in (("/broken", BAD, 201), ("/refused", GOOD, 400)):
            links = {PLACE: {"href": f"{hub.url}{path}/results"}}
            hub.answer("GET", path, pact(kept) | {"_links": links})
            hub.answer("POST", f"{path}/results", {"errors": {"": ["no"]}}, status=status)
        bare = ("verify", "provider", "orders", "--provider-base-url", provider_url, "--publish", "-e", "7")
        codes = [run([*bare, "--pact-url", hub.url + path]) for path in ("/broken", "/refused")]
        assert hub.one("POST", "/broken/results").document["success"] is False
    assert codes == [1, 3]


@pytest.mark.parametrize(
    ("links", "provider", "words"),
    [
        ({}, "orders", "has no link pb:publish-verification-results"),
        ({PLACE: "http://elsewhere.test/results"}, "orders", "leads to http://elsewhere.test/results"),
        ({PLACE: "/results", "pb:provider": "http://elsewhere.test/p"}, "orders", "leads to http://elsewhere.test/p"),
        ({PLACE: "/results"}, "billing", "is with the provider billing, not orders"),
    ],
)
def test_without_a_place_of_its_own_nothing_is_verified_and_nothing_sent(
    links: dict[str, str], provider: str, words: str, provider_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with stub_hub() as hub:
        served = {name: {"href": href if "://" in href else hub.url + href} for name, href in links.items()}
        document = pact(interaction("x", "/orders/1")) | {"provider": {"name": provider}, "_links": served}
        hub.answer("GET", "/pact", document)
        code = provider_build(provider_url, f"{hub.url}/pact", "-b", hub.url, "-k", TOKEN)
        paths = hub.paths
    captured = capsys.readouterr()
    assert (code, words in captured.err, paths) == (3, True, [("GET", "/pact")]), captured
    assert TOKEN not in captured.err


def test_a_file_has_no_place_for_results(pact_file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    file = pact_file(GOOD)
    assert Path(file).exists()
    assert provider_build("http://127.0.0.1:1", file) == 2
    assert "is no http(s) address" in capsys.readouterr().err
