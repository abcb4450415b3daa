"""Requests to the API of a forge: patience with failures and limits, pages, and refusals in words."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from contracthub.client.connection import Connection
from contracthub.client.errors import HubFailure
from contracthub.client.transport import Answer, Request, Transport, origin
from contracthub.forges.errors import ForgeRefused, ForgeUnreachable, Gone, NotAllowed, NotLetIn

# So long is waited in all for one request; a limit that takes longer is told instead.
LONGEST_WAIT = 120.0
MOST_PAGES = 50
_FIRST_DELAY = 1.0
_WITHOUT_HEADER = 60.0
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')
_SAYING = 300


class Caller:
    """Calls one API with one token, as often again as the connection says. ``sleep`` is passed in for tests."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._name = name
        self._headers = dict(headers or {})
        self._sleep = sleep
        # What is a limit, and how long it lasts, forges say in ways of their own.
        self._transport = Transport(replace(connection, retries=0))

    def ask(self, method: str, url: str, body: object = None, *, repeatable: bool = True) -> object:
        """The value of a successful answer, None where it has none.

        What is not ``repeatable`` is sent again only after an answer that says that nothing was done. Raises
        ForgeUnreachable, NotLetIn, ForgeRefused, NotAllowed and Gone.
        """
        return self._value(self._patiently(method, url, body, repeatable=repeatable), method)

    def pages(self, url: str) -> Iterator[object]:
        """The values of a list, page after page; a next page elsewhere than the first is not followed."""
        first = self._absolute(url)
        following: str | None = first
        for _ in range(MOST_PAGES):
            if following is None:
                return
            answer = self._patiently("GET", following, None, repeatable=True)
            yield self._value(answer, "GET")
            found = _NEXT.search(answer.headers.get("link", ""))
            following = found.group(1) if found else None
            if following is not None and origin(following) != origin(first):
                raise ForgeRefused(f"{self._name} lists its next page at another address, which gets no token.")
        if following is not None:
            raise ForgeRefused(f"There are more than {MOST_PAGES} pages of comments; they are not all read.")

    def _absolute(self, url: str) -> str:
        return url if "://" in url else self._connection.base_url + url

    def _patiently(self, method: str, url: str, body: object, *, repeatable: bool) -> Answer:
        delay, waited = _FIRST_DELAY, 0.0
        for left in range(self._connection.retries, -1, -1):
            try:
                answer = self._once(method, url, body)
            except ForgeUnreachable:
                if not left or not repeatable:
                    raise
                wait = delay
            else:
                limited = _is_limit(answer)
                if not limited and (answer.status < 500 or not repeatable):
                    return answer
                wait = _asked_wait(answer, limited=limited, delay=delay)
                if not left or waited + wait > LONGEST_WAIT:
                    raise ForgeUnreachable(self._gave_up(answer, wait, limited=limited))
            self._sleep(wait)
            waited, delay = waited + wait, delay * 2
        raise AssertionError

    def _once(self, method: str, url: str, body: object) -> Answer:
        headers = {"User-Agent": "contracthub", **self._headers, **self._connection.request_headers()}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            return self._transport.exchange(Request(method, self._absolute(url), headers, data))
        except HubFailure as failure:
            told = self._connection.without_secrets(str(failure))
            raise ForgeUnreachable(f"{self._name}: {told}") from failure

    def _gave_up(self, answer: Answer, wait: float, *, limited: bool) -> str:
        if limited:
            return f"{self._name} takes no more requests for now ({answer.status}); in {wait:.0f} seconds it does."
        return f"{self._name} failed ({answer.status}): {_said(answer)}"

    def _value(self, answer: Answer, method: str) -> object:
        status = answer.status
        told = self._connection.without_secrets(f"({status}, {method} {urlsplit(answer.url).path}): {_said(answer)}")
        if status == 401:
            raise NotLetIn(f"{self._name} does not know the token {told}")
        if status == 403:
            raise NotAllowed(f"{self._name} does not allow this with the token {told}")
        if status in (404, 410):
            raise Gone(f"{self._name} knows nothing there, or not for this token {told}")
        if status >= 500:
            raise ForgeUnreachable(f"{self._name} failed {told}")
        if not 200 <= status < 300:
            raise ForgeRefused(f"{self._name} refused {told}")
        if not answer.body.strip():
            return None
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise ForgeUnreachable(f"What answers at {self._connection.base_url} is not {self._name}'s API.") from error


def _is_limit(answer: Answer) -> bool:
    """Whether it says "too much for now". GitHub says it with the status of a refusal, and not always with a header."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    headers = answer.headers
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or b"rate limit" in answer.body


def _asked_wait(answer: Answer, *, limited: bool, delay: float) -> float:
    asked = answer.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return max(float(asked[:9]), delay)
    until = answer.headers.get("x-ratelimit-reset", "")
    if limited and until.isascii() and until.isdigit():
        return max(float(until[:12]) - time.time(), delay)
    return _WITHOUT_HEADER if limited else delay


def _said(answer: Answer) -> str:
    """The sentence of an error body; what is no such body is shown by its beginning."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    said = document.get("message") or document.get("error") if isinstance(document, dict) else None
    text = said if isinstance(said, str) else answer.body.decode("utf-8", "replace")
    return " ".join(text.split())[:_SAYING] or "without a word"
