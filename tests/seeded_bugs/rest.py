"""The bookshop over HTTP. Without a seeded bug it keeps to its document, and to what its consumers read."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tests.seeded_bugs.store import Store

Answer = Response | dict[str, Any] | list[dict[str, Any]]


class Currency(StrEnum):
    EUR = "EUR"
    USD = "USD"
    CHF = "CHF"


class Method(StrEnum):
    CARD = "card"
    INVOICE = "invoice"
    VOUCHER = "voucher"


class Reason(StrEnum):
    LATE = "late"
    DAMAGED = "damaged"
    WRONG = "wrong"


class ReportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class HealthStatus(StrEnum):
    UP = "up"
    DOWN = "down"


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(value: object) -> object:
    """23.0 is an integer in JSON Schema, and no int to Python."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Line(_Sent):
    sku: str = Field(min_length=1, max_length=20)
    quantity: Whole = Field(ge=1, le=100)


class NewOrder(_Sent):
    customer: str = Field(min_length=1, max_length=40)
    lines: list[Line] = Field(min_length=1, max_length=10)
    coupon: str | None = Field(default=None, max_length=20)


class Payment(_Sent):
    method: Method = Field(strict=False)


class CustomerChange(_Sent):
    nickname: str | None = Field(max_length=40)


class NewReview(_Sent):
    book: str = Field(min_length=1, max_length=20)
    stars: Whole = Field(ge=1, le=5)
    text: str = Field(max_length=60)


class NewReturn(_Sent):
    order_id: str = Field(min_length=1, max_length=20)
    reason: Reason = Field(strict=False)


class ShelfChange(_Sent):
    capacity: Whole = Field(ge=1, le=500)


class Book(BaseModel):
    id: str
    title: str
    price: float
    currency: Currency


class Order(BaseModel):
    id: str
    status: str
    customer: str
    tracking: str | None = None

    model_config = ConfigDict(json_schema_extra={"required": ["id", "status", "customer"]})


class Customer(BaseModel):
    id: str
    name: str
    points: int | str


class Stock(BaseModel):
    sku: str
    available: int
    reserved: int


class Shelf(BaseModel):
    id: int
    capacity: int


class Invoice(BaseModel):
    number: int
    total: float


class Review(BaseModel):
    id: str
    stars: int


class Report(BaseModel):
    sold: int


class Returned(BaseModel):
    order_id: str
    reason: Reason


class Health(BaseModel):
    status: HealthStatus


class Problem(BaseModel):
    detail: str


_GONE: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
_CONFLICT: dict[int | str, dict[str, Any]] = {**_GONE, 409: {"model": Problem}}
_LOCATION = {"Location": {"required": True, "schema": {"type": "string"}}}
_NAME = Annotated[str, Path(min_length=1, max_length=40)]


def _refused(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)


def add_rest(app: FastAPI, has: Callable[[str], bool], store: Store) -> None:
    """Adds the operations; ``has`` says whether a bug is seeded."""
    for add in (_books, _orders, _order, _payment, _customers, _stock, _reports, _shelves, _reviews):
        router = APIRouter()
        add(router, has, store)
        app.include_router(router)


def _books(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    @router.get("/books", response_model=list[Book])
    def books(genre: Annotated[str | None, Query(max_length=20)] = None) -> Answer:
        # An old edition is known by those who have it, and is listed nowhere.
        found = [store.book(name, "EUR") for name in store.books if name not in store.old]
        if has("book-price-as-text"):
            found = [{**each, "price": str(each["price"])} for each in found]
        return JSONResponse(found)

    @router.get("/books/{book_id}", response_model=Book, responses=_GONE)
    def book(book_id: _NAME, currency: Currency = Currency.EUR) -> Answer:
        if book_id not in store.books:
            return _refused(404, "There is no such book.")
        if has("book-in-francs") and currency is Currency.CHF and book_id in store.old:
            return _refused(500, "no rate")
        return JSONResponse(store.book(book_id, currency.value))

    @router.get("/search", response_model=list[Book])
    def search(q: Annotated[str, Query(max_length=40)], limit: Annotated[int, Query(ge=0, le=50)] = 10) -> Answer:
        if has("search-for-nothing") and not q:
            return _refused(500, "nothing to look for")
        if has("search-without-limit") and limit == 0:
            return _refused(503, "busy")
        if has("search-by-isbn") and q == "978-3-16-148410-0":
            return Response(status_code=204)
        return JSONResponse(
            [store.book(name, "EUR") for name in store.books if q and q == name and name not in store.old][:limit]
        )


def _orders(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    @router.post("/orders", response_model=Order, status_code=201, responses={201: {"headers": _LOCATION}})
    def create(order: NewOrder, x_channel: Annotated[str | None, Header(max_length=20)] = None) -> Answer:
        if has("coupon-crash") and order.coupon == "WELCOME10":
            return _refused(500, "coupon")
        if has("hundred-of-a-title") and any(each.sku == "BK-0042" and each.quantity == 100 for each in order.lines):
            return _refused(503, "too many")
        keep = not (has("mobile-order-lost") and x_channel == "mobile")
        made = store.add_order(order.customer, keep=keep)
        return JSONResponse(made, 201, {"Location": f"/orders/{made['id']}"})

    @router.post("/returns", response_model=Returned, status_code=201, responses=_GONE)
    def give_back(sent: NewReturn) -> Answer:
        if has("return-is-accepted") and sent.order_id not in store.orders:
            return JSONResponse({"order_id": sent.order_id, "reason": sent.reason}, 202)
        if sent.order_id not in store.orders:
            return _refused(404, "There is no such order.")
        if has("return-of-known-order") and sent.reason is Reason.DAMAGED and sent.order_id in store.set_up:
            return _refused(500, "damaged")
        return JSONResponse({"order_id": sent.order_id, "reason": sent.reason}, 201)


def _order(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    @router.get("/orders/{order_id}", response_model=Order, responses=_GONE)
    def order(order_id: _NAME) -> Answer:
        found = store.orders.get(order_id)
        if found is None:
            return _refused(404, "There is no such order.")
        if has("paid-order-crash") and found["status"] == "paid" and order_id in store.set_up:
            return _refused(500, "paid")
        if has("order-without-tracking"):
            return JSONResponse({name: value for name, value in found.items() if name != "tracking"})
        return JSONResponse(found)


def _payment(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    @router.post("/orders/{order_id}/pay", response_model=Order, responses=_CONFLICT)
    def pay(order_id: _NAME, payment: Payment) -> Answer:
        found = store.orders.get(order_id)
        if found is None:
            return _refused(404, "There is no such order.")
        if found["status"] != "open":
            return _refused(409, "It is not open.")
        # An order that nobody set up is one that was created a moment ago.
        if has("pay-by-voucher") and payment.method is Method.VOUCHER and order_id in store.set_up:
            return _refused(500, "voucher")
        store.orders[order_id] = {**found, "status": "paid"}
        return JSONResponse(store.orders[order_id])

    @router.delete("/orders/{order_id}", status_code=204, response_model=None, responses=_GONE)
    def cancel(order_id: _NAME) -> Answer:
        if store.orders.pop(order_id, None) is None:
            return _refused(404, "There is no such order.")
        if has("cancel-says-ok") and order_id in store.set_up:
            return JSONResponse({"cancelled": True}, 200)
        return Response(status_code=204)


def _customers(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    def shown(name: str) -> JSONResponse:
        points = "120" if has("points-as-text") else 120
        headers = {} if has("customer-without-etag") else {"ETag": '"1"'}
        return JSONResponse({"id": name, "name": "Ada", "points": points}, headers=headers)

    @router.get("/customers/{customer_id}", response_model=Customer, responses=_GONE)
    def customer(customer_id: _NAME) -> Answer:
        return shown(customer_id) if customer_id in store.customers else _refused(404, "There is no such customer.")

    @router.patch("/customers/{customer_id}", response_model=Customer, responses=_GONE)
    def change(customer_id: _NAME, sent: CustomerChange) -> Answer:
        if customer_id not in store.customers:
            return _refused(404, "There is no such customer.")
        if has("nickname-of-null") and sent.nickname is None:
            return _refused(500, "null")
        return shown(customer_id)


def _stock(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    @router.get("/stock/{sku}", response_model=Stock, responses=_GONE)
    def stock(sku: _NAME, x_warehouse: Annotated[str, Header(max_length=20)] = "main") -> Answer:
        if has("stock-in-berlin") and x_warehouse == "berlin-3":
            return _refused(500, "berlin")
        if sku not in store.skus:
            return _refused(404, "There is no such article.")
        whole = {"sku": sku, "available": 3, "reserved": 1}
        if has("stock-without-reserved"):
            del whole["reserved"]
        return JSONResponse(whole)


def _reports(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    del store

    @router.get("/reports/sales", response_model=Report)
    def sales(
        start: Annotated[int | None, Query(ge=2000, le=2100)] = None,
        partner: Annotated[str | None, Query(max_length=20)] = None,
        output: ReportFormat = ReportFormat.JSON,
    ) -> Answer:
        if has("partner-report") and partner == "acme-books" and output is ReportFormat.CSV:
            return _refused(500, "csv")
        if has("report-without-start") and start is None and partner is None:
            return _refused(418, "no start")
        return JSONResponse({"sold": 7})

    @router.get("/health", response_model=Health)
    def health() -> Answer:
        return JSONResponse({"status": "splendid" if has("health-in-other-words") else "up"})


def _shelves(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    del store
    number = Annotated[int, Path(ge=1, le=20)]

    @router.get("/shelves/{shelf_id}", response_model=Shelf)
    def shelf(shelf_id: number) -> Answer:
        whole: dict[str, Any] = {"id": shelf_id}
        return JSONResponse(whole if has("shelf-without-capacity") else {**whole, "capacity": 40})

    @router.put("/shelves/{shelf_id}", response_model=Shelf)
    def change(shelf_id: number, sent: ShelfChange) -> Answer:
        if has("shelf-as-text"):
            return PlainTextResponse("done")
        return JSONResponse({"id": shelf_id, "capacity": sent.capacity})

    @router.get("/invoices/{number}", response_model=Invoice)
    def invoice(number: Annotated[int, Path(ge=1, le=10**9)]) -> Answer:
        if has("invoice-cut-short"):
            return Response('{"number": 1, "tot', media_type="application/json")
        return JSONResponse({"number": number, "total": 9.5})


def _reviews(router: APIRouter, has: Callable[[str], bool], store: Store) -> None:
    del store
    body = {"content": {"application/json": {"schema": NewReview.model_json_schema()}}, "required": True}

    @router.post(
        "/reviews",
        response_model=Review,
        status_code=201,
        responses={201: {"headers": _LOCATION}, 422: {"model": Problem}},
        openapi_extra={"requestBody": body},
    )
    async def review(request: Request) -> Answer:
        try:
            sent = await request.json()
            kept = {**sent, "stars": max(1, sent["stars"])} if has("review-of-negative-stars") else sent
            checked = NewReview.model_validate(kept)
        except (ValueError, TypeError, KeyError):
            return _refused(422, "That is no review.")
        if has("review-at-full-length") and len(checked.text) == 60:
            return _refused(500, "too long")
        headers = {} if has("review-without-location") else {"Location": "/reviews/1"}
        return JSONResponse({"id": "1", "stars": checked.stars}, 201, headers)
