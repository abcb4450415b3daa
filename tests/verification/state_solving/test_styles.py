"""States of a provider of another style: ids in headers and links, things that are put, envelopes, nesting."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Annotated, Any, Literal

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Path, Response
from pydantic import BaseModel, Field

from contracthub.domain.verification_reports import InteractionOutcome
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from contracthub.verification.state_solving.wording import clauses
from tests.verification.conftest import pact
from tests.verification.state_solving.test_replay import wanting

EXACTLY: dict[str, Any] = {}
Sku = Annotated[str, Path(pattern=r"^[A-Z]{3}-\d{4}$")]


class Item(BaseModel):
    name: str
    zipCode: str = Field(pattern=r"^\d{5}$")  # noqa: N815 (as JSON has it)
    stockLevel: int = Field(ge=0)  # noqa: N815


class Enveloped(BaseModel):
    data: Item


class Parcel(BaseModel):
    itemSku: str  # noqa: N815
    quantity: int = Field(ge=1)


class Change(BaseModel):
    status: Literal["packed", "sent"]


class Store:
    """Everything that is there; the item ``ZZZ-0001`` and its parcel are somebody else's."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {"ZZZ-0001": {"name": "theirs", "zipCode": "99999", "stockLevel": 1}}
        self.parcels: dict[int, dict[str, Any]] = {1: {"itemSku": "ZZZ-0001", "quantity": 1, "status": "packed"}}
        self.labels: dict[str, dict[str, Any]] = {}
        self.ids = count(1001)


def store_app(store: Store) -> FastAPI:  # noqa: C901 (routes, one after the other)
    app = FastAPI()

    def found(things: dict[Any, Any], key: Any) -> Any:
        if key not in things:
            raise HTTPException(404, "There is none.")
        return things[key]

    @app.put("/items/{sku}", status_code=201)
    def put_item(sku: Sku, new: Enveloped) -> Enveloped:
        store.items[sku] = new.data.model_dump()
        return new

    @app.get("/items/{sku}")
    def read_item(sku: Sku) -> dict[str, Any]:
        return {"data": found(store.items, sku)}

    @app.delete("/items/{sku}", status_code=204)
    def delete_item(sku: Sku) -> Response:
        found(store.items, sku)
        del store.items[sku]
        return Response(status_code=204)

    @app.post("/items/{sku}/labels", status_code=201)
    def add_label(sku: Sku, label: Change) -> dict[str, Any]:
        found(store.items, sku)
        number = f"l-{next(store.ids)}"
        store.labels[number] = {
            "sku": sku,
            "name": "label",
            "_links": {"self": {"href": f"/items/{sku}/labels/{number}"}},
        }
        return {"name": "label", "_links": store.labels[number]["_links"]}

    @app.get("/items/{sku}/labels/{labelId}")
    def read_label(sku: Sku, labelId: str) -> dict[str, Any]:  # noqa: N803 (as the path has it)
        return found(store.labels, labelId)  # type: ignore[no-any-return]

    @app.get("/items/{sku}/labels")
    def list_labels(sku: Sku) -> list[dict[str, Any]]:
        found(store.items, sku)
        return [each for each in store.labels.values() if each["sku"] == sku]

    @app.post("/parcels", status_code=201)
    def create_parcel(new: Parcel) -> Response:
        item = found(store.items, new.itemSku)
        if item["stockLevel"] < new.quantity:
            raise HTTPException(409, "There are not so many.")
        number = next(store.ids)
        store.parcels[number] = {**new.model_dump(), "status": "packed"}
        return Response(status_code=201, headers={"Location": f"/parcels/{number}"})

    @app.get("/parcels/{parcelId}")
    def read_parcel(parcelId: int) -> dict[str, Any]:  # noqa: N803 (as the path has it)
        return {"parcelId": parcelId, **found(store.parcels, parcelId)}

    @app.patch("/parcels/{parcelId}")
    def change_parcel(parcelId: int, change: Change) -> dict[str, Any]:  # noqa: N803 (as the path has it)
        found(store.parcels, parcelId)["status"] = change.status
        return {"parcelId": parcelId, **store.parcels[parcelId]}

    return app


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def replayed(store: Store, tmp_path: Any) -> Iterator[Callable[..., InteractionOutcome]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(store_app(store), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)

    def run(*asked: Any, **expected: Any) -> InteractionOutcome:
        file = tmp_path / "pact.json"
        file.write_text(json.dumps(pact(wanting("it", *asked, **expected))), encoding="utf-8")
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        job = ReplayJob("orders", url, files=(str(file),), solve_states=True)
        (outcome,) = replay(job, timeout=60).interactions
        return outcome

    try:
        yield run
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


Run = Callable[..., InteractionOutcome]
ITEM = {"name": "Bolt", "stockLevel": 5}


def test_a_thing_that_is_put_in_an_envelope(replayed: Run, store: Store) -> None:
    found = replayed(("GET", "/items/ABC-1234"), "item ABC-1234 exists", body={"data": ITEM}, rules=EXACTLY)

    assert (found.passed, found.mismatches) == (True, ())
    assert set(store.items) == {"ZZZ-0001"}


def test_what_is_there_is_never_written_over(replayed: Run, store: Store) -> None:
    theirs = dict(store.items["ZZZ-0001"])
    found = replayed(("GET", "/items/ZZZ-0001"), "item ZZZ-0001 exists", body={"data": ITEM}, rules=EXACTLY)

    assert (found.passed, found.mismatches) == (True, ())
    assert store.items == {"ZZZ-0001": theirs}


def test_an_id_that_only_a_header_tells_and_a_thing_that_is_referred_to_by_its_own_name(
    replayed: Run, store: Store
) -> None:
    body = {"parcelId": 5, "itemSku": "ABC-1234", "quantity": 1}
    found = replayed(("GET", "/parcels/5"), "there is a parcel", body=body)

    assert (found.mismatches, found.passed) == ((), True)
    assert store.parcels[1001]["itemSku"] not in ("ZZZ-0001", "ABC-1234")


def test_a_status_that_is_written(replayed: Run, store: Store) -> None:
    body = {"parcelId": 5, "status": "sent"}
    found = replayed(("GET", "/parcels/5"), "a sent parcel", body=body, rules=EXACTLY)

    assert (found.passed, found.mismatches) == (True, ())
    assert found.notes[0].endswith("PATCH /parcels/{parcelId}")
    assert store.parcels[1]["status"] == "packed"


@pytest.mark.parametrize(("state", "status"), [("item ABC-1234 is out of stock", 409), ("item ABC-1234 in stock", 201)])
def test_whether_there_is_stock(replayed: Run, state: str, status: int) -> None:
    sent = {"itemSku": "ABC-1234", "quantity": 2}
    found = replayed(("POST", "/parcels"), state, status=status, sent=sent)

    assert (found.passed, found.mismatches) == (True, ())


def test_an_id_that_only_a_link_tells(replayed: Run) -> None:
    path = "/items/ABC-1234/labels/l-7"
    body = {"name": "label", "_links": {"self": {"href": path}}}
    found = replayed(("GET", path), "label l-7 of item ABC-1234 exists", body=body, rules=EXACTLY)

    assert (found.passed, found.mismatches) == (True, ())


def test_each_clause_is_about_a_thing_of_its_own(replayed: Run, store: Store) -> None:
    path = "/items/ABC-1234/labels"
    none = replayed(("GET", path), "item ABC-1234 exists and has no labels", body=[], rules=EXACTLY)
    two = replayed(("GET", path), "item ABC-1234 has two labels", body=[{"name": "x"}, {"name": "x"}])

    assert (none.passed, none.mismatches) == (True, ())
    assert (two.passed, two.mismatches, len(store.labels)) == (True, (), 2)


def test_the_id_of_nothing_is_one_that_may_be(replayed: Run, store: Store) -> None:
    sent = {"data": {**ITEM, "zipCode": "12345"}}
    found = replayed(("PUT", "/items/ZZZ-0001"), "there is no item", status=201, sent=sent)

    assert (found.passed, found.mismatches) == (True, ())
    assert store.items["ZZZ-0001"]["name"] == "theirs"


def test_why_not_is_told_once_and_in_short(replayed: Run) -> None:
    found = replayed(("GET", "/parcels/5"), "a lost parcel", body={"parcelId": 5, "status": "lost"}, rules=EXACTLY)

    assert not found.passed
    told = found.mismatches[0].text
    assert "it did not get lost" in told
    assert len(told) < 500


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("a user exists", ("a user exists",)),
        ("a user and an order exist", ("a user", "an order exist")),
        ("a user who has 2 orders, and no cart", ("a user", "2 orders", "no cart")),
        ("user 42 without orders", ("user 42", "without orders")),
        ("a book called 'War and Peace' exists", ("a book called 'War and Peace' exists",)),
    ],
)
def test_the_clauses_of_a_state(state: str, found: tuple[str, ...]) -> None:
    assert clauses(state) == found
