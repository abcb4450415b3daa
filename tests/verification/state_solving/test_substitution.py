"""A pact's ids become the real ones and come back, and nothing else changes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.openapi.parse import parse
from contracthub.verification.state_solving.api import api_of
from contracthub.verification.state_solving.substitution import Substitution, Substitutions

PATHS = {
    "/orders/{order_id}": {"get": {"responses": {"200": {"description": "It."}}}},
    "/orders/{order_id}/lines/{line_id}": {"get": {"responses": {"200": {"description": "It."}}}},
    "/customers/{customer_id}": {"get": {"responses": {"200": {"description": "It."}}}},
}


def _declared(path: str, item: dict[str, Any]) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {**item, "parameters": parameters}


API = api_of(
    parse(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "orders", "version": "1"},
                "paths": {path: _declared(path, item) for path, item in PATHS.items()},
            }
        )
    )
)
IDS = st.text(alphabet="abcdefghij0123456789-", min_size=1, max_size=10)


def knowing(pact: str, real: Any, path: str = "/orders") -> Substitutions:
    found = Substitutions(API)
    found.add(Substitution(path, pact, real, frozenset({"id", "order_id"})))
    return found


def test_only_the_part_of_the_path_that_is_the_id_changes() -> None:
    ids = knowing("42", "a/b")
    assert ids.in_target("GET", "/orders/42") == "/orders/a%2Fb"
    assert ids.in_target("GET", "/orders/42/lines/42") == "/orders/a%2Fb/lines/42"
    assert ids.in_target("GET", "/customers/42") == "/customers/42"
    assert ids.in_target("GET", "/orders/43") == "/orders/43"
    assert ids.in_target("GET", "/orders/42?order_id=42&page=42&x=") == "/orders/a%2Fb?order_id=a%2Fb&page=42&x="


def test_a_path_that_no_document_describes_changes_where_the_id_stands() -> None:
    assert knowing("42", 9).in_target("GET", "/reports/42/42x") == "/reports/9/42x"


def test_an_id_keeps_the_type_that_it_has() -> None:
    ids = knowing("42", 9)
    assert ids.in_body(b'{"order_id": 42, "id": "42", "quantity": 42}') == b'{"order_id": 9, "id": "9", "quantity": 42}'
    assert json.loads(ids.back_in_body(b'[{"id": 9, "quantity": 9, "self": "/orders/9?x=9"}]')) == [
        {"id": 42, "quantity": 9, "self": "/orders/42?x=9"}
    ]


def test_a_header_that_leads_somewhere_leads_to_the_pacts_id() -> None:
    assert knowing("42", 9).back_in_text("https://orders.example/orders/9") == "https://orders.example/orders/42"


def test_a_body_that_is_no_json_stays_as_it_is() -> None:
    for body in (b"", b"{", b"id=42", b"\xff", b"[" * 5_000):
        assert knowing("42", 9).in_body(body) == body
        assert knowing("42", 9).back_in_body(body) == body


@given(pact=IDS, real=IDS)
def test_what_goes_there_comes_back(pact: str, real: str) -> None:
    ids = knowing(pact, real)
    body = json.dumps({"id": pact, "inner": [{"order_id": pact}]}).encode()
    assert json.loads(ids.back_in_body(ids.in_body(body))) == json.loads(body)


@given(st.dictionaries(st.sampled_from(["name", "total", "note"]), st.integers() | st.text(max_size=5)))
def test_what_is_no_id_never_changes(document: dict[str, Any]) -> None:
    ids = knowing("42", "9")
    body = json.dumps(document).encode()
    kept = {name: value for name, value in document.items() if not str(value).startswith("/")}
    assert kept.items() <= json.loads(ids.back_in_body(ids.in_body(body))).items()
