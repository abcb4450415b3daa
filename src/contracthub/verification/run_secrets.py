"""Keeps credentials out of evidence: a provider may send back what it was let in with."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from contracthub.domain.verification_runs import RunReport, run_from_document
from contracthub.domain.webhook_secrets import STARS, is_secret_name

# Shorter values would blot out ordinary words, and protect nothing.
_SHORTEST = 6
# What is no free text: a secret that happens to be one of these words is not told by it.
_FIXED = frozenset({"status", "suite", "publication", "outcome", "startedAt"})


def secrets_in(headers: Iterable[tuple[str, str]], *others: str | None) -> tuple[str, ...]:
    """The secret values among headers, with and without their scheme (``Bearer``), and the others; longest first."""
    values = [value for name, value in headers if is_secret_name(name)]
    values += [value.split()[-1] for value in values if value.split()]
    found = {value for value in (*values, *others) if value and len(value) >= _SHORTEST}
    # A value in a text that is JSON itself has its quotation marks escaped.
    found |= {json.dumps(value)[1:-1] for value in found}
    return tuple(sorted(found, key=len, reverse=True))


def without_secrets(report: RunReport, secrets: Iterable[str]) -> RunReport:
    """The report with stars in the place of each secret, in whatever text it stands."""
    known = tuple(secrets)
    return run_from_document(_clean(json.loads(report.to_json()), known)) if known else report


def _clean(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, STARS)
        return value
    if isinstance(value, Mapping):
        return {name: member if name in _FIXED else _clean(member, secrets) for name, member in value.items()}
    return [_clean(each, secrets) for each in value] if isinstance(value, list) else value
