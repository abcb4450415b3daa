"""The matching rules of a request or response: what governs each value, and for which others that stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from contracthub.formats.matching.comparing import STATUS_CLASSES
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.pact.places import root_of
from contracthub.formats.pact.rule_index import Position, body_rules, named_rules
from contracthub.formats.pact.rules import matching_rules
from contracthub.formats.safe_json import JsonObject

# Under these any value of the kind does for the consumer, so that the example's own value says nothing.
_ANY_OF_KIND = frozenset({"type", "integer", "decimal", "number", "boolean", "notEmpty"})
_ANY_NUMBER = frozenset({"type", "number", "notEmpty"})
# Under these others do as well, which of them a list of values shows; nothing else does.
_ANY_THAT_FITS = frozenset({"regex", "include", "semver", "date", "time", "timestamp", "datetime"})
# Values of these containers are like the example, whatever their names are.
_BY_FIRST = frozenset({"values", "eachKey"})
_BY_TYPE = MatchingRule("body", "", "AND", (Matcher("type", {}),))
_NO_RULE = frozenset({"equality"})


@dataclass(frozen=True, slots=True)
class Governed:
    """Where a walk through a body stands, and the rule that governs there."""

    position: Position
    rule: MatchingRule | None

    @property
    def is_ruled(self) -> bool:
        """Whether a rule governs here, or may govern below."""
        return self.rule is not None or self.position.is_ruled

    def step(self, name: str | int) -> "Governed":
        """One step further down. What a container says of each of its values governs there."""
        position = self.position.step(name)
        if position.rule is not None and not position.is_inherited:
            return Governed(position, position.rule)
        inherited = self.rule if self.position.rule is None and position.rule is None else None
        return Governed(position, _of_each(self.rule) or _without_bounds(position.rule) or inherited)


@dataclass(frozen=True)
class SideRules:
    """The rules of one side."""

    raw: JsonObject

    @cached_property
    def _rules(self) -> tuple[MatchingRule, ...]:
        if not isinstance(self.raw.get("matchingRules"), dict):
            return ()
        return matching_rules(root_of(self.raw).member("matchingRules"))

    @property
    def are_there(self) -> bool:
        """Whether there are any."""
        return bool(self._rules)

    @cached_property
    def body(self) -> Governed:
        """The root of the body."""
        position = body_rules(self._rules)
        return Governed(position, position.rule)

    @cached_property
    def headers(self) -> Mapping[str, MatchingRule]:
        """Rules of headers, by their names in small letters."""
        return named_rules(self._rules, "header")

    @cached_property
    def query(self) -> Mapping[str, MatchingRule]:
        """Rules of query parameters, by their names in small letters."""
        return named_rules(self._rules, "query")

    @cached_property
    def path(self) -> MatchingRule | None:
        """The rule of the whole path."""
        return named_rules(self._rules, "path").get("")

    def statuses(self, example: int) -> frozenset[int]:
        """The statuses that the consumer takes."""
        rule = named_rules(self._rules, "status").get("")
        said = (
            next((each.facts.get("status") for each in rule.matchers if each.kind == "statusCode"), None)
            if rule
            else None
        )
        if isinstance(said, list):
            return frozenset(each for each in said if isinstance(each, int))
        return frozenset(STATUS_CLASSES.get(str(said), ())) | {example}

    def stands_for_its_kind(self, pointer: str) -> bool:
        """Whether the value at a JSON pointer into the body is an example of its kind."""
        return self._kinds_at(pointer) <= _ANY_OF_KIND

    def stands_for_another(self, pointer: str) -> bool:
        """Whether the value there is an example of others that a rule admits."""
        return self._kinds_at(pointer) <= _ANY_OF_KIND | _ANY_THAT_FITS

    def stands_for_any_number(self, pointer: str) -> bool:
        """Whether a number there stands for others, with decimals or without."""
        return self._kinds_at(pointer) <= _ANY_NUMBER

    def _kinds_at(self, pointer: str) -> frozenset[str]:
        if not self.are_there:
            return _NO_RULE
        at = self.body
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            at = at.step(int(name) if name.isdigit() else name)
        return _NO_RULE if at.rule is None else frozenset(matcher.kind for matcher in at.rule.matchers)


def _without_bounds(rule: MatchingRule | None) -> MatchingRule | None:
    """What goes down from a container to what is in it: its kind, and not how many there are."""
    if rule is None or not any({"min", "max"} & each.facts.keys() for each in rule.matchers):
        return rule
    return replace(rule, matchers=tuple(Matcher(each.kind, {}) for each in rule.matchers))


def _of_each(rule: MatchingRule | None) -> MatchingRule | None:
    """What ``eachValue`` says of the values of a container."""
    for matcher in rule.matchers if rule is not None else ():
        if matcher.kind in _BY_FIRST:
            return _BY_TYPE
        said = matcher.facts.get("rules")
        if matcher.kind != "eachValue" or not isinstance(said, list):
            continue
        facts = [each for each in said if isinstance(each, dict) and isinstance(each.get("match"), str)]
        found = tuple(
            Matcher(str(each["match"]), {name: value for name, value in each.items() if name != "match"})
            for each in facts
        )
        return MatchingRule("body", "", "AND", found) if found else None
    return None
