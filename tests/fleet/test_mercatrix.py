"""mercatrix as a GraphQL server: introspection, what it refuses, and how, whatever was sent."""

import json
from typing import Any

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query, print_schema

from tests.fleet.running import ROOT, StartProvider

JSON = {"Content-Type": "application/json"}
DEEP = "{" + "a{" * 300 + "a" + "}" * 301


@pytest.fixture
def url(start_provider: StartProvider) -> str:
    return start_provider("mercatrix") + "/graphql"


def ask(url: str, query: str, **variables: Any) -> httpx.Response:
    return httpx.post(url, json={"query": query, "variables": variables})


def test_introspection_gives_the_committed_schema(url: str) -> None:
    answer = ask(url, get_introspection_query(descriptions=True)).json()
    committed = (ROOT / "specs" / "mercatrix.graphql").read_text(encoding="utf-8")
    assert print_schema(build_client_schema(answer["data"])) + "\n" == committed


def test_what_is_bought_is_paid_for_once(url: str) -> None:
    states = url.replace("/graphql", "/_pact/provider-states")
    for state in ("an offer exists", "a full wallet exists"):
        httpx.post(states, json={"state": state}).raise_for_status()
    buy = (
        'mutation { buyOffer(input: {offer_id: "of-1", buyer: "ada"})'
        " { wallet { essence_coins } errors { field message } } }"
    )
    assert ask(url, buy).json() == {"data": {"buyOffer": {"wallet": {"essence_coins": 80}, "errors": []}}}
    again = ask(url, buy).json()["data"]["buyOffer"]
    assert again == {"wallet": None, "errors": [{"field": "offer_id", "message": "Offer of-1 is not for sale."}]}
    assert ask(url, '{ wallet(owner: "ada") { essence_coins } }').json() == {"data": {"wallet": {"essence_coins": 80}}}


def test_every_fault_of_a_listing_is_told_at_once(url: str) -> None:
    sell = (
        'mutation { listOffer(input: {essence: "", kind: CALM, essence_coins: 0, seller: ""})'
        " { offer { id } errors { field } } }"
    )
    payload = ask(url, sell).json()["data"]["listOffer"]
    assert payload == {"offer": None, "errors": [{"field": "essence"}, {"field": "seller"}, {"field": "essence_coins"}]}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("{ offers { gem } }", "'gem'"),
        ("{ offers", "Expected"),
        (DEEP, "deep"),
        ("{" + "a " * 1_001 + "}", "tokens"),
    ],
)
def test_an_operation_that_cannot_be_run_has_errors_and_no_data(url: str, query: str, word: str) -> None:
    answer = ask(url, query)
    assert (answer.status_code, list(answer.json())) == (200, ["errors"])
    assert word in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"{", b"[]", b"null", b"{}", b'{"query": 1}', b'{"query": "{offers{id}}", "variables": []}', b"[" * 9999],
)
def test_a_request_that_holds_no_operation_is_refused(url: str, content: bytes) -> None:
    answer = httpx.post(url, content=content, headers=JSON)
    assert (answer.status_code, list(answer.json())) == (400, ["errors"])


def test_a_body_that_is_too_large_is_refused(url: str) -> None:
    assert httpx.post(url, content=json.dumps({"query": "#" * 100_000}), headers=JSON).status_code == 413


def test_a_mutation_does_not_come_by_get(url: str) -> None:
    buy = 'mutation { buyOffer(input: {offer_id: "of-1", buyer: "ada"}) { errors { field } } }'
    answer = httpx.get(url, params={"query": buy})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
