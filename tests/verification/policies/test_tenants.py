"""How tenants are kept apart: by token or by path, in searches, in lists of parts, and beneath what is one's own."""

import itertools
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException

from tests.verification.policies.serving import failed, held_against, serving

PRINCIPALS = {name: {"tenant": name, "headers": {"X-Key": f"key of {name}"}} for name in ("acme", "globex")}
KEYS = {f"key of {name}": name for name in PRINCIPALS}


def tenant_of(x_key: Annotated[str, Header()]) -> str:
    if x_key not in KEYS:
        raise HTTPException(401)
    return KEYS[x_key]


Tenant = Annotated[str, Depends(tenant_of)]


def shop(fault: str) -> FastAPI:
    """Orders with notes, of whoever shows the key."""
    app = FastAPI()
    orders: dict[int, dict[str, Any]] = {}
    ids = itertools.count(1)

    def own(number: int, tenant: str) -> dict[str, Any]:
        if orders.get(number, {}).get("tenant") != tenant:
            raise HTTPException(404)
        return orders[number]

    @app.post("/orders", status_code=201)
    def create(body: dict[str, str], tenant: Tenant) -> dict[str, Any]:
        number = next(ids)
        orders[number] = {"id": number, "sku": body.get("sku", "bolt"), "tenant": tenant}
        return orders[number]

    @app.get("/orders/{order_id}")
    def read(order_id: int, tenant: Tenant) -> dict[str, Any]:
        return own(order_id, tenant)

    @app.get("/orders/{order_id}/invoice")
    def invoice(order_id: int, tenant: Tenant) -> dict[str, Any]:
        order = orders.get(order_id) if fault == "invoice" else own(order_id, tenant)
        return {"of": order, "text": f"One bolt for {order_id}"}

    @app.get("/search")
    def search(tenant: Tenant) -> list[dict[str, Any]]:
        return [each for each in orders.values() if each["tenant"] == tenant or fault == "search"]

    _put_notes(app, fault, orders, own)
    return app


def _put_notes(app: FastAPI, fault: str, orders: dict[int, Any], own: Callable[[int, str], Any]) -> None:
    notes: dict[int, dict[str, Any]] = {}
    ids = itertools.count(100)

    @app.post("/orders/{order_id}/notes", status_code=201)
    def note(order_id: int, tenant: Tenant) -> dict[str, Any]:
        own(order_id, tenant)
        number = next(ids)
        notes[number] = {"id": number, "order": order_id, "text": "mind the gap"}
        return notes[number]

    @app.get("/orders/{order_id}/notes")
    def list_notes(order_id: int, tenant: Tenant) -> list[dict[str, Any]]:
        if fault == "notes":
            return [each for each in notes.values() if each["order"] == order_id]
        if fault == "empty":  # Nothing is shown, though nobody is refused: no fault.
            return [
                each for each in notes.values() if each["order"] == order_id and orders[order_id]["tenant"] == tenant
            ]
        own(order_id, tenant)
        return [each for each in notes.values() if each["order"] == order_id]

    @app.get("/orders/{order_id}/notes/{note_id}")
    def read_note(order_id: int, note_id: int, tenant: Tenant) -> dict[str, Any]:
        own(order_id, tenant)
        found = notes.get(note_id)
        if found is None or (found["order"] != order_id and fault != "parent"):
            raise HTTPException(404)
        return found


def office(fault: str) -> FastAPI:
    """Projects beneath the tenant that the path names."""
    app = FastAPI()
    projects: dict[str, dict[str, str]] = {}
    ids = itertools.count(1)

    def may(tenant: str, key: Tenant) -> str:
        if tenant != key:
            raise HTTPException(403)
        return tenant

    mine = Annotated[str, Depends(may)]

    def own(number: str, tenant: str, *, is_open: bool) -> dict[str, str]:
        if number not in projects or (projects[number]["of"] != tenant and not is_open):
            raise HTTPException(404)
        return projects[number]

    @app.get("/tenants/{tenant}/projects")
    def listing(tenant: mine) -> list[dict[str, str]]:
        return [each for each in projects.values() if each["of"] == tenant or fault == "list"]

    @app.post("/tenants/{tenant}/projects", status_code=201)
    def create(tenant: mine) -> dict[str, str]:
        number = f"p-{next(ids)}"
        projects[number] = {"id": number, "of": tenant, "name": "Bridge"}
        return projects[number]

    @app.get("/tenants/{tenant}/projects/{project_id}")
    def read(tenant: mine, project_id: str) -> dict[str, str]:
        return own(project_id, tenant, is_open=fault == "read")

    @app.put("/tenants/{tenant}/projects/{project_id}")
    def put(tenant: mine, project_id: str) -> dict[str, str]:
        return own(project_id, tenant, is_open=fault == "put")

    @app.delete("/tenants/{tenant}/projects/{project_id}", status_code=204)
    def delete(tenant: mine, project_id: str) -> None:
        own(project_id, tenant, is_open=fault == "delete")
        del projects[project_id]

    return app


def found_in(app: FastAPI, **settings: Any) -> set[str]:
    with serving(app) as url:
        found = held_against(url, {"packs": ["tenants"], "principals": PRINCIPALS, **settings})
    assert found.problems == ()
    return set(failed(found))


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("", set()),
        ("empty", set()),
        ("invoice", {"tenants.read GET /orders/{order_id}/invoice"}),
        ("search", {"tenants.list GET /search"}),
        ("notes", {"tenants.list GET /orders/{order_id}/notes", "tenants.read GET /orders/{order_id}/notes"}),
        ("parent", {"tenants.read GET /orders/{order_id}/notes/{note_id}"}),
    ],
)
def test_what_is_shown_of_a_thing_elsewhere_is_found(fault: str, names: set[str]) -> None:
    found = found_in(shop(fault))
    assert found <= names, found
    assert bool(found) == bool(names)


ONE = "/tenants/{tenant}/projects/{project_id}"


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("", set()),
        ("list", {"tenants.list GET /tenants/{tenant}/projects"}),
        ("read", {f"tenants.read GET {ONE}"}),
        ("put", {f"tenants.update PUT {ONE}"}),
        ("delete", {f"tenants.delete DELETE {ONE}"}),
    ],
)
@pytest.mark.parametrize("examples", [{}, {"tenant": "acme"}])
def test_tenants_that_the_path_names_are_each_principals_own(
    fault: str, names: set[str], examples: dict[str, str]
) -> None:
    assert found_in(office(fault), examples=examples) == names
