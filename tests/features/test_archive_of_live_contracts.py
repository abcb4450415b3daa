"""Live contracts move between hubs with everything else, and the gate's answers with them."""

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
from tests.features.live import Live, conversation, journey, slo
from tests.features.test_archive import exported, lines, take_in

STREAM = ("Foo", "2", "conversation", "Bar", "live stream")
HEADERS = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


@pytest.fixture
def live(api: TestClient) -> Live:
    """A history with pacts and live contracts, the same content twice, one that was replaced, and results for all."""
    live = Live(Given(api))
    live.given.published("Foo", "1", {"Bar": 1}, "main")
    live.given.verified("Foo", "1", "Bar", "1")
    text = "# with a comment: ü\n" + conversation("Bar")
    live.published("Foo", "1", text, journey("Bar", "Baz"), branch="main")
    live.published("Foo", "2", conversation("Bar", 2), branch="main")
    live.published("Foo", "2", text, branch="main", overwrite=True)
    live.published("Bar", "1", slo("Bar"))
    live.verified(STREAM, "1", success=False, testResults=[])
    live.verified(STREAM, "1", testResults=[{"interactionDescription": "a", "success": True}])
    live.verified(("Foo", "1", "journey", "Baz", "buying"), "1", success=False)
    live.verified(("Bar", "1", "slo", "Bar", "fast"), "1")
    live.given.deployed("Bar", "1", live.given.environment_uuid("production"))
    live.given.deployed("Baz", "1", live.given.environment_uuid("production"))
    return live


def verdicts(given: Given, name: str, number: str) -> list[tuple[str, str, str]]:
    answer = given.can_i_deploy(name, number, "production")
    return sorted((each["kind"], each["provider"]["name"], each["verdict"]) for each in answer["decision"]["verdicts"])


def told(given: Given, path: str) -> dict[str, Any]:
    found: dict[str, Any] = given.get(path)
    return {key: value for key, value in found.items() if key != "latestVerificationResult"}


def test_live_contracts_and_answers_are_the_same_in_the_other_hub(
    live: Live, api: TestClient, other: TestClient
) -> None:
    records = exported(api)[1:-1]
    done = take_in(other, records)
    assert done["liveContract"] == {"created": 5}
    assert done["verification"] == {"created": 5}
    again = take_in(other, records)
    assert (again["liveContract"], again["verification"]) == ({"unchanged": 5}, {"unchanged": 5})
    there = Given(other)
    assert told(there, live.place(*STREAM)) == told(live.given, live.place(*STREAM))
    for name, number in (("Foo", "1"), ("Foo", "2"), ("Bar", "1")):
        assert verdicts(there, name, number) == verdicts(live.given, name, number)
    assert verdicts(there, "Foo", "2") == [("conversation", "Bar", "VERIFIED")]
    assert [each for each in exported(other)[1:-1] if each["type"] in ("liveContract", "verification")] == [
        each for each in records if each["type"] in ("liveContract", "verification")
    ]
    # A content that two versions share is in the stream once.
    contents = [each for each in records if each["type"] == "liveContract" and "content" in each]
    assert len(contents) == 3


def test_another_contract_that_is_there_stays(live: Live, api: TestClient, other: TestClient) -> None:
    theirs = Live(Given(other))
    theirs.published("Foo", "2", conversation("Bar", 9))
    answer = other.post("/api/v1/archive", content=lines(exported(api)[1:-1]), headers=HEADERS).json()
    texts = [each["text"] for each in answer["conflicts"]]
    assert "The conversation “live stream” of Foo 2 with Bar is another one here, which stays." in texts
    assert '"9"' in theirs.given.get(theirs.place(*STREAM))["content"]
    assert live is not None


def test_what_can_not_be_read_here_is_told_and_its_results_with_it(
    live: Live, api: TestClient, other: TestClient
) -> None:
    assert live is not None
    records = [dict(each) for each in exported(api)[1:-1]]
    for each in records:
        if each["type"] == "liveContract" and each["kind"] == "slo":
            each["kind"] = "flow"
    answer = other.post("/api/v1/archive", content=lines(records), headers=HEADERS).json()
    texts = [each["text"] for each in answer["conflicts"]]
    assert any("can't be read here" in text for text in texts)
    assert any(text.startswith("There is no slo “fast” of Bar with Bar here.") for text in texts)


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("kind", "pact", "must be one of"),
        ("name", None, "is missing"),
        ("contentSha", "00", "is not the SHA-256"),
        ("content", None, "no content of that sha"),
        ("content", "a: 1", "is not the SHA-256"),
    ],
)
def test_a_record_that_is_broken_is_refused_with_its_line(
    live: Live, api: TestClient, other: TestClient, member: str, value: object, words: str
) -> None:
    assert live is not None
    records = [dict(each) for each in exported(api)[1:-1]]
    broken = next(each for each in records if each["type"] == "liveContract")
    broken[member] = value
    answer = other.post("/api/v1/archive", content=lines(records), headers=HEADERS)
    assert (answer.status_code, words in answer.text) == (400, True)
