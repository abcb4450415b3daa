"""The GraphQL schema of mercatrix, what answers each of its fields, and where its breaks change it."""

from collections.abc import Callable
from typing import Any, Final, cast

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
)

from providers.mercatrix import breaks as named
from providers.mercatrix.market import Listing, Market, Offer, Purchase, Wallet

MOST_OFFERS: Final = 100

SDL: Final = '''
"""What an essence is good for."""
enum Kind {
  CALM
  ECHO
  VIGOUR
}

"""An essence for sale."""
type Offer {
  id: ID!
  essence: String!
  kind: Kind!
  "Its price."
  essence_coins: Int!
  seller: String!
  "What is told of the essence."
  lore: String!
  sold: Boolean!
}

"""What somebody has to spend."""
type Wallet {
  owner: ID!
  essence_coins: Int!
}

"""What a caller has to mend."""
type UserError {
  "The input field that is at fault."
  field: String!
  message: String!
}

input BuyOfferInput {
  offer_id: ID!
  "Whose wallet pays."
  buyer: ID!
}

"""Either an offer and the wallet that paid for it, or errors."""
type BuyOfferPayload {
  offer: Offer
  wallet: Wallet
  errors: [UserError!]!
}

input ListOfferInput {
  essence: String!
  kind: Kind!
  essence_coins: Int!
  seller: String!
}

"""Either an offer or errors."""
type ListOfferPayload {
  offer: Offer
  errors: [UserError!]!
}

type Query {
  "What is for sale, in the order in which it was put up; at most 100."
  offers(first: Int! = 20, kind: Kind): [Offer!]!
  offer(id: ID!): Offer
  wallet(owner: ID!): Wallet
}

type Mutation {
  buyOffer(input: BuyOfferInput!): BuyOfferPayload!
  listOffer(input: ListOfferInput!): ListOfferPayload!
}
'''


class Root:
    """What the fields of Query and Mutation ask; graphql-core calls a method of the field's name."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def offers(self, _: object, first: int, kind: str | None = None) -> list[Offer]:
        """Query.offers."""
        return self._market.offers(max(0, min(first, MOST_OFFERS)), kind)

    def offer(self, _: object, id: str) -> Offer | None:  # noqa: A002 (the argument's name in the schema)
        """Query.offer."""
        return self._market.offer(id)

    def wallet(self, _: object, owner: str) -> Wallet | None:
        """Query.wallet."""
        return self._market.wallet(owner)

    def buyOffer(self, _: object, input: dict[str, Any]) -> Purchase:  # noqa: A002, N802 (names of the schema)
        """Mutation.buyOffer."""
        return self._market.buy(input["offer_id"], input["buyer"])

    def listOffer(self, _: object, input: dict[str, Any]) -> Listing:  # noqa: A002, N802 (names of the schema)
        """Mutation.listOffer."""
        return self._market.list_offer(input["essence"], input["kind"], input["essence_coins"], input["seller"])


def schema_with(breaks: frozenset[str]) -> GraphQLSchema:
    """The schema as a developer who made these changes would have left it."""
    schema = build_schema(SDL)
    for name in sorted(breaks & set(_CHANGES)):
        _CHANGES[name](schema)
    return schema


def _fields(schema: GraphQLSchema, name: str) -> dict[str, GraphQLField]:
    fields: dict[str, GraphQLField] = cast("GraphQLObjectType", schema.type_map[name]).fields
    return fields


def _rename_essence_coins(schema: GraphQLSchema) -> None:
    wallet = _fields(schema, "Wallet")
    wallet["coins"] = wallet.pop("essence_coins")


def _turn_coins_into_text(schema: GraphQLSchema) -> None:
    _fields(schema, "Wallet")["essence_coins"].type = GraphQLNonNull(GraphQLString)


def _require_kind(schema: GraphQLSchema) -> None:
    arguments = _fields(schema, "Query")["offers"].args
    arguments["kind"] = GraphQLArgument(GraphQLNonNull(cast("Any", arguments["kind"].type)))


def _let_field_be_null(schema: GraphQLSchema) -> None:
    _fields(schema, "UserError")["field"].type = GraphQLString


def _drop_lore(schema: GraphQLSchema) -> None:
    del _fields(schema, "Offer")["lore"]


def _add_seal(schema: GraphQLSchema) -> None:
    _fields(schema, "Offer")["seal"] = GraphQLField(GraphQLNonNull(GraphQLString))


_CHANGES: Final[dict[str, Callable[[GraphQLSchema], None]]] = {
    named.RENAMES_ESSENCE_COINS: _rename_essence_coins,
    named.TURNS_COINS_INTO_TEXT: _turn_coins_into_text,
    named.REQUIRES_KIND: _require_kind,
    named.ERRORS_WITHOUT_FIELD: _let_field_be_null,
    named.DROPS_UNREAD_FIELD: _drop_lore,
    named.ADDS_FIELD: _add_seal,
}
