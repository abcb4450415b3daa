"""`contracthub import pact-broker` from a second hub over HTTP: afterwards every question has the same answer."""

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
from tests.features.given import Given
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


def test_every_question_has_the_same_answer(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        fleet = make_fleet(Given(there), random.Random(11), services=4, versions=25)

        code, report = imported(source, target, capsys)

        assert (code, report["problems"]) == (0, [])
        for question in questions(fleet):
            assert comparable(here.get(question).json()) == comparable(there.get(question).json()), question
        code, again = imported(source, target, capsys)
        assert code == 0
        assert {what for counts in again["records"].values() for what in counts} == {"unchanged"}


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
