"""Webhooks as resources: defined, changed, listed, removed."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.pact_broker.published import published

STARS = "**********"
NAME = "webhook-of-sixteen"
REQUEST = {
    "method": "POST",
    "url": "https://ci.example/build?c=${pactbroker.consumerName}",
    "headers": {"Accept": "application/json", "Authorization": "Bearer abcdef"},
    "body": {"z": "${pactbroker.pactUrl}", "a": [1, None, "ä"]},
    "username": "u",
    "password": "secret",
}
PAIR: dict[str, Any] = {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}}


def create(api: TestClient, path: str = "/webhooks", **body: Any) -> dict[str, Any]:
    answer = api.post(path, json={"request": REQUEST, **body})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    assert answer.headers["location"] == document["_links"]["self"]["href"]
    return document


def hrefs(api: TestClient, path: str) -> list[tuple[str, str]]:
    links = api.get(path).json()["_links"]
    assert links["pb:create"]["href"] == links["self"]["href"]
    return [(each["title"], each["name"]) for each in links["pb:webhooks"]]


def test_a_webhook_is_returned_as_it_was_defined_without_its_secrets(api: TestClient) -> None:
    published(api)
    made = create(api, **PAIR, description="Build Bar", signingSecret="hmac")
    read = api.get(made["_links"]["self"]["href"])
    assert read.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert read.json() == made
    links = made.pop("_links")
    assert made.pop("createdAt")
    assert made == {
        "uuid": links["self"]["href"].rpartition("/")[2],
        "description": "Build Bar",
        **PAIR,
        "enabled": True,
        "events": [{"name": "contract_content_changed"}],
        "request": REQUEST | {"password": STARS, "headers": {"Accept": "application/json", "Authorization": STARS}},
        "signingSecret": STARS,
    }
    assert list(made["request"]["body"]) == ["z", "a"]
    here = links["self"]["href"]
    assert {name: each["href"] for name, each in links.items()} == {
        "self": here,
        "pb:execute": f"{here}/execute",
        "pb:consumer": "http://hub.test/pacticipants/Foo",
        "pb:provider": "http://hub.test/pacticipants/Bar",
        "pb:pact-webhooks": "http://hub.test/webhooks/provider/Bar/consumer/Foo",
        "pb:webhooks": "http://hub.test/webhooks",
    }


def test_sides_are_named_labeled_or_open(api: TestClient) -> None:
    published(api)
    made = create(api, consumer={"label": "team a"}, description=None)
    assert (made["consumer"], made["description"]) == ({"label": "team a"}, "POST ci.example")
    assert "provider" not in made
    assert made["_links"]["pb:consumers"]["href"] == "http://hub.test/pacticipants/label/team%20a"
    create(api, consumer={"name": "Foo"})
    create(api, provider={"name": "Bar"})
    create(api)
    assert [title for title, _ in hrefs(api, "/webhooks")] == [
        "A webhook for all pacts with consumers labeled 'team a'",
        "A webhook for all pacts with consumer Foo",
        "A webhook for all pacts with provider Bar",
        "A webhook for all pacts",
    ]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/webhooks/provider/Bar/consumer/Foo", "A webhook for the pact between Foo and Bar"),
        ("/pacts/provider/Bar/consumer/Foo/webhooks", "A webhook for the pact between Foo and Bar"),
        ("/webhooks/provider/Bar", "A webhook for all pacts with provider Bar"),
        ("/webhooks/consumer/Foo", "A webhook for all pacts with consumer Foo"),
    ],
)
def test_below_a_path_the_sides_come_from_it(api: TestClient, path: str, title: str) -> None:
    assert api.post(path, json={"request": REQUEST}).status_code == 404
    assert api.get(path).status_code == 404
    published(api)
    create(api, path, consumer={"name": "Nobody"})
    create(api)
    links = api.get(path).json()["_links"]
    assert [each["title"] for each in links["pb:webhooks"]] == [title]


def test_faults_are_told_by_field(api: TestClient) -> None:
    answer = api.post("/webhooks", json={"request": REQUEST, "consumer": {"name": "Foo"}, "provider": {"name": "Bar"}})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "errors": {
                "consumer.name": ["does not match an existing pacticipant"],
                "provider.name": ["does not match an existing pacticipant"],
            }
        },
    )
    answer = api.post("/webhooks", json={"request": REQUEST, "events": [{"name": "x"}]})
    assert answer.json()["errors"]["events"][0].endswith("(at index 0)")
    assert api.put("/webhooks/short", json={"request": REQUEST}).json() == {
        "errors": {
            "uuid": [
                "The UUID can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more characters."
            ]
        }
    }
    assert hrefs(api, "/webhooks") == []


def test_put_creates_and_then_replaces(api: TestClient) -> None:
    path = f"/webhooks/{NAME}"
    first = api.put(path, json={"request": REQUEST, "description": "one"})
    assert (first.status_code, first.headers["location"]) == (201, f"http://hub.test{path}")
    second = api.put(path, json={"request": {"method": "POST", "url": "https://other.example"}, "enabled": False})
    assert (second.status_code, second.json()["description"]) == (200, "POST other.example")
    assert second.json() == api.get(path).json()
    assert second.json()["enabled"] is False
    assert len(hrefs(api, "/webhooks")) == 1


def stored(api: TestClient) -> tuple[Any, ...]:
    """What the hub would send; nothing that it answers tells."""
    hub = api.app.state.storage  # type: ignore[attr-defined]
    with hub.reading("default") as unit:
        it = unit.webhooks.find(NAME).definition
    return dict(it.request.headers).get("Authorization"), it.request.password, it.secret, it.settings


def test_stars_that_are_sent_back_keep_what_they_hide(api: TestClient) -> None:
    path = f"/webhooks/{NAME}"
    shown = api.put(path, json={"request": REQUEST, "signingSecret": "hmac"}).json()
    shown["request"]["url"] = "https://ci.example/elsewhere"
    assert api.put(path, json=shown).status_code == 200
    assert stored(api) == ("Bearer abcdef", "secret", "hmac", None)
    assert api.put(path, json={"request": REQUEST | {"password": None}}).status_code == 200
    assert stored(api) == ("Bearer abcdef", None, "hmac", None)
    assert api.put(path, json={"request": REQUEST, "signingSecret": None}).status_code == 200
    assert stored(api)[2] is None


def test_stars_do_not_carry_a_secret_to_another_host(api: TestClient) -> None:
    path = f"/webhooks/{NAME}"
    shown = api.put(path, json={"request": REQUEST}).json()
    shown["request"]["url"] = "https://evil.example/"
    answer = api.put(path, json=shown)
    text = ["must be given again, because the webhook goes to another host"]
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {"request.headers.Authorization": text, "request.password": text},
    )
    assert api.get(path).json()["request"]["url"] == REQUEST["url"]


def test_a_ready_made_webhook_keeps_its_settings(api: TestClient) -> None:
    path = f"/webhooks/{NAME}"
    settings = {"repository": "me/it", "token": "verysecret"}
    answer = api.put(path, json={"preset": "github-commit-status", "settings": settings})
    assert answer.status_code == 201, answer.text
    assert "verysecret" not in answer.text
    shown = answer.json()
    assert shown["settings"]["token"] == STARS
    assert {each["name"] for each in shown["events"]} == {"contract_published", "provider_verification_published"}
    shown["settings"]["context"] = "mine"
    assert api.put(path, json=shown).status_code == 200
    assert stored(api)[0] == "Bearer verysecret"
    assert stored(api)[3] == {**shown["settings"], "token": "verysecret"}
    shown["settings"]["apiUrl"] = "https://evil.example"
    assert api.put(path, json=shown).status_code == 400
    wrong = api.post("/webhooks", json={"preset": "slack", "settings": {"uri": "x"}})
    assert set(wrong.json()["errors"]) == {"settings.uri", "settings.url"}


def test_a_webhook_is_removed(api: TestClient) -> None:
    path = f"/webhooks/{NAME}"
    assert api.delete(path).status_code == 404
    api.put(path, json={"request": REQUEST})
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get(path).json() == {"error": "The requested document was not found on this server."}


def test_webhooks_go_with_those_that_they_name(api: TestClient) -> None:
    published(api)
    create(api, **PAIR)
    create(api, consumer={"name": "Foo"})
    create(api, description="stays")
    assert api.get("/metrics").json()["webhooks"] == {"count": 3}
    api.put("/pacticipants/Foo/versions/7")
    api.put("/contracts/publish")
    assert api.delete("/integrations/provider/Bar/consumer/Foo").status_code == 204
    assert [name for _, name in hrefs(api, "/webhooks")] == ["stays"]


def test_only_the_pair_loses_its_webhooks_when_both_have_others(api: TestClient) -> None:
    for consumer, provider in (("Foo", "Bar"), ("Foo", "Baz"), ("Zoo", "Bar")):
        content = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": []}
        path = f"/pacts/provider/{provider}/consumer/{consumer}/version/1"
        assert api.put(path, json=content).status_code == 201
    create(api, **PAIR, description="pair")
    create(api, consumer={"name": "Foo"}, description="consumer")
    create(api, provider={"name": "Bar"}, description="provider")
    assert api.delete("/integrations/provider/Bar/consumer/Foo").status_code == 204
    assert [name for _, name in hrefs(api, "/webhooks")] == ["consumer", "provider"]
    assert api.delete("/pacticipants/Foo").status_code == 204
    assert [name for _, name in hrefs(api, "/webhooks")] == ["provider"]
