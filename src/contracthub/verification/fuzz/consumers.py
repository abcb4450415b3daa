"""The provider under what its consumers send: as it is, in a row, and with one thing changed at a time."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from contracthub.formats.pact.expressions import steps
from contracthub.formats.pact.model import ProviderState
from contracthub.verification.fuzz.job import Exchange, FuzzJob
from contracthub.verification.fuzz.ledger import Ledger
from contracthub.verification.fuzz.needs import unmet
from contracthub.verification.fuzz.sending import Sender
from contracthub.verification.fuzz.shrinking import smaller
from contracthub.verification.fuzz.sightings import NO_ANSWER, Sighting
from contracthub.verification.fuzz.surfaces import Surface, Variation
from contracthub.verification.fuzz.wire import Answer, Call, NoAnswer, path_of, path_segment
from contracthub.verification.provider_states import StateChanger, StateMissing

MOST_VARIATIONS = 400
_ID = re.compile(r"(?i)^(?:.*[_-])?id$|Id$")
_CODES = {"timeout": "CH101", "reset": "CH102", "garbage": "CH103"}
_TITLES = {
    "timeout": "No answer in time",
    "reset": "Connection closed without a whole answer",
    "garbage": "What came back is no HTTP",
}
_AWAY = 3


class ProviderGone(Exception):
    """Nothing listens any more at the provider's address."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A consumer's request as it goes to this provider, and the operation that it is for."""

    exchange: Exchange
    call: Call
    operation: str

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """The states that it starts from."""
        return tuple(ProviderState(each.name, json.loads(each.params)) for each in self.exchange.states)


@dataclass(slots=True)
class ConsumersCampaign:
    """One run through what consumers send, until its time is over."""

    job: FuzzJob
    surface: Surface
    sender: Sender
    states: StateChanger
    ledger: Ledger
    seeds: tuple[Seed, ...] = ()
    _origins: dict[str, Seed] = field(default_factory=dict)
    _refused: int = 0
    _is_faulty: bool = False
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.seeds = tuple(self._seeds())
        self._random = random.Random(self.job.seed)  # noqa: S311 - a run is to be repeatable, not secret

    def consumers(self) -> dict[str, list[str]]:
        """Who sends requests, by operation, in the order of the pacts."""
        found: dict[str, dict[str, None]] = {}
        for seed in self.seeds:
            found.setdefault(seed.operation, {})[seed.exchange.consumer] = None
        return {operation: list(names) for operation, names in found.items()}

    def run(self, until: float, ends: float) -> None:
        """Everything in turn, while there is time; consumers' own requests have all of it. Raises ProviderGone."""
        self.ledger.go_on("consumers' requests")
        for seed in self._while_time(self.seeds, ends):
            self._as_they_are(seed)
        self.ledger.go_on("consumers' sequences")
        for seed in self._while_time(self.seeds, until):
            self._in_a_row(seed)
        self.ledger.go_on("variations of consumers' requests")
        self._vary(until)

    def leave_states(self) -> None:
        """Sets up all that consumers start from, so that what the document allows meets it, too."""
        seen: set[str] = set()
        for seed in self.seeds:
            name = json.dumps([(each.name, each.params) for each in seed.exchange.states])
            if seed.exchange.states and name not in seen:
                seen.add(name)
                with suppress(StateMissing):
                    self.states.set_up(seed.states)

    def shrink(self, until: float) -> None:
        """Looks for smaller requests that show what was found; those that hurt a consumer first."""
        found = sorted(self.ledger.seen.values(), key=lambda each: each.operation not in self.ledger.consumers)
        for sighting in found:
            if time.monotonic() >= until:
                return
            less = smaller(sighting, self.surface, self._sender_for(sighting), until)
            if less is not None:
                self.ledger.show(less)

    def _sender_for(self, sighting: Sighting) -> Callable[[Call], Answer | NoAnswer]:
        """Sends from the same provider states that the fault was seen from."""
        seed = self._origins.get(sighting.fingerprint)
        if seed is None:
            return self.sender.send

        def send(call: Call) -> Answer | NoAnswer:
            with self._started(seed):
                return self.sender.send(call)

        return send

    def _saw(self, seed: Seed, sighting: Sighting) -> None:
        """Tells a fault with whose request it is, and with the states that it takes."""
        names = " and ".join(each.name for each in seed.exchange.states)
        message = f"{sighting.message}\nIn the provider state: {names}" if names else sighting.message
        whose = (seed.exchange.consumer, seed.exchange.description)
        if self.ledger.saw(replace(sighting, interaction=whose, message=message)):
            self._origins[sighting.fingerprint] = seed

    def _seeds(self) -> Iterator[Seed]:
        root = path_of(self.job.root_url)
        for exchange in self.job.exchanges:
            call = Call(
                exchange.method,
                root + exchange.path,
                exchange.query,
                exchange.headers,
                None if exchange.body is None else exchange.body.encode(),
            )
            operation = self.surface.operation(call)
            if operation is not None and (self.job.unsafe or self.surface.reads_only(call)):
                yield Seed(exchange, call, operation)

    def _while_time(self, seeds: Sequence[Seed], until: float) -> Iterator[Seed]:
        for seed in seeds:
            if time.monotonic() >= until:
                return
            yield seed

    def _as_they_are(self, seed: Seed) -> None:
        with self._started(seed) as (call, is_ready):
            times = 2 if self.surface.reads_only(call) else 1
            for _ in range(times):
                answer = self._sent(seed, call)
                if is_ready:
                    self._must_do(seed, call, answer)
            # Neither the order of parameters nor a header that nobody knows changes what is asked for.
            if is_ready and seed.exchange.expects_answer and times == 2:
                self._told_otherwise(seed, call)

    def _told_otherwise(self, seed: Seed, call: Call) -> None:
        same = [call.with_header("X-Request-Id", "contracthub")]
        if len(call.query) > 1:
            same.append(replace(call, query=call.query[::-1]))
        for each in same:
            self._must_do(seed, each, self._sent(seed, each))

    def _must_do(self, seed: Seed, call: Call, answer: Answer | None) -> None:
        """What the consumer relies on is there; an answer that the document is against already says nothing more."""
        if answer is None or not seed.exchange.expects_answer or self._is_faulty:
            return
        for sighting in unmet(seed.exchange, seed.operation, call, answer):
            self._saw(seed, sighting)

    def _in_a_row(self, seed: Seed) -> None:
        """What a consumer created is used by its other requests, in the order of its pact."""
        if self.surface.reads_only(seed.call) or seed.call.method != "POST":
            return
        with self._started(seed) as (call, _):
            answer = self._sent(seed, call)
            if answer is None or not 200 <= answer.status < 300:
                return
            created = _created(answer)
            if created is None:
                return
            for other in self.seeds:
                used = _used(other, call, created)
                if used is not None and other.exchange.consumer == seed.exchange.consumer:
                    found = self._sent(other, used)
                    self._must_be_there(seed, other, used, answer, found)

    def _must_be_there(self, seed: Seed, other: Seed, used: Call, created: Answer, found: Answer | None) -> None:
        if found is None or found.status != 404 or used.method != "GET":
            return
        # Only the thing itself: what belongs to it may not be there yet.
        if not (created.status == 201 and used.path.count("/") == seed.call.path.count("/") + 1):
            return
        self._saw(
            seed,
            Sighting(
                operation=other.operation,
                check="ensure_resource_availability",
                code="ST302",
                failure="EnsureResourceAvailability",
                title="Created resource not found",
                message=f"{seed.operation} created it with 201, as {seed.exchange.consumer} does, and then"
                f" {used.method} {used.path} answers 404.",
                status=404,
                call=used,
            ),
        )

    def _vary(self, until: float) -> None:
        """One change after the other, each consumer's request in turn; then two changes at once."""
        waiting = [(seed, self.surface.variations(seed.call)) for seed in self.seeds]
        counts: dict[int, int] = {}
        while waiting and time.monotonic() < until:
            still = []
            for at, (seed, variations) in enumerate(waiting):
                for variation in variations:
                    self._try(seed, variation)
                    counts[id(seed)] = counts.get(id(seed), 0) + 1
                    if counts[id(seed)] < MOST_VARIATIONS:
                        still.append(waiting[at])
                    break
                if time.monotonic() >= until:
                    return
            waiting = still
        # Without the phases of the engine a run is to end by itself, and to be the same every time.
        while self.job.phases and self.seeds and time.monotonic() < until:
            seed = self._random.choice(self.seeds)
            first = self._any(seed.call)
            second = self._any(first.call) if first is not None else None
            if first is None or second is None:
                return
            self._try(seed, Variation(f"{first.what}, and {second.what}", second.call))

    def _any(self, call: Call) -> Variation | None:
        found: list[Variation] = []
        for each in self.surface.variations(call):
            found.append(each)
            if len(found) >= MOST_VARIATIONS:
                break
        return self._random.choice(found) if found else None

    def _try(self, seed: Seed, variation: Variation) -> None:
        with self._started(seed):
            answer = self._sent(seed, variation.call)
            if answer is not None and variation.is_invalid and 200 <= answer.status < 300:
                self._saw(
                    seed,
                    Sighting(
                        operation=seed.operation,
                        check="negative_data_rejection",
                        code="ST201",
                        failure="AcceptedNegativeData",
                        title="API accepted schema-violating request",
                        message=f"The document does not allow it ({variation.what}), and the answer was"
                        f" {answer.status}.",
                        status=answer.status,
                        call=variation.call,
                    ),
                )

    @contextmanager
    def _started(self, seed: Seed) -> Iterator[tuple[Call, bool]]:
        """The request where its states are set up, with the values that they gave; whether that went well."""
        call, is_ready = seed.call, not seed.exchange.states
        try:
            if self.job.state_url or seed.exchange.states:
                values = self.states.set_up(seed.states).values
                call, is_ready = with_values(seed.exchange, call, values), True
        except StateMissing:
            is_ready = False
        try:
            yield call, is_ready
        finally:
            if self.job.state_url:
                self.states.tear_down(seed.states)

    def _sent(self, seed: Seed, call: Call) -> Answer | None:
        """The answer, held against the document; None where none came, which is a fault itself."""
        answer = self.sender.send(call)
        if isinstance(answer, NoAnswer):
            self._silent(seed, call, answer)
            return None
        self._refused = 0
        operation = self.surface.operation(call) or seed.operation
        self.ledger.answered(operation, answer.status, answer.milliseconds)
        faults = self.surface.faults_in(operation, call, answer)
        self._is_faulty = bool(faults)
        for sighting in faults:
            self._saw(seed, sighting)
        return answer

    def _silent(self, seed: Seed, call: Call, answer: NoAnswer) -> None:
        if answer.kind == "refused":
            self._refused += 1
            if self._refused >= _AWAY:
                raise ProviderGone(answer.text)
            return
        self._saw(
            seed,
            Sighting(
                operation=self.surface.operation(call) or seed.operation,
                check=NO_ANSWER,
                code=_CODES[answer.kind],
                failure=answer.kind,
                title=_TITLES[answer.kind],
                message=answer.text,
                call=call,
            ),
        )


def with_values(exchange: Exchange, call: Call, values: Mapping[str, object]) -> Call:
    """The request with what its provider states gave in the places that the contract names."""
    for each in exchange.generated:
        text = re.sub(r"\$\{([^{}]+)\}", lambda found: str(values.get(found[1], found[0])), each.template)
        if "${" in text or not text:
            continue
        if each.part == "path":
            prefix = call.path.removesuffix(exchange.path)
            call = replace(call, path=prefix + "/".join(path_segment(part) for part in text.split("/")))
        elif each.part == "query":
            name = str(next(iter(steps(each.expression)), each.expression))
            call = replace(call, query=tuple((key, text if key == name else value) for key, value in call.query))
        elif each.part == "header":
            call = call.with_header(each.expression, text)
        elif each.part == "body":
            with suppress(ValueError):
                call = call.with_json(_put(call.json, list(steps(each.expression)), text))
    return call


def _put(value: object, path: list[object], text: str) -> object:
    if not path:
        return type(value)(text) if isinstance(value, int | float) and not isinstance(value, bool) else text
    step = path[0]
    if isinstance(value, dict) and step in value:
        return {**value, step: _put(value[step], path[1:], text)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _put(value[step], path[1:], text), *value[step + 1 :]]
    return value


def _created(answer: Answer) -> str | None:
    """The name of what was created: the end of its Location, else what is called an id in the answer."""
    location = (answer.headers.get("location") or [""])[0]
    if location:
        return unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2]) or None
    try:
        body = answer.json
    except ValueError:
        return None
    for holder in (body, *(body.values() if isinstance(body, dict) else ())):
        for name, value in holder.items() if isinstance(holder, dict) else ():
            if _ID.search(name) and isinstance(value, str | int) and not isinstance(value, bool):
                return str(value)
    return None


def _used(other: Seed, creating: Call, created: str) -> Call | None:
    """Another request of the consumer, about what was just created; None where it is about something else."""
    base = creating.path.rstrip("/") + "/"
    if not other.call.path.startswith(base):
        return None
    _, slash, rest = other.call.path.removeprefix(base).partition("/")
    return replace(other.call, path=f"{base}{path_segment(created)}{slash}{rest}")
