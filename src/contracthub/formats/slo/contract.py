"""The kind ``slo``: what it says wrong that a schema can't see, its identity, its needs, its line."""

import re
from collections.abc import Iterator
from itertools import pairwise

from contracthub.domain.errors import Fault
from contracthub.formats.durations import seconds_of
from contracthub.formats.live_contract import LiveDocument, LiveKind, identity_of, one_provider
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.formats.slo.model import (
    QUANTILES,
    SAFE_METHODS,
    Promise,
    entries_in,
    method_of,
    operations_of,
    promise_of,
    promises_in,
    rate_of,
    requests_of,
    share_of,
)
from contracthub.formats.slo.schema import SCHEMA

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_TIMES = frozenset({*QUANTILES, "max", "think", "duration", "warmup"})
# More than any length, share or rate is written with.
_DIGITS = 9
_PROMISED = (*QUANTILES, "max", "errors", "throughput")


def _check(body: JsonObject) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    written = body["operations"]
    for at, entry in enumerate(entries_in(body)):
        pointer = f"/operations/{at}"
        own = written[at] if isinstance(written, list) else {}
        yield from _of_operations(entry, pointer, seen)
        yield from _of_requests(entry, pointer)
        yield from _of_headers(entry, pointer)
        if not any(name in entry for name in _PROMISED):
            yield Fault("", f"promises nothing; say one of {', '.join(_PROMISED)}, or a preset", pointer)
            continue
        for name, text in _of_numbers(promise_of(entry), entry):
            if isinstance(own, dict) and name in own:
                yield Fault(name, text, child(pointer, name))
            else:
                yield Fault("", f"{name} {text}", pointer)


def _of_operations(entry: JsonObject, pointer: str, seen: dict[str, str]) -> Iterator[Fault]:
    for operation in operations_of(entry):
        if operation in seen:
            text = f"{operation} has its promise at {seen[operation]}; two can contradict each other"
            yield Fault("operation", text, f"{pointer}/operation")
        seen.setdefault(operation, pointer)


def _of_requests(entry: JsonObject, pointer: str) -> Iterator[Fault]:
    operations = operations_of(entry)
    if "request" in entry and "requests" in entry:
        yield Fault("request", "stands beside requests; give one of them", f"{pointer}/request")
    if "request" in entry and len(operations) > 1:
        yield Fault(
            "request", "is one for several operations; give requests, each with its method", f"{pointer}/request"
        )
    methods = [each.partition(" ")[0] for each in operations]
    methods += [method_of(each, operations[0]) for each in requests_of(entry)]
    unsafe = next((each for each in methods if each not in SAFE_METHODS), None)
    if unsafe and entry.get("unsafe") is not True:
        text = f"{unsafe} changes data, and a load sends it again and again; say unsafe: true where that is meant"
        yield Fault("operation", text, f"{pointer}/operation")


def _of_headers(entry: JsonObject, pointer: str) -> Iterator[Fault]:
    """A header that can't be sent: its name is no token, or there are control characters in it (RFC 9110 §5)."""
    for name in ("request", "requests"):
        found = entry.get(name)
        for at, request in enumerate(found if isinstance(found, list) else [found]):
            headers = request.get("headers") if isinstance(request, dict) else None
            place = child(f"{pointer}/{name}", at) if isinstance(found, list) else f"{pointer}/{name}"
            for header, value in headers.items() if isinstance(headers, dict) else ():
                if not _TOKEN.fullmatch(header) or not str(value).isprintable():
                    yield Fault("headers", f"{header!r} can't be sent as a header", child(f"{place}/headers", header))


def _of_numbers(promise: Promise, entry: JsonObject) -> Iterator[tuple[str, str]]:
    """What contradicts itself, by the member that should change."""
    yield from _of_order(promise)
    yield from _of_load(promise, entry)
    if promise.errors == 0 or promise.regression == 0:
        name = "errors" if promise.errors == 0 else "regression"
        yield name, "of nought can't be shown by any number of samples; allow a share, such as 0.1%"
    plan, load = promise.plan, promise.load
    if not plan.looks:
        fewest = f"it takes at least {plan.fewest} to be {promise.confidence:.1%} sure"
        yield "samples", f"{load.samples} can't decide what is promised: {fewest}"
    elif load.most_requests < plan.fewest:
        most = f"{load.worded} make at most {load.most_requests:g} requests in {load.duration:g} s"
        yield "duration", f"is too short: {most}, and a verdict needs {plan.fewest}"


def _of_order(promise: Promise) -> Iterator[tuple[str, str]]:
    named = list(promise.quantiles.items())
    if promise.maximum is not None:
        named.append(("max", promise.maximum))
    for (lesser, low), (name, limit) in pairwise(named):
        if limit < low:
            yield name, f"({limit:g} ms) is below {lesser} ({low:g} ms), which is impossible"
    for name, limit in named:
        if limit == 0:
            yield name, "of 0 ms is kept by nobody"


def _of_load(promise: Promise, entry: JsonObject) -> Iterator[tuple[str, str]]:
    load = promise.load
    if "rate" in entry:
        for name in ("users", "think"):
            if name in entry:
                yield name, "stands beside rate; users wait for answers, a rate does not: give one of them"
    if load.rate == 0:
        yield "rate", "of nought asks nothing"
    if load.duration == 0:
        yield "duration", "of nought measures nothing"
    elif load.warmup >= load.duration:
        yield "warmup", f"({load.warmup:g} s) leaves nothing of the duration ({load.duration:g} s)"
    offered = load.most_requests / load.duration if load.duration else 0.0
    if promise.throughput is not None and promise.throughput > offered:
        yield (
            "throughput",
            f"is more than the load asks for: {load.worded} make at most {offered:g} requests per second",
        )


def _identity(body: JsonObject) -> str:
    """Presets count as what they say; where states, requests and promises are the same, so is the contract.

    ``500ms`` and ``0.5s`` are the same.
    """
    meant: list[JsonValue] = [_meant(entry) for entry in entries_in(body)]
    rest = {name: value for name, value in body.items() if name not in ("preset", "operations")}
    return identity_of("slo", {**rest, "operations": meant})


def _meant(entry: JsonObject) -> JsonObject:
    """An entry in the one spelling of all that mean the same: one request is a list of one; headers have no case."""
    spelt = ("preset", "unsafe", "request", "requests")
    found = {name: _measured(name, value) for name, value in entry.items() if name not in spelt}
    operations = operations_of(entry)
    if len(operations) == 1:
        found["operation"] = operations[0]
    if requests := requests_of(entry):
        found["requests"] = [_request(each) for each in requests]
    if found.get("given") == []:
        del found["given"]
    return {**found, "unsafe": True} if entry.get("unsafe") is True else found


def _request(said: JsonObject) -> JsonObject:
    headers = said.get("headers")
    if not isinstance(headers, dict):
        return said
    lower = {name.lower(): value for name, value in headers.items()}
    # Names that differ in their case alone are two headers.
    return {**said, "headers": lower if len(lower) == len(headers) else headers}


def _measured(name: str, value: JsonValue) -> JsonValue:
    if name in _TIMES:
        return round(seconds_of(str(value)), _DIGITS)
    if name in ("errors", "regression"):
        return round(share_of(str(value)), _DIGITS)
    return round(rate_of(str(value)), _DIGITS) if name in ("throughput", "rate") else value


def _needs(document: LiveDocument, provider: str) -> tuple[Need, ...]:
    """That each operation is there; of what it answers, a promise says nothing."""
    if provider not in document.providers:
        return ()
    shape = Shape(JsonType.INTEGER, "statusCode", "success")
    return tuple(
        Need(operation, Direction.RESPONSE, "status", "", shape, document.name)
        for promise in promises_in(document.body)
        for operation in promise.operations
    )


def _describe(document: LiveDocument) -> str:
    promises = promises_in(document.body)
    more = f" and {len(promises) - 1} more" if len(promises) > 1 else ""
    return f"{promises[0].name}: {_worded(promises[0])}{more}"


def _worded(promise: Promise) -> str:
    told = [f"{name} {limit:g} ms" for name, limit in promise.quantiles.items()]
    if promise.maximum is not None:
        told.append(f"max {promise.maximum:g} ms")
    if promise.errors is not None:
        told.append(f"errors <{promise.errors * 100:g}%")
    if promise.throughput is not None:
        told.append(f"{promise.throughput:g}/s")
    return f"{', '.join(told)}, with {promise.load.worded}"


KIND = LiveKind(
    name="slo",
    schema=SCHEMA,
    check=_check,
    providers=one_provider,
    identity=_identity,
    needs=_needs,
    describe=_describe,
)
