"""Receivers of webhooks on real sockets, with good and with bad manners."""

import contextlib
import hashlib
import hmac
import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Whoever waits this long waits for ever.
HANGS_AFTER_SECONDS = 60
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def is_signed(received: Received, secret: str) -> bool:
    """What the documentation tells receivers to do (docs/webhooks.md), written independently of the hub."""
    content = received.headers["x-contracthub-timestamp"].encode() + b"." + received.body
    expected = "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, received.headers["x-contracthub-signature-256"])


Manner = Callable[[socket.socket], None]


def answering(content: bytes) -> Manner:
    """Says this, whatever it is, and hangs up."""
    return lambda sock: sock.sendall(content)


def status(number: int, *, headers: str = "", body: str = "") -> Manner:
    """A plain answer."""
    text = f"HTTP/1.1 {number} So\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}"
    return answering(text.encode())


def flooding(head: bytes, piece: bytes, times: int | None = None) -> Manner:
    """Says the head, then the piece again and again: as often as told, or until nobody listens."""

    def flood(sock: socket.socket) -> None:
        sock.sendall(head)
        count = 0
        while times is None or count < times:
            sock.sendall(piece)
            count += 1

    return flood


@dataclass
class Receiver:
    """Takes what comes; ``manners`` are used up one by one, and after the last one everything is fine."""

    sock: socket.socket
    manners: list[Manner] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    context: ssl.SSLContext | None = None
    _news: threading.Condition = field(default_factory=threading.Condition)
    _open: list[socket.socket] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _let_go: threading.Event = field(default_factory=threading.Event)

    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.port = int(self.sock.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hang(self, _sock: socket.socket) -> None:
        """Says nothing until it is let go, and nothing then."""
        self._let_go.wait(HANGS_AFTER_SECONDS)

    def let_go(self) -> None:
        """Ends what hangs."""
        self._let_go.set()

    def drip(self, sock: socket.socket) -> None:
        """Says an answer without end, byte by byte, never quiet for long."""
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * 100_000:
            sock.sendall(bytes([byte]))
            if self._over.wait(0.02):
                return

    def wait_for(self, condition: Callable[["Receiver"], bool]) -> None:
        """Until it holds; asserts that it does at all."""
        with self._news:
            assert self._news.wait_for(lambda: condition(self), HANGS_AFTER_SECONDS)

    def wait_for_requests(self, number: int) -> None:
        self.wait_for(lambda me: len(me.received) >= number)

    def run(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                connected, _ = self.sock.accept()
                self._open.append(connected)
                threading.Thread(target=self._serve, args=(connected,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException), contextlib.closing(sock):
            with self._news:
                self.connections += 1
                self._news.notify_all()
            if self.context is not None:
                sock = self.context.wrap_socket(sock, server_side=True)
            received = read_request(sock)
            with self._news:
                self.received.append(received)
                manner = self.manners.pop(0) if self.manners else answering(OK)
                self._news.notify_all()
            manner(sock)
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def close(self) -> None:
        self._over.set()
        self._let_go.set()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def read_request(sock: socket.socket) -> Received:
    """One request, read to its end."""
    content = b""
    while b"\r\n\r\n" not in content:
        content += _some(sock)
    head, _, body = content.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    headers = {name.lower(): value for name, value in http.client.parse_headers(io.BytesIO(rest + b"\r\n\r\n")).items()}
    while len(body) < int(headers.get("content-length", "0")):
        body += _some(sock)
    method, path, _version = first.decode("ascii").split(" ")
    return Received(method, path, headers, body)


def _some(sock: socket.socket) -> bytes:
    piece = sock.recv(65536)
    if not piece:
        raise OSError("hung up")
    return piece


@contextlib.contextmanager
def receiving(*manners: Manner, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """A receiver that is listening."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    receiver = Receiver(socket.create_server((host, 0), family=family), list(manners), context=context)
    thread = threading.Thread(target=receiver.run, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.close()
        thread.join(HANGS_AFTER_SECONDS)
