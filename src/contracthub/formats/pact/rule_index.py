"""Finds the matching rule that governs a value, while a body is walked from the root to its leaves.

The rules stand in a tree by the steps of their expressions, so that a walk costs in proportion to the body, not to body
times rules. Which rule wins follows the Pact specification (version 3, "matching rules"): exact steps weigh more than
wildcards, deeper rules more than those that reach a value only through one of its parents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracthub.formats.pact.expressions import ANY, Step, steps
from contracthub.formats.pact.model import MatchingRule

# Rules about the container itself say nothing about what stands in it.
_DO_NOT_CASCADE = frozenset({"values", "arrayContains", "eachKey", "eachValue", "notEmpty"})
# A hostile set of rules could double the branches at every level; honest ones keep one or two alive.
_MOST_BRANCHES = 16


@dataclass(slots=True)
class _Node:
    rule: MatchingRule | None = None
    children: dict[Step, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Branch:
    weight: int
    node: _Node


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands: which rules may still apply below, which one governs here."""

    branches: tuple[_Branch, ...]
    rule: MatchingRule | None
    is_inherited: bool = False

    @property
    def is_ruled(self) -> bool:
        """Whether a rule governs here, or may govern below."""
        return self.rule is not None or any(branch.node.children for branch in self.branches)

    def step(self, name: str | int) -> "Position":
        """The position one step further down."""
        if self.is_inherited and not self.branches:
            return self  # nothing can change any more; most of a body is here
        branches = sorted(self._below(name), key=lambda branch: -branch.weight)[:_MOST_BRANCHES]
        own = next((branch.node.rule for branch in branches if branch.node.rule), None)
        if own:
            return Position(tuple(branches), own)
        return Position(tuple(branches), self._inheritable(), is_inherited=True)

    def _below(self, name: str | int) -> Iterable[_Branch]:
        for branch in self.branches:
            for step, factor in ((name, 2), (ANY, 1)):
                node = branch.node.children.get(step)
                if node:
                    yield _Branch(branch.weight * factor, node)

    def _inheritable(self) -> MatchingRule | None:
        if self.rule and all(matcher.kind not in _DO_NOT_CASCADE for matcher in self.rule.matchers):
            return self.rule
        return None


def body_rules(rules: Iterable[MatchingRule]) -> Position:
    """The position at the root of a body."""
    root = _Node()
    for rule in rules:
        if rule.part == "body":
            _insert(root, rule)
    return Position((_Branch(2, root),), root.rule)


def named_rules(rules: Iterable[MatchingRule], part: str) -> dict[str, MatchingRule]:
    """The rules of headers, query or metadata by lower-case name, of status and path under the empty name."""
    return {_name(rule.expression).lower(): rule for rule in rules if rule.part == part}


def _insert(root: _Node, rule: MatchingRule) -> None:
    node = root
    for step in steps(rule.expression):
        node = node.children.setdefault(step, _Node())
    node.rule = rule


def _name(expression: str) -> str:
    """``$.expand``, ``expand[0]`` and ``expand[*]`` all mean ``expand``."""
    if expression.startswith(("$", "[")):
        path = steps(expression)
        return str(path[0]) if path else ""
    return expression.split("[", 1)[0]
