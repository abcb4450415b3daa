"""One exchange with a provider that may do anything: bounded in time and size, and told in words."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from contracthub.verification import provider_client
from contracthub.verification.provider_client import ProviderClient, ProviderSilent

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def answering(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A provider that takes one connection after the other, reads the request, and speaks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                with taken, suppress(OSError):
                    taken.recv(65536)
                    speak(taken)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/base"
        finally:
            server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def provider() -> Iterator[Callable[[bytes], str]]:
    with ExitStack() as stack:
        yield lambda content: stack.enter_context(answering(lambda taken: taken.sendall(content)))


def test_an_answer_is_read_whole(provider: Callable[[bytes], str]) -> None:
    answer = ProviderClient(provider(OK)).send("GET", "/a?b=c")
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"hi", "1, 2")
    assert answer.milliseconds >= 0


def test_the_clients_headers_win_and_the_base_path_stays() -> None:
    seen: list[bytes] = []

    def speak(taken: socket.socket) -> None:
        taken.sendall(OK)

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _ = server.accept()
            with taken:
                seen.append(taken.recv(65536))
                speak(taken)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/base/"
        client = ProviderClient(url, headers=(("Authorization", "mine"),))
        client.send("POST", "/a", headers={"authorization": "theirs", "X-B": "b"}, body=b"{}")
        thread.join()
    head = seen[0].decode().lower()
    assert head.startswith("post /base/a http/1.1")
    assert ("authorization: mine" in head, "theirs" in head, "x-b: b" in head) == (True, False, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no HTTP"),
        (b"garbage\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12", "broke off after 2 bytes"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off|no HTTP"),
    ],
)
def test_what_is_no_answer_is_told(provider: Callable[[bytes], str], content: bytes, words: str) -> None:
    with pytest.raises(ProviderSilent, match=words):
        ProviderClient(provider(content)).send("GET", "/")


def test_a_provider_that_is_away_is_told() -> None:
    with pytest.raises(ProviderSilent, match="refused"):
        ProviderClient("http://127.0.0.1:9").send("GET", "/")


def test_a_provider_that_sends_a_byte_now_and_then_does_not_hold_us() -> None:
    over = threading.Event()

    def drip(taken: socket.socket) -> None:
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not over.wait(0.02):
            taken.sendall(b"x")

    with answering(drip) as url:
        with pytest.raises(ProviderSilent, match=r"no answer within 0\.3 s"):
            ProviderClient(url, timeout=0.3).send("GET", "/")
        over.set()


def test_a_head_that_comes_byte_by_byte_does_not_hold_us() -> None:
    over = threading.Event()

    def drip(taken: socket.socket) -> None:
        taken.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
        while not over.wait(0.02):
            taken.sendall(b"a")

    with answering(drip) as url:
        try:
            with pytest.raises(ProviderSilent, match=r"no answer within 0\.5 s"):
                ProviderClient(url, timeout=0.5).send("GET", "/")
        finally:
            over.set()


def test_a_provider_that_never_stops_is_stopped(
    provider: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_client, "LARGEST_ANSWER", 1000)
    with pytest.raises(ProviderSilent, match="larger than 1,000 bytes"):
        ProviderClient(provider(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000)).send("GET", "/")
