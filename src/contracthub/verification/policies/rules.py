"""What a rule is, and the catalogue of all rules. One rule is one function, which its decorator puts into it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from contracthub.verification.fuzz.wire import Call
from contracthub.verification.provider_client import ProviderAnswer

if TYPE_CHECKING:
    from contracthub.verification.policies.look import Look


class Severity(StrEnum):
    """How much harm is done where a rule is broken, the worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Pack(StrEnum):
    """Rules that are switched on together."""

    ERRORS = "errors"
    PAGINATION = "pagination"
    DEPRECATION = "deprecation"
    AUTHENTICATION = "authentication"
    ROLES = "roles"
    TENANTS = "tenants"
    HEADERS = "headers"
    HEALTH = "health"
    RATE_LIMITS = "rate-limits"


# What a provider is held against where nobody chose: these need no settings, and judge by what the document says.
DEFAULT_PACKS = (Pack.ERRORS, Pack.PAGINATION, Pack.DEPRECATION, Pack.AUTHENTICATION, Pack.RATE_LIMITS)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A request that was sent, as people name its operation, and the answer."""

    operation: str
    call: Call
    answer: ProviderAnswer


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule saw of one operation; it was kept where ``fault`` is empty.

    ``place`` tells several faults of a rule in one operation apart, and is the same in every run.
    """

    operation: str
    fault: str = ""
    place: str = ""
    call: Call | None = None
    status: int | None = None


Looking: TypeAlias = Callable[["Look"], Iterator[Observation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what is asked of a provider, why it matters, and how to mend what breaks it."""

    id: str
    pack: Pack
    severity: Severity
    title: str
    sentence: str
    mending: str
    look: Looking


_FOUND: dict[str, Rule] = {}
_MODULES: Mapping[Pack, str] = {
    Pack.ERRORS: "errors",
    Pack.PAGINATION: "pagination",
    Pack.DEPRECATION: "deprecation",
    Pack.AUTHENTICATION: "authentication",
    Pack.ROLES: "roles",
    Pack.TENANTS: "tenants",
    Pack.HEADERS: "headers",
    Pack.HEALTH: "health",
    # Last: it looks at every 429 of the run, and a provider state may empty the provider.
    Pack.RATE_LIMITS: "rate_limits",
}


def rule(id: str, severity: Severity, *, title: str, sentence: str, mending: str) -> Callable[[Looking], Looking]:  # noqa: A002 (what it is called everywhere)
    """Puts a function into the catalogue as the rule ``pack.name``."""

    def put(look: Looking) -> Looking:
        pack = Pack(id.partition(".")[0])
        assert id not in _FOUND, id
        _FOUND[id] = Rule(id, pack, severity, title, sentence, mending, look)
        return look

    return put


def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the packs."""
    for module in _MODULES.values():
        import_module(f"contracthub.verification.policies.{module}")
    order = list(Pack)
    return dict(sorted(_FOUND.items(), key=lambda each: order.index(each[1].pack)))


def held(by: Exchanged) -> Observation:
    """The rule was kept in this exchange."""
    return Observation(by.operation, call=by.call, status=by.answer.status)


def broken(by: Exchanged, fault: str, *, place: str = "") -> Observation:
    """The rule was broken, as this exchange shows."""
    return Observation(by.operation, fault, place, by.call, by.answer.status)


def judged(by: Exchanged, fault: str, *, place: str = "") -> Observation:
    """The rule was broken where there is a fault, else it was kept."""
    return broken(by, fault, place=place) if fault else held(by)
