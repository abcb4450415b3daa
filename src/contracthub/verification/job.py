"""What a replay is to do, as one value that fits through a pipe as JSON: the parent writes it, the child reads it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from contracthub.client.connection import Connection

# With this a line of the child begins that names an interaction which is begun.
BEGUN = "\x1ebegun "
# What a consumer version selector may say (pact-broker-api §11), and the verifier's name for it.
SELECTOR_KEYS = {
    "consumer": "consumer",
    "tag": "tag",
    "fallbackTag": "fallback_tag",
    "latest": "latest",
    "deployedOrReleased": "deployed_or_released",
    "deployed": "deployed",
    "released": "released",
    "environment": "environment",
    "mainBranch": "main_branch",
    "branch": "branch",
    "matchingBranch": "matching_branch",
    "fallbackBranch": "fallback_branch",
}


@dataclass(frozen=True, slots=True)
class HubSource:
    """Contracts from a hub: where, as whom, and which ones (pact-broker-api §11)."""

    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    selectors: tuple[Mapping[str, object], ...] = ()
    include_pending: bool = True
    include_wip_since: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 30.0
    retries: int = 3
    verify_tls: bool = True
    ca_file: str | None = None

    @property
    def connection(self) -> Connection:
        """How our own client reaches it."""
        return _connection(self.url, self)


@dataclass(frozen=True, slots=True)
class PactAddress:
    """One pact where a hub serves it, and as whom to ask; its own links say where results go (pact-broker-api §14)."""

    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 30.0
    retries: int = 3
    verify_tls: bool = True
    ca_file: str | None = None

    @property
    def connection(self) -> Connection:
        """How our own client reaches the host that serves it."""
        return _connection(self.url, self)


def _connection(url: str, source: HubSource | PactAddress) -> Connection:
    return Connection(
        base_url=url.rstrip("/"),
        token=source.token,
        username=source.username,
        password=source.password,
        headers=tuple((name, value) for name, value in source.headers),
        timeout=source.timeout,
        retries=source.retries,
        verify_tls=source.verify_tls,
        ca_file=source.ca_file,
    )


@dataclass(frozen=True, slots=True)
class Publishing:
    """Under which provider version the results are published: when the run ends, or later, from its evidence."""

    version: str
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    at_once: bool = True


@dataclass(frozen=True, slots=True)
class ReplayJob:
    """One run of the verifier. The contracts come from ``hub``, or from ``files`` and ``addresses``."""

    provider: str
    provider_url: str
    hub: HubSource | None = None
    files: tuple[str, ...] = ()
    addresses: tuple[PactAddress, ...] = ()
    provider_branch: str | None = None
    provider_tags: tuple[str, ...] = ()
    state_url: str | None = None
    state_teardown: bool = False
    message_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    request_timeout: int = 5000
    consumers: tuple[str, ...] = ()
    description: str | None = None
    verify_tls: bool = True
    publishing: Publishing | None = None
    share: tuple[int, int] = (0, 1)
    """Which part of the pacts at a hub, and of how many parts."""
    solve_states: bool = False
    solve_destructively: bool = False
    openapi: str | None = None
    ends_at: float | None = None
    """The moment of ``time.monotonic``, which is one for all processes, from which on no interaction is begun."""

    def to_json(self) -> str:
        """The job as one line of JSON; it holds credentials, so it goes through a pipe and never into a file."""
        return json.dumps(asdict(self))


def job_from_json(text: str) -> ReplayJob:
    """The job that `to_json` wrote."""
    values = json.loads(text)
    hub, publishing = values.pop("hub"), values.pop("publishing")
    values["headers"] = tuple((name, value) for name, value in values["headers"])
    values["share"] = tuple(values["share"])
    values["addresses"] = tuple(PactAddress(**address) for address in values["addresses"])
    return ReplayJob(
        **values,
        hub=None if hub is None else HubSource(**hub),
        publishing=None if publishing is None else Publishing(**publishing),
    )
