"""What was removed keeps its number: nothing new answers under an old address, no new version counts as an old one."""

from starlette.testclient import TestClient

from tests.features.given import Given


def newest_result(given: Given) -> int:
    pact = given.get("/pacts/provider/Bar/consumer/Foo/version/1")
    latest = given.get(pact["_links"]["pb:latest-verification-results"]["href"].removeprefix("http://hub.test"))
    return int(latest["_links"]["self"]["href"].rpartition("/")[2])


def test_the_number_of_a_removed_result(api: TestClient) -> None:
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "1")
    first = newest_result(given)
    pact = given.get("/pacts/provider/Bar/consumer/Foo/version/1")
    identity = pact["_links"]["pb:pact-version"]["name"]
    answer = api.delete(f"/pacts/provider/Bar/consumer/Foo/pact-version/{identity}/verification-results/{first}")
    assert answer.status_code == 204
    given.verified("Foo", "1", "Bar", "2")
    assert newest_result(given) > first
