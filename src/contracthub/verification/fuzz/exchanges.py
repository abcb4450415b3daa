"""The requests that consumers really send, out of their pacts: files, or those that a hub has the provider verify."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.formats.needs import Direction, Need
from contracthub.formats.pact.model import Body, HttpExchange, Interaction, PactDocument, Part, Presence, Values
from contracthub.formats.pact.needs import needs
from contracthub.verification.fuzz.job import Exchange, Generated, Needed, State
from contracthub.verification.pact_sources import pacts_of
from contracthub.verification.suites import Target

MOST_EXCHANGES = 2_000
MOST_NEEDS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """What consumers send and expect, in the order of their pacts; why some of it is not known; what else to say."""

    exchanges: tuple[Exchange, ...]
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def exchanges_of(target: Target) -> Sent:
    """The requests of the pacts that a target names."""
    problems: list[str] = []
    notices: list[str] = []
    found: list[Exchange] = []
    for pact in pacts_of(target, problems, notices):
        if not target.consumers or pact.document.consumer_name in target.consumers:
            found += exchanges_in(pact.document, is_pending=pact.is_pending)
        if len(found) > MOST_EXCHANGES:
            problems.append(f"Consumers send more than {MOST_EXCHANGES} requests; the rest is not fuzzed with.")
            break
    return Sent(tuple(found[:MOST_EXCHANGES]), tuple(problems), tuple(notices))


def exchanges_in(document: PactDocument, *, is_pending: bool = False) -> Iterator[Exchange]:
    """The exchanges over HTTP of one pact."""
    read = _needs_by_interaction(document)
    for interaction in document.interactions:
        if isinstance(interaction.exchange, HttpExchange):
            pending = is_pending or interaction.is_pending
            yield _exchange(document.consumer_name, interaction, read, is_pending=pending)


def _exchange(
    consumer: str, interaction: Interaction, read: Mapping[str, tuple[Needed, ...]], *, is_pending: bool
) -> Exchange:
    assert isinstance(interaction.exchange, HttpExchange)
    request, response = interaction.exchange.request, interaction.exchange.response
    headers = [(name, ", ".join(values)) for name, values in request.headers.items()]
    body = _text(request.body)
    if body is not None and request.body.is_json and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", request.body.content_type or "application/json"))
    return Exchange(
        consumer=consumer,
        description=interaction.description,
        method=request.method.upper(),
        path=quote(request.path or "/", safe="/%:@!$&'()*+,;=~-._"),
        status=response.status,
        states=tuple(State(name=each.name, params=json.dumps(each.params)) for each in interaction.provider_states),
        query=tuple(_pairs(request.query)),
        headers=tuple(headers),
        body=body,
        needs=read.get(interaction.description, ()),
        generated=tuple(
            Generated(part=each.part, expression=each.expression, template=str(each.facts.get("expression", "")))
            for each in request.generators
            if each.kind == "ProviderState"
        ),
        expects_answer=not is_pending,
    )


def _needs_by_interaction(document: PactDocument) -> Mapping[str, tuple[Needed, ...]]:
    found: dict[str, list[Need]] = {}
    for need in needs(document):
        if need.direction is Direction.RESPONSE and need.part in (Part.BODY, Part.HEADER):
            found.setdefault(need.interaction, []).append(need)
    return {
        name: tuple(
            Needed(part=each.part, path=each.path, json_type=each.shape.json_type.value, matcher=each.shape.matcher)
            for each in listed[:MOST_NEEDS]
        )
        for name, listed in found.items()
    }


def _text(body: Body) -> str | None:
    if body.presence is not Presence.PRESENT or body.binary_size is not None:
        return None
    return json.dumps(body.value) if body.is_json or not isinstance(body.value, str) else body.value


def _pairs(values: Values) -> Iterator[tuple[str, str]]:
    for name, listed in values.items():
        for each in listed:
            yield name, each
