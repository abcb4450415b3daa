"""The table ``[verify.policies]`` of contracthub.toml, read and checked: what is switched on, for whom, and waived."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from contracthub.domain.webhook_secrets import is_secret_name
from contracthub.verification.policies.rules import DEFAULT_PACKS, Pack, Rule, Severity
from contracthub.verification.policies.waivers import Waiver, waivers_in

KEYS = (
    *("packs", "only", "as", "unsafe-methods", "least-severity", "most-items", "leave-out"),
    *("examples", "principals", "waivers"),
    *("errors", "pagination", "authentication", "roles", "tenants", "rate-limits", "health"),
)
_TABLES: Mapping[str, frozenset[str]] = {
    "errors": frozenset({"style", "members", "schema"}),
    "pagination": frozenset({"style", "size", "position", "items", "next", "total", "id", "most-pages"}),
    "authentication": frozenset({"expired-token", "public", "guarded"}),
    "tenants": frozenset({"owner", "other"}),
    "rate-limits": frozenset({"operation", "burst", "state", "params"}),
    "health": frozenset({"path"}),
}
_PRINCIPAL = frozenset({"headers", "role", "tenant"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_ITEMS = 500


class NotSettings(Exception):
    """The settings can't be used; the text names the setting and says what to write instead."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks: the headers that say who it is. Without any, nobody in particular."""

    name: str
    headers: tuple[tuple[str, str], ...] = ()
    role: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What is to be looked at, and how. ``secrets`` are values that no report may show."""

    packs: tuple[Pack, ...]
    only: frozenset[str] = frozenset()
    asking: str = ""
    unsafe: bool | None = None
    least: Severity = Severity.LOW
    most_items: int = MOST_ITEMS
    leave_out: frozenset[str] = frozenset()
    examples: Mapping[str, str] = field(default_factory=dict)
    principals: tuple[Principal, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    secrets: tuple[str, ...] = ()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def table(self, name: str) -> Mapping[str, Any]:
        """The settings of one pack, by their names with hyphens; empty where there are none."""
        return self.tables.get(name, _NOTHING)

    def wants(self, rule: Rule) -> bool:
        """Whether a rule is switched on: by its pack, or by its own name."""
        return rule.id in self.only if self.only else rule.pack in self.packs


def is_switched_on(table: Mapping[str, Any]) -> bool:
    """Whether anything of the suite is chosen: rule packs are there for those who want them."""
    return bool(table.get("packs") or table.get("only"))


def settings_from(table: Mapping[str, Any], rules: Mapping[str, Rule]) -> PolicySettings:
    """The settings of a table, whose own keys may be written with underscores. Raises NotSettings."""
    given = {name.replace("_", "-"): value for name, value in table.items()}
    _known(given, KEYS, "[verify.policies]")
    secrets: list[str] = []
    principals = tuple(_principals(_table(given, "principals"), secrets))
    only = _texts(given, "only")
    for each in only:
        _one_of(each, rules, "rule", "only")
    tables = {name: _own(given, name, secrets) for name in _TABLES} | {"roles": _table(given, "roles")}
    asking = given.get("as", "")
    if asking and asking not in {each.name for each in principals}:
        raise NotSettings(f"[verify.policies] as: there is no [verify.policies.principals.{asking}].")
    severity = _one_of(given.get("least-severity", "low"), [each.value for each in Severity], "severity", "it")
    return PolicySettings(
        packs=_packs(given),
        only=frozenset(only),
        asking=asking,
        unsafe=_truth(given, "unsafe-methods"),
        least=Severity(severity),
        most_items=_number(given, "most-items", MOST_ITEMS),
        leave_out=frozenset(_texts(given, "leave-out")),
        examples={name: str(value) for name, value in _table(given, "examples").items()},
        principals=principals,
        waivers=_waivers(given, rules),
        secrets=tuple(sorted(set(secrets), key=len, reverse=True)),
        tables=tables,
    )


def _packs(given: Mapping[str, Any]) -> tuple[Pack, ...]:
    names = [each for text in _texts(given, "packs") for each in text.split(",") if each.strip()]
    known = [*(each.value for each in Pack), "all", "default"]
    chosen: set[Pack] = set()
    for name in names:
        found = _one_of(name.strip(), known, "pack", "packs")
        chosen |= set(Pack) if found == "all" else set(DEFAULT_PACKS) if found == "default" else {Pack(found)}
    return tuple(each for each in Pack if each in chosen)


def _waivers(given: Mapping[str, Any], rules: Mapping[str, Rule]) -> tuple[Waiver, ...]:
    try:
        return waivers_in(given.get("waivers", []), rules, datetime.now(UTC).date())
    except ValueError as error:
        raise NotSettings(f"[[verify.policies.waivers]] {error}") from error


def _principals(table: Mapping[str, Any], secrets: list[str]) -> Iterator[Principal]:
    for name, value in table.items():
        where = f"[verify.policies.principals.{name}]"
        if not isinstance(value, dict):
            raise NotSettings(f"{where} must be a table with headers, and a role or a tenant where they matter.")
        _known(value, _PRINCIPAL, where)
        headers = value.get("headers", {})
        if not isinstance(headers, dict):
            raise NotSettings(f"{where} headers must be a table of names and values.")
        filled = tuple((each, _filled(str(text), f"{where} {each}", secrets)) for each, text in headers.items())
        for each, text in filled:
            if is_secret_name(each):
                secrets += [text, *text.split()[1:]]
        yield Principal(name, filled, str(value.get("role", "")), str(value.get("tenant", "")))


def _filled(text: str, where: str, secrets: list[str]) -> str:
    """The text with variables of the environment in their places; what they hold is secret."""

    def value(found: re.Match[str]) -> str:
        held = os.environ.get(found[1])
        if held is None:
            raise NotSettings(f"{where}: the variable {found[1]} is not set.")
        if len(held) > 3:
            secrets.append(held)
        return held

    filled = _VARIABLE.sub(value, text)
    if not filled.isprintable():
        raise NotSettings(f"{where}: holds characters that no header can have.")
    return filled


def _own(given: Mapping[str, Any], name: str, secrets: list[str]) -> Mapping[str, Any]:
    table = {key.replace("_", "-"): value for key, value in _table(given, name).items()}
    where = f"[verify.policies.{name}]"
    _known(table, _TABLES[name], where)
    token = table.get("expired-token")
    return {**table, "expired-token": _filled(str(token), f"{where} expired-token", secrets)} if token else table


def _table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise NotSettings(f"[verify.policies] {name} must be a table: [verify.policies.{name}].")
    return value


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
        raise NotSettings(f"[verify.policies] {name} must be a list of texts.")
    return tuple(listed)


def _truth(given: Mapping[str, Any], name: str) -> bool | None:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise NotSettings(f"[verify.policies] {name} must be true or false.")
    return value


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise NotSettings(f"[verify.policies] {name} must be a whole number above 0.")
    return value


def _known(given: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise NotSettings(f"{where} has no setting {name}{_meant(name, known)}")


def _one_of(value: object, known: Collection[str], kind: str, setting: str) -> str:
    if isinstance(value, str) and value in known:
        return value
    raise NotSettings(f"[verify.policies] {setting}: there is no {kind} {value!r}{_meant(str(value), known)}")


def _meant(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {close[0]}?" if close else f"; known are: {', '.join(known)}."
