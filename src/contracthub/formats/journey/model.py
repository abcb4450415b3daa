"""A journey as typed values, its nested journeys put in their places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from contracthub.formats.durations import seconds_of
from contracthub.formats.journey.schema import MOST_STEPS
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

WHOLE = 120.0
LONGEST = 3600.0
EVERY = 0.2
_DEEPEST = 20
Values: TypeAlias = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it is written out. ``has_body`` tells null from nothing."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None
    has_body: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer has to be like. No ``statuses`` means any; ``headers`` and ``body`` hold matchers."""

    statuses: tuple[int | str, ...] = ()
    headers: Values = field(default_factory=dict)
    body: JsonValue = None
    has_body: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """An interaction of a pact that is published. ``consumer`` None is the journey's own; ``given`` None is any."""

    consumer: str | None
    provider: str
    description: str
    given: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A value that is taken from an answer: by an expression in its body, or from a header.

    ``example`` is one that people and comparisons may think of.
    """

    name: str
    body: str | None = None
    header: str | None = None
    example: JsonValue = None


@dataclass(frozen=True, slots=True)
class Eventually:
    """Asking again until an answer is as expected; ``never`` are answers that end it at once. In seconds.

    Without ``until`` what is expected is what the step expects.
    """

    within: float
    every: float
    until: Expected | None = None
    never: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A provider state that has to be set up, and at which provider; None where the step says it."""

    state: ProviderState
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request and what has to come of it.

    ``number`` counts from 1, ``2.1`` is the first step of the journey that step 2 is. A step that polls may leave its
    request out: it asks where the ``Location`` of the step before points to.
    """

    number: str
    name: str
    pointer: str
    provider: str | None
    sent: Sent | None = None
    expected: Expected | None = None
    reference: Reference | None = None
    replaced: Mapping[str, str] = field(default_factory=dict)
    saves: tuple[Saved, ...] = ()
    eventually: Eventually | None = None
    within: float | None = None
    given: tuple[Given, ...] = ()

    @property
    def title(self) -> str:
        """``step 2 'start processing'``."""
        return f"step {self.number} '{self.name}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A whole journey. ``within`` is in seconds and bounds all of its steps together, not the cleaning up."""

    name: str
    consumer: str | None
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...] = ()
    given: tuple[Given, ...] = ()
    values: Values = field(default_factory=dict)
    within: float = WHOLE

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that the steps are taken at, in the order in which they come first."""
        named = [each.provider for each in (*self.steps, *self.cleanup)]
        return tuple(dict.fromkeys(each for each in named if each))


@dataclass(frozen=True, slots=True)
class Placed:
    """A step as it is written, where it is written, and its number in the journey."""

    facts: JsonObject
    pointer: str
    number: str


def document_from(document: LiveDocument) -> Journey:
    """The journey of a document."""
    return journey_of(document.body)


def journey_of(body: JsonObject) -> Journey:
    """The journey of a body that was found to be sound."""
    provider = _text(body.get("provider"))
    values = body.get("values")
    return Journey(
        name=str(body["name"]),
        consumer=_text(body.get("consumer")),
        steps=_steps(body, "steps", provider),
        cleanup=_steps(body, "cleanup", provider),
        given=_given(body),
        values=values if isinstance(values, dict) else {},
        within=seconds_in(body, "within", WHOLE),
    )


def placed_steps(body: JsonObject, member: str) -> Iterator[Placed]:
    """The steps of a document in the order in which they are taken, nested journeys put in their places.

    Journeys that are inside of themselves end after some; ``checks`` refuses them.
    """
    return islice(_unfolded(body, body.get(member), f"/{member}", "", 0), MOST_STEPS)


def _unfolded(body: JsonObject, steps: JsonValue, pointer: str, prefix: str, depth: int) -> Iterator[Placed]:
    nested = body.get("journeys")
    for index, facts in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(facts, dict):
            continue
        placed = Placed(facts, child(pointer, index), f"{prefix}{index + 1}")
        name = _text(facts.get("journey"))
        if name is None:
            yield placed
            continue
        inner = nested.get(name) if isinstance(nested, dict) else None
        if isinstance(inner, dict) and depth < _DEEPEST:
            place = f"{child('/journeys', name)}/steps"
            yield from _unfolded(body, inner.get("steps"), place, f"{placed.number}.", depth + 1)


def _steps(body: JsonObject, member: str, provider: str | None) -> tuple[Step, ...]:
    found: list[Step] = []
    for each in placed_steps(body, member):
        step = _step(each, provider)
        if found and step.sent is None and step.reference is None and "provider" not in each.facts:
            # Who polls without a request asks the provider of the step before.
            step = replace(step, provider=found[-1].provider)
        found.append(step)
    return tuple(found)


def _step(placed: Placed, provider: str | None) -> Step:
    facts = placed.facts
    reference = _reference(facts.get("interaction"))
    request, response, replaced = facts.get("request"), facts.get("response"), facts.get("replace")
    own = _text(facts.get("provider")) or (reference.provider if reference else None)
    return Step(
        number=placed.number,
        name=str(facts.get("name")),
        pointer=placed.pointer,
        provider=own or provider,
        sent=_sent(request) if isinstance(request, dict) else None,
        expected=expected_of(response) if isinstance(response, dict) else None,
        reference=reference,
        replaced={name: str(value) for name, value in replaced.items()} if isinstance(replaced, dict) else {},
        saves=_saves(facts.get("save")),
        eventually=_eventually(facts.get("eventually")),
        within=seconds_in(facts, "within", 0.0) if "within" in facts else None,
        given=_given(facts),
    )


def seconds_in(facts: JsonObject, name: str, default: float) -> float:
    """A length of time that a member tells."""
    value = facts.get(name)
    return seconds_of(value) if isinstance(value, str) else default


def _sent(facts: JsonObject) -> Sent:
    query, headers = facts.get("query"), facts.get("headers")
    return Sent(
        method=str(facts["method"]).upper(),
        path=str(facts["path"]),
        query={
            name: tuple(map(_written, value if isinstance(value, list) else [value]))
            for name, value in (query.items() if isinstance(query, dict) else ())
        },
        headers={name: _written(value) for name, value in (headers.items() if isinstance(headers, dict) else ())},
        body=facts.get("body"),
        has_body="body" in facts,
    )


def expected_of(facts: JsonObject) -> Expected:
    """What a response pattern asks for."""
    status, headers = facts.get("status"), facts.get("headers")
    listed = status if isinstance(status, list) else [] if status is None else [status]
    return Expected(
        statuses=tuple(each if isinstance(each, int) else str(each).lower() for each in listed),
        headers=headers if isinstance(headers, dict) else {},
        body=facts.get("body"),
        has_body="body" in facts,
    )


def _reference(facts: JsonValue) -> Reference | None:
    if not isinstance(facts, dict):
        return None
    given = facts.get("given")
    return Reference(
        consumer=_text(facts.get("consumer")),
        provider=str(facts["provider"]),
        description=str(facts["description"]),
        given=tuple(map(str, given)) if isinstance(given, list) else None,
    )


def _saves(facts: JsonValue) -> tuple[Saved, ...]:
    if not isinstance(facts, dict):
        return ()
    return tuple(
        Saved(name, _text(each.get("body")), _text(each.get("header")), each.get("example"))
        for name, each in facts.items()
        if isinstance(each, dict)
    )


def _eventually(facts: JsonValue) -> Eventually | None:
    if not isinstance(facts, dict):
        return None
    until, never = facts.get("until"), facts.get("never")
    within = seconds_in(facts, "within", WHOLE)
    return Eventually(
        within=within,
        every=seconds_in(facts, "every", min(EVERY, within)),
        until=expected_of(until) if isinstance(until, dict) else None,
        never=tuple(expected_of(each) for each in (never if isinstance(never, list) else ()) if isinstance(each, dict)),
    )


def _given(facts: JsonObject) -> tuple[Given, ...]:
    given = facts.get("given")
    found = []
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict):
            params = each.get("params")
            state = ProviderState(str(each.get("name")), params if isinstance(params, dict) else {})
            found.append(Given(state, _text(each.get("provider"))))
    return tuple(found)


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _written(value: JsonValue) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
