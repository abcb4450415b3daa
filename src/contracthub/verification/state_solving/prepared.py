"""What solves the states of one replay, while it goes on."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contracthub.domain.errors import HubError
from contracthub.formats.openapi.parse import parse as parse_openapi
from contracthub.formats.pact.model import PactDocument, ProviderState
from contracthub.formats.pact.parse import parse as parse_pact
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.operations import is_graphql
from contracthub.verification.job import ReplayJob
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.state_solving.api import Api, api_of
from contracthub.verification.state_solving.mutations import MutationSolver
from contracthub.verification.state_solving.solver import NotSolvable, Solver
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.substitution import Substitutions
from contracthub.verification.state_solving.wanted import Wanted, consumers_bodies, replay_order, wanted_in
from contracthub.verification.state_solving.workshop import Round, Workshop


class OneOfBoth:
    """Solves by REST operations or by mutations, as the interaction speaks."""

    def __init__(self, client: ProviderClient, api: Api | None, *, destructive: bool) -> None:
        self._client, self._api, self._destructive = client, api, destructive
        self._rest: Solver | None = None
        self._mutations = MutationSolver(client)
        self.bodies: list[tuple[str, str, dict[str, JsonValue]]] = []

    def begin(self, wanted: Wanted) -> Round:
        """A new interaction begins."""
        if self._speaks_graphql(wanted) or self._api is None:
            return self._mutations.begin(wanted)
        if self._rest is None:
            shop = Workshop(self._api, self._client, self.bodies, time.monotonic() + 24 * 3600)
            self._rest = Solver(shop, destructive=self._destructive)
        return self._rest.begin(wanted)

    def solve(self, state: ProviderState, wanted: Wanted, now: Round, ids: Substitutions) -> Mapping[str, JsonValue]:
        """Brings a state about. Raises NotSolvable."""
        if self._speaks_graphql(wanted):
            return self._mutations.solve(state, wanted, now, ids)
        if self._rest is None:
            raise NotSolvable("the provider has no OpenAPI document; give --openapi")
        return self._rest.solve(state, wanted, now, ids)

    def end(self) -> None:
        """Nothing more is asked."""
        if self._rest is not None:
            self._rest.end()

    @staticmethod
    def _speaks_graphql(wanted: Wanted) -> bool:
        return wanted.exchange is not None and is_graphql(wanted.exchange.request)


@dataclass(slots=True)
class PreparedStates:
    """What solves the states of one replay."""

    solving: Solving
    solver: OneOfBoth
    reorders: bool = True

    def learn(self, content: bytes) -> bytes:
        """Knows the interactions of a pact from now on; gives it back in the order in which it is to be replayed.

        Where nobody can empty the provider, what wants it to be empty has to come first.
        """
        try:
            document = parse_pact(content)
        except HubError:
            # The verifier will say what is wrong with it.
            return content
        wanted = wanted_in([document])
        self.solver.bodies += consumers_bodies(wanted)
        self.solving.know(sorted(wanted, key=lambda each: replay_order(each.interaction)))
        return _reordered(content, document) if self.reorders else content


def prepared_states(job: ReplayJob, client: ProviderClient, openapi: bytes | None) -> PreparedStates:
    """What solves states by this OpenAPI document, and by mutations."""
    api = None if openapi is None else api_from(openapi, job.provider_url)
    solver = OneOfBoth(client, api, destructive=job.solve_destructively)
    return PreparedStates(Solving(solver, Substitutions(api)), solver, reorders=job.state_url is None)


def api_from(openapi: bytes, provider_url: str) -> Api | None:
    """The operations of a document, None where it can't be read."""
    try:
        document = parse_openapi(openapi)
    except HubError:
        return None
    return api_of(document, "" if urlsplit(provider_url).path.strip("/") else _server_path(document.document))


def _server_path(document: Mapping[str, JsonValue]) -> str:
    base = document.get("basePath")
    if isinstance(base, str):
        return base.rstrip("/")
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    return urlsplit(url).path.rstrip("/") if isinstance(url, str) and "{" not in url else ""


def _reordered(content: bytes, document: PactDocument) -> bytes:
    raw: dict[str, Any] = json.loads(content)
    orders = [replay_order(each) for each in document.interactions]
    name = "interactions" if raw.get("interactions") else "messages"
    held = raw.get(name)
    if not isinstance(held, list) or len(held) != len(orders) or orders == sorted(orders):
        return content
    raw[name] = [held[index] for index in sorted(range(len(held)), key=orders.__getitem__)]
    return json.dumps(raw).encode()
