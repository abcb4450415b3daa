"""The door to Kafka at a real broker: nobody else's offsets move, and a broker that is away, mute or none is told."""

import asyncio
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Consumer, Producer

from contracthub.verification.events.kafka import Broker, BrokerAway, KafkaAccess, Outgoing, Record
from tests.kafka_broker import ApacheKafka, KafkaBroker, has_apache
from tests.outbound.certificates import needs_openssl, self_signed
from tests.repo import tree
from tests.verification.events.topics import put

PATIENCE = 60.0
IMPORTS = re.compile(r"^\s*(from|import) aiokafka", re.MULTILINE)


@contextmanager
def reading(bootstrap: str, seconds: float = PATIENCE, **more: Any) -> Iterator[Broker]:
    access = KafkaAccess(bootstrap=bootstrap, **{"seconds": 10.0, **more})
    with Broker(access, time.monotonic() + seconds) as broker:
        yield broker


def taken(broker: Broker, count: int) -> list[Record]:
    """So many records, however long they take to come."""
    found: list[Record] = []
    until = time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < until:
        found += broker.take(0.2)
    return found


def test_only_one_module_knows_aiokafka() -> None:
    users = [path.name for path in tree.modules("src") if IMPORTS.search(path.read_text(encoding="utf-8"))]
    assert users == ["kafka.py"]


def test_what_was_there_before_is_not_taken_and_what_comes_is(kafka: KafkaBroker, topic: str) -> None:
    put(kafka.bootstrap, topic, b"old")
    with reading(kafka.bootstrap) as broker:
        broker.watch([topic])
        assert broker.take(0.0) == []
        put(kafka.bootstrap, topic, b"new", None, key=b"k", headers=[("h", b"1")])
        assert taken(broker, 2) == [
            Record(topic, 0, 1, b"k", b"new", (("h", b"1"),)),
            Record(topic, 0, 2, b"k", None, (("h", b"1"),)),
        ]


def test_what_is_sent_comes_in_its_order_with_keys_and_headers(kafka: KafkaBroker, topic: str) -> None:
    with reading(kafka.bootstrap) as broker:
        broker.watch([topic])
        broker.send([Outgoing(topic, f"{at}".encode(), b"k", (("h", b"v"),)) for at in range(50)])
        found = taken(broker, 50)
    assert [each.value for each in found] == [f"{at}".encode() for at in range(50)]
    assert {(each.key, each.headers) for each in found} == {(b"k", (("h", b"v"),))}


def test_a_topic_that_comes_later_is_read_from_its_beginning_and_not_made_by_waiting(kafka: KafkaBroker) -> None:
    name = f"later.{uuid.uuid4().hex}"
    with reading(kafka.bootstrap) as broker:
        broker.watch([name])
        assert broker.take(0.5) == []
        assert name not in broker.topics()
        producer = Producer({"bootstrap.servers": kafka.bootstrap})
        producer.produce(name, b"first")
        assert producer.flush(PATIENCE) == 0
        assert [each.value for each in taken(broker, 1)] == [b"first"]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_compressed_messages_are_read(kafka: KafkaBroker, topic: str, codec: str) -> None:
    with reading(kafka.bootstrap) as broker:
        broker.watch([topic])
        producer = Producer({"bootstrap.servers": kafka.bootstrap, "compression.type": codec, "linger.ms": 50})
        for _ in range(5):
            producer.produce(topic, b"x" * 2000, partition=0)
        assert producer.flush(PATIENCE) == 0
        assert [each.value for each in taken(broker, 5)] == [b"x" * 2000] * 5


def test_offsets_of_other_groups_stay_where_they_are_and_no_group_is_made(kafka: KafkaBroker, topic: str) -> None:
    group = f"others.{uuid.uuid4().hex}"
    put(kafka.bootstrap, topic, b"1", b"2", b"3")
    other = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": group, "auto.offset.reset": "earliest"})
    other.subscribe([topic])
    try:
        first = next(message for message in iter(lambda: other.poll(PATIENCE), None) if not message.error())
        other.commit(message=first, asynchronous=False)
        before = asyncio.run(_committed(kafka.bootstrap, group, topic))
        with reading(kafka.bootstrap) as broker:
            broker.watch([topic])
            broker.send([Outgoing(topic, b"4", partition=0)])
            assert len(taken(broker, 1)) == 1
            broker.watch_from({(topic, 0): 0})
            assert len(taken(broker, 4)) == 4
        assert asyncio.run(_committed(kafka.bootstrap, group, topic)) == before == 1
        # It is still in its group, and goes on where it was.
        rest = [other.poll(PATIENCE) for _ in range(3)]
        assert [message.value() for message in rest if message] == [b"2", b"3", b"4"]
    finally:
        other.close()
    if kafka.kind == "apache":
        assert asyncio.run(_groups(kafka.bootstrap)) & {"", "contracthub-verify"} == set()


async def _committed(bootstrap: str, group: str, topic: str) -> int | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        found: int | None = await consumer.committed(TopicPartition(topic, 0))
        return found
    finally:
        await consumer.stop()


async def _groups(bootstrap: str) -> set[str]:
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return {name for name, _ in await admin.list_consumer_groups()}
    finally:
        await admin.close()


def test_a_broker_that_is_away_is_told_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken_port:
        port = taken_port.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(BrokerAway, match=f"127.0.0.1:{port}"), reading(f"127.0.0.1:{port}", seconds=1.0):
        pass
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "says", [b"", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", b"\0" * 64, b"\xff" * 64]
)
def test_what_is_no_kafka_is_told_in_time(says: bytes) -> None:
    with peer(says) as address:
        started = time.monotonic()
        with pytest.raises(BrokerAway, match=r"No Kafka broker answers at 127\.0\.0\.1"), reading(address, seconds=1.5):
            pass
        assert time.monotonic() - started < 20


@contextmanager
def peer(says: bytes) -> Iterator[str]:
    """Somebody who takes connections, says this, and then nothing."""
    open_ones: list[socket.socket] = []

    def talk(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            open_ones.append(connection)
            connection.sendall(says)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=talk, args=(server,), daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in open_ones:
                each.close()


apache = pytest.mark.skipif(not has_apache(), reason="Apache Kafka's jars are not here: scripts/ensure-kafka")


@apache
def test_a_broker_that_restarts_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    with ApacheKafka(tmp_path) as own, reading(own.bootstrap, seconds=100.0) as broker:
        producer = Producer({"bootstrap.servers": own.bootstrap})
        producer.produce("t", b"before", partition=0)
        assert producer.flush(PATIENCE) == 0
        broker.watch(["t"])
        broker.send([Outgoing("t", b"1", partition=0)])
        assert [each.value for each in taken(broker, 1)] == [b"1"]
        own.kill()
        assert broker.take(1.0) == []
        back = threading.Thread(target=own.start)
        back.start()
        broker.send([Outgoing("t", f"{at}".encode(), partition=0) for at in range(2, 12)])
        back.join()
        assert [each.value for each in taken(broker, 10)] == [f"{at}".encode() for at in range(2, 12)]
        assert broker.ends(["t"])["t", 0] == 12
        assert broker.take(0.5) == []


@apache
@needs_openssl
def test_who_may_come_in_and_whom_we_trust(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "broker.test")
    login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    here = "listener.name.broker"
    more = (
        f"sasl.mechanism.inter.broker.protocol=PLAIN\n{here}.sasl.enabled.mechanisms=PLAIN\n"
        f'{here}.plain.sasl.jaas.config={login} username="admin" password="a" user_admin="a" '
        'user_verifier="let-me-in";\n'
        f"{here}.ssl.keystore.type=PEM\n{here}.ssl.keystore.location={certificate}\n"
        f"{here}.ssl.truststore.type=PEM\n{here}.ssl.truststore.location={tmp_path / 'c.pem'}\n"
        f"{here}.ssl.endpoint.identification.algorithm=\n"
    )
    with ApacheKafka(tmp_path, protocol="SASL_SSL", more=more) as own:

        def enters(password: str, **trust: Any) -> None:
            said = {"security_protocol": "SASL_SSL", "username": "verifier", "password": password, **trust}
            with reading(own.bootstrap, **said) as broker:
                assert broker.topics() == frozenset()

        enters("let-me-in", verify_tls=False)
        with pytest.raises(BrokerAway, match=r"(?i)authentication") as refused:
            enters("a-wrong-one", verify_tls=False)
        assert "a-wrong-one" not in str(refused.value)
        with pytest.raises(BrokerAway, match=r"(?i)certificate"):
            enters("let-me-in", seconds=5)
        # It is trusted, and is not who it says.
        with pytest.raises(BrokerAway, match=r"(?i)certificate"):
            enters("let-me-in", seconds=5, ca_file=str(tmp_path / "c.pem"))
