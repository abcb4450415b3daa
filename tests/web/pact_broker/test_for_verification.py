"""``/pacts/provider/:provider/for-verification`` on both databases (pact-broker-api §11)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.testclient import TestClient

from contracthub.domain.selection import BRANCH, TAG
from contracthub.services.hub import Rules
from contracthub.storage.engine import Database
from contracthub.web.app import create_app
from contracthub.web.pact_broker.metadata import Metadata, decode
from contracthub.web.settings import Settings
from tests.storage.history import History, day

PATH = "/pacts/provider/Bar/for-verification"
TODAY = 100


@pytest.fixture
def app(database: Database) -> FastAPI:
    from contracthub.storage.units import DatabaseStorage

    return create_app(DatabaseStorage(database), clock=lambda: day(TODAY))


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


def asked(api: TestClient, **body: Any) -> list[dict[str, Any]]:
    answer = api.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    pacts: list[dict[str, Any]] = answer.json()["_embedded"]["pacts"]
    return pacts


def names(pacts: list[dict[str, Any]]) -> list[str]:
    return [pact["_links"]["self"]["name"].removesuffix(" and Bar").removeprefix("Pact between ") for pact in pacts]


def states(pacts: list[dict[str, Any]]) -> dict[str, tuple[bool, bool]]:
    found = {}
    for name, pact in zip(names(pacts), pacts, strict=True):
        properties = pact["verificationProperties"]
        assert properties.get("wip") is not False
        found[name] = (properties["pending"], properties.get("wip", False))
    return found


def test_a_pact_with_everything_around_it(history: History, api: TestClient) -> None:
    history.publish("Foo", "2", "abc", branch="main", tags=("prod",))
    selectors = [{"branch": "main"}, {"tag": "prod", "latest": True}]
    answer = api.post(PATH, json={"consumerVersionSelectors": selectors, "includePendingStatus": False})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    body = answer.json()
    href = body["_embedded"]["pacts"][0]["_links"]["self"].pop("href")
    url, _, metadata = href.partition("/metadata/")
    assert url == "http://hub.test/pacts/provider/Bar/consumer/Foo/pact-version/abc"
    assert decode(metadata) == Metadata(("2",))
    assert "?" not in href
    text = (
        f"The pact at {url} is being verified because the pact content belongs to the consumer versions matching the "
        "following criteria:\n    * latest version from branch 'main' (2)\n    * latest version tagged 'prod' (2)"
    )
    assert body == {
        "_embedded": {
            "pacts": [
                {
                    "shortDescription": "latest from branch main, latest with tag prod",
                    "verificationProperties": {"notices": [{"when": "before_verification", "text": text}]},
                    "_links": {"self": {"name": "Pact between Foo (2) and Bar"}},
                }
            ]
        },
        "_links": {"self": {"href": f"http://hub.test{PATH}", "title": "Pacts to be verified"}},
    }


def test_an_unknown_provider_is_a_404(api: TestClient) -> None:
    for answer in (api.post(PATH.replace("Bar", "Nobody"), json={}), api.get(PATH.replace("Bar", "Nobody"))):
        assert answer.status_code == 404
        assert answer.json() == {"error": "No provider with name 'Nobody' found"}


def test_a_provider_without_pacts_has_none_to_verify(history: History, api: TestClient) -> None:
    assert asked(api) == []


def test_without_selectors_main_branches_and_environments(history: History, api: TestClient) -> None:
    history.consumer("Foo", main_branch="main")
    history.consumer("Baz", main_branch="main")
    history.publish("Foo", "1", "deployed")
    history.deploy("Foo", "1", "test")
    history.publish("Foo", "2", "main", branch="main")
    history.publish("Foo", "3", "feature", branch="feat")
    history.publish("Baz", "1", "tagged", tags=("main",))
    history.publish("Baz", "2", "untagged")
    history.publish("Zoo", "7", "newest")
    for pacts in (asked(api), asked(api, consumerVersionSelectors=[])):
        assert [(name, pact["shortDescription"]) for name, pact in zip(names(pacts), pacts, strict=True)] == [
            ("Baz (1)", "latest with tag main"),
            ("Foo (1)", "deployed to test"),
            ("Foo (2)", "latest from main branch"),
            ("Zoo (7)", "latest"),
        ]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"latest": True}, ["Baz (1)", "Foo (4)"]),
        ({"latest": True, "consumer": "Foo"}, ["Foo (4)"]),
        ({"tag": "prod", "latest": True}, ["Foo (3)"]),
        ({"tag": "prod"}, ["Foo (2)", "Foo (3)"]),
        ({"tag": "nope", "latest": True, "fallbackTag": "prod"}, ["Foo (3)"]),
        ({"tag": "nope", "latest": True}, []),
        ({"branch": "feat/x"}, ["Foo (3)"]),
        ({"branch": "gone", "fallbackBranch": "feat/x"}, []),
        ({"branch": True}, ["Baz (1)", "Foo (3)", "Foo (4)"]),
        ({"mainBranch": True}, ["Foo (4)"]),
        ({"matchingBranch": True}, ["Foo (3)"]),
        ({"deployed": True}, ["Foo (1)", "Foo (2)"]),
        ({"deployed": True, "environment": "test"}, ["Foo (2)"]),
        ({"released": True}, ["Baz (1)"]),
        ({"deployedOrReleased": True}, ["Baz (1)", "Foo (1)", "Foo (2)"]),
        ({"environment": "test"}, ["Baz (1)", "Foo (2)"]),
        ({"environment": "test", "consumer": "Baz"}, ["Baz (1)"]),
    ],
    ids=str,
)
def test_each_selector(history: History, api: TestClient, selector: dict[str, Any], expected: list[str]) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "1", "a", branch="main", tags=("prod",))
    history.publish("Foo", "2", "a", tags=("prod",))
    history.publish("Foo", "3", "c", branch="feat/x", tags=("prod",))
    history.publish("Foo", "4", "d", branch="main")
    history.publish("Baz", "1", "e", branch="main")
    history.deploy("Foo", "1", "production")
    history.deploy("Foo", "2", "test")
    history.release("Baz", "1", "test")
    pacts = asked(api, consumerVersionSelectors=[selector], providerVersionBranch="feat/x")
    if selector in ({"deployed": True}, {"deployedOrReleased": True}):
        # Versions 1 and 2 have the same content, so they are one entry for the newer of them.
        expected = [name for name in expected if name != "Foo (1)"]
        assert decode(pacts[-1]["_links"]["self"]["href"].rpartition("/")[2]).consumer_version_numbers == ("2", "1")
    assert names(pacts) == expected


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {"consumerVersionSelectors": [{"latest": True}, {"environment": "gone"}]},
            {"consumerVersionSelectors": ["environment with name 'gone' does not exist (at index 1)"]},
        ),
        (
            {"consumerVersionSelectors": [{"tag": "a", "branch": "b"}]},
            {"consumerVersionSelectors": ["cannot specify both a tag and a branch (at index 0)"]},
        ),
        ({"consumerVersionSelectors": 1}, {"consumerVersionSelectors": ["must be an array"]}),
        ({"includePendingStatus": "yes"}, {"includePendingStatus": ["must be boolean"]}),
        ({"providerVersionTags": "dev"}, {"providerVersionTags": ["must be an array"]}),
        ({"providerVersionTags": ["dev", 1]}, {"providerVersionTags": ["must be a string (at index 1)"]}),
        ({"providerVersionBranch": " "}, {"providerVersionBranch": ["cannot be blank"]}),
        ({"providerVersionBranch": 7}, {"providerVersionBranch": ["must be a string"]}),
        (
            {"includeWipPactsSince": "yesterday"},
            {"includeWipPactsSince": ["must be a date or a date-time, such as 2026-01-31"]},
        ),
        (
            {"includeWipPactsSince": 20260131},
            {"includeWipPactsSince": ["must be a date or a date-time, such as 2026-01-31"]},
        ),
        (
            {"includeWipPactsSince": "0001-01-01T00:00:00+14:00"},
            {"includeWipPactsSince": ["must be a date or a date-time, such as 2026-01-31"]},
        ),
    ],
    ids=str,
)
def test_faults_are_told_by_field(history: History, api: TestClient, body: dict[str, Any], errors: object) -> None:
    answer = api.post(PATH, json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


@pytest.mark.parametrize("asks_for", [{"includePendingStatus": True}, {"includeWipPactsSince": "2026-01-01"}], ids=str)
def test_an_empty_branch_settles_nothing(history: History, api: TestClient, asks_for: dict[str, Any]) -> None:
    empty = {"providerVersionBranch": "", **asks_for}
    assert list(api.post(PATH, json=empty).json()["errors"]) == ["providerVersionBranch"]
    assert api.post(PATH, json=empty | {"providerVersionTags": ["dev"]}).status_code == 200
    assert api.post(PATH, json={"providerVersionBranch": ""}).status_code == 200


def test_other_bodies_than_json_objects(history: History, api: TestClient) -> None:
    assert api.post(PATH, content=b"", headers={"Content-Type": "application/json"}).status_code == 200
    assert api.post(PATH, content=b"[]", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.post(PATH, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.post(PATH, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_pending_by_branch(history: History, api: TestClient) -> None:
    settled = history.publish("Foo", "1", "settled", branch="a")
    elsewhere = history.publish("Foo", "2", "elsewhere", branch="b")
    later = history.publish("Foo", "3", "later", branch="c")
    history.publish("Foo", "4", "never", branch="d")
    history.version("Bar", "1", branch="feat")
    began = history.today
    history.succeed(settled, BRANCH, "feat", on=TODAY)
    history.succeed(elsewhere, BRANCH, "main", on=began - 1)
    history.succeed(later, BRANCH, "main", on=began + 1)
    history.succeed(later, TAG, "feat", on=began - 1)

    def pending(branch: str) -> list[str]:
        pacts = asked(api, consumerVersionSelectors=[{"branch": True}], providerVersionBranch=branch)
        return [name for name, (is_pending, _) in states(pacts).items() if is_pending]

    assert pending("feat") == ["Foo (3)", "Foo (4)"]
    assert pending("never-used") == ["Foo (4)"]


def test_pending_by_tags_and_the_branch_wins(history: History, api: TestClient) -> None:
    contract = history.publish("Foo", "1")
    history.version("Bar", "1", branch="main", tags=("dev", "prod"))
    history.succeed(contract, TAG, "dev", on=TODAY)
    history.succeed(contract, BRANCH, "main", on=TODAY)
    for tags, pending in ((["dev"], False), (["prod"], True), (["dev", "prod"], True)):
        assert states(asked(api, providerVersionTags=tags)) == {"Foo (1)": (pending, False)}
    assert states(asked(api, providerVersionTags=["prod"], providerVersionBranch="main")) == {"Foo (1)": (False, False)}


def test_pending_for_any_version(history: History, api: TestClient) -> None:
    contract = history.publish("Foo", "1")
    history.verify(contract, "Foo", "1", success=False)
    assert states(asked(api)) == {"Foo (1)": (True, False)}
    history.verify(contract, "Foo", "1", success=True)
    history.verify(contract, "Foo", "1", success=False)
    assert states(asked(api)) == {"Foo (1)": (False, False)}


def test_pending_is_not_told_when_nobody_asks(history: History, api: TestClient) -> None:
    history.publish("Foo", "1")
    (pact,) = asked(api, includePendingStatus=False)
    assert list(pact["verificationProperties"]) == ["notices"]
    assert decode(pact["_links"]["self"]["href"].rpartition("/")[2]).pending is False


def test_work_in_progress(history: History, api: TestClient) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "0", "too old", branch="stale")
    history.publish("Foo", "1", "selected", branch="main")
    history.publish("Foo", "2", "selected", branch="same-content")
    history.publish("Foo", "3", "new", branch="feat")
    history.publish("Foo", "4", "new", branch="feat-too", tags=("x",))
    once = history.publish("Foo", "5", "succeeded as wip", tags=("y",))
    done = history.publish("Foo", "6", "succeeded when selected", branch="done")
    history.version("Bar", "1", branch="main")
    history.succeed(once, BRANCH, "main", on=TODAY)
    history.succeed(done, BRANCH, "main", on=TODAY, selected=TODAY)

    question: dict[str, Any] = {
        "consumerVersionSelectors": [{"mainBranch": True}],
        "providerVersionBranch": "main",
        # The second version was published a few days after the first; the history takes a few days for each.
        "includeWipPactsSince": day(4).isoformat(),
    }
    assert states(asked(api, **question)) == {
        "Foo (1)": (True, False),
        "Foo (4)": (True, True),
        "Foo (5)": (True, True),
    }
    wip = asked(api, **question)[1]
    assert wip["shortDescription"] == "latest from branch feat, latest from branch feat-too, latest with tag x"
    assert decode(wip["_links"]["self"]["href"].rpartition("/")[2]) == Metadata(("4", "3"), wip=True, pending=True)
    assert (
        "it is the pact for the latest version of Foo from branches"
        in wip["verificationProperties"]["notices"][0]["text"]
    )
    del question["providerVersionBranch"]
    assert names(asked(api, **question)) == ["Foo (1)"]


@pytest.mark.parametrize(
    ("last_success", "days", "wip"),
    [(TODAY - 20, None, False), (TODAY - 40, None, True), (TODAY - 20, 10, True), (TODAY - 40, 50, False)],
)
def test_other_branches_count_for_thirty_days_or_as_many_as_are_set(
    app: FastAPI, history: History, api: TestClient, last_success: int, days: float | None, wip: bool
) -> None:
    if days is not None:
        app.state.settings = Settings(rules=Rules(other_branch_lookback_days=days))
    history.publish("Foo", "1", "selected", branch="main")
    contract = history.publish("Foo", "2", "wip", branch="feat")
    history.succeed(contract, BRANCH, "main", on=5, selected=5, last=last_success)
    pacts = asked(
        api,
        consumerVersionSelectors=[{"branch": "main"}],
        providerVersionBranch="never-used",
        includeWipPactsSince="2020-01-01",
    )
    assert names(pacts[1:]) == (["Foo (2)"] if wip else [])


def test_work_in_progress_by_tags(history: History, api: TestClient) -> None:
    history.publish("Foo", "1", "selected", branch="main")
    by_dev = history.publish("Foo", "2", "done by dev", branch="a")
    by_both = history.publish("Foo", "3", "done by both", branch="b")
    history.version("Bar", "1", tags=("dev", "prod"))
    for contract, tag in ((by_dev, "dev"), (by_both, "dev"), (by_both, "prod")):
        history.succeed(contract, TAG, tag, on=TODAY, selected=TODAY)

    def wip(*tags: str) -> list[str]:
        question = {"consumerVersionSelectors": [{"branch": "main"}], "includeWipPactsSince": "2020-01-01"}
        return names(asked(api, providerVersionTags=list(tags), **question)[1:])

    assert wip("dev") == []
    assert wip("prod") == ["Foo (2)"]
    assert wip("dev", "prod") == ["Foo (2)"]


@pytest.mark.parametrize("field", ["main_branch", "mainBranch", "matching_branch", "deployed_or_released"])
def test_every_selector_in_the_deprecated_form(history: History, api: TestClient, field: str) -> None:
    history.consumer("Foo", main_branch="main")
    history.publish("Foo", "1", "one", branch="main")
    history.publish("Baz", "1", "without a selector it would be among them")
    asked = f"{PATH}?provider_version_branch=main&consumer_version_selectors[][{field}]=true"
    found = [each["_links"]["self"]["name"] for each in api.get(asked).json()["_embedded"]["pacts"]]
    assert found == ([] if field.startswith("deployed") else ["Pact between Foo (1) and Bar"])


def test_the_deprecated_form(history: History, api: TestClient) -> None:
    history.publish("Foo", "1", "a", tags=("prod",))
    history.publish("Foo", "2", "b", tags=("dev",))
    query = (
        "consumer_version_selectors[][tag]=prod&consumer_version_selectors[][latest]=true"
        "&consumer_version_selectors[][tag]=dev&provider_version_tags[]=main&include_pending_status=false&other=1"
    )
    answer = api.get(f"{PATH}?{query}")
    assert answer.status_code == 200
    assert answer.json()["_links"]["self"]["href"] == f"http://hub.test{PATH}"
    pacts = answer.json()["_embedded"]["pacts"]
    assert [pact["shortDescription"] for pact in pacts] == ["latest with tag prod", "one of dev"]
    first, second = pacts[0]["verificationProperties"]["notices"]
    assert first["text"].startswith("WARNING")
    assert second["text"].startswith("The pact at ")
    wrong = api.get(f"{PATH}?consumer_version_selectors[][consumer]=Foo")
    assert wrong.status_code == 400


def test_names_with_slashes_stay_inside_their_segment(history: History, api: TestClient) -> None:
    history.publish("Foo/Web app", "1/β", "a", branch="feat/ü")
    (pact,) = asked(api, consumerVersionSelectors=[{"branch": "feat/ü"}])
    assert pact["_links"]["self"]["href"].startswith(
        "http://hub.test/pacts/provider/Bar/consumer/Foo%2FWeb%20app/pact-version/a/metadata/"
    )
    assert decode(pact["_links"]["self"]["href"].rpartition("/")[2]).consumer_version_numbers == ("1/β",)


def test_an_address_has_room_for_many_versions(history: History, api: TestClient) -> None:
    for number in range(6):
        history.publish("Foo", f"{number}{'x' * 1000}", "same", branch=f"feat{number}")
    (pact,) = asked(api, consumerVersionSelectors=[{"branch": True}])
    told = decode(pact["_links"]["self"]["href"].rpartition("/")[2]).consumer_version_numbers
    assert [number[0] for number in told] == ["5", "4"]


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow(history: History, api: TestClient, statements: list[str]) -> None:
    question: dict[str, Any] = {
        "consumerVersionSelectors": [{"mainBranch": True}, {"deployedOrReleased": True}, {"matchingBranch": True}],
        "providerVersionBranch": "main",
        "includeWipPactsSince": "2020-01-01",
    }
    counts = []
    for numbers in (range(1), range(1, 12)):
        for number in numbers:
            history.consumer(f"Foo{number}", main_branch="main")
            history.publish(f"Foo{number}", "1", f"a{number}", branch="main", tags=("prod",))
            history.publish(f"Foo{number}", "2", f"b{number}", branch="feat", tags=("dev",))
            history.deploy(f"Foo{number}", "1", "test")
        asked(api, **question)
        statements.clear()
        asked(api, **question)
        counts.append(len([each for each in statements if each.startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1] <= 11
