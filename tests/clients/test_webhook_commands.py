"""Webhooks as the official command lines make them, in Rust and in Ruby, to a receiver that is really called."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracthub.outbound.guarded_http import GuardedHttp
from contracthub.services.hub import Rules
from contracthub.services.webhook_worker import DeliveryWorker
from contracthub.web.settings import Settings
from tests.clients.command_line import Broker
from tests.clients.conftest import RUST, ruby_program
from tests.conftest import LiveHub
from tests.outbound.receivers import Received, Receiver, receiving
from tests.services.webhook_rows import HASTY, hub_over


@dataclass
class Caller:
    """A command line, a hub that calls, and the receiver of its calls."""

    cli: Broker
    receiver: Receiver

    def call(self, *arguments: str, code: int = 0) -> str:
        return self.cli.run(*arguments, code=code)

    def webhooks(self) -> list[dict[str, Any]]:
        """All webhooks of the hub, in full."""
        links = self.cli.hub.get("/webhooks").json()["_links"]["pb:webhooks"]
        return [self.cli.hub.get(link["href"].removeprefix(self.cli.hub.url)).json() for link in links]

    def received(self, most: int = 1) -> list[Received]:
        """What arrived, as soon as so much has."""
        pause = threading.Event()
        for _ in range(1500):
            if len(self.receiver.received) >= most:
                break
            pause.wait(0.02)
        return self.receiver.received


@pytest.fixture(params=["rust-sqlite", "rust-postgresql", "ruby-sqlite"])
def caller(request: pytest.FixtureRequest, pacts: Path) -> Iterator[Caller]:
    client, _, database = request.param.partition("-")
    program = RUST if client == "rust" else ruby_program()
    sender = GuardedHttp()
    settings = Settings(rules=Rules(webhooks=HASTY))
    hub = LiveHub.start(request.getfixturevalue(f"{database}_url"), settings=settings, sender=sender)
    worker = DeliveryWorker(hub_over(hub.database), sender, poll_seconds=0.02)
    worker.start()
    with receiving() as receiver:
        yield Caller(Broker(hub, pacts, program), receiver)
        worker.stop()
    hub.stop()


def test_a_webhook_from_the_first_to_the_last_command(caller: Caller) -> None:
    cli = caller.cli
    cli.run("publish", cli.pact("web", "orders"), "-a", "1", "--branch", "main")
    to = f"{caller.receiver.url}/build"
    body = '{"pact": "${pactbroker.pactUrl}", "who": "${pactbroker.consumerName}"}'
    told = caller.call(
        *("create-webhook", to, "-X", "POST", "-d", body, "--user", "me:secret", "--description", "build orders"),
        *("-H", "X-Team: orders", "Content-Type: application/json"),
        *("--consumer", "web", "--provider", "orders"),
        *("--contract-content-changed", "--provider-verification-failed"),
    )
    assert "build orders" in told
    (made,) = caller.webhooks()
    assert made["request"] == {
        "method": "POST",
        "url": to,
        "headers": {"X-Team": "orders", "Content-Type": "application/json"},
        "body": json.loads(body),
        "username": "me",
        "password": "**********",
    }
    assert [event["name"] for event in made["events"]] == ["contract_content_changed", "provider_verification_failed"]
    assert (made["consumer"], made["provider"]) == ({"name": "web"}, {"name": "orders"})
    which = ("--uuid", made["_links"]["self"]["href"].rpartition("/")[2])
    assert "HTTP/1.1 200" in caller.call("test-webhook", *which)
    tried = caller.received()[0]
    assert (tried.method, tried.path, tried.headers["x-team"]) == ("POST", "/build", "orders")
    assert tried.headers["authorization"] == "Basic bWU6c2VjcmV0"
    cli.run("publish", cli.pact("web", "orders", "/changed"), "-a", "2", "--branch", "main")
    sent = json.loads(caller.received(2)[1].body)
    assert sent["who"] == "web"
    assert cli.hub.get(sent["pact"].removeprefix(cli.hub.url)).json()["interactions"][0]["description"] == "/changed"


def test_create_or_update_a_webhook(caller: Caller) -> None:
    which = ("--uuid", str(uuid4()))
    body = "plain ${pactbroker.providerName}"
    (caller.cli.folder / "body.txt").write_text(body)
    # The client in Rust sends what it is told, not what is in a file.
    data = body if caller.cli.program == RUST else "@body.txt"
    for path, events in (
        ("/one", ("--contract-published", "--contract-requiring-verification-published")),
        ("/two", ("--provider-verification-published", "--provider-verification-succeeded")),
    ):
        caller.call(
            *("create-or-update-webhook", caller.receiver.url + path, *which, "-X", "POST", "-d", data),
            *("--consumer-label", "fronts", "--provider-label", "backs", "--team-uuid", str(uuid4()), *events),
        )
        (found,) = caller.webhooks()
        assert found["request"]["url"].endswith(path)
        assert found["request"]["body"] == body
        assert {event["name"] for event in found["events"]} == {name[2:].replace("-", "_") for name in events}
        assert (found["consumer"], found["provider"]) == ({"label": "fronts"}, {"label": "backs"})


@pytest.mark.parametrize(
    ("address", "more", "told"),
    [
        ("https://10.0.0.1/x", ("-X", "POST"), "scheme must be http"),
        ("http://127.0.0.1/x", ("-X", "DELETE"), "must be POST"),
        ("http://127.0.0.1/x", ("-X", "POST", "--consumer", "nobody"), "does not match an existing pacticipant"),
    ],
    ids=["scheme", "method", "consumer"],
)
def test_what_the_hub_refuses_the_client_tells(caller: Caller, address: str, more: tuple[str, ...], told: str) -> None:
    refused = caller.call("create-webhook", address, *more, "-d", "x", "--contract-published", code=1)
    assert re.search(told, refused)
    assert caller.cli.hub.get("/webhooks").json()["_links"]["pb:webhooks"] == []


@pytest.mark.parametrize("caller", ["rust-sqlite", "rust-postgresql"], indirect=True)
def test_delete_a_webhook(caller: Caller) -> None:
    which = ("--uuid", str(uuid4()))
    caller.call("create-or-update-webhook", caller.receiver.url, *which, "-X", "POST", "--contract-published")
    assert "successfully deleted" in caller.call("delete-webhook", *which)
    assert caller.cli.hub.get("/webhooks").json()["_links"]["pb:webhooks"] == []
    assert "was not found" in caller.call("delete-webhook", *which)
    caller.call("test-webhook", *which, code=1)
