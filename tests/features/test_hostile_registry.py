"""What nobody sends to a schema registry in good faith: a clear 4xx or correct storage, in the registry's own shape."""

import itertools
import json
import random
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.hostile import Attacker, World
from tests.features.hostile_registry import BASE, SUBJECT, registry_world
from tests.features.test_hostile_input import (
    BODIES,
    FIXTURES,
    RAW_SEGMENTS,
    VALUES,
    attack,
    cycled,
    places,
    replaced,
    shape,
)

BAD_SUBJECTS = (" ", "\u00a0", "\u2003", "a\nb", "a\rb", "a\x85b", "a\x00b", "\x1b[31m", "x" * 1025, "__GLOBAL", ":.x:")
VERSIONS = ("0", "-2", "2147483648", "9" * 5000, "latest ", "²", "١", "1_0", "0x1", "1e0", "true", "\u2028")
NO_SCHEMAS = (
    *("not JSON", "half of it", "two documents", "a number", "deep objects", "deep and open", "a repeated key"),
    *("NaN", "1e400", "a huge integer", "U+0000", "a form", "XML"),
)
QUERIES = (
    "deleted=maybe",
    "deleted=true&deleted=false",
    "normalize=%ff",
    "format=%00",
    "format=" + "x" * 2000,
    "format=serialized",
    "format=resolved",
    "format=ignore_extensions",
    "referenceFormat=qualified",
    "subject=%0a",
    "subject=:.none:",
    "subject=" + "x" * 5000,
    "subjectPrefix='%20OR%201=1",
    "subjectPrefix=:.",
    "subjectPrefix=:*:%25_",
    "contextPrefix=%F0%9F%8E%89",
    "limit=-99",
    "limit=x",
    "limit=1&offset=2147483647",
    "offset=99999999999999999999",
    "offset=%D9%A1",
    "key=a",
    "value=b",
    "&".join(["key=a&value=b"] * 500),
    "fetchMaxId=TRUE",
    "latestOnly=true&deletedOnly=true&deletedAsNegative=true",
    "%=%&&&=",
    "a" * 8000,
)


class RegistryAttacker(Attacker):
    """Checks besides that a refusal has the registry's shape."""

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
        answer = super().send(method, path, body, **headers)
        if answer.status_code >= 400 and method != "HEAD":
            told = answer.json()
            assert set(told) == {"error_code", "message"}, told
            assert answer.status_code in {told["error_code"], told["error_code"] // 100}, told
        return answer


@pytest.fixture
def hub(api: TestClient) -> World:
    return registry_world(api)


@pytest.fixture
def attacker(hub: World, api: TestClient, database: Database) -> Iterator[RegistryAttacker]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
        yield RegistryAttacker(api, watch)


def test_every_route_is_among_the_victims(app: FastAPI, hub: World) -> None:
    known = {(each.method, shape(each.route.partition("?")[0])) for each in (*hub.writes, *hub.reads, *hub.removals)}
    offered = {
        (method.upper(), shape((BASE + path).rstrip("/")))
        for path, calls in app.state.registry.openapi()["paths"].items()
        for method in calls
    }
    assert offered - known == set()


def test_all_requests_are_good_as_they_are(hub: World, attacker: RegistryAttacker) -> None:
    for call in (*hub.reads, *hub.writes, *hub.removals):
        answer = attacker.call(call)
        assert answer.status_code in {200, 204}, (call, answer.text)


def test_bodies_that_are_none(hub: World, attacker: RegistryAttacker) -> None:
    for call in hub.writes:
        for name, body in BODIES.items():
            assert attacker.call(call, body).status_code >= 400, (call.title, name)


def test_schemas_that_are_none(hub: World, attacker: RegistryAttacker) -> None:
    for call in hub.writes:
        if "schema" in call.body:
            for name in NO_SCHEMAS:
                answer = attacker.call(call, json.dumps(call.body | {"schema": BODIES[name].decode()}).encode())
                assert answer.status_code >= 400, (call.title, name)


def test_fields_of_any_kind(hub: World, attacker: RegistryAttacker) -> None:
    chance = random.Random(1)
    for call in hub.writes:
        for place in places(call.body):
            for value in chance.sample(VALUES, 3):
                attacker.call(call, json.dumps(replaced(call.body, place, value)).encode())


def test_subjects_that_are_none(hub: World, attacker: RegistryAttacker) -> None:
    for name in BAD_SUBJECTS:
        for call in (*hub.writes, *hub.reads, *hub.removals):
            for place, given_name in enumerate(call.names):
                if given_name in {SUBJECT, "line", "gone", "proto", "json", "a"}:
                    names = (*call.names[:place], name, *call.names[place + 1 :])
                    refused = call.method in {"POST", "GET"} and "/check" not in call.title
                    answer = attacker.call(call, names=names)
                    assert answer.status_code >= 400 or not refused or is_answered(call.route, name), (call, name)


def is_answered(route: str, name: str) -> bool:
    """Whatever is asked of compatibility with a subject that is not there: all may follow. A context has settings."""
    return "/compatibility/" in route or (name == ":.x:" and route.startswith((f"{BASE}/config", f"{BASE}/mode")))


def test_versions_and_ids_that_are_none(hub: World, attacker: RegistryAttacker) -> None:
    for call, number in itertools.product((*hub.reads, *hub.writes, *hub.removals), VERSIONS):
        for place, given_name in enumerate(call.names):
            if given_name in {"1", "latest"}:
                names = (*call.names[:place], number, *call.names[place + 1 :])
                assert attacker.call(call, names=names).status_code in {404, 414, 422}, (call, number)


def test_raw_segments(hub: World, attacker: RegistryAttacker) -> None:
    for call, raw in cycled((*hub.writes, *hub.reads, *hub.removals), RAW_SEGMENTS, 3):
        for place in range(len(call.names)):
            path = call.route.format(*(raw if at == place else name for at, name in enumerate(call.names)))
            attacker.send(call.method, path, json.dumps(call.body or {}).encode(), Content_Type=call.media_type)


def test_queries(hub: World, attacker: RegistryAttacker) -> None:
    for call, query in cycled((*hub.reads, *hub.writes), QUERIES, 7):
        body = None if call.body is None else json.dumps(call.body).encode()
        attacker.send(call.method, f"{call.path()}?{query}", body, Content_Type=call.media_type)


def test_media_types_and_encodings(hub: World, attacker: RegistryAttacker) -> None:
    media_types = (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "x",
        "/",
        "a/json; charset=utf-8",
    )
    for call in hub.writes:
        body = json.dumps(call.body).encode()
        for media_type in media_types:
            answer = attacker.send(call.method, call.path(), body, Content_Type=media_type)
            assert answer.status_code == 415, (call, media_type)
        for charset in ("utf-7", "unicode_escape", "idna", "zip", "x" * 3000, "", "utf-8\x00"):
            headers = {"Content_Type": f"application/json; charset={charset}"}
            assert attacker.send(call.method, call.path(), body, **headers).status_code == 415, (call, charset)
        answer = attacker.send(call.method, call.path(), body, Content_Encoding="gzip")
        assert answer.status_code == 415, call


def test_what_is_accepted(hub: World, attacker: RegistryAttacker) -> None:
    accepts = ("text/html", "image/png", "*", "/", ";;;", "a/b;q=x", "text/html;q=nan", "," * 500, "*/*;q=0")
    for call, accept in cycled((*hub.reads, *hub.writes), accepts, 3):
        body = None if call.body is None else json.dumps(call.body).encode()
        answer = attacker.send(call.method, call.path(), body, Content_Type=call.media_type, Accept=accept)
        assert answer.status_code == 406, (call, accept)


def test_other_methods(hub: World, attacker: RegistryAttacker) -> None:
    for call in (*hub.reads, *hub.writes):
        for method in ("BREW", "PATCH", "OPTIONS", "TRACE"):
            assert attacker.send(method, call.path()).status_code == 405, (method, call.route)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=FIXTURES)
@given(data=st.data())
def test_damaged_requests(hub: World, attacker: RegistryAttacker, data: st.DataObject) -> None:
    attack(hub, attacker, data)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=FIXTURES)
@given(data=st.data())
def test_thousands_of_damaged_requests(hub: World, attacker: RegistryAttacker, data: st.DataObject) -> None:
    attack(hub, attacker, data)
