"""One exchange with a provider under test, bounded in time and size. Redirects are answers, and are not followed."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

LARGEST_ANSWER = 16 * 1024 * 1024
_CHUNK = 64 * 1024


class ProviderSilent(Exception):
    """The provider gave no answer that could be read: it is away, too slow, too talkative, or no HTTP."""


class ProviderUnreached(ProviderSilent):
    """Nobody listens there, or nobody who can be trusted: nothing was asked, and of the provider nothing is known."""


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What came back. Header names are in lower case; a header that came twice is joined with commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """Asks one provider; ``timeout`` in seconds is for each exchange as a whole. Safe to use from several threads."""

    base_url: str
    timeout: float = 5.0
    headers: tuple[tuple[str, str], ...] = ()
    verify_tls: bool = True

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> ProviderAnswer:
        """The provider's answer to a request; ``path`` begins below the base URL and holds the query.

        The client's own headers win over the request's. Raises ProviderSilent.
        """
        parts = urlsplit(self.base_url)
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent |= {name.lower(): value for name, value in self.headers}
        started = time.monotonic()
        # The head of an answer may come byte by byte, too; http.client bounds each byte alone.
        connection.response_class = partial(_BoundedResponse, started + self.timeout)  # type: ignore[assignment]
        try:
            self._connect(connection)
            connection.request(method, f"{parts.path.rstrip('/')}{path}", body=body, headers=sent)
            response = connection.getresponse()
            content = self._read(response, connection, started)
        except TimeoutError as error:
            raise ProviderSilent(f"no answer within {self.timeout:g} s") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProviderSilent(_reason(error)) from error
        finally:
            connection.close()
        joined: dict[str, str] = {}
        for name, value in response.getheaders():
            joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
        return ProviderAnswer(response.status, joined, content, round((time.monotonic() - started) * 1000, 3))

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        try:
            connection.connect()
        except TimeoutError as error:
            raise ProviderUnreached(f"no answer within {self.timeout:g} s") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProviderUnreached(_reason(error)) from error

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=self.timeout)
        context = ssl.create_default_context()
        if not self.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=self.timeout, context=context)

    def _read(
        self, response: http.client.HTTPResponse, connection: http.client.HTTPConnection, started: float
    ) -> bytes:
        """The body; a provider that sends a byte now and then does not hold us longer than the timeout."""
        found = bytearray()
        while True:
            left = self.timeout - (time.monotonic() - started)
            if left <= 0:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(left)
            chunk = response.read1(_CHUNK)
            if not chunk and response.length:
                raise http.client.IncompleteRead(bytes(found), response.length)
            if not chunk:
                return bytes(found)
            found += chunk
            if len(found) > LARGEST_ANSWER:
                raise ValueError(f"the answer is larger than {LARGEST_ANSWER:,} bytes")


class _BoundedSocket(io.RawIOBase):
    """What comes from a socket until the deadline (of ``time.monotonic``); then TimeoutError."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._raw, self._socket, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        found: int | None = self._raw.readinto(buffer)
        return found

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    """An answer of which every byte is there by the deadline."""

    def __init__(self, deadline: float, sock: socket.socket, *, method: str | None = None) -> None:
        super().__init__(sock, method=method)
        self.fp = io.BufferedReader(_BoundedSocket(self.fp.detach(), sock, deadline))


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return f"the answer broke off after {len(error.partial):,} bytes"
    if isinstance(error, http.client.HTTPException):
        return f"what came back is no HTTP ({type(error).__name__})"
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
