"""DELETE over HTTP: statuses, bodies, and what is there afterwards (pact-broker-api §5, §6, §7, §9, §10, §16)."""

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

BASE = "http://hub.test"
PAIR = "/pacts/provider/Bar/consumer/Foo"


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def numbers(api: TestClient, path: str) -> list[str]:
    return [each["number"] for each in api.get(path).json()["_embedded"]["versions"]]


def pacts(api: TestClient) -> list[str]:
    found = api.get(f"{PAIR}/versions").json()["_embedded"]["pacts"]
    return [each["_embedded"]["consumerVersion"]["number"] for each in found]


@pytest.mark.parametrize(
    "path",
    [
        "/pacticipants/Nobody",
        "/pacticipants/Nobody/versions/1",
        "/pacticipants/Nobody/branches",
        "/pacticipants/Nobody/branches/x",
        "/pacticipants/Foo/versions/9",
        "/pacticipants/Foo/versions/1/tags/none",
        "/pacticipants/Foo/branches/none",
        "/pacticipants/Foo/branches/none/versions/1",
        "/pacticipants/Foo/branches/main/versions/2",
        f"{PAIR}/version/9",
        "/pacts/provider/Nobody/consumer/Foo/versions",
        "/pacts/provider/Nobody/consumer/Foo/tag/a",
        f"{PAIR}/pact-version/{'0' * 40}/verification-results/1",
        f"{PAIR}/pact-version/{'0' * 40}/verification-results/x",
        "/integrations/provider/Nobody/consumer/Foo",
    ],
)
def test_what_is_not_there_is_404_and_nothing_goes(api: TestClient, given: Given, path: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.version("Foo", "2")
    assert api.delete(path).status_code == 404
    assert pacts(api) == ["1"]
    assert numbers(api, "/pacticipants/Foo/versions") == ["2", "1"]


def test_a_pacticipant_goes_with_all_it_has_on_both_sides(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1, "Foo": 2}, branch="main", tags=("a",))
    given.published("Bar", "1", {"Baz": 1})
    given.verified("Foo", "1", "Bar", "1")
    assert api.delete("/pacticipants/Bar").status_code == 204
    assert api.get("/pacticipants/Bar").status_code == 404
    assert api.get(f"{PAIR}/version/1").status_code == 404
    assert api.get("/pacts/provider/Foo/consumer/Foo/version/1").status_code == 200
    assert numbers(api, "/pacticipants/Foo/versions") == ["1"]
    assert api.get("/pacticipants/Baz").status_code == 200


def test_a_version_goes_and_its_branch_gets_the_previous_head(api: TestClient, given: Given) -> None:
    for number in ("1", "2", "3"):
        given.published("Foo", number, {"Bar": int(number)}, branch="main")
    test = given.environment_uuid("test")
    given.deployed("Foo", "3", test)
    assert api.delete("/pacticipants/Foo/versions/3").status_code == 204
    assert numbers(api, "/pacticipants/Foo/versions") == ["2", "1"]
    assert api.get("/pacticipants/Foo/branches/main/latest-version").json()["number"] == "2"
    assert pacts(api) == ["2", "1"]
    deployed = api.get(f"/environments/{test}/deployed-versions/currently-deployed").json()
    assert deployed["_embedded"]["deployedVersions"] == []


def test_the_gate_forgets_what_a_deleted_version_had_shown(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.verified("Foo", "1", "Bar", "7")
    given.deployed("Bar", "7", given.environment_uuid("test"))
    assert given.can_i_deploy("Foo", "1", "test")["summary"]["deployable"] is True
    api.delete("/pacticipants/Bar/versions/7")
    given.version("Bar", "7")
    given.deployed("Bar", "7", given.environment_uuid("test"))
    assert given.can_i_deploy("Foo", "1", "test")["summary"]["deployable"] is None


def test_a_branch_goes_without_its_versions(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="feat/x")
    assert api.delete("/pacticipants/Foo/branches/feat%2Fx").status_code == 204
    assert api.get("/pacticipants/Foo/branches/feat%2Fx").status_code == 404
    assert pacts(api) == ["1"]


def test_a_version_leaves_its_branch(api: TestClient, given: Given) -> None:
    given.version("Foo", "1", "main")
    given.version("Foo", "2", "main")
    # An old one that was added last was the head.
    given.version("Foo", "0")
    there = "/pacticipants/Foo/branches/main/versions"
    assert api.delete(f"{there}/2").status_code == 204
    assert api.get("/pacticipants/Foo/branches/main/latest-version").json()["number"] == "1"
    assert api.delete(f"{there}/1").status_code == 204
    assert api.get("/pacticipants/Foo/branches/main").status_code == 200
    assert api.get("/pacticipants/Foo/branches/main/latest-version").status_code == 404
    assert numbers(api, "/pacticipants/Foo/versions") == ["0", "2", "1"]


def test_all_branches_but_some(api: TestClient, given: Given) -> None:
    for branch in ("a", "b", "main", "x", "y", "z"):
        given.version("Foo", "1", branch)
    answer = api.delete("/pacticipants/Foo/branches?exclude[]=a&exclude[]=b")
    assert answer.status_code == 202
    text = "Scheduled deletion of 3 branches for pacticipant Foo. Remaining branches are: a, b, main"
    assert answer.json() == {"notices": [{"type": "success", "text": text}]}
    left = api.get("/pacticipants/Foo/branches").json()["_embedded"]["branches"]
    assert sorted(each["name"] for each in left) == ["a", "b", "main"]


def test_a_tag_goes(api: TestClient, given: Given) -> None:
    given.tag("Foo", "1", "a")
    assert api.delete("/pacticipants/Foo/versions/1/tags/a").status_code == 204
    assert api.get("/pacticipants/Foo/versions/1/tags/a").status_code == 404


@pytest.mark.parametrize("word", ["version", "versions"])
def test_a_pact_goes_and_the_answer_leads_on(api: TestClient, given: Given, word: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.published("Foo", "2", {"Bar": 1})
    first = api.delete(f"{PAIR}/{word}/2")
    latest = {"title": "Latest pact", "href": f"{BASE}{PAIR}/latest"}
    assert (first.status_code, first.json()["_links"]) == (
        200,
        {"index": {"href": BASE}, "pb:latest-pact-version": latest},
    )
    last = api.delete(f"/pact/provider/Bar/consumer/Foo/{word}/1")
    assert (last.status_code, last.json()) == (200, {"_links": {"index": {"href": BASE}}})
    assert numbers(api, "/pacticipants/Foo/versions") == ["2", "1"]


def test_a_pact_that_was_deleted_can_be_published_with_other_content(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "7")
    api.delete(f"{PAIR}/version/1")
    given.published("Foo", "1", {"Bar": 2})
    assert api.get(f"{PAIR}/version/1").json()["interactions"][0]["description"] == "request 2"
    assert api.get(f"{PAIR}/version/1/verification-results/latest").status_code == 404


def test_lists_of_pacts(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1, "Baz": 1}, branch="main", tags=("a",))
    given.published("Foo", "2", {"Bar": 2}, branch="feat/x", tags=("b",))
    given.published("Foo", "3", {"Bar": 3}, branch="main")
    answer = api.delete(f"{PAIR}/tag/a")
    assert answer.status_code == 200
    assert set(answer.json()["_links"]) == {"index", "pb:latest-pact-version"}
    assert pacts(api) == ["3", "2"]
    assert api.delete(f"{PAIR}/branch/feat%2Fx").status_code == 200
    assert pacts(api) == ["3"]
    assert api.delete(f"{PAIR}/versions").status_code == 204
    assert pacts(api) == []
    assert api.get("/pacts/provider/Baz/consumer/Foo/version/1").status_code == 200


def test_the_newest_of_a_branch_goes_alone(api: TestClient, given: Given) -> None:
    for number in ("1", "2"):
        given.published("Foo", number, {"Bar": int(number)}, branch="feat")
    given.published("Foo", "3", {"Bar": 3}, branch="main")
    answer = api.delete(f"{PAIR}/branch/feat/latest/versions")
    assert (answer.status_code, answer.json()["_links"]["index"]) == (200, {"href": BASE})
    assert answer.json()["_links"]["pb:latest-pact-version"]["href"] == f"{BASE}{PAIR}/latest"
    assert pacts(api) == ["3", "1"]
    assert api.delete(f"{PAIR}/branch/none/latest/versions").status_code == 200
    assert pacts(api) == ["3", "1"]
    assert api.delete("/pacts/provider/None/consumer/Foo/branch/feat/latest/versions").status_code == 404


def test_a_method_that_is_refused_is_not_named_as_one_that_is_there(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    answer = api.delete(f"{PAIR}/branch/versions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, OPTIONS")


def test_the_main_branch_forms_delete_nothing(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="versions")
    for form in ("branch/versions", "branch/latest/versions"):
        assert api.delete(f"{PAIR}/{form}").status_code in {404, 405}
    assert pacts(api) == ["1"]


def test_a_result_goes_and_the_one_before_counts_again(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "7", success=True)
    given.verified("Foo", "1", "Bar", "7", success=False)
    given.deployed("Bar", "7", given.environment_uuid("test"))
    assert given.can_i_deploy("Foo", "1", "test")["summary"]["deployable"] is False
    newest = api.get(f"{PAIR}/version/1/verification-results/latest").json()["_links"]["self"]["href"]
    assert api.delete(newest).status_code == 204
    assert api.get(newest).status_code == 404
    assert given.can_i_deploy("Foo", "1", "test")["summary"]["deployable"] is True


def test_an_integration_goes_with_what_has_nothing_left(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.published("Foo", "2", {"Bar": 2, "Baz": 1})
    given.version("Foo", "3")
    given.deployed("Foo", "3", given.environment_uuid("test"))
    answer = api.delete("/integrations/provider/Bar/consumer/Foo", headers={"Accept": "application/hal+json"})
    assert answer.status_code == 204
    assert api.get("/pacticipants/Bar").status_code == 404
    assert numbers(api, "/pacticipants/Foo/versions") == ["3", "2"]
    assert api.delete("/integrations/provider/Baz/consumer/Foo").status_code == 204
    assert api.get("/pacticipants").json()["_embedded"]["pacticipants"] == []


def test_all_integrations_empty_the_server_but_for_environments(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("a",))
    given.verified("Foo", "1", "Bar", "7")
    assert api.delete("/integrations").status_code == 204
    assert api.get("/pacticipants").json()["_embedded"]["pacticipants"] == []
    names = [each["name"] for each in api.get("/environments").json()["_embedded"]["environments"]]
    assert sorted(names) == ["production", "test"]
    given.published("Foo", "1", {"Bar": 2})


def test_tags_that_a_put_replaces_leave_nothing_behind(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.tag("Bar", "7", "dev")
    given.verified("Foo", "1", "Bar", "7")
    ask = {"providerVersionTags": ["dev"], "includePendingStatus": True, "consumerVersionSelectors": [{"latest": True}]}
    there = "/pacts/provider/Bar/for-verification"
    assert given.call("POST", there, ask)["_embedded"]["pacts"][0]["verificationProperties"]["pending"] is False
    given.call("PUT", "/pacticipants/Bar/versions/7", {"tags": []})
    assert given.call("POST", there, ask)["_embedded"]["pacts"][0]["verificationProperties"]["pending"] is True


@pytest.mark.parametrize(
    "path", ["/pacticipants/Foo/", "/pacticipants/Foo/branches/", f"{PAIR}/versions/", "/pacticipants/Foo/versions/"]
)
def test_a_name_that_is_missing_at_the_end_takes_nothing_else_away(api: TestClient, given: Given, path: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="x")
    assert api.delete(path).status_code in {404, 405}
    assert pacts(api) == ["1"]
    assert api.get("/pacticipants/Foo/branches/x").status_code == 200
