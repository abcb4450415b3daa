"""One HTTP exchange with the hub: connect, send, read, try again where that is safe. Knows nothing of its resources."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import SplitResult, urljoin, urlsplit

from contracthub.client.answers import messages_from
from contracthub.client.connection import Connection
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered, HubUnreachable

LARGEST_ANSWER = 64 * 1024 * 1024
MOST_REDIRECTS = 5
FIRST_DELAY = 0.2
LONGEST_DELAY = 10.0
_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent; ``repeatable`` says that sending it twice does the same as once."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    repeatable: bool = False

    @property
    def may_be_repeated(self) -> bool:
        """Whether the request may go out again when it is unknown how far it came."""
        return self.repeatable or self.method in _IDEMPOTENT


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def worth_another_try(self) -> bool:
        """Whether the same request may well succeed a moment later."""
        return self.status >= 500 or self.status in (408, 429)


class _NotSent(HubUnreachable):
    """The connection failed before the request left, so any request may be tried again."""


class Download:
    """An answer's body while it comes in."""

    def __init__(self, response: http.client.HTTPResponse, why: Callable[[Exception], str]) -> None:
        self._response, self._why = response, why

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end. Raises HubUnreachable when the answer breaks off."""
        try:
            return self._response.read(size)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise HubUnreachable(self._why(error)) from error


class Transport:
    """Sends requests to one hub. ``sleep`` is passed in so that tests do not wait."""

    def __init__(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._sleep = sleep

    def exchange(self, request: Request) -> Answer:
        """The hub's final answer: redirects on the same host followed, passing troubles waited out.

        Raises HubUnreachable when no answer came, HubAnswered for a redirect that must not be followed,
        AnswerNotUnderstood for redirects without end.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._patiently(request)
            if answer.status not in _MOVED:
                return answer
            request = _redirected(request, answer)
        raise AnswerNotUnderstood(f"{request.url} redirects without end.")

    @contextmanager
    def download(self, request: Request) -> Iterator["Download"]:
        """The body of a successful answer, read by whoever asks for it; only a silence ends it, not its length.

        Raises HubUnreachable, and HubAnswered for any answer but 200.
        """
        connection = self._open(urlsplit(request.url))
        try:
            response = self._begun(connection, request)
            if response.status != 200:
                body = Download(response, partial(self._why, request.url)).read(LARGEST_ANSWER)
                raise HubAnswered(response.status, messages_from(response.status, body), body=body)
            yield Download(response, partial(self._why, request.url))
        finally:
            connection.close()

    def _begun(self, connection: http.client.HTTPConnection, request: Request) -> http.client.HTTPResponse:
        try:
            connection.request(request.method, urlsplit(request.url).path, headers=dict(request.headers))
            return connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise HubUnreachable(self._why(request.url, error)) from error

    def _patiently(self, request: Request) -> Answer:
        tries_left = self._connection.retries
        delay = FIRST_DELAY
        while True:
            try:
                answer = self._once(request)
                if tries_left <= 0 or not (answer.worth_another_try and request.may_be_repeated):
                    return answer
                wait = _asked_delay(answer, delay)
            except HubUnreachable as trouble:
                if tries_left <= 0 or not (request.may_be_repeated or isinstance(trouble, _NotSent)):
                    raise
                wait = delay
            self._sleep(wait)
            tries_left, delay = tries_left - 1, min(delay * 2, LONGEST_DELAY)

    def _once(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        connection = self._open(parts)
        try:
            target = parts.path or "/"
            if parts.query:
                target += "?" + parts.query
            connection.request(request.method, target, body=request.body, headers=dict(request.headers))
            with _deadline(connection.sock, self._connection.timeout):
                return _read(connection.getresponse(), request.url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise HubUnreachable(self._why(request.url, error)) from error
        finally:
            connection.close()

    def _open(self, parts: SplitResult) -> http.client.HTTPConnection:
        try:
            connection = self._connection_for(parts)
            connection.connect()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _NotSent(self._why(f"{parts.scheme}://{parts.netloc}", error)) from error
        return connection

    def _connection_for(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, timeout = parts.hostname or "", self._connection.timeout
        if parts.scheme != "https":
            return http.client.HTTPConnection(host, parts.port, timeout=timeout)
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=self._tls())

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._connection.ca_file)
        if not self._connection.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _why(self, url: str, error: Exception) -> str:
        return self._connection.without_secrets(f"Could not reach {url}: {_reason(error)}.")


@contextmanager
def _deadline(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Raises TimeoutError when the block takes longer. The socket's own timeout starts again with every byte."""
    late = threading.Event()

    def cut_off() -> None:
        late.set()
        with suppress(OSError):
            # Below TLS, whose own goodbye would wait for the peer.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        # An answer without a length ends where the connection does, so it may be half of one.
        raise TimeoutError


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, socket.gaierror):
        return "unknown host"
    if isinstance(error, http.client.BadStatusLine) and not isinstance(error, http.client.RemoteDisconnected):
        return "what answers there does not speak HTTP"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return (str(getattr(error, "strerror", None) or "") or str(error) or type(error).__name__).rstrip(".")


def _read(response: http.client.HTTPResponse, url: str) -> Answer:
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise AnswerNotUnderstood(f"{url} answered with more than {LARGEST_ANSWER} bytes.")
    if response.length:
        # A bounded read does not complain by itself, and half an answer may parse.
        raise http.client.IncompleteRead(body, response.length)
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body, url)


def _asked_delay(answer: Answer, delay: float) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), LONGEST_DELAY) if asked.isascii() and asked.isdigit() else delay


def _redirected(request: Request, answer: Answer) -> Request:
    """The request at its new place. Credentials never go to another origin; a write never turns into a read."""
    target = urljoin(request.url, answer.headers.get("location", ""))
    if origin(target) != origin(request.url):
        raise HubAnswered(answer.status, [f"The hub redirects to another address ({target}). Use it as the base URL."])
    if request.method != "GET" and answer.status not in (307, 308):
        raise HubAnswered(answer.status, [f"The hub moved {request.url} to {target}. Correct the base URL."])
    return Request(request.method, target, request.headers, request.body, request.repeatable)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address: what has to agree before credentials are sent."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname or "", port or (443 if parts.scheme == "https" else 80)
