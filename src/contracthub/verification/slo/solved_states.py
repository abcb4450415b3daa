"""The states that a load starts from: set up by the provider's handler, else solved by its own operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from contracthub.formats.pact.model import Body, HttpExchange, Interaction, Request, Response
from contracthub.formats.slo.model import LoadRequest
from contracthub.verification.job import ReplayJob
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, StateChanger, StatesInOrder
from contracthub.verification.slo.load_requests import Asked
from contracthub.verification.state_solving.prepared import prepared_states
from contracthub.verification.state_solving.preparing import openapi_of
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.wanted import Wanted
from contracthub.verification.suites import Target

_OK = 200


@dataclass(frozen=True, slots=True)
class Ready:
    """The requests as they are to be sent, with the ids that solving states gave, and what is worth telling of it."""

    requests: tuple[LoadRequest, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class LoadStates:
    """Brings the provider into states before a load, and takes them down after it."""

    target: Target
    handler: StateChanger
    solving: Solving | None = None

    @contextmanager
    def ready(self, asked: Asked, consumer: str) -> Iterator[Ready]:
        """The requests of a load, while its states last. Raises StateMissing."""
        handler, solving = self.handler, self._solving() if asked.states else None
        requests, notes = asked.requests, tuple[str, ...]()
        if solving is None:
            handler.set_up(asked.states)
        else:
            wanted = Wanted(consumer, asked.interaction or _as_interaction(asked))
            first = None if isinstance(handler, NoStates) else handler
            notes = StatesInOrder(first, lambda states: solving.set_up_for(wanted, states)).set_up(asked.states).notes
            # Without notes, nothing was solved: the handler knew all of them.
            requests = tuple(_with_ids(each, solving) for each in requests) if notes else requests
        try:
            yield Ready(requests, notes)
        finally:
            handler.tear_down(asked.states)

    def end(self) -> None:
        """Removes what was made for states."""
        if self.solving is not None:
            self.solving.end()

    def _solving(self) -> Solving | None:
        """What solves states, prepared for the first that needs it; None where nothing can."""
        target = self.target
        if self.solving is None and target.solve_states:
            job = target.replay or ReplayJob(target.provider, target.base_url, headers=target.headers)
            job = replace(job, provider_url=target.base_url, openapi=target.openapi)
            seconds = target.request_timeout_ms / 1000
            client = ProviderClient(target.base_url, seconds, target.headers, target.verify_tls)
            if (openapi := openapi_of(job, client)) is not None:
                self.solving = prepared_states(job, client, openapi).solving
        return self.solving


def _as_interaction(asked: Asked) -> Interaction:
    """The first request as an interaction that expects success."""
    first = asked.requests[0]
    path = first.path.partition("?")[0]
    headers = {name: (value,) for name, value in first.headers.items()}
    request = Request(first.method, path, {}, headers, Body())
    status = next(iter(first.statuses), _OK)
    return Interaction("", "", path, asked.states, HttpExchange(request, Response(status, {}, Body())))


def _with_ids(request: LoadRequest, solving: Solving) -> LoadRequest:
    path, body = solving.request(request.method, request.path, request.body or b"")
    return replace(request, path=path, body=body if request.body is not None else None)
