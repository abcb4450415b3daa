"""Approvals through the API: given, changed, listed, withdrawn, and whose name they bear; on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.domain.access import Access, Role, account
from contracthub.web.settings import Settings
from tests.features.given import Given

ONE, OTHER = "a" * 32, "b" * 32
ALL = "/api/v1/providers/Orders/approvals"


def today(days: int = 0) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def terms(**more: Any) -> dict[str, Any]:
    return {"reason": "nobody reads it", "until": today(30), "by": "Ada"} | more


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def test_an_approval_comes_back_as_it_was_given(given: Given) -> None:
    words = {"rule": "response-property-removed", "location": "GET /orders $.total", "message": "total is gone"}
    made = given.call("PUT", f"{ALL}/{ONE}", terms(**words), status=(201,))
    assert given.get(f"{ALL}/{ONE}") == made
    said = {"provider": "Orders", "fingerprint": ONE, "reason": "nobody reads it", "until": today(30), "by": "Ada"}
    assert said.items() <= made.items()
    assert words.items() <= made.items()
    assert made["expired"] is False


def test_approving_again_changes_the_terms(given: Given) -> None:
    first = given.call("PUT", f"{ALL}/{ONE}", terms(), status=(201,))
    again = given.call("PUT", f"{ALL}/{ONE}", terms(by="Bob", until=today(60), reason="still"), status=(200,))
    assert (again["by"], again["until"], again["reason"]) == ("Bob", today(60), "still")
    assert again["createdAt"] == first["createdAt"]
    assert [each["by"] for each in given.get(ALL)["approvals"]] == ["Bob"]


def test_the_last_to_end_stands_first_and_pages_are_bounded(given: Given) -> None:
    for index in range(5):
        given.call("PUT", f"{ALL}/{index:032x}", terms(until=today(index)), status=(201,))
    listed = given.get(f"{ALL}?size=2&page=2")
    assert [each["until"] for each in listed["approvals"]] == [today(2), today(1)]
    assert listed["page"]["totalElements"] == 5
    assert listed["_links"]["next"]["href"].endswith(f"{ALL}?size=2&page=3")


def test_withdrawn_is_gone_and_others_stay(given: Given, api: TestClient) -> None:
    for each in (ONE, OTHER):
        given.call("PUT", f"{ALL}/{each}", terms(), status=(201,))
    assert [api.delete(f"{ALL}/{ONE}").status_code for _ in range(2)] == [204, 404]
    assert [each["fingerprint"] for each in given.get(ALL)["approvals"]] == [OTHER]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": None}, "reason"),
        ({"reason": " "}, "reason"),
        ({"until": None}, "until"),
        ({"until": "soon"}, "2027-01-31"),
        ({"until": today(-1)}, "past"),
        ({"until": today(400)}, "366"),
        ({"until": "9999-12-31"}, "366"),
        ({"until": 20270101}, "2027-01-31"),
        ({"by": None}, "by"),
        ({"by": "two\nlines"}, "by"),
        ({"message": ["no"]}, "message"),
        ({"reason": "x" * 2000}, "reason"),
    ],
)
def test_terms_that_are_refused(given: Given, api: TestClient, more: dict[str, Any], told: str) -> None:
    refusal = given.call("PUT", f"{ALL}/{ONE}", terms(**more), status=(400, 422))
    assert told in str(refusal)
    assert api.get(ALL).status_code == 404


@pytest.mark.parametrize("fingerprint", ["x" * 32, "a" * 31, "a" * 65, "A" * 32, "*"])
def test_what_is_no_fingerprint_is_refused(given: Given, fingerprint: str) -> None:
    given.call("PUT", f"{ALL}/{fingerprint}", terms(), status=(400, 422))


def test_today_is_the_last_day_that_may_be_named_and_the_first(given: Given) -> None:
    given.call("PUT", f"{ALL}/{ONE}", terms(until=today()), status=(201,))
    given.call("PUT", f"{ALL}/{OTHER}", terms(until=today(366)), status=(201,))


def test_the_provider_need_not_be_known_but_must_not_look_like_a_slip(given: Given) -> None:
    given.call("PUT", f"{ALL}/{ONE}", terms(), status=(201,))
    given.call("PUT", f"/api/v1/providers/Order/approvals/{ONE}", terms(), status=(409,))
    given.call("GET", "/api/v1/providers/Nobody/approvals", status=(404,))


def test_approvals_go_with_their_provider(given: Given, api: TestClient) -> None:
    given.call("PUT", f"{ALL}/{ONE}", terms(), status=(201,))
    assert api.delete("/pacticipants/Orders").status_code == 204
    assert api.get(ALL).status_code == 404
    given.call("POST", "/pacticipants", {"name": "Orders"}, status=(201,))
    assert given.get(ALL)["approvals"] == []


def test_the_day_after_the_last_it_is_told_as_expired_and_can_be_cleared_away(
    given: Given, api: TestClient, app: FastAPI
) -> None:
    given.call("PUT", f"{ALL}/{ONE}", terms(until=today(1)), status=(201,))
    given.call("PUT", f"{ALL}/{OTHER}", terms(until=today(2)), status=(201,))
    for days, expired in ((1, [False, False]), (2, [False, True]), (3, [True, True])):
        now = datetime.now(UTC) + timedelta(days=days)
        app.state.clock = lambda now=now: now
        assert [each["expired"] for each in given.get(ALL)["approvals"]] == expired
    now = datetime.now(UTC) + timedelta(days=2)
    app.state.clock = lambda: now
    assert api.delete(ALL).json() == {"withdrawn": [ONE]}
    assert [each["fingerprint"] for each in given.get(ALL)["approvals"]] == [OTHER]


def test_where_credentials_are_asked_for_they_say_who_approves(api: TestClient, app: FastAPI) -> None:
    people = (account("ada", "secret-of-ada", Role.WRITE), account("eve", "secret-of-eve", Role.READ))
    app.state.settings = Settings(access=Access(people))
    answers = [
        api.put(f"{ALL}/{ONE}", json=terms(by="Somebody else"), auth=auth)
        for auth in (("ada", "secret-of-ada"), ("eve", "secret-of-eve"), ("ada", "wrong"))
    ]
    assert [each.status_code for each in answers] == [201, 401, 401]
    assert answers[0].json()["by"] == "ada"
    assert api.get(ALL, auth=("eve", "secret-of-eve")).json()["approvals"][0]["by"] == "ada"
    assert api.delete(f"{ALL}/{ONE}", auth=("eve", "secret-of-eve")).status_code == 401
