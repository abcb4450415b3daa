"""What a fuzzing job is to do, as one value that fits through a pipe as JSON."""

import json
from dataclasses import dataclass, field

from contracthub.domain.typed_documents import as_json, from_json

PHASES = ("examples", "coverage", "fuzzing", "stateful")
MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A provider state that a consumer counts on, with its parameters as JSON."""

    name: str
    params: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A header or a place of the answer's body that a consumer reads, and the type that it reads there."""

    part: str
    path: str
    json_type: str
    matcher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A value of a request that comes from the provider state: ``template`` is ``/orders/${id}`` or the like."""

    part: str
    expression: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that a consumer really sends, and what it expects back. The body is as it is sent; None is no body.

    ``expects_answer`` is False where the contract is pending: its request is worth sending, its answer is no promise.
    """

    consumer: str
    description: str
    method: str
    path: str
    status: int
    states: tuple[State, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    needs: tuple[Needed, ...] = ()
    generated: tuple[Generated, ...] = ()
    expects_answer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzJob:
    """One document to hold a provider against.

    ``kind`` is ``openapi`` or ``graphql``; ``base_url`` the address that paths are added to, or the GraphQL endpoint's.
    ``root_url`` is what consumers' paths are added to, ``graphql_path`` the endpoint's path as consumers write it.
    Without ``unsafe`` nothing is sent that may change the provider: only GET, HEAD and OPTIONS, only queries.
    ``rate`` is the most requests in a second. ``consumers_share`` of the time goes to what consumers send.
    """

    kind: str
    document: str
    base_url: str
    root_url: str
    graphql_path: str = "/graphql"
    headers: tuple[tuple[str, str], ...] = ()
    verify_tls: bool = True
    request_seconds: float = 5.0
    seconds: float = 60.0
    seed: int = 0
    unsafe: bool = True
    rate: float | None = None
    state_url: str | None = None
    state_teardown: bool = False
    exchanges: tuple[Exchange, ...] = ()
    phases: tuple[str, ...] = PHASES
    consumers_share: float = 0.4
    most_examples: int | None = None
    secrets: tuple[str, ...] = field(default=())

    def to_json(self) -> str:
        """The job as one line of JSON; it holds credentials, so it goes through a pipe and never into a file."""
        return json.dumps(as_json(self))


def job_from_json(text: str) -> FuzzJob:
    """The job that `FuzzJob.to_json` wrote."""
    return from_json(FuzzJob, json.loads(text))
