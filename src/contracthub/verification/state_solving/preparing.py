"""Finds out whether the states of a replay can be solved at all, before anything that takes time is loaded."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contracthub.verification.job import ReplayJob
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.provider_states import SetUp, StateMissing
from contracthub.verification.state_solving.provider_relay import relaying_provider

if TYPE_CHECKING:
    from contracthub.formats.pact.model import ProviderState
    from contracthub.verification.state_solving.prepared import PreparedStates
    from contracthub.verification.state_solving.solving import Solving

# Where frameworks serve their document; more of them are looked at by the suite that fuzzes.
_LONGEST_SEARCH = 2.0


class NothingDescribed(StateMissing):
    """Nothing tells of the provider's operations, so nobody can say how it comes into any state."""


class SolvingWhenNeeded:
    """Prepares what solves states when the first one is to be solved: most handlers know all states.

    Until then, requests and answers go through as they are.
    """

    def __init__(self, job: ReplayJob, client: ProviderClient) -> None:
        self._job, self._client = job, client
        self._contents: list[bytes] = []
        self._prepared: PreparedStates | None = None
        self._lock = threading.Lock()
        self.provider_url = job.provider_url

    def learn(self, content: bytes) -> bytes:
        """Knows the interactions of a pact from now on; gives it back in the order in which it is to be replayed."""
        with self._lock:
            if self._prepared is not None:
                return self._prepared.learn(content)
            self._contents.append(content)
            return content

    def prepare(self, openapi: bytes | None) -> "Solving":
        """Loads what solves by this document, or by mutations alone."""
        from contracthub.verification.state_solving.prepared import prepared_states

        self._prepared = prepared_states(self._job, self._client, openapi)
        for content in self._contents:
            self._prepared.learn(content)
        return self._prepared.solving

    def set_up(self, state: "ProviderState") -> SetUp:
        """Brings a state about. Raises StateMissing, and NothingDescribed where nothing can be solved at all."""
        with self._lock:
            solving = self._prepared.solving if self._prepared else None
            if solving is None:
                openapi = openapi_of(self._job, self._client)
                if openapi is None and not any(map(_speaks_graphql, self._contents)):
                    raise NothingDescribed("nothing describes the provider's operations")
                solving = self.prepare(openapi)
        return solving.set_up(state)

    @property
    def _solving(self) -> "Solving | None":
        return self._prepared.solving if self._prepared else None

    def handled(self) -> None:
        """A handler brought the state about."""
        if self._solving is not None:
            self._solving.handled()

    @property
    def rewrites(self) -> bool:
        """Whether anything of the current interaction is to be put in another's place."""
        return self._solving is not None and self._solving.rewrites

    def request(self, method: str, target: str, body: bytes) -> tuple[str, bytes]:
        """Path and body of the verifier's request as the provider is to get them."""
        return (target, body) if self._solving is None else self._solving.request(method, target, body)

    def answered(self, body: bytes) -> bytes:
        """The provider's answer as the pact knows it."""
        return body if self._solving is None else self._solving.answered(body)

    def header(self, value: str) -> str:
        """A header of the answer as the pact knows it."""
        return value if self._solving is None else self._solving.header(value)

    @property
    def notes(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """How states came about, by consumer and description of the interaction."""
        return {} if self._solving is None else self._solving.notes

    def end(self) -> None:
        """The replay is over: what was made is removed."""
        if self._solving is not None:
            self._solving.end()


@contextmanager
def preparing_states(job: ReplayJob) -> Iterator[SolvingWhenNeeded | None]:
    """What solves states while the block runs; None where nothing can: it is not wanted, or nothing is described."""
    if not job.solve_states or not _may_have_states(job.files):
        yield None
        return
    client = ProviderClient(job.provider_url, job.request_timeout / 1000, job.headers, job.verify_tls)
    solving = SolvingWhenNeeded(job, client)
    if job.state_url is None:
        openapi = openapi_of(job, client)
        if openapi is None and not (any(map(_speaks_graphql, map(_content, job.files))) or _is_graphql(job, client)):
            yield None
            return
        solving.prepare(openapi)
    # The verifier is to give up first: it says why in words that people know.
    seconds = job.request_timeout / 1000 * 1.5 + 1
    with relaying_provider(solving, job.provider_url, timeout=seconds, verify_tls=job.verify_tls) as url:
        solving.provider_url = url
        try:
            yield solving
        finally:
            solving.end()


def openapi_of(job: ReplayJob, client: ProviderClient) -> bytes | None:
    """The provider's document: the one that was named, else the one that it serves of itself."""
    return _said(job) if job.openapi else found_openapi(client)


def _may_have_states(files: Sequence[str]) -> bool:
    """Whether a pact may start from anything; those of a hub are not there yet."""
    return not files or any(b'"providerState' in _content(file) for file in files)


def _speaks_graphql(content: bytes) -> bool:
    return b'"query"' in content and b"{" in content


def _is_graphql(job: ReplayJob, client: ProviderClient) -> bool:
    """Whether the provider speaks GraphQL where most do; asked of pacts that are at a hub, and not here yet."""
    if job.files:
        return False
    quick = ProviderClient(client.base_url, min(client.timeout, _LONGEST_SEARCH), client.headers, client.verify_tls)
    try:
        answer = quick.send("GET", "/graphql?query=%7B__typename%7D", headers={"Accept": "application/json"})
    except ProviderSilent:
        return False
    return answer.status != 404 and answer.body.lstrip().startswith((b'{"data"', b'{"errors"'))


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""


def _said(job: ReplayJob) -> bytes | None:
    from contracthub.client.errors import HubFailure
    from contracthub.verification.documents import DocumentNotThere, document_at
    from contracthub.verification.suites import Target

    target = Target(
        provider=job.provider,
        base_url=job.provider_url,
        request_timeout_ms=job.request_timeout,
        hub=job.hub,
        provider_version=job.publishing.version if job.publishing else None,
        provider_branch=job.provider_branch,
    )
    try:
        return document_at(str(job.openapi), target, "openapi")
    except (DocumentNotThere, HubFailure):
        return None


def found_openapi(client: ProviderClient) -> bytes | None:
    """The document that the provider serves of itself. One that hangs is not asked again."""
    from contracthub.verification.documents import OPENAPI_PATHS

    until = time.monotonic() + _LONGEST_SEARCH
    quick = ProviderClient(client.base_url, min(client.timeout, _LONGEST_SEARCH), client.headers, client.verify_tls)
    for place in OPENAPI_PATHS:
        try:
            answer = quick.send("GET", place, headers={"Accept": "application/json, application/yaml"})
        except ProviderSilent:
            return None
        if answer.status == 200 and (b'"paths"' in answer.body or b"\npaths:" in answer.body):
            return answer.body
        if time.monotonic() > until:
            return None
    return None
