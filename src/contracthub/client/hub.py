"""The hub as a set of linked resources: ask, send, follow. What they mean is in the modules beside this one."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from urllib.parse import urlencode, urlsplit, urlunsplit

from contracthub.client.answers import messages_from, object_from
from contracthub.client.connection import Connection
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.links import Resource
from contracthub.client.transport import Answer, Download, Request, Transport, origin

Query = Sequence[tuple[str, str]]

# A problem document says what is missing, where the Pact Broker's own shape only says that something is.
ACCEPT = "application/hal+json, application/json;q=0.9, application/problem+json;q=0.8"
USER_AGENT = "contracthub-cli"
MERGE_PATCH = "application/merge-patch+json"


class Hub:
    """A hub (or a Pact Broker) that is spoken to over HTTP."""

    def __init__(
        self, connection: Connection, transport: Transport | None = None, *, told: Callable[[str], None] | None = None
    ) -> None:
        """``told`` hears one line about every request that was answered; no header or body is in it."""
        self.connection = connection
        self._told = told
        self._transport = transport or Transport(connection)
        self._index: Resource | None = None

    def with_timeout(self, seconds: float) -> "Hub":
        """The same hub, which is waited for so long, and no longer."""
        return Hub(replace(self.connection, timeout=seconds), told=self._told)

    def index(self) -> Resource:
        """The index with its relations, fetched once (pact-broker-api §4)."""
        if self._index is None:
            try:
                index = self.get(self.connection.base_url + "/")
            except HubAnswered as refusal:
                if refusal.status != 404:
                    raise
                raise AnswerNotUnderstood(f"There is no hub at {self.connection.base_url}.") from refusal
            if not isinstance(index.data.get("_links"), dict):
                raise AnswerNotUnderstood(f"{index.url} is not the index of a hub: it has no links.")
            self._index = index
        return self._index

    def follow(self, relation: str, **values: str) -> Resource:
        """The resource behind a relation of the index."""
        return self.get(self.index().link(relation, **values))

    def find(self, url: str) -> Resource | None:
        """The resource, or nothing when the hub says that there is none."""
        try:
            return self.get(url)
        except HubAnswered as refusal:
            if refusal.status == 404:
                return None
            raise

    def get(self, url: str, query: Query = ()) -> Resource:
        """The resource at an address (absolute, or a path below the base URL)."""
        return self._resource(self._ask("GET", self._with_query(url, query)))

    def send(
        self,
        method: str,
        url: str,
        document: object | None = None,
        *,
        content_type: str = "application/json",
        repeatable: bool = False,
    ) -> Resource:
        """Sends a JSON document (an empty object when none is given) and reads the answer as a resource.

        ``repeatable`` allows a POST or PATCH to be sent again after a connection broke or a 5xx came.
        """
        body = json.dumps({} if document is None else document).encode()
        return self._resource(self._ask(method, url, body, content_type, repeatable=repeatable))

    def delete(self, url: str) -> bool:
        """Removes a resource; whether there was one."""
        try:
            self._ask("DELETE", url)
        except HubAnswered as refusal:
            if refusal.status == 404:
                return False
            raise
        return True

    def send_bytes(self, url: str, body: bytes, content_type: str) -> Resource:
        """Posts what may be posted twice, and reads the answer as a resource."""
        return self._resource(self._ask("POST", url, body, content_type, repeatable=True))

    def download(self, url: str) -> AbstractContextManager[Download]:
        """The answer's body while it comes in, however large it is. Raises HubFailure."""
        return self._transport.download(Request("GET", self._at_home(url), self.connection.request_headers()))

    def _ask(
        self, method: str, url: str, body: bytes | None = None, content_type: str = "", *, repeatable: bool = False
    ) -> Answer:
        headers = {"Accept": ACCEPT, "User-Agent": USER_AGENT} | self.connection.request_headers()
        if content_type:
            headers["Content-Type"] = content_type
        answer = self._transport.exchange(Request(method, self._at_home(url), headers, body, repeatable))
        if self._told is not None:
            self._told(self.connection.without_secrets(f"{method} {answer.url}: {answer.status}"))
        if answer.status >= 400:
            messages = [self.connection.without_secrets(text) for text in messages_from(answer.status, answer.body)]
            raise HubAnswered(answer.status, messages, asked=f"{method} {answer.url}", body=answer.body)
        return answer

    def _resource(self, answer: Answer) -> Resource:
        content_type = answer.headers.get("content-type", "")
        return Resource(answer.url, object_from(answer.body, url=answer.url, content_type=content_type))

    def _with_query(self, url: str, query: Query) -> str:
        if not query:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(list(query))}"

    def _at_home(self, url: str) -> str:
        """The address on the configured host: a link to elsewhere keeps its path only, so no token leaves for there."""
        base = self.connection.base_url
        if url.startswith("/"):
            return base + url
        if origin(url) == origin(base):
            return url
        home, away = urlsplit(base), urlsplit(url)
        return urlunsplit((home.scheme, home.netloc, away.path, away.query, ""))
