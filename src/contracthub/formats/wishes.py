"""What a user may ask of a comparison, whatever the format: each takes what it knows and passes over the rest."""

from dataclasses import dataclass

STABILITY_LEVELS = ("draft", "alpha", "beta", "stable")
DESCRIPTIONS, DIRECTIVES = "descriptions", "directives"


@dataclass(frozen=True, slots=True)
class Wishes:
    """``ignored`` names what is not compared: keywords and attributes of OpenAPI; of GraphQL ``descriptions`` and
    ``directives``. ``tells_all``: bounds that harm nobody are told too.

    ``days_stable`` and ``days_beta``: how many days before its end an element of OpenAPI must be announced, 0 for no
    rule; ``least_stability``: changes of operations below it are not told.
    ``is_blunt``: GraphQL is judged exactly as graphql-inspector judges it.
    """

    ignored: tuple[str, ...] = ()
    tells_all: bool = False
    days_stable: int = 0
    days_beta: int = 0
    least_stability: str = "beta"
    is_blunt: bool = False


NO_WISHES = Wishes()
