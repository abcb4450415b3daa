"""Run reports through the API: kept once, listed, given back, refused with places, gone with their version."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.domain.stored_evidence import LARGEST_EVIDENCE
from tests.features.given import Given
from tests.features.hostile import run_report

ALL = "/api/v1/providers/Bar/versions/9/evidence"


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def test_a_report_is_given_back_byte_by_byte_and_kept_once(given: Given, api: TestClient) -> None:
    sent = json.dumps(run_report("9"), indent=3).encode()
    headers = {"Content-Type": "application/json"}
    first = api.post(ALL, content=sent, headers=headers)
    again = api.post(ALL, content=sent, headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert api.get(f"{ALL}/{first.json()['number']}").content == sent
    (listed,) = given.get(ALL)["evidence"]
    told = {name: listed[name] for name in ("outcome", "suites", "checks", "failed", "provider", "version", "size")}
    assert told == {
        "outcome": "failed",
        "suites": ["contracts"],
        "checks": 1,
        "failed": 1,
        "provider": "Bar",
        "version": "9",
        "size": len(sent),
    }


def test_a_version_that_is_not_known_is_recorded_on_its_branch(given: Given) -> None:
    given.call("POST", ALL, run_report("9") | {"providerBranch": "main"}, status=(201,))
    assert given.get("/pacticipants/Bar/branches/main/latest-version")["number"] == "9"


def test_lists_are_bounded_and_the_newest_stands_first(given: Given) -> None:
    numbers = [given.call("POST", ALL, run_report("9") | {"source": f"run {at}"})["number"] for at in range(5)]
    page = given.get(f"{ALL}?page=1&size=2")
    assert [each["number"] for each in page["evidence"]] == numbers[:2:-1]
    assert page["page"]["totalElements"] == 5


def test_the_report_of_one_run_is_found_by_the_moment_at_which_it_began(given: Given, api: TestClient) -> None:
    """A second apart, and a microsecond apart; the same moment in another zone is the same."""
    moments = ["2026-11-20T10:00:00.000001+00:00", "2026-11-20T10:00:00.000002+00:00", "2026-11-20T10:00:01+00:00"]
    numbers = [given.call("POST", ALL, run_report("9") | {"startedAt": each})["number"] for each in moments]
    for moment, number in zip(moments, numbers, strict=True):
        found = api.get(ALL, params={"startedAt": moment}).json()
        assert ([each["number"] for each in found["evidence"]], found["page"]["totalElements"]) == ([number], 1)
    other_zone = api.get(ALL, params={"startedAt": "2026-11-20T11:00:01+01:00"}).json()
    assert [each["number"] for each in other_zone["evidence"]] == [numbers[2]]
    assert api.get(ALL, params={"startedAt": "2026-11-20T10:00:02+00:00"}).json()["evidence"] == []


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-20T10:00:00", "0" * 5000])
def test_a_moment_that_is_none_is_refused(given: Given, api: TestClient, text: str) -> None:
    given.call("POST", ALL, run_report("9"), status=(201,))
    refused = api.get(ALL, params={"startedAt": text})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["startedAt"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (run_report("9") | {"provider": 7}, "provider"),
        (run_report("8"), "providerVersion"),
        (run_report("9") | {"provider": "Other"}, "provider"),
        (run_report("9") | {"suites": [{"suite": "nonsense", "checks": []}]}, "suites.0.suite"),
        (run_report("9") | {"seconds": "long"}, "seconds"),
    ],
)
def test_what_is_no_report_of_the_version_is_refused_with_its_place(
    api: TestClient, body: dict[str, Any], field: str
) -> None:
    refused = api.post(ALL, json=body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    problem = api.post(ALL, json=body, headers={"Accept": "application/problem+json"}).json()
    assert f"/{field.replace('.', '/')}" in json.dumps(problem)
    assert api.get("/pacticipants/Bar").status_code == 404


def test_a_report_is_not_larger_than_can_be_kept(api: TestClient) -> None:
    large = json.dumps(run_report("9") | {"source": "x" * LARGEST_EVIDENCE}).encode()
    refused = api.post(ALL, content=large, headers={"Content-Type": "application/json"})
    assert (refused.status_code, "evidence" in refused.text) == (413, True)


def test_what_is_not_there_is_told(given: Given, api: TestClient) -> None:
    assert api.get(ALL).status_code == 404
    number = given.call("POST", ALL, run_report("9"))["number"]
    for other in (number + 1, "all", "x" * 30, 10**18):
        assert api.get(f"{ALL}/{other}").status_code == 404
    given.call("POST", "/api/v1/providers/Bar/versions/10/evidence", run_report("10"))
    assert api.get(f"/api/v1/providers/Bar/versions/10/evidence/{number}").status_code == 404


def test_it_goes_alone_or_with_its_version(given: Given, api: TestClient) -> None:
    number = given.call("POST", ALL, run_report("9"))["number"]
    assert api.delete(f"{ALL}/{number}").status_code == 204
    assert api.delete(f"{ALL}/{number}").status_code == 404
    assert given.get(ALL)["evidence"] == []
    given.call("POST", ALL, run_report("9"))
    assert api.delete("/pacticipants/Bar/versions/9").status_code == 204
    assert api.get(ALL).status_code == 404
    given.version("Bar", "9")
    assert given.get(ALL)["evidence"] == []
