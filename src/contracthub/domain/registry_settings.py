"""Which settings and which mode are in force for a subject (schema-registry-api §12, §13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from contracthub.domain.registry import (
    CONFIG_FIELDS,
    SERVER_CONFIG,
    CompatibilityPolicy,
    Json,
    Mode,
    SubjectConfig,
)
from contracthub.domain.registry_errors import RegistryRefusal, invalid_level, invalid_mode

LEVELS = frozenset(
    {
        *("NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE"),
        *("FULL", "FULL_TRANSITIVE"),
    }
)
_TEXTS = frozenset({"compatibility_group", "alias"})
_FLAGS = frozenset({"normalize", "validate_fields", "validate_new_schemas"})
_NOT_INHERITED = frozenset({"alias"})
_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """What one place has chosen: a subject, a context, or the default context for everything."""

    config: SubjectConfig | None = None
    mode: Mode | None = None


def config_in_force(chain: Sequence[Settings]) -> SubjectConfig:
    """The settings that hold, field by field: those of the first place that has chosen, else the server's.

    A subject that has chosen something else than a level has the level of everything, which is kinder than the
    server's (schema-registry-api §12). An alias is a subject's own.
    """
    found: dict[str, Any] = {}
    for place, settings in enumerate((*chain, Settings(SERVER_CONFIG))):
        for each in fields(SubjectConfig):
            value = getattr(settings.config, each.name, None)
            inherited = place == 0 or each.name not in _NOT_INHERITED
            if value is not None and inherited:
                found.setdefault(each.name, value)
    return SubjectConfig(**found)


def mode_in_force(chain: Sequence[Settings]) -> Mode:
    """The mode that holds: read-only everywhere if that was said, else the first that was chosen."""
    modes = [each.mode for each in chain if each.mode is not None]
    if chain[-1].mode is Mode.READONLY_OVERRIDE:
        return Mode.READONLY_OVERRIDE
    return modes[0] if modes else Mode.READWRITE


def mode_named(text: str) -> Mode:
    """The mode of that name, in any case. Raises ``RegistryRefusal`` 42204."""
    try:
        return Mode(text.upper())
    except ValueError as error:
        raise invalid_mode() from error


def changed_config(config: SubjectConfig | None, changes: Mapping[str, object]) -> SubjectConfig:
    """The settings after a PUT: what it names is changed, null clears, the rest stays (schema-registry-api §4).

    ``changes`` has the API's names, ``compatibility`` among them; other names are passed over. Raises
    ``RegistryRefusal`` 42203 for a level that there is none of, and 42201 for a value of a wrong kind.
    """
    named = {
        CONFIG_FIELDS.get(name, "compatibility_level" if name == "compatibility" else ""): name for name in changes
    }
    values = {field: _value(field, name, changes[name]) for field, name in named.items() if field}
    return replace(config or SubjectConfig(), **values)


def settings_named(config: SubjectConfig) -> dict[str, object]:
    """What is chosen, by the API's names."""
    found = {name: getattr(config, field) for name, field in CONFIG_FIELDS.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(field: str, name: str, value: object) -> Any:
    if value is None:
        return None
    if field == "compatibility_level":
        return _level(value)
    if field == "compatibility_policy":
        return _policy(name, value)
    kind: type = bool if field in _FLAGS else str if field in _TEXTS else dict
    if not isinstance(value, kind):
        wanted = {bool: "true or false", str: "a text"}.get(kind, "an object")
        raise RegistryRefusal(42201, f"Invalid config: {name} must be {wanted}.")
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise RegistryRefusal(42201, f"Invalid config: {name} has more than {_LONGEST_TEXT} characters.")
    return value


def _level(value: object) -> str:
    level = value.upper() if isinstance(value, str) else ""
    if level not in LEVELS:
        raise invalid_level()
    return level


def _policy(name: str, value: object) -> CompatibilityPolicy:
    try:
        return CompatibilityPolicy(str(value).upper())
    except ValueError as error:
        told = f"Invalid config: {name} must be one of {', '.join(CompatibilityPolicy)}."
        raise RegistryRefusal(42201, told) from error


def merged(*layers: Json | None) -> Json | None:
    """Metadata or rules of which later layers win: objects are merged member by member, lists and texts replaced.

    A list of rules is merged by the rules' names.
    """
    whole: Json = {}
    for layer in layers:
        for key, value in (layer or {}).items():
            whole[key] = _merged_value(whole.get(key), value)
    return whole or None


def _merged_value(old: Any, new: Any) -> Any:
    if new is None:
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(each, dict) for each in (*old, *new)):
        names = {each.get("name") for each in new}
        return [*(each for each in old if each.get("name") not in names), *new]
    return new


def properties_of(metadata: Json | None) -> Mapping[str, object]:
    """The properties in a schema's metadata."""
    found = (metadata or {}).get("properties")
    return found if isinstance(found, dict) else {}


def has_properties(metadata: Json | None, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether all those properties have those values."""
    properties = properties_of(metadata)
    return all(properties.get(key) == value for key, value in pairs)
