"""What links start with behind a proxy."""

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.web.settings import Settings

PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hub.example.org, inner", "X-Forwarded-Prefix": "/broker/"}


def base(api: TestClient, headers: dict[str, str]) -> str:
    found: str = api.get("/", headers=headers).json()["_links"]["self"]["href"]
    return found


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (PROXY, "https://hub.example.org/broker"),
        (PROXY | {"X-Forwarded-Port": "8443"}, "https://hub.example.org:8443/broker"),
        (PROXY | {"X-Forwarded-Port": "443"}, "https://hub.example.org/broker"),
        ({"X-Forwarded-Proto": "https"}, "https://hub.test"),
        ({"X-Forwarded-Scheme": "https", "X-Forwarded-Port": "443"}, "https://hub.test"),
        ({"X-Forwarded-Ssl": "on"}, "https://hub.test"),
        ({"X-Forwarded-Ssl": "off"}, "http://hub.test"),
        ({"X-Forwarded-Proto": "http", "X-Forwarded-Scheme": "https", "X-Forwarded-Ssl": "on"}, "http://hub.test"),
        ({"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": 'x"><script>'}, "http://hub.test"),
        ({"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Port": "x"}, "http://hub.test"),
    ],
)
def test_links_follow_a_proxy(api: TestClient, headers: dict[str, str], expected: str) -> None:
    assert base(api, headers) == expected


def test_a_public_address_wins_and_trust_can_be_withdrawn(app: FastAPI, api: TestClient) -> None:
    app.state.settings = Settings(public_urls=("https://set.example",))
    assert base(api, PROXY) == "https://set.example"
    app.state.settings = Settings(trust_forwarded=False)
    assert base(api, PROXY) == "http://hub.test"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "https://first.example"),
        ({"Host": "second.example"}, "https://first.example"),
        ({"Host": "second.example", "X-Forwarded-Proto": "https"}, "https://second.example/broker"),
        ({"X-Forwarded-Host": "third.example:8080"}, "http://third.example:8080"),
        ({"X-Forwarded-Host": "other.example", "X-Forwarded-Proto": "https"}, "https://first.example"),
        (
            {"X-Forwarded-Host": "second.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/b"},
            "https://second.example/b",
        ),
    ],
)
def test_of_several_addresses_the_one_that_was_asked(
    app: FastAPI, api: TestClient, headers: dict[str, str], expected: str
) -> None:
    second = ("https://second.example/broker", "https://second.example/b")
    app.state.settings = Settings(public_urls=("https://first.example", *second, "http://third.example:8080"))
    assert base(api, headers) == expected


def local(page: str) -> set[str]:
    """Where a page leads and what it loads, without hosts of others."""
    return set(re.findall(r'(?:href|src|action)="(/[^"]*|)"', page))


@pytest.mark.parametrize("path", ["/", "/pacticipants/Foo", "/can-i-deploy", "/matrix", "/nowhere", "/doc/self"])
@pytest.mark.parametrize("given", ["header", "setting"])
def test_pages_stay_below_the_path_of_the_hub(app: FastAPI, api: TestClient, path: str, given: str) -> None:
    api.put("/pacticipants/Foo/versions/1", json={})
    headers = {"Accept": "text/html"}
    if given == "header":
        headers |= {"X-Forwarded-Prefix": "/broker"}
    else:
        app.state.settings = Settings(public_urls=("https://hub.example/broker",))
    for prefix in ("", "/w/default"):
        links = local(api.get(prefix + path, headers=headers).text)
        assert links
        assert not [link for link in links if not link.startswith(f"/broker{prefix}/")]
