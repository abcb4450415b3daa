"""The schema that the tables are about, and what a case is."""

from collections.abc import Mapping
from typing import Any

SDL = """\
type Query {
  order(id: ID!): Order
  orders(first: Int = 10, state: State, where: Filter): [Order!]!
  search(text: String!): [Hit]
  node(id: ID!): Node
  rate: Float
  stamp: Date
  tags: [String!]
  grid: [[Int!]!]
  ok: Boolean!
  old: String @deprecated(reason: "Use orders.")
  on(day: Date): Boolean
  tell(text: String): Boolean
  must(be: Must!): Boolean
  pick(one: Pick!): Boolean
  nobody: Empty
}

type Mutation {
  cancel(id: ID!, why: String @deprecated(reason: "Nobody reads it.")): Order
}

type Subscription {
  changed: Order!
}

interface Node {
  id: ID!
}

interface Empty {
  id: ID!
}

type Order implements Node {
  id: ID!
  total: Float!
  count: Int!
  state: State!
  note: String
  lines: [Line!]!
  paid: Boolean!
  extra: JSON
}

type Line {
  sku: String!
  amount: Int!
}

type Customer implements Node {
  id: ID!
  name: String!
}

union Hit = Order | Customer

enum State {
  OPEN
  SENT
  LOST @deprecated(reason: "It is found again.")
}

input Filter {
  state: State
  min: Int
  ids: [ID!]
  owner: String @deprecated(reason: "All are yours.")
}

input Must {
  here: String!
}

input Pick @oneOf {
  id: ID
  name: String
}

scalar Date
scalar JSON
"""


class Case:
    """An interaction, and what is expected to be found in it."""

    def __init__(self, what: str, interaction: Mapping[str, Any], *expected: str, sdl: str = SDL) -> None:
        self.what = what
        self.interaction = interaction
        self.expected = expected
        self.sdl = sdl

    def __repr__(self) -> str:
        return self.what
