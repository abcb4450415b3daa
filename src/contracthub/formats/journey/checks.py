"""What is wrong with a journey that its schema can't tell: references, order, deadlines, cycles and matchers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contracthub.domain.errors import Fault
from contracthub.domain.names import faults_of_name
from contracthub.formats import matching
from contracthub.formats.header_fields import headers_that_can_not_be_sent
from contracthub.formats.journey.model import (
    LONGEST,
    WHOLE,
    Placed,
    Step,
    expected_of,
    journey_of,
    placed_steps,
    seconds_in,
)
from contracthub.formats.journey.schema import MOST_STEPS
from contracthub.formats.journey.values import NAME, text_of, uses_in
from contracthub.formats.pact.expressions import ANY, steps
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

# Where `${name}` has a meaning, of what a step says.
_FILLED = ("request", "response", "replace", "eventually", "given")


def check(body: JsonObject) -> list[Fault]:
    """Every fault with its place. Later checks take for granted what earlier ones found sound."""
    return list(_of_nesting(body)) or [
        *_of_shapes(body),
        *_of_providers(body),
        *_of_names(body),
        *_of_headers(body),
        *_of_uses(body),
        *_of_deadlines(body),
        *_of_matchers(body),
    ]


def _of_nesting(body: JsonObject) -> Iterator[Fault]:
    """Journeys that do not exist, that are inside of themselves, or that are nobody's."""
    nested = body.get("journeys")
    known: Mapping[str, JsonValue] = nested if isinstance(nested, dict) else {}
    edges: dict[str, list[tuple[str, str]]] = {}
    faults: list[Fault] = []
    for owner, step, pointer in _written_steps(body):
        name = step.get("journey")
        if not isinstance(name, str):
            continue
        place = child(pointer, "journey")
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            faults.append(Fault("journey", f"names {name!r}, and the journeys here are: {listed}", place))
        else:
            edges.setdefault(owner, []).append((name, place))
    used = {name for found in edges.values() for name, _ in found}
    faults += [
        Fault(name, "is used by no step; remove it", child("/journeys", name)) for name in known if name not in used
    ]
    faults += _cycles(edges)
    yield from faults
    if not faults:
        yield from _too_many(body, edges)


def _cycles(edges: Mapping[str, list[tuple[str, str]]]) -> Iterator[Fault]:
    """Each reference that leads back to the journey that it is in."""
    for owner, found in edges.items():
        for name, place in found:
            if owner and owner in _reached(name, edges):
                way = f"{owner!r} is inside of itself" if name == owner else f"{owner!r} uses {name!r}, which uses it"
                yield Fault("journey", f"makes a cycle: {way}; a journey has to come to an end", place)


def _reached(start: str, edges: Mapping[str, list[tuple[str, str]]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for name, _ in edges.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


def _too_many(body: JsonObject, edges: Mapping[str, list[tuple[str, str]]]) -> Iterator[Fault]:
    """Journeys of journeys can stand for more steps than anyone wrote."""
    weights: dict[str, int] = {}

    def weight(owner: str) -> int:
        if owner not in weights:
            plain = sum(1 for each, step, _ in _written_steps(body) if each == owner and "journey" not in step)
            weights[owner] = plain + sum(weight(name) for name, _ in edges.get(owner, ()))
        return weights[owner]

    if weight("") > MOST_STEPS:
        text = f"stand for {weight('')} steps with the journeys in them, and at most {MOST_STEPS} are taken"
        yield Fault("steps", text, "/steps")


def _written_steps(body: JsonObject) -> Iterator[tuple[str, JsonObject, str]]:
    """Every step as it is written, with the nested journey that it is in (empty for the whole) and its place."""
    nested = body.get("journeys")
    lists: list[tuple[str, JsonValue, str]] = [
        ("", body.get("steps"), "/steps"),
        ("", body.get("cleanup"), "/cleanup"),
    ]
    for name, facts in nested.items() if isinstance(nested, dict) else ():
        if isinstance(facts, dict):
            lists.append((name, facts.get("steps"), f"{child('/journeys', name)}/steps"))
    for owner, listed, pointer in lists:
        for index, step in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(step, dict):
                yield owner, step, child(pointer, index)


def _of_shapes(body: JsonObject) -> Iterator[Fault]:
    """Each step is one thing: a request, an interaction, a poll, or a journey."""
    for _, step, pointer in _written_steps(body):
        kinds = [each for each in ("request", "interaction", "journey") if each in step]
        if len(kinds) > 1:
            yield Fault("", f"has {kinds[0]} and {kinds[1]}; a step is one of them", child(pointer, kinds[1]))
        elif not kinds and "eventually" not in step:
            yield Fault("", "does nothing; give it a request, an interaction, eventually or a journey", pointer)
        elif kinds == ["journey"]:
            others = sorted(set(step) - {"name", "description", "journey"})
            if others:
                yield Fault(others[0], "belongs to the steps of the journey that this is", child(pointer, others[0]))
        elif kinds == ["request"] and not {"response", "eventually"} & set(step):
            yield Fault("response", "response is missing: say what the answer has to be like", pointer)
        elif kinds == ["interaction"] and {"response", "provider"} & set(step):
            other = "response" if "response" in step else "provider"
            yield Fault(other, "is the interaction's own; remove it", child(pointer, other))
        poll = step.get("eventually")
        if isinstance(poll, dict) and not ("until" in poll or {"response", "interaction"} & set(step)):
            yield Fault("until", "until is missing: what is waited for?", child(pointer, "eventually"))
        if "replace" in step and kinds != ["interaction"]:
            text = "is for interactions; write ${name} into the request"
            yield Fault("replace", text, child(pointer, "replace"))
        yield from _of_expressions(step, pointer)


def _of_expressions(step: JsonObject, pointer: str) -> Iterator[Fault]:
    """What is saved from a body is one value of it."""
    saves = step.get("save")
    for name, facts in saves.items() if isinstance(saves, dict) else ():
        expression = facts.get("body") if isinstance(facts, dict) else None
        if isinstance(facts, dict) and ("body" in facts) is ("header" in facts):
            yield Fault(name, "comes from body or from header; name one", child(child(pointer, "save"), name))
        if isinstance(expression, str) and ANY in steps(expression):
            place = child(child(child(pointer, "save"), name), "body")
            yield Fault("body", "means several values; name one, as $.items[0].id does", place)


def _of_providers(body: JsonObject) -> Iterator[Fault]:
    journey = journey_of(body)
    for step in (*journey.steps, *journey.cleanup):
        if step.provider is None:
            yield Fault("provider", "provider is missing: at whom is this step taken?", step.pointer)
    first = journey.steps[0]
    if first.sent is None and first.reference is None and first.eventually is not None:
        text = "has no request, and no step before it says where to ask; add one"
        yield Fault("request", text, first.pointer)
    if body.get("provider") is None and len(journey.providers) > 1:
        for index, given in enumerate(journey.given):
            if given.provider is None:
                text = f"is at which provider? Add one of: {', '.join(journey.providers)}"
                yield Fault("provider", text, child("/given", index))
    for pointer, each in _named_states(body, journey.steps + journey.cleanup):
        if each not in journey.providers:
            text = f"names {each!r}, at which no step is taken; those are: {', '.join(journey.providers)}"
            yield Fault("provider", text, pointer)


def _of_names(body: JsonObject) -> Iterator[Fault]:
    for _, written, pointer in _written_steps(body):
        reference = written.get("interaction")
        named = [(written.get("provider"), child(pointer, "provider"))]
        if isinstance(reference, dict):
            place = child(pointer, "interaction")
            named += [(reference.get(role), child(place, role)) for role in ("provider", "consumer")]
        for name, place in named:
            for fault in faults_of_name("", name) if name is not None else ():
                yield replace(fault, pointer=place)


def _of_headers(body: JsonObject) -> Iterator[Fault]:
    for _, written, pointer in _written_steps(body):
        request = written.get("request")
        headers = request.get("headers") if isinstance(request, dict) else None
        if isinstance(headers, dict):
            place = child(child(pointer, "request"), "headers")
            found = headers_that_can_not_be_sent({name: text_of(each) for name, each in headers.items()})
            yield from (Fault(name, why, child(place, name)) for name, why in found.items())


def _named_states(body: JsonObject, taken: tuple[Step, ...]) -> Iterator[tuple[str, str]]:
    places = [("/given", journey_of(body).given), *((child(each.pointer, "given"), each.given) for each in taken)]
    for place, given in places:
        for index, each in enumerate(given):
            if each.provider is not None:
                yield child(child(place, index), "provider"), each.provider


def _of_uses(body: JsonObject) -> Iterator[Fault]:
    """Each value is there before it is used: one of `values`, or saved by a step before."""
    taken = list(placed_steps(body, "steps"))
    last = list(placed_steps(body, "cleanup"))
    constants = body.get("values")
    known: set[str] = set(constants) if isinstance(constants, dict) else set()
    saved_by = {name: each for each in reversed([*taken, *last]) for name in _saved_by(each)}
    told: set[tuple[str, str]] = set()
    for name, pointer in uses_in(body.get("given"), "/given"):
        if name not in (constants if isinstance(constants, dict) else {}):
            yield Fault("", f"uses ${{{name}}} before the first step; only `values` are known there", pointer)
    for each in [*taken, *last]:
        for name, pointer in _uses_of(each):
            if name not in known and (name, pointer) not in told:
                told.add((name, pointer))
                yield Fault("", _unknown(name, each, saved_by.get(name), known), pointer)
        known |= _saved_by(each)


def _uses_of(placed: Placed) -> Iterator[tuple[str, str]]:
    for member in _FILLED:
        yield from uses_in(placed.facts.get(member), child(placed.pointer, member))


def _saved_by(placed: Placed) -> set[str]:
    saves = placed.facts.get("save")
    return set(saves) if isinstance(saves, dict) else set()


def _unknown(name: str, user: Placed, saver: Placed | None, known: set[str]) -> str:
    used = f"uses ${{{name}}}"
    if not NAME.fullmatch(name):
        return f"{used}, which is no name of a value; write $${{ for the text itself"
    if saver is None:
        listed = ", ".join(sorted(known)) or "none"
        return f"{used}, which no step saves; known here: {listed}"
    if saver.number == user.number and saver.pointer == user.pointer:
        return f"{used}, which this very step saves from its answer"
    return f"{used}, which step {saver.number} saves only later; move that step up"


def _of_deadlines(body: JsonObject) -> Iterator[Fault]:
    """Nothing inside may take longer than what it is inside of."""
    whole = seconds_in(body, "within", WHOLE)
    yield from _of_length(body, "within", "", LONGEST, f"the {LONGEST:g} s that a journey may take")
    of_whole = f"the whole journey's {whole:g} s"
    for _, step, pointer in _written_steps(body):
        yield from _of_length(step, "within", pointer, whole, of_whole)
        poll = step.get("eventually")
        if not isinstance(poll, dict):
            continue
        if "within" in step:
            yield Fault("within", "is said by eventually.within; remove this one", child(pointer, "within"))
        place = child(pointer, "eventually")
        within = seconds_in(poll, "within", whole)
        yield from _of_length(poll, "within", place, whole, of_whole)
        yield from _of_length(poll, "every", place, within, f"the {within:g} s of within")


def _of_length(facts: JsonObject, name: str, pointer: str, most: float, of_what: str) -> Iterator[Fault]:
    if name not in facts:
        return
    found = seconds_in(facts, name, most)
    if found > most:
        yield Fault(name, f"is {found:g} s, longer than {of_what}", child(pointer, name))
    elif found <= 0:
        yield Fault(name, "is no time at all; name one", child(pointer, name))


def _of_matchers(body: JsonObject) -> Iterator[Fault]:
    for _, step, pointer in _written_steps(body):
        poll = step.get("eventually")
        places = [(step.get("response"), child(pointer, "response"))]
        if isinstance(poll, dict):
            place = child(pointer, "eventually")
            places.append((poll.get("until"), child(place, "until")))
            never = poll.get("never")
            forbidden = never if isinstance(never, list) else []
            places += [(each, child(child(place, "never"), index)) for index, each in enumerate(forbidden)]
        for response, place in places:
            if isinstance(response, dict):
                yield from _of_response(response, place)


def _of_response(response: JsonObject, pointer: str) -> Iterator[Fault]:
    expected = expected_of(response)
    for name, value in expected.headers.items():
        place = child(child(pointer, "headers"), name)
        faults = matching.faults_of(value, place)
        yield from faults
        if not faults:
            pattern = matching.compile_pattern(value)
            if pattern.members is not None or pattern.items is not None:
                yield Fault(name, "is a header, whose value is a text", place)
    if expected.has_body:
        yield from matching.faults_of(expected.body, child(pointer, "body"))
