"""Matchers as they stand in a contract: those of pact-python become the JSON that it writes into pacts."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from contracthub.formats.safe_json import JsonObject, JsonValue

_DEEPEST = 100


@runtime_checkable
class Matcher(Protocol):
    """What pact-python's matchers and generators have; Pact itself need not be installed."""

    def to_integration_json(self) -> Mapping[str, object]:
        """The matcher with its example, as pacts embed it."""


def plain(value: object, depth: int = 0) -> JsonValue:
    """The value as JSON, matchers written out. Raises TypeError for what JSON can't hold.

    >>> plain({"ids": (1, 2)})
    {'ids': [1, 2]}
    """
    if depth > _DEEPEST:
        raise TypeError(f"A contract can't be deeper than {_DEEPEST} levels.")
    if isinstance(value, Matcher):
        # A bound that is not set is no bound.
        written = {name: each for name, each in value.to_integration_json().items() if not _is_unset(name, each)}
        return plain(written, depth)
    if isinstance(value, Mapping):
        return {_name(name): plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, depth + 1) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON; give a text, a number, a list or a mapping.")


def plain_object(value: Mapping[str, object]) -> JsonObject:
    """The members as JSON."""
    return {name: plain(each, 1) for name, each in value.items()}


def _is_unset(name: str, value: object) -> bool:
    return value is None and name in ("min", "max")


def _name(name: object) -> str:
    if isinstance(name, str):
        return name
    raise TypeError(f"{name!r} is no name of a member; JSON knows texts alone.")
