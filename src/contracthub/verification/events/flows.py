"""One flow contract from end to end: state set up, messages sent, and what comes of them watched until the deadline."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import CheckStatus
from contracthub.formats.durations import written
from contracthub.formats.flow.filling import expanded, filled, filled_text
from contracthub.formats.flow.model import (
    NUMBER,
    RUN,
    Expect,
    ExpectedMessages,
    ExpectedState,
    Flow,
    ForbiddenMessage,
    ForbiddenState,
    Never,
    Response,
    SentMessages,
    SentRequest,
)
from contracthub.formats.journey.values import NotSaved
from contracthub.formats.matching import Pattern, mismatches
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.events.answering import Question, question_from
from contracthub.verification.events.decoding import Decoded, Decoder, Undecodable
from contracthub.verification.events.encoding import Unwritable, Writing
from contracthub.verification.events.expecting import Awaited, forbidden_in, shown_for
from contracthub.verification.events.kafka import Broker, BrokerAway, Outgoing, Record, TopicUnreadable
from contracthub.verification.events.registry import RegistryAway
from contracthub.verification.events.settings import EventSettings
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.provider_states import StateChanger, StateMissing

_BATCH = 500
_TICK = 0.05
_MOST_UNREAD = 20


class Ended(Exception):
    """A flow came to its end before its last step."""

    def __init__(self, status: CheckStatus, error: str, mismatches: tuple[Mismatch, ...] = ()) -> None:
        super().__init__(error)
        self.status, self.error, self.mismatches = status, error, mismatches


@dataclass(frozen=True, slots=True)
class FlowOutcome:
    """What came of a flow."""

    status: CheckStatus
    error: str = ""
    mismatches: tuple[Mismatch, ...] = ()
    milliseconds: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _State:
    """An answer that is waited for: when it came, and what was wrong with the last one."""

    step: ExpectedState
    question: Question
    due: float
    until: float
    held_since: float | None = None
    is_met: bool = False
    last: tuple[Mismatch, ...] = ()
    silent: str = ""


@dataclass(slots=True)
class _Hush:
    """What must not be seen until a moment; ``looked`` says that somebody looked after it."""

    step: ForbiddenMessage | ForbiddenState
    until: float
    due: float
    topic: str = ""
    pattern: Pattern | None = None
    question: Question | None = None
    looked: bool = False


@dataclass(slots=True)
class _Watch:
    """Everything that is waited for at the same time."""

    awaited: list[tuple[Awaited, float]] = field(default_factory=list)
    states: list[_State] = field(default_factory=list)
    hushes: list[_Hush] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FlowRunner:
    """Runs flows one after the other, against one provider and one cluster. ``broker`` may be missing for some."""

    client: ProviderClient
    broker: Broker | None
    decoder: Decoder
    writing: Writing
    states: StateChanger
    settings: EventSettings
    deadline: float
    news: Callable[[str], None]

    def run(self, flow: Flow) -> FlowOutcome:
        """What came of it; it never raises for what provider, broker or contract are like."""
        started = time.monotonic()
        notes: list[str] = []
        try:
            self._run(flow, notes)
        except Ended as end:
            outcome = FlowOutcome(end.status, end.error, end.mismatches)
        except (BrokerAway, TopicUnreadable, RegistryAway) as away:
            outcome = FlowOutcome(CheckStatus.COULD_NOT_RUN, str(away))
        except NotSaved as missing:
            outcome = FlowOutcome(CheckStatus.COULD_NOT_RUN, f"Nothing gave a value for ${{{missing}}}.")
        except HubError as error:
            outcome = FlowOutcome(CheckStatus.COULD_NOT_RUN, error.message)
        else:
            outcome = FlowOutcome(CheckStatus.PASSED)
        took = round((time.monotonic() - started) * 1000, 3)
        return FlowOutcome(outcome.status, outcome.error, outcome.mismatches, took, tuple(notes))

    def _run(self, flow: Flow, notes: list[str]) -> None:
        if flow.needs_kafka and self.broker is None:
            raise Ended(CheckStatus.COULD_NOT_RUN, "It needs Kafka: say where with --kafka HOST:PORT.")
        if time.monotonic() >= self.deadline:
            raise Ended(CheckStatus.COULD_NOT_RUN, "The deadline came before its turn.")
        values: dict[str, JsonValue] = {RUN: uuid.uuid4().hex, **flow.values}
        states = tuple(ProviderState(each.name, _params(each, values)) for each in flow.given)
        for state in states:
            values |= state.params
        try:
            done = self.states.set_up(states)
        except StateMissing as missing:
            text = f"The provider state could not be set up: {missing}"
            raise Ended(CheckStatus.MISSING_STATE, text) from missing
        notes += done.notes
        try:
            self._played(flow, values | dict(done.values))
        finally:
            self.states.tear_down(states)

    def _played(self, flow: Flow, values: dict[str, JsonValue]) -> None:
        ends = min(self.deadline, time.monotonic() + flow.within)
        if self.broker is not None and flow.topics_out:
            self.broker.watch(self.settings.topic(filled_text(each, values)) for each in flow.topics_out)
        for number, send in enumerate(flow.sends, 1):
            self.news(f"{flow.name}: {send.name}")
            if isinstance(send, SentMessages):
                self._send(send, number, values, ends)
            else:
                self._ask(send, number, values, ends)
        self._wait(flow, self._watch_for(flow, values, ends))

    def _send(self, send: SentMessages, number: int, values: Mapping[str, JsonValue], ends: float) -> None:
        assert self.broker is not None
        where = f"send {number} ({send.name})"
        topic = self.settings.topic(filled_text(send.topic, values))
        if topic not in self.broker.topics():
            text = f"{where}: there is no topic {topic} on this broker. Create it, or start the provider that reads it."
            raise Ended(CheckStatus.COULD_NOT_RUN, text)
        batch: list[Outgoing] = []
        for each in range(1, send.count + 1):
            try:
                batch.append(self._message(send, topic, {**values, NUMBER: each}))
            except Unwritable as error:
                raise Ended(CheckStatus.COULD_NOT_RUN, f"{where}: message {each} can't be written: {error}") from error
            if send.every or len(batch) >= _BATCH or each == send.count:
                self.broker.send(batch, ends)
                batch.clear()
            if time.monotonic() >= ends:
                raise Ended(CheckStatus.COULD_NOT_RUN, f"{where}: the time was over after {each} of {send.count}.")
            if send.every and each < send.count:
                time.sleep(send.every)

    def _message(self, send: SentMessages, topic: str, values: Mapping[str, JsonValue]) -> Outgoing:
        key = filled(send.key, values)
        headers = [(name, filled_text(text, values).encode()) for name, text in send.headers.items()]
        if send.has_value:
            data: bytes | None = self.writing.written(expanded(send.value, values), send.subject)
        else:
            data = filled_text(send.text, values).encode() if send.text is not None else send.data
        encoded = None if key is None else (key if isinstance(key, str) else json.dumps(key)).encode()
        return Outgoing(topic, data, encoded, tuple(headers), send.partition)

    def _ask(self, send: SentRequest, number: int, values: Mapping[str, JsonValue], ends: float) -> None:
        question = question_from(send.request, Response(send.status), values)
        where = f"send {number} ({send.name})"
        try:
            found = question.differences(question.answered_by(self.client, ends))
        except ProviderSilent as silent:
            text = f"{where}: the provider gave no answer: {silent}."
            raise Ended(CheckStatus.FAILED, text, (Mismatch("error", "", text),)) from silent
        if found:
            raise Ended(CheckStatus.FAILED, f"{where}: {question.told}: {_told(found)}", found)

    def _watch_for(self, flow: Flow, values: Mapping[str, JsonValue], ends: float) -> _Watch:
        now = time.monotonic()
        watch = _Watch()
        for expect in flow.expects:
            until = min(ends, now + expect.within) if expect.within is not None else ends
            if isinstance(expect, ExpectedMessages):
                topic = self.settings.topic(filled_text(expect.topic, values))
                watch.awaited.append((Awaited.of(expect, topic, values), until))
            else:
                question = question_from(expect.request, expect.response, values)
                if expect.within is None:
                    until = max(now, ends - expect.stays)
                watch.states.append(_State(expect, question, now, until))
        for never in flow.nevers:
            until = now + never.during
            if isinstance(never, ForbiddenMessage):
                topic = self.settings.topic(filled_text(never.topic, values))
                watch.hushes.append(_Hush(never, until, now, topic, forbidden_in(never.message, values)))
            else:
                question = question_from(never.request, never.response, values)
                watch.hushes.append(_Hush(never, until, now, question=question))
        return watch

    def _wait(self, flow: Flow, watch: _Watch) -> None:
        listens = self.broker is not None and bool(flow.topics_out)
        while True:
            began = time.monotonic()
            for message in self._taken(watch) if listens else ():
                self._heard(message, flow, watch)
                if time.monotonic() >= self.deadline:
                    break
            for hush in watch.hushes:
                hush.looked = hush.looked or (hush.pattern is not None and began >= hush.until)
            self._look(flow, watch)
            self._check_late(flow, watch)
            if _is_over(watch):
                return
            if not listens:
                time.sleep(_TICK)

    def _taken(self, watch: _Watch) -> Iterator[Decoded]:
        assert self.broker is not None
        for record in self.broker.take(_TICK):
            try:
                yield self.decoder.decoded(record)
            except Undecodable as error:
                if len(watch.unread) < _MOST_UNREAD:
                    watch.unread.append(f"the message at {record.place} can't be read: {error}")

    def _heard(self, message: Decoded, flow: Flow, watch: _Watch) -> None:
        for awaited, _ in watch.awaited:
            if awaited.topic == message.record.topic:
                awaited.take(message)
        for hush in watch.hushes:
            if hush.pattern is None or hush.topic != message.record.topic or hush.looked:
                continue
            if not mismatches(hush.pattern, shown_for(hush.pattern, message)):
                text = (
                    f"{_place(flow.nevers, hush.step, 'never')}: such a message came, at {message.record.place}: "
                    f"{_shown(message.record)}"
                )
                raise Ended(CheckStatus.FAILED, text, (Mismatch("body", "$", text, None, _shown(message.record)),))

    def _look(self, flow: Flow, watch: _Watch) -> None:
        for state in watch.states:
            if not state.is_met and time.monotonic() >= state.due:
                self._ask_state(flow, state)
        for hush in watch.hushes:
            last = time.monotonic() >= hush.until
            if hush.question is not None and not hush.looked and (last or time.monotonic() >= hush.due):
                self._ask_hush(flow, hush, last=last)

    def _ask_state(self, flow: Flow, state: _State) -> None:
        now = time.monotonic()
        state.due = now + state.step.every
        patience = max(state.until, (state.held_since or now) + state.step.stays)
        try:
            state.last, state.silent = state.question.differences(state.question.answered_by(self.client, patience)), ""
        except ProviderSilent as silent:
            state.last, state.silent = (Mismatch("error", "", f"no answer: {silent}"),), str(silent)
        if state.last:
            if state.held_since is not None:
                after = written(round(time.monotonic() - state.held_since, 3))
                text = (
                    f"{_place(flow.expects, state.step, 'expect')}: {state.question.told} was as expected, and "
                    f"{after} later no more: {_told(state.last)}"
                )
                raise Ended(CheckStatus.FAILED, text, state.last)
            return
        if state.held_since is None:
            state.held_since = time.monotonic()
        state.is_met = time.monotonic() - state.held_since >= state.step.stays

    def _ask_hush(self, flow: Flow, hush: _Hush, *, last: bool) -> None:
        assert hush.question is not None
        assert isinstance(hush.step, ForbiddenState)
        hush.due = time.monotonic() + hush.step.every
        where = _place(flow.nevers, hush.step, "never")
        try:
            answer = hush.question.answered_by(self.client, time.monotonic() + self.client.timeout)
        except ProviderSilent as silent:
            if last:
                text = f"{where}: the provider gave no answer to {hush.question.told}: {silent}."
                raise Ended(CheckStatus.FAILED, text, (Mismatch("error", "", text),)) from silent
            return
        if not hush.question.differences(answer):
            text = f"{where}: {hush.question.told} was answered with what must never be: {answer.status}"
            body = answer.body[:200].decode("utf-8", "replace")
            raise Ended(CheckStatus.FAILED, text, (Mismatch("body", "$", text, None, body),))
        hush.looked = last

    def _check_late(self, flow: Flow, watch: _Watch) -> None:
        now = time.monotonic()
        for awaited, until in watch.awaited:
            if not awaited.is_met and now >= until:
                waited = written(awaited.step.within or flow.within)
                told, found = awaited.why_not(waited)
                if watch.unread:
                    told = f"{told}; {watch.unread[0]}"
                raise Ended(CheckStatus.FAILED, f"{_place(flow.expects, awaited.step, 'expect')}: {told}", found)
        for state in watch.states:
            if state.held_since is None and now >= state.until:
                waited = written(state.step.within or flow.within)
                text = (
                    f"{_place(flow.expects, state.step, 'expect')}: {state.question.told} was not as expected within "
                    f"{waited}: {_told(state.last)}"
                )
                raise Ended(CheckStatus.FAILED, text, state.last)
        if now >= self.deadline and not _is_over(watch):
            raise Ended(CheckStatus.COULD_NOT_RUN, "The deadline of the run (--timeout) came before its end.")


def _is_over(watch: _Watch) -> bool:
    return (
        all(awaited.is_met for awaited, _ in watch.awaited)
        and all(state.is_met for state in watch.states)
        and all(hush.looked for hush in watch.hushes)
    )


def _params(state: ProviderState, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    found = filled(dict(state.params), values)
    assert isinstance(found, dict)
    return found


def _place(steps: Sequence[Expect | Never], step: Expect | Never, part: str) -> str:
    return f"{part} {steps.index(step) + 1} ({step.name})"


def _told(found: Sequence[Mismatch]) -> str:
    if not found:
        return "nothing is known of it"
    first = found[0]
    place = f"{first.attribute} {first.location}".strip()
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{place}: {first.text}{more}"


def _shown(record: Record) -> str:
    return repr(record.value)[:200]
