"""A workspace moves between hubs as an archive: nothing is lost, and what is sent twice is there once."""

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.random_histories import comparable, make_fleet, questions

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite: a fleet goes from one kind of database to the other, and within one."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


def exported(api: TestClient) -> list[dict[str, Any]]:
    answer = api.get("/api/v1/archive")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.content.splitlines()]


def take_in(api: TestClient, records: list[dict[str, Any]], size: int = 100) -> dict[str, dict[str, int]]:
    """Send records in batches, and sum up what became of them."""
    done: dict[str, dict[str, int]] = {}
    for start in range(0, len(records), size):
        body = b"".join(json.dumps(each).encode() + b"\n" for each in records[start : start + size])
        answer = api.post("/api/v1/archive", content=body, headers=NDJSON)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        assert receipt["conflicts"] == []
        for kind, counts in receipt["records"].items():
            for what, count in counts.items():
                done.setdefault(kind, {}).setdefault(what, 0)
                done[kind][what] += count
    return done


def lines(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def bare(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records alone; branches have no order among each other."""
    found = [each for each in records if each["type"] not in {"header", "end"}]
    branches = sorted((each for each in found if each["type"] == "branch"), key=json.dumps)
    return [branches.pop(0) if each["type"] == "branch" else each for each in found]


def test_the_last_line_holds_a_digest_of_the_others(api: TestClient) -> None:
    Given(api).published("Foo", "1", {"Bar": 1})
    *lines, end = api.get("/api/v1/archive").content.splitlines(keepends=True)

    last = json.loads(end)
    assert last == {"type": "end", "records": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    assert json.loads(lines[0])["format"] == "contracthub-archive"


def test_an_exported_fleet_answers_every_question_alike(api: TestClient, other: TestClient) -> None:
    fleet = make_fleet(Given(api), random.Random(1), services=4, versions=25)
    archive = bare(exported(api))

    take_in(other, archive)

    # The same archive comes out of it: nothing was lost, and nothing is in another order.
    assert bare(exported(other)) == archive
    for question in questions(fleet):
        ours, theirs = api.get(question), other.get(question)
        assert ours.status_code == theirs.status_code == 200
        assert comparable(theirs.json()) == comparable(ours.json()), question


def test_what_is_sent_twice_is_there_once(api: TestClient, other: TestClient) -> None:
    make_fleet(Given(api), random.Random(3), services=4, versions=30)
    archive = bare(exported(api))
    take_in(other, archive)

    again = take_in(other, archive, size=7)

    assert {what for counts in again.values() for what in counts} == {"unchanged"}
    assert bare(exported(other)) == archive


def webhook(given: Given, uuid: str, **definition: Any) -> None:
    events = [{"name": "contract_published"}, {"name": "provider_verification_failed"}]
    given.call("PUT", f"/webhooks/{uuid}", {"events": events, "consumer": {"name": "service 0"}, **definition})


PLAIN = {
    "method": "POST",
    "url": "https://ci.example.org/build?pact=${pactbroker.pactUrl}",
    "headers": {"Accept": "text/plain", "X-Key": "${pactbroker.consumerName}"},
    "body": {"deep": [{"er": 1}, None, "${pactbroker.consumerName}"]},
}


def test_a_workspace_moves_whole_whichever_database_it_comes_from(api: TestClient, other: TestClient) -> None:
    given = Given(other)
    given.patch("/api/v1/workspace", {"contractIdentity": "pact-broker"})
    fleet = make_fleet(given, random.Random(8), services=4, versions=20)
    webhook(given, "first-webhook-00001", request=PLAIN, description="Build it", provider={"label": "team-1"})
    webhook(given, "second-webhook-0001", request=PLAIN | {"body": "a text"}, enabled=False)
    webhook(given, "first-webhook-00001", request=PLAIN, description="Build it now", provider={"label": "team-1"})
    archive = bare(exported(other))

    take_in(api, [each for each in archive if each["type"] != "webhook"])
    receipt = api.post("/api/v1/archive", content=lines(archive), headers=NDJSON).json()

    assert receipt["records"]["workspace"] == {"unchanged": 1}
    assert api.get("/api/v1/workspace").json()["contractIdentity"] == "pact-broker"
    ours, theirs = (json.dumps(bare(exported(hub))) for hub in (api, other))
    assert [each["uuid"] for each in archive if each["type"] == "webhook"]
    assert ours == theirs
    for question in questions(fleet):
        assert comparable(api.get(question).json()) == comparable(other.get(question).json()), question


def test_no_secret_of_a_webhook_is_in_an_archive(api: TestClient, other: TestClient) -> None:
    given = Given(api)
    given.published("service 0", "1", {"Bar": 1})
    secret = "geheimes-wort"
    requests = {
        "password-webhook-1": PLAIN | {"username": "robot", "password": secret},
        "header-webhook-0001": PLAIN | {"headers": {"X-Api-Key": secret}},
        "address-webhook-001": PLAIN | {"url": f"https://ci.example.org/build?token={secret}&x=1"},
        "hooks-webhook-00001": PLAIN | {"url": f"https://hooks.slack.com/services/T1/{secret}"},
        "body-webhook-000001": PLAIN | {"body": {"token": secret, "also": f"in a text: {secret}"}},
    }
    written = json.dumps({"token": secret, "pact": "${pactbroker.pactUrl}"})
    requests["text-webhook-000001"] = PLAIN | {"body": written}
    for uuid, request in requests.items():
        webhook(given, uuid, request=request)
    webhook(given, "signing-webhook-001", request=PLAIN, signingSecret=secret)
    ready_made = {
        "preset-webhook-0001": ("github-actions", {"repository": "acme/shop", "token": secret}),
        "preset-webhook-0002": ("slack", {"url": f"https://hooks.slack.com/services/T2/{secret}"}),
    }
    for uuid, (preset, settings) in ready_made.items():
        webhook(given, uuid, preset=preset, settings=settings)
    uuids = {*requests, *ready_made, "signing-webhook-001"}

    archive = api.get("/api/v1/archive").content
    receipt = other.post("/api/v1/archive", content=lines(bare(exported(api))), headers=NDJSON).json()

    assert secret not in archive.decode()
    assert receipt["records"]["webhook"] == {"created": len(uuids)}
    assert {each["type"] for each in receipt["conflicts"]} == {"webhook"}
    told = {uuid for uuid in uuids for each in receipt["conflicts"] if uuid in each["text"]}
    assert told == uuids
    arrived = {uuid: other.get(f"/webhooks/{uuid}").json() for uuid in uuids}
    assert {each["enabled"] for each in arrived.values()} == {False}
    assert arrived["preset-webhook-0002"]["preset"] == "slack"
    again = other.post("/api/v1/archive", content=lines(bare(exported(api))), headers=NDJSON).json()
    assert (again["records"]["webhook"], again["conflicts"]) == ({"unchanged": len(uuids)}, [])


def test_a_webhook_that_may_not_be_here_is_left_out_and_told(api: TestClient) -> None:
    at = "2026-11-20T10:00:00+00:00"
    definition = {"events": [{"name": "contract_published"}], "request": PLAIN | {"url": "http://10.0.0.1/x"}}
    unknown = {"events": [{"name": "contract_published"}], "request": PLAIN, "consumer": {"name": "Nobody"}}
    records = [
        {"type": "webhook", "uuid": f"some-webhook-0000{number}", "definition": json.dumps(each), "createdAt": at}
        for number, each in enumerate((definition, unknown))
    ]

    receipt = api.post("/api/v1/archive", content=lines(records), headers=NDJSON).json()

    assert receipt["records"] == {"webhook": {"refused": 2}}
    assert len(receipt["conflicts"]) == 2
    for broken in ("[1]", "{", '{"a":NaN}'):
        answer = api.post("/api/v1/archive", content=lines([records[0] | {"definition": broken}]), headers=NDJSON)
        assert (answer.status_code, "definition" in answer.text) == (400, True)


def test_the_rule_of_a_hub_in_use_stays(api: TestClient) -> None:
    Given(api).published("Foo", "1", {"Bar": 1})
    record = {"type": "workspace", "contractIdentity": "pact-broker"}

    receipt = api.post("/api/v1/archive", content=lines([record]), headers=NDJSON).json()

    assert receipt["records"] == {"workspace": {"refused": 1}}
    assert "contracthub workspace set --contract-identity pact-broker" in receipt["conflicts"][0]["text"]
    assert api.get("/api/v1/workspace").json()["contractIdentity"] == "stable"


def test_a_history_that_went_on_is_brought_up_to_date(api: TestClient, other: TestClient) -> None:
    given = Given(api)
    fleet = make_fleet(given, random.Random(4), services=4, versions=25)
    take_in(other, bare(exported(api)))
    test = given.environment_uuid("test")
    given.published("service 0", "2.0", {"service 1": 9}, branch="main", tags=("dev",))
    given.version("service 1", "2.0", "main")
    given.verified("service 0", "2.0", "service 1", "2.0", success=False)
    given.verified("service 0", "2.0", "service 1", "2.0")
    given.deployed("service 0", "2.0", test)
    given.deployed("service 1", "2.0", test)
    given.version("service 0", fleet.numbers["service 0"][0], "late")
    for name in ("service 0", "service 1"):
        fleet.numbers[name].append("2.0")

    take_in(other, bare(exported(api)))

    for question in questions(fleet):
        assert comparable(other.get(question).json()) == comparable(api.get(question).json()), question
    heads = [other.get(f"/pacticipants/service%200/branches/{name}/latest-version").json() for name in ("main", "late")]
    assert [head["number"] for head in heads] == ["2.0", fleet.numbers["service 0"][0]]
