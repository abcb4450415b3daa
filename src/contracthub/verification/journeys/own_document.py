"""What the provider's own OpenAPI lets be looked at without any contract: the lives of its resources, and its jobs.

Both make things, and remove them where that can be done, so neither is done at a public address unless somebody says
so: ``life-cycles = true`` and ``jobs = true`` in ``[verify.journeys]``.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracthub.domain.errors import HubError
from contracthub.domain.verification_runs import Check, Suite
from contracthub.formats.durations import seconds_of
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.openapi.parse import parse as parse_openapi
from contracthub.formats.openapi.requests import Requests
from contracthub.verification.journeys.jobs import Jobs, jobs_of
from contracthub.verification.journeys.life_cycles import life_cycle, life_cycles_of
from contracthub.verification.journeys.places import Places
from contracthub.verification.journeys.running import Seen
from contracthub.verification.operation_names import document_of
from contracthub.verification.provider_address import is_public
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.state_solving.api import Api
from contracthub.verification.state_solving.prepared import api_from
from contracthub.verification.state_solving.workshop import Workshop
from contracthub.verification.suites import Target

JOBS_WITHIN = "10s"
PUBLIC = (
    "The provider has a public address, so nothing is made there to live a life cycle or to begin a job; "
    "life-cycles = true and jobs = true in [verify.journeys] allow it."
)


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """The provider's OpenAPI, read. Where there is none, nothing is known of its operations."""

    document: OpenApiDocument | None = None
    api: Api | None = None
    requests: Requests | None = None

    def named(self, operation: str) -> str:
        """``GET /jobs/7`` as the document calls it: ``GET /jobs/{id}``."""
        found = self.requests.operation(operation) if self.requests is not None else None
        return operation if found is None else found.name


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be looked at."""

    life_cycles: bool
    jobs: bool
    within: float


def own_document(target: Target, deadline: float, problems: list[str]) -> OwnDocument:
    """What the provider says of itself; what can't be read is told."""
    left = max(1, int((deadline - time.monotonic()) * 1000))
    body = document_of(replace(target, request_timeout_ms=min(target.request_timeout_ms, left)))
    if body is None:
        if target.openapi:
            problems.append(f"The OpenAPI document {target.openapi} can't be had, so no life cycle was looked at.")
        return OwnDocument()
    try:
        document = parse_openapi(body)
    except HubError as error:
        problems.append(f"The provider's OpenAPI document can't be read: {error.message}")
        return OwnDocument()
    return OwnDocument(document, api_from(body, target.base_url), Requests(document))


def checks_of_document(
    own: OwnDocument, target: Target, seen: Seen, deadline: float, problems: list[str], notices: list[str]
) -> Iterator[Check]:
    """A check for each life cycle and each job; none where the provider has no OpenAPI document."""
    wanted = _wanted(target, problems)
    if own.document is None or own.api is None or wanted is None:
        return
    todo = list(_todo(own.document, own.api, target, wanted, seen, deadline))
    if todo and is_public(target.base_url) and not _is_told(target):
        notices.append(PUBLIC)
        return
    for each in todo:
        if time.monotonic() >= deadline:
            problems.append("The deadline (--timeout) had passed before every life cycle and job was looked at.")
            return
        yield each()


def _todo(
    document: OpenApiDocument, api: Api, target: Target, wanted: _Wanted, seen: Seen, deadline: float
) -> Iterator[Callable[[], Check]]:
    place = Places(target).of(target.provider)
    assert place is not None
    client = ProviderClient(place.base_url, place.seconds, place.headers, place.verify_tls)
    shop = Workshop(api, client, (), deadline)
    for resource in life_cycles_of(api) if wanted.life_cycles else ():
        yield partial(life_cycle, api, shop, resource, seen.add)
    jobs = Jobs(api, shop, place, seen.add, wanted.within, deadline)
    for work in jobs_of(document, api) if wanted.jobs else ():
        yield partial(jobs.check, work)


def _is_told(target: Target) -> bool:
    said = target.settings_of(Suite.JOURNEYS)
    return said.get("life_cycles") is True or said.get("jobs") is True


def _wanted(target: Target, problems: list[str]) -> _Wanted | None:
    """What is switched on. At a public address only what is switched on in words."""
    said: Any = target.settings_of(Suite.JOURNEYS)
    for name in ("life_cycles", "jobs"):
        if not isinstance(said.get(name, True), bool):
            problems.append(f"[verify.journeys] {name.replace('_', '-')} is true or false, and not {said[name]!r}.")
            return None
    default = not _is_told(target) or not is_public(target.base_url)
    try:
        within = seconds_of(str(said.get("jobs_within", JOBS_WITHIN)))
    except ValueError as error:
        problems.append(f"[verify.journeys] jobs-within: {error}.")
        return None
    return _Wanted(said.get("life_cycles", default), said.get("jobs", default), within)
