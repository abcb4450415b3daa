"""Recording versions, and what follows from branches and tags (pact-broker-api §6, §17)."""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text
from starlette.testclient import TestClient

from contracthub.services.branches import put_branch_version
from contracthub.services.hub import Hub, Rules
from contracthub.services.pacticipants import get_pacticipant
from contracthub.services.tags import put_tag
from contracthub.services.versions import get_version, record_version
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(DatabaseStorage(database))


@contextmanager
def statements_on(database: Database) -> Iterator[list[str]]:
    """Collects the statements that are sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def record(hub: Hub, number: str, *, branch: str | None = None, tags: Sequence[str] = (), **more: Any) -> bool:
    with hub.writing() as unit:
        owner = unit.pacticipants.ensure(["Foo"], now=hub.now())["Foo"]
        return record_version(hub, unit, owner, number, branch=branch, tags=tags, **more).created


def shown(hub: Hub, number: str) -> tuple[list[str], list[str], list[str]]:
    """Branches, tags and environments of a version."""
    view = get_version(hub, "Foo", number)
    return (
        [place.name for place in view.branches],
        [tag.name for tag in view.tags],
        [each.environment.name for each in view.deployed],
    )


def test_a_version_is_new_once(hub: Hub) -> None:
    assert record(hub, "1", branch="main", tags=["a", "b"], build_url="https://ci.example/1") is True
    assert record(hub, "1", branch="main", tags=["b", "c"]) is False
    assert shown(hub, "1") == (["main"], ["a", "b", "c"], [])
    assert get_version(hub, "Foo", "1").version.build_url == "https://ci.example/1"


def test_only_the_first_of_several_tags_is_taken_for_the_branch(hub: Hub) -> None:
    record(hub, "1", tags=["feat", "alpha"])
    assert shown(hub, "1") == (["feat"], ["alpha", "feat"], [])


def test_a_given_branch_wins_over_the_first_tag(hub: Hub) -> None:
    record(hub, "1", branch="mine", tags=["feat"])
    assert shown(hub, "1")[0] == ["mine"]


def test_the_first_main_branch_candidate_wins(hub: Hub) -> None:
    record(hub, "1", branch="feat", tags=["main", "master"])
    assert get_pacticipant(hub, "Foo").pacticipant.main_branch == "main"
    record(hub, "2", branch="develop")
    assert get_pacticipant(hub, "Foo").pacticipant.main_branch == "main"


def test_every_side_effect_can_be_turned_off(hub: Hub) -> None:
    rules = Rules(
        main_branch_candidates=(), use_first_tag_as_branch_seconds=-1, create_deployed_versions_for_tags=False
    )
    quiet = replace(hub, rules=rules)
    record(quiet, "1", branch="main", tags=["test"])
    put_tag(quiet, "Foo", "2", "main")
    assert shown(quiet, "1") == (["main"], ["test"], [])
    assert shown(quiet, "2") == ([], ["main"], [])
    assert get_pacticipant(quiet, "Foo").pacticipant.main_branch is None


def test_tags_named_like_environments_deploy_to_each_of_them(hub: Hub) -> None:
    record(hub, "1", tags=["test", "other", "production"])
    assert sorted(shown(hub, "1")[2]) == ["production", "test"]


@pytest.mark.parametrize(
    "again",
    [
        lambda hub: put_branch_version(hub, "Foo", "main", "1"),
        lambda hub: put_tag(hub, "Foo", "1", "a"),
        lambda hub: put_tag(hub, "Foo", "1", "test"),
    ],
    ids=["branch", "tag", "tag of an environment"],
)
def test_repeating_costs_a_look_and_no_place_in_the_queue_of_writers(
    hub: Hub, database: Database, again: Callable[[Hub], tuple[object, bool]]
) -> None:
    record(hub, "1", branch="main", tags=["a", "test"])
    with statements_on(database) as sent, database.writer:
        assert again(hub)[1] is False
    assert [each for each in sent if not each.lstrip().startswith(("SELECT", "BEGIN"))] == []
    assert len([each for each in sent if each.lstrip().startswith("SELECT")]) <= 2


def test_the_cost_of_showing_versions_does_not_grow_with_their_number(
    hub: Hub, database: Database, api: TestClient
) -> None:
    def cost() -> int:
        assert api.get("/pacticipants/Foo/versions").status_code == 200  # looks up what is kept in memory
        with statements_on(database) as sent:
            api.get("/pacticipants/Foo/versions")
        return len(sent)

    record(hub, "0", branch="main", tags=["a"])
    few = cost()
    for number in range(1, 20):
        record(hub, str(number), branch=f"b{number}", tags=["a", "test"])
    assert cost() == few


def test_writers_with_tags_in_any_order_never_wait_for_each_other(hub: Hub) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def write(tags: list[str]) -> None:
        barrier.wait()
        try:
            for number in range(15):
                record(hub, str(number), branch=tags[0], tags=tags)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread tells it
            failures.append(error)

    orders = [
        ["test", "production", "a"],
        ["production", "a", "test"],
        ["a", "test", "production"],
        ["a", "production"],
    ]
    threads = [threading.Thread(target=write, args=(tags,)) for tags in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert shown(hub, "0")[1] == ["a", "production", "test"]


def test_a_line_that_a_verified_version_joins_counts_its_successes(api: TestClient, database: Database) -> None:
    pact = {
        "interactions": [{"description": "x", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}]
    }
    contract = {
        "consumerName": "Foo",
        "providerName": "Bar",
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(json.dumps(pact).encode()).decode(),
    }
    body = {"pacticipantName": "Foo", "pacticipantVersionNumber": "1", "contracts": [contract]}
    assert api.post("/contracts/publish", json=body).status_code == 200
    links = api.get("/pacts/provider/Bar/consumer/Foo/version/1").json()["_links"]
    result = {"success": True, "providerApplicationVersion": "9"}
    assert api.post(links["pb:publish-verification-results"]["href"], json=result).status_code == 201
    api.put("/pacticipants/Bar/branches/main/versions/9", json={})
    api.put("/pacticipants/Bar/versions/9/tags/prod", json={})
    with database.reading() as connection:
        lines = connection.execute(text("SELECT kind, name FROM line_success ORDER BY kind, name")).all()
    assert [tuple(line) for line in lines] == [("branch", "main"), ("tag", "prod")]


def test_a_version_shows_its_pacts_by_name_of_the_provider(api: TestClient) -> None:
    for provider in ("beta", "Alpha"):
        api.put(f"/pacts/provider/{provider}/consumer/Foo/version/1", json={"interactions": []})
    links = api.get("/pacticipants/Foo/versions/1").json()["_links"]["pb:pact-versions"]
    assert [(each["name"], each["href"].removeprefix("http://hub.test")) for each in links] == [
        ("Pact between Foo (1) and Alpha", "/pacts/provider/Alpha/consumer/Foo/version/1"),
        ("Pact between Foo (1) and beta", "/pacts/provider/beta/consumer/Foo/version/1"),
    ]
