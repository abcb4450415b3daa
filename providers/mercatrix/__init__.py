"""mercatrix: a market for essences, paid in essence coins, spoken to in GraphQL."""
