"""HTTP/1.1 on one lasting connection, as little of it as a load needs: what is not looked at is not kept.

It is its own because a load is only as good as what it costs to make: a request is one write and a few reads.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from contracthub.formats.slo.model import LoadRequest

LARGEST_ANSWER = 16 * 1024 * 1024
_LARGEST_HEAD = 64 * 1024
_CHUNK = 64 * 1024
# What may stand in a path and a query as it is; what is escaped already stays so.
_IN_TARGETS = "/%?&=:@!$'()*+,;~-._[]"
_WITHOUT_BODY = frozenset({204, 304})
# Servers close connections that nobody used for some seconds; the shortest time that is usual for it.
_IDLE_SECONDS = 2.0


class NoAnswer(Exception):
    """There was no answer that could be read; the text says why, in few words."""


class NotReached(NoAnswer):
    """Nobody listens there, or nobody who can be trusted: of the provider nothing is known."""


class _Closed(Exception):
    """The other side had closed a connection that was used before; nothing of an answer has come."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider is, and what every request to it carries."""

    scheme: str
    host: str
    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    verify_tls: bool = True

    @property
    def tls(self) -> ssl.SSLContext | None:
        """How to speak TLS with it, None where it is not spoken."""
        if self.scheme != "https":
            return None
        context = ssl.create_default_context()
        if not self.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def address_of(base_url: str, headers: tuple[tuple[str, str], ...] = (), *, verify_tls: bool = True) -> Address:
    """The address of a base URL. Raises ValueError for one without a host."""
    parts = urlsplit(base_url)
    if not parts.hostname:
        raise ValueError(f"{base_url} names no host")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), headers, verify_tls)


def message_of(request: LoadRequest, address: Address) -> bytes:
    """The bytes of a request, made once and sent often. The target's own headers win over the request's."""
    query = f"{'&' if '?' in request.path else '?'}{urlencode(request.query)}" if request.query else ""
    host = f"[{address.host}]" if ":" in address.host else address.host
    headers: dict[str, str] = {"host": f"{host}:{address.port}", "accept": "*/*", "user-agent": "contracthub"}
    headers |= dict(request.headers)
    headers |= {name.lower(): value for name, value in address.headers}
    if request.body is not None:
        headers["content-length"] = str(len(request.body))
    path = quote(address.path + request.path, safe=_IN_TARGETS)
    lines = [f"{request.method} {path}{query} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header or path has a line break")
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + (request.body or b"")


class Connection:
    """One connection to a provider; it is opened when it is needed, and again when it was closed."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None) -> None:
        self._address, self._tls = address, tls
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._answers = 0
        self._answered = 0.0

    async def send(self, message: bytes, *, is_head: bool = False) -> int:
        """The status of the answer, when all of it has come. Raises NoAnswer."""
        try:
            return await self._sent(message, is_head=is_head)
        except _Closed:
            # That was no answer to this request: it is asked once more, on a new connection.
            try:
                return await self._sent(message, is_head=is_head)
            except _Closed as closed:
                raise NoAnswer("the connection was closed without an answer") from closed
        except (TimeoutError, asyncio.CancelledError):
            self.close()
            raise

    async def _sent(self, message: bytes, *, is_head: bool) -> int:
        if self._reader is not None and (self._reader.at_eof() or self._reader.exception() is not None):
            self.close()
        may_be_closed = self._may_be_closed()
        try:
            reader, writer = await self._streams()
            writer.write(message)
            await writer.drain()
            status, headers = await _head(reader)
            may_be_closed = False
            await _pass_body(reader, status, headers, is_head=is_head)
        except NoAnswer:
            self.close()
            raise
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            self.close()
            nothing_came = not isinstance(error, asyncio.IncompleteReadError) or not error.partial
            if may_be_closed and nothing_came:
                raise _Closed from error
            raise NoAnswer(_reason(error)) from error
        except (OSError, ValueError, asyncio.LimitOverrunError) as error:
            self.close()
            raise NoAnswer(_reason(error)) from error
        self._answers, self._answered = self._answers + 1, time.monotonic()
        if not _stays_open(headers):
            self.close()
        return status

    def _may_be_closed(self) -> bool:
        """Whether the provider may have closed the connection before it saw the next request.

        It does so after each answer, or when nobody used the connection for a while (RFC 9112 §9.5). Any other that
        ends without an answer is a request that went wrong: a provider that falls over is not excused by it.
        """
        is_idle = time.monotonic() - self._answered >= _IDLE_SECONDS
        return self._writer is not None and (self._answers == 1 or is_idle)

    async def _streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None:
            try:
                self._reader, self._writer = await asyncio.open_connection(
                    self._address.host, self._address.port, ssl=self._tls, limit=_LARGEST_HEAD
                )
            except (OSError, ValueError) as error:
                raise NotReached(_reason(error)) from error
        return self._reader, self._writer

    def close(self) -> None:
        """Ends it at once; nobody waits for the other side."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None
        self._answers = 0


async def _head(reader: asyncio.StreamReader) -> tuple[int, Mapping[str, str]]:
    """The status and the headers of the answer; interim answers are passed over."""
    while True:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()):
            raise NoAnswer("what came back is no HTTP")
        if not code.startswith("1"):
            named = (line.partition(":") for line in lines[1:] if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in named}
            headers.setdefault("connection", "close" if version == "HTTP/1.0" else "keep-alive")
            return int(code), headers


async def _pass_body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str], *, is_head: bool) -> None:
    if is_head or status in _WITHOUT_BODY:
        return
    if "chunked" in headers.get("transfer-encoding", "").lower():
        await _pass_chunks(reader)
    elif "content-length" in headers:
        length = headers["content-length"]
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_ANSWER:
            raise NoAnswer(f"the answer says that it has {length[:20]} bytes")
        await _pass(reader, int(length))
    else:
        passed = 0
        while chunk := await reader.read(_CHUNK):
            passed += len(chunk)
            if passed > LARGEST_ANSWER:
                raise NoAnswer(f"the answer is larger than {LARGEST_ANSWER:,} bytes")


async def _pass_chunks(reader: asyncio.StreamReader) -> None:
    passed = 0
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        passed += size
        if size < 0 or passed > LARGEST_ANSWER:
            raise NoAnswer(f"the answer is larger than {LARGEST_ANSWER:,} bytes")
        if not size:
            break
        await _pass(reader, size + 2)
    while (await reader.readuntil(b"\r\n")) != b"\r\n":
        pass


async def _pass(reader: asyncio.StreamReader, length: int) -> None:
    while length:
        chunk = await reader.read(min(length, _CHUNK))
        if not chunk:
            raise NoAnswer("the answer broke off")
        length -= len(chunk)


def _stays_open(headers: Mapping[str, str]) -> bool:
    has_end = "content-length" in headers or "chunked" in headers.get("transfer-encoding", "").lower()
    return has_end and headers["connection"].lower() != "close"


def _reason(error: Exception) -> str:
    if isinstance(error, asyncio.IncompleteReadError):
        return "the answer broke off" if error.partial else "the connection was closed without an answer"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError):
        return str(error.strerror or error) or type(error).__name__
    return "what came back is no HTTP"
