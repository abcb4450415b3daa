"""The provider states of mercatrix: what each puts into the market."""

from collections.abc import Mapping

from pydantic import JsonValue

from providers.mercatrix.market import Market, Offer, Wallet
from providers.provider_states import StateHandler, text_param

PRICE = 40


def states_of(market: Market) -> dict[str, StateHandler]:
    """Every state by name. Parameters: offer_id (default of-1) and owner (default ada)."""

    def nothing_is_for_sale(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        market.clear()
        return {}

    def an_offer_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        offer_id = text_param(params, "offer_id", "of-1")
        market.put_offer(Offer(offer_id, "distilled dusk", "CALM", PRICE, "bram"))
        return {"offer_id": offer_id}

    def offers_of_two_kinds_exist(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        market.put_offer(Offer("of-2", "caged thunder", "VIGOUR", 3 * PRICE, "bram"))
        return an_offer_exists(params)

    def wallet_with(coins: int) -> StateHandler:
        def wallet_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            owner = text_param(params, "owner", "ada")
            market.put_wallet(Wallet(owner, coins))
            return {"owner": owner}

        return wallet_exists

    return {
        "nothing is for sale": nothing_is_for_sale,
        "an offer exists": an_offer_exists,
        "offers of two kinds exist": offers_of_two_kinds_exist,
        "a full wallet exists": wallet_with(3 * PRICE),
        "an empty wallet exists": wallet_with(0),
    }
