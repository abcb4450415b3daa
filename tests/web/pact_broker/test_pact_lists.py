from typing import Any

from starlette.testclient import TestClient

from tests.web.pact_broker.published import contract, envelope, pact, publish


def add(api: TestClient, consumer: str, number: str, **more: Any) -> None:
    entry = contract(pact(consumer=consumer), consumer=consumer)
    assert publish(api, envelope(number, entry, consumer=consumer, **more)).status_code == 200


def history(api: TestClient) -> None:
    add(api, "Foo", "1", branch="main", tags=["dev"])
    add(api, "Foo", "2", branch="main")
    add(api, "Foo", "3", branch="feat/x", tags=["dev"])
    add(api, "apple", "1", branch="feat/x")


def titles(api: TestClient, path: str) -> list[str]:
    answer = api.get("/pacts/provider/Bar" + path)
    assert answer.status_code == 200
    links = answer.json()["_links"]
    assert links["pacts"] == links["pb:pacts"]
    assert links["self"]["href"] == f"http://hub.test/pacts/provider/Bar{path}"
    return [each["title"].removeprefix("Pact between ").removesuffix(" and Bar") for each in links["pb:pacts"]]


def test_pacts_of_a_provider(api: TestClient) -> None:
    history(api)

    assert titles(api, "") == ["apple (1)", "Foo (3)", "Foo (2)", "Foo (1)"]
    assert titles(api, "/latest") == ["apple (1)", "Foo (3)"]
    assert titles(api, "/tag/dev") == ["Foo (3)", "Foo (1)"]
    assert titles(api, "/latest/dev") == ["Foo (3)"]
    assert titles(api, "/branch/main") == ["Foo (2)", "Foo (1)"]
    assert titles(api, "/branch/main/latest") == ["Foo (2)"]
    assert titles(api, "/branch/feat%2Fx/latest") == ["apple (1)", "Foo (3)"]
    assert titles(api, "/branch") == ["Foo (2)", "Foo (1)"]
    assert titles(api, "/branch/latest") == ["Foo (2)"]
    assert titles(api, "/latest/none") == []


def test_an_entry_is_named_after_the_consumer(api: TestClient) -> None:
    history(api)

    entry = api.get("/pacts/provider/Bar/latest").json()["_links"]["pb:pacts"][1]

    assert entry == {
        "title": "Pact between Foo (3) and Bar",
        "name": "Foo",
        "href": "http://hub.test/pacts/provider/Bar/consumer/Foo/version/3",
    }


def test_an_unknown_provider_is_not_found(api: TestClient) -> None:
    for path in ("", "/latest", "/tag/x", "/branch", "/branch/latest", "/branch/x", "/branch/x/latest"):
        answer = api.get("/pacts/provider/None" + path)
        assert (answer.status_code, answer.json()) == (404, {"error": "No provider with name 'None' found"})


def test_versions_of_a_pact(api: TestClient) -> None:
    history(api)

    body = api.get("/pacts/provider/Bar/consumer/Foo/versions").json()

    numbers = [each["_embedded"]["consumerVersion"]["number"] for each in body["_embedded"]["pacts"]]
    assert numbers == ["3", "2", "1"]
    assert [each["name"] for each in body["_links"]["pact-versions"]] == numbers
    assert {"self", "consumer", "provider"} <= set(body["_links"])
    assert api.get("/pacts/provider/Foo/consumer/Bar/versions").json()["_embedded"] == {"pacts": []}
    assert api.get("/pacts/provider/Bar/consumer/None/versions").status_code == 404


def test_latest_pacts_of_all_pairs(api: TestClient) -> None:
    history(api)

    body = api.get("/pacts/latest").json()

    first, second = body["pacts"]
    assert first["_embedded"]["consumer"]["name"] == "apple"
    assert second["_embedded"]["consumer"]["_embedded"]["version"]["number"] == "3"
    assert second["_embedded"]["provider"]["name"] == "Bar"
    assert [each["href"] for each in second["_links"]["self"]] == [
        "http://hub.test/pacts/provider/Bar/consumer/Foo/latest",
        "http://hub.test/pacts/provider/Bar/consumer/Foo/version/3",
    ]
    assert body["_links"]["pacts"] == body["_links"]["pb:pacts"]
    assert len(body["_links"]["pb:pacts"]) == 2
