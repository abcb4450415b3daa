"""Finds out whether the states of a replay can be solved at all, before anything that takes time is loaded."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contracthub.verification.job import ReplayJob
from contracthub.verification.provider_client import ProviderClient, ProviderSilent

if TYPE_CHECKING:
    from contracthub.verification.state_solving.prepared import PreparedStates

# Where frameworks serve their document; more of them are looked at by the suite that fuzzes.
_PLACES = ("/openapi.json", "/openapi.yaml", "/swagger.json", "/v3/api-docs", "/api/openapi.json")
_LONGEST_SEARCH = 2.0


@contextmanager
def preparing_states(job: ReplayJob) -> "Iterator[PreparedStates | None]":
    """What solves states while the block runs; None where nothing can: it is not wanted, or nothing is described."""
    if not job.solve_states or not _may_have_states(job.files):
        yield None
        return
    client = ProviderClient(job.provider_url, job.request_timeout / 1000, job.headers, job.verify_tls)
    openapi = _said(job) if job.openapi else found_openapi(client)
    if openapi is None and not (_speak_graphql(job.files) if job.files else _is_graphql(client)):
        yield None
        return
    from contracthub.verification.state_solving.prepared import solving_states

    with solving_states(job, client, openapi) as prepared:
        yield prepared


def _may_have_states(files: Sequence[str]) -> bool:
    """Whether a pact may start from anything; those of a hub are not there yet."""
    return not files or any(b'"providerState' in _content(file) for file in files)


def _speak_graphql(files: Sequence[str]) -> bool:
    return any(b'"query"' in _content(file) and b"{" in _content(file) for file in files)


def _is_graphql(client: ProviderClient) -> bool:
    """Whether the provider speaks GraphQL where most do; asked of pacts that are at a hub, and not here yet."""
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
    until = time.monotonic() + _LONGEST_SEARCH
    quick = ProviderClient(client.base_url, min(client.timeout, _LONGEST_SEARCH), client.headers, client.verify_tls)
    for place in _PLACES:
        try:
            answer = quick.send("GET", place, headers={"Accept": "application/json, application/yaml"})
        except ProviderSilent:
            return None
        if answer.status == 200 and (b'"paths"' in answer.body or b"\npaths:" in answer.body):
            return answer.body
        if time.monotonic() > until:
            return None
    return None
