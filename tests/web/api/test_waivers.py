"""Waivers through the API: given, listed, withdrawn, and whose name they bear; on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.domain.access import Access, Role, account
from contracthub.web.settings import Settings
from tests.features.given import Given

ALL = "/api/v1/waivers"


def day(days: int = 0) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def waiver(**more: Any) -> dict[str, Any]:
    """What is asked for; None leaves a field out."""
    body = {"provider": "Bar", "consumer": "Foo", "reason": "Foo 2 goes out on Monday", "until": day(30), "by": "Ada"}
    return {name: value for name, value in (body | more).items() if value is not None}


@pytest.fixture
def given(api: TestClient) -> Given:
    """A hub that knows Foo and Bar; it has an environment production from the start."""
    known = Given(api)
    for name in ("Foo", "Bar"):
        known.call("POST", "/pacticipants", {"name": name}, status=(201,))
    return known


SCOPE = {
    "consumer": "Foo",
    "consumerVersion": "1",
    "provider": "Bar",
    "providerVersion": "9",
    "environment": "production",
    "contract": "pact",
    "rule": "response.body.incompatible",
    "path": "$.total",
}


def test_a_waiver_comes_back_as_it_was_given(given: Given) -> None:
    made = given.call("POST", ALL, waiver(**SCOPE), status=(201,))
    assert (SCOPE | {"reason": "Foo 2 goes out on Monday", "by": "Ada", "until": day(30)}).items() <= made.items()
    assert made["state"] == "valid"
    assert given.get(f"{ALL}/{made['number']}") == made
    assert given.get(ALL)["waivers"] == [made]


def test_what_is_left_out_is_any_and_is_not_told(given: Given) -> None:
    made = given.call("POST", ALL, waiver(), status=(201,))
    assert made.keys() == {
        *("number", "consumer", "provider", "reason", "by", "until", "state", "createdAt", "_links"),
    }


def test_the_place_of_a_new_one_is_told(given: Given, api: TestClient) -> None:
    answer = api.post(ALL, json=waiver())
    assert answer.headers["Location"] == answer.json()["_links"]["self"]["href"]
    assert given.get(answer.headers["Location"]) == answer.json()


def test_withdrawn_stays_as_history(given: Given, api: TestClient) -> None:
    made = given.call("POST", ALL, waiver(), status=(201,))
    here = f"{ALL}/{made['number']}"
    assert api.delete(f"{here}?by=a%0Ab").status_code == 400
    first = api.delete(f"{here}?by=Bob").json()
    assert (first["state"], first["withdrawnBy"], "withdrawnAt" in first) == ("withdrawn", "Bob", True)
    assert api.delete(f"{here}?by=Eve").json() == first
    assert given.get(here) == first
    assert given.get(ALL)["waivers"] == [first]
    assert given.get(f"{ALL}?state=valid")["waivers"] == []


def test_lists_by_state_and_provider_and_in_pages(given: Given, api: TestClient, app: FastAPI) -> None:
    given.call("POST", "/pacticipants", {"name": "Other"}, status=(201,))
    for body in (waiver(until=day(1)), waiver(until=day(5)), waiver(until=day(7), provider="Other"), waiver()):
        given.call("POST", ALL, body, status=(201,))
    last = given.get(ALL)["waivers"][0]["number"]
    api.delete(f"{ALL}/{last}?by=Ada")
    now = datetime.now(UTC) + timedelta(days=3)
    app.state.clock = lambda: now

    def listed(query: str) -> list[tuple[str, str]]:
        return [(each["until"], each["state"]) for each in given.get(f"{ALL}?{query}")["waivers"]]

    assert listed("state=valid") == [(day(7), "valid"), (day(5), "valid")]
    assert listed("state=expired") == [(day(1), "expired")]
    assert listed("state=withdrawn") == [(day(30), "withdrawn")]
    assert listed("provider=Other") == [(day(7), "valid")]
    assert listed("provider=Bar&state=valid") == [(day(5), "valid")]
    second = given.get(f"{ALL}?size=1&page=1&provider=Bar")
    assert second["page"]["totalElements"] == 3
    assert given.get(second["_links"]["next"]["href"])["waivers"][0]["until"] == day(5)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": None}, "reason is missing"),
        ({"reason": " "}, "reason cannot be blank"),
        ({"until": None}, "until is missing"),
        ({"until": "soon"}, "until must be a day"),
        ({"until": day(-1)}, "until is past"),
        ({"until": day(400)}, "until is more than 366 days ahead"),
        ({"by": None}, "by is missing"),
        ({"by": "two\nlines"}, "by cannot contain multiple lines"),
        ({"provider": None}, "provider is missing"),
        ({"provider": "Nobody"}, "provider 'Nobody' does not match an existing pacticipant"),
        ({"consumer": "Nobody"}, "consumer 'Nobody' does not match an existing pacticipant"),
        ({"environment": "nowhere"}, "environment 'nowhere' does not match an existing environment"),
        ({"consumer": None}, "consumer or rule is missing: a waiver for everything"),
        ({"consumer": None, "environment": "production"}, "consumer or rule is missing: a waiver for everything"),
        ({"consumer": None, "consumerVersion": "1", "rule": "x"}, "consumerVersion says nothing without consumer"),
        ({"path": "$.total"}, "path says nothing without rule"),
        ({"contract": "promise"}, "contract must be one of: pact"),
        ({"contract": ["pact"]}, "contract must be one of: pact"),
        ({"consumr": "Foo"}, "consumr is not known"),
        ({"provider": 7}, "provider must be a string"),
        ({"rule": "x" * 2000}, "rule cannot be longer"),
    ],
)
def test_waivers_that_are_refused(given: Given, more: dict[str, Any], told: str) -> None:
    refusal = given.call("POST", ALL, waiver(**more), status=(400,))
    assert told in [f"{name} {text}"[: len(told)] for name, texts in refusal["errors"].items() for text in texts]
    assert given.get(ALL)["waivers"] == []


def test_a_change_may_be_waived_for_every_consumer(given: Given) -> None:
    given.call("POST", ALL, waiver(consumer=None, rule="response.body.incompatible"), status=(201,))


@pytest.mark.parametrize("number", ["0", "999", "x", "9" * 40, "-1"])
def test_numbers_that_nobody_has(given: Given, number: str) -> None:
    for method in ("GET", "DELETE"):
        given.call(method, f"{ALL}/{number}?by=Ada", status=(404,))
    given.call("GET", f"{ALL}?state=gone", status=(400,))
    given.call("GET", f"{ALL}?provider=Nobody", status=(404,))


def test_waivers_go_with_their_provider(given: Given, api: TestClient) -> None:
    given.call("POST", ALL, waiver(), status=(201,))
    assert api.delete("/pacticipants/Bar").status_code == 204
    assert given.get(ALL)["waivers"] == []


def test_where_credentials_are_asked_for_they_say_who(given: Given, api: TestClient, app: FastAPI) -> None:
    assert given.get(ALL)["waivers"] == []
    people = (account("ada", "secret-of-ada", Role.WRITE), account("eve", "secret-of-eve", Role.READ))
    app.state.settings = Settings(access=Access(people))
    ada, eve = ("ada", "secret-of-ada"), ("eve", "secret-of-eve")
    assert api.post(ALL, json=waiver(by="Somebody"), auth=eve).status_code == 401
    made = api.post(ALL, json=waiver(by="Somebody"), auth=ada).json()
    assert made["by"] == "ada"
    here = f"{ALL}/{made['number']}"
    assert api.delete(here, auth=eve).status_code == 401
    assert api.delete(f"{here}?by=Somebody", auth=ada).json()["withdrawnBy"] == "ada"
    assert api.get(here, auth=eve).json()["state"] == "withdrawn"
