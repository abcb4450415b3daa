"""A shop with ids that it chooses itself, things inside of things, and a status that only actions change."""

import socket
import threading
import time
from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, Field


class Status(StrEnum):
    OPEN = "open"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class NewCustomer(BaseModel):
    name: str = Field(min_length=3, max_length=20)
    email: str = Field(json_schema_extra={"format": "email"})
    premium: bool = False


class Customer(NewCustomer):
    id: int


class NewLine(BaseModel):
    sku: str
    quantity: int = Field(gt=0, le=99)


class NewOrder(BaseModel):
    customer_id: int
    currency: str = Field(min_length=3, max_length=3)


class Order(NewOrder):
    id: int
    status: Status
    lines: list[NewLine]


class Review(BaseModel):
    stars: int


_NEXT = {"pay": (Status.OPEN, Status.PAID), "ship": (Status.PAID, Status.SHIPPED), "cancel": (None, Status.CANCELLED)}


class Shop:
    """Everything that was created, by kind and id; ids begin far from those in pacts."""

    def __init__(self) -> None:
        self.customers: dict[int, Customer] = {}
        self.orders: dict[int, Order] = {}
        self.reviews: dict[tuple[int, int], Review] = {}
        self.ids = count(1001)
        self.asked: list[str] = []


def shop_app(shop: Shop) -> FastAPI:  # noqa: C901 (routes, one after the other)
    app = FastAPI()

    def found(things: dict[Any, Any], key: Any) -> Any:
        if key not in things:
            raise HTTPException(404, "There is none.")
        return things[key]

    @app.post("/customers", status_code=201)
    def create_customer(new: NewCustomer) -> Customer:
        customer = Customer(id=next(shop.ids), **new.model_dump())
        if any(each.email == new.email for each in shop.customers.values()):
            raise HTTPException(409, "The address is taken.")
        shop.customers[customer.id] = customer
        return customer

    @app.get("/customers")
    def list_customers() -> list[Customer]:
        return list(shop.customers.values())

    @app.get("/customers/{customer_id}")
    def read_customer(customer_id: int) -> Customer:
        return found(shop.customers, customer_id)  # type: ignore[no-any-return]

    @app.delete("/customers/{customer_id}", status_code=204)
    def delete_customer(customer_id: int) -> Response:
        found(shop.customers, customer_id)
        del shop.customers[customer_id]
        return Response(status_code=204)

    @app.post("/orders", status_code=201)
    def create_order(new: NewOrder) -> Order:
        found(shop.customers, new.customer_id)
        order = Order(id=next(shop.ids), status=Status.OPEN, lines=[], **new.model_dump())
        shop.orders[order.id] = order
        return order

    @app.get("/orders/{order_id}")
    def read_order(order_id: int) -> Order:
        return found(shop.orders, order_id)  # type: ignore[no-any-return]

    @app.post("/orders/{order_id}/lines", status_code=201)
    def add_line(order_id: int, line: NewLine) -> NewLine:
        found(shop.orders, order_id).lines.append(line)
        return line

    @app.post("/orders/{order_id}/{verb}")
    def act(order_id: int, verb: str) -> Order:
        raise HTTPException(404, verb)

    def add_action(verb: str) -> None:
        @app.post(f"/orders/{{order_id}}/{verb}", name=verb)
        def step(order_id: int) -> Order:
            order: Order = found(shop.orders, order_id)
            before, after = _NEXT[verb]
            if before not in (None, order.status):
                raise HTTPException(409, f"It is {order.status}.")
            order.status = after
            return order

    app.router.routes.pop()
    for verb in _NEXT:
        add_action(verb)

    @app.put("/customers/{customer_id}/reviews/{review_id}", status_code=201)
    def put_review(customer_id: int, review_id: int, review: Review) -> Review:
        found(shop.customers, customer_id)
        shop.reviews[(customer_id, review_id)] = review
        return review

    return app


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def shop_url(shop: Shop) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(shop_app(shop), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
