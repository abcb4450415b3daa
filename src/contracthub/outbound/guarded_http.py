"""The one client that calls receivers of webhooks. It resolves a name once, refuses what the rules forbid, connects to
the address that was looked at, and reads no more and waits no longer than its limits (security.md §2.1).

Proxies of the environment are not used: a proxy would resolve the name again, after the check.
"""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from contracthub.domain.webhook_hosts import Address, Target, UnusableUrl, is_listed, may_connect, read_url
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.outbound.bounded_stream import BoundedStream, Deadline, Exhausted
from contracthub.services.ports.outbound import NoReply, OutgoingRequest, Reply

Resolver = Callable[[str, int], Sequence[Address]]

MOST_ADDRESSES = 8
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# The connection's business, not the webhook's: some of them would change where or how the request arrives.
_OWN_HEADERS = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an exchange may take, and how much of an answer is read."""

    total_seconds: float = 10
    connect_seconds: float = 5
    header_bytes: int = 64 * 1024
    body_bytes: int = 64 * 1024


class _Refused(Exception):
    """The rules forbid it."""


class _Failed(Exception):
    """It was tried and did not work."""


def system_resolver(host: str, port: int) -> Sequence[Address]:
    """The addresses that the system knows for a name. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


class GuardedHttp:
    """Implements :class:`~contracthub.services.ports.outbound.Sender`. May be used by several threads at once."""

    def __init__(self, limits: Limits | None = None, *, resolver: Resolver = system_resolver) -> None:
        self._limits = limits or Limits()
        self._resolver = resolver

    def send(self, request: OutgoingRequest, rules: WebhookRules) -> Reply | NoReply:
        """One exchange, or why there was none."""
        deadline = Deadline(self._limits.total_seconds)
        try:
            target = _checked(request, rules)
            content = _on_the_wire(request, target)
            sock = self._connect(target, rules, deadline)
            with sock:
                return self._exchange(sock, request.method, content, deadline)
        except _Refused as refusal:
            return NoReply(str(refusal), is_refused=True)
        except (_Failed, OSError, http.client.HTTPException, Exhausted, ValueError) as error:
            return NoReply(_reason(error))

    def _connect(self, target: Target, rules: WebhookRules, deadline: Deadline) -> socket.socket:
        addresses = self._addresses(target, deadline)
        if forbidden := [each for each in addresses if not may_connect(each, target.host, rules.hosts)]:
            raise _Refused(_forbidden(target, forbidden[0]))
        connected = self._first_connected(addresses, target.port, deadline)
        if target.scheme != "https":
            return connected
        try:
            return _secured(connected, target.host, rules, deadline)
        except BaseException:
            connected.close()
            raise

    def _addresses(self, target: Target, deadline: Deadline) -> Sequence[Address]:
        if (literal := target.address) is not None:
            return [literal]
        found: list[Address] = []
        trouble: list[Exception] = []

        def resolve() -> None:
            try:
                found.extend(self._resolver(target.host, target.port))
            except (OSError, UnicodeError) as error:
                trouble.append(error)

        # The system's resolver knows no deadline; a thread that it holds up ends when it gives up.
        thread = threading.Thread(target=resolve, name="webhook-resolver", daemon=True)
        thread.start()
        thread.join(deadline.left())
        if thread.is_alive():
            raise _Failed("the name server did not answer in time")
        if trouble or not found:
            raise _Failed(f"the host {target.host} is unknown")
        return found[:MOST_ADDRESSES]

    def _first_connected(self, addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
        trouble: OSError | None = None
        for address in addresses:
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(min(self._limits.connect_seconds, deadline.left()))
                sock.connect((str(address), port))
            except OSError as error:
                sock.close()
                trouble = error
            else:
                return sock
        assert trouble is not None
        raise trouble

    def _exchange(self, sock: socket.socket, method: str, content: bytes, deadline: Deadline) -> Reply:
        unsent = _sent(sock, content, deadline)
        stream = BoundedStream(sock, deadline, self._limits.header_bytes)
        response = http.client.HTTPResponse(stream, method=method)  # type: ignore[arg-type]
        try:
            response.begin()
        except (OSError, http.client.HTTPException):
            # A receiver that hangs up early may have answered before; if it has not, why it hung up is what to say.
            if unsent is not None:
                raise unsent from None
            raise
        # Framing takes room as well, but not more than the same again.
        stream.allow(2 * self._limits.body_bytes)
        body, is_cut = _body(response, self._limits.body_bytes)
        return Reply(response.status, response.reason, tuple(response.getheaders()), body, is_cut)


def _checked(request: OutgoingRequest, rules: WebhookRules) -> Target:
    """Where the request goes, if the rules allow it. What was right when the webhook was stored may have changed."""
    try:
        target = read_url(request.url)
    except UnusableUrl as error:
        raise _Refused(f"{error}") from error
    if target.scheme not in rules.schemes:
        raise _Refused(f"the scheme {target.scheme} is not among the allowed ones")
    if not _TOKEN.fullmatch(request.method) or request.method.upper() not in {each.upper() for each in rules.methods}:
        raise _Refused("the method is not among the allowed ones")
    if rules.hosts and not is_listed(target.host, rules.hosts):
        raise _Refused(f"the host {target.host} is not on the list of allowed hosts")
    return target


def _forbidden(target: Target, address: Address) -> str:
    # Which address a name has inside is nobody's business who may only write webhooks.
    what = f"{address} is" if target.address is not None else f"{target.host} has"
    return f"{what} an address that is not public; the operator can list it as an allowed host"


def _on_the_wire(request: OutgoingRequest, target: Target) -> bytes:
    lines = [f"{request.method} {target.path} HTTP/1.1".encode("ascii"), f"Host: {target.authority}".encode("ascii")]
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
            raise _Refused("a header has a character that HTTP does not allow there")
        if name.lower() not in _OWN_HEADERS:
            lines.append(f"{name}: {value}".encode())
    if request.body is not None or request.method.upper() in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(request.body or b'')}".encode("ascii"))
    lines += [b"Connection: close", b"", request.body or b""]
    return b"\r\n".join(lines)


def _sent(sock: socket.socket, content: bytes, deadline: Deadline) -> OSError | None:
    """Send, and say what kept the receiver from taking it all. Raises :class:`TimeoutError`."""
    left = memoryview(content)
    try:
        while left:
            sock.settimeout(deadline.left())
            left = left[sock.send(left) :]
    except (BrokenPipeError, ConnectionResetError) as error:
        return error
    return None


def _body(response: http.client.HTTPResponse, most: int) -> tuple[bytes, bool]:
    """What there is of a body within the limits. The status has come, so a body that does not end changes nothing."""
    pieces: list[bytes] = []
    room = most
    try:
        while room > 0:
            piece = response.read1(min(room, 8192))
            if not piece:
                return b"".join(pieces), False
            pieces.append(piece)
            room -= len(piece)
    except (OSError, http.client.HTTPException, Exhausted, ValueError):
        pass
    return b"".join(pieces), True


def _secured(sock: socket.socket, host: str, rules: WebhookRules, deadline: Deadline) -> ssl.SSLSocket:
    context = _tls(rules.ca_certificates, verify=rules.verify_tls)
    secured = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    try:
        secured.settimeout(deadline.left())
        secured.do_handshake()
    except BaseException:
        secured.close()
        raise
    return secured


@lru_cache(maxsize=16)
def _tls(ca_certificates: str | None, *, verify: bool) -> ssl.SSLContext:
    """The system's certificates and those of the operator, given as text or as a file of them."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca_certificates and "-----BEGIN" in ca_certificates:
        context.load_verify_locations(cadata=ca_certificates)
    elif ca_certificates:
        context.load_verify_locations(cafile=ca_certificates)
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, Exhausted):
        return "the answer's headers are too large"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, _Failed):
        return str(error)
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the connection was closed without an answer"
    if isinstance(error, http.client.HTTPException | UnicodeError):
        # Not its text, which may be a piece of what answered.
        return "what answers there does not speak HTTP"
    return str(getattr(error, "strerror", None) or "") or type(error).__name__
