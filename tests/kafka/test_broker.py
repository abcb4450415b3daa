"""The broker that tests share: both client libraries meet on it, and it ends with its last user."""

import asyncio
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Consumer, Producer

from tests import kafka_broker
from tests.kafka_broker import KafkaBroker, shared_broker

HEADERS: list[tuple[str, str | bytes | None]] = [("traceparent", b"00-1"), ("empty", b"")]
PATIENCE = 30


@pytest.fixture
def topic() -> str:
    return f"smoke.{uuid.uuid4().hex}"


async def _send(bootstrap: str, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"\x00value", key=b"key", headers=HEADERS)
        await producer.send_and_wait(topic, None, key=b"key")
    finally:
        await producer.stop()


async def _receive(bootstrap: str, topic: str, count: int) -> list[tuple[object, ...]]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=topic)
    await consumer.start()
    try:
        records = [await asyncio.wait_for(consumer.getone(), PATIENCE) for _ in range(count)]
    finally:
        await consumer.stop()
    return [(record.key, record.value, list(record.headers)) for record in records]


def test_what_aiokafka_sends_confluent_kafka_reads(kafka: KafkaBroker, topic: str) -> None:
    asyncio.run(_send(kafka.bootstrap, topic))
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": topic, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    try:
        seen: list[tuple[object, ...]] = []
        deadline = time.monotonic() + PATIENCE
        while len(seen) < 2 and time.monotonic() < deadline:
            if (message := consumer.poll(1.0)) is not None and not message.error():
                seen.append((message.key(), message.value(), message.headers() or []))
    finally:
        consumer.close()
    assert seen == [(b"key", b"\x00value", HEADERS), (b"key", None, [])]


def test_what_confluent_kafka_sends_aiokafka_reads(kafka: KafkaBroker, topic: str) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, b"\x00value", key=b"key", headers=HEADERS)
    producer.produce(topic, None, key=b"key")
    assert producer.flush(PATIENCE) == 0
    assert asyncio.run(_receive(kafka.bootstrap, topic, 2)) == [(b"key", b"\x00value", HEADERS), (b"key", None, [])]


def test_a_topic_has_as_many_partitions_everywhere(kafka: KafkaBroker, topic: str) -> None:
    if kafka.kind == "given":
        pytest.skip("a broker that was named has its own default")
    asyncio.run(_send(kafka.bootstrap, topic))
    described = Producer({"bootstrap.servers": kafka.bootstrap}).list_topics(topic, timeout=PATIENCE)
    assert len(described.topics[topic].partitions) == kafka_broker.PARTITIONS


# What holds one in another process, and dies without a word.
USER = """
import os, sys
from pathlib import Path
from tests.kafka_broker import shared_broker
with shared_broker(Path(sys.argv[1]), jars=Path("nowhere")) as broker:
    print(broker.bootstrap, flush=True)
    sys.stdin.read()
    os._exit(9)
"""


def test_workers_share_one_and_it_ends_with_the_last_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with _user(tmp_path) as one, _user(tmp_path) as other:
        addresses = [user.stdout.readline() for user in (one, other) if user.stdout]
        assert addresses[0] == addresses[1] != b""
        folder = (tmp_path / "kafka").resolve()
        for user in (one, other):
            assert folder.exists()
            user.communicate()
    deadline = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
    with shared_broker(tmp_path, jars=tmp_path):
        assert (tmp_path / "kafka").resolve() != folder


def _user(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", USER, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ)
