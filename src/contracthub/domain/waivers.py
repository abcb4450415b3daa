"""Waivers: that somebody takes it upon themselves that a verdict does not block, for a reason, until a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracthub.domain.comparisons import ContractKind, Finding
from contracthub.domain.deadlines import faults_of_until, is_over
from contracthub.domain.errors import Fault
from contracthub.domain.names import faults_of_name

# A gate never reads more; nobody oversees more.
MOST_WAIVERS = 1000
NOT_STORED = 0
"""The number of a waiver that has none yet."""
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverScope:
    """What a waiver covers; ``None`` stands for any.

    With ``rule`` (and ``path``) it covers a single change: verdicts all of whose errors are findings of that rule (and
    at that place in the data).
    """

    provider: str
    provider_version: str | None = None
    consumer: str | None = None
    consumer_version: str | None = None
    environment: str | None = None
    contract: ContractKind | None = None
    rule: str | None = None
    path: str | None = None

    def covers_pair(self, consumer: tuple[str, str | None], provider: tuple[str, str | None]) -> bool:
        """Whether a version of a consumer with a version of a provider is within it; both by name and number."""
        return (
            self.provider == provider[0]
            and self.provider_version in {None, provider[1]}
            and self.consumer in {None, consumer[0]}
            and self.consumer_version in {None, consumer[1]}
        )

    def covers_errors(self, errors: Collection[Finding]) -> bool:
        """Whether all of the errors are of the change that it is about; any are, where it is about no single one."""
        if self.rule is None:
            return True
        return bool(errors) and all(each.rule == self.rule and self.path in {None, each.path} for each in errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """That ``by`` lets what ``scope`` covers pass until the end of the day ``until`` (UTC).

    ``withdrawn_at`` and ``withdrawn_by`` are there once it was taken back; it is kept as history.
    """

    id: int
    scope: WaiverScope
    by: str
    reason: str
    until: date
    created_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def is_valid(self, today: date) -> bool:
        """Whether it holds on that day, the last day included."""
        return self.withdrawn_at is None and not is_over(self.until, today)


class WaiverState(StrEnum):
    """Whether a waiver holds: it does, its last day is over, or it was taken back."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def state_of(waiver: Waiver, today: date) -> WaiverState:
    """Whether it holds on that day."""
    if waiver.withdrawn_at is not None:
        return WaiverState.WITHDRAWN
    return WaiverState.EXPIRED if is_over(waiver.until, today) else WaiverState.VALID


_NAMES = ("provider", "providerVersion", "consumer", "consumerVersion", "environment", "rule", "path")
_TERMS = ("contract", "reason", "until", "by")
# What narrows something down says nothing without that.
_NEEDS = {"consumerVersion": "consumer", "path": "rule"}


def faults_of_waiver(fields: Mapping[str, object], today: date) -> list[Fault]:
    """What is wrong with a waiver as it is asked for; ``by`` is looked at elsewhere.

    A field that is not known is a fault: if it was to narrow the waiver down, the waiver would cover more than was
    meant. So is a waiver that covers everything of a provider at once.
    """
    known = (*_NAMES, *_TERMS)
    found = [Fault(name[:100], "is not known; a mistyped name would make the waiver wider") for name in fields]
    found = [fault for fault in found if fault.field not in known][:_MOST_FAULTS]
    for name in _NAMES:
        value = fields.get(name)
        if value is not None:
            found += faults_of_name(name, value)
        elif name == "provider":
            found.append(Fault(name, "is missing"))
    found += [
        Fault(name, f"says nothing without {other}")
        for name, other in _NEEDS.items()
        if fields.get(name) is not None and fields.get(other) is None
    ]
    if fields.get("consumer") is None and fields.get("rule") is None:
        text = "or rule is missing: a waiver for everything of a provider at once would be no gate at all"
        found.append(Fault("consumer", text))
    if fields.get("contract") is not None and fields["contract"] not in list(ContractKind):
        found.append(Fault("contract", f"must be one of: {', '.join(ContractKind)}"))
    reason = fields.get("reason")
    found += [Fault("reason", "is missing")] if reason is None else faults_of_name("reason", reason)
    return found + faults_of_until(fields.get("until"), today)


def scope_in(fields: Mapping[str, Any]) -> WaiverScope:
    """The scope in the fields of a waiver without faults."""
    contract = fields.get("contract")
    return WaiverScope(
        provider=fields["provider"],
        provider_version=fields.get("providerVersion"),
        consumer=fields.get("consumer"),
        consumer_version=fields.get("consumerVersion"),
        environment=fields.get("environment"),
        contract=ContractKind(contract) if contract is not None else None,
        rule=fields.get("rule"),
        path=fields.get("path"),
    )


def scope_fields(scope: WaiverScope) -> dict[str, str]:
    """A scope by the names under which it is told, in the order in which people say it; without what is any."""
    fields = {
        "consumer": scope.consumer,
        "consumerVersion": scope.consumer_version,
        "provider": scope.provider,
        "providerVersion": scope.provider_version,
        "environment": scope.environment,
        "contract": scope.contract.value if scope.contract else None,
        "rule": scope.rule,
        "path": scope.path,
    }
    return {name: value for name, value in fields.items() if value is not None}
