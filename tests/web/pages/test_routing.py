"""Browsers get pages, everybody else gets what they got before."""

import pytest
from starlette.testclient import TestClient

from contracthub.web.pages.routing import prefers_html
from tests.features.given import Given
from tests.web.pages import story
from tests.web.pages.browsing import BROWSER, CHROME, open_page

API_CLIENTS = (
    None,
    "",
    "*/*",
    "application/hal+json",
    "application/json",
    "application/hal+json, application/json, */*;q=0.1",
    "application/json, text/html",
    "text/html;q=0.5, application/hal+json",
    "application/problem+json",
    "text/html;q=0",
    "text/*",
    "text/html;q=x",
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", [each for each in API_CLIENTS if each is not None])
def test_an_api_client_does_not_prefer_html(accept: str) -> None:
    assert not prefers_html(accept)


@pytest.mark.parametrize(
    "accept", [CHROME, FIREFOX, "text/html", "TEXT/HTML; charset=utf-8", "text/html, application/json"]
)
def test_a_browser_does(accept: str) -> None:
    assert prefers_html(accept)


def test_an_endless_accept_header_is_no_browsers() -> None:
    assert not prefers_html("text/html" + ",a/b" * 1000)


def test_no_api_client_is_ever_sent_a_page(api: TestClient, told: Given) -> None:
    for path in story.every_page(told):
        for accept in API_CLIENTS:
            answer = api.get(path, headers={} if accept is None else {"Accept": accept})
            assert "html" not in answer.headers["content-type"], (path, accept)


def test_every_page_answers_a_browser_and_varies_by_accept(api: TestClient, told: Given) -> None:
    for path in story.every_page(told):
        answer = api.get(path, headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
        assert "accept" in answer.headers["vary"].lower()


def test_a_browser_can_have_the_resource_behind_each_page(api: TestClient, told: Given) -> None:
    for path in story.every_page(told):
        page = open_page(api, path)
        for href in (each for each in page.links if each.endswith("format=json")):
            answer = api.get(href, headers=BROWSER)
            assert "json" in answer.headers["content-type"], href


def test_every_link_of_every_page_leads_to_a_page(api: TestClient, told: Given) -> None:
    links = {link for path in story.every_page(told) for link in open_page(api, path).links}
    inside = {link.split("#")[0] for link in links if link.startswith("/") and not link.endswith("format=json")}
    assert len(inside) > 10
    for link in inside:
        open_page(api, link)
    assert {link for link in links if not link.startswith(("/", "#"))} == {"https://ci.example/41"}


def test_a_page_does_not_take_part_in_other_methods(api: TestClient, told: Given) -> None:
    assert api.head("/", headers=BROWSER).status_code == 200
    assert api.patch("/pacticipants/web", json={}, headers=BROWSER).status_code == 200


def test_pages_below_a_workspace_link_below_it(api: TestClient, told: Given) -> None:
    page = open_page(api, "/w/default/pacticipants/orders")

    assert all(link.startswith(("/w/default/", "#", "https://ci.example")) for link in page.links)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pacticipants/nobody", 404),
        ("/no/such/page", 404),
        ("/matrix/provider/nobody/consumer/web", 404),
        ("/pacts/provider/orders/consumer/web/version/99", 404),
        ("/pacts/provider/orders/consumer/web/pact-version/abc/verification-results/1", 404),
        ("/pacts/provider/orders/consumer/web/pact-version/abc/verification-results/x", 404),
        ("/matrix?q[][pacticipant]=nobody", 400),
        ("/can-i-deploy?pacticipant=nobody&version=1&environment=production", 400),
        ("/can-i-deploy?pacticipant=web&version=1&environment=nowhere", 400),
        ("/w/nowhere/", 404),
    ],
)
def test_what_is_not_there_is_told_on_a_page(api: TestClient, told: Given, path: str, status: int) -> None:
    open_page(api, path, status)
