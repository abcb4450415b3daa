"""One conversation from its provider states to its end, and the check that comes of it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats import safe_json
from contracthub.formats.conversation.expressions import UnknownValue, names_of_states, with_values
from contracthub.formats.conversation.model import Connect, Conversation, Transport
from contracthub.formats.conversation.reading import conversation_of
from contracthub.formats.live_contracts import read
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.provider_states import SetUp, StateChanger, StateMissing
from contracthub.verification.sockets.addresses import address_of, tls_of
from contracthub.verification.sockets.http_stream import open_stream
from contracthub.verification.sockets.inbox import Inbox
from contracthub.verification.sockets.lines import Ended, Heard, Line, NotConnected
from contracthub.verification.sockets.talking import Failure, OutOfTime, StepTime, Talk
from contracthub.verification.sockets.websocket import open_websocket
from contracthub.verification.suites import Target

Hears = Callable[[Connect, Heard], None]
_MOST_MISMATCHES = 50
_LONGEST_SHOWN = 200
# With these a provider says that it broke down, or could not read what its own document has as an example.
_OWN_FAULTS = frozenset({1002, 1003, 1007, 1011, 1014})
_TOO_LATE = "The deadline (--timeout) had passed before it began."
_FOR_TEARING_DOWN = 2.0


class _NotBegun(Exception):
    def __init__(self, text: str, status: CheckStatus) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Wanted:
    """A conversation to be held, and for whom."""

    body: JsonObject
    consumer: str = ""
    consumer_version: str = ""
    status: Callable[[CheckStatus], CheckStatus] = lambda found: found


@dataclass(slots=True)
class Held:
    """What came of one conversation: the check, and how long each step took."""

    check: Check
    times: list[StepTime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holding:
    """Holds conversations with one provider. ``hears`` is told of each message that comes."""

    target: Target
    states: StateChanger
    most_bytes: int
    deadline: float
    hears: Hears

    async def hold(self, wanted: Wanted) -> Held:
        """One conversation. Never raises for what the provider does."""
        plain = conversation_of(wanted.body)
        try:
            set_up = await self._set_up(plain)
            said = _with_values(wanted.body, plain, set_up.values)
        except _NotBegun as why:
            return Held(_check(wanted, plain, why.status, str(why)))
        try:
            return await self._with_states(wanted, said, set_up.notes)
        finally:
            await self._tear_down(plain)

    async def listen(self, wanted: Wanted, said: tuple[JsonValue, ...], seconds: float) -> Held:
        """Says these messages, one after the other, and hears what comes in that time after each of them.

        The conversation has no steps of its own; what is heard is judged by whoever listens.
        """
        plain = conversation_of(wanted.body)
        try:
            await self._set_up(plain)
        except _NotBegun as why:
            return Held(_check(wanted, plain, why.status, str(why)))
        try:
            failure, code = await self._listened(plain, said, seconds)
        except (OutOfTime, NotConnected) as error:
            return Held(_check(wanted, plain, CheckStatus.COULD_NOT_RUN, f"connect: {error}"))
        finally:
            await self._tear_down(plain)
        status = CheckStatus.FAILED if failure else CheckStatus.PASSED
        return Held(_check(wanted, plain, status, failure, code=code))

    async def _set_up(self, said: Conversation) -> SetUp:
        """What came of setting its states up. Raises _NotBegun."""
        left = self.deadline - time.monotonic()
        try:
            async with asyncio.timeout(max(left, 0)):
                return await asyncio.to_thread(self.states.set_up, said.given)
        except TimeoutError as error:
            raise _NotBegun(_TOO_LATE, CheckStatus.COULD_NOT_RUN) from error
        except StateMissing as missing:
            # Where nobody is there, it is not the state that is missing.
            away = await self._away(said.connect)
            raise (away or _NotBegun(str(missing), CheckStatus.MISSING_STATE)) from missing

    async def _away(self, connect: Connect) -> _NotBegun | None:
        """Why nobody can be asked, where nobody listens at the provider's address."""
        address = address_of(self.target.base_url, connect)
        left = min(connect.within, self.deadline - time.monotonic())
        try:
            async with asyncio.timeout(max(left, 0)):
                _, writer = await asyncio.open_connection(address.host, address.port)
        except TimeoutError:
            return None
        except OSError as error:
            told = f"connect: the provider can't be reached: {error.strerror or error}"
            return _NotBegun(told, CheckStatus.COULD_NOT_RUN)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return None

    async def _tear_down(self, said: Conversation) -> None:
        """Takes its states down; a provider that is slow at it does not hold the run up for long."""
        left = max(self.deadline - time.monotonic(), _FOR_TEARING_DOWN)
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                await asyncio.to_thread(self.states.tear_down, said.given)

    async def _listened(
        self, plain: Conversation, said: tuple[JsonValue, ...], seconds: float
    ) -> tuple[str, int | None]:
        try:
            line = await self._open(plain.connect)
        except NotConnected as refusal:
            if refusal.is_away:
                raise
            return f"connect: {refusal}", refusal.status
        inbox = Inbox(line, (), lambda heard: self.hears(plain.connect, heard))
        try:
            for message in (None, *said):
                if message is not None:
                    await line.send(safe_json.dumps(message).decode())
                until = min(time.monotonic() + seconds, self.deadline)
                while isinstance(event := await inbox.next(until), Heard):
                    pass
                if isinstance(event, Ended):
                    return _wrong_end(event, message), line.status
            return "", line.status
        finally:
            await inbox.stop()
            await line.leave()

    async def _with_states(self, wanted: Wanted, said: Conversation, notes: tuple[str, ...]) -> Held:
        times: list[StepTime] = []
        begun = time.monotonic()
        try:
            status, failure = await self._talked(said, times)
        except OutOfTime as late:
            told = f"The deadline (--timeout) had passed at {late}."
            return Held(_check(wanted, said, CheckStatus.COULD_NOT_RUN, told), times)
        except NotConnected as away:
            return Held(_check(wanted, said, CheckStatus.COULD_NOT_RUN, f"connect: {away}"), times)
        check = _check(
            wanted,
            said,
            CheckStatus.PASSED if failure is None else CheckStatus.FAILED,
            "" if failure is None else failure.sentence,
            code=status,
            mismatches=() if failure is None else _located(failure),
            milliseconds=round((time.monotonic() - begun) * 1000, 3),
            notes=notes,
        )
        return Held(check, times)

    async def _talked(self, said: Conversation, times: list[StepTime]) -> tuple[int | None, Failure | None]:
        begun = time.monotonic()
        try:
            line = await self._open(said.connect)
        except NotConnected as refusal:
            if refusal.is_away:
                raise
            if time.monotonic() >= self.deadline:
                raise OutOfTime("connect") from refusal
            if refusal.status in said.connect.refused:
                return refusal.status, None
            return refusal.status, Failure("connect", _refused(said.connect, str(refusal)))
        times.append(StepTime("connect", round((time.monotonic() - begun) * 1000, 3)))
        if said.connect.refused:
            await line.leave()
            return line.status, Failure("connect", _refused(said.connect, "the provider accepted it"))
        talk = Talk(line, said, self.deadline, lambda heard: self.hears(said.connect, heard))
        try:
            return line.status, await talk.held()
        finally:
            times.extend(talk.times)

    async def _open(self, connect: Connect) -> Line:
        address = address_of(self.target.base_url, connect)
        tls = tls_of(address, verify=self.target.verify_tls)
        headers = dict(connect.headers)
        mine = {name.lower() for name, _ in self.target.headers}
        headers = {name: value for name, value in headers.items() if name.lower() not in mine}
        headers |= dict(self.target.headers)
        opened = open_websocket if connect.transport is Transport.WEBSOCKET else open_stream
        try:
            async with asyncio.timeout(max(self.deadline - time.monotonic(), 0)):
                return await opened(address, connect, headers, tls, self.most_bytes)
        except TimeoutError as error:
            raise OutOfTime("connect") from error


def _with_values(body: JsonObject, plain: Conversation, values: JsonObject) -> Conversation:
    """The conversation with the values of its states in place. Raises _NotBegun."""
    try:
        if not names_of_states(body) and not plain.late:
            return plain
        read(safe_json.dumps(with_values(body, values)))
        return conversation_of(body, values)
    except UnknownValue as unknown:
        told = f"no provider state gave a value for ${{{unknown}}}"
    except HubError as error:
        told = f"what the provider states answered does not fit in: {error.message}"
    raise _NotBegun(told, CheckStatus.MISSING_STATE)


def _wrong_end(event: Ended, message: JsonValue) -> str:
    """What is wrong with the end of a line that the provider closed; empty where nothing is."""
    after = f" after it was told {safe_json.dumps(message).decode()[:_LONGEST_SHOWN]}" if message is not None else ""
    if event.fault:
        return f"{event.fault}{after}"
    return f"{event.told()}{after}" if event.code in _OWN_FAULTS else ""


def _refused(connect: Connect, how: str) -> str:
    if not connect.refused:
        return how
    return f"expected to be refused with {' or '.join(map(str, connect.refused))}, but {how}"


def _located(failure: Failure) -> tuple[Mismatch, ...]:
    """The differences, each with the step that they were found at; one at least, so that every report has the step."""
    found = failure.mismatches[:_MOST_MISMATCHES] or (Mismatch("error", "", failure.text),)
    return tuple(
        Mismatch(each.attribute, f"{failure.title} {each.location}".strip(), each.text, each.expected, each.actual)
        for each in found
    )


def _check(
    wanted: Wanted,
    said: Conversation,
    status: CheckStatus,
    error: str,
    *,
    code: int | None = None,
    mismatches: tuple[Mismatch, ...] = (),
    milliseconds: float | None = None,
    notes: tuple[str, ...] = (),
) -> Check:
    return Check(
        suite=Suite.SOCKETS,
        name=said.name,
        status=wanted.status(status),
        consumer=wanted.consumer,
        consumer_version=wanted.consumer_version,
        operation=said.connect.operation,
        status_code=code,
        provider_states=tuple(each.name for each in said.given),
        mismatches=mismatches,
        error=error,
        milliseconds=milliseconds,
        notes=notes,
    )
