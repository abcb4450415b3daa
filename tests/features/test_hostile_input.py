"""What nobody sends in good faith, to every route: a clear 4xx or correct storage, never a 5xx or half a change."""

import copy
import itertools
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.hostile import Attacker, Call, World, envelope, world

JSON = "application/json"
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \r\n\t",
    "not JSON": b"{not json",
    "half of it": b'{"name":"Foo"',
    "two documents": b"{}{}",
    "an array": b"[]",
    "a text": b'"text"',
    "a number": b"7",
    "null": b"null",
    "not UTF-8": b'{"a":"\xff"}',
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a zero byte": b'{"a":1}\x00',
    "deep objects": DEEP,
    "deep arrays": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep and open": b"[" * 100_000,
    "a repeated key": b'{"name":"Foo","name":"Bar"}',
    "a repeated key inside": b'{"a":{"b":1,"b":2}}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "1e400": b'{"a":1e400}',
    "a huge integer": b'{"a":1' + b"0" * 100_000 + b"}",
    "U+0000": b'{"a":"\\u0000"}',
    "U+0000 in a key": b'{"\\u0000":1}',
    "half a surrogate pair": b'{"a":"\\ud800"}',
    "half a surrogate pair in a key": b'{"\\udfff":1}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV\x4aT\xb2R0\xac\x05\x00",
    "a form": b"name=Foo&production=true",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}
# Bodies that are no JSON at all, whatever the route takes.
NO_JSON = tuple(
    name for name in BODIES if name not in {"nothing", "white space", "an array", "a text", "a number", "null"}
)
# A body of these may be anything (pact-broker-api §19.10).
BODY_UNREAD = {"put tag", "put branch version", "put label"}
NAMING_FIELDS = (
    ("publish", "pacticipantVersionNumber"),
    ("publish", "pacticipantName"),
    ("publish", "branch"),
    ("create pacticipant", "name"),
    ("create environment", "name"),
    ("result", "providerApplicationVersion"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 2**200, 1.5, 1e300, "", " ", "\n", "a\nb", "a\u2028b", "\x00", "\ud800", "\x7f"),
    *("é" * 20, "\u202eevil", "' OR '1'='1", "'; DROP TABLE version; --", '"quoted"', "<script>alert(1)</script>"),
    *("${jndi:ldap://x}", "{{7*7}}", "%00", "%2e%2e%2f", "../../etc/passwd", "javascript:alert(1)", "true", "x" * 8192),
    *([], {}, [None], [[]], [{}], {"a": {}}, ["x"] * 200, {"name": None}, {str(n): n for n in range(200)}),
)
GOOD_NAMES = (
    *("with space", "a/b", "a//b", "a%2Fb", "%00", "100%", "a+b", "a&b=c", "a?b", "a#b", "a;b", "a\\b", "~"),
    *(
        "ünïcode",
        "日本語",
        "🎉",
        "e\u0301",
        "\u202eevil",
        "'quoted'",
        '"double"',
        "' OR '1'='1",
        "x'; DROP TABLE tag; --",
    ),
    *("<b>bold</b>", "{name}", "{0}", "$1", "*", "latest", "null", "0", "-1", "metadata", "x" * 1024),
)
BAD_NAMES = (
    " ",
    "\u00a0",
    "\u2003",
    "a\nb",
    "a\rb",
    "a\u2028b",
    "a\u0085b",
    "a\x00b",
    "a\tb",
    "\x1b[31m",
    "x" * 1025,
    "x" * 8192,
)
RAW_SEGMENTS = ("%00", "%0a", "%ff", "%c0%af", "%ed%a0%80", "%2e%2e%2f", "%5c", "%", "%zz", "%2", "..%2f", "%e2%80%a8")


@pytest.fixture
def hub(api: TestClient) -> World:
    return world(api)


@pytest.fixture
def attacker(hub: World, api: TestClient, database: Database) -> Iterator[Attacker]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
        yield Attacker(api, watch)


def test_every_route_is_among_the_victims(app: FastAPI, hub: World) -> None:
    known = {(each.method, shape(each.route)) for each in (*hub.writes, *hub.reads, *hub.removals)}
    offered = {(method.upper(), shape(path)) for path, calls in app.openapi()["paths"].items() for method in calls}
    # Takes no body; fails by intent; and old or second spellings of addresses, which are read by the code of the first.
    # This hub has no client, so no webhook can be tried: test_webhook_trials.
    elsewhere = {("DELETE", "/environments/{}"), ("GET", "/test/error"), ("POST", "/test/error")}
    elsewhere |= {("POST", "/webhooks/execute"), ("POST", "/webhooks/{}/execute")}
    spellings = ("/metadata/", "/pact/provider/", "/versions/{}")
    assert [each for each in offered - known - elsewhere if not any(part in each[1] for part in spellings)] == []


def test_all_requests_are_good_as_they_are(hub: World, attacker: Attacker) -> None:
    unanswerable = {
        "/matrix": 400,
        "/can-i-deploy": 400,
        "/pacts/provider/{}/consumer/{}/latest-untagged": 404,
        "/pacts/provider/{}/consumer/{}/version/{}/previous-distinct": 404,
    }
    for call in (*hub.reads, *hub.writes):
        answer = attacker.call(call)
        assert answer.status_code in {200, 201, unanswerable.get(call.route)}, (call, answer.text)


def test_bodies_that_are_none(hub: World, attacker: Attacker) -> None:
    for call in hub.writes:
        for name, body in BODIES.items():
            answer = attacker.call(call, body)
            refused = call.needs_body or (name in NO_JSON and call.title not in BODY_UNREAD)
            assert answer.status_code >= 400 or not refused, (call.title, name)


def test_fields_of_any_kind(hub: World, attacker: Attacker) -> None:
    chance = random.Random(1)
    for call in hub.writes:
        for place in places(call.body):
            for value in chance.sample(VALUES, 3):
                attacker.call(call, json.dumps(replaced(call.body, place, value)).encode())


def test_names_that_are_legal_are_stored_as_they_are(hub: World, attacker: Attacker) -> None:
    tag, branch, publish = hub.write("put tag"), hub.write("put branch version"), hub.write("publish")
    for name in GOOD_NAMES:
        assert attacker.call(branch, names=(name, name, name)).status_code == 201, name
        assert attacker.call(tag, names=(name, name, name)).status_code == 201, name
        assert attacker.send("GET", tag.path((name, name, name))).json()["name"] == name
        assert attacker.send("GET", Call("", "GET", "/pacticipants/{}", (name,)).path()).json()["name"] == name
        body = envelope(name, tags=[name], branch=name)
        assert attacker.call(publish, json.dumps(body).encode()).status_code == 200, name
        pact = attacker.send("GET", hub.write("put pact").path(("Bar", "Foo", name))).json()
        # The links that the hub gives lead to the thing again.
        href = pact["_links"]["pb:consumer-version"]["href"].removeprefix("http://hub.test")
        assert attacker.send("GET", href).json()["number"] == name


def test_names_that_are_none(hub: World, attacker: Attacker) -> None:
    for name in BAD_NAMES:
        for call in hub.writes:
            for place in range(len(call.names)):
                names = (*call.names[:place], name, *call.names[place + 1 :])
                assert attacker.call(call, names=names).status_code >= 400, (call, name)
        for title, field in NAMING_FIELDS:
            call = hub.write(title)
            answer = attacker.call(call, json.dumps(call.body | {field: name}).encode())
            assert answer.status_code == 400, (title, field, name)


def test_names_that_are_none_take_nothing_away(hub: World, attacker: Attacker) -> None:
    for call, name in cycled(hub.removals, BAD_NAMES, len(BAD_NAMES)):
        for place in range(len(call.names)):
            names = (*call.names[:place], name, *call.names[place + 1 :])
            # Of a pair's pacts, a set of versions may be empty.
            refused = not call.route.endswith(("/tag/{}", "consumer/{}/branch/{}", "/latest/versions"))
            assert attacker.call(call, names=names).status_code >= 400 or not refused, (call, name)
    for call, raw in cycled(hub.removals, RAW_SEGMENTS, len(RAW_SEGMENTS)):
        for place in range(len(call.names)):
            path = call.route.format(*(raw if at == place else name for at, name in enumerate(call.names)))
            assert attacker.send("DELETE", path).status_code >= 400 or "consumer/Foo/" in path, path
    for call in hub.reads:
        assert call.names[-1:] != ("dev",) or attacker.call(call).status_code == 200, call


def test_removals_are_good_as_they_are(hub: World, attacker: Attacker) -> None:
    attacker.send("PUT", "/pacticipants/Alone/versions/1", b"{}", Content_Type=JSON)
    for call in hub.removals:
        assert attacker.call(call).status_code in {200, 202, 204}, call


def test_names_that_are_none_are_not_found(hub: World, attacker: Attacker) -> None:
    for call, name in cycled(hub.reads, BAD_NAMES, 2):
        for place in range(len(call.names)):
            attacker.call(call, names=(*call.names[:place], name, *call.names[place + 1 :]))


def test_raw_segments(hub: World, attacker: Attacker) -> None:
    for call, raw in cycled((*hub.writes, *hub.reads), RAW_SEGMENTS, 2):
        for place in range(len(call.names)):
            path = call.route.format(*(raw if at == place else name for at, name in enumerate(call.names)))
            attacker.send(call.method, path, json.dumps(call.body or {}).encode(), Content_Type=call.media_type)


def test_queries(hub: World, attacker: Attacker) -> None:
    for call, query in cycled(hub.reads, list(queries()), 4):
        attacker.send("GET", f"{call.path()}?{query}")


def test_questions_to_the_gate(attacker: Attacker) -> None:
    for query in queries():
        attacker.send("GET", f"/matrix?{query}")
        attacker.send("GET", f"/can-i-deploy?pacticipant=Foo&version=1&environment=test&{query}")


def test_media_types_and_encodings(hub: World, attacker: Attacker) -> None:
    media_types = ("text/plain", "text/html", "application/xml", "multipart/form-data; boundary=x", "x", "/", ";")
    for call in hub.writes:
        body = json.dumps(call.body).encode()
        for media_type in media_types:
            answer = attacker.send(call.method, call.path(), body, Content_Type=media_type)
            assert answer.status_code == 415, (call, media_type)
        for encoding in ("gzip", "deflate", "br", "identity, gzip", "nonsense"):
            headers = {"Content_Type": call.media_type, "Content_Encoding": encoding}
            answer = attacker.send(call.method, call.path(), body, **headers)
            assert answer.status_code == 415 or call.title in BODY_UNREAD, (call, encoding)
        assert attacker.send(call.method, call.path(), body).status_code == 415, call


def test_what_is_accepted(hub: World, attacker: Attacker) -> None:
    accepts = ("text/html", "image/png", "application/xml", "*", "/", ";;;", "a/b;q=x", "text/html;q=nan", "," * 500)
    for call, accept in cycled(hub.reads, accepts, 3):
        attacker.send("GET", call.path(), Accept=accept)
    problems = ("application/problem+json", "application/hal+json", "text/html")
    for call, accept in cycled(hub.reads, problems, 1):
        attacker.send("GET", call.path(tuple("none" for _ in call.names)), Accept=accept)


def test_other_methods_are_refused_and_the_right_ones_named(hub: World, attacker: Attacker) -> None:
    calls = (*hub.writes, *hub.reads)
    for call in calls:
        allowed = {each.method for each in calls if each.path() == call.path()}
        allowed |= {each.method for each in hub.removals if each.route == call.route.replace("/metadata/{}", "")}
        for method in ("HEAD", "BREW", "POST", "PUT", "PATCH", "DELETE"):
            if method in allowed or (method, call.route) == ("DELETE", "/environments/{}"):
                continue
            answer = attacker.send(method, call.path())
            # An address may have a write that is known here under another name.
            assert answer.status_code in {404, 405, 415}, (method, call.route)
            if answer.status_code == 405:
                assert allowed <= set(answer.headers["allow"].split(", ")), (method, call.route)


def cycled(calls: Sequence[Call], values: Sequence[str], each: int) -> Iterator[tuple[Call, str]]:
    """Every call with some of the values, and every value with some of the calls."""
    turn = itertools.cycle(values)
    return ((call, value) for call in calls for value in itertools.islice(turn, each))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something can be put in place of what is there."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value in that place."""
    changed = copy.deepcopy(document)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


def queries() -> Iterator[str]:
    names = (
        "page",
        "size",
        "pageNumber",
        "pageSize",
        "limit",
        "q",
        "name",
        "latestby",
        "pacticipant",
        "version",
        "success",
    )
    values = (
        "",
        "0",
        "-1",
        "abc",
        "1e9",
        "%00",
        "%ff",
        "%0a",
        "9" * 30,
        "'%20OR%201=1",
        "%F0%9F%8E%89",
        "x" * 2000,
        "true",
    )
    for name in names:
        for value in values:
            yield f"{name}={value}"
    yield from ("%", "%=%", "&&&", "=", "q[]=1", "q[][pacticipant]", "[]=1", "a" * 8000, "&".join(["a=1"] * 2000))
    yield from ("q[][pacticipant]=Foo&q[][version]=%00", "q[][pacticipant]=Foo&q[][version]=1&environment=%ff")
    yield from ("pacticipant=Foo&version=%00&environment=test", "pacticipant=Foo&version=1&environment=no'pe")
    yield from (
        "consumer_version_selectors[][tag]=%00",
        "consumer_version_selectors=1",
        "page=2&size=999999999999999999",
    )


def shape(route: str) -> str:
    """A route without the names of its parameters, and without a query."""
    path = route.partition("?")[0]
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


# The generated part: good requests of every route, damaged in several places at once.

names = st.one_of(st.sampled_from(GOOD_NAMES + BAD_NAMES), st.text(max_size=30))
leaves = st.one_of(st.sampled_from(VALUES), st.text(max_size=20), st.integers(), st.floats(allow_nan=False))
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def attack(hub: World, attacker: Attacker, data: st.DataObject) -> None:
    """One damaged request."""
    call = data.draw(st.sampled_from((*hub.writes, *hub.reads)), label="call")
    body = copy.deepcopy(call.body)
    for _ in range(data.draw(st.integers(0, 3), label="changes")):
        if spots := list(places(body)):
            body = damaged(body, data.draw(st.sampled_from(spots), label="place"), data)
    raw = json.dumps(body).encode() if body is not None else None
    if raw and data.draw(st.integers(0, 4), label="bytes") == 0:
        seed = random.Random(data.draw(st.integers(0, 2**32), label="seed"))
        at = seed.randrange(len(raw))
        raw = raw[:at] + seed.randbytes(seed.randrange(4)) + raw[at + seed.randrange(3) :]
    chosen = [name if data.draw(st.integers(0, 3)) else data.draw(names, label="name") for name in call.names]
    # Half a surrogate pair has no bytes, and an empty name no segment.
    path = call.path(tuple(name.encode(errors="replace").decode() or "x" for name in chosen))
    if call.method == "GET" and data.draw(st.booleans(), label="query"):
        path += "?" + data.draw(st.sampled_from(sorted(queries())), label="parameters")
    attacker.send(call.method, path, raw, Content_Type=call.media_type)


def damaged(body: Any, place: tuple[Any, ...], data: st.DataObject) -> Any:
    changed = replaced(body, place, data.draw(values, label="value"))
    if data.draw(st.integers(0, 3), label="drop") == 0:
        inner = changed
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
    return changed


FIXTURES = (
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=FIXTURES)
@given(data=st.data())
def test_damaged_requests(hub: World, attacker: Attacker, data: st.DataObject) -> None:
    attack(hub, attacker, data)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=FIXTURES)
@given(data=st.data())
def test_thousands_of_damaged_requests(hub: World, attacker: Attacker, data: st.DataObject) -> None:
    attack(hub, attacker, data)
