"""Gate policies through the API: set, shown, inherited, removed, kept under a new name; on both databases."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.test_waivers import day

ALL = "/api/v1/gate-policies"
PRODUCTION = f"{ALL}/production"
REPLAYED: dict[str, Any] = {"evidence": ["replayed"]}
BOTH: dict[str, Any] = {"evidence": ["compared", "fuzzed"], "within": "14d"}


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def test_nobody_said_anything(given: Given) -> None:
    built_in = {"accepts": [REPLAYED, {"evidence": ["compared"]}], "source": "built-in"}
    assert (built_in | {"environments": []}).items() <= given.get(ALL).items()
    assert (built_in | {"environment": "production"}).items() <= given.get(PRODUCTION).items()


def test_an_environment_has_its_own_and_others_that_of_the_workspace(given: Given) -> None:
    given.call("PUT", ALL, {"accepts": [REPLAYED]}, status=(201,))
    set_there = given.call("PUT", PRODUCTION, {"accepts": [REPLAYED, BOTH]}, status=(201,))
    assert given.get(PRODUCTION) == set_there
    assert (set_there["accepts"], set_there["source"]) == ([REPLAYED, BOTH], "environment")
    test = given.get(f"{ALL}/test")
    assert (test["accepts"], test["source"]) == ([REPLAYED], "workspace")
    whole = given.get(ALL)
    assert (whole["accepts"], whole["source"]) == ([REPLAYED], "workspace")
    assert [(each["environment"], each["accepts"]) for each in whole["environments"]] == [
        ("production", [REPLAYED, BOTH])
    ]


def test_setting_again_overwrites_and_removing_goes_back(given: Given, api: TestClient) -> None:
    given.call("PUT", PRODUCTION, {"accepts": [BOTH]}, status=(201,))
    assert given.call("PUT", PRODUCTION, {"accepts": [REPLAYED]}, status=(200,))["accepts"] == [REPLAYED]
    given.call("PUT", ALL, {"accepts": [BOTH]}, status=(201,))
    assert [api.delete(PRODUCTION).status_code for _ in range(2)] == [204, 404]
    assert given.get(PRODUCTION)["accepts"] == [BOTH]
    assert [api.delete(ALL).status_code for _ in range(2)] == [204, 404]
    assert given.get(PRODUCTION)["source"] == "built-in"


def test_a_policy_that_says_what_is_built_in_is_the_workspaces_all_the_same(given: Given) -> None:
    given.call("PUT", ALL, {"accepts": [REPLAYED, {"evidence": ["compared"]}]}, status=(201,))
    assert given.get(ALL)["source"] == "workspace"


@pytest.mark.parametrize(
    ("within", "told"), [("90m", "90m"), ("60m", "1h"), ("48h", "2d"), ("2w", "14d"), ("522w", "3654d")]
)
def test_ages_are_told_in_the_largest_unit(given: Given, within: str, told: str) -> None:
    made = given.call("PUT", ALL, {"accepts": [REPLAYED | {"within": within}]}, status=(201,))
    assert made["accepts"][0]["within"] == told


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/accepts"),
        ({"accepts": []}, "/accepts"),
        ({"accepts": {}}, "/accepts"),
        ({"accepts": [REPLAYED] * 21}, "/accepts"),
        ({"accepts": [REPLAYED, 1]}, "/accepts/1"),
        ({"accepts": [{}]}, "/accepts/0/evidence"),
        ({"accepts": [{"evidence": []}]}, "/accepts/0/evidence"),
        ({"accepts": [REPLAYED, {"evidence": ["replayed", "guessed"]}]}, "/accepts/1/evidence"),
        ({"accepts": [{"evidence": [["replayed"]]}]}, "/accepts/0/evidence"),
        ({"accepts": [BOTH | {"within": "14"}]}, "/accepts/0/within"),
        ({"accepts": [BOTH | {"within": 14}]}, "/accepts/0/within"),
        ({"accepts": [BOTH | {"within": "0d"}]}, "/accepts/0/within"),
        ({"accepts": [BOTH | {"within": "3661d"}]}, "/accepts/0/within"),
        ({"accepts": [REPLAYED | {"whithin": "1d"}]}, "/accepts/0/whithin"),
        ({"accepts": [REPLAYED], "environment": "test"}, "/environment"),
    ],
)
def test_policies_that_are_refused(given: Given, api: TestClient, body: dict[str, Any], pointer: str) -> None:
    answer = api.put(ALL, json=body, headers={"Accept": "application/problem+json"})
    assert answer.status_code == 400
    assert [each.get("pointer") for each in answer.json()["errors"]] == [pointer]
    assert given.get(ALL)["source"] == "built-in"


def test_environments_that_nobody_knows(given: Given) -> None:
    given.call("GET", f"{ALL}/nowhere", status=(404,))
    given.call("PUT", f"{ALL}/nowhere", {"accepts": [REPLAYED]}, status=(404,))
    given.call("DELETE", f"{ALL}/nowhere", status=(404,))


def test_a_policy_keeps_to_its_environment_under_a_new_name(given: Given) -> None:
    """Else the strict policy of production would be gone with a change of its name."""
    given.call("PUT", PRODUCTION, {"accepts": [BOTH]}, status=(201,))
    for name in ("Foo", "Bar"):
        given.call("POST", "/pacticipants", {"name": name}, status=(201,))
    terms = {"provider": "Bar", "consumer": "Foo", "environment": "production", "reason": "x", "by": "Ada"}
    uuid = given.environment_uuid("production")
    waived = given.call("POST", "/api/v1/waivers", terms | {"until": day(3)}, status=(201,))["number"]
    given.call("PUT", f"/environments/{uuid}", {"name": "live", "production": True}, status=(200,))
    assert given.get(f"{ALL}/live")["accepts"] == [BOTH]
    assert given.get(f"/api/v1/waivers/{waived}")["environment"] == "live"
    given.call("POST", "/environments", {"name": "production", "production": True}, status=(201,))
    assert given.get(PRODUCTION)["source"] == "built-in"


def test_a_policy_goes_with_its_environment(given: Given, api: TestClient) -> None:
    given.call("PUT", PRODUCTION, {"accepts": [BOTH]}, status=(201,))
    assert api.delete(f"/environments/{given.environment_uuid('production')}").status_code == 204
    given.call("POST", "/environments", {"name": "production", "production": True}, status=(201,))
    assert given.get(PRODUCTION)["source"] == "built-in"
