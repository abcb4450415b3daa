"""The ways in which mercatrix can misbehave. Those of its schema take effect in schema.py, the others in market.py."""

from typing import Final

from providers.breaking import Break

SCHEMA: Final = "mercatrix.graphql"

RENAMES_ESSENCE_COINS: Final = "renames-essence-coins"
TURNS_COINS_INTO_TEXT: Final = "turns-coins-into-text"
REQUIRES_KIND: Final = "requires-kind"
ERRORS_WITHOUT_FIELD: Final = "errors-without-field"
FORGETS_ERRORS: Final = "forgets-errors"
DROPS_UNREAD_FIELD: Final = "drops-unread-field"
ADDS_FIELD: Final = "adds-field"

BREAKS: Final = (
    Break(RENAMES_ESSENCE_COINS, "The field essence_coins of a wallet is now called coins.", changes=(SCHEMA,)),
    Break(TURNS_COINS_INTO_TEXT, "essence_coins of a wallet is a string, no longer a number.", changes=(SCHEMA,)),
    Break(REQUIRES_KIND, "Offers can't be listed any more without naming their kind.", changes=(SCHEMA,)),
    Break(ERRORS_WITHOUT_FIELD, "An error says what is wrong, but its field is null.", changes=(SCHEMA,)),
    Break(FORGETS_ERRORS, "A purchase that is refused answers with no offer and no errors."),
    Break(DROPS_UNREAD_FIELD, "The field lore of an offer is gone; no consumer reads it.", changes=(SCHEMA,)),
    Break(ADDS_FIELD, "An offer has a new field seal; nobody is hurt.", changes=(SCHEMA,)),
)
