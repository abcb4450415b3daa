"""What distilera_market needs of mercatrix, as its own client code uses it."""

from typing import Any

import pytest
from pact import Pact, match

from consumers.distilera_market.client import BUY, LIST, OFFERS, WALLET, Mercatrix, Offer, RefusedError, UserError
from consumers.pact_files import Replay

JSON = "application/json"
SENTENCE = match.str("Why it is refused.")


@pytest.fixture
def pact() -> Pact:
    return Pact("distilera_market", "mercatrix").with_specification("V4")


def operation(pact: Pact, description: str, state: str, query: str, variables: dict[str, Any], data: Any) -> None:
    """An interaction as GraphQL over HTTP has it: the operation and its variables in, its data out."""
    (
        pact.upon_receiving(description)
        .given(state)
        .with_request("POST", "/graphql")
        .with_body({"query": query, "variables": variables}, JSON)
        .will_respond_with(200)
        .with_body({"data": data}, JSON)
    )


def test_offers(pact: Pact, replay: Replay) -> None:
    offer = {
        "id": match.str("of-1"),
        "essence": match.str("distilled dusk"),
        "kind": match.regex("CALM", regex="CALM|ECHO|VIGOUR"),
        "essence_coins": match.int(40),
    }
    data = {"offers": match.each_like(offer, min=1)}
    operation(pact, "a query for the offers", "offers of two kinds exist", OFFERS, {}, data)
    with replay(pact) as url:
        assert Mercatrix(url).offers() == (Offer("of-1", "distilled dusk", "CALM", 40),)


def test_no_offers(pact: Pact, replay: Replay) -> None:
    data: dict[str, Any] = {"offers": []}
    operation(pact, "a query for the offers when there are none", "nothing is for sale", OFFERS, {}, data)
    with replay(pact) as url:
        assert Mercatrix(url).offers() == ()


def test_coins_of_a_wallet(pact: Pact, replay: Replay) -> None:
    data = {"wallet": {"essence_coins": match.int(120)}}
    operation(pact, "a query for the essence_coins of a wallet", "a full wallet exists", WALLET, {"owner": "ada"}, data)
    with replay(pact) as url:
        assert Mercatrix(url).essence_coins("ada") == 120


def test_nobody_s_wallet(pact: Pact, replay: Replay) -> None:
    operation(
        pact,
        "a query for a wallet that nobody has",
        "a full wallet exists",
        WALLET,
        {"owner": "nobody"},
        {"wallet": None},
    )
    with replay(pact) as url:
        assert Mercatrix(url).essence_coins("nobody") is None


def test_purchase(pact: Pact, replay: Replay) -> None:
    bought = {
        "offer": {"id": "of-1", "sold": True},
        "wallet": {"essence_coins": match.int(80)},
        "errors": [],
    }
    (
        pact.upon_receiving("a purchase paid in essence_coins")
        .given("an offer exists", offer_id="of-1")
        .given("a full wallet exists", owner="ada")
        .with_request("POST", "/graphql")
        .with_body({"query": BUY, "variables": {"input": {"offer_id": "of-1", "buyer": "ada"}}}, JSON)
        .will_respond_with(200)
        .with_body({"data": {"buyOffer": bought}}, JSON)
    )
    with replay(pact) as url:
        assert Mercatrix(url).buy("of-1", "ada") == 80


def test_purchase_without_the_coins(pact: Pact, replay: Replay) -> None:
    refused = {"offer": None, "wallet": None, "errors": [{"field": "buyer", "message": SENTENCE}]}
    (
        pact.upon_receiving("a purchase without enough essence_coins")
        .given("an offer exists", offer_id="of-1")
        .given("an empty wallet exists", owner="ada")
        .with_request("POST", "/graphql")
        .with_body({"query": BUY, "variables": {"input": {"offer_id": "of-1", "buyer": "ada"}}}, JSON)
        .will_respond_with(200)
        .with_body({"data": {"buyOffer": refused}}, JSON)
    )
    with replay(pact) as url, pytest.raises(RefusedError) as refusal:
        Mercatrix(url).buy("of-1", "ada")
    assert refusal.value.errors == (UserError("buyer", "Why it is refused."),)


def test_sale(pact: Pact, replay: Replay) -> None:
    asked = {"essence": "bottled echo", "kind": "ECHO", "essence_coins": 25, "seller": "ada"}
    data = {"listOffer": {"offer": {"id": match.str("of-1")}, "errors": []}}
    operation(pact, "an essence put up for sale", "nothing is for sale", LIST, {"input": asked}, data)
    with replay(pact) as url:
        assert Mercatrix(url).sell("bottled echo", "ECHO", 25, "ada") == "of-1"


def test_sale_for_nothing(pact: Pact, replay: Replay) -> None:
    asked = {"essence": "bottled echo", "kind": "ECHO", "essence_coins": 0, "seller": "ada"}
    refused = [{"field": "essence_coins", "message": SENTENCE}]
    data = {"listOffer": {"offer": None, "errors": refused}}
    operation(pact, "an essence put up for sale for nothing", "nothing is for sale", LIST, {"input": asked}, data)
    with replay(pact) as url, pytest.raises(RefusedError) as refusal:
        Mercatrix(url).sell("bottled echo", "ECHO", 0, "ada")
    assert refusal.value.errors == (UserError("essence_coins", "Why it is refused."),)
