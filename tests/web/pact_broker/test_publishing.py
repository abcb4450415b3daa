from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.services.hub import Rules
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from contracthub.web.settings import Settings
from tests.web.pact_broker.published import (
    contract,
    envelope,
    pact,
    publish,
    published,
    put,
    report,
    results_url,
    texts,
)
from tests.web.pact_broker.published import result as result_of

CANNOT = "Cannot change the content of the pact for Foo version 1 and provider Bar, as race conditions will cause"


@pytest.fixture
def lenient(database: Database) -> TestClient:
    """A hub that allows published content to change."""
    app: FastAPI = create_app(DatabaseStorage(database), Settings(rules=Rules(allow_changed_contracts=True)))
    return TestClient(app, base_url="http://hub.test", raise_server_exceptions=False)


def test_answers_as_clients_of_the_pact_broker_expect(api: TestClient) -> None:
    body = envelope("1", contract(pact()), branch="main", tags=["a"], buildUrl="https://ci.example/1")

    answer = publish(api, body)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    told = answer.json()
    assert told["notices"] == [
        {"type": "debug", "text": "Created Foo version 1 with branch main and tags a"},
        {"type": "success", "text": "Pact successfully published for Foo version 1 and provider Bar."},
        {
            "type": "debug",
            "text": "  View the published pact at http://hub.test/pacts/provider/Bar/consumer/Foo/version/1",
        },
        {
            "type": "debug",
            "text": "  Events detected: contract_published, contract_content_changed (first time any pact published "
            "for this consumer with consumer version tagged a)",
        },
        {"type": "prompt", "text": "  Next steps:"},
        {
            "type": "prompt",
            "text": "    * Add Pact verification tests to the Bar build. "
            "See https://docs.pact.io/go/provider_verification",
        },
        {
            "type": "prompt",
            "text": "    * Configure separate Bar pact verification build and webhook to trigger it when the pact "
            "content changes. See https://docs.pact.io/go/webhooks",
        },
    ]
    assert [log["message"] for log in told["logs"]] == texts(answer)
    assert {log["deprecationWarning"] for log in told["logs"]} == {"Replaced by notices"}
    assert told["_embedded"]["pacticipant"]["name"] == "Foo"
    version = told["_embedded"]["version"]
    assert (version["number"], version["_links"]["self"]["title"]) == ("1", "Version")
    assert told["_links"] == {
        "pb:pacticipant": {"title": "Pacticipant", "name": "Foo", "href": "http://hub.test/pacticipants/Foo"},
        "pb:pacticipant-version": {
            "title": "Pacticipant version",
            "name": "1",
            "href": "http://hub.test/pacticipants/Foo/versions/1",
        },
        "pb:pacticipant-version-tags": [
            {"title": "Tag", "name": "a", "href": "http://hub.test/pacticipants/Foo/versions/1/tags/a"}
        ],
        "pb:contracts": [
            {
                "title": "Pact",
                "name": "Pact between Foo (1) and Bar",
                "href": "http://hub.test/pacts/provider/Bar/consumer/Foo/version/1",
            }
        ],
    }


def test_records_the_version_with_branch_tags_and_build(api: TestClient) -> None:
    publish(api, envelope("1", contract(pact()), branch="main", tags=["a", "b", "a"], buildUrl="https://ci.example/1"))

    version = api.get("/pacticipants/Foo/versions/1").json()

    assert version["buildUrl"] == "https://ci.example/1"
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["main"]
    assert [tag["name"] for tag in version["_embedded"]["tags"]] == ["a", "b"]


def test_a_version_may_be_published_without_contracts(api: TestClient) -> None:
    answer = publish(api, envelope("1", branch="main"))

    assert (answer.status_code, texts(answer)) == (200, ["Created Foo version 1 with branch main"])


def test_many_contracts_keep_their_order(api: TestClient) -> None:
    contracts = [contract(pact(provider=name), provider=name) for name in ("Zebra", "Ant", "Mole")]

    answer = publish(api, envelope("1", *contracts))

    names = [link["name"] for link in answer.json()["_links"]["pb:contracts"]]
    assert names == [f"Pact between Foo (1) and {name}" for name in ("Zebra", "Ant", "Mole")]


def test_without_branch_the_next_step_is_to_name_one(api: TestClient) -> None:
    told = texts(publish(api, envelope("1", contract(pact()), tags=["a", "b"])))

    assert told[:2] == [
        "Created Foo version 1 with tags a, b",
        "  Next steps:\n    Configure the version branch to be the value of your repository branch.",
    ]


def test_the_same_again_is_fine_and_says_so(api: TestClient) -> None:
    body = envelope("1", contract(pact()), branch="main")
    publish(api, body)

    answer = publish(api, body)

    assert answer.status_code == 200
    assert texts(answer)[:4] == [
        "Updated Foo version 1 with branch main",
        "Pact successfully republished for Foo version 1 and provider Bar with no content changes.",
        "  View the published pact at http://hub.test/pacts/provider/Bar/consumer/Foo/version/1",
        "  Events detected: contract_published (pact content was unchanged)",
    ]


def test_a_pair_with_results_and_a_webhook_needs_no_next_steps(api: TestClient) -> None:
    report(api, results_url(published(api)), result_of())
    webhook = {"provider": {"name": "Bar"}, "request": {"method": "POST", "url": "https://ci.test/build"}}
    assert api.post("/webhooks", json=webhook).status_code == 201

    assert "  Next steps:" not in texts(publish(api, envelope("2", contract(pact()), branch="main")))


def events(api: TestClient, number: str, path: str, **more: Any) -> str:
    answer = publish(api, envelope(number, contract(pact(path=path)), **more))
    return next(text for text in texts(answer) if "Events detected" in text).removeprefix("  Events detected: ")


def test_events_compare_with_the_previous_untagged_version(api: TestClient) -> None:
    changed = "contract_published, contract_content_changed "
    assert events(api, "1", "/a") == changed + "(first time untagged pact published)"
    assert events(api, "2", "/a") == "contract_published (pact content was unchanged)"
    assert events(api, "3", "/b") == changed + "(pact content has changed since previous untagged version)"
    assert events(api, "3", "/b") == "contract_published (pact content was unchanged)"


def test_events_compare_with_the_previous_version_of_each_tag(api: TestClient) -> None:
    changed = "contract_published, contract_content_changed "
    first = "first time any pact published for this consumer with consumer version tagged"
    same = "pact content is the same as previous version"
    assert events(api, "1", "/a", tags=["x"]) == f"{changed}({first} x)"
    assert events(api, "2", "/a", tags=["x"]) == f"contract_published ({same} with tag x and no new tags were applied)"
    assert events(api, "3", "/a", tags=["x", "y"]) == f"{changed}({first} y)"
    assert events(api, "4", "/a", tags=["x", "y"]) == (
        f"contract_published ({same}s with tags x, y and no new tags were applied)"
    )
    since = "pact content has changed since the last consumer version tagged with"
    assert events(api, "5", "/b", tags=["x", "z"]) == f"{changed}({since} x, {first} z)"


def test_publishing_again_with_a_new_tag_is_a_change_for_that_tag(api: TestClient) -> None:
    events(api, "1", "/a", tags=["x"])

    told = events(api, "1", "/a", tags=["x", "y"])

    assert told.endswith("(first time any pact published for this consumer with consumer version tagged y)")


def test_other_content_for_the_same_version_is_a_conflict(api: TestClient) -> None:
    publish(api, envelope("1", contract(pact())))

    answer = publish(api, envelope("1", contract(pact(path="/other"), onConflict="merge"), branch="new", tags=["new"]))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    error, difference = answer.json()["notices"]
    assert (error["type"], error["text"][: len(CANNOT)]) == ("error", CANNOT)
    assert (difference["type"], '"path": "/other"' in difference["text"]) == ("info", True)
    assert answer.json()["errors"] == {"contracts": [error["text"]]}
    version = api.get("/pacticipants/Foo/versions/1").json()
    assert version["_embedded"] == {"branchVersions": [], "tags": []}


def test_one_conflict_keeps_all_contracts_out(api: TestClient) -> None:
    publish(api, envelope("1", contract(pact())))

    changed, new = contract(pact(path="/other")), contract(pact(provider="New"), provider="New")
    answer = publish(api, envelope("1", new, changed))

    assert answer.status_code == 409
    assert api.get("/pacticipants/New").status_code == 404


def test_the_order_of_keys_and_interactions_is_no_change(api: TestClient) -> None:
    two = pact()
    two["interactions"].append({"description": "b", "request": {"path": "/b", "method": "GET"}})
    publish(api, envelope("1", contract(two)))

    turned = dict(reversed(two.items())) | {"interactions": list(reversed(two["interactions"]))}

    assert publish(api, envelope("1", contract(turned))).status_code == 200


def test_where_changes_are_allowed_content_is_overwritten(lenient: TestClient) -> None:
    publish(lenient, envelope("1", contract(pact())))

    answer = publish(lenient, envelope("1", contract(pact(path="/other"))))

    warning, event = answer.json()["notices"][2], answer.json()["notices"][4]
    assert warning == {
        "type": "warning",
        "text": "Pact with changed content published over existing content for Foo version 1 and provider Bar.",
    }
    assert event["text"].endswith("(pact content modified since previous publication for Foo version 1)")
    served = lenient.get("/pacts/provider/Bar/consumer/Foo/version/1").json()
    assert [each["request"]["path"] for each in served["interactions"]] == ["/other"]


def test_where_changes_are_allowed_content_is_merged(lenient: TestClient) -> None:
    publish(lenient, envelope("1", contract(pact())))
    more = pact(path="/more")
    more["interactions"][0]["description"] = "more"

    answer = publish(lenient, envelope("1", contract(more, onConflict="merge")))

    assert "Pact content merged with existing content for Foo version 1 and provider Bar." in texts(answer)
    served = lenient.get("/pacts/provider/Bar/consumer/Foo/version/1").json()
    assert [each["request"]["path"] for each in served["interactions"]] == ["/things", "/more"]


def test_what_can_not_be_merged_is_told_as_every_conflict(lenient: TestClient) -> None:
    publish(lenient, envelope("1", contract(pact())))

    answer = publish(lenient, envelope("1", contract(pact(path="/other"), onConflict="merge")))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    (error,) = answer.json()["notices"]
    assert (error["type"], "can't be merged" in error["text"]) == ("error", True)
    assert answer.json()["errors"] == {"contracts": [error["text"]]}


def test_a_name_that_is_nearly_taken_is_refused(api: TestClient) -> None:
    publish(api, envelope("1", contract(pact())))

    answer = publish(api, envelope("1", contract(pact(provider="bars Service"), provider="bars Service")))

    assert answer.status_code == 409
    assert answer.json()["notices"][0]["type"] == "error"
    assert "very similar" in texts(answer)[0]
    assert "Bar" in texts(answer)[0]
    assert api.get("/pacticipants/bars%20Service").status_code == 404


def test_a_name_that_was_created_on_purpose_is_accepted(api: TestClient) -> None:
    publish(api, envelope("1", contract(pact())))
    api.post("/pacticipants", json={"name": "bars"})

    assert publish(api, envelope("1", contract(pact(provider="bars"), provider="bars"))).status_code == 200


def test_another_content_type_is_refused(api: TestClient) -> None:
    answer = api.post("/contracts/publish", content=b"{}", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 415


def broken(**changes: object) -> dict[str, object]:
    return {key: value for key, value in (contract(pact()) | changes).items() if value != "absent"}


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (broken(consumerName="X"), "consumerName ('X') must match pacticipantName ('Foo')"),
        (broken(providerName="absent"), "providerName is missing"),
        (broken(providerName=" "), "providerName cannot be blank"),
        (broken(providerName=""), "providerName must be filled"),
        (broken(providerName=7), "providerName must be a string"),
        (broken(specification="openapi"), "specification must be one of: pact"),
        (broken(contentType="absent"), "contentType is missing"),
        (broken(contentType="text/plain"), "contentType must be one of: application/json"),
        (broken(onConflict="panic"), "onConflict must be one of: overwrite, merge"),
        (broken(onConflict=["merge"]), "onConflict must be one of: overwrite, merge"),
        (broken(content="%%%"), "content is not valid Base64"),
        (broken(content="YWJ\nj"), "content is not valid Base64"),
        (broken(content="ä"), "content is not valid Base64"),
        (
            contract(pact(provider="Other")),
            "provider name in contract content ('Other') must match providerName ('Bar')",
        ),
        ("text", "must be a hash"),
    ],
)
def test_faults_of_a_contract_name_its_position(api: TestClient, entry: object, text: str) -> None:
    body = envelope("1", contract(pact(provider="Fine"), provider="Fine"), entry)  # type: ignore[arg-type]

    answer = publish(api, body)

    assert (answer.status_code, answer.json()) == (400, {"errors": {"contracts": [f"{text} (at index 1)"]}})
    assert api.get("/pacticipants/Foo").status_code == 404


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"pacticipantName": None}, {"pacticipantName": ["must be filled"]}),
        ({"pacticipantVersionNumber": "  "}, {"pacticipantVersionNumber": ["cannot be blank"]}),
        ({"pacticipantVersionNumber": "1\n2"}, {"pacticipantVersionNumber": ["cannot contain multiple lines"]}),
        ({"pacticipantVersionNumber": 1.1}, {"pacticipantVersionNumber": ["must be a string"]}),
        ({"contracts": {}}, {"contracts": ["must be an array"]}),
        ({"branch": "a\nb"}, {"branch": ["cannot contain multiple lines"]}),
        ({"buildUrl": "a\nb"}, {"buildUrl": ["cannot contain multiple lines"]}),
        ({"tags": ["a", " "]}, {"tags": ["cannot be blank (at index 1)"]}),
        ({"tags": "a"}, {"tags": ["must be an array"]}),
    ],
)
def test_faults_of_the_version_name_their_field(api: TestClient, change: object, errors: object) -> None:
    answer = publish(api, envelope("1") | change)  # type: ignore[operator]

    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


def test_required_fields_are_asked_for_all_at_once(api: TestClient) -> None:
    missing = ["is missing"]

    answer = publish(api, {})

    assert answer.json() == {
        "errors": {"pacticipantName": missing, "pacticipantVersionNumber": missing, "contracts": missing}
    }


def test_a_provider_given_twice_must_be_given_the_same(api: TestClient) -> None:
    twice = publish(api, envelope("1", contract(pact()), contract(pact())))
    differing = publish(api, envelope("2", contract(pact()), contract(pact(path="/other"))))

    assert (twice.status_code, len(twice.json()["_links"]["pb:contracts"])) == (200, 1)
    assert differing.status_code == 400


def test_a_pact_that_was_put_and_one_that_was_published_are_one(api: TestClient) -> None:
    assert put(api, pact()).status_code == 201
    assert "republished" in texts(publish(api, envelope("1", contract(pact()))))[2]
