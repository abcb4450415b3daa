"""Frozen dataclasses as JSON values and back, led by their type hints: every fault is named by its JSON pointer.

Names are those of the dataclass in camel case. What has its default is left out; what is not known is passed over, so
that an older reader understands a newer writer.
"""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from contracthub.domain.errors import Fault

T = TypeVar("T")

MOST_FAULTS = 20
LARGEST_INTEGER = 2**63 - 1


class NotOfType(Exception):
    """A value is not of the type that was asked for; ``faults`` say where and why, at most twenty."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer or '/'} {fault.text}" for fault in faults))
        self.faults = tuple(faults)


def as_json(value: object) -> Any:
    """The value as JSON has it. Raises TypeError for what JSON can't hold."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        members = ((each, getattr(value, each.name)) for each in fields(value))
        return {camel(each.name): as_json(member) for each, member in members if not _is_default(each, member)}
    if isinstance(value, Mapping):
        return {str(name): as_json(member) for name, member in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def from_json(kind: type[T], value: object) -> T:
    """The value of the dataclass ``kind`` that `as_json` wrote. Raises NotOfType with every fault and its place."""
    faults: list[Fault] = []
    read: T = _read(kind, value, "", faults)
    if faults:
        raise NotOfType(faults[:MOST_FAULTS])
    return read


def camel(name: str) -> str:
    """A field's name as JSON has it.

    >>> camel("provider_version")
    'providerVersion'
    """
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _is_default(each: Field[Any], value: object) -> bool:
    if each.default_factory is not MISSING:
        return bool(value == each.default_factory())
    return value is None or bool(value == each.default and type(value) is type(each.default))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: object, pointer: str, faults: list[Fault]) -> Any:
    if len(faults) >= MOST_FAULTS:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        wanted = [each for each in get_args(hint) if each is not type(None)]
        return None if value is None else _read(wanted[0], value, pointer, faults)
    if origin is tuple:
        return _list(get_args(hint)[0], value, pointer, faults)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(hint)[1], value, pointer, faults)
    if isinstance(hint, type):
        if is_dataclass(hint):
            return _members(hint, value, pointer, faults)
        if issubclass(hint, StrEnum):
            return _member(hint, value, pointer, faults)
        if hint in _SCALARS:
            return _SCALARS[hint](value, pointer, faults)
    # Any JSON value at all: whoever parsed it has bounded it.
    return value


def _members(kind: Any, value: object, pointer: str, faults: list[Fault]) -> Any:
    if not isinstance(value, Mapping):
        faults.append(Fault("", f"must be an object, not {_kind_of(value)}", pointer))
        return None
    values = {}
    for each in fields(kind):
        name, place = camel(each.name), f"{pointer}/{camel(each.name)}"
        given = value.get(name)
        if given is not None:
            values[each.name] = _read(_hints(kind)[each.name], given, place, faults)
        elif each.default is MISSING and each.default_factory is MISSING:
            if not _is_optional(_hints(kind)[each.name]):
                faults.append(Fault("", "is missing", place))
            values[each.name] = None
    return None if faults else kind(**values)


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def _list(hint: Any, value: object, pointer: str, faults: list[Fault]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        faults.append(Fault("", f"must be a list, not {_kind_of(value)}", pointer))
        return ()
    return tuple(_read(hint, each, f"{pointer}/{at}", faults) for at, each in enumerate(value))


def _mapping(hint: Any, value: object, pointer: str, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        faults.append(Fault("", f"must be an object, not {_kind_of(value)}", pointer))
        return {}
    return {str(name): _read(hint, each, f"{pointer}/{_token(str(name))}", faults) for name, each in value.items()}


def _member(hint: type[StrEnum], value: object, pointer: str, faults: list[Fault]) -> StrEnum | None:
    if isinstance(value, str) and value in {each.value for each in hint}:
        return hint(value)
    faults.append(Fault("", f"must be one of: {', '.join(hint)}", pointer))
    return None


def _text(value: object, pointer: str, faults: list[Fault]) -> str:
    if isinstance(value, str):
        return value
    faults.append(Fault("", f"must be a string, not {_kind_of(value)}", pointer))
    return ""


def _truth(value: object, pointer: str, faults: list[Fault]) -> bool:
    if isinstance(value, bool):
        return value
    faults.append(Fault("", f"must be true or false, not {_kind_of(value)}", pointer))
    return False


def _integer(value: object, pointer: str, faults: list[Fault]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER:
        return value
    faults.append(Fault("", "must be a whole number of at most 64 bits", pointer))
    return 0


def _number(value: object, pointer: str, faults: list[Fault]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER:
        return float(value)
    faults.append(Fault("", "must be a number", pointer))
    return math.nan


def _instant(value: object, pointer: str, faults: list[Fault]) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        if read is not None and read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    faults.append(Fault("", "must be a point in time with its zone, such as 2026-01-31T08:00:00Z", pointer))
    return None


def _day(value: object, pointer: str, faults: list[Fault]) -> date | None:
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    faults.append(Fault("", "must be a date such as 2026-01-31", pointer))
    return None


_SCALARS: Mapping[type, Callable[[object, str, list[Fault]], Any]] = {
    str: _text,
    bool: _truth,
    int: _integer,
    float: _number,
    datetime: _instant,
    date: _day,
}
_KINDS = {str: "a string", bool: "a truth value", int: "a number", float: "a number", dict: "an object", list: "a list"}


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), "null")


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
