"""Journeys that are built, and taken by a client at the providers that play them."""

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from pact import match

from contracthub.consumer import Journey, answer, from_header
from contracthub.formats.live_contracts import read
from contracthub.mocks.differing import ClientDiffers, NotPlayable


def journey() -> Journey:
    return (
        Journey("an order is paid", consumer="shop", provider="orders")
        .given("the shop is open")
        .within("30s")
        .values(sku="A-1")
        .step("order")
        .request("POST", "/orders", {"sku": "${sku}"}, headers={"X-Kind": "test"})
        .response(202, {"id": match.int(7)}, headers={"Location": match.regex("/jobs/1", regex=r"/jobs/\d+")})
        .save(order="$.id", job=from_header("Location"))
        .step("wait")
        .request("GET", "${job}")
        .eventually(answer(200, {"status": "done"}), within="5s", every="50ms", never=[answer("5xx")])
        .step("pay", at="payments")
        .given("an account exists", at="payments")
        .request("POST", "/payments", {"order": "${order}"}, query={"dry": False})
        .response(201)
        .within("2s")
        .cleanup("forget")
        .request("DELETE", "/orders/${order}")
        .response("2xx")
    )


def ask(method: str, url: str, body: Any = None, **headers: str) -> tuple[int, Any, str | None]:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method), timeout=10) as response:
        content = response.read()
        return response.status, json.loads(content) if content else None, response.headers.get("Location")


def test_every_step_stands_in_the_document() -> None:
    document = journey().checked()
    assert document.providers == ("orders", "payments")
    assert document.body["given"] == [{"name": "the shop is open"}]
    steps = document.body["steps"]
    assert isinstance(steps, list)
    assert steps[2] == {
        "name": "pay",
        "provider": "payments",
        "given": [{"name": "an account exists", "provider": "payments"}],
        "request": {"method": "POST", "path": "/payments", "query": {"dry": False}, "body": {"order": "${order}"}},
        "response": {"status": 201},
        "within": "2s",
    }


def test_a_client_that_takes_every_step_gets_it_written(tmp_path: Path) -> None:
    with journey().serve(write_to=tmp_path) as providers:
        orders, payments = providers.urls["orders"], providers.urls["payments"]
        status, body, location = ask("POST", f"{orders}/orders", {"sku": "A-1"}, **{"X-Kind": "test"})
        assert (status, body, location) == (202, {"id": 7}, "/jobs/1")
        for _ in range(3):
            assert ask("GET", f"{orders}{location}")[:2] == (200, {"status": "done"})
        assert ask("POST", f"{payments}/payments?dry=false", {"order": body["id"]})[0] == 201
        assert ask("DELETE", f"{orders}/orders/7")[0] == 200
    (path,) = tmp_path.iterdir()
    assert path.name == "shop-orders-payments.an-order-is-paid.journey.yaml"
    assert read(path.read_bytes()).name == "an order is paid"


def test_a_client_that_streams_its_body_is_understood() -> None:
    builder = (
        Journey("j", consumer="shop", provider="orders")
        .step("order")
        .request("POST", "/orders", {"sku": "A-1"})
        .response(201)
        .step("again")
        .request("POST", "/orders", {"sku": "A-2"})
        .response(201)
    )
    with builder.serve() as providers:
        connection = HTTPConnection(providers.url.removeprefix("http://"), timeout=30)
        for sku in ("A-1", "A-2"):
            connection.request("POST", "/orders", iter([b'{"sku":', f'"{sku}"}}'.encode()]), encode_chunked=True)
            answered = connection.getresponse()
            assert (answered.status, answered.read()) == (201, b"")
        connection.close()


def test_cleaning_up_may_be_left_out_and_a_step_may_not(tmp_path: Path) -> None:
    with pytest.raises(ClientDiffers, match="step 2 'wait' was never taken"), journey().serve(write_to=tmp_path) as at:
        ask("POST", f"{at.url}/orders", {"sku": "A-1"}, **{"X-Kind": "test"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "body", "headers", "told"),
    [
        ("/order", {"sku": "A-1"}, {"X-Kind": "test"}, "asked POST /order, not POST /orders"),
        ("/orders", {"sku": "A-2"}, {"X-Kind": "test"}, "sent the body"),
        ("/orders", {"sku": "A-1"}, {}, "sent no X-Kind"),
        ("/orders?a=1", {"sku": "A-1"}, {"X-Kind": "test"}, "sent the query"),
    ],
)
def test_another_request_is_told_with_its_step(path: str, body: Any, headers: dict[str, str], told: str) -> None:
    with (
        pytest.raises(ClientDiffers, match=f"step 1 'order': the client {told}"),
        journey().serve() as providers,
        pytest.raises(HTTPError, match="500"),
    ):
        ask("POST", f"{providers.url}{path}", body, **headers)


def test_a_step_at_the_wrong_provider_is_told() -> None:
    with (
        pytest.raises(ClientDiffers, match="asked POST /orders of payments"),
        journey().serve() as providers,
        pytest.raises(HTTPError),
    ):
        ask("POST", f"{providers.urls['payments']}/orders", {"sku": "A-1"})


def test_an_interaction_of_a_pact_is_not_played() -> None:
    builder = Journey("j", consumer="shop").step("read").interaction("a read", provider="orders")
    assert builder.checked().providers == ("orders",)
    with pytest.raises(NotPlayable, match="Pact's own mock"), builder.serve():
        pytest.fail("there is nothing to play")


def test_a_word_before_the_first_step_is_told() -> None:
    with pytest.raises(ValueError, match="step"):
        Journey("j").request("GET", "/a")


def test_a_step_may_be_asked_until_it_is_answered_as_it_says() -> None:
    builder = (
        Journey("j", consumer="shop", provider="orders")
        .step("wait")
        .request("GET", "/orders/7")
        .response(200, {"status": "paid"})
        .eventually(within="5s")
    )
    with builder.serve() as providers:
        assert ask("GET", f"{providers.url}/orders/7")[:2] == (200, {"status": "paid"})
