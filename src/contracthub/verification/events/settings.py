"""What the suite is told: where the brokers and the registry are, and what ``[verify.events]`` says.

Secrets come from variables of the environment, never from the file, which is shared and kept.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracthub.client.connection import Connection, connection_to
from contracthub.client.errors import HubFailure
from contracthub.domain.verification_runs import Suite
from contracthub.formats.durations import seconds_of
from contracthub.verification.events.kafka import MECHANISMS, PROTOCOLS, KafkaAccess
from contracthub.verification.suites import Target

PASSWORD_VARIABLE = "CONTRACTHUB_KAFKA_PASSWORD"  # noqa: S105 - a name
USERNAME_VARIABLE = "CONTRACTHUB_KAFKA_USERNAME"
KEY_PASSWORD_VARIABLE = "CONTRACTHUB_KAFKA_KEY_PASSWORD"  # noqa: S105 - a name
WAIT = 5.0
MOST_SAMPLED = 10_000
_LONGEST_WAIT = 600.0


class WronglySet(Exception):
    """A setting can't be used; the text names it, and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings:
    """Everything that is said about events.

    ``topics`` are the topics of this environment by what contracts call them, or by the description of a message;
    ``triggers`` the requests that make the provider send a message, by its description. ``wait`` is the patience for
    one message in seconds, ``sample`` the number of messages per partition that are looked at.
    """

    access: KafkaAccess | None
    registry: Connection | None
    topics: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)
    asyncapi: str | None = None
    sample: int = 0
    sample_topics: tuple[str, ...] = ()
    wait: float = WAIT

    def topic(self, name: str) -> str:
        """The topic of this environment that a contract calls so."""
        return self.topics.get(name, name)


def settings_from(target: Target) -> EventSettings:
    """The settings of a run. Raises WronglySet."""
    said = target.settings_of(Suite.EVENTS)
    return EventSettings(
        access=_access(target, said),
        registry=_registry(target),
        topics=_texts(said, "topics"),
        triggers=_texts(said, "triggers"),
        asyncapi=_text(said, "asyncapi"),
        sample=_whole(said, "sample", 0, MOST_SAMPLED),
        sample_topics=tuple(_list(said, "sample_topics")),
        wait=_wait(said),
    )


def _access(target: Target, said: Mapping[str, Any]) -> KafkaAccess | None:
    if not target.kafka:
        return None
    _check_bootstrap(target.kafka)
    username = _text(said, "username") or os.environ.get(USERNAME_VARIABLE)
    protocol = (_text(said, "security_protocol") or ("SASL_SSL" if username else "PLAINTEXT")).upper()
    _one_of("security-protocol", protocol, PROTOCOLS)
    mechanism = (_text(said, "sasl_mechanism") or "PLAIN").upper()
    _one_of("sasl-mechanism", mechanism, MECHANISMS)
    password = _secret(said, "password_variable", PASSWORD_VARIABLE)
    if protocol.startswith("SASL") and not (username and password):
        name = _text(said, "password_variable") or PASSWORD_VARIABLE
        raise WronglySet(
            f"[verify.events] security-protocol = {protocol} needs a username (or the variable {USERNAME_VARIABLE}), "
            f"and the password in the variable {name}."
        )
    return KafkaAccess(
        bootstrap=target.kafka,
        security_protocol=protocol,
        sasl_mechanism=mechanism,
        username=username,
        password=password,
        ca_file=_file(said, "ca_file"),
        cert_file=_file(said, "cert_file"),
        key_file=_file(said, "key_file"),
        key_password=_secret(said, "key_password_variable", KEY_PASSWORD_VARIABLE),
        verify_tls=target.verify_tls,
        seconds=max(target.request_timeout_ms / 1000, 0.5),
    )


def _check_bootstrap(text: str) -> None:
    for each in text.split(","):
        host, _, port = each.strip().rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise WronglySet(f"--kafka {each.strip()!r} is no HOST:PORT; several are separated by commas.")


def _registry(target: Target) -> Connection | None:
    """The registry that was named; where it is the hub's own, or none was named, as the hub knows us."""
    url = target.schema_registry
    hub = target.hub
    if url is None:
        return None if hub is None else _below(hub.connection, "/schema-registry")
    try:
        found = connection_to(url, retries=1, timeout=target.request_timeout_ms / 1000, verify_tls=target.verify_tls)
    except HubFailure as failure:
        raise WronglySet(f"--schema-registry {url.partition('?')[0]!r}: {failure}") from failure
    if hub is not None and found.username is None and found.base_url.startswith(f"{hub.connection.base_url}/"):
        return _below(hub.connection, urlsplit(found.base_url).path.removeprefix(urlsplit(hub.url).path.rstrip("/")))
    return found


def _below(hub: Connection, path: str) -> Connection:
    return Connection(
        base_url=f"{hub.base_url.rstrip('/')}{path}",
        token=hub.token,
        username=hub.username,
        password=hub.password,
        headers=hub.headers,
        timeout=hub.timeout,
        retries=1,
        verify_tls=hub.verify_tls,
        ca_file=hub.ca_file,
    )


def _wait(said: Mapping[str, Any]) -> float:
    value = said.get("wait")
    if value is None:
        return WAIT
    try:
        seconds = float(value) if isinstance(value, int | float) else seconds_of(str(value))
    except ValueError as error:
        raise WronglySet(f"[verify.events] wait: {error}.") from error
    if not 0 < seconds <= _LONGEST_WAIT:
        raise WronglySet(f"[verify.events] wait must be more than nothing and at most {_LONGEST_WAIT:g} s.")
    return seconds


def _text(said: Mapping[str, Any], key: str) -> str | None:
    value = said.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise WronglySet(f"[verify.events] {_spelled(key)} must be text.")


def _texts(said: Mapping[str, Any], key: str) -> dict[str, str]:
    value = said.get(key, {})
    if isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values()):
        return {str(name): str(each) for name, each in value.items()}
    raise WronglySet(f"[verify.events.{_spelled(key)}] must be a table of texts.")


def _list(said: Mapping[str, Any], key: str) -> list[str]:
    value = said.get(key, [])
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise WronglySet(f"[verify.events] {_spelled(key)} must be a list of texts.")


def _whole(said: Mapping[str, Any], key: str, default: int, most: int) -> int:
    value = said.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    raise WronglySet(f"[verify.events] {_spelled(key)} must be a whole number from 0 to {most:,}.")


def _one_of(key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise WronglySet(f"[verify.events] {key} = {value!r}: known are {', '.join(known)}.")


def _file(said: Mapping[str, Any], key: str) -> str | None:
    path = _text(said, key)
    if path is not None and not Path(path).is_file():
        raise WronglySet(f"[verify.events] {_spelled(key)}: {path} is no file.")
    return path


def _secret(said: Mapping[str, Any], key: str, otherwise: str) -> str | None:
    name = _text(said, key)
    if name and name not in os.environ:
        raise WronglySet(f"[verify.events] {_spelled(key)}: there is no variable {name}.")
    return os.environ.get(name or otherwise)


def _spelled(key: str) -> str:
    return key.replace("_", "-")
