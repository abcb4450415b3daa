import json
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.web.pact_broker.metadata import Metadata, encode
from tests.web.pact_broker.published import JSON, contract, envelope, pact, pact_path, patch, publish, published, put

PAIR = "/pacts/provider/Bar/consumer/Foo"
MISSING = {"error": "The requested document was not found on this server."}


def interaction(description: str, path: str) -> dict[str, Any]:
    return {"description": description, "request": {"method": "GET", "path": path}, "response": {"status": 200}}


def test_put_creates_then_finds(api: TestClient) -> None:
    first, again = put(api, pact()), put(api, pact())

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert first.json() == again.json() == api.get(pact_path()).json()


@pytest.mark.parametrize("old", ["/pacts/{}/versions/1", "/pact/{}/version/1", "/pact/{}/versions/1"])
def test_old_addresses_are_still_served(api: TestClient, old: str) -> None:
    path = old.format("provider/Bar/consumer/Foo")

    assert api.put(path, content=json.dumps(pact()), headers=JSON).status_code == 201
    assert api.get(path).json() == api.get(pact_path()).json()
    assert api.get("/pact/provider/Bar/consumer/Foo/latest").status_code == 200


def test_the_document_is_the_content_with_ids_first_and_links(api: TestClient) -> None:
    content = pact() | {"custom": {"kept": [1, 2.50, None]}}
    put(api, content)

    document = api.get(pact_path()).json()

    assert list(document) == [*content, "createdAt", "_links"]
    assert list(document["interactions"][0]) == ["_id", "description", "request", "response"]
    assert len(document["interactions"][0].pop("_id")) == 40
    del document["createdAt"], document["_links"]
    assert document == content


def test_every_relation_is_there(api: TestClient) -> None:
    links = published(api)["_links"]

    sha = links["pb:pact-version"]["name"]
    pair, version = f"http://hub.test{PAIR}", "http://hub.test/pacticipants/Foo/versions/1"
    assert {name: each["href"] for name, each in links.items() if name != "curies"} == {
        "self": f"{pair}/version/1",
        "pb:consumer": "http://hub.test/pacticipants/Foo",
        "pb:consumer-version": version,
        "pb:provider": "http://hub.test/pacticipants/Bar",
        "pb:pact-version": f"{pair}/pact-version/{sha}",
        "pb:latest-pact-version": f"{pair}/latest",
        "pb:all-pact-versions": f"{pair}/versions",
        "pb:latest-untagged-pact-version": f"{pair}/latest-untagged",
        "pb:latest-tagged-pact-version": f"{pair}/latest/{{tag}}",
        "pb:previous-distinct": f"{pair}/version/1/previous-distinct",
        "pb:diff-previous-distinct": f"{pair}/version/1/diff/previous-distinct",
        "pb:diff": f"{pair}/pact-version/{sha}/diff/pact-version/{{pactVersion}}",
        "pb:pact-webhooks": "http://hub.test/webhooks/provider/Bar/consumer/Foo",
        "pb:consumer-webhooks": "http://hub.test/webhooks/consumer/Foo",
        "pb:tag-prod-version": f"{version}/tags/prod",
        "pb:tag-version": f"{version}/tags/{{tag}}",
        "pb:publish-verification-results": f"{pair}/pact-version/{sha}/verification-results",
        "pb:latest-verification-results": f"{pair}/pact-version/{sha}/verification-results/latest",
        "pb:triggered-webhooks": f"{pair}/version/1/triggered-webhooks",
        "pb:matrix-for-consumer-version": "http://hub.test/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv",
    }
    assert links["self"] == {
        "title": "Pact",
        "name": "Pact between Foo (1) and Bar",
        "href": f"{pair}/version/1",
    }


def test_own_links_of_the_content_give_way(api: TestClient) -> None:
    put(api, pact() | {"createdAt": "never", "_links": {"self": {"href": "http://evil.test"}}})

    raw = api.get(pact_path()).text

    assert raw.count('"createdAt"') == raw.count('"_links"') == 1
    assert "evil" not in raw


def test_an_empty_object_is_accepted_and_served(api: TestClient) -> None:
    assert put(api, {}).status_code == 201
    assert set(api.get(pact_path()).json()) == {"createdAt", "_links"}


def test_other_content_is_refused_with_the_difference(api: TestClient) -> None:
    put(api, pact())

    answer = put(api, pact(path="/other"))

    assert answer.status_code == 409
    told = answer.json()["error"]
    assert told.startswith("Cannot change the content of the pact for Foo version 1 and provider Bar, as race")
    assert '"path": "/other"' in told
    assert api.get(pact_path()).json()["interactions"][0]["request"]["path"] == "/things"


def test_names_in_the_content_must_match_the_address(api: TestClient) -> None:
    answer = put(api, pact(consumer="X", provider="Y"))

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "errors": {
                "consumer.name": ["name in pact 'X' does not match name in URL path 'Foo'."],
                "provider.name": ["name in pact 'Y' does not match name in URL path 'Bar'."],
            }
        },
    )


def test_a_name_that_is_nearly_taken_is_explained_as_text(api: TestClient) -> None:
    put(api, pact())

    answer = put(api, pact(consumer="foos"), consumer="foos")

    assert (answer.status_code, answer.headers["content-type"]) == (409, "text/plain; charset=utf-8")
    assert '"foos" is very similar' in answer.text


def test_the_exact_bytes_are_kept_once_per_content(api: TestClient, database: Database) -> None:
    raw = json.dumps(pact(), indent=3).encode() + b"\n"
    put(api, raw, "1")
    put(api, raw, "2")

    with database.reading() as connection:
        rows = connection.execute(text("SELECT body FROM content")).scalars().all()
    assert [bytes(row) for row in rows] == [raw]


def test_patch_merges_and_creates(api: TestClient) -> None:
    first = pact() | {"interactions": [interaction("a", "/a")]}
    assert patch(api, first).status_code == 201

    answer = patch(api, pact() | {"interactions": [interaction("b", "/b")]})

    assert answer.status_code == 200
    assert [each["description"] for each in answer.json()["interactions"]] == ["a", "b"]
    again = patch(api, pact() | {"interactions": [interaction("b", "/b")]})
    assert again.json()["interactions"] == answer.json()["interactions"]


def test_patch_refuses_an_interaction_that_differs(api: TestClient) -> None:
    patch(api, pact() | {"interactions": [interaction("a", "/a")]})

    answer = patch(api, pact() | {"interactions": [interaction("a", "/b")]})

    assert answer.status_code == 409
    assert patch(api, {"messages": []}).status_code == 409


def test_a_pact_is_offered_as_json_too(api: TestClient) -> None:
    put(api, pact())

    plain = api.get(pact_path(), headers={"Accept": "application/json"})
    both = api.get(pact_path(), headers={"Accept": "application/hal+json, application/json"})

    assert plain.headers["content-type"] == "application/json;charset=utf-8"
    assert both.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert api.get(pact_path(), headers={"Accept": "image/png"}).status_code == 406


def test_missing_things_say_what_is_missing(api: TestClient) -> None:
    put(api, pact())

    assert api.get(pact_path("2")).json() == MISSING
    assert api.get(pact_path(consumer="X")).json() == {"error": "No consumer with name 'X' found"}
    assert api.get(pact_path(provider="Y")).json() == {"error": "No provider with name 'Y' found"}
    assert api.get(f"{PAIR}/pact-version/{'0' * 40}").status_code == 404
    assert api.get(f"{PAIR}/latest/none").status_code == 404


def number_at(api: TestClient, path: str) -> str | None:
    answer = api.get(PAIR + path)
    if answer.status_code == 404:
        return None
    number: str = answer.json()["_links"]["pb:consumer-version"]["name"]
    assert answer.headers["x-pact-consumer-version"] == number
    return number


def test_the_newest_pact_is_by_creation_of_its_version(api: TestClient) -> None:
    published(api, "2", branch="main", tags=["dev", "prod"])
    published(api, "1", branch="feat/x", tags=["dev"])
    published(api, "3", branch="main")
    published(api, "2")
    publish(api, envelope("4", branch="main", tags=["dev"]))

    assert number_at(api, "/latest") == "3"
    assert number_at(api, "/latest/dev") == "1"
    assert number_at(api, "/latest/prod") == "2"
    assert number_at(api, "/latest-untagged") == "3"
    assert number_at(api, "/branch/main/latest") == "3"
    assert number_at(api, "/branch/feat%2Fx/latest") == "1"
    assert number_at(api, "/branch/none/latest") is None


def test_the_newest_pact_asks_for_results_with_its_version(api: TestClient) -> None:
    published(api, "1/ä")

    links = api.get(PAIR + "/latest").json()["_links"]
    assert "pb:consumer-versions" not in links

    assert (
        f"/metadata/{encode(Metadata(('1/ä',)))}/verification-results"
        in (links["pb:publish-verification-results"]["href"])
    )
    assert "?" not in links["pb:publish-verification-results"]["href"]


def test_previous_distinct_skips_the_same_content(api: TestClient) -> None:
    published(api, "1", "/a")
    published(api, "2", "/b")
    published(api, "3", "/b")

    answer = api.get(pact_path("3") + "/previous-distinct")

    assert answer.json()["_links"]["pb:consumer-version"]["name"] == "1"
    assert api.get(pact_path("1") + "/previous-distinct").status_code == 404


def test_content_is_presented_with_the_newest_version_that_has_it(api: TestClient) -> None:
    sha = published(api, "1")["_links"]["pb:pact-version"]["name"]
    published(api, "2")
    published(api, "3", "/other")

    document = api.get(f"{PAIR}/pact-version/{sha}").json()

    assert document["_links"]["self"]["name"] == "Pact between Foo (2) and Bar"
    assert "pb:consumer-versions" not in document["_links"]


def test_metadata_names_the_versions_and_goes_along(api: TestClient) -> None:
    sha = published(api, "1")["_links"]["pb:pact-version"]["name"]
    for number in ("2", "3"):
        published(api, number)
    metadata = encode(Metadata(("1", "2", "unknown"), pending=True))

    links = api.get(f"{PAIR}/pact-version/{sha}/metadata/{metadata}").json()["_links"]

    assert links["self"]["name"] == "Pact between Foo (2) and Bar"
    assert [each["name"] for each in links["pb:consumer-versions"]] == ["2", "1"]
    assert links["pb:publish-verification-results"]["href"].endswith(
        f"/pact-version/{sha}/metadata/{metadata}/verification-results"
    )


@pytest.mark.parametrize("garbage", ["x", "%25", "AAAA", "!!!", "a" * 3000, "..%2F..", "Y3ZuPTE="])
def test_metadata_that_makes_no_sense_is_ignored(api: TestClient, garbage: str) -> None:
    sha = published(api)["_links"]["pb:pact-version"]["name"]

    answer = api.get(f"{PAIR}/pact-version/{sha}/metadata/{garbage}")

    assert answer.status_code == 200
    assert answer.json()["_links"]["self"]["name"] == "Pact between Foo (1) and Bar"


def test_names_of_all_kinds_come_back_as_they_were(api: TestClient) -> None:
    names = ["a/b", "Füße ☃", "o'; DROP TABLE pact--", 'say "hi"', "a%2Fb", "{name}", "...", "a.json"]
    for provider, consumer in zip(names, [*names[1:], names[0]], strict=True):
        content = pact(consumer=f"c {consumer}", provider=provider)
        entry = contract(content, consumer=f"c {consumer}", provider=provider)
        answer = publish(api, envelope("v/" + consumer, entry, consumer=f"c {consumer}"))
        assert answer.status_code == 200, answer.text

        found = api.get(answer.json()["_links"]["pb:contracts"][0]["href"])

        assert found.status_code == 200
        assert found.json()["provider"] == {"name": provider}
        assert found.json()["_links"]["pb:consumer-version"]["name"] == "v/" + consumer
