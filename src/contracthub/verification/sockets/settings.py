"""What ``[verify.sockets]`` of contracthub.toml says of this suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracthub.domain.verification_runs import Suite
from contracthub.formats.durations import seconds_of
from contracthub.verification.sockets.lines import LARGEST_MESSAGE
from contracthub.verification.suites import Target

MOST_AT_ONCE = 5_000
_LARGEST_MESSAGE = 64 * 1024 * 1024
_NAMES = frozenset({"at-once", "max-message-bytes", "asyncapi", "listen", "channels"})


class WrongSettings(Exception):
    """The table can't be used; the text says which entry, and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """What a channel of the AsyncAPI document is tried with: values of its address, and states to begin from."""

    params: Mapping[str, str] = field(default_factory=dict)
    given: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``at_once`` conversations are held at a time; ``listen`` is how long a channel is listened to, in seconds.

    ``asyncapi`` is an address, a file, or ``hub:``; without, the hub is asked, then the provider. None: nobody
    looks for it.
    """

    at_once: int = 1
    most_bytes: int = LARGEST_MESSAGE
    asyncapi: str | None = ""
    listen: float = 1.0
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)


def settings_of(target: Target) -> Settings:
    """The settings of this suite. Raises WrongSettings."""
    said = {str(name).replace("_", "-"): value for name, value in target.settings_of(Suite.SOCKETS).items()}
    for name in said:
        if name not in _NAMES:
            raise WrongSettings(f"[verify.sockets] {name} is not known; there are {', '.join(sorted(_NAMES))}.")
    asyncapi = said.get("asyncapi", "")
    if asyncapi is not False and not isinstance(asyncapi, str):
        raise WrongSettings("[verify.sockets] asyncapi is a file, an address, hub: or false.")
    channels = said.get("channels", {})
    if not isinstance(channels, Mapping):
        raise WrongSettings("[verify.sockets] channels is a table of channels.")
    return Settings(
        at_once=_number(said, "at-once", max(target.workers, 1), MOST_AT_ONCE),
        most_bytes=_number(said, "max-message-bytes", LARGEST_MESSAGE, _LARGEST_MESSAGE),
        asyncapi=None if asyncapi is False else asyncapi,
        listen=_seconds(said),
        channels={str(name): _channel(str(name), value) for name, value in channels.items()},
    )


def _number(said: Mapping[str, Any], name: str, otherwise: int, most: int) -> int:
    value = said.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise WrongSettings(f"[verify.sockets] {name} is a number from 1 to {most:,}.")
    return value


def _seconds(said: Mapping[str, Any]) -> float:
    try:
        return seconds_of(str(said.get("listen", "1s")))
    except ValueError as error:
        raise WrongSettings(f"[verify.sockets] listen: {error}.") from error


def _channel(name: str, said: Any) -> ChannelSettings:
    where = f"[verify.sockets.channels.{name!r}]"
    if not isinstance(said, Mapping) or not set(said) <= {"params", "given"}:
        raise WrongSettings(f"{where} is a table of params and given.")
    params, given = said.get("params", {}), said.get("given", [])
    if not isinstance(params, Mapping):
        raise WrongSettings(f"{where} params is a table of values.")
    if not isinstance(given, list) or not all(isinstance(each, str | Mapping) for each in given):
        raise WrongSettings(f"{where} given is a list of provider states.")
    return ChannelSettings(
        params={str(key): str(value) for key, value in params.items()}, given=tuple(map(_state, given))
    )


def _state(said: Any) -> tuple[str, Mapping[str, Any]]:
    if isinstance(said, str):
        return said, {}
    params = said.get("params", {})
    return str(said.get("name", "")), params if isinstance(params, Mapping) else {}
