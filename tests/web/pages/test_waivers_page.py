"""The page of waivers: what passes, who said so, why, until when."""

from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.test_waivers import ALL, SCOPE, day, waiver
from tests.web.pages.browsing import open_page
from tests.web.pages.test_hostile_text import NAME, NAME_SEEN

ENVIRONMENT = SCOPE["environment"]


def waive(given: Given, **more: object) -> int:
    body = waiver(provider="orders", consumer="web", **more)
    number = given.call("POST", ALL, body, status=(201,))["number"]
    assert isinstance(number, int)
    return number


def test_without_any_it_says_how_one_is_given(api: TestClient, told: Given) -> None:
    assert told is not None
    assert "contracthub waive --provider NAME" in open_page(api, ALL).text


def test_what_a_waiver_covers_and_who_said_so(api: TestClient, told: Given) -> None:
    more = {name: SCOPE[name] for name in ("consumerVersion", "environment", "contract", "rule", "path")}
    number = waive(told, **more)
    for path in (ALL, f"{ALL}/{number}"):
        page = open_page(api, path)
        assert f"{number} web 1 with orders production pact response.body.incompatible at $.total" in page.text
        assert f"Valid {day(30)} Ada just now Foo 2 goes out on Monday" in page.text
        assert {"/pacticipants/web", "/pacticipants/orders", f"{ALL}/{number}"} <= set(page.links)


def test_a_waiver_that_was_taken_back_is_history(api: TestClient, told: Given) -> None:
    number = waive(told)
    api.delete(f"{ALL}/{number}?by=Bob")
    assert "Withdrawn just now by Bob" in open_page(api, ALL).text
    assert "No waiver here" in open_page(api, f"{ALL}?state=valid").text
    assert "Withdrawn just now by Bob" in open_page(api, f"{ALL}?state=withdrawn&provider=orders").text


def test_it_is_paged_and_keeps_what_was_asked(api: TestClient, told: Given) -> None:
    for _ in range(51):
        waive(told)
    page = open_page(api, f"{ALL}?provider=orders")
    assert "Page 1 of 2" in page.text
    (following,) = [link for link in page.links if "page=2" in link]
    assert following == f"{ALL}?provider=orders&page=2"
    assert "Page 2 of 2" in open_page(api, following).text


def test_what_people_wrote_is_text(api: TestClient, told: Given) -> None:
    waive(told, reason=NAME, by=NAME, rule=NAME, path=NAME)
    assert open_page(api, ALL).text.count(NAME_SEEN) == 4


def test_what_is_not_there_is_told_on_a_page(api: TestClient, told: Given) -> None:
    assert told is not None
    open_page(api, f"{ALL}/999999", 404)
    open_page(api, f"{ALL}/x", 404)
    open_page(api, f"{ALL}?provider=nobody", 404)
    open_page(api, f"{ALL}?state=gone", 400)


def test_decisions_that_rest_on_a_waiver_link_it(api: TestClient, told: Given) -> None:
    number = waive(told, environment="production")
    question = "pacticipant=orders&version=2.0&environment=production"
    page = open_page(api, f"/can-i-deploy?{question}")
    assert f"Waived just now waived by Ada: waiver {number}" in page.text
    assert f"{ALL}/{number}" in page.links
    rows = open_page(api, "/matrix?q[][pacticipant]=orders&q[][version]=2.0&environment=production")
    assert f"{ALL}/{number}" in rows.links
