"""What distilera_market asks of mercatrix, and the parts of the answers that it uses. No other field is asked for."""

from dataclasses import dataclass
from typing import Any, Final

from consumers.http_json import exchange, expect

OFFERS: Final = """
query Offers {
  offers(first: 10) {
    id
    essence
    kind
    essence_coins
  }
}
""".strip()
WALLET: Final = """
query Wallet($owner: ID!) {
  wallet(owner: $owner) {
    essence_coins
  }
}
""".strip()
BUY: Final = """
mutation BuyOffer($input: BuyOfferInput!) {
  buyOffer(input: $input) {
    offer {
      id
      sold
    }
    wallet {
      essence_coins
    }
    errors {
      field
      message
    }
  }
}
""".strip()
LIST: Final = """
mutation ListOffer($input: ListOfferInput!) {
  listOffer(input: $input) {
    offer {
      id
    }
    errors {
      field
      message
    }
  }
}
""".strip()


class NotAnsweredError(Exception):
    """mercatrix did not run the operation, and said why."""


@dataclass(frozen=True, slots=True)
class UserError:
    """What a customer has to mend: the field on the screen and the sentence beside it."""

    field: str
    message: str


class RefusedError(Exception):
    """mercatrix ran the mutation and refused what it asks for."""

    def __init__(self, errors: tuple[UserError, ...]) -> None:
        super().__init__("; ".join(each.message for each in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer on the stall."""

    id: str
    essence: str
    kind: str
    essence_coins: int


class Mercatrix:
    """mercatrix as the stall sees it."""

    def __init__(self, base_url: str) -> None:
        self._url = f"{base_url}/graphql"

    def offers(self) -> tuple[Offer, ...]:
        """What the stall shows first."""
        return tuple(Offer(**each) for each in self._run(OFFERS, {})["offers"])

    def essence_coins(self, owner: str) -> int | None:
        """What a customer has to spend; None without a wallet."""
        wallet = self._run(WALLET, {"owner": owner})["wallet"]
        return None if wallet is None else int(wallet["essence_coins"])

    def buy(self, offer_id: str, buyer: str) -> int:
        """Buy an offer and return what is left in the wallet; raises RefusedError."""
        answer = self._run(BUY, {"input": {"offer_id": offer_id, "buyer": buyer}})["buyOffer"]
        return int(_accepted(answer)["wallet"]["essence_coins"])

    def sell(self, essence: str, kind: str, essence_coins: int, seller: str) -> str:
        """Put an essence up for sale and return the id of the offer; raises RefusedError."""
        asked = {"essence": essence, "kind": kind, "essence_coins": essence_coins, "seller": seller}
        return str(_accepted(self._run(LIST, {"input": asked})["listOffer"])["offer"]["id"])

    def _run(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = expect(exchange("POST", self._url, body={"query": query, "variables": variables}), 200).body
        if body.get("errors"):
            raise NotAnsweredError("; ".join(each["message"] for each in body["errors"]))
        data: dict[str, Any] = body["data"]
        return data


def _accepted(payload: dict[str, Any]) -> dict[str, Any]:
    if payload["errors"]:
        raise RefusedError(tuple(UserError(each["field"], each["message"]) for each in payload["errors"]))
    return payload
