"""An SLO as typed values: what is promised of which operations, and the load under which it has to hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracthub.domain.sampling_plans import SamplingPlan, least_share_of, plan_of
from contracthub.formats.durations import seconds_of
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.formats.slo.presets import filled_in

QUANTILES: Mapping[str, float] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_FIRST_WRONG = 400
_PER = {"s": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class State:
    """A provider state that has to be there while the load lasts."""

    name: str
    params: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRequest:
    """One request that is sent again and again. Without ``statuses`` every answer below 400 is right."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    statuses: tuple[int, ...] = ()

    def is_answered_by(self, status: int) -> bool:
        """Whether an answer of this status is right."""
        return status in self.statuses if self.statuses else status < _FIRST_WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How the provider is asked: by users who wait for each answer, or at a rate whatever comes of it.

    Times are in seconds, ``rate`` is per second. ``samples`` and ``duration`` are the most there may be.
    """

    users: int | None
    think: float
    rate: float | None
    duration: float
    warmup: float
    samples: int

    @property
    def most_requests(self) -> float:
        """How many requests a provider that answers at once is sent within the duration."""
        if self.rate is not None:
            return self.rate * self.duration
        return (self.users or 1) * self.duration / self.think if self.think else float("inf")

    @property
    def worded(self) -> str:
        """One line for people."""
        if self.rate is not None:
            return f"{self.rate:g} requests per second"
        pause = f", {self.think:g} s between an answer and the next request" if self.think else ""
        return f"{self.users} user{'' if self.users == 1 else 's'}{pause}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised of one operation, or of several together; times in milliseconds, shares from 0 to 1."""

    operations: tuple[str, ...]
    requests: tuple[LoadRequest, ...]
    given: tuple[State, ...]
    quantiles: Mapping[str, float]
    maximum: float | None
    errors: float | None
    throughput: float | None
    regression: float | None
    load: Load
    confidence: float
    unsafe: bool

    @property
    def name(self) -> str:
        """The operations, as people name them."""
        return ", ".join(self.operations)

    @property
    def measures(self) -> int:
        """How many things of it can be broken."""
        others = (self.maximum, self.errors, self.throughput)
        return len(self.quantiles) + sum(1 for each in others if each is not None)

    @property
    def plan(self) -> SamplingPlan:
        """When its samples are looked at."""
        least = least_share_of((QUANTILES[each] for each in self.quantiles), self.errors)
        return plan_of(least, self.load.samples, self.confidence)


@dataclass(frozen=True, slots=True)
class Slo:
    """The promises of one document."""

    name: str
    consumer: str | None
    provider: str
    promises: tuple[Promise, ...]


def document_from(document: LiveDocument) -> Slo:
    """The typed form of a document that was read."""
    return Slo(document.name, document.consumer, document.providers[0], promises_in(document.body))


def promises_in(body: JsonObject) -> tuple[Promise, ...]:
    """The promises of a body that keeps the schema."""
    return tuple(promise_of(entry) for entry in entries_in(body))


def entries_in(body: JsonObject) -> Iterator[JsonObject]:
    """The entries with what presets and defaults add."""
    entries = body["operations"]
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            preset = entry.get("preset", body.get("preset"))
            yield filled_in(entry, str(preset) if preset else None)


def promise_of(entry: JsonObject) -> Promise:
    """The promise of an entry that is filled in."""
    operations = operations_of(entry)
    return Promise(
        operations=operations,
        requests=tuple(_request(each, operations[0]) for each in requests_of(entry)),
        given=tuple(_state(each) for each in _objects(entry.get("given"))),
        quantiles={name: seconds_of(str(entry[name])) * 1000 for name in QUANTILES if name in entry},
        maximum=seconds_of(str(entry["max"])) * 1000 if "max" in entry else None,
        errors=share_of(str(entry["errors"])) if "errors" in entry else None,
        throughput=rate_of(str(entry["throughput"])) if "throughput" in entry else None,
        regression=share_of(str(entry["regression"])) if "regression" in entry else None,
        load=_load(entry),
        confidence=float(str(entry["confidence"])),
        unsafe=entry.get("unsafe") is True,
    )


def operations_of(entry: JsonObject) -> tuple[str, ...]:
    """The operations that an entry is about."""
    found = entry["operation"]
    return tuple(str(each) for each in found) if isinstance(found, list) else (str(found),)


def requests_of(entry: JsonObject) -> list[JsonObject]:
    """The requests that an entry gives, none where they come from pacts."""
    return [*_objects([entry.get("request")]), *_objects(entry.get("requests"))]


def share_of(text: str) -> float:
    """``<1%`` as a share.

    >>> share_of("<0.5%")
    0.005
    """
    return float(text.strip("<%")) / 100


def rate_of(text: str) -> float:
    """``50/s`` or ``600/m`` as a number per second.

    >>> rate_of("600/m")
    10.0
    """
    number, _, unit = text.partition("/")
    return float(number) / _PER[unit]


def _load(entry: JsonObject) -> Load:
    users = entry.get("users")
    return Load(
        users=int(str(users)) if users is not None else None,
        think=seconds_of(str(entry.get("think", "0ms"))),
        rate=rate_of(str(entry["rate"])) if "rate" in entry else None,
        duration=seconds_of(str(entry["duration"])),
        warmup=seconds_of(str(entry["warmup"])),
        samples=int(str(entry["samples"])),
    )


def _request(request: JsonObject, operation: str) -> LoadRequest:
    headers = {name.lower(): _written(value) for name, value in _members(request.get("headers")).items()}
    body: bytes | None = None
    if "body" in request:
        value = request["body"]
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        headers.setdefault("content-type", "text/plain" if isinstance(value, str) else "application/json")
    statuses = request.get("statuses")
    return LoadRequest(
        method=method_of(request, operation),
        path=str(request["path"]),
        headers=headers,
        query={name: _written(value) for name, value in _members(request.get("query")).items()},
        body=body,
        statuses=tuple(int(str(each)) for each in statuses) if isinstance(statuses, list) else (),
    )


def method_of(request: JsonObject, operation: str) -> str:
    """The request's own method, or the one of its operation."""
    return str(request.get("method") or operation.partition(" ")[0])


def _state(state: JsonObject) -> State:
    return State(str(state["name"]), _members(state.get("params")))


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _members(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _written(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
