"""Who gets in, and that nobody gets around: credentials, roles, what is open, other ways to spell an address."""

import base64
import http.client
import json
import re
import socket
from dataclasses import replace
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route
from starlette.testclient import TestClient

from contracthub.domain.access import Access, Role, account, new_token, token_entry, tokens_from
from contracthub.web.pact_broker import badges
from contracthub.web.settings import Settings
from tests.conftest import LiveHub
from tests.features.given import Given, pact
from tests.features.hostile import world

WRITER, READER = ("admin", "a:b:ü€"), ("guest", "look")
WRITE_TOKEN, READ_TOKEN = new_token(), new_token()
ACCESS = Access(
    (account(*WRITER, Role.WRITE), account(*READER, Role.READ)),
    tokens_from(f"{token_entry('ci', Role.WRITE, WRITE_TOKEN)} {token_entry('wall', Role.READ, READ_TOKEN)}"),
)
PACT = "/pacts/provider/Bar/consumer/Foo/version/1"
BADGE = "/pacts/provider/Bar/consumer/Foo/latest/badge"
HEARTBEAT = "/diagnostic/status/heartbeat"
ASK = "/pacts/provider/Bar/for-verification"
REALM = 'Basic realm="Restricted area"'


def basic(name: str, password: str, encoding: str = "utf-8") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode(encoding)).decode()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


WRITES = (basic(*WRITER), bearer(WRITE_TOKEN))
READS = (basic(*READER), bearer(READ_TOKEN))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No database is asked who somebody is, so one kind is enough."""
    return sqlite_url


@pytest.fixture
def closed(app: FastAPI, api: TestClient) -> TestClient:
    """A hub with a pact, closed to everybody without credentials."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("badge",))
    app.state.settings = Settings(access=ACCESS)
    return api


def opened(app: FastAPI, *, read: bool = False, heartbeat: bool = False, open_badges: bool = False) -> None:
    access = replace(ACCESS, public_read=read, public_heartbeat=heartbeat, public_badges=open_badges)
    app.state.settings = Settings(access=access)


def test_without_accounts_nobody_is_asked(api: TestClient) -> None:
    assert api.get("/", headers=bearer("anything")).status_code == 200


@pytest.mark.parametrize("headers", [*WRITES, *READS])
def test_whoever_is_known_may_read(closed: TestClient, headers: dict[str, str]) -> None:
    assert closed.get(PACT, headers=headers).status_code == 200
    assert closed.post(ASK, json={}, headers=headers).status_code == 200
    assert closed.options(PACT, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", WRITES)
def test_a_writer_may_write(closed: TestClient, headers: dict[str, str]) -> None:
    assert closed.put("/pacticipants/Foo/labels/a", json={}, headers=headers).status_code == 201
    assert closed.delete("/pacticipants/Foo/labels/a", headers=headers).status_code == 204


def status_for(reader: dict[str, str]) -> int:
    """What a change by somebody who may only read is answered: an account as by the Pact Broker, a token as it is."""
    return 403 if reader["Authorization"].startswith("Bearer") else 401


@pytest.mark.parametrize("headers", READS)
def test_a_reader_may_not_write(closed: TestClient, headers: dict[str, str]) -> None:
    answers = [
        closed.put("/pacticipants/Foo/labels/a", json={}, headers=headers),
        closed.post("/contracts/publish", json={}, headers=headers),
        closed.patch("/pacticipants/Foo", json={}, headers=headers),
        closed.delete("/pacticipants/Foo", headers=headers),
    ]
    assert [each.status_code for each in answers] == [status_for(headers)] * 4
    assert answers[0].json() == {"error": "These credentials may read, but not change anything."}
    assert closed.get("/pacticipants/Foo", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("admin", "wrong"),
        basic("admin", ""),
        basic("ADMIN", WRITER[1]),
        basic(READER[0], WRITER[1]),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"admin").decode()},
        {"Authorization": "Basic"},
        {"Authorization": ""},
        {"Authorization": "Digest username=admin"},
        {"Authorization": base64.b64encode(b":".join(each.encode() for each in WRITER)).decode()},
        bearer(""),
        bearer("wrong"),
        bearer(WRITE_TOKEN[:-1]),
        {"Authorization": f"Basic {WRITE_TOKEN}"},
        {"X-Authorization": f"Bearer {WRITE_TOKEN}"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/", PACT, BADGE, HEARTBEAT, "/nowhere", "/api/v1/openapi.json", "/static/x/icon.svg"]
)
def test_everything_is_closed_without_good_credentials(closed: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = closed.get(path, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, REALM)
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert answer.headers["x-pact-broker-version"]
    assert list(answer.json()) == ["error"]


def test_two_authorizations_are_none(closed: TestClient) -> None:
    headers = [*basic(*WRITER).items(), *bearer("wrong").items()]
    assert closed.get("/", headers=headers).status_code == 401


def test_the_refusal_has_the_shape_that_was_asked_for(closed: TestClient) -> None:
    problem = closed.get("/", headers={"Accept": "application/hal+json, application/problem+json"})
    assert (problem.headers["content-type"], problem.json()["status"]) == ("application/problem+json", 401)
    page = closed.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["www-authenticate"]) == (401, REALM)
    assert page.headers["content-type"].startswith("text/html")
    token = next(each for each in READS if status_for(each) == 403)
    denied = closed.put("/pacticipants/a", json={}, headers=token | {"Accept": "application/problem+json"})
    assert (denied.status_code, denied.json()["title"]) == (403, "Forbidden")
    assert "www-authenticate" not in denied.headers


def test_a_browser_is_not_asked_for_a_password_that_nobody_has(app: FastAPI, closed: TestClient) -> None:
    app.state.settings = Settings(access=replace(ACCESS, accounts=()))
    assert closed.get("/").headers["www-authenticate"] == 'Bearer realm="Restricted area"'


def test_credentials_in_other_spellings(app: FastAPI, closed: TestClient) -> None:
    assert closed.get("/", headers={"Authorization": f"bearer   {READ_TOKEN} "}).status_code == 200
    app.state.settings = Settings(access=Access((account("jürgen", "süß", Role.READ),)))
    for encoding in ("utf-8", "latin-1"):
        assert closed.get("/", headers=basic("jürgen", "süß", encoding)).status_code == 200


def test_public_read(app: FastAPI, closed: TestClient) -> None:
    opened(app, read=True)
    assert closed.get(PACT).status_code == 200
    assert closed.post(ASK, json={}).status_code == 200
    assert closed.options("/pacticipants/Foo").status_code == 200
    assert closed.put("/pacticipants/Foo/labels/a").status_code == 401
    assert closed.put("/pacticipants/Foo/labels/a", headers=READS[0]).status_code == status_for(READS[0])


def test_public_heartbeat(app: FastAPI, closed: TestClient) -> None:
    opened(app, heartbeat=True)
    assert closed.get(HEARTBEAT).status_code == 200
    assert closed.get("/w/default" + HEARTBEAT).status_code == 200
    for path in ("/diagnostic/status/dependencies", "/", PACT, BADGE):
        assert closed.get(path).status_code == 401


def test_public_badges(app: FastAPI, closed: TestClient) -> None:
    opened(app, open_badges=True)
    for path in (BADGE, BADGE + ".svg", "/w/default" + BADGE, "/pacticipants/Foo/main-branch/can-i-merge/badge"):
        assert (closed.get(path).status_code, closed.get(path).headers["content-type"][:9]) == (200, "image/svg")
    for path in (HEARTBEAT, "/", PACT, "/pacticipants/badge", "/pacts/provider/Bar/consumer/Foo/latest/badge/x"):
        assert closed.get(path).status_code == 401


@pytest.mark.parametrize("accept", ["text/html", "application/hal+json", "application/json", "text/plain"])
def test_where_badges_are_public_only_badges_are_answered(app: FastAPI, closed: TestClient, accept: str) -> None:
    opened(app, open_badges=True)
    for path in (BADGE, BADGE + ".json", BADGE + ".csv", BADGE + "?format=json"):
        answer = closed.get(path, headers={"Accept": accept})
        assert answer.status_code == 401 or answer.headers["content-type"].startswith("image/svg+xml"), path


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_no_other_route_answers_where_a_badge_is(app: FastAPI, closed: TestClient, accept: str) -> None:
    """Names such as ``badge`` make other routes fit as well; those of badges have to stand before them."""
    opened(app, open_badges=True)
    paths = [route.path for route in badges.router.routes if isinstance(route, Route)]
    assert len(paths) > 5
    for path in paths:
        answer = closed.get(re.sub(r"\{[^}]*\}", "badge", path), headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, badges.SVG), path


def test_every_request_of_the_api_by_every_role(app: FastAPI, api: TestClient) -> None:
    there = world(api)
    app.state.settings = Settings(access=ACCESS)
    questions = {"for verification", "live for verification", "plan", "diff"}
    for call in (*there.writes, *there.removals, *there.reads):
        headers = {"Content-Type": call.media_type}
        body = b"" if call.body is None else json.dumps(call.body).encode()
        reads = call.method == "GET" or call.title in questions
        nobody = api.request(call.method, call.path(), content=body, headers=headers)
        assert nobody.status_code == 401, call
        for role in READS:
            reader = api.request(call.method, call.path(), content=body, headers=headers | role)
            assert (reader.status_code == status_for(role)) is not reads, (call, reader.text)
            assert reads or "may read" in reader.text, call


# Each is a way to make a checker and a router read two different things.
TRICKS = [
    "/pacticipants/Foo/labels/a",
    "/w/default/pacticipants/Foo/labels/a",
    "/w/default/pacticipants/Foo/labels/a/",
    "/pacticipants/Foo/labels/for-verification",
    "/pacticipants/Foo/labels/a?x=/diagnostic/status/heartbeat",
    "/pacticipants/Foo/labels/a.svg",
    "/pacticipants/Foo/labels/badge",
    "/pacticipants/Foo/labels/badge.svg",
    "/pacticipants/Foo/labels/..%2F..%2Fdiagnostic%2Fstatus%2Fheartbeat",
    "/diagnostic/status/heartbeat/../../../pacticipants/Foo/labels/a",
    "/diagnostic/status/heartbeat%2F..%2F..%2Fpacticipants",
    "/%77/default/pacticipants/Foo/labels/a",
    "/pacticipants/Foo/labels/a;/diagnostic/status/heartbeat",
    "/pacticipants/Foo/labels/a%3F/for-verification",
    "/w/w/default/pacticipants/Foo/labels/a",
    "/w/default/w/default/pacticipants/Foo/labels/a",
    "/pacts/provider/Bar/for-verification/",
    "/pacts/provider/Bar%2Ffor-verification",
    "/pacts/provider/Bar/consumer/Foo/version/for-verification",
    "/api/v1/plan/../archive",
]
READING = {"/pacts/provider/Bar/for-verification"}
OVERRIDES = [
    {},
    {"X-HTTP-Method-Override": "GET"},
    {"X-HTTP-Method": "GET", "X-Method-Override": "GET"},
    {"X-Original-URL": HEARTBEAT, "X-Rewrite-URL": HEARTBEAT},
    {"X-Forwarded-Prefix": HEARTBEAT, "X-Forwarded-Host": "localhost", "X-Forwarded-For": "127.0.0.1"},
    {"Accept": "image/svg+xml"},
]


@pytest.fixture
def live(live_hub: LiveHub) -> LiveHub:
    """A hub on a real socket with a pact; closed but for badges and the heartbeat."""
    answer = httpx.put(live_hub.url + PACT, json=pact("Foo", "Bar"))
    assert answer.status_code == 201
    access = replace(ACCESS, public_heartbeat=True, public_badges=True)
    cast("FastAPI", live_hub.server.config.app).state.settings = Settings(access=access)
    return live_hub


def said(hub: LiveHub, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """The answer to a request whose path is sent as it stands; other clients would tidy it up."""
    connection = http.client.HTTPConnection(urlsplit(hub.url).netloc, timeout=20)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


@pytest.mark.parametrize("headers", [{}, *READS])
def test_nothing_is_written_by_any_spelling(live: LiveHub, headers: dict[str, str]) -> None:
    before = httpx.get(live.url + "/pacticipants/Foo", headers=WRITES[0]).json()
    for path in TRICKS:
        for method in ("PUT", "POST", "PATCH", "DELETE"):
            for more in OVERRIDES:
                status, body = said(live, method, path, {**headers, **more, "Content-Type": "application/json"}, b"{}")
                is_question = method == "POST" and path.rstrip("/") in READING and headers
                assert is_question or 400 <= status < 500, (method, path, more, status)
                assert is_question or status in {400, 401, 403, 404, 405, 422}, (method, path, more, status, body)
    assert httpx.get(live.url + "/pacticipants/Foo", headers=WRITES[0]).json() == before


def test_nothing_is_read_by_any_spelling(live: LiveHub) -> None:
    spellings = [
        PACT,
        PACT + ".json",
        PACT + "/",
        "/w/default" + PACT,
        "/w/default/w/default" + PACT,
        "/./" + PACT[1:],
        HEARTBEAT + "/.." * 3 + PACT,
        HEARTBEAT + "%2F..%2F..%2F.." + PACT,
        "/w/" + HEARTBEAT[1:].replace("/", "%2F") + PACT,
        PACT + "/badge",
        PACT + "/badge.svg",
        PACT.replace("pacts", "%70acts"),
        "/pacts/provider/Bar/consumer/Foo/latest/badge%2F..",
        "/pacts/provider/Bar/consumer/Foo/latest",
        "/?" + HEARTBEAT,
        "/%3F" + HEARTBEAT,
        "http://localhost" + HEARTBEAT + "/.." * 3 + PACT,
        "/matrix/provider/Bar/consumer/Foo",
        "/favicon.ico",
        "/doc/badge",
    ]
    for path in spellings:
        for method in ("GET", "HEAD", "OPTIONS"):
            for more in OVERRIDES:
                status, body = said(live, method, path, more)
                assert status in {400, 401, 404, 422}, (method, path, more, status, body)
                assert b"interactions" not in body
    assert said(live, "POST", ASK, {"Content-Type": "application/json"}, b"{}")[0] == 401


def test_what_is_open_is_open_on_a_real_socket(live: LiveHub) -> None:
    assert said(live, "GET", HEARTBEAT, {})[0] == 200
    assert said(live, "GET", BADGE, {})[0] == 200
    assert said(live, "GET", PACT, READS[1])[0] == 200
    assert said(live, "POST", ASK, {**READS[0], "Content-Type": "application/json"}, b"{}")[0] == 200


def test_a_body_is_not_read_for_somebody_unknown(live: LiveHub) -> None:
    """The refusal is there before the body is, so nobody can make the hub hold one."""
    with socket.create_connection((urlsplit(live.url).hostname, urlsplit(live.url).port), timeout=20) as line:
        line.sendall(
            b"POST /contracts/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
            b"Content-Length: 40000000\r\nExpect: 100-continue\r\n\r\n"
        )
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 401")


def test_no_credential_is_in_the_log_or_the_answer(live: LiveHub, caplog: pytest.LogCaptureFixture) -> None:
    for headers in (basic("admin", "hunter2hunter2"), bearer("hunter2hunter2"), WRITES[0], WRITES[1]):
        secrets = {headers["Authorization"].split()[1], "hunter2hunter2", WRITE_TOKEN, WRITER[1]}
        answers = [said(live, "GET", path, headers) for path in ("/test/error", "/nowhere", PACT)]
        text = b"".join(body for _, body in answers).decode() + caplog.text
        assert not [secret for secret in secrets if secret in text]
