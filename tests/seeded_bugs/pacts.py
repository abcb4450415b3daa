"""What the consumers of the bookshop rely on, as pacts of version 4."""

import json
from pathlib import Path
from typing import Any

_JSON = "application/json"


def _interaction(
    description: str,
    method: str,
    path: str,
    status: int,
    *,
    sent: Any = None,
    got: Any = None,
    states: tuple[tuple[str, dict[str, Any]], ...] = (),
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    reads: dict[str, str] | None = None,
) -> dict[str, Any]:
    request: dict[str, Any] = {"method": method, "path": path}
    named = dict(headers or {})
    if sent is not None:
        request["body"] = {"content": sent, "contentType": _JSON, "encoded": False}
        named["Content-Type"] = _JSON
    if query:
        request["query"] = {name: [value] for name, value in query.items()}
    if named:
        request["headers"] = {name: [value] for name, value in named.items()}
    response: dict[str, Any] = {"status": status}
    if got is not None:
        response["body"] = {"content": got, "contentType": _JSON, "encoded": False}
        response["matchingRules"] = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    if reads:
        response["headers"] = {name: [value] for name, value in reads.items()}
        rule = {"combine": "AND", "matchers": [{"match": "type"}]}
        response.setdefault("matchingRules", {})["header"] = dict.fromkeys(reads, rule)
    found = {"type": "Synchronous/HTTP", "description": description, "request": request, "response": response}
    return found | ({"providerStates": [{"name": name, "params": params} for name, params in states]} if states else {})


def _graphql(description: str, query: str, variables: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    sent = {"query": query, "variables": variables}
    return _interaction(description, "POST", "/graphql", 200, sent=sent, got={"data": data})


_OPEN = (("an order is open", {"order_id": "ord-1"}),)
_PAID = (("an order is paid", {"order_id": "ord-7"}),)
_ADA = (("a customer exists", {"customer_id": "cus-ada"}),)
_NEW = {"customer": "ada", "lines": [{"sku": "BK-0042", "quantity": 1}]}
_ORDER = {"id": "ord-1", "status": "open", "customer": "ada"}
_BOOK = {"id": "bk-17", "title": "Book", "price": 12.5}

PACTS: dict[str, tuple[dict[str, Any], ...]] = {
    "shop_web": (
        _interaction("a list of books", "GET", "/books", 200, got=[_BOOK]),
        _interaction("a book", "GET", "/books/bk-17", 200, got=_BOOK, query={"currency": "EUR"}),
        _interaction("a search by ISBN", "GET", "/search", 200, query={"q": "978-3-16-148410-0"}),
        _interaction(
            "an order with a coupon", "POST", "/orders", 201, sent={**_NEW, "coupon": "WELCOME10"}, got=_ORDER
        ),
        _interaction(
            "an order from a phone", "POST", "/orders", 201, sent=_NEW, got=_ORDER, headers={"X-Channel": "mobile"}
        ),
        _interaction("an order", "GET", "/orders/ord-1", 200, got={**_ORDER, "tracking": "tr-1"}, states=_OPEN),
        _interaction("a paid order", "GET", "/orders/ord-7", 200, got=_ORDER, states=_PAID),
        _interaction("a payment", "POST", "/orders/ord-1/pay", 200, sent={"method": "card"}, got=_ORDER, states=_OPEN),
        _interaction("a cancellation", "DELETE", "/orders/ord-1", 204, states=_OPEN),
        _interaction(
            "a customer",
            "GET",
            "/customers/cus-ada",
            200,
            got={"id": "cus-ada", "points": 120},
            states=_ADA,
            reads={"ETag": '"1"'},
        ),
        _interaction("another name", "PATCH", "/customers/cus-ada", 200, sent={"nickname": "ada"}, states=_ADA),
    ),
    "warehouse": (
        _interaction(
            "the stock", "GET", "/stock/BK-0042", 200, got={"available": 3}, headers={"X-Warehouse": "leipzig-1"}
        ),
        _interaction("the stock in Berlin", "GET", "/stock/BK-0043", 200, headers={"X-Warehouse": "berlin-3"}),
        _interaction("a return", "POST", "/returns", 201, sent={"order_id": "ord-1", "reason": "late"}, states=_OPEN),
        _interaction(
            "what a partner sold", "GET", "/reports/sales", 200, got={"sold": 7}, query={"partner": "acme-books"}
        ),
    ),
    "reading_app": (
        _graphql(
            "an author",
            "query Author($id: ID!) { author(id: $id) { id name } }",
            {"id": "au-1"},
            {"author": {"id": "au-1", "name": "Le Guin"}},
        ),
        _graphql(
            "some authors",
            "query Authors($limit: Int) { authors(limit: $limit) { name } }",
            {"limit": 5},
            {"authors": [{"name": "Le Guin"}]},
        ),
        _graphql(
            "a reader",
            "query Reader($id: ID!) { reader(id: $id) { name } }",
            {"id": "rd-ada"},
            {"reader": {"name": "Ada"}},
        ),
        _graphql(
            "what to read",
            "query Next($reader: ID!, $mood: Mood!) { recommendations(reader: $reader, mood: $mood) }",
            {"reader": "rd-ada", "mood": "BRIGHT"},
            {"recommendations": ["bk-17"]},
        ),
        _graphql(
            "a reading list",
            "query List($id: ID!) { readingList(id: $id) { id books } }",
            {"id": "li-1"},
            {"readingList": {"id": "li-1", "books": ["bk-17"]}},
        ),
        _graphql(
            "following an author",
            "mutation Follow($input: FollowInput!) { follow(input: $input) { ok } }",
            {"input": {"reader": "rd-ada", "author": "au-1"}},
            {"follow": {"ok": True}},
        ),
    ),
}


def write_pacts(folder: Path) -> tuple[str, ...]:
    """The pacts as files; their paths."""
    files = []
    for consumer, interactions in PACTS.items():
        document = {
            "consumer": {"name": consumer},
            "provider": {"name": "bookshop"},
            "interactions": list(interactions),
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
        file = folder / f"{consumer}-bookshop.json"
        file.write_text(json.dumps(document, indent=2), encoding="utf-8")
        files.append(str(file))
    return tuple(files)
