import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

URL = "https://ci.example.org/build"
UUID = "0123456789abcdef"
EVENTS = (
    "contract-content-changed",
    "contract-published",
    "contract-requiring-verification-published",
    "provider-verification-published",
    "provider-verification-failed",
    "provider-verification-succeeded",
)


@pytest.fixture(autouse=True)
def _webhooks(hub: StubHub) -> None:
    hub.answer("POST", "/webhooks", {"uuid": UUID, "description": "POST ci.example.org"}, status=201)


def created(cli: Cli, hub: StubHub, *arguments: str) -> Any:
    ran = cli("create-webhook", *arguments, "-b", hub.url)
    assert (ran.code, ran.out) == (0, f"Created webhook POST ci.example.org ({UUID}).\n"), ran.err
    return hub.one("POST", "/webhooks").document


def test_a_url_is_enough(cli: Cli, hub: StubHub) -> None:
    assert created(cli, hub, URL) == {"request": {"method": "POST", "url": URL}}


def test_the_switches_are_those_of_curl(cli: Cli, hub: StubHub) -> None:
    what = ("-X", "PUT", "-H", "Accept: a/b", "-H", "X-Key:  k ", "-d", '{"a": ["${pactbroker.pactUrl}"]}')
    who = ("--user", "me:pass:word", "--consumer", "web", "--provider-label", "team", "--description", "Build")
    assert created(cli, hub, URL, *what, *who, "--team-uuid", "t", "--signing-secret", "s3cret") == {
        "description": "Build",
        "consumer": {"name": "web"},
        "provider": {"label": "team"},
        "request": {
            "method": "PUT",
            "url": URL,
            "headers": {"Accept": "a/b", "X-Key": "k"},
            "body": {"a": ["${pactbroker.pactUrl}"]},
            "username": "me",
            "password": "pass:word",
        },
        "teamUuid": "t",
        "signingSecret": "s3cret",
    }


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_has_its_switch(cli: Cli, hub: StubHub, event: str) -> None:
    assert created(cli, hub, URL, f"--{event}")["events"] == [{"name": event.replace("-", "_")}]


def test_several_events(cli: Cli, hub: StubHub) -> None:
    flags = [f"--{event}" for event in EVENTS] + ["--no-contract-published"]
    assert len(created(cli, hub, URL, *flags)["events"]) == len(EVENTS) - 1


@pytest.mark.parametrize(
    ("data", "body"), [("text", "text"), ("7", "7"), ("[1]", [1]), ("{", "{"), ("[" * 5000, "[" * 5000)]
)
def test_a_body_is_json_or_text(cli: Cli, hub: StubHub, data: str, body: object) -> None:
    assert created(cli, hub, URL, "-d", data)["request"]["body"] == body


def test_a_body_from_a_file(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    (tmp_path / "body").write_text('{"é": 1}', encoding="utf-8")
    assert created(cli, hub, URL, "-d", f"@{tmp_path}/body")["request"]["body"] == {"é": 1}


@pytest.mark.parametrize("content", [None, b"\xff", b" " * (1024 * 1024 + 1)])
def test_a_file_that_is_no_body_is_a_usage_error(cli: Cli, hub: StubHub, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "body").write_bytes(content)
    ran = cli("create-webhook", URL, "-d", f"@{tmp_path}/body", "-b", hub.url)
    assert (ran.code, "--data" in ran.err, hub.asked) == (2, True, [])


def test_a_ready_made_one_works_with_any_broker(cli: Cli, hub: StubHub) -> None:
    """A hub takes the preset, and knows its secrets; a broker that knows no presets takes the request."""
    sent = created(cli, hub, "--preset", "slack", "--setting", f"url={URL}?a=b", "--provider", "orders")
    assert (sent["preset"], sent["settings"]) == ("slack", {"url": f"{URL}?a=b"})
    assert (sent["request"]["method"], sent["request"]["url"]) == ("POST", f"{URL}?a=b")
    assert [event["name"] for event in sent["events"]] == [
        "contract_content_changed",
        "provider_verification_published",
    ]


def test_the_events_of_a_ready_made_one_can_be_chosen(cli: Cli, hub: StubHub) -> None:
    sent = created(cli, hub, "--preset", "slack", "--setting", f"url={URL}", "--contract-published")
    assert sent["events"] == [{"name": "contract_published"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Which URL"),
        ([" "], "Which URL"),
        ([URL, "--setting", "a=b"], "--setting goes with --preset"),
        ([URL, "--preset", "slack", "--setting", "url=x"], "leave out URL"),
        (["--preset", "carrier-pigeon"], "preset must be one of: github-commit-status"),
        (["--preset", "slack"], "settings.url is missing"),
        (["--preset", "slack", "--setting", "url"], "NAME=VALUE"),
        (["--preset", "slack", "--setting", "url=a", "--setting", "url=b"], "gives url twice"),
        ([URL, "--consumer", "a", "--consumer-label", "b"], "not both"),
        ([URL, "--provider", " "], "is blank"),
        ([URL, "-H", "no colon"], "Name: value"),
        ([URL, "-H", "A: b\nC: d"], "Name: value"),
        ([URL, "-u", "me:secret"], "a webhook's --user"),
    ],
)
def test_what_makes_no_webhook_is_a_usage_error(cli: Cli, hub: StubHub, arguments: list[str], said: str) -> None:
    for command in (("create-webhook",), ("create-or-update-webhook", "--uuid", UUID)):
        ran = cli(*command, *arguments, "-b", hub.url)
        assert (ran.code, said in ran.err, hub.asked) == (2, True, [])


def test_a_secret_from_the_environment(cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTHUB_WEBHOOK_SIGNING_SECRET", "s3cret")
    assert created(cli, hub, URL)["signingSecret"] == "s3cret"


def test_everything_that_the_hub_says_is_wrong_is_shown(cli: Cli, hub: StubHub) -> None:
    hub.answers["POST", "/webhooks"] = []
    errors = {"request.url": ["scheme must be https."], "events": ["size cannot be less than 1"]}
    hub.answer("POST", "/webhooks", {"errors": errors}, status=400)
    ran = cli("create-webhook", URL, "-b", hub.url)
    assert (ran.code, "scheme must be https." in ran.err, "size cannot" in ran.err) == (1, True, True)


def test_a_webhook_is_made_or_replaced(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", f"/webhooks/{UUID}", {"description": "Build"}, status=201)
    what = ("create-or-update-webhook", "--uuid", UUID, URL, "-b", hub.url)
    assert cli(*what).out == f"Created webhook Build ({UUID}).\n"
    hub.answer("GET", f"/webhooks/{UUID}", {})
    assert cli(*what).out == f"Updated webhook Build ({UUID}).\n"
    assert json.loads(cli(*what, "-o", "json").out) == {"description": "Build"}


@pytest.mark.parametrize(
    ("trial", "code", "out"),
    [
        ({"success": True, "logs": "> POST\n< 200\x1b[31m\n"}, 0, "> POST\n< 200\\x1b[31m\n"),
        ({"success": False, "response": {"status": 500}}, 1, "The receiver answered 500.\n"),
        ({"success": False, "message": "hidden"}, 1, "hidden\n"),
        ({"success": "true"}, 1, "No answer is shown.\n"),
        ({"response": 7}, 1, "No answer is shown.\n"),
    ],
)
def test_a_trial_says_what_came_of_it(cli: Cli, hub: StubHub, trial: dict[str, object], code: int, out: str) -> None:
    hub.answer("GET", f"/webhooks/{UUID}", {"_links": {"pb:execute": {"href": hub.url + "/execute"}}})
    hub.answer("POST", "/execute", trial)
    ran = cli("test-webhook", "--uuid", UUID, "-b", hub.url)
    assert (ran.code, ran.out) == (code, out)
    ran = cli("test-webhook", "--uuid", UUID, "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)) == (code, trial)


def test_a_trial_is_sent_once(cli: Cli, hub: StubHub) -> None:
    """The receiver would be called twice."""
    hub.answer("GET", f"/webhooks/{UUID}", {"_links": {"pb:execute": {"href": hub.url + "/execute"}}})
    hub.answer("POST", "/execute", {}, status=500)
    assert cli("test-webhook", "--uuid", UUID, "-b", hub.url).code == 3
    assert hub.paths.count(("POST", "/execute")) == 1


def test_a_webhook_is_removed(cli: Cli, hub: StubHub) -> None:
    hub.answer("DELETE", f"/webhooks/{UUID}", b"", status=204)
    ran = cli("delete-webhook", "--uuid", UUID, "-b", hub.url)
    assert (ran.code, ran.out) == (0, f"Deleted webhook {UUID}.\n")


@pytest.mark.parametrize("command", ["delete-webhook", "test-webhook"])
def test_an_unknown_webhook_is_a_no(cli: Cli, hub: StubHub, command: str) -> None:
    ran = cli(command, "--uuid", "x/../y", "-b", hub.url)
    assert (ran.code, ran.err) == (1, "Error: There is no webhook with the uuid x/../y.\n")
    assert hub.paths[-1][1] == "/webhooks/x%2F..%2Fy"
