"""States of a shop that has no state handler: chained, given the pact's ids, and honest about what it can't do."""

from collections.abc import Callable
from typing import Any

import pytest

from contracthub.domain.verification_reports import InteractionOutcome
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from tests.verification.conftest import pact
from tests.verification.state_solving.conftest import Shop

TYPES = {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}


def wanting(
    description: str,
    request: tuple[str, str],
    state: str | tuple[str, dict[str, Any]],
    *,
    status: int = 200,
    sent: Any = None,
    body: Any = None,
    rules: Any = None,
) -> dict[str, Any]:
    """A V4 interaction: what is asked from which state, and what is expected."""
    method, path = request
    name, params = state if isinstance(state, tuple) else (state, {})
    asked: dict[str, Any] = {"method": method, "path": path}
    if sent is not None:
        asked |= {"headers": {"Content-Type": ["application/json"]}, "body": _json(sent)}
    response: dict[str, Any] = {"status": status}
    if body is not None:
        response |= {"body": _json(body), "matchingRules": {"body": TYPES if rules is None else rules}}
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "providerStates": [{"name": name, "params": params}],
        "request": asked,
        "response": response,
    }


def _json(content: Any) -> dict[str, Any]:
    return {"content": content, "contentType": "application/json", "encoded": False}


Replayed = Callable[..., dict[str, InteractionOutcome]]


@pytest.fixture
def replayed(shop_url: str, tmp_path: Any) -> Replayed:
    def run(*interactions: dict[str, Any], **settings: Any) -> dict[str, InteractionOutcome]:
        import json

        file = tmp_path / "pact.json"
        file.write_text(json.dumps(pact(*interactions)), encoding="utf-8")
        job = ReplayJob("orders", shop_url, files=(str(file),), solve_states=True, **settings)
        return {each.description: each for each in replay(job, timeout=60).interactions}

    return run


def test_what_a_thing_needs_is_made_first_and_found_under_the_pacts_ids(replayed: Replayed, shop: Shop) -> None:
    body = {"id": 42, "customer_id": 7, "status": "open", "lines": [{"sku": "nut", "quantity": 3}]}
    exactly = {"$.lines": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]}}
    found = replayed(
        wanting("read", ("GET", "/orders/42"), "an order 42 exists for customer 7", body=body, rules=exactly)
    )["read"]
    assert (found.passed, found.mismatches) == (True, ())
    made = "POST /customers, POST /orders, POST /orders/{order_id}/lines"
    assert found.notes == (f"state 'an order 42 exists for customer 7' solved by {made}",)
    (order,) = shop.orders.values()
    assert (order.id != 42, [line.sku for line in order.lines]) == (True, ["nut"])


def test_ids_in_bodies_are_put_for_the_real_ones(replayed: Replayed) -> None:
    found = replayed(
        wanting(
            "order",
            ("POST", "/orders"),
            ("a customer exists", {"customer_id": 7}),
            status=201,
            sent={"customer_id": 7, "currency": "EUR"},
            body={"customer_id": 7, "currency": "EUR"},
            rules={},
        )
    )["order"]
    assert (found.passed, found.mismatches) == (True, ())


def test_a_status_is_reached_by_actions_in_a_row(replayed: Replayed) -> None:
    found = replayed(
        wanting("read", ("GET", "/orders/42"), "order 42 is shipped", body={"id": 42, "status": "shipped"}, rules={})
    )["read"]
    assert found.passed
    (note,) = found.notes
    assert note.endswith("POST /orders/{order_id}/pay, POST /orders/{order_id}/ship")


def test_a_refusal_is_tested_in_the_status_that_the_state_names(replayed: Replayed) -> None:
    found = replayed(wanting("pay", ("POST", "/orders/42/pay"), "order 42 is cancelled", status=409))["pay"]
    assert (found.passed, found.notes[0].endswith("POST /orders/{order_id}/cancel")) == (True, True)


def test_a_flag_of_the_state_is_set(replayed: Replayed, shop: Shop) -> None:
    found = replayed(
        wanting("read", ("GET", "/customers/7"), "a premium customer exists", body={"id": 7, "premium": True}, rules={})
    )["read"]
    assert (found.passed, found.mismatches) == (True, ())


def test_as_many_as_the_state_says(replayed: Replayed, shop: Shop) -> None:
    customer = {"id": 1, "name": "Ada"}
    found = replayed(
        wanting(
            "list",
            ("GET", "/customers"),
            "three customers exist",
            body=[customer],
            rules={"$": {"combine": "AND", "matchers": [{"match": "type", "min": 3, "max": 3}]}},
        )
    )["list"]
    assert (found.passed, found.mismatches) == (True, ())


def test_what_was_made_is_removed_when_its_interaction_is_over(replayed: Replayed, shop: Shop) -> None:
    asked = [
        wanting(f"read {name}", ("GET", "/customers/7"), ("a customer exists", {"id": 7}), body={"id": 7})
        for name in "ab"
    ]
    assert all(each.passed for each in replayed(*asked).values())
    assert shop.customers == {}


def test_what_was_not_made_here_is_never_removed(replayed: Replayed, shop: Shop) -> None:
    from tests.verification.state_solving.conftest import Customer

    shop.customers[5] = Customer(id=5, name="Grace", email="grace@example.org")
    empty = wanting("list", ("GET", "/customers"), "no customers exist", body=[], rules={})
    found = replayed(empty)["list"]
    assert found.lacks_state
    assert "there are 1 already, and they can't be removed" in found.mismatches[0].text
    assert list(shop.customers) == [5]
    assert replayed(empty, solve_destructively=True)["list"].passed
    assert shop.customers == {}


def test_nothing_has_the_id_of_what_does_not_exist(replayed: Replayed, shop: Shop) -> None:
    from tests.verification.state_solving.conftest import Customer

    shop.customers[7] = Customer(id=7, name="Grace", email="grace@example.org")
    found = replayed(wanting("read", ("GET", "/customers/7"), "customer 7 does not exist", status=404))["read"]
    assert (found.passed, list(shop.customers)) == (True, [7])


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("the moon is full", "nothing that the provider offers makes it 'moon', 'full'"),
        ("an expired order exists", "nothing that the provider offers makes it 'expired'"),
    ],
)
def test_what_can_not_be_understood_is_a_missing_state(replayed: Replayed, state: str, why: str) -> None:
    found = replayed(wanting("pay", ("POST", "/orders/42/pay"), state, status=410))["pay"]
    assert (found.lacks_state, found.passed) == (True, False)
    assert why in found.mismatches[0].text


def test_a_broken_answer_is_a_failure_and_no_missing_state(replayed: Replayed) -> None:
    found = replayed(
        wanting("read", ("GET", "/customers/7"), ("a customer exists", {"id": 7}), body={"id": 7, "vat": "DE1"})
    )["read"]
    assert (found.lacks_state, found.passed) == (False, False)
    assert "vat" in found.mismatches[0].text
