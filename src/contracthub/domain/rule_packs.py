"""Rule packs that a workspace or a provider switches on, as the hub keeps them: what ``[verify.policies]`` may say.

What belongs to whoever runs a verification is not kept: principals and their credentials, files, variables of the
environment, and whether unsafe methods may be used.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Fault

PACKS = (
    *("errors", "pagination", "deprecation", "authentication", "roles", "tenants"),
    *("headers", "health", "rate-limits"),
)
SETS = ("default", "all")
SEVERITIES = ("high", "medium", "low")
TABLES: Mapping[str, frozenset[str]] = {
    "errors": frozenset({"style", "members", "schema"}),
    "pagination": frozenset({"style", "size", "position", "items", "next", "total", "id", "most-pages"}),
    "authentication": frozenset({"public", "guarded"}),
    "tenants": frozenset({"owner", "other"}),
    "rate-limits": frozenset({"operation", "burst", "state", "params"}),
    "health": frozenset({"path"}),
}
"""The settings of each pack that are kept; roles has a row for each operation."""
KEYS = ("packs", "only", "least-severity", "most-items", "leave-out", "examples", "waivers", "roles", *TABLES)
MOST_ENTRIES = 200
LONGEST_TEXT = 500
MOST_ITEMS = 10_000
# So far every reader of JSON agrees (RFC 8259 §6).
_LARGEST_NUMBER = 2**53 - 1
_WAIVER = ("rule", "operation", "owner", "reason", "until")
_RULE = re.compile(r"([a-z-]+)\.([a-z0-9-]+|\*)")
_OF_THE_RUN = "belongs to whoever runs a verification: say it in contracthub.toml"
_NOT_KEPT = frozenset({"principals", "as", "unsafe-methods"})


@dataclass(frozen=True, slots=True)
class RulePacks:
    """What was said, and when last."""

    settings: Mapping[str, Any]
    updated_at: datetime


def faults_of_settings(settings: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that keeps settings from being kept. What rules there are, only a verifier knows."""
    for name, value in settings.items():
        pointer = f"/{_token(name)}"
        if name in _NOT_KEPT:
            yield Fault(name, _OF_THE_RUN, pointer)
        elif name not in KEYS:
            yield Fault(name[:100], f"is not known; there are {', '.join(KEYS)}", pointer)
        else:
            yield from _CHECKS.get(name, _of_table)(name, value, pointer)
    yield from _too_long(settings, "", "")


def _of_packs(name: str, value: object, pointer: str) -> Iterator[Fault]:
    for at, each in _listed(value):
        if each not in (*PACKS, *SETS):
            yield Fault(name, f"must be of {', '.join((*SETS, *PACKS))}", f"{pointer}/{at}" if at >= 0 else pointer)


def _of_rules(name: str, value: object, pointer: str) -> Iterator[Fault]:
    for at, each in _listed(value):
        if not _is_rule(each):
            yield Fault(name, "must be names of rules such as errors.style", f"{pointer}/{at}" if at >= 0 else pointer)


def _of_texts(name: str, value: object, pointer: str) -> Iterator[Fault]:
    for at, each in _listed(value):
        if not isinstance(each, str) or not each.strip():
            yield Fault(name, "must be a list of texts", f"{pointer}/{at}" if at >= 0 else pointer)


def _of_severity(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if value not in SEVERITIES:
        yield Fault(name, f"must be one of {', '.join(SEVERITIES)}", pointer)


def _of_number(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_ITEMS:
        yield Fault(name, f"must be a whole number from 1 to {MOST_ITEMS:,}", pointer)


def _of_examples(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str | int | float) for each in value.values()):
        yield Fault(name, "must be an object with a text or a number for each parameter", pointer)


def _of_roles(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(name, "must be an object with a list of roles for each operation", pointer)
        return
    for operation, roles in value.items():
        if not isinstance(roles, list) or not all(isinstance(each, str) for each in roles):
            yield Fault(name, "must have a list of roles for each operation", f"{pointer}/{_token(operation)}")


def _of_table(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(name, f"must be an object with {', '.join(sorted(TABLES[name]))}", pointer)
        return
    for each in value:
        if name == "authentication" and each == "expired-token":
            yield Fault(f"{name}.{each}", _OF_THE_RUN, f"{pointer}/{each}")
        elif each not in TABLES[name]:
            known = ", ".join(sorted(TABLES[name]))
            yield Fault(f"{name}.{each[:100]}", f"is not known; there are {known}", f"{pointer}/{_token(each)}")
    schema = value.get("schema")
    if name == "errors" and schema is not None and not str(schema).startswith("#/"):
        text = "must be a place in the provider's document (#/components/schemas/Error): files are not kept here"
        yield Fault("errors.schema", text, f"{pointer}/schema")


def _of_waivers(name: str, value: object, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        yield Fault(name, f"must be a list of at most {MOST_ENTRIES} objects with {', '.join(_WAIVER)}", pointer)
        return
    for at, each in enumerate(value):
        here = f"{pointer}/{at}"
        if not isinstance(each, Mapping) or set(each) != set(_WAIVER):
            yield Fault(name, f"must have {', '.join(_WAIVER)}, and nothing else", here)
            continue
        for key in _WAIVER:
            if not isinstance(each[key], str) or not each[key].strip():
                yield Fault(f"{name}.{key}", "must be a text that says something", f"{here}/{key}")
        if isinstance(each["until"], str) and day_in(each["until"]) is None:
            yield Fault(f"{name}.until", "must be a day written as 2027-01-31", f"{here}/until")
        if isinstance(each["rule"], str) and not _is_rule(each["rule"]):
            yield Fault(f"{name}.rule", "must be a rule such as errors.style, or errors.*", f"{here}/rule")


def _is_rule(value: object) -> bool:
    found = _RULE.fullmatch(value) if isinstance(value, str) else None
    return found is not None and found[1] in PACKS


def _listed(value: object) -> Iterator[tuple[int, object]]:
    """The items with their places; -1 and nothing for what is no list, or too long a one."""
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        yield -1, None
        return
    yield from enumerate(value)


def _too_long(value: object, field: str, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str):
        yield from _of_text(value, field, pointer)
    elif isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
        yield Fault(field, f"is a number beyond {_LARGEST_NUMBER:,}", pointer)
    elif isinstance(value, Mapping):
        if len(value) > MOST_ENTRIES:
            yield Fault(field, f"has more than {MOST_ENTRIES} entries", pointer)
            return
        for name, each in value.items():
            yield from _of_text(name, field, pointer)
            yield from _too_long(each, f"{field}.{name[:100]}".lstrip("."), f"{pointer}/{_token(name)}")
    elif isinstance(value, list):
        for at, each in enumerate(value[: MOST_ENTRIES + 1]):
            yield from _too_long(each, field, f"{pointer}/{at}")


def _of_text(value: str, field: str, pointer: str) -> Iterator[Fault]:
    if len(value) > LONGEST_TEXT:
        yield Fault(field, f"is longer than {LONGEST_TEXT} characters", pointer)
    elif not value.isprintable():
        yield Fault(field, "has characters in it that nobody can see", pointer)
    elif "${" in value:
        yield Fault(field, f"has a variable in it, which {_OF_THE_RUN}", pointer)


def _token(name: str) -> str:
    return name[:100].replace("~", "~0").replace("/", "~1")


_CHECKS: Mapping[str, Callable[[str, object, str], Iterator[Fault]]] = {
    "packs": _of_packs,
    "only": _of_rules,
    "least-severity": _of_severity,
    "most-items": _of_number,
    "leave-out": _of_texts,
    "examples": _of_examples,
    "waivers": _of_waivers,
    "roles": _of_roles,
}
