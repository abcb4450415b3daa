"""The official command line (Rust): the options and commands that are seldom used, on both databases."""

import json
import subprocess
from uuid import UUID

import pytest

from tests.clients.command_line import Broker


def test_publish_validated_with_build_url(broker: Broker) -> None:
    name = broker.pact("web", "orders")
    publish = ("publish", name, "-a", "1", "--branch", "main", "--build-url", "https://ci.example/1")
    told = broker.run(*publish, "--validate", "--strict", "--output", "json")
    assert "/pacts/provider/orders/consumer/web/version/1" in told
    assert broker.version("web", "1")["buildUrl"] == "https://ci.example/1"
    assert "no content changes" in broker.run(*publish, "--merge")
    broker.pact("web", "orders", "/other")
    assert "Cannot change the content" in broker.run(*publish, "--merge", code=1)


def test_publish_with_what_git_says(broker: Broker) -> None:
    name = broker.pact("web", "orders")

    def git(*command: str) -> str:
        ran = subprocess.run(["git", *command], cwd=broker.folder, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    git("init", "--initial-branch", "feat/x")
    git("-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "--allow-empty", "--message", "first")
    revision = git("rev-parse", "HEAD")
    broker.run("publish", name, "--auto-detect-version-properties", "--tag-with-git-branch")
    found = broker.version("web", revision)["_embedded"]
    assert [branch["name"] for branch in found["branchVersions"]] == ["feat/x"]
    # This client takes the commit for the branch here; the hub keeps what it is sent.
    assert [tag["name"] for tag in found["tags"]] == [revision]


def test_download_pacts(broker: Broker) -> None:
    for number in ("1", "2"):
        broker.run("publish", broker.pact("web", "orders", f"/{number}"), "-a", number, "--branch", "main")
    broker.run("get-pacts", "--provider", "orders", "--download", "--download-dir", "fetched")
    fetched = {path.name: json.loads(path.read_text()) for path in (broker.folder / "fetched").iterdir()}
    assert {name: pact["interactions"][0]["description"] for name, pact in fetched.items()} == {
        "web-orders-1.json": "/1",
        "web-orders-2.json": "/2",
    }


def test_an_environment_from_beginning_to_end(broker: Broker) -> None:
    contact = ("--contact-name", "Ann", "--contact-email-address", "ann@shop.example")
    created = broker.json("create-environment", "--name", "uat", "--display-name", "UAT", *contact)
    which = ("--uuid", created["uuid"])
    described = broker.run("describe-environment", *which)
    assert "Name: uat" in described
    assert "Name: Ann" in described
    assert created["contacts"] == [{"name": "Ann", "details": {"emailAddress": "ann@shop.example"}}]
    change = ("--name", "uat2", "--display-name", "Second", "--production", "--contact-name", "Bob")
    assert "Updated uat2 environment" in broker.run("update-environment", *which, *change)
    found = broker.json("describe-environment", *which)
    assert (found["name"], found["displayName"], found["production"]) == ("uat2", "Second", True)
    assert found["contacts"][0]["name"] == "Bob"
    assert "deleted successfully" in broker.run("delete-environment", *which)
    assert "404" in broker.run("delete-environment", *which, code=1)
    broker.run("describe-environment", *which, code=1)


def test_every_way_to_name_a_version_to_the_gate(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main", "-t", "dev")
    broker.run("create-or-update-pacticipant", "--name", "web", "--main-branch", "main")
    ways = (
        ("-e", "1"),
        ("--latest",),
        ("--latest", "dev"),
        ("--latest", "--tag", "dev"),
        ("--branch", "main"),
        ("--main-branch",),
    )
    to = ("--to-environment", "production")
    for way in ways:
        assert "Computer says no" in broker.run("can-i-deploy", "-a", "web", *way, *to, code=1), way
        assert "Computer says yes" in broker.run("can-i-deploy", "-a", "web", *way, *to, "--ignore", "orders"), way
    broker.verified("orders", "7", "web", "1", branch="main")
    broker.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "production")
    broker.run("create-version-tag", "-a", "orders", "-e", "7", "-t", "prod")
    for way in ways:
        assert "Computer says yes" in broker.run("can-i-deploy", "-a", "web", *way, *to), way
        assert "Computer says yes" in broker.run("can-i-deploy", "-a", "web", *way, "--to", "prod"), way


def test_the_gate_is_asked_again_while_unknown(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    again = ("--retry-while-unknown", "1", "--retry-interval", "0")
    broker.run("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "test", *again, code=1)
    broker.run("can-i-merge", "-a", "web", "-e", "1", *again, code=1)
    assert "Dry run" in broker.run("can-i-merge", "-a", "web", "-e", "1", "--dry-run")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("-a", "nobody", "-e", "1", "--to-environment", "test"), "Pacticipant nobody not found"),
        (("-a", "web", "-e", "1", "--to-environment", "nowhere"), "Environment with name 'nowhere' does not exist"),
    ],
    ids=["pacticipant", "environment"],
)
def test_the_gate_says_what_it_does_not_know(broker: Broker, asked: tuple[str, ...], told: str) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    assert told in broker.run("can-i-deploy", *asked, code=1)


def test_versions_in_an_environment(broker: Broker) -> None:
    broker.run("create-or-update-version", "-a", "team/web", "-e", "1/0", "--branch", "feat/x", "-t", "dev")
    found = broker.version("team/web", "1/0")["_embedded"]
    assert [tag["name"] for tag in found["tags"]] == ["dev"]
    broker.run("create-or-update-version", "-a", "team/web", "-e", "2", "--output", "json")
    where = ("--environment", "test")
    broker.run("record-deployment", "-a", "team/web", "-e", "1/0", *where, "--application-instance", "blue")
    broker.run("record-release", "-a", "team/web", "-e", "2", *where, "--output", "json")
    deployed = broker.run("describe-version", "-a", "team/web", *where, "--deployed")
    assert "1/0" in deployed
    assert "blue" in deployed
    released = json.dumps(broker.json("describe-version", "-a", "team/web", *where, "--released"))
    assert '"2"' in released
    assert "1/0" not in released


def test_lists_as_json(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    found = broker.json("list-pacticipants")["_embedded"]["pacticipants"]
    assert [each["name"] for each in found] == ["orders", "web"]
    told = broker.run("provider-states", "list", "--provider", "orders", "--json")
    assert json.loads(told[told.index("{") :]) == {"providerStates": []}


def test_a_uuid_needs_no_hub(broker: Broker) -> None:
    ran = subprocess.run([*broker.program, "generate-uuid"], capture_output=True, text=True, timeout=60, check=True)
    assert UUID(ran.stdout.strip()).version == 4
