"""The one door to Kafka: reads topics from an offset on, and writes to them. Nothing else here knows aiokafka.

No consumer group is ever joined and no offset committed: partitions are assigned by hand, so that whoever else reads
the topics sees no rebalance and finds his offsets as he left them. Topics are not made by looking at them.
"""

import asyncio
import logging
import re
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, TopicAuthorizationFailedError

T = TypeVar("T")

Place = tuple[str, int]
"""A partition of a topic."""

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
LARGEST_MESSAGE = 16 * 1024 * 1024
_PAUSE = 0.1
_LOOK_AROUND = 1.0
_LOOK_OUT = 0.1
_GRACE = 2.0
_RESTART = 60.0
"""How long a broker that was there may be away, in seconds, before it is given up."""
_LAST_WORDS = 200
_REFUSED = re.compile(r"(?i)authenticat|unsupportedsaslmechanism|certificate")


class BrokerAway(Exception):
    """The broker can't be reached, does not let us in, or says nothing that can be understood; the text says why."""


class TopicUnreadable(Exception):
    """What is in a topic can't be had; the text names the topic and says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One message as it lies in a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @property
    def place(self) -> str:
        """Where it lies, for people."""
        return f"{self.topic}, partition {self.partition}, offset {self.offset}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be written."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaAccess:
    """Where the brokers are, and how to be let in. ``seconds`` is the patience for one answer of a broker."""

    bootstrap: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    key_password: str | None = field(default=None, repr=False)
    verify_tls: bool = True
    seconds: float = 10.0


class Broker:
    """Topics of one cluster, read and written in a loop of its own thread. To be used in a ``with`` block.

    Every method ends by the deadline, a moment of ``time.monotonic()``, and raises BrokerAway where nobody answers.
    A broker that restarts is waited for until then.
    """

    def __init__(self, access: KafkaAccess, deadline: float) -> None:
        self._access, self._deadline = access, deadline
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="kafka", daemon=True)
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None
        self._positions: dict[Place, int] = {}
        self._watched: frozenset[str] = frozenset()
        self._looked_around = 0.0
        self._said = _LastWords()

    def __enter__(self) -> Self:
        """Connects. Raises BrokerAway."""
        self._said.listen()
        self._thread.start()
        try:
            until = min(self._deadline, time.monotonic() + self._access.seconds)
            self._run(self._connect(until), until + _GRACE)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def topics(self) -> frozenset[str]:
        """The topics that there are, as far as we may see them."""
        return self._patiently(self._topics)

    def ends(self, topics: Iterable[str]) -> dict[Place, int]:
        """The offset that the next message will have, of each partition of those topics that are there."""
        return self._patiently(lambda: self._ends(frozenset(topics)))

    def beginnings(self, places: Iterable[Place]) -> dict[Place, int]:
        """The offset of the oldest message that is still there."""
        wanted = [TopicPartition(*place) for place in places]
        return self._patiently(lambda: self._beginnings(wanted))

    def watch(self, topics: Iterable[str]) -> None:
        """From now on ``take`` gives what comes to these topics. A topic that is new is read from its beginning."""
        self._watched = frozenset(topics)
        self._positions = self.ends(self._watched)
        self._looked_around = time.monotonic()
        self._assign(self._positions)

    def watch_from(self, positions: Mapping[Place, int]) -> None:
        """From now on ``take`` gives what lies in these partitions from these offsets on."""
        self._watched = frozenset()
        self._positions = dict(positions)
        self._assign(self._positions)

    def take(self, seconds: float, most: int = 500) -> list[Record]:
        """What came meanwhile, and else within so many seconds; empty when nothing did.

        Raises TopicUnreadable.
        """
        until = min(self._deadline, time.monotonic() + max(seconds, 0.0))
        if self._watched and time.monotonic() - self._looked_around >= self._interval:
            self._look_around()
        if not self._positions:
            time.sleep(max(0.0, min(until - time.monotonic(), _PAUSE)))
            return []
        wait = max(until - time.monotonic(), 0.0)
        wait = min(wait, self._interval) if self._watched else wait
        try:
            found = self._run(self._fetched(wait, most), time.monotonic() + wait + self._access.seconds)
        except KafkaError as error:
            names = ", ".join(sorted({topic for topic, _ in self._positions}))
            raise TopicUnreadable(f"{names} can't be read: {_words(error)}.") from error
        for each in found:
            self._positions[each.topic, each.partition] = each.offset + 1
        return found

    def send(self, messages: Sequence[Outgoing], until: float | None = None) -> None:
        """Writes the messages in their order, and returns when the broker has them all, by ``until`` at the latest."""
        try:
            self._run(self._sent(messages), until or time.monotonic() + _RESTART)
        except KafkaError as error:
            raise BrokerAway(f"A message could not be written: {_words(error)}.") from error

    @property
    def _interval(self) -> float:
        """How often to look for what is new: often, while a topic that is waited for is not there."""
        return _LOOK_AROUND if self._watched <= {topic for topic, _ in self._positions} else _LOOK_OUT

    def _assign(self, positions: Mapping[Place, int]) -> None:
        self._run(self._assigned(dict(positions)), self._deadline)

    def _look_around(self) -> None:
        """Topics and partitions that are new are read from their beginning on: nothing in them was there before."""
        self._looked_around = time.monotonic()
        try:
            known = self._run(self._partitions(self._watched), time.monotonic() + self._access.seconds)
        except (BrokerAway, KafkaError):
            # It may be on its way back; those that are known go on being read.
            return
        new = known - self._positions.keys()
        if new:
            self._positions |= dict.fromkeys(new, 0)
            self._assign(self._positions)

    def _patiently(self, wanted: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Asks again while a broker is away, until the deadline."""
        until = min(self._deadline, time.monotonic() + _RESTART)
        while True:
            try:
                return self._run(wanted(), until)
            except (BrokerAway, KafkaError) as error:
                if isinstance(error, TopicAuthorizationFailedError) or time.monotonic() + _PAUSE >= until:
                    raise BrokerAway(f"{self._access.bootstrap}: {_words(error)}.") from error
                time.sleep(_PAUSE)

    def _run(self, wanted: Coroutine[Any, Any, T], until: float) -> T:
        """The result of what runs in the loop. Raises BrokerAway when it takes too long."""
        left = max(0.05, min(until, self._deadline + _GRACE) - time.monotonic())
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(wanted, left), self._loop)
        try:
            return future.result(left + _GRACE)
        except (TimeoutError, FutureTimeout) as error:
            future.cancel()
            raise BrokerAway(f"{self._access.bootstrap} gave no answer within {left:.0f} s") from error
        except (KafkaError, BrokerAway):
            raise
        except Exception as error:
            # What answers is no Kafka, and what a client makes of that may be any error at all.
            raise BrokerAway(f"{self._access.bootstrap}: {_words(error)}") from error

    async def _connect(self, until: float) -> None:
        last: BaseException | None = None
        while time.monotonic() < until:
            self._consumer = AIOKafkaConsumer(
                **self._settings(),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                max_partition_fetch_bytes=LARGEST_MESSAGE,
                fetch_max_wait_ms=100,
            )
            try:
                await asyncio.wait_for(self._consumer.start(), max(0.05, until - time.monotonic()))
            except Exception as error:  # noqa: BLE001 - also of what is no Kafka at all
                last = last if isinstance(error, TimeoutError) else error
                await _stopped(self._consumer)
                self._consumer = None
                # Asking again changes nothing, and with the same password might lock somebody out.
                if isinstance(error, ValueError | TypeError) or _REFUSED.search(self._said.text):
                    break
            else:
                return
            await asyncio.sleep(_PAUSE)
        silent = f"no answer within {self._access.seconds:g} s"
        why = self._said.text or (silent if last is None else _words(last))
        raise BrokerAway(f"No Kafka broker answers at {self._access.bootstrap}: {why}.") from last

    def _settings(self) -> dict[str, Any]:
        access = self._access
        settings: dict[str, Any] = {
            "bootstrap_servers": access.bootstrap,
            "client_id": "contracthub-verify",
            "request_timeout_ms": int(access.seconds * 1000),
            "security_protocol": access.security_protocol,
            "metadata_max_age_ms": 5000,
        }
        if access.security_protocol.endswith("SSL"):
            settings["ssl_context"] = _tls(access)
        if access.security_protocol.startswith("SASL"):
            settings |= {
                "sasl_mechanism": access.sasl_mechanism,
                "sasl_plain_username": access.username,
                "sasl_plain_password": access.password,
            }
        return settings

    @property
    def _reader(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise BrokerAway("There is no connection.")
        return self._consumer

    async def _topics(self) -> frozenset[str]:
        return frozenset(await self._reader.topics())

    async def _partitions(self, topics: frozenset[str]) -> set[Place]:
        # This asks for all there is, because asking for one topic would make it. What the consumer itself knows of
        # partitions is as old as its last look at them.
        there = await self._reader._client.fetch_all_metadata()  # noqa: SLF001 - nothing public tells it
        return {(topic, part) for topic in topics for part in there.partitions_for_topic(topic) or ()}

    async def _ends(self, topics: frozenset[str]) -> dict[Place, int]:
        places = [TopicPartition(*place) for place in sorted(await self._partitions(topics))]
        found = await self._reader.end_offsets(places) if places else {}
        return {(each.topic, each.partition): offset for each, offset in found.items()}

    async def _beginnings(self, places: list[TopicPartition]) -> dict[Place, int]:
        found = await self._reader.beginning_offsets(places) if places else {}
        return {(each.topic, each.partition): offset for each, offset in found.items()}

    async def _assigned(self, positions: Mapping[Place, int]) -> None:
        places = {TopicPartition(*place): offset for place, offset in positions.items()}
        if not places:
            self._reader.unsubscribe()
            return
        self._reader.assign(list(places))
        for place, offset in places.items():
            self._reader.seek(place, offset)

    async def _fetched(self, seconds: float, most: int) -> list[Record]:
        found = await self._reader.getmany(timeout_ms=int(seconds * 1000), max_records=most)
        return [
            Record(each.topic, each.partition, each.offset, each.key, each.value, tuple(each.headers or ()))
            for records in found.values()
            for each in records
        ]

    async def _sent(self, messages: Sequence[Outgoing]) -> None:
        if self._producer is None:
            # Idempotent: a broker that restarts must not get a message twice, and may take its time to come back.
            patience = {**self._settings(), "request_timeout_ms": int(_RESTART * 1000)}
            producer = AIOKafkaProducer(**patience, enable_idempotence=True, max_request_size=LARGEST_MESSAGE)
            try:
                await producer.start()
            except BaseException:
                await _stopped(producer)
                raise
            self._producer = producer
        written: list[Awaitable[object]] = [
            await self._producer.send(
                each.topic, each.value, key=each.key, headers=list(each.headers), partition=each.partition
            )
            for each in messages
        ]
        await asyncio.gather(*written)

    def _close(self) -> None:
        async def end() -> None:
            for client in (self._producer, self._consumer):
                if client is not None:
                    await _stopped(client)
            # What a client that could not be stopped left behind.
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(2 * _GRACE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2 * _GRACE)
        if not self._thread.is_alive():
            self._loop.close()
        self._said.stop()


class _LastWords(logging.Handler):
    """What the client said last: it keeps the reasons of failed attempts out of its exceptions."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""
        self._logger = logging.getLogger("aiokafka")

    def listen(self) -> None:
        """From now on nothing of it is printed."""
        self._logger.addHandler(self)
        self._logger.propagate = False

    def stop(self) -> None:
        """As it was."""
        self._logger.removeHandler(self)
        self._logger.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the reason, and leaves out which of its connections it is."""
        self.text = " ".join(record.getMessage().split()).partition(": ")[2].rstrip(".")[:_LAST_WORDS] or self.text


async def _stopped(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    with suppress(Exception):
        await asyncio.wait_for(client.stop(), _GRACE)


def _tls(access: KafkaAccess) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=access.ca_file)
        if access.cert_file:
            context.load_cert_chain(access.cert_file, access.key_file, access.key_password)
    except (OSError, ssl.SSLError) as error:
        raise BrokerAway(f"The certificates for Kafka can't be used: {_words(error)}.") from error
    if not access.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _words(error: BaseException | None) -> str:
    if isinstance(error, IllegalStateError):
        return "the topic is not there any more"
    text = " ".join(str(error).split()).rstrip(".")[:_LAST_WORDS]
    return text or type(error).__name__
