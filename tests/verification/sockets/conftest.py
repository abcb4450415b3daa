"""Providers of the tests: real servers on free ports that say what a test tells them to."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from websockets.asyncio.server import ServerConnection, serve

from contracthub.domain.verification_runs import Check, SuiteRun
from contracthub.verification.sockets.suite import run
from contracthub.verification.suites import Target, Unwatched

Talk = Callable[[ServerConnection], Awaitable[None]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SECONDS = 60.0


@contextmanager
def on_a_loop(start: Callable[[], Coroutine[Any, Any, tuple[Any, int]]]) -> Iterator[int]:
    """What ``start`` starts lives on a loop in a thread while the block runs; yields the port that it gives."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server, port = asyncio.run_coroutine_threadsafe(start(), loop).result(SECONDS)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_finished(), loop).result(SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.close()


async def _finished() -> None:
    """Whatever still runs is given up."""
    others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def socket_provider() -> Iterator[Callable[..., str]]:
    """Starts a WebSocket server that holds each conversation as the test's function does; gives its address."""
    with ExitStack() as running:

        def begin(talk: Talk, **options: Any) -> str:
            async def start() -> tuple[Any, int]:
                server = await serve(talk, "127.0.0.1", 0, **options)
                return server, next(iter(server.sockets)).getsockname()[1]

            return f"http://127.0.0.1:{running.enter_context(on_a_loop(start))}"

        yield begin


@pytest.fixture
def raw_provider() -> Iterator[Callable[[Raw], str]]:
    """Starts a TCP server that answers as the test's function does; gives its address."""
    with ExitStack() as running:

        def begin(answer: Raw) -> str:
            async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                try:
                    await answer(reader, writer)
                finally:
                    with suppress(OSError):
                        writer.close()
                        await writer.wait_closed()

            async def start() -> tuple[Any, int]:
                server = await asyncio.start_server(closing, "127.0.0.1", 0)
                return server, server.sockets[0].getsockname()[1]

            return f"http://127.0.0.1:{running.enter_context(on_a_loop(start))}"

        yield begin


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., SuiteRun]:
    """Runs the suite with these contracts against an address."""

    def checked(url: str, *contracts: dict[str, Any], seconds: float = SECONDS, **more: Any) -> SuiteRun:
        import time

        files = []
        for number, contract in enumerate(contracts):
            file = tmp_path / f"{number}.yaml"
            file.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
            files.append(str(file))
        settings = {"sockets": {"asyncapi": False, **more.pop("settings", {})}}
        target = Target(provider="signals", base_url=url, contracts=tuple(files), settings=settings, **more)
        return run(target, Unwatched(), time.monotonic() + seconds)

    return checked


@pytest.fixture
def check(verify: Callable[..., SuiteRun]) -> Callable[..., Check]:
    """The check of one contract with these steps."""

    def checked(url: str, *steps: dict[str, Any], connect: dict[str, Any] | None = None, **more: Any) -> Check:
        own = {name: more.pop(name) for name in ("given", "ignore", "within") if name in more}
        found = verify(url, contract(*steps, connect=connect, **own), **more)
        assert (len(found.checks), found.problems) == (1, ())
        return found.checks[0]

    return checked


def contract(*steps: dict[str, Any], connect: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A conversation contract with these steps."""
    return {
        "contracthub": "conversation/1",
        "name": more.pop("name", "live"),
        "consumer": "viewer",
        "provider": "signals",
        "connect": {"path": "/ws", **(connect or {})},
        "steps": list(steps),
        **more,
    }


def saying(*messages: Any, code: int | None = None) -> Talk:
    """A provider that says these messages, and closes with the code or waits until the client does."""

    async def talk(socket: ServerConnection) -> None:
        for each in messages:
            await socket.send(each if isinstance(each, str | bytes) else json.dumps(each))
        if code is None:
            await socket.wait_closed()
        else:
            await socket.close(code)

    return talk
