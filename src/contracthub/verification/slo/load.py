"""Makes a load on a provider and measures it: users who wait for their answers, or requests at a rate.

At a rate, a request's time counts from when it was due, so that one slow answer does not hide how long those behind it
would have waited. Users are as many as was said, and none of them sends before the last answer came.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from ssl import SSLContext

from contracthub.formats.slo.model import Load, LoadRequest
from contracthub.verification.slo.exchange import Address, Connection, NoAnswer, message_of
from contracthub.verification.slo.samples import Sample

MOST_AT_ONCE = 1_000
# After a request to which there was no answer, so that a provider that is away is not asked as fast as it refuses.
_PAUSE = 0.05
_TICK = 0.02
_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load gave: its samples in the order in which they were due, and how late this machine was by itself."""

    samples: tuple[Sample, ...]
    seconds: float
    lags: tuple[float, ...] = ()

    def lag(self, share: float) -> float:
        """The lateness in milliseconds that this share of the moments did not exceed."""
        ordered = sorted(self.lags)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What to measure: where, with which requests, how, and until when (a moment of ``time.monotonic()``).

    ``looks`` are the numbers of samples after which ``is_decided`` is asked whether more are needed.
    """

    address: Address
    requests: Sequence[LoadRequest]
    load: Load
    timeout: float
    looks: tuple[int, ...]
    is_decided: Callable[[Sequence[Sample]], bool]
    deadline: float


def measure(orders: Orders) -> Measured:
    """Makes the load, and ends before the deadline: what is under way then is waited for as long as a request may."""
    return asyncio.run(_Run(orders).whole())


@dataclass(slots=True)
class _Run:
    orders: Orders
    taken: dict[int, Sample] = field(default_factory=dict)
    complete: int = 0
    """So many of the first requests that count have their answers."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    lags: list[float] = field(default_factory=list)
    began: float = 0.0
    counted: Iterator[int] = field(default_factory=count)
    turns: Iterator[int] = field(default_factory=count)

    async def whole(self) -> Measured:
        orders, load = self.orders, self.orders.load
        tls = orders.address.tls
        messages = [(message_of(each, orders.address), each) for each in orders.requests]
        self.began = time.monotonic()
        end = min(self.began + load.warmup + load.duration, orders.deadline - orders.timeout)
        makers = [self._arrivals(messages, tls)] if load.rate is not None else []
        makers += [self._user(at, Connection(orders.address, tls), messages) for at in range(load.users or 0)]
        tasks = [asyncio.create_task(each) for each in makers]
        watching = [asyncio.create_task(self._looks()), asyncio.create_task(self._ticks())]
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                await self.ended.wait()
        self.ended.set()
        await asyncio.wait(tasks)
        for each in watching:
            each.cancel()
        await asyncio.wait([*tasks, *watching])
        for task in (*tasks, *watching):
            if not task.cancelled():
                task.result()
        samples = tuple(self.taken[at] for at in range(self.complete))
        return Measured(samples, time.monotonic() - self.began, tuple(self.lags))

    async def _user(self, at: int, connection: Connection, messages: Sequence[tuple[bytes, LoadRequest]]) -> None:
        """One user: asks, waits for the answer, thinks, asks again. They do not all begin at one moment."""
        load = self.orders.load
        await self._rest(at / (load.users or 1) * min(_SPREAD, max(load.think, load.warmup / 2)))
        while not self.ended.is_set():
            sample = await self._ask(connection, messages, time.monotonic())
            pause = _PAUSE if sample.error and not sample.error.startswith("status") else 0.0
            if wait := max(load.think, pause):
                await self._rest(wait)
        connection.close()

    async def _arrivals(self, messages: Sequence[tuple[bytes, LoadRequest]], tls: SSLContext | None) -> None:
        """Requests at their rate; a connection is used again when it is free."""
        orders, rate = self.orders, self.orders.load.rate or 1.0
        free: list[Connection] = []
        room = asyncio.Semaphore(MOST_AT_ONCE)
        under_way: set[asyncio.Task[None]] = set()

        async def one(due: float) -> None:
            async with room:
                connection = free.pop() if free else Connection(orders.address, tls)
                await self._ask(connection, messages, due)
                free.append(connection)

        for at in count():
            due = self.began + at / rate
            await self._rest(due - time.monotonic())
            if self.ended.is_set():
                break
            task = asyncio.create_task(one(due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        if under_way:
            await asyncio.wait(under_way)
        for connection in free:
            connection.close()

    async def _rest(self, seconds: float) -> None:
        """Waits so long, or until the end."""
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.ended.wait()

    async def _ask(self, connection: Connection, messages: Sequence[tuple[bytes, LoadRequest]], due: float) -> Sample:
        message, request = messages[next(self.turns) % len(messages)]
        counts = due - self.began >= self.orders.load.warmup
        number = next(self.counted) if counts else -1
        error, is_cut = "", False
        try:
            # What waited for its turn has less time left: it is no answer in time any more.
            async with asyncio.timeout(max(0.001, due + self.orders.timeout - time.monotonic())):
                status = await connection.send(message, is_head=request.method == "HEAD")
            error = "" if request.is_answered_by(status) else f"status {status}"
        except TimeoutError:
            error, is_cut = f"no answer within {self.orders.timeout:g} s", True
        except NoAnswer as reason:
            error = str(reason)
        sample = Sample(due - self.began, (time.monotonic() - due) * 1000, error, is_cut)
        if counts:
            self._take(number, sample)
        return sample

    def _take(self, number: int, sample: Sample) -> None:
        """Keeps a sample. Only an unbroken row of them is looked at: whoever is waited for longest would be missing."""
        self.taken[number] = sample
        while self.complete in self.taken:
            self.complete += 1
        self.grown.set()

    async def _looks(self) -> None:
        for look in self.orders.looks:
            while self.complete < look:
                self.grown.clear()
                await self.grown.wait()
            samples = [self.taken[at] for at in range(look)]
            if self.ended.is_set() or await asyncio.to_thread(self.orders.is_decided, samples):
                break
        self.ended.set()

    async def _ticks(self) -> None:
        """How late this machine is: a busy one makes every provider slow."""
        while True:
            expected = time.monotonic() + _TICK
            await asyncio.sleep(_TICK)
            self.lags.append((time.monotonic() - expected) * 1000)
