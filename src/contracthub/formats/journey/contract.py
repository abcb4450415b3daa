"""The verbs of journeys. The table of live contracts knows them by these."""

from contracthub.formats import matching
from contracthub.formats.journey.checks import check
from contracthub.formats.journey.model import (
    Eventually,
    Expected,
    Given,
    Sent,
    Step,
    journey_of,
)
from contracthub.formats.journey.needs import needs_of
from contracthub.formats.journey.schema import SCHEMA
from contracthub.formats.live_contract import LiveDocument, LiveKind, identity_of
from contracthub.formats.safe_json import JsonObject, JsonValue


def providers_of(body: JsonObject) -> tuple[str, ...]:
    """Those that steps are taken at, in their order."""
    return journey_of(body).providers


def identity(body: JsonObject) -> str:
    """Names of steps, descriptions, how nested journeys are cut, and examples under matchers do not count."""
    journey = journey_of(body)
    return identity_of(
        "journey",
        {
            "within": journey.within,
            "values": dict(journey.values),
            "given": [_given(each) for each in journey.given],
            "steps": [_step(each) for each in journey.steps],
            "cleanup": [_step(each) for each in journey.cleanup],
        },
    )


def describe(document: LiveDocument) -> str:
    """``6 steps at billing and orders``."""
    journey = journey_of(document.body)
    count = len(journey.steps)
    return f"{count} {'step' if count == 1 else 'steps'} at {' and '.join(journey.providers)}"


def _step(step: Step) -> JsonObject:
    told: JsonObject = {
        "provider": step.provider,
        "given": [_given(each) for each in step.given],
        "sent": _sent(step.sent) if step.sent else None,
        "expected": _expected(step.expected) if step.expected else None,
        "replaced": dict(step.replaced),
        "saves": {each.name: [each.body, each.header] for each in step.saves},
        "eventually": _eventually(step.eventually) if step.eventually else None,
        "within": step.within,
    }
    if step.reference:
        given = step.reference.given
        told["interaction"] = [
            step.reference.consumer,
            step.reference.provider,
            step.reference.description,
            None if given is None else list(given),
        ]
    return told


def _given(given: Given) -> JsonValue:
    return [given.state.name, given.state.params, given.provider]


def _sent(sent: Sent) -> JsonObject:
    return {
        "method": sent.method,
        "path": sent.path,
        "query": {name: list(texts) for name, texts in sent.query.items()},
        "headers": {name.lower(): text for name, text in sent.headers.items()},
        "body": sent.body,
        "hasBody": sent.has_body,
    }


def _expected(expected: Expected) -> JsonObject:
    return {
        # Any of several does, so that their order says nothing.
        "status": sorted(set(expected.statuses), key=str),
        "headers": {name.lower(): _pattern(value) for name, value in expected.headers.items()},
        "body": _pattern(expected.body) if expected.has_body else None,
        "hasBody": expected.has_body,
    }


def _eventually(poll: Eventually) -> JsonObject:
    return {
        "within": poll.within,
        "every": poll.every,
        "until": _expected(poll.until) if poll.until else None,
        "never": [_expected(each) for each in poll.never],
    }


def _pattern(value: JsonValue) -> JsonValue:
    return matching.identity_value(matching.compile_pattern(value))


KIND = LiveKind(
    name="journey",
    schema=SCHEMA,
    check=check,
    providers=providers_of,
    identity=identity,
    needs=needs_of,
    describe=describe,
)
