"""What links start with behind a proxy."""

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
        ({"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": 'x"><script>'}, "http://hub.test"),
        ({"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Port": "x"}, "http://hub.test"),
    ],
)
def test_links_follow_a_proxy(api: TestClient, headers: dict[str, str], expected: str) -> None:
    assert base(api, headers) == expected


def test_a_public_address_wins_and_trust_can_be_withdrawn(app: FastAPI, api: TestClient) -> None:
    app.state.settings = Settings(public_url="https://set.example")
    assert base(api, PROXY) == "https://set.example"
    app.state.settings = Settings(trust_forwarded=False)
    assert base(api, PROXY) == "http://hub.test"
