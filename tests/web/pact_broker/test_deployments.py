"""Deployments and releases over HTTP (pact-broker-api §12)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"
PATCH = {"Content-Type": "application/merge-patch+json"}
JSON = {"Content-Type": "application/json"}


def uuid_of(api: TestClient, name: str = "test") -> str:
    (home,) = api.get(f"/environments?name={name}").json()["_embedded"]["environments"]
    uuid: str = home["uuid"]
    return uuid


def record(api: TestClient, number: str, *, kind: str = "deployed", name: str = "Foo", **body: Any) -> dict[str, Any]:
    """Records a version in ``test`` through the link that clients follow."""
    api.put(f"/pacticipants/{name}/versions/{number}", json={})
    relation = {"deployed": "pb:record-deployment", "released": "pb:record-release"}[kind]
    links = api.get(f"/pacticipants/{name}/versions/{number}").json()["_links"][relation]
    (href,) = [each["href"] for each in links if each["name"] == "test"]
    answer = api.post(href, json=body)
    assert answer.status_code in {200, 201}
    recorded: dict[str, Any] = answer.json()
    return recorded


def now_in_test(api: TestClient, **query: str) -> list[tuple[str, str, str | None]]:
    answer = api.get(f"/environments/{uuid_of(api)}/deployed-versions/currently-deployed", params=query)
    assert answer.status_code == 200
    return [
        (
            each["_embedded"]["pacticipant"]["name"],
            each["_embedded"]["version"]["number"],
            each.get("applicationInstance"),
        )
        for each in answer.json()["_embedded"]["deployedVersions"]
    ]


def supported_in_test(api: TestClient, **query: str) -> list[str]:
    answer = api.get(f"/environments/{uuid_of(api)}/released-versions/currently-supported", params=query)
    assert answer.status_code == 200
    return [each["_embedded"]["version"]["number"] for each in answer.json()["_embedded"]["releasedVersions"]]


def test_a_deployment(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    there = f"/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid_of(api)}"
    answer = api.post(there, json={"applicationInstance": "blue"})
    assert answer.status_code == 201
    body = answer.json()
    here = f"{BASE}/deployed-versions/{body['uuid']}"
    assert answer.headers["location"] == body["_links"]["self"]["href"] == here
    assert body["currentlyDeployed"] is True
    assert (body["applicationInstance"], body["target"]) == ("blue", "blue")
    assert body["_embedded"]["pacticipant"]["name"] == "Foo"
    assert body["_embedded"]["version"]["number"] == "1"
    assert body["_embedded"]["environment"]["name"] == "test"
    assert "undeployedAt" not in body
    assert api.get(f"/deployed-versions/{body['uuid']}").json() == body
    assert api.get(there).json()["_embedded"]["deployedVersions"] == [body]


def test_the_body_may_be_empty_and_then_there_is_no_instance(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    there = f"/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid_of(api)}"
    answer = api.post(there, headers=JSON)
    assert answer.status_code == 201
    assert not {"applicationInstance", "target"} & set(answer.json())
    assert api.post(there).status_code == 415


def test_deploying_what_is_there_returns_the_record(api: TestClient) -> None:
    first = record(api, "1")
    api.put("/pacticipants/Foo/versions/1", json={})
    again = api.post(f"/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid_of(api)}", json={})
    assert (again.status_code, again.json()["uuid"]) == (201, first["uuid"])


def test_a_deployment_takes_the_place_of_the_one_before(api: TestClient) -> None:
    first = record(api, "1")
    record(api, "2")
    assert now_in_test(api) == [("Foo", "2", None)]
    former = api.get(f"/deployed-versions/{first['uuid']}").json()
    assert former["currentlyDeployed"] is False
    assert former["undeployedAt"].endswith("+00:00")


def test_deploying_an_older_version_again_makes_a_new_record(api: TestClient) -> None:
    uuids = [record(api, number)["uuid"] for number in ("1", "2", "1")]
    assert len(set(uuids)) == 3
    there = f"/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid_of(api)}"
    found = api.get(there).json()["_embedded"]["deployedVersions"]
    assert [(each["uuid"], each["currentlyDeployed"]) for each in found] == [(uuids[0], False), (uuids[2], True)]


def test_every_instance_has_its_own_slot_and_so_has_none(api: TestClient) -> None:
    record(api, "1")
    record(api, "2", applicationInstance="blue")
    record(api, "3", target="green")
    record(api, "4", applicationInstance="blue")
    record(api, "5", name="Bar")
    assert sorted(now_in_test(api), key=str) == [
        ("Bar", "5", None),
        ("Foo", "1", None),
        ("Foo", "3", "green"),
        ("Foo", "4", "blue"),
    ]


@pytest.mark.parametrize("key", ["applicationInstance", "target"])
@pytest.mark.parametrize("value", ["", None])
def test_an_empty_instance_is_no_instance(api: TestClient, key: str, value: str | None) -> None:
    record(api, "1")
    body: dict[str, Any] = {key: value}
    record(api, "2", **body)
    assert now_in_test(api) == [("Foo", "2", None)]


def test_current_deployments_are_filtered_and_an_empty_instance_asks_for_none(api: TestClient) -> None:
    record(api, "1")
    record(api, "2", applicationInstance="blue")
    record(api, "3", name="Bar")
    assert now_in_test(api, pacticipant="Bar") == [("Bar", "3", None)]
    assert now_in_test(api, pacticipant="Foo", applicationInstance="") == [("Foo", "1", None)]
    assert now_in_test(api, pacticipant="Foo", applicationInstance="blue") == [("Foo", "2", "blue")]
    assert now_in_test(api, pacticipant="Foo", target="") == [("Foo", "1", None)]
    assert now_in_test(api, target="blue") == [("Foo", "2", "blue")]
    assert now_in_test(api, pacticipant="No") == []


def test_undeploying(api: TestClient) -> None:
    made = record(api, "1")
    there = f"/deployed-versions/{made['uuid']}"
    unchanged = api.patch(there, json={}, headers=PATCH)
    assert (unchanged.status_code, unchanged.json()) == (200, made)
    ended = api.patch(there, json={"currentlyDeployed": False}, headers=PATCH)
    assert (ended.status_code, ended.json()["currentlyDeployed"]) == (200, False)
    assert "undeployedAt" in ended.json()
    assert now_in_test(api) == []
    assert api.patch(there, json={"currentlyDeployed": False}, headers=PATCH).json() == ended.json()
    assert api.patch(there, json={"currentlyDeployed": False}).status_code == 415


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        (
            "deployed",
            "currentlyDeployed",
            "The currentlyDeployed property cannot be set back to true. Please record a new deployment.",
        ),
        (
            "released",
            "currentlySupported",
            "The currentlySupported property cannot be set back to true. Please record a new release.",
        ),
    ],
)
def test_what_has_ended_cannot_be_set_back(api: TestClient, kind: str, field: str, text: str) -> None:
    there = f"/{kind}-versions/{record(api, '1', kind=kind)['uuid']}"
    api.patch(there, json={field: False}, headers=PATCH)
    answer = api.patch(there, json={field: True}, headers=PATCH)
    assert (answer.status_code, answer.json()) == (422, {"errors": {field: [text]}})
    assert api.get(there).json()[field] is False
    wrong_values: list[Any] = ["false", 0, None, []]
    for wrong in wrong_values:
        answer = api.patch(there, json={field: wrong}, headers=PATCH)
        assert (answer.status_code, answer.json()) == (400, {"errors": {field: ["must be boolean"]}})


def test_the_instance_is_a_line_of_text(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    there = f"/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid_of(api)}"
    for wrong, text in ((1, "must be a string"), ("a\nb", "cannot contain multiple lines")):
        answer = api.post(there, json={"applicationInstance": wrong})
        assert (answer.status_code, answer.json()) == (400, {"errors": {"applicationInstance": [text]}})
    assert api.post(there, json=[]).status_code == 400


def test_a_release(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    there = f"/pacticipants/Foo/versions/1/released-versions/environment/{uuid_of(api)}"
    answer = api.post(there, headers=JSON)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["location"] == body["_links"]["self"]["href"] == f"{BASE}/released-versions/{body['uuid']}"
    assert body["currentlySupported"] is True
    assert "supportEndedAt" not in body
    assert body["_embedded"]["environment"]["name"] == "test"
    again = api.post(there, json={})
    assert (again.status_code, again.json()) == (200, body)
    assert api.get(there).json()["_embedded"]["releasedVersions"] == [body]
    assert api.get(f"/released-versions/{body['uuid']}").json() == body


def test_releases_never_replace_each_other(api: TestClient) -> None:
    for number in ("1", "2"):
        record(api, number, kind="released")
    record(api, "1", kind="released", name="Bar")
    assert supported_in_test(api) == ["1", "2", "1"]
    assert supported_in_test(api, pacticipant="Foo") == ["1", "2"]
    assert supported_in_test(api, pacticipant="Foo", version="2") == ["2"]
    assert supported_in_test(api, pacticipant="Foo", version="3") == []


def test_support_ends_and_is_revived_by_releasing_again(api: TestClient) -> None:
    made = record(api, "1", kind="released")
    there = f"/released-versions/{made['uuid']}"
    ended = api.patch(there, json={"currentlySupported": False}, headers=PATCH)
    assert (ended.status_code, ended.json()["currentlySupported"]) == (200, False)
    assert "supportEndedAt" in ended.json()
    assert supported_in_test(api) == []
    assert record(api, "1", kind="released") == made
    assert supported_in_test(api) == ["1"]


@pytest.mark.parametrize("kind", ["deployed", "released"])
def test_what_is_missing_is_404(api: TestClient, kind: str) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    home, tail = uuid_of(api), f"{kind}-versions/environment"
    for path in (f"Foo/versions/2/{tail}/{home}", f"No/versions/1/{tail}/{home}", f"Foo/versions/1/{tail}/none"):
        assert api.post(f"/pacticipants/{path}", json={}).status_code == 404
        assert api.get(f"/pacticipants/{path}").status_code == 404
    assert api.get(f"/{kind}-versions/none").status_code == 404
    assert api.patch(f"/{kind}-versions/none", json={}, headers=PATCH).status_code == 404


def test_versions_and_pacticipants_say_where_they_live(api: TestClient) -> None:
    deployed, released = record(api, "1", applicationInstance="blue"), record(api, "1", kind="released")
    record(api, "2")
    links = api.get("/pacticipants/Foo/versions/1").json()["_links"]
    (home,), (shelf,) = links["pb:deployed-environments"], links["pb:released-environments"]
    assert (home["name"], home["currently_deployed"], home["application_instance"]) == ("Test", True, "blue")
    assert home["href"] == f"{BASE}/deployed-versions/{deployed['uuid']}"
    assert (shelf["name"], shelf["currently_supported"]) == ("Test", True)
    assert shelf["href"] == f"{BASE}/released-versions/{released['uuid']}"
    links = api.get("/pacticipants/Foo").json()["_links"]["pb:deployed-environments"]
    assert [(each["name"], each["currently_deployed"], each.get("application_instance")) for each in links] == [
        ("Test", True, "blue"),
        ("Test", True, None),
    ]


def test_workspaces_do_not_see_each_others_records(api: TestClient) -> None:
    made = record(api, "1")
    assert api.get(f"/w/default/deployed-versions/{made['uuid']}").status_code == 200
    assert api.get(f"/w/other/deployed-versions/{made['uuid']}").status_code == 404
