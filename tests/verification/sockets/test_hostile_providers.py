"""Providers that refuse, hang, break off, send rubbish or too much: a clear outcome each, in the time agreed."""

import asyncio
import zlib
from collections.abc import Callable

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from tests.verification.sockets.conftest import Raw, contract, saying

Provider = Callable[..., str]
CheckOf = Callable[..., Check]
HEAR = {"receive": {"json": {"type": "item"}}, "within": "20s"}


def refusing(status: int) -> Callable[[ServerConnection, Request], Response]:
    def answer(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(status, "no")

    return answer


@pytest.mark.parametrize("status", [401, 403, 404, 500, 200])
def test_a_refused_handshake_is_told_with_its_status(status: int, socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying(), process_request=refusing(status)), HEAR)
    assert (found.status, found.status_code) == (CheckStatus.FAILED, status)
    assert f"connect: the provider refused the handshake with {status}" in found.error


def test_a_refusal_that_is_wanted_passes_and_another_does_not(socket_provider: Provider, check: CheckOf) -> None:
    url = socket_provider(saying(), process_request=refusing(403))
    assert check(url, connect={"refused": [401, 403]}).status is CheckStatus.PASSED
    other = check(url, connect={"refused": 404})
    assert "expected to be refused with 404, but the provider refused the handshake with 403" in other.error
    accepted = check(socket_provider(saying()), connect={"refused": 403})
    assert "expected to be refused with 403, but the provider accepted it" in accepted.error


def test_a_subprotocol_that_was_not_chosen(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying()), HEAR, connect={"subprotocols": ["v1"], "subprotocol": "v1"})
    assert "connect: the provider chose none of the subprotocols, not 'v1'" in found.error


def answering(*parts: bytes, holds: bool = False) -> Raw:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
        if holds:
            await asyncio.sleep(3600)
        writer.close()

    return answer


RAW: dict[str, tuple[Raw, str]] = {
    "hangs": (answering(holds=True), "connect: the handshake was not done within 300ms"),
    "breaks off": (answering(), "connect: what came back for the handshake is no HTTP"),
    "speaks no HTTP": (answering(b"SSH-2.0-x\r\n\r\n"), "connect: what came back for the handshake is no HTTP"),
    "speaks for ever": (answering(b"HTTP/1.1 101 x\r\nA: " + b"a" * 100_000), "connect: what came back"),
    "redirects": (
        answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/else\r\nContent-Length: 0\r\n\r\n"),
        "connect: the provider refused the handshake with 302 Found to http://127.0.0.1:1/else; redirects are not",
    ),
    "accepts wrongly": (
        answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        "connect: the handshake is not valid",
    ),
}


@pytest.mark.parametrize("name", RAW)
def test_a_handshake_that_goes_wrong(name: str, raw_provider: Callable[[Raw], str], check: CheckOf) -> None:
    answer, words = RAW[name]
    found = check(raw_provider(answer), HEAR, connect={"within": "300ms" if name == "hangs" else "20s"})
    assert found.status is CheckStatus.FAILED
    assert words in found.error


def test_a_provider_that_is_away_says_nothing_of_the_contract(verify: Callable[..., SuiteRun]) -> None:
    found = verify("http://127.0.0.1:1", contract(HEAR))
    assert found.checks[0].status is CheckStatus.COULD_NOT_RUN
    assert "connect: the provider can't be reached" in found.checks[0].error


def test_a_message_that_is_too_large(socket_provider: Provider, check: CheckOf) -> None:
    url = socket_provider(saying("a" * 5000))
    found = check(url, HEAR, settings={"max-message-bytes": 1000})
    assert "step 1: the provider sent a message of more than 1,000 bytes" in found.error
    assert check(url, {"receive": {"text": "a" * 5000}}).status is CheckStatus.PASSED


def test_a_message_that_is_large_only_when_it_is_unpacked(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying("a" * 8_000_000), compression="deflate"), HEAR)
    assert "step 1: the provider sent a message of more than 1,048,576 bytes" in found.error


async def break_off(socket: ServerConnection) -> None:
    await socket.send('{"type": "item"}')
    socket.transport.abort()


def test_a_connection_that_breaks_off(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(break_off), HEAR, {"close": {"by": "provider"}})
    assert found.error.endswith("expected the provider to close, but the connection broke off without a close")


def framed(frame: bytes) -> Raw:
    """A provider that shakes hands and then sends these bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import base64
        import hashlib

        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
        digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()  # noqa: S324 (RFC 6455)
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n".encode()
            + frame
        )
        await writer.drain()
        await reader.read()
        await asyncio.sleep(3600)

    return answer


FRAMES: dict[str, tuple[bytes, str]] = {
    "text that is no UTF-8": (b"\x81\x02\xff\xff", "step 1: the provider sent text that is not UTF-8"),
    "a frame of an unknown kind": (b"\x83\x00", "step 1: the provider broke the protocol"),
    "packed without asking": (b"\xc1" + bytes([len(zlib.compress(b"a"))]) + zlib.compress(b"a"), "broke the protocol"),
    "a length beyond all bounds": (b"\x81\x7f\x7f" + b"\xff" * 7, "sent a message of more than 1,048,576 bytes"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_that_are_none(name: str, raw_provider: Callable[[Raw], str], check: CheckOf) -> None:
    frame, words = FRAMES[name]
    found = check(raw_provider(framed(frame)), HEAR)
    assert found.status is CheckStatus.FAILED
    assert words in found.error


def test_a_close_that_is_not_answered(raw_provider: Callable[[Raw], str], check: CheckOf) -> None:
    found = check(
        raw_provider(framed(b"\x81\x01a")), {"receive": {"text": "a"}}, {"close": {"by": "client", "within": "300ms"}}
    )
    assert found.error == "step 2: the provider did not answer the close within 300ms"


async def beat_for_ever(socket: ServerConnection) -> None:
    while True:
        await socket.send('{"type": "beat"}')


@pytest.mark.parametrize("ignored", [True, False])
def test_a_flood_ends_with_the_step(ignored: bool, socket_provider: Provider, check: CheckOf) -> None:
    ignore = [{"json": {"type": "beat"}}] if ignored else []
    found = check(socket_provider(beat_for_ever), {**HEAR, "within": "300ms" if ignored else "20s"}, ignore=ignore)
    assert found.status is CheckStatus.FAILED
    assert ("nothing came within 300ms" if ignored else 'expected "item" but got "beat"') in found.error


def test_json_that_is_too_deep_is_none(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying("[" * 5000)), HEAR)
    assert found.error.startswith("step 1: expected JSON but got '[[[")


def test_the_deadline_of_the_run_is_no_failure_of_the_provider(
    socket_provider: Provider, verify: Callable[..., SuiteRun]
) -> None:
    url = socket_provider(saying())
    late = contract({"receive": {"text": "a"}, "within": "50s"}, within="60s")
    found = verify(url, late, {**late, "name": "never begun"}, seconds=2.0)
    assert [each.status for each in found.checks] == [CheckStatus.COULD_NOT_RUN] * 2
    assert found.checks[0].error == "The deadline (--timeout) had passed at step 1."
    assert found.checks[1].error == "The deadline (--timeout) had passed before it began."


def test_a_handshake_that_outlasts_the_run(raw_provider: Callable[[Raw], str], verify: Callable[..., SuiteRun]) -> None:
    found = verify(raw_provider(answering(holds=True)), contract(HEAR), seconds=0.5)
    assert found.checks[0].error == "The deadline (--timeout) had passed at connect."
