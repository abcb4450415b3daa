"""A hub that asks for credentials, and the clients of others with good ones, with wrong ones and without any."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.access import Access, Role, account, token_entry, tokens_from
from contracthub.web.settings import Settings
from tests.clients.command_line import Broker
from tests.clients.conftest import RUST, ruby_program
from tests.clients.orders import Provider, pact
from tests.clients.runs import Runs
from tests.conftest import LiveHub

TOKEN = "cht_of-the-build"
BASIC, BEARER = ("-u", "ann", "-p", "s3cret/ü"), ("-k", TOKEN)
READER, WRONG, NONE = ("-u", "reader", "-p", "r"), ("-k", "cht_wrong"), ()


@pytest.fixture
def closed_hub(sqlite_url: str) -> Iterator[LiveHub]:
    """A hub with an account and a token that may write, and an account that may read."""
    accounts = (account("ann", "s3cret/ü", Role.WRITE), account("reader", "r", Role.READ))
    access = Access(accounts, tokens_from(token_entry("build", Role.WRITE, TOKEN)))
    hub = LiveHub.start(sqlite_url, settings=Settings(access=access))
    yield hub
    hub.stop()


@pytest.fixture(params=["rust", "ruby"])
def cli(request: pytest.FixtureRequest, closed_hub: LiveHub, pacts: Path) -> Broker:
    return Broker(closed_hub, pacts, RUST if request.param == "rust" else ruby_program())


def test_command_lines(cli: Broker) -> None:
    publish = ("publish", cli.pact("web", "orders"), "-a", "1", "--branch", "main")
    for credentials in (WRONG, NONE, READER):
        cli.run(*publish, *credentials, code=1)
    assert "Created web version 1" in cli.run(*publish, *BASIC)
    assert "no content changes" in cli.run(*publish, *BEARER)
    listed = ("list-latest-pact-versions",)
    for credentials in (BASIC, BEARER, READER):
        assert "orders" in cli.run(*listed, *credentials)
    for credentials in (WRONG, NONE):
        assert "orders" not in cli.run(*listed, *credentials, code=1)


def publish(hub: LiveHub, folder: Path) -> None:
    """A pact of web 1 with orders, published by someone who may."""
    (folder / "pact.json").write_text(json.dumps(pact("web", "orders", "1")))
    Broker(hub, folder, RUST).run("publish", "pact.json", "-a", "1", "--branch", "main", *BEARER)


def result(hub: LiveHub) -> dict[str, Any]:
    answer = hub.get(
        "/pacts/provider/orders/consumer/web/version/1/verification-results/latest",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.xdist_group("javascript")
def test_pact_js(javascript: Runs, closed_hub: LiveHub, provider: Provider, pacts: Path) -> None:
    publish(closed_hub, pacts)
    options = {
        "provider": "orders",
        "providerBaseUrl": provider.url,
        "pactBrokerUrl": closed_hub.url,
        "consumerVersionSelectors": [{"latest": True}],
        "publishVerificationResult": True,
        "providerVersionBranch": "main",
    }
    for version, credentials in (
        ("1", {"pactBrokerToken": TOKEN}),
        ("2", {"pactBrokerUsername": "ann", "pactBrokerPassword": "s3cret/ü"}),
    ):
        job = {"job": "verify", "options": {**options, **credentials, "providerVersion": version}}
        assert javascript.run(job) == {"done": "verified"}
        assert result(closed_hub)["providerApplicationVersion"] == version
    assert "failed" in javascript.run({"job": "verify", "options": {**options, "providerVersion": "3"}})


@pytest.mark.xdist_group("jvm")
def test_pact_jvm(jvm: Runs, closed_hub: LiveHub, provider: Provider, pacts: Path) -> None:
    publish(closed_hub, pacts)
    job = {
        "provider.name": "orders",
        "provider.port": provider.url.rpartition(":")[2],
        "pactbroker.url": closed_hub.url,
        "pact.provider.branch": "main",
        "pact.verifier.publishResults": "true",
        "selectors": "mainBranch",
    }
    for version, credentials in (
        ("1", {"pactbroker.auth.token": TOKEN}),
        ("2", {"pactbroker.auth.username": "ann", "pactbroker.auth.password": "s3cret/ü"}),
    ):
        (told,) = jvm.run({**job, **credentials, "pact.provider.version": version})
        assert told["status"] == "SUCCESSFUL", told
        assert result(closed_hub)["providerApplicationVersion"] == version
    (told,) = jvm.run({**job, "pact.provider.version": "3"})
    assert told["status"] == "FAILED"
