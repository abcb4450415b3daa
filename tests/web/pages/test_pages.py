"""What each page has to tell."""

import json
from typing import Any
from urllib.parse import quote

from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.pages import story
from tests.web.pages.browsing import open_page


def test_an_empty_hub_says_how_to_begin(api: TestClient) -> None:
    page = open_page(api, "/")

    assert "No pact has been published yet" in page.text
    assert "contracthub publish pacts" in page.text


def test_home_tells_the_verdict_of_the_newest_with_the_newest(api: TestClient, told: Given) -> None:
    page = open_page(api, "/")

    assert "web 1 main Production orders 2.0 feat/drop-total Failed" in page.text
    assert story.evidence_path(told, success=False) in page.links
    assert "Production production 2 pacticipants live here" in page.text


def test_home_does_not_pass_off_an_old_result_as_one_of_the_newest_version(api: TestClient, told: Given) -> None:
    told.version("orders", "3.0", "main")

    assert "orders 3.0 main Never verified last: failed by 2.0" in open_page(api, "/").text


def test_home_can_be_searched(api: TestClient, told: Given) -> None:
    told.published("billing", "1", {"ledger": 1})

    page = open_page(api, "/?q=LEDG")

    assert "1 integration and 1 pacticipant." in page.text
    assert "/pacticipants/billing" in page.links
    assert "/pacticipants/web" not in page.links
    assert "No integration here" in open_page(api, "/?q=%25").text
    assert "No pacticipant here" in open_page(api, "/?q=_").text


def test_home_is_paged(api: TestClient, given: Given) -> None:
    for number in range(6):
        given.published("all", f"{number}", {f"p{number}{place:02}": 1 for place in range(10)})

    first = open_page(api, "/")
    second = open_page(api, "/?integrations=2")

    assert "/?integrations=2#integrations" in first.links
    assert ("/pacticipants/p509" in second.links, "/matrix/provider/p509/consumer/all" in first.links) == (True, False)
    assert "Page 2 of 2" in second.text
    for nonsense in ("0", "-1", "x", "9999999999", "%01"):
        assert "Page 1 of 2" in open_page(api, f"/?integrations={nonsense}").text
    open_page(api, "/?integrations=999999&pacticipants=999999")


def test_a_pacticipant_shows_both_sides_and_its_versions(api: TestClient, told: Given) -> None:
    told.published("orders", "2.0", {"stock": 1})
    told.call("PATCH", "/pacticipants/orders", {"repositoryUrl": "https://git.example/orders"})

    page = open_page(api, "/pacticipants/orders")

    assert "Needs 1" in page.text
    assert "Is needed by 1" in page.text
    assert "2.0 feat/drop-total" in page.text
    assert "1.0 main Production" in page.text
    (repository,) = [each for each in page.all_of("a") if each["href"] == "https://git.example/orders"]
    assert repository["rel"] == "noopener nofollow noreferrer"


def test_the_grid_has_the_versions_of_both_sides(api: TestClient, told: Given) -> None:
    told.published("web", "2", {"orders": 5}, branch="main")

    page = open_page(api, "/matrix/provider/orders/consumer/web")

    rows = page.text.split("1.0 main Production", 1)[1]
    assert rows.startswith(
        " 2 main just now · Never verified · Never verified 1 main Production just now Failed Verified"
    )
    assert {story.evidence_path(told, success=each) for each in (True, False)} <= set(page.links)


def test_the_grid_keeps_what_lives_somewhere_however_old(api: TestClient, told: Given) -> None:
    for number in range(2, 40):
        told.published("web", str(number), {"orders": 1}, branch="main")

    page = open_page(api, "/matrix/provider/orders/consumer/web")

    assert "/pacts/provider/orders/consumer/web/version/1" in page.links
    assert "/pacts/provider/orders/consumer/web/version/2" not in page.links
    assert "same pact as above" in page.text


def test_evidence_shows_expected_and_got(api: TestClient, told: Given) -> None:
    page = open_page(api, story.evidence_path(told, success=False))

    assert "orders 2.0 did not meet the pact of web." in page.text
    assert "1 failed 1 passed" in page.text
    assert "What came instead body $.total Expected 12.5 but got nothing - 12.5" in page.text
    assert "Given an order exists (id: 7)" in page.text
    assert page.text.index("a request for an order") < page.text.index("a request to cancel an order")


def test_evidence_links_the_build(api: TestClient, told: Given) -> None:
    page = open_page(api, story.evidence_path(told, success=True))

    (build,) = [each for each in page.all_of("a") if each["href"] == "https://ci.example/41"]
    assert build["rel"] == "noopener nofollow noreferrer"


def test_evidence_without_detail_or_with_strange_detail_still_shows(api: TestClient, told: Given) -> None:
    strange: list[object] = [
        None,
        {"summary": {}},
        [1, None, "x", {"success": False, "mismatches": [{"description": None}]}],
        [{"description": "a request for an order", "status": "failed", "exception": {"message": "connection refused"}}],
    ]
    texts = []
    for number, detail in enumerate(strange):
        told.version("orders", f"3.{number}")
        told.verified("web", "1", "orders", f"3.{number}", success=False, testResults=detail)
        texts.append(open_page(api, story.evidence_path(told, success=False)).text)

    assert all("What the pact expects" in text for text in texts)
    assert "connection refused" in texts[-1]


def test_a_pact_can_be_read(api: TestClient, told: Given) -> None:
    page = open_page(api, "/pacts/provider/orders/consumer/web/latest")

    assert "GET /orders/7" in page.text
    assert '{ "id": 7, "total": 12.5 }' in page.text
    assert "body $.id is an integer" in page.text
    assert "Failed by 2.0" in page.text
    assert "Verified by 1.0 main Production" in page.text
    assert "/pacts/provider/orders/consumer/web/version/1?format=json" in page.links


def test_a_document_that_is_no_pact_still_has_a_page(api: TestClient, given: Given) -> None:
    documents: list[dict[str, Any]] = [{"interactions": [{"request": 5}, 7]}, {"messages": {}}, {"a": [[[1]]]}]
    for number, document in enumerate(documents):
        story.publish(given, "odd", str(number), {"orders": document})

        page = open_page(api, f"/pacts/provider/orders/consumer/odd/version/{number}")

        assert "Pact" in page.text


def test_names_with_slashes_have_pages(api: TestClient, given: Given) -> None:
    name, number = "team/web ü", "feat/1 %2F"
    given.published(name, number, {"a/b": 1}, branch="x/y")

    for path in (
        f"/pacticipants/{quote(name, safe='')}",
        f"/matrix/provider/a%2Fb/consumer/{quote(name, safe='')}",
        f"/pacts/provider/a%2Fb/consumer/{quote(name, safe='')}/version/{quote(number, safe='')}",
    ):
        page = open_page(api, path)
        assert name in page.text
        (own,) = [link for link in page.links if link == path + "?format=json"][:1]
        assert json.loads(api.get(own).content)
