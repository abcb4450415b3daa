"""Journeys against real sockets: what passes, which step fails and whose fault it is, and what misbehaves."""

import socket
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from tests.cli.stub_hub import StubHub, serving
from tests.verification.conftest import interaction, pact
from tests.verification.journeys.conftest import Walked, poll, step

DONE = {"status": "done"}
RUNNING = {"status": "running"}


def only(found: SuiteRun) -> Check:
    (check,) = found.checks
    return check


def status_and_error(found: SuiteRun) -> tuple[CheckStatus, str]:
    check = only(found)
    return check.status, check.error


def test_values_are_saved_and_used_in_path_query_headers_and_body(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/orders", {"id": 7, "of": {"lines": [{"sku": "a b/c"}]}}, 201, {"ETag": '"v1"'})
    provider.answer("PUT", "/orders/7/lines/a%20b%2Fc", {"order": 7, "sku": "a b/c"})
    found = walked(
        step(
            "create",
            "POST",
            "/orders",
            201,
            sent={"sku": "${sku}"},
            save={"order": {"body": "$.id"}, "sku2": {"body": "$.of.lines[0].sku"}, "etag": {"header": "etag"}},
        ),
        {
            "name": "change",
            "request": {
                "method": "put",
                "path": "/orders/${order}/lines/${sku2}",
                "query": {"order": "${order}", "many": ["1", 2, True]},
                "headers": {"If-Match": "${etag}"},
                "body": {"order": "${order}", "text": "order ${order}", "plain": "$${order}"},
            },
            "response": {"status": "2xx", "body": {"order": "${order}", "sku": "${sku2}"}},
        },
        values={"sku": "tea"},
    )
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    created, changed = provider.asked
    assert created.document == {"sku": "tea"}
    assert changed.document == {"order": 7, "text": "order 7", "plain": "${order}"}
    assert changed.query == [("order", "7"), ("many", "1"), ("many", "2"), ("many", "true")]
    assert changed.headers["if-match"] == '"v1"'
    assert found.exercised == {"POST /orders": (201,), "PUT /orders/7/lines/a%20b%2Fc": (200,)}


def test_a_step_that_fails_is_named_with_what_is_wrong_and_ends_the_journey(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/orders", {"items": [{"id": "x"}]})
    found = walked(
        step("list them", "GET", "/orders", body={"items": [{"id": {"pact:matcher:type": "integer", "value": 1}}]}),
        step("never", "GET", "/never"),
    )
    check = only(found)
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith("Step 1 'list them' (GET /orders at orders): $.items[0].id: ")
    assert [(each.attribute, each.location) for each in check.mismatches] == [("body", "$.items[0].id")]
    assert check.mismatches[0].text.startswith("step 1: ")
    assert (check.operation, check.status_code) == ("GET /orders", 200)
    assert provider.paths == [("GET", "/orders")]


def test_a_job_is_polled_at_its_location_until_it_is_done(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/jobs", None, 202, {"Location": f"{provider.url}/jobs/7?full=1"})
    for status in (RUNNING, RUNNING, DONE):
        provider.answer("GET", "/jobs/7", status)
    found = walked(step("start", "POST", "/jobs", 202), poll())
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert provider.asked[1].query == [("full", "1")]
    assert len(provider.asked) == 4


def test_one_step_may_start_a_job_and_wait_for_it_and_a_redirect_to_the_result_is_followed(
    provider: StubHub, walked: Walked
) -> None:
    provider.answer("POST", "/jobs", RUNNING, 202, {"Location": "/jobs/7"})
    provider.answer("GET", "/jobs/7", RUNNING)
    provider.answer("GET", "/jobs/7", b"", 303, {"Location": "/results/7"})
    provider.answer("GET", "/results/7", DONE)
    found = walked({**poll("do it"), "request": {"method": "POST", "path": "/jobs", "body": {"n": 1}}})
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert provider.paths == [("POST", "/jobs"), ("GET", "/jobs/7"), ("GET", "/jobs/7"), ("GET", "/results/7")]
    assert [each.body for each in provider.asked[1:]] == [b"", b"", b""]


def test_a_job_that_never_ends_is_told_with_its_last_answer(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/jobs", None, 202, {"Location": "/jobs/7"})
    provider.answer("GET", "/jobs/7", RUNNING)
    check = only(walked(step("start", "POST", "/jobs", 202), poll(within="200ms")))
    assert check.status is CheckStatus.FAILED
    assert "Step 2 'wait' (GET /jobs/7 at orders): it did not come about within 200ms" in check.error
    assert '$.status: Expected "done" but got "running"' in check.error
    assert check.mismatches[0].location == "$.status"


def test_what_must_never_come_ends_the_wait_at_once(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/jobs", None, 202, {"Location": "/jobs/7"})
    provider.answer("GET", "/jobs/7", RUNNING)
    provider.answer("GET", "/jobs/7", {"status": "failed", "why": "no samples"})
    check = only(
        walked(step("start", "POST", "/jobs", 202), poll(within="60s", never=[{"body": {"status": "failed"}}]))
    )
    assert check.status is CheckStatus.FAILED
    assert "what must never come came (never[0]): 200" in check.error
    assert "no samples" in check.error
    assert len(provider.asked) == 3


def test_retry_after_is_kept_to_and_one_beyond_the_deadline_ends_the_wait(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/jobs/7", RUNNING, 200, {"Retry-After": "1"})
    provider.answer("GET", "/jobs/7", DONE)
    found = walked({**poll(), "request": {"method": "GET", "path": "/jobs/7"}})
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert len(provider.asked) == 2
    assert (only(found).milliseconds or 0) >= 1000
    provider.answer("GET", "/later", RUNNING, 503, {"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"})
    check = only(walked({**poll(), "request": {"method": "GET", "path": "/later"}}))
    assert check.status is CheckStatus.FAILED
    assert "asks to be left alone for" in check.error
    assert len(provider.asked) == 3


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (202, {}, "the answer 202 to POST /jobs has no Location to ask further"),
        (202, {"Location": "http://192.0.2.1/jobs/7"}, "leads to another host (http://192.0.2.1)"),
        (302, {"Location": "//evil.example/x"}, "leads to another host (http://evil.example)"),
        (202, {"Location": "http://[::1"}, "is no address"),
    ],
)
def test_a_job_without_a_place_of_its_own_fails_and_is_not_begun_twice(
    provider: StubHub, walked: Walked, status: int, headers: dict[str, str], words: str
) -> None:
    provider.answer("POST", "/jobs", RUNNING, status, headers)
    check = only(walked({**poll(), "request": {"method": "POST", "path": "/jobs"}}))
    assert (check.status, words in check.error) == (CheckStatus.FAILED, True), check.error
    assert len(provider.asked) == 1


def test_redirects_in_a_circle_come_to_an_end(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/a", b"", 302, {"Location": "/b"})
    provider.answer("GET", "/b", b"", 302, {"Location": "/a"})
    check = only(walked({**poll(within="50s"), "request": {"method": "GET", "path": "/a"}}))
    assert check.status is CheckStatus.FAILED
    assert "more than 10 times" in check.error


def test_a_redirect_is_an_answer_for_a_step_that_does_not_wait(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/old", b"", 301, {"Location": "http://192.0.2.1/"})
    assert status_and_error(walked(step("see", "GET", "/old", 301)))[0] is CheckStatus.PASSED


@pytest.mark.parametrize("body", [b"\xff\xfe", b"<html>", b"", b"[" * 5000, b"NaN", b'{"a":1,"a":2}'])
def test_garbage_is_told_as_what_it_is(provider: StubHub, walked: Walked, body: bytes) -> None:
    provider.answer("GET", "/orders", body)
    check = only(walked(step("list", "GET", "/orders", body={"a": 1}, save={"a": {"body": "$.a"}})))
    assert check.status is CheckStatus.FAILED
    assert "Step 1 'list'" in check.error
    assert "JSON" in check.error


@pytest.mark.parametrize(
    ("save", "words"),
    [
        ({"body": "$.lines[2].sku"}, "x is to be saved from $.lines[2].sku, which the answer does not have"),
        ({"body": "$.lines"}, "x is to be saved from $.lines, which is no single value"),
        ({"header": "Location"}, "x is to be saved from the header Location, which the answer does not have"),
    ],
)
def test_what_is_to_be_saved_has_to_be_there(
    provider: StubHub, walked: Walked, save: dict[str, str], words: str
) -> None:
    provider.answer("GET", "/orders", {"lines": [{}]})
    status, error = status_and_error(walked(step("list", "GET", "/orders", save={"x": save})))
    assert (status, words in error) == (CheckStatus.FAILED, True), error


def test_cleanup_is_taken_whatever_happened_and_does_no_harm(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/orders", {"id": "7"}, 201)
    provider.answer("DELETE", "/orders/7", None, 500)
    found = walked(
        step("create", "POST", "/orders", 201, save={"order": {"body": "$.id"}}),
        step("fail", "GET", "/nowhere", save={"late": {"body": "$.x"}}),
        cleanup=[
            step("remove what was never made", "DELETE", "/late/${late}", 204),
            step("remove", "DELETE", "/orders/${order}", 204),
        ],
    )
    check = only(found)
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith("Step 2 'fail' (GET /nowhere at orders)")
    assert provider.paths[-1] == ("DELETE", "/orders/7")
    assert len(check.notes) == 1
    assert "step 2 'remove' failed at orders: the status is 500" in check.notes[0]


def test_cleaning_up_may_wait_for_what_was_never_saved_and_is_left_out(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/jobs", {"status": "done"})
    away = {**poll(never=[{"body": {"id": "${late}"}}]), "request": {"method": "GET", "path": "/jobs"}}
    late = step("fail", "GET", "/nowhere", save={"late": {"body": "$.x"}})
    check = only(walked(late, cleanup=[away]))
    assert check.error.startswith("Step 1 'fail'")
    assert check.notes == ()


def test_an_expectation_that_makes_no_sense_with_what_was_saved_is_no_providers_fault(
    provider: StubHub, walked: Walked
) -> None:
    provider.answer("GET", "/orders", {"id": 7})
    holds = {"pact:matcher:type": "include", "value": "${order}"}
    found = walked(
        step("see", "GET", "/orders", save={"order": {"body": "$.id"}}),
        step("again", "GET", "/orders", body={"id": holds}),
    )
    status, error = status_and_error(found)
    assert status is CheckStatus.COULD_NOT_RUN, error
    assert "with what was saved, nobody can tell what is expected" in error


def test_a_step_at_another_provider_that_fails_blames_that_one(
    provider: StubHub, other: StubHub, walked: Walked
) -> None:
    provider.answer("POST", "/orders", {"id": "7"}, 201)
    steps = (
        step("create", "POST", "/orders", 201, save={"order": {"body": "$.id"}}),
        step("pay", "POST", "/payments/${order}", 201, provider="billing"),
    )
    found = only(walked(*steps, provider_urls=(("billing", other.url),)))
    assert found.status is CheckStatus.COULD_NOT_RUN
    assert "Step 2 'pay' (POST /payments/7 at billing): the status is 404, not 201." in found.error
    assert "billing is to blame; of orders nothing is known" in found.error
    other.answer("POST", "/payments/7", None, 201)
    settings = {"providers": {"billing": {"url": other.url}}}
    assert status_and_error(walked(*steps, settings=settings)) == (CheckStatus.PASSED, "")


def test_credentials_for_the_provider_are_not_sent_to_another(
    provider: StubHub, other: StubHub, walked: Walked
) -> None:
    provider.answer("GET", "/orders", None)
    other.answer("GET", "/payments", None)
    found = walked(
        step("see", "GET", "/orders"),
        step("pay", "GET", "/payments", provider="billing"),
        headers=(("Authorization", "Bearer secret"),),
        provider_urls=(("billing", other.url),),
    )
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert provider.asked[0].headers["authorization"] == "Bearer secret"
    assert "authorization" not in other.asked[0].headers


def test_without_an_address_of_another_provider_nothing_is_begun(provider: StubHub, walked: Walked) -> None:
    away = [step("away", "DELETE", "/payments", provider="billing")]
    found = only(walked(step("see", "GET", "/orders"), step("pay", "GET", "/p", provider="billing"), cleanup=away))
    assert found.status is CheckStatus.COULD_NOT_RUN
    assert "--provider-url billing=URL" in found.error
    assert provider.asked == []


def test_a_hanging_provider_costs_a_step_its_deadline_and_no_more(walked: Walked) -> None:
    with serving(_Hanging) as url:
        check = only(walked(step("see", "GET", "/", within="300ms"), base_url=url))
    assert check.status is CheckStatus.FAILED
    assert "Step 1 'see' (GET / at orders): the provider gave no answer: no answer within 0.3 s" in check.error


def test_where_the_run_is_over_first_the_provider_is_not_blamed(walked: Walked) -> None:
    with serving(_Hanging) as url:
        found = only(walked(step("see", "GET", "/", within="30s"), base_url=url, seconds=0.3))
    assert found.status is CheckStatus.COULD_NOT_RUN
    assert "--timeout" in found.error


def test_a_published_interaction_is_a_step_and_what_stands_in_it_is_replaced(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/orders", {"id": 12}, 201)
    provider.answer("GET", "/orders/12", {"id": 12}, 200, {"Content-Type": "application/json; charset=utf-8"})
    reading = interaction("get an order", "/orders/7", state="an order exists")
    reading["response"]["body"]["content"] = {"id": 7, "self": "/orders/7"}
    reading["response"]["matchingRules"] = {}
    steps = (
        step("create", "POST", "/orders", 201, save={"order": {"body": "$.id"}}),
        {
            "name": "read it",
            "interaction": {"provider": "orders", "description": "get an order"},
            "replace": {"7": "${order}"},
        },
    )
    status, error = status_and_error(walked(*steps, pacts=(pact(reading),)))
    assert status is CheckStatus.FAILED
    assert "Step 2 'read it' (GET /orders/12 at orders): $.self" in error
    provider.answers.clear()
    provider.answer("POST", "/orders", {"id": 12}, 201)
    provider.answer("GET", "/orders/12", {"id": 12, "self": "/orders/12"}, 200, {"Content-Type": "application/json"})
    assert status_and_error(walked(*steps, pacts=(pact(reading),))) == (CheckStatus.PASSED, "")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"provider": "orders", "description": "no such"}, "has no interaction 'no such' of web with orders; it has:"),
        ({"provider": "orders", "consumer": "app", "description": "x"}, "there is no pact of app with orders"),
        (
            {"provider": "orders", "description": "get an order", "given": ["another"]},
            "starts from an order exists, not from",
        ),
    ],
)
def test_an_interaction_that_is_not_there_could_not_run(walked: Walked, reference: dict[str, Any], words: str) -> None:
    known = interaction("get an order", "/orders/7", state="an order exists")
    found = only(walked({"name": "read", "interaction": reference}, pacts=(pact(known),)))
    assert (found.status, words in found.error) == (CheckStatus.COULD_NOT_RUN, True), found.error


def test_states_are_set_up_before_the_steps_and_taken_down_after(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/states", {})
    provider.answer("GET", "/orders", None)
    steps = (step("see", "GET", "/orders"), step("again", "GET", "/orders", given=[{"name": "two"}]))
    given = [{"name": "one", "params": {"n": 1}}]
    found = walked(*steps, given=given, state_url=f"{provider.url}/states", state_teardown=True)
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    told = [
        (each.document["state"], each.document["action"]) if each.method == "POST" else each.path
        for each in provider.asked
    ]
    assert told == [("one", "setup"), "/orders", ("two", "setup"), "/orders", ("two", "teardown"), ("one", "teardown")]
    assert only(found).provider_states == ("one", "two")


def test_the_parameters_of_a_state_may_be_what_was_saved(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/states", {})
    provider.answer("GET", "/orders", {"id": 7})
    found = walked(
        step("see", "GET", "/orders", save={"order": {"body": "$.id"}}),
        step("again", "GET", "/orders", given=[{"name": "paid", "params": {"order": "${order}"}}]),
        state_url=f"{provider.url}/states",
    )
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert provider.one("POST", "/states").document["params"] == {"order": 7}


def test_what_is_waited_for_may_be_the_answer_of_an_interaction(provider: StubHub, walked: Walked) -> None:
    reading = interaction("get an order", "/orders/7")
    provider.answer("GET", "/orders/12", {"id": None}, 200, {"Content-Type": "application/json"})
    provider.answer("GET", "/orders/12", {"id": 12}, 200, {"Content-Type": "application/json"})
    found = walked(
        {
            "name": "wait",
            "interaction": {"provider": "orders", "description": "get an order"},
            "replace": {"7": "${order}"},
            "eventually": {"within": "5s", "every": "10ms"},
        },
        values={"order": 12},
        pacts=(pact(reading),),
    )
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert len(provider.asked) == 2


def test_a_form_is_sent_as_one(provider: StubHub, walked: Walked) -> None:
    provider.answer("POST", "/login", {"ok": True})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    request = {"method": "POST", "path": "/login", "headers": form, "body": {"name": "a b", "age": 7}}
    found = walked({"name": "log in", "request": request, "response": {"status": 200}})
    assert status_and_error(found) == (CheckStatus.PASSED, "")
    assert provider.asked[0].body == b"name=a+b&age=7"


def test_what_was_saved_and_can_not_be_sent_is_no_providers_fault(provider: StubHub, walked: Walked) -> None:
    provider.answer("GET", "/orders", {"id": "a\r\nX-Evil: 1"})
    found = walked(
        step("see", "GET", "/orders", save={"order": {"body": "$.id"}}),
        {
            "name": "use it",
            "request": {"method": "GET", "path": "/orders", "headers": {"X-Order": "${order}"}},
            "response": {"status": 200},
        },
    )
    status, error = status_and_error(found)
    assert status is CheckStatus.COULD_NOT_RUN
    assert "the header X-Order would hold" in error
    assert len(provider.asked) == 1


def test_an_address_of_another_provider_that_is_none_is_told(walked: Walked) -> None:
    found = walked(step("see", "GET", "/"), settings={"providers": {"b": "nowhere"}})
    assert found.problems == ("[verify.journeys.providers] b needs an address such as http://localhost:8080.",)


def test_a_state_that_nobody_sets_up_is_missing(walked: Walked) -> None:
    found = only(walked(step("see", "GET", "/orders"), given=[{"name": "one"}], solve_states=False))
    assert found.status is CheckStatus.MISSING_STATE
    assert "one: nothing sets it up" in found.error


def test_without_anything_to_do_nothing_is_told_of(walked: Walked, provider: StubHub) -> None:
    found = walked(step("see", "GET", "/x"), contracts=())
    assert found.checks == ()
    assert found.problems == ()
    assert provider.asked == []


class _Hanging(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        # It reads what never comes, until the other end hangs up.
        self.rfile.read(1)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def test_where_nobody_listens_nothing_is_known_of_the_provider(walked: Walked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    found = walked(step("create", "POST", "/orders", 201), base_url=nobody)
    status, error = status_and_error(found)
    assert status is CheckStatus.COULD_NOT_RUN
    assert error.startswith(f"Step 1 'create': orders does not answer at {nobody}: ")
    assert found.pacts == ()


def test_a_provider_that_is_gone_in_the_middle_is_to_blame(walked: Walked) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def answer_once() -> None:
        connection, _ = listener.accept()
        listener.close()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer_once, daemon=True)
    thread.start()
    found = walked(step("create", "POST", "/orders", 201), step("read", "GET", "/orders/1"), base_url=url)
    thread.join(60)
    status, error = status_and_error(found)
    assert status is CheckStatus.FAILED
    assert error.startswith("Step 2 'read' (GET /orders/1 at orders): the provider gave no answer: ")
