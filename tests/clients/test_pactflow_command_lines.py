"""``pactflow publish-provider-contract`` of both official command lines, unchanged, against a hub on a real socket."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.access import Access, Role, account, token_entry, tokens_from
from contracthub.web.settings import Settings
from tests.clients.command_line import Broker
from tests.clients.conftest import RUST_PACTFLOW, ruby_pactflow
from tests.conftest import LiveHub
from tests.web.api.offers import CHANGED, OPENAPI

# Each call starts an interpreter.
pytestmark = pytest.mark.timeout(240)

COMMAND = "publish-provider-contract"
OF = ("--provider", "mercatrix", "--provider-app-version", "1")
READ = "/contracts/bi-directional/provider/mercatrix/version/1"
RESULTS = b"12 checks, 1 failed: caf\xc3\xa9\n"
TOKEN = "cht_of-the-build"


@pytest.fixture
def rust(database_url: str, start_hub: Callable[[str], LiveHub], pacts: Path) -> Broker:
    """The newest command line, in Rust, on both databases."""
    return Broker(start_hub(database_url), with_files(pacts), RUST_PACTFLOW)


@pytest.fixture
def ruby(live_hub: LiveHub, pacts: Path) -> Broker:
    """The last command line in Ruby."""
    return Broker(live_hub, with_files(pacts), ruby_pactflow())


@pytest.fixture(params=["rust", "ruby"])
def either(request: pytest.FixtureRequest, live_hub: LiveHub, pacts: Path) -> Broker:
    """One after the other."""
    return Broker(live_hub, with_files(pacts), RUST_PACTFLOW if request.param == "rust" else ruby_pactflow())


@pytest.fixture(params=["rust", "ruby"])
def closed(request: pytest.FixtureRequest, sqlite_url: str, pacts: Path) -> Iterator[Broker]:
    """The same with a hub that asks for credentials."""
    access = Access((account("ann", "s3cret/ü", Role.WRITE),), tokens_from(token_entry("build", Role.WRITE, TOKEN)))
    hub = LiveHub.start(sqlite_url, settings=Settings(access=access))
    yield Broker(hub, with_files(pacts), RUST_PACTFLOW if request.param == "rust" else ruby_pactflow())
    hub.stop()


def with_files(folder: Path) -> Path:
    files = {"oas.yml": OPENAPI, "changed.yml": CHANGED, "report.txt": RESULTS, "broken.yml": b"openapi: 3.1.0\n"}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    for name, body in (files | {"oas.json": json.dumps(document).encode()}).items():
        (folder / name).write_bytes(body)
    return folder


def arrived(hub: LiveHub) -> Any:
    answer = hub.get(f"{READ}/provider-contract")
    assert answer.status_code == 200, answer.text
    return answer.json()


def content(hub: LiveHub) -> bytes:
    return base64.b64decode(arrived(hub)["content"])


def test_everything_that_is_said_arrives(either: Broker) -> None:
    told = either.run(
        *(COMMAND, "oas.yml", *OF, "--branch", "feat/x", "--tag", "dev", "--build-url", "https://ci.example/1"),
        *("--content-type", "application/yml", "--verification-success", "--verification-results", "report.txt"),
        *("--verification-results-content-type", "text/plain", "--verification-results-format", "text"),
        *("--verifier", "my tool", "--verifier-version", "1.0"),
    )
    assert "Created mercatrix version 1 with branch feat/x and tags dev" in told
    assert "Provider contract openapi of mercatrix version 1 published." in told
    it = arrived(either.hub)
    assert base64.b64decode(it["content"]) == OPENAPI
    assert (it["specification"], it["contentType"]) == ("oas", "application/yml")
    results = either.hub.get(f"{READ}/provider-contract-verification-results").json()
    assert base64.b64decode(results["content"]) == RESULTS
    assert results["verificationStatus"] == "success"
    assert it["selfVerificationResults"] == {
        "success": True,
        "contentType": "text/plain",
        "format": "text",
        "verifier": "my tool",
        "verifierVersion": "1.0",
    }
    version = either.version("mercatrix", "1")
    assert version["buildUrl"] == "https://ci.example/1"
    assert [each["name"] for each in version["_embedded"]["branchVersions"]] == ["feat/x"]
    assert [each["name"] for each in version["_embedded"]["tags"]] == ["dev"]


@pytest.mark.parametrize(
    ("said", "success"),
    [
        (("--verification-success",), True),
        (("--no-verification-success",), False),
        (("--verification-exit-code", "0"), True),
        (("--verification-exit-code", "3"), False),
    ],
)
def test_how_the_self_verification_ended(either: Broker, said: tuple[str, ...], success: bool) -> None:
    either.run(COMMAND, "oas.yml", *OF, "--verifier", "x", *said)
    assert arrived(either.hub)["selfVerificationResults"] == {"success": success, "verifier": "x"}


def test_nothing_is_said_of_a_self_verification(either: Broker) -> None:
    either.run(COMMAND, "oas.yml", *OF)
    assert "selfVerificationResults" not in arrived(either.hub)
    results = either.hub.get(f"{READ}/provider-contract-verification-results").json()
    assert results["verificationStatus"] == "unknown"


def test_the_ruby_client_says_success_alone(ruby: Broker) -> None:
    ruby.run(COMMAND, "oas.yml", *OF, "--no-verification-success")
    assert arrived(ruby.hub)["selfVerificationResults"] == {"success": False}


def test_json_without_a_content_type(ruby: Broker) -> None:
    ruby.run(COMMAND, "oas.json", *OF)
    assert arrived(ruby.hub)["contentType"] == "application/json"


def test_the_same_version_again_is_no_error(rust: Broker) -> None:
    rust.run(COMMAND, "oas.yml", *OF, "--branch", "main")
    assert "is published already, byte for byte" in rust.run(COMMAND, "oas.yml", *OF, "--branch", "main")
    assert "overwritten" in rust.run(COMMAND, "changed.yml", *OF, "--branch", "main")
    assert content(rust.hub) == CHANGED


def test_the_answer_as_json(ruby: Broker) -> None:
    # The client in Rust prints none of it.
    told = ruby.json(COMMAND, "oas.yml", *OF, "--branch", "main", "--tag", "dev")
    assert told["_embedded"]["version"]["number"] == "1"
    assert [each["name"] for each in told["_links"]["pb:pacticipant-version-tags"]] == ["dev"]
    assert told["_links"]["pb:branch-version"]["href"].endswith("/branches/main/versions/1")


def test_what_is_wrong_ends_the_command(either: Broker) -> None:
    for name in ("broken.yml", "report.txt"):
        assert "400" in either.run(COMMAND, name, *OF, code=1)
    assert either.hub.get("/pacticipants/mercatrix").status_code == 404


def test_what_is_wrong_is_told(ruby: Broker) -> None:
    # The client in Rust tells the status and nothing of the body.
    assert r"\"info\" is a required property" in ruby.run(COMMAND, "broken.yml", *OF, code=1)


def test_the_old_api(ruby: Broker) -> None:
    said = ("--verification-success", "--verification-results", "report.txt", "--verifier", "x")
    told = ruby.run(
        *(COMMAND, "oas.yml", *OF, "--branch", "main", "--tag", "dev", *said),
        pactflow_features="publish_provider_contracts_using_old_api",
    )
    assert "Successfully published provider contract for mercatrix version 1" in told
    assert f"{ruby.hub.url}/pacticipants/mercatrix" in told
    assert content(ruby.hub) == OPENAPI
    assert arrived(ruby.hub)["selfVerificationResults"] == {"success": True, "verifier": "x"}
    results = ruby.hub.get(f"{READ}/provider-contract-verification-results").json()
    assert base64.b64decode(results["content"]) == RESULTS
    version = ruby.version("mercatrix", "1")["_embedded"]
    assert [each["name"] for each in version["branchVersions"]] == ["main"]
    assert [each["name"] for each in version["tags"]] == ["dev"]


def test_credentials(closed: Broker) -> None:
    publish = (COMMAND, "oas.yml", *OF)
    for refused in ((), ("-k", "cht_wrong")):
        closed.run(*publish, *refused, code=1)
    for good in (("-u", "ann", "-p", "s3cret/ü"), ("-k", TOKEN)):
        assert "mercatrix version 1" in closed.run(*publish, *good)
