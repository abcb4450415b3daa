"""Streams over HTTP: server-sent events and NDJSON, item by item, and everything that can go wrong with them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.verification_runs import Check, CheckStatus
from contracthub.verification.sockets.stream_items import JsonLines, NotReadable, ServerSentEvents
from tests.verification.sockets.conftest import Raw

Provider = Callable[[Raw], str]
CheckOf = Callable[..., Check]
SSE, NDJSON = {"kind": "sse", "path": "/events"}, {"kind": "ndjson", "path": "/rows"}
TYPES = {"sse": "text/event-stream; charset=utf-8", "ndjson": "application/x-ndjson"}


def streaming(
    kind: str, *parts: bytes, status: str = "200 OK", end: bool = True, holds: bool = False, headers: str = ""
) -> Raw:
    """A provider that answers with these parts as chunks, and then ends in order, holds on, or breaks off."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {TYPES.get(kind, kind)}\r\nTransfer-Encoding: chunked\r\n{headers}\r\n"
        )
        writer.write(head.encode())
        for part in parts:
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            await writer.drain()
        if holds:
            await asyncio.sleep(3600)
        if end:
            writer.write(b"0\r\n\r\n")
        await writer.drain()
        writer.close()

    return answer


def hear(value: Any, **more: Any) -> dict[str, Any]:
    return {"receive": {"json": value}, **more}


END = {"close": {"by": "provider"}}
EVENTS = (
    b"\xef\xbb\xbf: hello\nretry: 500\n\n",
    b'event: item\r\nid: 1\r\ndata: {"n":\r\ndata:  1}\r\n\r\n',
    b'event: item\nid: 2\ndata: {"n": 2}\n\n: ping\n\ndata: do',
    b"ne\n\ndata: not ended",
)


def test_events_are_heard_as_a_browser_would_dispatch_them(raw_provider: Provider, check: CheckOf) -> None:
    found = check(
        raw_provider(streaming("sse", *EVENTS)),
        {"receive": {"event": "item", "id": "1", "retry": 500, "json": {"n": 1}}},
        {"receive": {"event": "item", "id": {"pact:matcher:type": "regex", "regex": "^[0-9]+$"}, "json": {"n": 2}}},
        {"receive": {"event": "message", "id": "2", "text": "done"}},
        END,
        connect=SSE,
    )
    assert (found.status, found.error, found.operation) == (CheckStatus.PASSED, "", "GET /events")


def test_an_event_of_another_kind(raw_provider: Provider, check: CheckOf) -> None:
    url = raw_provider(streaming("sse", *EVENTS))
    found = check(url, {"name": "first", "receive": {"event": "row", "json": {"n": 1}}}, connect=SSE)
    assert found.error == 'step 1 \'first\': event: expected "row" but got "item"'
    assert found.mismatches[0].attribute == "metadata"


ROWS = b'{"n": 0}\n{"n": 1}\r\n\n{"n": 2}\n{"end": true}'


def test_rows_and_the_one_that_ends_them(raw_provider: Provider, check: CheckOf) -> None:
    rows = {
        "receive": {"schema": {"required": ["n"]}},
        "repeat": {"min": 3, "max": 3},
        "until": {"json": {"end": True}},
    }
    found = check(raw_provider(streaming("ndjson", ROWS[:12], ROWS[12:])), rows, END, connect=NDJSON)
    assert (found.status, found.error) == (CheckStatus.PASSED, "")


FAILING: dict[str, tuple[Raw, dict[str, Any], list[dict[str, Any]], str]] = {
    "a row against the schema": (
        streaming("ndjson", ROWS),
        NDJSON,
        [{"name": "rows", "receive": {"schema": {"required": ["n"]}}, "repeat": {"min": 4}}],
        "step 1 'rows': message 4: $: \"n\" is a required property",
    ),
    "too few rows": (
        streaming("ndjson", b'{"n": 0}\n'),
        NDJSON,
        [hear({}, repeat={"min": 2})],
        "step 1: the stream ended, after 1 of at least 2",
    ),
    "no terminal row": (
        streaming("ndjson", b'{"n": 0}\n'),
        NDJSON,
        [hear({"n": 0}, until={"json": {"end": True}})],
        "step 1: the stream ended, after 1 of any number, before the one that ends them",
    ),
    "a stream that does not end": (
        streaming("ndjson", b"1\n", holds=True),
        NDJSON,
        [hear(1), {"close": {"by": "provider", "within": "300ms"}}],
        "step 2: expected the provider to close, and it did not within 300ms",
    ),
    "too long a gap": (
        streaming("ndjson", b"1\n1\n", holds=True),
        NDJSON,
        [hear(1, repeat={"min": 1, "max": 9}, gap="1s", within="20s"), END],
        "step 1: nothing came for 1s after message 2",
    ),
    "a row that is no JSON": (
        streaming("ndjson", b"{\n"),
        NDJSON,
        [hear({})],
        "step 1: expected JSON but got '{'",
    ),
    "a stream that breaks off": (
        streaming("ndjson", b"1\n", end=False),
        NDJSON,
        [hear(1), END],
        "step 2: expected the provider to close, but the connection broke off in the middle of the stream",
    ),
    "a row that is too long": (
        streaming("ndjson", b"1" * 3000, b"1" * 3000),
        NDJSON,
        [hear(1)],
        "step 1: the provider sent a line of more than 4,000 characters",
    ),
    "an event that is too long": (
        streaming("sse", *[b"data: " + b"1" * 900 + b"\n"] * 6),
        SSE,
        [hear(1)],
        "step 1: the provider sent an event of more than 4,000 characters",
    ),
    "text that is no UTF-8": (
        streaming("sse", b"data: \xff\n\n"),
        SSE,
        [hear(1)],
        "step 1: the provider sent text that is not UTF-8",
    ),
    "half a character at the end": (
        streaming("ndjson", b"1\n\xe2"),
        NDJSON,
        [hear(1), END],
        "step 2: expected the provider to close, but the provider sent text that is not UTF-8",
    ),
    "an answer of another kind": (
        streaming("application/json", b"{}"),
        SSE,
        [hear(1)],
        "connect: the answer is application/json, not text/event-stream",
    ),
    "an error": (
        streaming("ndjson", status="503 Not now"),
        NDJSON,
        [hear(1)],
        "connect: the provider answered 503 Not now",
    ),
    "no content": (streaming("ndjson", status="204 None"), NDJSON, [hear(1)], "connect: the provider answered 204"),
    "a redirect": (
        streaming("sse", status="307 There", headers="Location: http://127.0.0.1:1/x\r\n"),
        SSE,
        [hear(1)],
        "connect: the provider redirects with 307 to http://127.0.0.1:1/x; redirects are not followed",
    ),
    "packed without asking": (
        streaming("ndjson", headers="Content-Encoding: gzip\r\n"),
        NDJSON,
        [hear(1)],
        "connect: the answer is packed (gzip), which was not asked for",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_stream_that_goes_wrong(name: str, raw_provider: Provider, check: CheckOf) -> None:
    answer, connect, steps, words = FAILING[name]
    found = check(raw_provider(answer), *steps, connect=connect, settings={"max-message-bytes": 4000})
    assert found.status is CheckStatus.FAILED
    assert words in found.error


async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x00\x01\x02\r\n\r\n")
    writer.close()


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


def test_an_answer_that_is_no_http_or_does_not_come(raw_provider: Provider, check: CheckOf) -> None:
    assert "connect: what came back is no HTTP" in check(raw_provider(rubbish), hear(1), connect=NDJSON).error
    slow = check(raw_provider(hang), hear(1), connect={**NDJSON, "within": "300ms"})
    assert slow.error == "connect: no answer began within 300ms"


def test_a_refused_stream_that_is_wanted(raw_provider: Provider, check: CheckOf) -> None:
    found = check(raw_provider(streaming("ndjson", status="404 Gone")), connect={**NDJSON, "refused": 404})
    assert (found.status, found.status_code) == (CheckStatus.PASSED, 404)


def test_a_stream_that_is_asked_for_with_a_body(raw_provider: Provider, check: CheckOf) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(len(b'{"q":5}')))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n")
        writer.close()

    connect = {**NDJSON, "body": {"q": {"pact:matcher:type": "integer", "value": 5}}, "query": {"a": "b c"}}
    assert check(raw_provider(answer), hear(1), END, connect=connect).status is CheckStatus.PASSED
    assert asked[0].startswith(b"POST /rows?a=b+c HTTP/1.1\r\n")
    assert asked[0].endswith(b'{"q":5}')


def test_a_client_may_leave_a_stream(raw_provider: Provider, check: CheckOf) -> None:
    url = raw_provider(streaming("ndjson", b"1\n", holds=True))
    assert check(url, hear(1), {"close": {"by": "client"}}, connect=NDJSON).status is CheckStatus.PASSED


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), min_size=1)), st.data())
def test_it_does_not_matter_where_a_stream_is_cut(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(f"id: {at}\r\ndata: {each}\r\r\n" for at, each in enumerate(texts)).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=9)))
    parts = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    events = ServerSentEvents(10_000_000)
    assert [each.content for part in parts for each in events.feed(part)] == texts


@given(st.lists(st.integers()), st.data())
def test_it_does_not_matter_where_rows_are_cut(numbers: list[int], data: st.DataObject) -> None:
    whole = "\n".join(map(str, numbers)).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=9)))
    rows = JsonLines(10_000_000)
    found = [
        each.value
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)
        for each in rows.feed(whole[start:end])
    ]
    assert [*found, *(each.value for each in rows.end())] == numbers


def test_lines_have_a_bound_however_they_come() -> None:
    rows = JsonLines(10)
    for _ in range(10):
        assert list(rows.feed(b"1")) == []
    with pytest.raises(NotReadable):
        list(rows.feed(b"1"))
