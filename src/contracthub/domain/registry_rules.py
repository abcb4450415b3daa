"""Whether a rule set is one. Rules run in clients; a registry stores them (schema-registry-api §4)."""

from typing import Any

from contracthub.domain.registry import Json
from contracthub.domain.registry_errors import invalid_rule_set

_LISTS = ("domainRules", "migrationRules", "encodingRules")
_KINDS = frozenset({"CONDITION", "TRANSFORM"})
_MODES = frozenset({"WRITE", "READ", "WRITEREAD", "UPGRADE", "DOWNGRADE", "UPDOWN"})


def check_rules(rule_set: Json | None) -> None:
    """Raises ``RegistryRefusal`` 42210 for rules without a name or with one twice, of an unknown kind or mode."""
    for key in _LISTS:
        rules = (rule_set or {}).get(key) or []
        if not isinstance(rules, list):
            raise invalid_rule_set(f"Invalid rule set: {key} must be a list of rules.")
        seen: set[str] = set()
        for rule in rules:
            name = _name_of(key, rule)
            if name in seen:
                raise invalid_rule_set(f"Invalid rule set: {key} has two rules named {name[:200]!r}; rename one.")
            seen.add(name)
            _check_choice(key, name, rule, "kind", _KINDS)
            _check_choice(key, name, rule, "mode", _MODES)


def _name_of(key: str, rule: Any) -> str:
    name = rule.get("name") if isinstance(rule, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise invalid_rule_set(f"Invalid rule set: each rule in {key} is an object with a name.")
    return name


def _check_choice(key: str, name: str, rule: Json, field: str, choices: frozenset[str]) -> None:
    value = rule.get(field)
    if value is not None and (not isinstance(value, str) or value not in choices):
        told = f"Invalid rule set: the {field} of {name[:200]!r} in {key} must be one of {', '.join(sorted(choices))}."
        raise invalid_rule_set(told)
