"""Badges over HTTP, on both databases (pact-broker-api §15)."""

from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from contracthub.web.settings import Settings
from tests.features.given import Given

PAIR = "/pacts/provider/Bar/consumer/Foo%20Web"
SVG = "{http://www.w3.org/2000/svg}"


def texts(answer: Response) -> tuple[str | None, ...]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml;charset=utf-8"
    return tuple(each.text for each in ET.fromstring(answer.content).iter(f"{SVG}text"))  # noqa: S314 our own answer


@pytest.fixture
def given(api: TestClient) -> Given:
    made = Given(api)
    made.published("Foo Web", "1", {"Bar": 1}, branch="main", tags=("dev",))
    return made


def test_a_pact_goes_from_unknown_to_verified_to_changed_to_failed(api: TestClient, given: Given) -> None:
    assert texts(api.get(PAIR + "/latest/badge")) == ("foo web/bar pact", "unknown")
    given.verified("Foo Web", "1", "Bar", "9")
    assert texts(api.get(PAIR + "/latest/badge")) == ("foo web/bar pact", "verified")
    given.published("Foo Web", "2", {"Bar": 2})
    assert texts(api.get(PAIR + "/latest/badge")) == ("foo web/bar pact", "changed")
    assert texts(api.get(PAIR + "/latest/dev/badge")) == ("foo web/bar pact", "verified")
    assert texts(api.get(PAIR + "/latest-untagged/badge")) == ("foo web/bar pact", "changed")
    given.verified("Foo Web", "2", "Bar", "9", success=False)
    assert texts(api.get(PAIR + "/latest/badge")) == ("foo web/bar pact", "failed")


@pytest.mark.usefixtures("given")
def test_label_and_initials(api: TestClient) -> None:
    assert texts(api.get(PAIR + "/latest/badge?label=consumer"))[0] == "foo web pact"
    assert texts(api.get(PAIR + "/latest/badge?label=provider"))[0] == "bar pact"
    assert texts(api.get(PAIR + "/latest/badge?initials=true"))[0] == "fw/bar pact"


def test_the_matrix_of_two_tags(api: TestClient, given: Given) -> None:
    path = "/matrix/provider/Bar/latest/prod/consumer/Foo%20Web/latest/dev/badge"
    assert texts(api.get(path)) == ("version", "not found")
    given.verified("Foo Web", "1", "Bar", "9")
    given.tag("Bar", "9", "prod")
    assert texts(api.get(path)) == ("foo web (dev)/bar (prod) pact", "verified")


def test_can_i_deploy(api: TestClient, given: Given) -> None:
    by_tag = "/pacticipants/Foo%20Web/latest-version/dev/can-i-deploy/to/prod/badge"
    by_branch = "/pacticipants/Foo%20Web/branches/main/latest-version/can-i-deploy/to-environment/production/badge"
    for path, told in ((by_tag, "dev to prod"), (by_branch, "main to production")):
        answer = api.get(path)
        assert texts(answer) == ("can-i-deploy", told)
        assert "#c62828" in answer.text
    given.verified("Foo Web", "1", "Bar", "9")
    given.tag("Bar", "9", "prod")
    given.deployed("Bar", "9", given.environment_uuid("production"))
    for path in (by_tag, by_branch):
        answer = api.get(path + "?label=mine")
        assert texts(answer)[0] == "mine"
        assert "#2f7d32" in answer.text


def test_can_i_merge(api: TestClient, given: Given) -> None:
    given.call("PUT", "/pacticipants/Bar", {"mainBranch": "main"})
    path = "/pacticipants/Foo%20Web/main-branch/can-i-merge/badge"
    answer = api.get(path)
    assert texts(answer)[1] in {"failed", "unknown"}
    assert answer.headers["cache-control"] == "max-age=30"
    given.verified("Foo Web", "1", "Bar", "9")
    given.version("Bar", "9", "main")
    assert texts(api.get(path)) == ("can-i-merge", "success")


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/pacts/provider/Bar/consumer/None/latest/badge", "pact"),
        (PAIR + "/latest/none/badge", "pact"),
        ("/pacticipants/None/main-branch/can-i-merge/badge", "pacticipant"),
        ("/pacticipants/Bar/main-branch/can-i-merge/badge", "main branch version"),
        ("/pacticipants/Bar/latest-version/x/can-i-deploy/to/y/badge", "version"),
        ("/pacticipants/Bar/branches/x/latest-version/can-i-deploy/to-environment/test/badge", "branch"),
        ("/pacticipants/Foo%20Web/branches/main/latest-version/can-i-deploy/to-environment/x/badge", "environment"),
    ],
)
def test_what_is_missing_is_told_by_a_badge(api: TestClient, path: str, what: str) -> None:
    assert texts(api.get(path)) == (what, "not found")


@pytest.mark.usefixtures("given")
def test_hostile_text_is_escaped_and_bounded(api: TestClient) -> None:
    path = "/pacticipants/Foo%20Web/latest-version/dev/can-i-deploy/to/%3Cscript%3E/badge"
    answer = api.get(path, params={"label": "\x01\ufffe<script>&\"'" + "x" * 5000})
    left, right = texts(answer)
    assert "<script>" not in answer.text
    assert left is not None
    assert left.startswith("<script>&\"'x")
    assert len(left) == 60
    assert right == "dev to <script>"
    assert len(answer.content) < 3000


def test_badges_can_be_redirects_to_shields_io(app: FastAPI, api: TestClient) -> None:
    Given(api).published("a_b-c d/ü", "1", {"Bar": 1}, branch="main", tags=("dev",))
    app.state.settings = Settings(shields_url="https://img.shields.io")
    path = "/pacts/provider/Bar/consumer/a_b-c%20d%2F%C3%BC/latest/badge"
    answer = api.get(path, follow_redirects=False)
    left = "a__b--c%20d%2F%C3%BC%2Fbar%20pact"
    assert answer.status_code == 307
    assert answer.headers["location"] == f"https://img.shields.io/badge/{left}-unknown-lightgrey.svg"
    assert answer.headers["cache-control"] == "no-cache"
    missing = api.get("/pacticipants/None/main-branch/can-i-merge/badge", follow_redirects=False)
    assert (missing.status_code, missing.headers["cache-control"]) == (307, "max-age=30")
    assert missing.headers["location"] == "https://img.shields.io/badge/pacticipant-not%20found-lightgrey.svg"
