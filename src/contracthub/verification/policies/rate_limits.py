"""The pack ``rate-limits``: whoever is refused for asking too much is told when to ask again."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from contracthub.formats.pact.model import ProviderState
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.deprecation import http_date
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, judged, rule
from contracthub.verification.policies.settings import NotSettings
from contracthub.verification.policies.surface import PolicyOperation
from contracthub.verification.provider_states import StateMissing, StatesByUrl

MOST_AT_ONCE = 1_000
_PROMISED = re.compile(r"(?i)(?:x-)?ratelimit(?:-.*)?|x-rate-limit.*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NONE = (
    "Nothing was answered with 429; [verify.policies.rate-limits] operation with a burst, or with a state, provokes it."
)


def _probe(look: Look) -> tuple[Exchanged, ...]:
    """What came of the provocation of the settings, made once in a run: answers up to the first 429."""
    return look.once("rate-limits: probe", lambda: tuple(_provoked(look)))


def _provoked(look: Look) -> Iterator[Exchanged]:
    table = look.settings.table("rate-limits")
    name = table.get("operation")
    if not name:
        return
    operation = look.surface.by_name.get(str(name))
    if operation is None:
        raise NotSettings(f"[verify.policies.rate-limits] operation: the document has no {name!r}.")
    if not look.may_change:
        look.skip("rate-limits.limited", "The provider has a public address; unsafe-methods allows bursts.")
        return
    burst = table.get("burst", 1)
    if not isinstance(burst, int) or not 1 <= burst <= MOST_AT_ONCE:
        raise NotSettings(f"[verify.policies.rate-limits] burst must be a whole number from 1 to {MOST_AT_ONCE}.")
    states = _states(table)
    changer = None
    if states:
        if look.target.state_url is None:
            raise NotSettings("[verify.policies.rate-limits] state needs --state-url.")
        changer = StatesByUrl(look.states_client(), teardown=True)
    try:
        values = {} if changer is None else changer.set_up(states).values
        call = _call(look, operation, {**(table.get("params") or {}), **values})
        yield from _burst(look, operation, call, burst)
    except StateMissing as missing:
        raise NotSettings(f"[verify.policies.rate-limits] state: {missing}") from missing
    finally:
        if changer is not None:
            changer.tear_down(states)


def _states(table: Mapping[str, Any]) -> tuple[ProviderState, ...]:
    return (ProviderState(str(table["state"]), dict(table.get("params") or {})),) if table.get("state") else ()


def _call(look: Look, operation: PolicyOperation, known: Mapping[str, Any]) -> Call | None:
    names = [each.name for each in operation.api.parameters if each.where == "path"]
    if names and all(name in known for name in names):
        return look.maker().call_for(operation, {name: str(known[name]) for name in names})
    return look.maker().call_for(operation)


def _burst(look: Look, operation: PolicyOperation, call: Call | None, burst: int) -> Iterator[Exchanged]:
    for _ in range(burst):
        by = None if call is None else look.ask(operation.name, call, patient=False)
        if by is None:
            return
        yield by
        if by.answer.status == 429:
            return


def _refused(look: Look) -> Iterator[Exchanged]:
    """Every 429 of the run, whichever rule met it."""
    _probe(look)
    yield from look.journal.limited


@rule(
    "rate-limits.limited",
    Severity.MEDIUM,
    title="Too much is refused",
    sentence="The operation of [verify.policies.rate-limits] answers 429 within its burst, or in its state.",
    mending="Limit what one client may ask in a time, and answer 429 beyond.",
)
def _limited(look: Look) -> Iterator[Observation]:
    seen = _probe(look)
    if seen:
        last = seen[-1]
        fault = f"After {len(seen)} requests the answer is {last.answer.status}, not 429."
        yield judged(last, "" if last.answer.status == 429 else fault)
    look.skip("rate-limits.limited", "[verify.policies.rate-limits] names no operation.")


@rule(
    "rate-limits.retry-after",
    Severity.MEDIUM,
    title="429 says when to ask again",
    sentence="Every 429 carries Retry-After: seconds, or an HTTP date (RFC 6585, 4; RFC 9110, 10.2.3).",
    mending="Send Retry-After with the seconds until the next request is taken.",
)
def _retry_after(look: Look) -> Iterator[Observation]:
    for by in _refused(look):
        value = by.answer.headers.get("retry-after", "").strip()
        yield judged(by, _fault_of_wait(by, value) if value else "The 429 has no header Retry-After.")
    look.skip("rate-limits.retry-after", _NONE)


# Servers may tell the time of a moment ago.
_SLOW_CLOCK = timedelta(seconds=5)


def _fault_of_wait(by: Exchanged, value: str) -> str:
    if value.isascii() and value.isdecimal():
        return ""
    until = http_date(value)
    if until is None:
        return f"Retry-After is {value[:60]!r}."
    # By the provider's own clock; where it tells no time nobody knows.
    now = http_date(by.answer.headers.get("date", "").strip())
    return (
        f"Retry-After is {value[:60]!r}, which is over already."
        if now is not None and until < now - _SLOW_CLOCK
        else ""
    )


@rule(
    "rate-limits.headers",
    Severity.LOW,
    title="Promised rate limit headers are sent",
    sentence="RateLimit headers that the document promises for an answer are in it, and begin with a number or a name.",
    mending="Send the headers with every answer that the document promises them for, or take them out of it.",
)
def _headers(look: Look) -> Iterator[Observation]:
    for operation, by in look.reads():
        response = operation.response(by.answer.status)
        for name in response.headers if response is not None else ():
            if _PROMISED.fullmatch(name):
                value = by.answer.headers.get(name.lower(), "").strip()
                is_right = bool(value) and (not name.lower().startswith("x-") or _NUMBER.match(value) is not None)
                yield judged(by, "" if is_right else f"{name} is promised, and is {value[:40]!r}.", place=name.lower())
    look.skip("rate-limits.headers", "The document promises no rate limit headers.")
