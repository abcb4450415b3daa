"""What is wrong with a flow contract that keeps its schema.

Deadlines that can't be met, names that nothing gives, matchers that don't match, expectations that forbid each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.durations import written
from contracthub.formats.flow.filling import MOST_VALUES, filled, matchers_in, repeats_in, size_of, uses_in
from contracthub.formats.flow.model import (
    NUMBER,
    RUN,
    Expect,
    ExpectedMessage,
    ExpectedMessages,
    ExpectedState,
    Flow,
    ForbiddenMessage,
    ForbiddenState,
    Never,
    Response,
    SentMessages,
    flow_from,
)
from contracthub.formats.flow.patterns import pattern_of_message, pattern_of_response, status_meets
from contracthub.formats.flow.schema import LONGEST_TEXT, MOST_MESSAGES
from contracthub.formats.header_fields import headers_that_can_not_be_sent
from contracthub.formats.matching import example, faults_of, mismatches
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

LONGEST = 3600.0
Values: TypeAlias = Mapping[str, JsonValue]


def faults_in(body: JsonObject) -> list[Fault]:
    """Everything that is wrong, with a pointer each."""
    flow = flow_from(body)
    found = [*_of_deadlines(flow), *_of_numbers(flow), *_of_topics(flow), *_of_headers(flow), *_of_names(flow, body)]
    # Patterns and contradictions make sense only where every name is known.
    return found or [*_of_patterns(flow, body)] or [*_of_contradictions(flow)]


def sample_values(flow: Flow, number: int = 1) -> dict[str, JsonValue]:
    """A value for every name, as a run could have them."""
    values: dict[str, JsonValue] = {RUN: "run", NUMBER: number, **flow.values}
    for state in flow.given:
        values |= state.params
    return values


def _of_deadlines(flow: Flow) -> Iterator[Fault]:
    if not 0 < flow.within <= LONGEST:
        yield _fault("/within", f"must be more than nothing, and at most {written(LONGEST)}")
    for send in flow.sends:
        if isinstance(send, SentMessages) and (send.count - 1) * send.every > flow.within:
            took = written((send.count - 1) * send.every)
            told = f"takes {took} for {send.count:,} messages, and the whole flow has {written(flow.within)}"
            yield _fault(child(send.pointer, "every"), told)
    for expect in flow.expects:
        yield from _of_waiting(expect, flow)
    for never in flow.nevers:
        if never.during <= 0:
            yield _fault(child(never.pointer, "during"), "must be more than nothing: nobody would look")
        elif never.during > flow.within:
            yield _fault(child(never.pointer, "during"), _longer(never.during, flow))
        if isinstance(never, ForbiddenState):
            yield from _of_interval(never, never.during)


def _of_waiting(expect: Expect, flow: Flow) -> Iterator[Fault]:
    stays = expect.stays if isinstance(expect, ExpectedState) else 0.0
    if expect.within is not None:
        if expect.within <= 0:
            yield _fault(child(expect.pointer, "within"), "must be more than nothing")
        elif expect.within > flow.within:
            yield _fault(child(expect.pointer, "within"), _longer(expect.within, flow))
        elif expect.within + stays > flow.within:
            yield _fault(child(expect.pointer, "stays"), _longer(expect.within + stays, flow, "with within it "))
    elif stays >= flow.within:
        yield _fault(child(expect.pointer, "stays"), _longer(stays, flow))
    if isinstance(expect, ExpectedState):
        yield from _of_interval(expect, expect.within or flow.within)


def _of_interval(step: ExpectedState | ForbiddenState, longest: float) -> Iterator[Fault]:
    if step.every <= 0:
        yield _fault(child(step.pointer, "every"), "must be more than nothing")
    elif step.every > longest:
        told = f"asks every {written(step.every)} for {written(longest)}, so only once; make it shorter"
        yield _fault(child(step.pointer, "every"), told)


def _longer(seconds: float, flow: Flow, begun: str = "") -> str:
    told = f"{begun}takes {written(seconds)}, and the whole flow has {written(flow.within)}"
    return f"{told}: shorten it, or raise within"


def _of_numbers(flow: Flow) -> Iterator[Fault]:
    values = 0
    for value, pointer, count in _sent(flow):
        faults = [*repeats_in(value, pointer)]
        faults += [(place, "is a matcher, and this is sent: write a value") for place in matchers_in(value, pointer)]
        for place, told in faults:
            yield _fault(place, told)
        values += 0 if faults else count * size_of(value)
        if values > MOST_VALUES:
            yield _fault(pointer, f"makes more than {MOST_VALUES:,} values of what is sent, with all that is repeated")
            break
    messages = sum(each.count for each in flow.sends if isinstance(each, SentMessages))
    if messages > MOST_MESSAGES:
        yield _fault("/send", f"sends {messages:,} messages; at most {MOST_MESSAGES:,} are sent")
    for expect in flow.expects:
        if isinstance(expect, ExpectedMessages) and sum(each.count for each in expect.messages) > MOST_MESSAGES:
            told = f"waits for more than {MOST_MESSAGES:,} messages"
            yield _fault(child(expect.pointer, "messages"), told)


def _sent(flow: Flow) -> Iterator[tuple[JsonValue, str, int]]:
    """Each value that is sent, where it stands, and how often."""
    for send in flow.sends:
        if isinstance(send, SentMessages):
            yield send.value, child(send.pointer, "value"), send.count
    for step in (*flow.sends, *flow.expects, *flow.nevers):
        if not isinstance(step, SentMessages | ExpectedMessages | ForbiddenMessage):
            yield step.request.body, child(child(step.pointer, "request"), "body"), 1


def _of_topics(flow: Flow) -> Iterator[Fault]:
    for step in (*flow.sends, *flow.expects, *flow.nevers):
        topic = getattr(step, "topic", "")
        if topic in (".", ".."):
            yield _fault(child(step.pointer, "topic"), f"{topic} can't be the name of a topic")


def _of_headers(flow: Flow) -> Iterator[Fault]:
    for step in (*flow.sends, *flow.expects, *flow.nevers):
        if not isinstance(step, SentMessages | ExpectedMessages | ForbiddenMessage):
            place = child(child(step.pointer, "request"), "headers")
            for name, why in headers_that_can_not_be_sent(step.request.headers).items():
                yield Fault(name, why, child(place, name))


def _of_names(flow: Flow, body: JsonObject) -> Iterator[Fault]:
    values = sample_values(flow)
    known = {RUN, *flow.values, *(name for state in flow.given for name in state.params)}
    for name, pointer in uses_in(body.get("given"), "/given"):
        if name not in {RUN, *flow.values}:
            yield _fault(pointer, f"nothing gives ${{{name}}} before the states; values do")
    for part in ("send", "expect", "never"):
        steps = body.get(part)
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            counts = isinstance(step, dict) and "topic" in step and part != "never"
            here = known | {NUMBER} if counts else known
            for name, pointer in uses_in(step, f"/{part}/{index}"):
                if len(str(values.get(name, ""))) > LONGEST_TEXT:
                    yield _fault(pointer, f"${{{name}}} is longer than {LONGEST_TEXT:,} characters")
                if name not in here:
                    yield _fault(pointer, f"nothing gives ${{{name}}}; known are: {', '.join(sorted(here))}")


def _of_patterns(flow: Flow, body: JsonObject) -> Iterator[Fault]:
    values = sample_values(flow)
    for part, member in (("expect", "messages"), ("never", "message")):
        steps = body.get(part)
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            if not isinstance(step, dict):
                continue
            pointer = f"/{part}/{index}"
            inner = step.get(member)
            several: Sequence[JsonValue] = inner if isinstance(inner, list) else [inner]
            for at, each in enumerate(several):
                place = child(child(pointer, member), at) if isinstance(inner, list) else child(pointer, member)
                yield from _of_members(each, place, values)
            yield from _of_members(step.get("response"), child(pointer, "response"), values)


def _of_members(value: JsonValue, pointer: str, values: Values) -> Iterator[Fault]:
    for name in ("key", "headers", "value", "text", "body"):
        if isinstance(value, dict) and name in value:
            yield from faults_of(filled(value[name], values), child(pointer, name))


def _of_contradictions(flow: Flow) -> Iterator[Fault]:
    values = sample_values(flow)
    for never in flow.nevers:
        for expect in flow.expects:
            if _forbids(never, expect, values):
                at = expect.pointer.removeprefix("/").replace("/", " ")
                yield _fault(never.pointer, f"forbids what {at} ({expect.name}) waits for")
                break


def _forbids(never: Never, expect: Expect, values: Values) -> bool:
    if isinstance(never, ForbiddenMessage) and isinstance(expect, ExpectedMessages) and never.topic == expect.topic:
        return any(_meets(never.message, each, values) for each in expect.messages)
    if not isinstance(never, ForbiddenState) or not isinstance(expect, ExpectedState):
        return False
    if never.request != expect.request:
        return False
    return _answer_meets(never.response, expect.response, values)


def _meets(forbidden: ExpectedMessage, expected: ExpectedMessage, values: Values) -> bool:
    """Whether an example of what is waited for is what is forbidden; a part that is not said is no example."""
    try:
        pattern = pattern_of_message(forbidden, values)
        shown = example(pattern_of_message(expected, values))
    except (Invalid, ValueError):
        # A matcher without an example may mean anything.
        return False
    return not mismatches(pattern, shown)


def _answer_meets(forbidden: Response, expected: Response, values: Values) -> bool:
    if forbidden.status is not None and not status_meets(forbidden.status, expected.status):
        return False
    try:
        pattern = pattern_of_response(forbidden, values)
        shown = example(pattern_of_response(expected, values))
    except (Invalid, ValueError):
        return False
    return not mismatches(pattern, shown)


def _fault(pointer: str, text: str) -> Fault:
    return Fault(pointer.rpartition("/")[2], text, pointer)
