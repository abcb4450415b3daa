"""Every command against a hub that is really served: what one command writes, the next one reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.access import Access, Role, account, token_entry, tokens_from
from contracthub.outbound.guarded_http import GuardedHttp
from contracthub.services.hub import Rules
from contracthub.web.settings import Settings
from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub
from tests.outbound.receivers import receiving, status
from tests.services.webhook_rows import HASTY

Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against the hub; it has to end with the exit code that is expected."""
    hub = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url + "/", "--retries", "0")
        assert ran.code == code, ran
        return ran

    return run


def document(ran: Ran) -> Any:
    return json.loads(ran.out)


def pact(folder: Path, consumer: str = "web/app", provider: str = "orders") -> str:
    state = {"name": "a user", "params": {"id": 1}}
    exchange = {"request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    content = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [{"description": "x", "providerStates": [state], **exchange}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    file = folder / "pact.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_pacts_go_out_and_come_back(told: Run, tmp_path: Path) -> None:
    file = pact(tmp_path)
    told("publish", file, "-a", "1", "--branch", "main", "-t", "dev", "--validate", "--strict")
    assert told("list-latest-pact-versions").out.splitlines()[1].split()[:3] == ["web/app", "1", "orders"]
    for which in ([], ["--latest"], ["--branch", "main"], ["--consumer", "web/app"]):
        folder = tmp_path / "".join(which).replace("/", "")
        ran = told("get-pacts", "--provider", "orders", *which, "--download", "--download-dir", str(folder))
        assert "Pact between web/app (1) and orders" in ran.out
        again = told("publish", str(folder / "web_app-orders-1.json"), "-a", "1", "--strict").out
        assert "republished for web/app version 1 and provider orders with no content changes" in again
    told("get-pacts", "--provider", "nobody", code=1)
    assert document(told("provider-states", "list", "-r", "orders", "--json"))["providerStates"] == [
        {"name": "a user", "params": {"id": 1}, "consumers": ["web/app"]}
    ]
    told("provider-states", "list", "-r", "orders", "--environment", "nowhere", code=1)


def test_environments_come_and_go(told: Run) -> None:
    made = document(told("create-environment", "--name", "uat", "--contact-name", "Team", "-o", "json"))
    which = ("--uuid", made["uuid"])
    told("update-environment", *which, "--production", "--display-name", "Trial")
    shown = document(told("describe-environment", *which, "-o", "json"))
    assert (shown["name"], shown["displayName"], shown["production"]) == ("uat", "Trial", True)
    assert shown["contacts"] == [{"name": "Team"}] or shown["contacts"] == [{"name": "Team", "details": {}}]
    told("update-environment", *which, "--name", "test", code=1)
    told("delete-environment", *which)
    assert "uat" not in told("list-environments").out
    for command in ("describe-environment", "update-environment", "delete-environment"):
        told(command, *which, code=1)


def test_versions_on_branches_in_environments_with_tags(told: Run) -> None:
    web = ("-a", "web/app")
    told("create-or-update-pacticipant", "--name", "web/app", "--main-branch", "main")
    told("create-or-update-version", *web, "-e", "1", "--branch", "feat/x", "-t", "a/b")
    told("create-or-update-version", *web, "-e", "2")
    told("create-version-tag", *web, "-e", "2", "-t", "c")
    assert told("describe-version", *web, "-o", "id").out == "2\n"
    assert told("describe-version", *web, "-l", "a/b", "-o", "id").out == "1\n"
    told("record-deployment", *web, "-e", "1", "--environment", "test", "--application-instance", "blue")
    told("record-release", *web, "-e", "2", "--environment", "test")
    assert told("describe-version", *web, "--environment", "test", "-o", "id").out.split() == ["1", "2"]
    assert told("describe-version", *web, "--environment", "test", "--released", "-o", "id").out == "2\n"
    told("record-support-ended", *web, "-e", "2", "--environment", "test")
    told("describe-version", *web, "--environment", "test", "--released", code=1)
    told("record-undeployment", *web, "--environment", "test", "--application-instance", "blue")
    told("delete-version-tag", *web, "-e", "1", "-t", "a/b")
    told("delete-version-tag", *web, "-e", "1", "-t", "a/b", code=1)
    told("delete-branch", *web, "--branch", "feat/x")
    told("delete-branch", *web, "--branch", "feat/x", code=1)
    told("delete-branch", *web, "--branch", "feat/x", "--no-error-when-not-found")
    assert told("list-pacticipants").out.splitlines()[1].split() == ["web/app", "Web/app", "main", "2"]
    assert "main branch     main" in told("describe-pacticipant", "--name", "web/app").out


def test_what_can_be_merged(told: Run, tmp_path: Path) -> None:
    told("publish", pact(tmp_path), "-a", "1", "--branch", "feat/x")
    ask = ("can-i-merge", "-a", "web/app", "-e", "1")
    assert document(told(*ask, "-o", "json", code=1))["summary"]["deployable"] is None
    told("verification-required", "-a", "web/app", "-e", "1")
    told(*ask, "--ignore", "orders")
    told(*ask, "--dry-run")
    told("can-i-merge", "-a", "nobody", "-e", "1", code=1)


@pytest.mark.parametrize("asked", ["can-i-deploy", "plan"])
@pytest.mark.parametrize(
    ("name", "environment", "list_of"), [("wbe", "test", "pacticipants"), ("web/app", "tset", "environments")]
)
def test_a_misspelt_name_is_told_with_where_the_names_are(
    told: Run, tmp_path: Path, asked: str, name: str, environment: str, list_of: str
) -> None:
    told("publish", pact(tmp_path), "-a", "1")
    ran = told(asked, "-a", name, "-e", "1", "--to-environment", environment, code=1)
    wrong = name if list_of == "pacticipants" else environment
    assert (wrong in ran.err, ran.err.splitlines()[-1]) == (True, f"See: contracthub list-{list_of}")


def test_webhooks_are_made_tried_and_removed(told: Run) -> None:
    told("create-or-update-pacticipant", "--name", "orders")
    ran = told("create-webhook", "https://ci.example.org/build", "--provider", "orders", "--user", "me:s3cretWord")
    (uuid,) = re.findall(r"\(([0-9A-Za-z_-]{16,})\)", ran.out)
    assert "Created webhook" in ran.out
    what = ("create-or-update-webhook", "--uuid", uuid, "https://ci.example.org/other", "--contract-published")
    assert told(*what).out.startswith("Updated webhook")
    shown = document(told(*what, "-o", "json"))
    assert [event["name"] for event in shown["events"]] == ["contract_published"]
    told("delete-webhook", "--uuid", uuid)
    told("delete-webhook", "--uuid", uuid, code=1)
    told("test-webhook", "--uuid", uuid, code=1)
    assert told(*what).out.startswith("Created webhook")
    told("create-webhook", "ftp://ci.example.org", code=1)
    told("create-webhook", "https://ci.example.org", "--consumer", "nobody", code=1)


def test_the_hub_keeps_the_secrets_of_a_ready_made_webhook(told: Run) -> None:
    address = "https://hooks.example.org/services/s3cretPath"
    ran = told("create-webhook", "--preset", "slack", "--setting", f"url={address}", "-o", "json")
    assert document(ran)["preset"] == "slack"
    assert "s3cretPath" not in ran.out


@pytest.mark.parametrize(("answer", "code"), [(200, 0), (500, 1)])
def test_a_trial_calls_the_receiver(cli: Cli, sqlite_url: str, answer: int, code: int) -> None:
    hub = LiveHub.start(sqlite_url, settings=Settings(rules=Rules(webhooks=HASTY)), sender=GuardedHttp())
    try:
        with receiving(status(answer)) as receiver:
            made = cli("create-webhook", f"{receiver.url}/build", "-d", '{"a": 1}', "-o", "json", "-b", hub.url)
            ran = cli("test-webhook", "--uuid", json.loads(made.out)["uuid"], "-b", hub.url)
            bodies = [json.loads(one.body) for one in receiver.received]
    finally:
        hub.stop()
    assert (ran.code, str(answer) in ran.out, bodies) == (code, True, [{"a": 1}]), ran


TOKEN = "a-token-of-a-build-1234567890"


@pytest.mark.parametrize(
    ("credentials", "reads", "writes"),
    [
        (["-k", TOKEN], 0, 0),
        (["-u", "ci", "-p", "pass:word"], 0, 0),
        (["-u", "eyes", "-p", "pass"], 0, 3),
        (["-u", "ci", "-p", "wrong"], 3, 3),
        (["-k", "another-token-1234567890"], 3, 3),
        ([], 3, 3),
    ],
)
def test_a_hub_with_a_door(cli: Cli, sqlite_url: str, credentials: list[str], reads: int, writes: int) -> None:
    accounts = (account("ci", "pass:word", Role.WRITE), account("eyes", "pass", Role.READ))
    access = Access(accounts, tokens_from(token_entry("build", Role.WRITE, TOKEN)))
    hub = LiveHub.start(sqlite_url, settings=Settings(access=access))
    try:
        asked = cli("list-environments", *credentials, "-b", hub.url)
        told = cli("create-environment", "--name", "uat", *credentials, "-b", hub.url)
    finally:
        hub.stop()
    assert (asked.code, told.code) == (reads, writes)
    assert ("(401)" in asked.err and "--broker-username" in asked.err) == bool(reads)
    assert ("may read, but not change anything" in told.err) == (writes > reads)
    assert not [word for word in credentials[1::2] if len(word) > 4 and word in asked.err + told.err]
