"""Lists of the pacts of a pair, and differences between two of them (pact-broker-api §9)."""

import pytest
from starlette.testclient import TestClient

from tests.web.pact_broker.published import published

PAIR = "/pacts/provider/Bar/consumer/Foo"
LISTS = {
    "/tag/dev": ["3", "1"],
    "/tag/none": [],
    "/branch/main": ["2", "1"],
    "/branch/feat%2Fx": ["3"],
    "/branch/main/latest/versions": ["2"],
    "/branch/none/latest/versions": [],
    "/branch/versions": ["2", "1"],
    "/branch/latest/versions": ["2"],
    "/branch": ["2", "1"],
    "/branch/latest": ["2"],
}


@pytest.fixture
def history(api: TestClient) -> None:
    published(api, "1", "/a", branch="main", tags=["dev"])
    published(api, "2", "/b", branch="main")
    published(api, "3", "/b", branch="feat/x", tags=["dev"])


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("path", LISTS)
def test_pacts_of_a_pair(api: TestClient, path: str) -> None:
    body = api.get(PAIR + path).json()

    pacts = body["_embedded"]["pacts"]
    assert [each["_embedded"]["consumerVersion"]["number"] for each in pacts] == LISTS[path]
    assert body["_links"]["self"]["href"] == f"http://hub.test{PAIR}{path}"
    prefix = "pb:" if "/tag/" in path else ""
    assert [each["name"] for each in body["_links"][f"{prefix}pact-versions"]] == LISTS[path]
    assert body["_links"][f"{prefix}consumer"]["name"] == "Foo"
    assert body["_links"][f"{prefix}provider"]["href"] == "http://hub.test/pacticipants/Bar"


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("path", LISTS)
def test_both_pacticipants_are_needed_a_pact_is_not(api: TestClient, path: str) -> None:
    assert api.get(f"/pacts/provider/Foo/consumer/Bar{path}").json()["_embedded"] == {"pacts": []}
    answer = api.get(f"/pacts/provider/None/consumer/Foo{path}")
    assert (answer.status_code, answer.json()) == (404, {"error": "No provider with name 'None' found"})


@pytest.mark.usefixtures("history")
def test_the_main_branch_lists_have_no_delete(api: TestClient) -> None:
    assert api.delete(PAIR + "/branch/versions").status_code == 405
    assert api.delete(PAIR + "/branch/latest/versions").status_code == 405
    assert len(api.get(PAIR + "/versions").json()["_embedded"]["pacts"]) == 3


@pytest.mark.usefixtures("history")
def test_diff_with_the_previous_distinct_pact(api: TestClient) -> None:
    answer = api.get(PAIR + "/version/3/diff/previous-distinct")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"
    assert answer.text.startswith("# Diff between versions 1 and 3 of the pact between Foo and Bar\n")
    assert '"/a"' in answer.text
    assert '"/b"' in answer.text
    links = answer.text.split("## Links")[1]
    assert f'href: "http://hub.test{PAIR}/version/1"' in links
    assert f'href: "http://hub.test{PAIR}/version/3"' in links


@pytest.mark.usefixtures("history")
def test_diff_without_a_previous_distinct_pact(api: TestClient) -> None:
    answer = api.get(PAIR + "/version/1/diff/previous-distinct")
    assert answer.text == "No previous distinct version was found for Pact between Foo (1) and Bar"
    assert answer.status_code == 200


@pytest.mark.usefixtures("history")
def test_diff_with_a_version_compares_with_that_version(api: TestClient) -> None:
    same = api.get(PAIR + "/version/3/diff/version/2").text
    assert "# Diff between versions 2 and 3" in same
    assert "There are no differences." in same
    assert '"/a"' in api.get(PAIR + "/version/1/diff/version/3").text


@pytest.mark.usefixtures("history")
def test_diff_of_contents_by_the_link_of_the_pact(api: TestClient) -> None:
    first, last = (api.get(f"{PAIR}/version/{number}").json()["_links"] for number in "13")
    url = last["pb:diff"]["href"].replace("{pactVersion}", first["pb:pact-version"]["name"])
    assert '"/a"' in api.get(url).text
    assert api.get(last["pb:diff-previous-distinct"]["href"]).status_code == 200


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    "path",
    [
        "/version/9/diff/previous-distinct",
        "/version/1/diff/version/9",
        "/version/9/diff/version/1",
        f"/pact-version/{'0' * 40}/diff/pact-version/{'1' * 40}",
    ],
)
def test_diff_of_what_is_unknown(api: TestClient, path: str) -> None:
    assert api.get(PAIR + path).status_code == 404
    assert api.get(PAIR + "/version/1/diff/version/2", headers={"Accept": "image/png"}).status_code == 406
