"""Who may do what in the registry: the hub's accounts and tokens, its own words for no."""

import base64
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.domain.access import Access, Role, account, new_token, token_entry, tokens_from
from contracthub.web.settings import Settings
from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import ORDER

WRITE_TOKEN, READ_TOKEN = new_token(), new_token()
ACCESS = Access(
    (account("admin", "secret", Role.WRITE), account("guest", "look", Role.READ)),
    tokens_from(f"{token_entry('ci', Role.WRITE, WRITE_TOKEN)} {token_entry('wall', Role.READ, READ_TOKEN)}"),
)
BODY = schema_body(ORDER)
READS: list[tuple[str, str, object]] = [
    ("GET", "/subjects", None),
    ("GET", "/schemas/ids/1", None),
    ("GET", "/config", None),
    ("POST", "/subjects/a%2Fb", BODY),
    ("POST", "/contexts/:.:/subjects/a%2Fb", BODY),
    ("POST", "/compatibility/subjects/a%2Fb/versions", BODY),
    ("POST", "/compatibility/subjects/a%2Fb/versions/latest", BODY),
]
WRITES: list[tuple[str, str, object]] = [
    ("POST", "/subjects/a%2Fb/versions", BODY),
    ("POST", "/contexts/:.:/subjects/a%2Fb/versions", BODY),
    ("DELETE", "/subjects/a%2Fb", None),
    ("DELETE", "/subjects/a%2Fb/versions/1", None),
    ("PUT", "/config", {"compatibility": "NONE"}),
    ("DELETE", "/config", None),
    ("PUT", "/mode/a%2Fb", {"mode": "READONLY"}),
    ("DELETE", "/contexts/.other", None),
    ("POST", "/subjects", BODY),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No database is asked who somebody is, so one kind is enough."""
    return sqlite_url


@pytest.fixture
def closed(app: FastAPI, api: TestClient) -> TestClient:
    Registry(api).register("a/b", ORDER)
    app.state.settings = Settings(access=ACCESS)
    return api


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    # What clients of a registry in a cloud send besides; it means nothing here.
    return {"Authorization": f"Bearer {token}", "target-sr-cluster": "lsrc-1", "Confluent-Identity-Pool-Id": "pool-1"}


WRITERS = (basic("admin", "secret"), bearer(WRITE_TOKEN))
READERS = (basic("guest", "look"), bearer(READ_TOKEN))
NOBODY: tuple[dict[str, str], ...] = (
    {},
    basic("admin", "wrong"),
    basic("guest", ""),
    bearer("x"),
    {"Authorization": "?"},
)


@pytest.mark.parametrize("headers", NOBODY)
@pytest.mark.parametrize("base", ["/schema-registry", "/w/default/schema-registry"])
def test_nobody_gets_in(closed: TestClient, base: str, headers: dict[str, str]) -> None:
    registry = Registry(closed, base, headers)
    for method, path, body in (*READS, *WRITES, ("GET", "/", None), ("GET", "/nowhere", None)):
        answer = registry.call(method, path, body)
        assert (answer.status_code, answer.json()["error_code"]) == (401, 401), path
        assert answer.headers["www-authenticate"] == 'Basic realm="Restricted area"'


@pytest.mark.parametrize("headers", READERS)
def test_readers_look_up_and_check_and_change_nothing(closed: TestClient, headers: dict[str, str]) -> None:
    registry = Registry(closed, headers=headers)
    for method, path, body in READS:
        assert registry.call(method, path, body).status_code == 200, path
    for method, path, body in WRITES:
        assert registry.refused(method, path, body)[:2] == (403, 40301), path


@pytest.mark.parametrize("headers", WRITERS)
def test_writers_may_do_everything(closed: TestClient, headers: dict[str, str]) -> None:
    registry = Registry(closed, headers=headers)
    registry.register("b", ORDER)
    assert registry.get("/subjects") == ["a/b", "b"]


def test_what_everybody_may_read(app: FastAPI, closed: TestClient) -> None:
    app.state.settings = Settings(access=replace(ACCESS, public_read=True))
    for method, path, body in READS:
        assert Registry(closed).call(method, path, body).status_code == 200, path
    for method, path, body in WRITES:
        assert Registry(closed).refused(method, path, body)[:2] == (401, 401), path


def test_a_hub_with_tokens_alone_asks_for_one(app: FastAPI, closed: TestClient) -> None:
    app.state.settings = Settings(access=replace(ACCESS, accounts=()))
    answer = Registry(closed).call("GET", "/subjects")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Restricted area"'


def test_credentials_are_looked_at_before_a_body(closed: TestClient) -> None:
    assert Registry(closed).refused("POST", "/subjects/a/versions", b"x" * (51 * 1024 * 1024))[:2] == (401, 401)
