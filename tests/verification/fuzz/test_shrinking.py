"""Requests become smaller, and what is left still shows the fault."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracthub.verification.fuzz.shrinking import shrunk
from contracthub.verification.fuzz.wire import Call

JSON = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3) | st.text(max_size=50), max_size=5)


def call_with(body: Any) -> Call:
    headers = (("Content-Type", "application/json"), ("X-Tenant", "acme"), ("X-Noise", "1"))
    return Call("POST", "/orders", (("page", "1"), ("debug", "1")), headers, json.dumps(body).encode())


def test_what_it_takes_is_left_and_nothing_else() -> None:
    def shows(call: Call) -> bool:
        return call.header("X-Tenant") == "acme" and call.body is not None and call.json.get("coupon") == "WELCOME10"

    body = {"lines": [{"sku": "a", "quantity": 1}], "coupon": "WELCOME10", "customer": "ada"}
    found = shrunk(call_with(body), shows, lambda: True)
    assert found.json == {"coupon": "WELCOME10"}
    assert found.query == ()
    assert dict(found.headers) == {"Content-Type": "application/json", "X-Tenant": "acme"}


@given(JSON, st.sampled_from("abcdef"))
def test_what_is_left_always_shows_it(body: dict[str, Any], wanted: str) -> None:
    def shows(call: Call) -> bool:
        return call.body is not None and wanted in call.json

    call = call_with({**body, wanted: 1})
    found = shrunk(call, shows, lambda: True)
    assert shows(found)
    assert found.json == {wanted: 1}


def test_it_stops_when_it_may_not_go_on() -> None:
    asked: list[Call] = []

    def shows(call: Call) -> bool:
        asked.append(call)
        return False

    call = call_with({"a": 1})
    assert shrunk(call, shows, lambda: len(asked) < 3) == call
    assert len(asked) == 3
