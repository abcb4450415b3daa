"""The providers that a journey goes to: where each of them is, and how its answers point to further ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracthub.domain.verification_runs import Suite
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient
from contracthub.verification.suites import Target

_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDRESS = 4_000


class LeadsAway(Exception):
    """An answer points to somewhere that is not the provider's; the text says where."""


@dataclass(frozen=True, slots=True)
class Place:
    """One provider: its address, and what is sent to it alone: ``headers`` may hold credentials."""

    provider: str
    base_url: str
    headers: tuple[tuple[str, str], ...] = ()
    verify_tls: bool = True
    seconds: float = 5.0
    state_url: str | None = None

    def ask(
        self,
        method: str,
        target: str,
        seconds: float,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> ProviderAnswer:
        """The answer to a request; ``target`` begins with a slash, and is below the base URL. Raises ProviderSilent."""
        client = ProviderClient(self.base_url, seconds, self.headers, self.verify_tls)
        return client.send(method, target, headers=headers, body=body)

    def target_of(self, reference: str, asked: str = "/") -> str:
        """Where a ``Location`` of this provider points to, below its base URL; ``asked`` is what it was an answer to.

        Raises LeadsAway for the address of somebody else, and for what is none.

        >>> Place("jobs", "http://127.0.0.1:80/api").target_of("http://127.0.0.1/api/jobs/7?x=1")
        '/jobs/7?x=1'
        """
        base = urlsplit(self.base_url)
        own = base.path.rstrip("/")
        try:
            there = urlsplit(urljoin(f"{base.scheme}://{base.netloc}{own}{asked}", reference))
            same = _origin(there.scheme, there.hostname, there.port) == _origin(base.scheme, base.hostname, base.port)
        except ValueError as error:
            raise LeadsAway(f"{reference[:200]!r} is no address") from error
        if not same:
            raise LeadsAway(f"it leads to another host ({there.scheme}://{there.netloc}), which is not asked")
        path = there.path or "/"
        if len(reference) > _LONGEST_ADDRESS or not (path + there.query).isascii() or " " in path + there.query:
            raise LeadsAway(f"{reference[:200]!r} is no address")
        if own and path.startswith(f"{own}/"):
            path = path[len(own) :]
        return f"{path}?{there.query}" if there.query else path


class Places:
    """Every provider that is known to this run, by its name. ``faults`` tell of those whose address is none."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known = {target.provider: _own(target)}
        self.faults: list[str] = []
        for name, facts in _others(target).items():
            place = _other(name, facts, target)
            if _is_address(place.base_url) and _is_address(place.state_url or place.base_url):
                self._known.setdefault(name, place)
            else:
                self.faults.append(
                    f"[verify.journeys.providers] {name} needs an address such as http://localhost:8080."
                )

    def of(self, provider: str) -> Place | None:
        """Where a provider is; None where nobody said."""
        return self._known.get(provider)

    def with_states(self, url: str) -> None:
        """The provider under test changes its states there."""
        own = self._known[self._target.provider]
        self._known[self._target.provider] = Place(
            own.provider, own.base_url, own.headers, own.verify_tls, own.seconds, url
        )


def _own(target: Target) -> Place:
    seconds = target.request_timeout_ms / 1000
    return Place(target.provider, target.base_url, target.headers, target.verify_tls, seconds, target.state_url)


def _others(target: Target) -> Mapping[str, Any]:
    """Those of contracthub.toml, and those that were typed, which win."""
    named = target.settings_of(Suite.JOURNEYS).get("providers")
    return {**(named if isinstance(named, Mapping) else {}), **dict(target.provider_urls)}


def _other(name: str, facts: object, target: Target) -> Place:
    said: Mapping[str, Any] = facts if isinstance(facts, Mapping) else {"url": facts}
    state_url = said.get("state-url")
    return Place(
        name,
        str(said.get("url") or ""),
        (),
        target.verify_tls,
        target.request_timeout_ms / 1000,
        str(state_url) if state_url else None,
    )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int]:
    return scheme, (host or "").lower(), port or _PORTS.get(scheme, 0)
