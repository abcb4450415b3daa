"""The provider states that live contracts count on."""

from collections.abc import Iterator

from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue


def states_of(document: LiveDocument, provider: str) -> Iterator[ProviderState]:
    """Those that have to be set up at a provider, as often as they are named."""
    if document.kind == "journey":
        yield from _of_journey(document.body, provider)
        return
    yield from _given(document.body.get("given"))
    operations = document.body.get("operations")
    for each in operations if isinstance(operations, list) else ():
        if isinstance(each, dict):
            yield from _given(each.get("given"))


def _of_journey(body: JsonObject, provider: str) -> Iterator[ProviderState]:
    from contracthub.formats.journey.model import journey_of

    journey = journey_of(body)
    for each in journey.given:
        if (each.provider or body.get("provider") or provider) == provider:
            yield each.state
    for step in (*journey.steps, *journey.cleanup):
        for each in step.given:
            if (each.provider or step.provider) == provider:
                yield each.state


def _given(value: JsonValue) -> Iterator[ProviderState]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            params = each.get("params")
            yield ProviderState(str(each.get("name")), params if isinstance(params, dict) else {})
