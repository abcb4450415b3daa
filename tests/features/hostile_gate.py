"""What the API knows of waivers, gate policies and rule packs, in a good form: the fields of ``hostile.Call``."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.features.given import Given

WAIVERS, POLICIES, PACKS = "/api/v1/waivers", "/api/v1/gate-policies", "/api/v1/rule-packs"
Fields = tuple[Any, ...]


def waiver(terms: Mapping[str, Any]) -> dict[str, Any]:
    """A good body for a waiver, on the terms of an approval."""
    scope = {"provider": "Bar", "consumer": "Foo", "consumerVersion": "1", "environment": "test", "contract": "pact"}
    return scope | {name: terms[name] for name in ("reason", "until", "by", "rule")} | {"path": "$.a"}


def policy() -> dict[str, Any]:
    """A good body for a gate policy."""
    return {"accepts": [{"evidence": ["replayed"]}, {"evidence": ["compared", "fuzzed"], "within": "14d"}]}


def packs() -> dict[str, Any]:
    """A good body for rule packs."""
    waived = {"rule": "errors.*", "operation": "GET /", "owner": "ada", "reason": "later", "until": "2030-01-31"}
    return {"packs": ["default"], "errors": {"style": "problem"}, "roles": {"*": ["clerk"]}, "waivers": [waived]}


def history(given: Given, terms: Mapping[str, Any]) -> int:
    """Set gate policies and give a waiver, and return its number."""
    for each in (POLICIES, POLICIES + "/test"):
        given.call("PUT", each, policy())
    for each in (PACKS, PACKS + "/Bar"):
        given.call("PUT", each, packs())
    number = given.call("POST", WAIVERS, waiver(terms))["number"]
    assert isinstance(number, int)
    return number


def writes(terms: Mapping[str, Any]) -> Iterator[Fields]:
    """Those with a body."""
    yield ("waive", "POST", WAIVERS, (), waiver(terms), "application/json", True)
    yield ("default gate policy", "PUT", POLICIES, (), policy(), "application/json", True)
    yield ("gate policy", "PUT", POLICIES + "/{}", ("test",), policy(), "application/json", True)
    yield ("rule packs", "PUT", PACKS, (), packs(), "application/json", True)
    yield ("rule packs of a provider", "PUT", PACKS + "/{}", ("Bar",), packs(), "application/json", True)


def reads(number: int) -> Iterator[Fields]:
    """Those that change nothing."""
    yield ("waivers", "GET", WAIVERS + "?provider={}&state=valid", ("Bar",))
    yield ("waiver", "GET", WAIVERS + "/{}", (str(number),))
    yield ("default gate policy", "GET", POLICIES)
    yield ("coverage", "GET", "/api/v1/providers/{}/coverage", ("Bar",))
    yield ("gate policy", "GET", POLICIES + "/{}", ("test",))
    yield ("rule packs", "GET", PACKS)
    yield ("rule packs of a provider", "GET", PACKS + "/{}", ("Bar",))


def removals(number: int) -> Iterator[Fields]:
    """Those that take something away, in an order in which each finds something."""
    yield ("waiver", "DELETE", WAIVERS + "/{}", (str(number),))
    yield ("gate policy", "DELETE", POLICIES + "/{}", ("test",))
    yield ("default gate policy", "DELETE", POLICIES)
    yield ("rule packs of a provider", "DELETE", PACKS + "/{}", ("Bar",))
    yield ("rule packs", "DELETE", PACKS)
