import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from contracthub.client.connection import connection_to
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered, HubUnreachable
from contracthub.client.hub import Hub
from contracthub.client.transport import Transport
from tests.cli.stub_hub import StubHub, stub_hub


class Waits(list[float]):
    """Takes the place of sleeping, and remembers for how long."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


def hub_at(url: str, waits: Waits, **settings: Any) -> Hub:
    connection = connection_to(url, **settings)
    return Hub(connection, Transport(connection, sleep=waits))


def test_a_passing_trouble_is_waited_out(peer: StubHub, waits: Waits) -> None:
    peer.answer("GET", "/contracts/x", status=503)
    peer.answer("GET", "/contracts/x", status=500)
    peer.answer("GET", "/contracts/x", {"ok": True})
    assert hub_at(peer.url, waits).get("/x").data == {"ok": True}
    assert waits == [0.2, 0.4]


def test_retry_after_is_honoured_within_reason(peer: StubHub, waits: Waits) -> None:
    for seconds in ("1", "86400", "soon"):
        peer.answer("GET", "/contracts/x", status=429, headers={"Retry-After": seconds})
    peer.answer("GET", "/contracts/x", {"ok": True})
    hub_at(peer.url, waits).get("/x")
    assert waits == [1.0, 10.0, 0.8]


def test_it_gives_up_after_the_retries(peer: StubHub, waits: Waits) -> None:
    peer.answer("GET", "/contracts/x", {"error": {"message": "boom", "reference": "r1"}}, status=500)
    with pytest.raises(HubAnswered, match=r"boom \(reference r1\)") as caught:
        hub_at(peer.url, waits, retries=2).get("/x")
    assert (caught.value.status, len(peer.asked)) == (500, 3)


def test_a_refusal_is_not_asked_again(peer: StubHub, waits: Waits) -> None:
    with pytest.raises(HubAnswered):
        hub_at(peer.url, waits).get("/x")
    assert (len(peer.asked), waits) == (1, [])


@pytest.mark.parametrize(("repeatable", "times"), [(False, 1), (True, 4)])
def test_a_post_goes_out_again_only_when_that_is_safe(
    peer: StubHub, waits: Waits, repeatable: bool, times: int
) -> None:
    peer.answer("POST", "/contracts/x", status=503)
    with pytest.raises(HubAnswered):
        hub_at(peer.url, waits).send("POST", "/x", {}, repeatable=repeatable)
    assert len(peer.asked) == times


def test_nobody_there_is_unreachable_even_for_a_post(waits: Waits) -> None:
    with pytest.raises(HubUnreachable, match="connection refused"):
        hub_at(f"http://127.0.0.1:{unused_port()}", waits).send("POST", "/x")
    assert len(waits) == 3


def test_an_unknown_host_is_unreachable(waits: Waits) -> None:
    with pytest.raises(HubUnreachable, match=r"Could not reach http://no-such-host\.invalid"):
        hub_at("http://no-such-host.invalid", waits, retries=0).get("/x")


def test_silence_is_unreachable(waits: Waits) -> None:
    with answering(b"") as url, pytest.raises(HubUnreachable):
        hub_at(url, waits, retries=0, timeout=5).get("/x")


def test_what_is_no_http_is_unreachable(waits: Waits) -> None:
    with answering(b"SSH-2.0-OpenSSH\r\n") as url, pytest.raises(HubUnreachable):
        hub_at(url, waits, retries=0).get("/x")


def test_an_answer_that_comes_byte_by_byte_is_given_up(waits: Waits) -> None:
    """Every byte starts a socket's timeout again: without a deadline for the whole this would never end."""
    with dripping() as url, pytest.raises(HubUnreachable, match="no answer in time"):
        hub_at(url, waits, retries=0, timeout=0.3).get("/x")


def test_an_answer_that_breaks_off_is_unreachable(waits: Waits) -> None:
    with (
        answering(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":') as url,
        pytest.raises(HubUnreachable),
    ):
        hub_at(url, waits, retries=0).get("/x")


def test_a_port_without_tls_is_unreachable_over_https(peer: StubHub, waits: Waits) -> None:
    with pytest.raises(HubUnreachable):
        hub_at(peer.url.replace("http:", "https:"), waits, retries=0).get("/x")


def test_a_redirect_on_the_same_host_is_followed(peer: StubHub, waits: Waits) -> None:
    peer.answer("GET", "/contracts/old", status=302, headers={"Location": "/contracts/new"})
    peer.answer("GET", "/contracts/new", {"ok": True})
    assert hub_at(peer.url, waits).get("/old").data == {"ok": True}


def test_a_redirect_to_another_host_is_not_followed_and_no_token_goes_there(peer: StubHub, waits: Waits) -> None:
    with stub_hub() as other:
        peer.answer("GET", "/contracts/x", status=302, headers={"Location": other.url + "/x"})
        with pytest.raises(HubAnswered, match="redirects to another address"):
            hub_at(peer.url, waits, token="secret").get("/x")
        assert other.asked == []


def test_a_write_is_never_turned_into_a_read(peer: StubHub, waits: Waits) -> None:
    peer.answer("POST", "/contracts/x", status=302, headers={"Location": "/contracts/y"})
    with pytest.raises(HubAnswered, match="Correct the base URL"):
        hub_at(peer.url, waits).send("POST", "/x")
    assert len(peer.asked) == 1


def test_redirects_in_a_circle_end(peer: StubHub, waits: Waits) -> None:
    peer.answer("GET", "/contracts/x", status=307, headers={"Location": "/contracts/x"})
    with pytest.raises(AnswerNotUnderstood, match="without end"):
        hub_at(peer.url, waits).get("/x")


def test_a_link_to_another_host_keeps_its_path_on_ours(peer: StubHub, waits: Waits) -> None:
    peer.answer("GET", "/contracts/pacts", {"ok": True})
    hub_at(peer.url, waits, token="secret").get("http://internal.example:9292/contracts/pacts?q=1")
    assert peer.one("GET", "/contracts/pacts").query == [("q", "1")]


@contextmanager
def dripping() -> Iterator[str]:
    """A server whose answer has no end: a byte every hundredth of a second until the client hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer() -> None:
        peer, _ = listener.accept()
        with peer, suppress(OSError):
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while not over.wait(0.01):
                peer.sendall(b" ")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.close()
        thread.join()


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """A server that reads a request, sends these bytes and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(raw)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join()
