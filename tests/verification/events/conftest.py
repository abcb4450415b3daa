"""What tests of events start from: topics that nobody else has, and providers that answer as they are told."""

import asyncio
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from tests.kafka_broker import KafkaBroker

Answer = tuple[int, Any]
Provider = Callable[[Callable[[str, str, Any], Answer]], str]


@pytest.fixture
def topic(kafka: KafkaBroker) -> str:
    """A topic that is there, and has no message."""
    name = f"events.{uuid.uuid4().hex}"
    asyncio.run(_made(kafka.bootstrap, name))
    return name


async def _made(bootstrap: str, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        await producer.partitions_for(topic)
    finally:
        await producer.stop()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Have a provider that answers each request as the function says; returns its address."""
    with ExitStack() as running:

        def start(answer: Callable[[str, str, Any], Answer]) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            running.callback(thread.join)
            running.callback(server.server_close)
            running.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


def _handler(answer: Callable[[str, str, Any], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            status, body = answer(self.command, self.path, json.loads(self.rfile.read(length)) if length else None)
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Handler
