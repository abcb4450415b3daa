"""Makes the request that shows a fault smaller, as long as it still shows it: what is left is what it takes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracthub.verification.fuzz.sightings import Sighting
from contracthub.verification.fuzz.surfaces import Surface
from contracthub.verification.fuzz.wire import Answer, Call, NoAnswer

MOST_REQUESTS = 40
_SHORT_TEXT = 20
_NEEDED = frozenset({"content-type", "host", "content-length"})
Shows = Callable[[Call], bool]
Send = Callable[[Call], Answer | NoAnswer]


def smaller(sighting: Sighting, surface: Surface, send: Send, until: float) -> Sighting | None:
    """The same fault by a smaller request; None where none was found, or where the fault did not show again."""
    if sighting.call is None or not sighting.is_repeatable:
        return None
    fingerprint = sighting.fingerprint
    left = [MOST_REQUESTS]
    last: list[Sighting] = []

    def shows(call: Call) -> bool:
        left[0] -= 1
        answer = send(call)
        if not isinstance(answer, Answer) or surface.operation(call) not in (None, sighting.operation):
            return False
        found = [
            each for each in surface.faults_in(sighting.operation, call, answer) if each.fingerprint == fingerprint
        ]
        last[:] = found[:1] or last
        return bool(found)

    first = _without_noise(sighting.call)
    if not shows(first):
        return None
    smallest = shrunk(first, shows, lambda: left[0] > 0 and time.monotonic() < until)
    if smallest == sighting.call:
        return None
    shown = last[0] if last else sighting
    return replace(shown, call=smallest, interaction=sighting.interaction)


def shrunk(call: Call, shows: Shows, may_go_on: Callable[[], bool]) -> Call:
    """A request that still shows it, of which nothing more can be left out. Every step that is kept has been shown."""
    again = True
    while again:
        again = False
        for each in _simpler(call):
            if not may_go_on():
                return call
            if shows(each):
                call, again = each, True
                break
    return call


def _without_noise(call: Call) -> Call:
    kept = tuple(each for each in call.headers if not each[0].lower().startswith("x-schemathesis"))
    return replace(call, headers=tuple(each for each in kept if each[0].lower() not in _CLIENTS))


_CLIENTS = frozenset({"user-agent", "accept-encoding", "connection", "content-length", "host", "accept"})


def _simpler(call: Call) -> Iterator[Call]:
    """Requests with one thing less, the largest things first."""
    for name, _ in call.headers:
        if name.lower() not in _NEEDED:
            yield call.without_header(name)
    for at in range(len(call.query)):
        yield replace(call, query=(*call.query[:at], *call.query[at + 1 :]))
    if call.body is None:
        return
    yield replace(call, body=None).without_header("Content-Type")
    try:
        body = call.json
    except ValueError:
        return
    for value in _less(body):
        yield call.with_json(value)


def _less(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name in value:
            yield {other: member for other, member in value.items() if other != name}
        for name, member in value.items():
            for inner in _less(member):
                yield {**value, name: inner}
    elif isinstance(value, list):
        for at in range(min(len(value), 10)):
            yield [*value[:at], *value[at + 1 :]]
        for at, member in enumerate(value[:10]):
            for inner in _less(member):
                yield [*value[:at], inner, *value[at + 1 :]]
    elif isinstance(value, str) and len(value) > _SHORT_TEXT:
        yield value[: len(value) // 2]
