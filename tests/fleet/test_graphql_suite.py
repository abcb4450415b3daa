"""The suite graphql against mercatrix: unbroken it passes, and each break is found and its field is named."""

import time
from collections.abc import Sequence

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.graphql.suite import run
from contracthub.verification.suites import Target, Unwatched
from providers.mercatrix.breaks import BREAKS
from tests.fleet.running import PACTS, ROOT, StartProvider

SDL = str(ROOT / "specs" / "mercatrix.graphql")
BOUGHT = "a purchase paid in essence_coins"
REFUSED = "a purchase without enough essence_coins"
NOT_LISTED = "an essence put up for sale for nothing"

# break, what of it is named where, and the interactions that it fails
FOUND = {
    "renames-essence-coins": (
        "Wallet.essence_coins",
        "Cannot query field 'essence_coins' on type 'Wallet'.",
        {
            BOUGHT,
            REFUSED,
            "a query for a wallet that nobody has",
            "a query for the essence_coins of a wallet",
        },
    ),
    "turns-coins-into-text": (
        "$.data.wallet.essence_coins",
        'Wallet.essence_coins (data.wallet.essence_coins) is "120", no integer',
        {BOUGHT, "a query for the essence_coins of a wallet"},
    ),
    "requires-kind": (
        "Query.offers",
        "Argument 'Query.offers(kind:)' of type 'Kind!' is required",
        {"a query for the offers", "a query for the offers when there are none"},
    ),
    "errors-without-field": (
        "$.data.buyOffer.errors[0].field",
        'UserError.field (data.buyOffer.errors[0].field) is null, not "buyer"',
        {REFUSED, NOT_LISTED},
    ),
    "forgets-errors": (
        "$.data.buyOffer.errors",
        "BuyOfferPayload.errors (data.buyOffer.errors) has 0 items, not 1",
        {REFUSED},
    ),
}
HARMLESS = {"drops-unread-field", "adds-field"}


def checked(url: str, sdl: str | None = None) -> SuiteRun:
    target = Target(
        provider="mercatrix",
        base_url=url,
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        sdl=sdl,
        pacts=tuple(map(str, PACTS["mercatrix"])),
    )
    return run(target, Unwatched(), time.monotonic() + 60)


def failed(checks: Sequence[Check]) -> list[Check]:
    return [each for each in checks if each.status is CheckStatus.FAILED]


def test_every_break_is_looked_at() -> None:
    assert {each.name for each in BREAKS} == FOUND.keys() | HARMLESS


def test_the_unbroken_provider_passes_every_time(start_provider: StartProvider) -> None:
    url = start_provider("mercatrix")
    runs = [checked(url, SDL) for _ in range(20)]
    assert {each.status for found in runs for each in found.checks} == {CheckStatus.PASSED}
    assert {(len(found.checks), found.problems) for found in runs} == {(9, ())}


@pytest.mark.parametrize("name", FOUND)
def test_a_break_is_found_and_its_field_is_named(name: str, start_provider: StartProvider) -> None:
    location, text, names = FOUND[name]
    found = failed(checked(start_provider("mercatrix", name)).checks)
    assert {each.name for each in found} == names
    told = {(each.location, each.text) for check in found for each in check.mismatches}
    assert [each for each in told if each[0] == location and each[1].startswith(text)]
    assert all(check.error for check in found)


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_nobody_reads_hurts_nobody(name: str, start_provider: StartProvider) -> None:
    assert failed(checked(start_provider("mercatrix", name)).checks) == []


def test_a_schema_that_the_running_provider_does_not_keep_is_told(start_provider: StartProvider) -> None:
    (drift,) = failed(checked(start_provider("mercatrix", "drops-unread-field"), SDL).checks)
    assert [each.location for each in drift.mismatches] == ["Offer.lore"]
    assert "Offer.lore" in drift.error


def test_what_a_running_provider_offers_beyond_its_schema_is_a_note(start_provider: StartProvider) -> None:
    drift = checked(start_provider("mercatrix", "adds-field"), SDL).checks[0]
    assert (drift.status, [each for each in drift.notes if "Offer.seal" in each]) == (
        CheckStatus.PASSED,
        list(drift.notes),
    )
