"""Gets a document from an address that a person gave. Nothing that a document names is ever got."""

from urllib.parse import urlsplit, urlunsplit

from contracthub.client.connection import connection_to
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.transport import Request, Transport

LONGEST_WAIT = 30.0


def fetch(url: str, *, timeout: float = LONGEST_WAIT) -> bytes:
    """The bytes at an http(s) address, within the transport's bounds of time and size, and from that host only.

    Raises HubFailure; also for an answer other than 200.
    """
    connection = connection_to(url, retries=1, timeout=timeout)
    parts = urlsplit(url.strip())
    target = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
    headers = connection.request_headers() | {"Accept": "*/*"}
    answer = Transport(connection).exchange(Request("GET", target, headers))
    if answer.status != 200:
        raise HubAnswered(answer.status, [f"{without_credentials(url)} answered {answer.status}, not 200."])
    if not answer.body:
        raise AnswerNotUnderstood(f"{without_credentials(url)} answered with nothing.")
    return answer.body


def without_credentials(url: str) -> str:
    """The address as it may be shown: without user name, password and query, which often holds a key."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
