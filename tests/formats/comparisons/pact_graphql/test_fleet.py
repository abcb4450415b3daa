"""The pact of distilera_market, held against the schema that mercatrix is run with, and against changed ones."""

from pathlib import Path

import pytest

from contracthub.domain.comparisons import Finding
from contracthub.formats.comparisons.pact_graphql.comparing import compare_interaction, compile_schema, is_graphql
from contracthub.formats.comparisons.pact_openapi.pact_file import read_pact
from tests.formats.comparisons.pact_graphql.pairs import errors_of

_ROOT = Path(__file__).parents[4]
_PACT = (_ROOT / "pacts" / "distilera_market-mercatrix.json").read_bytes()
_SDL = (_ROOT / "specs" / "mercatrix.graphql").read_text()
_VARIABLE = "graphql.variable.incompatible"


def _compared(sdl: str) -> list[Finding]:
    schema = compile_schema(sdl, document="mercatrix")
    return [finding for each in read_pact(_PACT) for finding in compare_interaction(each, schema)]


def test_all_of_it_is_graphql_and_fits() -> None:
    assert all(is_graphql(each) for each in read_pact(_PACT))
    assert _compared(_SDL) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("essence_coins: Int!", "gold: Int!", "graphql.field.unknown"),
        ("  sold: Boolean!\n", "", "graphql.field.unknown"),
        ("  buyer: ID!\n", "  buyer: ID!\n  coupon: String!\n", "graphql.variable.missing"),
        ("  buyer: ID!\n", "  payer: ID\n", "graphql.variable.incompatible"),
        ("  essence_coins: Int!\n  seller: String!\n}", "  essence_coins: ID!\n  seller: Int!\n}", _VARIABLE),
        ("  wallet: Wallet\n", "  wallet: Wallet!\n", "graphql.response.null"),
        ("  field: String!\n", "  field: Int!\n", "graphql.response.type"),
        ("kind: Kind): [Offer!]!\n", "kind: Kind): Offer\n", "graphql.response.type"),
        ("offers(first: Int! = 20", "offers(first: String!", "graphql.value.incompatible"),
        ("  ECHO\n", "", "graphql.variable.incompatible"),
    ],
)
def test_changes_of_what_is_read_or_sent_do_not(old: str, new: str, rule: str) -> None:
    changed = _SDL.replace(old, new)
    assert changed != _SDL
    assert rule in {each.rule for each in errors_of(_compared(changed))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  lore: String!\n", ""),
        ("  offer(id: ID!): Offer\n", ""),
        ("kind: Kind)", "kind: Kind, last: Int)"),
        ("  buyer: ID!\n", "  buyer: ID!\n  coupon: String\n"),
        ("  VIGOUR\n", "  VIGOUR\n  RAGE\n"),
        ("  sold: Boolean!\n", '  sold: Boolean! @deprecated(reason: "none")\n'),
        ("  sold: Boolean!\n", "  sold: Boolean\n"),
    ],
)
def test_changes_of_what_nobody_reads_or_that_take_more_fit(old: str, new: str) -> None:
    changed = _SDL.replace(old, new)
    assert changed != _SDL
    assert errors_of(_compared(changed)) == []
