"""Which requests a load is made of: those that the promise gives, else those of the consumers' pacts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from contracthub.formats.pact.model import HttpExchange, Interaction, Presence, ProviderState
from contracthub.formats.slo.model import LoadRequest, Promise
from contracthub.verification.pact_sources import SourcedPact

_REDIRECTS_END = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests of a promise, the states that they start from, and where they came from, for people."""

    requests: tuple[LoadRequest, ...]
    states: tuple[ProviderState, ...]
    source: str = ""
    interaction: Interaction | None = None


def asked_of(promise: Promise, pacts: Sequence[SourcedPact], consumer: str) -> Asked | None:
    """The requests for a promise; None where neither it nor a pact has one.

    Of pacts, those of the consumer count, or everybody's where the provider promises by itself. All requests of a load
    start from one set of states: those of the promise, else those of the first interaction that fits.
    """
    given = tuple(ProviderState(each.name, dict(each.params)) for each in promise.given)
    if promise.requests:
        return Asked(promise.requests, given)
    fitting = [
        (interaction, request)
        for sourced in pacts
        if consumer in (sourced.document.consumer_name, sourced.document.provider_name)
        for interaction in sourced.document.interactions
        if (request := _request(interaction, promise.operations)) is not None
    ]
    if not fitting:
        return None
    states = given or tuple(fitting[0][0].provider_states)
    chosen = [(each, request) for each, request in fitting if given or tuple(each.provider_states) == states]
    names = ", ".join(f"“{interaction.description}”" for interaction, _ in chosen)
    return Asked(tuple(request for _, request in chosen), states, f"as in the pacts: {names}", chosen[0][0])


def is_operation(operation: str, method: str, path: str) -> bool:
    """Whether a request is one for an operation whose path may have parameters.

    >>> is_operation("GET /orders/{id}", "GET", "/orders/7")
    True
    """
    wanted, _, template = operation.partition(" ")
    parts, found = template.strip("/").split("/"), path.strip("/").split("/")
    return (
        wanted == method
        and len(parts) == len(found)
        and all(part == each or _is_parameter(part) for part, each in zip(parts, found, strict=True))
    )


def _request(interaction: Interaction, operations: Sequence[str]) -> LoadRequest | None:
    """The request of an interaction, where it is one for these operations and meant to succeed."""
    exchange = interaction.exchange
    if not isinstance(exchange, HttpExchange) or exchange.response.status >= _REDIRECTS_END:
        return None
    request = exchange.request
    method = request.method.upper()
    if not any(is_operation(each, method, request.path) for each in operations):
        return None
    headers = {name.lower(): ", ".join(values) for name, values in request.headers.items()}
    body: bytes | None = None
    if request.body.presence is Presence.PRESENT:
        if request.body.binary_size is not None:
            return None
        value = request.body.value
        is_text = isinstance(value, str) and not request.body.is_json
        body = str(value).encode() if is_text else json.dumps(value).encode()
        headers.setdefault("content-type", request.body.content_type or "application/json")
    pairs = [(name, value) for name, values in request.query.items() for value in values]
    path = f"{request.path}?{urlencode(pairs)}" if pairs else request.path
    return LoadRequest(method=method, path=path, headers=headers, body=body, statuses=(exchange.response.status,))


def _is_parameter(part: str) -> bool:
    return part.startswith("{") and part.endswith("}") and len(part) > 2
