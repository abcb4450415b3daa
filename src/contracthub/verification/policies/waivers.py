"""What a team lets pass for a while: a rule for an operation, with an owner, a reason and the last day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracthub.domain.deadlines import day_in, faults_of_until, is_over

_TEXTS = ("rule", "operation", "owner", "reason", "until")
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Waiver:
    """That a rule may be broken: in one operation, or in all of them (``*``), up to and with the last day."""

    rule: str
    operation: str
    owner: str
    reason: str
    until: date

    def is_over(self, today: date) -> bool:
        """Whether its last day is past."""
        return is_over(self.until, today)

    def is_for(self, rule: str) -> bool:
        """Whether it is for this rule; ``errors.*`` is for all rules of a pack."""
        return self.rule == rule or (self.rule.endswith(".*") and rule.startswith(self.rule[:-1]))

    def covers(self, rule: str, operation: str) -> bool:
        """Whether it is for this rule in this operation."""
        return self.is_for(rule) and self.operation in (EVERYWHERE, operation)


def waivers_in(value: Any, rules: Mapping[str, Any], today: date) -> tuple[Waiver, ...]:
    """The waivers of a list of tables. Raises ValueError that says which one, and what is wrong with it.

    One that is over is none of the faults: it is told in another way.
    """
    if not isinstance(value, list):
        raise ValueError("must be a list of tables.")  # noqa: TRY004 (whoever asks wants one kind)
    return tuple(_waiver(each, number, rules, today) for number, each in enumerate(value, 1))


def _waiver(value: Any, number: int, rules: Mapping[str, Any], today: date) -> Waiver:
    given = dict(value) if isinstance(value, dict) else {}
    if isinstance(given.get("until"), date):
        # TOML has days of its own.
        given["until"] = given["until"].isoformat()[:10]
    for name in _TEXTS:
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise ValueError(f"{number}: {name} must be a text that says something.")
    more = set(given) - set(_TEXTS)
    if more:
        raise ValueError(f"{number}: there is no setting {min(more)}; known are {', '.join(_TEXTS)}.")
    packs = {f"{each.partition('.')[0]}.*" for each in rules}
    if given["rule"] not in rules and given["rule"] not in packs:
        raise ValueError(f"{number}: there is no rule {given['rule']!r}; see docs/policies.md.")
    until = day_in(given["until"])
    faults = faults_of_until(given["until"], today)
    if until is None or (faults and not is_over(until, today)):
        raise ValueError(f"{number}: until {faults[0].text}.")
    return Waiver(given["rule"], given["operation"], given["owner"], given["reason"], until)
