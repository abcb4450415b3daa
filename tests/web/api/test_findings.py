"""Findings through the API: reported, listed, accepted, opened again, fixed, come back; on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.domain.access import Access, Role, account
from contracthub.domain.findings import fingerprint_of
from contracthub.web.settings import Settings
from tests.features.given import Given

ALL = "/api/v1/providers/Orders/findings"
OPERATION, OTHER = "GET /orders/{id}", "POST /orders"


def today(days: int = 0) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def finding(operation: str = OPERATION, check: str = "not_a_server_error", **more: Any) -> dict[str, Any]:
    request = {"method": "GET", "path": "/orders/0", "query": {"a": ["1"]}, "headers": {"Accept": "*/*"}, "body": None}
    return {
        "fingerprint": fingerprint_of(operation, check, "500"),
        "operation": operation,
        "check": check,
        "code": "ST101",
        "title": "Server error",
        "message": "answered 500\nfor /orders/0",
        "curl": "curl -X GET http://localhost/orders/0",
        "status_code": 500,
        "consumers": ["Shop", "App"],
        "request": request,
    } | more


class Provider:
    """The provider Orders, whose main branch is main."""

    def __init__(self, given: Given) -> None:
        self.given = given
        given.call("PUT", "/pacticipants/Orders/branches/main/versions/0", {}, status=(200, 201))

    def run(self, version: str, *findings: dict[str, Any], branch: str | None = "main", **more: Any) -> Any:
        body: dict[str, Any] = {"operations": [OPERATION, OTHER], "complete": True, "findings": list(findings)}
        body |= ({"branch": branch} if branch else {}) | more
        return self.given.call("POST", f"/api/v1/providers/Orders/versions/{version}/findings", body, status=(200,))

    def states(self, query: str = "") -> dict[int, str]:
        return {each["number"]: each["state"] for each in self.given.get(ALL + query)["findings"]}

    def accept(self, number: int = 1, *, status: int = 200, **more: Any) -> Any:
        body = {"owner": "Ada", "reason": "the old client sends it", "until": today(30)} | more
        return self.given.call("POST", f"{ALL}/{number}/acceptance", body, status=(status,))


@pytest.fixture
def orders(api: TestClient) -> Provider:
    return Provider(Given(api))


def test_a_finding_comes_back_as_it_was_seen(orders: Provider) -> None:
    (told,) = orders.run("1", finding())["findings"]
    assert told["state"] == "new"
    shown = orders.given.get(f"{ALL}/1")
    assert finding().items() <= shown.items()
    assert [each["state"] for each in shown["history"]] == ["new"]
    assert (shown["firstSeenVersion"], shown["lastSeenVersion"], shown["branch"]) == ("1", "1", None)
    (listed,) = orders.given.get(ALL)["findings"]
    assert listed == {name: value for name, value in shown.items() if name not in {"curl", "request", "history"}}


def test_its_life(orders: Provider) -> None:
    """New, again, fixed, come back, fixed for good."""
    assert orders.run("1", finding())["findings"][0]["state"] == "new"
    assert orders.run("2", finding())["findings"][0]["state"] == "new"
    (fixed,) = orders.run("3")["fixed"]
    assert (fixed["number"], fixed["state"], fixed["fixedVersion"]) == (1, "fixed", "3")
    back = orders.run("4", finding(), finding(OTHER))["findings"]
    assert [each["state"] for each in back] == ["came-back", "new"]
    assert orders.states() == {1: "came-back", 2: "new"}
    orders.run("5", finding(OTHER))
    history = orders.given.get(f"{ALL}/1")["history"]
    assert [(each["state"], each["version"]) for each in history] == [
        ("new", "1"),
        ("fixed", "3"),
        ("came-back", "4"),
        ("fixed", "5"),
    ]
    assert orders.states() == {1: "fixed", 2: "new"}


def test_only_what_a_whole_run_covered_is_fixed(orders: Provider) -> None:
    orders.run("1", finding(), finding(OTHER))
    assert orders.run("2", complete=False)["fixed"] == []
    assert [each["number"] for each in orders.run("3", operations=[OTHER])["fixed"]] == [2]
    assert orders.states() == {1: "new", 2: "fixed"}


def test_accepted_until_a_day_it_is_quiet_and_fails_again_the_day_after(orders: Provider, app: FastAPI) -> None:
    orders.run("1", finding())
    accepted = orders.accept(until=today(3))
    assert (accepted["state"], accepted["owner"], accepted["acceptedUntil"]) == ("accepted", "Ada", today(3))
    for days, state in ((0, "accepted"), (3, "accepted"), (4, "new"), (5, "new")):
        now = datetime.now(UTC) + timedelta(days=days)
        app.state.clock = lambda now=now: now
        assert orders.states() == {1: state}
        assert orders.states("?state=accepted") == ({1: state} if state == "accepted" else {})
        assert orders.states("?state=new&state=came-back") == ({1: state} if state == "new" else {})
        assert orders.run(str(2 + days), finding())["findings"][0]["state"] == state
    history = orders.given.get(f"{ALL}/1")["history"]
    assert [each["state"] for each in history] == ["new", "accepted", "new"]
    assert {"owner": "Ada", "reason": "the old client sends it", "until": today(3)}.items() <= history[1].items()


def test_what_was_accepted_and_fixed_says_so_when_it_comes_back(orders: Provider) -> None:
    orders.run("1", finding())
    orders.accept()
    orders.run("2")
    orders.accept(status=409)
    assert orders.run("3", finding())["findings"][0]["state"] == "came-back"
    orders.accept()
    assert orders.run("4", finding())["findings"][0]["state"] == "accepted"


def test_opened_again_it_fails_again(orders: Provider, api: TestClient) -> None:
    orders.run("1", finding())
    assert api.delete(f"{ALL}/1/acceptance").status_code == 409
    orders.accept()
    assert api.delete(f"{ALL}/1/acceptance").json()["state"] == "new"
    assert orders.run("2", finding())["findings"][0]["state"] == "new"
    assert api.delete(f"{ALL}/2/acceptance").status_code == 404
    assert api.delete(f"{ALL}/x/acceptance").status_code == 404


def test_a_branch_does_not_fix_what_the_main_branch_still_has(orders: Provider) -> None:
    orders.run("1", finding())
    assert orders.run("2", branch="feature")["fixed"] == []
    assert orders.states() == {1: "new"}
    orders.run("3")
    assert orders.run("4", finding(), branch="feature")["findings"][0]["state"] == "came-back"
    assert orders.states() == {1: "fixed"}


def test_what_a_branch_alone_has_shown_is_its_own_until_it_is_merged(orders: Provider) -> None:
    (seen,) = orders.run("1", finding(), branch="feature")["findings"]
    assert (seen["state"], seen["branch"]) == ("new", "feature")
    assert orders.run("2")["fixed"] == []
    assert orders.states("?branch=feature") == {1: "new"}
    assert orders.states("?mainBranch=true") == {}
    (merged,) = orders.run("3", finding())["findings"]
    assert (merged["state"], merged["branch"]) == ("new", None)
    (orders.run("4", branch="feature"),)
    assert orders.states("?mainBranch=true") == {1: "new"}


def test_a_branch_that_mends_its_own_says_fixed(orders: Provider) -> None:
    orders.run("1", finding(), branch="feature")
    assert [each["state"] for each in orders.run("2", branch="feature")["fixed"]] == ["fixed"]


def test_an_older_build_that_is_run_again_has_no_say(orders: Provider) -> None:
    orders.run("1", finding())
    orders.run("2", finding())
    assert orders.run("1")["fixed"] == []
    orders.run("3")
    orders.run("2", finding())
    assert orders.states() == {1: "fixed"}


def test_a_provider_without_branches_has_one_line_of_versions(api: TestClient) -> None:
    given = Given(api)
    path = "/api/v1/providers/Alone/versions/{}/findings"
    body = {"operations": [OPERATION], "complete": True, "findings": [finding()]}
    assert given.call("POST", path.format(1), body, status=(200,))["branch"] is None
    assert len(given.call("POST", path.format(2), body | {"findings": []}, status=(200,))["fixed"]) == 1


def test_the_same_fault_is_one_finding_however_often_it_is_reported(orders: Provider) -> None:
    orders.run("1", finding(), finding(message="another value"), finding())
    orders.run("2", finding(message="the newest"))
    assert orders.states() == {1: "new"}
    assert orders.given.get(f"{ALL}/1")["message"] == "the newest"


def test_credentials_of_the_run_are_not_kept(orders: Provider) -> None:
    headers = {"Authorization": "Bearer abc-secret", "X-Api-Key": "abc-secret", "Accept": "*/*"}
    request = finding()["request"] | {"headers": headers}
    curl = "curl -H 'Authorization: Bearer abc-secret' -H \"X-Api-Key: abc-secret\" -H 'Accept: */*' http://x/y"
    answer = orders.run("1", finding(request=request, curl=curl))
    assert "abc-secret" not in str(answer)
    shown = orders.given.get(f"{ALL}/1")
    assert "abc-secret" not in str(shown)
    assert shown["request"]["headers"] == {"Accept": "*/*"}
    assert "-H 'Accept: */*' http://x/y" in shown["curl"]


def test_requests_come_back_to_the_letter(orders: Provider) -> None:
    body = {"z": 1.0, "a": [0.1, 1e5, -0.0], "text": "ü \u2028 \\u0000"}
    orders.run("1", finding(request={"method": "POST", "path": "/orders", "body": body}))
    assert str(orders.given.get(f"{ALL}/1")["request"]["body"]) == str(body)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"fingerprint": "x"}, "hex"),
        ({"operation": ""}, "operation"),
        ({"check": "a\nb"}, "check"),
        ({"title": None}, "title"),
        ({"message": "x" * 4001}, "message"),
        ({"curl": 7}, "curl"),
        ({"status_code": "500"}, "status_code"),
        ({"status_code": True}, "status_code"),
        ({"consumers": "Shop"}, "consumers"),
        ({"consumers": ["x"] * 101}, "consumers"),
        ({"request": []}, "request"),
        ({"request": {"method": "GET"}}, "request.path"),
        ({"request": {"method": "GET", "path": "/", "cookies": {}}}, "request"),
        ({"request": {"method": "GET", "path": "/", "query": ["x"]}}, "request.query"),
        ({"request": {"method": "GET", "path": "/", "body": "x" * 70_000}}, "request"),
    ],
)
def test_reports_that_are_refused_write_nothing(
    orders: Provider, api: TestClient, more: dict[str, Any], told: str
) -> None:
    body = {"findings": [finding(OTHER), finding(**more)]}
    answer = api.post("/api/v1/providers/Orders/versions/7/findings", json=body)
    assert (answer.status_code, told in answer.text) == (400, True), answer.text
    assert orders.states() == {}
    assert api.get("/pacticipants/Orders/versions/7").status_code == 404


def test_lists_that_are_too_long_are_refused(orders: Provider, api: TestClient) -> None:
    path = "/api/v1/providers/Orders/versions/7/findings"
    bodies: tuple[dict[str, Any], ...] = (
        {"findings": [finding()] * 1001},
        {"findings": [], "operations": ["x"] * 10_001},
        {"findings": {}},
    )
    for body in bodies:
        assert api.post(path, json=body).status_code == 400
    assert api.get(f"{ALL}?state=known").status_code == 400


@pytest.mark.parametrize("more", [{"owner": None}, {"reason": " "}, {"until": today(-1)}, {"until": today(367)}])
def test_an_acceptance_needs_an_owner_a_reason_and_a_day(orders: Provider, more: dict[str, Any]) -> None:
    orders.run("1", finding())
    orders.accept(status=400, **more)
    assert orders.states() == {1: "new"}


def test_pages_are_bounded_and_the_worst_come_first(orders: Provider) -> None:
    operations = [f"GET /{index}" for index in range(5)]
    orders.run("1", *(finding(each) for each in operations), operations=operations)
    orders.run("2", *(finding(each) for each in operations[1:]), operations=operations)
    orders.run("3", *(finding(each) for each in operations), operations=operations)
    orders.accept(3)
    orders.run("4", *(finding(each) for each in operations[:4]), operations=operations)
    assert list(orders.states().values()) == ["came-back", "new", "new", "accepted", "fixed"]
    page = orders.given.get(f"{ALL}?size=2&page=2")
    assert (len(page["findings"]), page["page"]["totalElements"]) == (2, 5)


def test_who_accepts_is_written_down(orders: Provider, api: TestClient, app: FastAPI) -> None:
    orders.run("1", finding())
    people = (account("ada", "secret-of-ada", Role.WRITE), account("eve", "secret-of-eve", Role.READ))
    app.state.settings = Settings(access=Access(people))
    body = {"owner": "Team Shop", "reason": "later", "until": today(3)}
    refused = api.post(f"{ALL}/1/acceptance", json=body, auth=("eve", "secret-of-eve"))
    taken = api.post(f"{ALL}/1/acceptance", json=body, auth=("ada", "secret-of-ada"))
    assert (refused.status_code, taken.status_code) == (401, 200)
    last = taken.json()["history"][-1]
    assert (last["state"], last["by"], last["owner"]) == ("accepted", "ada", "Team Shop")


def test_findings_go_with_their_provider(orders: Provider, api: TestClient) -> None:
    orders.run("1", finding())
    assert api.delete("/pacticipants/Orders").status_code == 204
    assert api.get(ALL).status_code == 404
    orders.given.call("POST", "/pacticipants", {"name": "Orders"}, status=(201,))
    assert orders.states() == {}


def test_of_states_the_newest_are_kept(orders: Provider) -> None:
    for number in range(60):
        orders.run(str(2 * number + 1), finding())
        orders.run(str(2 * number + 2))
    history = orders.given.get(f"{ALL}/1")["history"]
    assert len(history) == 50
    assert history[-1]["version"] == "120"


def broken_rule(operation: str = OPERATION) -> dict[str, Any]:
    return finding(operation, "tenants.read", code="tenants.read")


def test_rules_and_fuzzing_mend_nothing_of_one_another(orders: Provider) -> None:
    orders.run("1", finding(), broken_rule(), operations=[OPERATION])
    assert orders.run("2", finding())["fixed"] == []
    covered = {"tenants.read": [OPERATION], "tenants.list": [OTHER]}
    assert orders.run("3", broken_rule(), operations=[], covered=covered)["fixed"] == []
    assert set(orders.states().values()) == {"new"}
    (mended,) = orders.run("4", operations=[], covered=covered)["fixed"]
    assert mended["check"] == "tenants.read"
    assert sorted(orders.states().values()) == ["fixed", "new"]


def test_what_a_rule_did_not_look_at_stays(orders: Provider) -> None:
    orders.run("1", broken_rule(), covered={"tenants.read": [OPERATION]})
    others: list[dict[str, list[str]]] = [{}, {"tenants.read": []}, {"tenants.read": [OTHER]}, {"a.b": [OPERATION]}]
    for covered in others:
        assert orders.run("2", covered=covered)["fixed"] == []
    assert orders.run("2", covered={"tenants.read": [OPERATION]}, complete=False)["fixed"] == []
    assert orders.states() == {1: "new"}


@pytest.mark.parametrize(
    "covered",
    [
        *([], "GET /", {"tenants.read": "GET /"}, {"tenants.read": [1]}, {"tenants.read": [""]}, {"": ["GET /"]}),
        *({"a": None}, {"tenants.read": ["GET /x"] * 10_001}, {f"r.{number}": [] for number in range(10_001)}),
        {"a": ["\x00"]},
    ],
)
def test_what_was_covered_is_read_whole(orders: Provider, covered: Any) -> None:
    body = {"complete": True, "findings": [], "covered": covered}
    path = "/api/v1/providers/Orders/versions/1/findings"
    assert "covered" in str(orders.given.call("POST", path, body, status=(400, 422)))
