"""`contracthub import pact-broker` from a second hub over HTTP: afterwards every question has the same answer."""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.cli.main import run
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.conftest import LiveHub
from tests.features.given import Given, pact
from tests.features.random_histories import comparable, make_fleet, questions

Start = Callable[[str], LiveHub]


@contextmanager
def asked_directly(hub: LiveHub) -> Iterator[TestClient]:
    """The same hub without the detour over a socket, for the many questions of a test."""
    with TestClient(create_app(DatabaseStorage(hub.database)), base_url="http://hub.test") as client:
        yield client


@pytest.fixture
def source(start_hub: Start, sqlite_template: Any, tmp_path: Any) -> LiveHub:
    path = tmp_path / "source.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return start_hub(f"sqlite:///{path}")


@pytest.fixture
def target(start_hub: Start, database_url: str) -> LiveHub:
    return start_hub(database_url)


def imported(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(["import", "pact-broker", source.url, "-b", target.url, "--output", "json", *more])
    said = capsys.readouterr()
    assert "Error" not in said.err, said.err
    return code, json.loads(said.out)


@pytest.mark.parametrize("rule", ["pact-broker", "stable", "interchangeable-requests"])
def test_every_question_has_the_same_answer(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str], rule: str
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        Given(there).patch("/api/v1/workspace", {"contractIdentity": rule})
        fleet = make_fleet(Given(there), random.Random(11), services=4, versions=25)

        code, report = imported(source, target, capsys)

        assert (code, report["problems"]) == (0, [])
        for question in questions(fleet):
            assert comparable(here.get(question).json()) == comparable(there.get(question).json()), question
        code, again = imported(source, target, capsys)
        assert code == 0
        assert {what for counts in again["records"].values() for what in counts} == {"unchanged"}


def identity_of(hub: TestClient, number: str) -> str:
    path = f"/pacts/provider/Bar/consumer/Foo/version/{number}"
    name: str = Given(hub).get(path)["_links"]["pb:pact-version"]["name"]
    return name


def deployable(hub: TestClient, number: str) -> bool | None:
    answer: bool | None = Given(hub).can_i_deploy("Foo", number, "test")["summary"]["deployable"]
    return answer


def test_what_a_pact_broker_tells_apart_stays_apart(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        given = Given(there)
        given.patch("/api/v1/workspace", {"contractIdentity": "pact-broker"})
        given.published("Foo", "1", {"Bar": 1}, example=1)
        given.published("Foo", "2", {"Bar": 1}, example=2)
        given.verified("Foo", "1", "Bar", "9")
        given.deployed("Bar", "9", given.environment_uuid("test"))

        assert imported(source, target, capsys)[0] == 0

        assert [deployable(there, number) for number in "12"] == [True, None]
        assert [deployable(here, number) for number in "12"] == [True, None]
        assert [identity_of(here, number) for number in "12"] == [identity_of(there, number) for number in "12"]
        # What is published from now on: the same content has the evidence that it had, however it is laid out; other
        # content goes by the rule of the workspace.
        target_given = Given(here)
        for number, example in (("3", 1), ("4", 2), ("5", 3), ("6", 4), ("7", 1)):
            target_given.published("Foo", number, {"Bar": 1}, example=example)
        assert [deployable(here, number) for number in "34567"] == [True, None, None, None, True]
        assert identity_of(here, "5") == identity_of(here, "6") != identity_of(here, "4")


def test_what_only_the_source_tells_apart_stays_apart(target: LiveHub) -> None:
    with asked_directly(target) as here:
        at = "2026-11-20T10:00:00+00:00"
        records: list[dict[str, Any]] = [
            {"type": "pacticipant", "name": name, "createdAt": at} for name in ("Foo", "Bar")
        ]
        records += [{"type": "version", "pacticipant": "Foo", "number": number, "createdAt": at} for number in "1234"]
        # By an older rule of its own, the source has told 1 from 2, which are one by any rule here, and taken 1 and 4
        # for one, which are not.
        for number, content, theirs in (("1", 1, "aa"), ("2", 1, "bb"), ("3", 1, "aa"), ("4", 2, "aa")):
            text = json.dumps(pact("Foo", "Bar", content) | {"written": number})
            sha = hashlib.sha256(text.encode()).hexdigest()
            names = {"consumer": "Foo", "provider": "Bar", "consumerVersion": number}
            published = {"contract": theirs, "contentSha": sha, "content": text, "createdAt": at}
            records.append({"type": "contract", **names, **published})
        body = b"".join(json.dumps(each).encode() + b"\n" for each in records)
        for _ in range(2):
            headers = {"Content-Type": "application/x-ndjson"}
            answer = here.post("/api/v1/archive", content=body, headers=headers)
            assert (answer.status_code, answer.json()["conflicts"]) == (200, [])

        one, two, three, four = (identity_of(here, number) for number in "1234")
        assert one == three
        assert len({one, two, four}) == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_hub_is_not_imported_into_itself(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    capsys.readouterr()

    code = run(["import", "pact-broker", source.url.replace("127.0.0.1", host), "-b", source.url])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert "nothing can be imported into where it is" in said.err
    assert imported(source, target, capsys)[0] == 0


def test_webhooks_come_along_and_those_with_secrets_are_switched_off(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        given = Given(there)
        given.published("Foo", "1", {"Bar": 1})
        plain = {"method": "POST", "url": "https://ci.example.org/build", "body": {"pact": "${pactbroker.pactUrl}"}}
        secret = plain | {"username": "robot", "password": "geheimes-wort"}
        for uuid, request in (("plain-webhook-0001", plain), ("secret-webhook-001", secret)):
            definition = {"events": [{"name": "contract_published"}], "consumer": {"name": "Foo"}, "request": request}
            given.call("PUT", f"/webhooks/{uuid}", definition)

        code, report = imported(source, target, capsys)

        assert (code, [each["type"] for each in report["problems"]]) == (1, ["webhook"])
        assert report["records"]["webhook"] == {"created": 2}
        ours = [here.get(f"/webhooks/{uuid}").json() for uuid in ("plain-webhook-0001", "secret-webhook-001")]
        assert [each["enabled"] for each in ours] == [True, False]
        assert ours[0]["request"]["body"] == plain["body"]
        code, again = imported(source, target, capsys)
        assert (code, again["records"]["webhook"]) == (0, {"unchanged": 2})
