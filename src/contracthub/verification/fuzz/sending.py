"""Sends requests to the provider under test, which may be hostile: bounded in time and size, and follows nothing."""

import http.client
import socket
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit

from contracthub.verification.fuzz.wire import Answer, Call, NoAnswer

MOST_BYTES = 2_000_000
_CHUNK = 65_536


class Sender:
    """One connection to one provider, opened again whenever it was closed. Headers of the job go with every request."""

    def __init__(
        self,
        base_url: str,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        seconds: float = 5.0,
        verify_tls: bool = True,
        rate: float | None = None,
    ) -> None:
        self._parts = urlsplit(base_url)
        self._headers = headers
        self._seconds = seconds
        self._verify_tls = verify_tls
        self._open: http.client.HTTPConnection | None = None
        self._apart = 1 / rate if rate else 0.0
        self._next = 0.0

    def send(self, call: Call) -> Answer | NoAnswer:
        """The answer to a request, whatever it is. A connection that was kept and is gone is opened again, once."""
        if self._apart:
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self._apart
        kept = self._open is not None
        found = self._exchange(call)
        if kept and isinstance(found, NoAnswer) and found.kind == "reset":
            found = self._exchange(call)
        return found

    def close(self) -> None:
        """Closes the connection; the next request opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _exchange(self, call: Call) -> Answer | NoAnswer:
        started = time.monotonic()
        try:
            return self._answer(call, started)
        except TimeoutError:
            found = NoAnswer("timeout", f"no answer within {self._seconds:g} s")
        except (ConnectionRefusedError, socket.gaierror, ssl.SSLError) as error:
            found = NoAnswer("refused", f"no connection: {error.strerror or error}")
        except (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead) as error:
            found = NoAnswer("reset", f"the connection was closed before the answer was whole: {_said(error)}")
        except (http.client.HTTPException, ValueError, OSError) as error:
            found = NoAnswer("garbage", f"what came back is no HTTP: {_said(error)}")
        self.close()
        return found

    def _answer(self, call: Call, started: float) -> Answer:
        connection = self._connection()
        connection.putrequest(call.method, call.target or "/", skip_accept_encoding=True)
        for name, value in self._all_headers(call):
            connection.putheader(name, value.encode("latin-1", "replace"))
        connection.endheaders(call.body)
        response = connection.getresponse()
        body, is_cut = self._read(response, started)
        headers: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            headers.setdefault(name.lower(), []).append(value)
        # Its last byte does not close it, and an open one keeps the connection from the next request.
        response.close()
        if is_cut or response.will_close:
            self.close()
        return Answer(response.status, headers, body, (time.monotonic() - started) * 1000, response.reason, is_cut)

    def _read(self, response: http.client.HTTPResponse, started: float) -> tuple[bytes, bool]:
        """At most so much, and for no longer than a request may take: a drip of bytes never times out by itself."""
        parts: list[bytes] = []
        size = 0
        while size < MOST_BYTES:
            part = response.read1(_CHUNK)
            if not part:
                return b"".join(parts), False
            parts.append(part)
            size += len(part)
            if time.monotonic() - started > self._seconds:
                raise TimeoutError
        return b"".join(parts), True

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._parts.scheme == "https":
                context = ssl.create_default_context()
                if not self._verify_tls:
                    context.check_hostname = False
                    context.verify_mode = ssl.CERT_NONE
                self._open = http.client.HTTPSConnection(host, port, timeout=self._seconds, context=context)
            else:
                self._open = http.client.HTTPConnection(host, port, timeout=self._seconds)
            self._open.connect()
            with suppress(OSError):
                self._open.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._open

    def _all_headers(self, call: Call) -> list[tuple[str, str]]:
        own = [each for each in call.headers if each[0].lower() not in ("content-length", "host")]
        names = {name.lower() for name, _ in own}
        sent = [*own, *(each for each in self._headers if each[0].lower() not in names)]
        if "accept" not in names:
            sent.append(("Accept", "*/*"))
        if call.body is not None or call.method in ("POST", "PUT", "PATCH"):
            sent.append(("Content-Length", str(len(call.body or b""))))
        return sent


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
