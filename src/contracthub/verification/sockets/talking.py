"""Holds one conversation as its contract says, step by step, and tells at which of them it went wrong."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.formats.conversation.model import (
    Close,
    Conversation,
    Nothing,
    Receive,
    Send,
    Side,
    Step,
    Unordered,
    title_of,
)
from contracthub.formats.conversation.reading import completed
from contracthub.formats.durations import written
from contracthub.formats.matching import mismatches
from contracthub.formats.pact.expressions import value_at
from contracthub.formats.safe_json import JsonObject
from contracthub.verification.sockets.groups import Group
from contracthub.verification.sockets.inbox import Inbox
from contracthub.verification.sockets.judging import differences, fits
from contracthub.verification.sockets.lines import Ended, Event, Heard, Line, NoJson

_NORMAL = 1000
_MOST_SAID = 10
_SHORTEST = 0.001


class StepFailed(Exception):
    """A step did not go as the contract says; the text says how."""

    def __init__(self, text: str, found: tuple[Mismatch, ...] = ()) -> None:
        super().__init__(text)
        self.mismatches = found


class OutOfTime(Exception):
    """The run's own deadline came first; nothing is known of the contract."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step took."""

    title: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a conversation: at which step, by its title, and how."""

    title: str
    text: str
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def sentence(self) -> str:
        """The step and what was wrong there."""
        return f"{self.title}: {self.text}"


@dataclass(slots=True)
class Talk:
    """One conversation on an open line. ``deadline`` is the run's, a moment of ``time.monotonic``."""

    line: Line
    conversation: Conversation
    deadline: float
    hears: Callable[[Heard], None]
    times: list[StepTime] = field(default_factory=list)
    _inbox: Inbox = field(init=False)
    _end: float = field(init=False)
    _saved: JsonObject = field(init=False, default_factory=dict)

    async def held(self) -> Failure | None:
        """None where every step went well. Raises OutOfTime."""
        said = self.conversation
        self._end = min(time.monotonic() + said.within, self.deadline)
        self._inbox = Inbox(self.line, said.ignored, self.hears)
        try:
            for number, written_step in enumerate(said.steps, 1):
                following = said.steps[number] if number < len(said.steps) else None
                title = title_of(number, written_step.name)
                begun = time.monotonic()
                try:
                    await self._take(self._completed(number - 1), following)
                except StepFailed as failed:
                    if time.monotonic() >= self.deadline:
                        raise OutOfTime(title) from failed
                    return Failure(title, str(failed), failed.mismatches)
                self.times.append(StepTime(title, round((time.monotonic() - begun) * 1000, 3)))
            return None
        finally:
            await self._inbox.stop()
            await self.line.leave()

    def _completed(self, at: int) -> Step:
        """The step with what messages brought so far."""
        try:
            return completed(self.conversation, at, self._saved)
        except HubError as error:
            raise StepFailed(f"with what messages brought, it can't be taken: {error.message}") from error

    def _save(self, step: Receive, heard: Heard) -> None:
        for name, path in step.saves.items():
            try:
                value = value_at(heard.value, path)
            except (LookupError, NoJson) as error:
                raise StepFailed(f"nothing is at {path} to be saved as {name}") from error
            if isinstance(value, dict | list):
                # A provider must not bring matchers into what is expected of it.
                raise StepFailed(f"what is at {path} is no plain value, and can't be saved as {name}")
            self._saved[name] = value

    async def _take(self, step: Step, following: Step | None) -> None:
        if isinstance(step, Send):
            await self._send(step)
        elif isinstance(step, Receive):
            await self._receive(step, following)
        elif isinstance(step, Unordered):
            await self._receive_all(step, following)
        elif isinstance(step, Nothing):
            await self._hear_nothing(step)
        else:
            await self._close(step)

    async def _send(self, step: Send) -> None:
        await self.line.send(step.content)

    def _limit(self, seconds: float) -> tuple[float, str]:
        """The moment until which a step may wait, and how a report says so."""
        until = time.monotonic() + seconds
        if until <= self._end:
            return until, f"within {written(seconds)}"
        return self._end, f"before the whole conversation had taken {written(self.conversation.within)}"

    async def _receive(self, step: Receive, following: Step | None) -> None:
        may_go_on = following is None or _hears(following)
        hearing = _Hearing(step, *self._limit(step.within), may_go_on=may_go_on, is_last=following is None)
        while not hearing.is_over:
            event = await self._inbox.next(hearing.waits_until)
            if not hearing.goes_on_after(event):
                if event is not None:
                    self._inbox.put_back(event)
                return
            if isinstance(event, Heard):
                self._save(step, event)

    async def _receive_all(self, step: Unordered, following: Step | None) -> None:
        until, in_time = self._limit(step.within)
        group = Group(step.members)
        waits_for_more = following is not None and _hears(following)
        while not group.is_complete or (waits_for_more and not group.is_full):
            event = await self._inbox.next(until)
            if isinstance(event, Heard) and group.take(event):
                continue
            if group.is_complete:
                if event is not None:
                    self._inbox.put_back(event)
                return
            raise _not_all(step, group, event, in_time)

    async def _hear_nothing(self, step: Nothing) -> None:
        until, in_time = self._limit(step.seconds)
        event = await self._inbox.next(until)
        silence = f"expected silence for {written(step.seconds)}"
        if isinstance(event, Heard):
            raise StepFailed(f"{silence}, and heard {event.shown()!r}")
        if isinstance(event, Ended):
            raise StepFailed(f"{silence}, and {event.told()}")
        if until == self._end:
            raise StepFailed(f"{silence}, which was not over {in_time}")

    async def _close(self, step: Close) -> None:
        if step.by is Side.CLIENT:
            code = step.codes[0] if step.codes else _NORMAL
            reason = step.reason.value if step.reason and isinstance(step.reason.value, str) else ""
            await self._leave(code, reason, step.within)
            return
        until, in_time = self._limit(step.within)
        _check_end(step, await self._inbox.next(until), in_time)

    async def _leave(self, code: int, reason: str, within: float) -> None:
        event = await self._inbox.next(time.monotonic())
        if isinstance(event, Ended):
            raise StepFailed(f"the client was about to close, but {event.told()}")
        until, in_time = self._limit(within)
        if not await self.line.close(code, reason, max(until - time.monotonic(), _SHORTEST)):
            raise StepFailed(f"the provider did not answer the close {in_time}")


class _Hearing:
    """One receive step while it goes on: what it heard so far, and what the next message means for it."""

    def __init__(self, step: Receive, until: float, in_time: str, *, may_go_on: bool, is_last: bool) -> None:
        self._step, self._until, self._in_time = step, until, in_time
        self._last = time.monotonic()
        self._may_go_on, self._is_last = may_go_on, is_last
        self._count = 0
        self.is_over = False

    @property
    def waits_until(self) -> float:
        """The moment until which the next message may come."""
        if self._step.gap is not None and self._count:
            return min(self._until, self._last + self._step.gap)
        return self._until

    @property
    def _has_enough(self) -> bool:
        return self._count >= self._step.least and self._step.until is None

    def goes_on_after(self, event: Event | None) -> bool:
        """Whether the event was for this step, which then may be over. False where the next step begins with it.

        Raises StepFailed.
        """
        if event is None:
            self._silence()
            return False
        if isinstance(event, Ended):
            if self._has_enough and self._may_go_on:
                return False
            raise StepFailed(f"{event.told()}{self._so_far()}")
        if self._step.until is not None and fits(self._step.until, event):
            self._last_one()
            return True
        return self._message(event)

    def _message(self, event: Heard) -> bool:
        if self._count == self._step.most:
            raise StepFailed(f"heard {event.shown()!r} after {self._count}, which is the most{self._until_told()}")
        found = differences(self._step.expected, event)
        if found and self._has_enough and self._may_go_on:
            return False
        if found:
            which = f"message {self._count + 1}: " if self._step.most > 1 else ""
            raise StepFailed(which + _told(found), found)
        self._count += 1
        self._last = event.at
        is_enough = self._count == self._step.most or (self._is_last and self._has_enough)
        self.is_over = self._step.until is None and is_enough
        return True

    def _last_one(self) -> None:
        if self._count < self._step.least:
            raise StepFailed(f"the last message came after {self._count}, and at least {self._step.least} have to come")
        self.is_over = True

    def _silence(self) -> None:
        gap = self._step.gap
        if gap is not None and self._count and self._last + gap <= self._until:
            raise StepFailed(f"nothing came for {written(gap)} after message {self._count}")
        if not self._has_enough:
            raise StepFailed(f"nothing came {self._in_time}{self._so_far()}")

    def _so_far(self) -> str:
        if self._step.most == 1 and self._step.until is None:
            return "" if self._count else ", and no message had come"
        wanted = f"at least {self._step.least}" if self._step.least else "any number"
        return f", after {self._count} of {wanted}{self._until_told()}"

    def _until_told(self) -> str:
        return ", before the one that ends them" if self._step.until is not None else ""


def _told(found: tuple[Mismatch, ...]) -> str:
    first = found[0]
    place = f"{first.location}: " if first.location else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{place}{first.text[:1].lower()}{first.text[1:]}{more}"


def _not_all(step: Unordered, group: Group, event: Event | None, in_time: str) -> StepFailed:
    waits = f"{' and '.join(group.missing()[:_MOST_SAID])} still to come"
    if event is None:
        return StepFailed(f"{in_time} not all of it came: {waits}")
    if isinstance(event, Ended):
        return StepFailed(f"{event.told()}, with {waits}")
    found = min((differences(each.expected, event) for each in step.members), key=len)
    return StepFailed(f"no member takes {event.shown()!r}, with {waits}", found)


def _check_end(step: Close, event: Event | None, in_time: str) -> None:
    """Raises StepFailed unless the event is the end that the step wants."""
    wanted = f"expected the provider to close{_codes(step.codes)}"
    if event is None:
        raise StepFailed(f"{wanted}, and it did not {in_time}")
    if isinstance(event, Heard):
        raise StepFailed(f"{wanted}, and heard {event.shown()!r}")
    if event.fault:
        raise StepFailed(f"{wanted}, but {event.fault}")
    if step.codes and event.code not in step.codes:
        text = f"{wanted}, but got {event.code}"
        raise StepFailed(text, (Mismatch("close", "code", text, " or ".join(map(str, step.codes)), str(event.code)),))
    if step.reason is not None and (wrong := mismatches(step.reason, event.reason, "reason")):
        raise StepFailed(_told(wrong), wrong)


def _codes(codes: tuple[int, ...]) -> str:
    return f" with {' or '.join(map(str, codes))}" if codes else ""


def _hears(step: Step) -> bool:
    return not isinstance(step, Send) and not (isinstance(step, Close) and step.by is Side.CLIENT)
