"""Stands between the verifier and the hub: passes questions on, and keeps what the verifier would publish.

A run publishes by itself, once it is over: so a hub that is away costs no evidence, a run that is stopped has published
nothing, and nothing is published twice. What the verifier sends, it sends to this relay, which runs in the child
process and notes it. Everything else goes to the hub as it comes, with the credentials and the patience of our own
client, because the verifier asks a hub that answers with a 5xx eight times, for more than a minute.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contracthub.client.connection import Connection
from contracthub.client.errors import HubFailure
from contracthub.client.transport import Answer, Request, Transport, origin
from contracthub.domain.verification_reports import OpaqueInteraction, PactResult
from contracthub.verification.pact_facts import InteractionFacts, facts_of, name_in, without_plugins
from contracthub.verification.relay_server import RelayHandler, relay_server

# Any 4xx that the verifier does not repeat.
FAILED = 424
_RESULTS = "pb:publish-verification-results"
# Where pacts are selected (pact-broker-api §11); the verifier first looks whether the address is there.
_SELECTED = "/for-verification"
_LISTS = ("interactions", "messages")
# What every result says and no question does (pact-broker-api §14).
_IS_RESULT = b'"providerApplicationVersion"'
_PASSED_ON = ("accept", "content-type")
_JSON = "application/hal+json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the pacts that one of several children replays: every ``of``-th, beginning with ``at``."""

    at: int = 0
    of: int = 1


@dataclass(slots=True)
class HubRelay:
    """Where the relay listens, and what it saw: pacts, results that are to be published, what kept it from the hub.

    ``listed`` is how many pacts the hub selected, before this child's share was taken; None where it was not asked.
    """

    connection: Connection
    share: Share = field(default_factory=Share)
    url: str = ""
    listed: int | None = None
    facts: dict[tuple[str, str], InteractionFacts] = field(default_factory=dict)
    results: list[PactResult] = field(default_factory=list)
    opaque: list[OpaqueInteraction] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    prepared: Callable[[bytes], bytes] | None = None
    """What looks at a pact before the verifier gets it, and gives it back as it is to be replayed."""
    _parties: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    _announced: list[str] = field(default_factory=list)

    def passed_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer."""
        if method == "PUT":
            self._announced.append(self._target(path))
            return 200, _JSON, b"{}"
        if method == "POST" and _IS_RESULT in body:
            return self._noted(path, body)
        kept = {name: value for name, value in headers.items() if name.lower() in _PASSED_ON}
        request = Request(
            method, self._target(path), kept | self.connection.request_headers(), body or None, repeatable=True
        )
        try:
            answer = Transport(self.connection).exchange(request)
        except HubFailure as failure:
            self.failures.append(self.connection.without_secrets(str(failure)))
            return FAILED, "text/plain", str(failure).encode()
        if answer.worth_another_try:
            self.failures.append(f"The hub answered {answer.status} to {method} {answer.url}.")
            return FAILED, "text/plain", answer.body
        if answer.status == 404 and path.partition("?")[0].endswith(_SELECTED):
            # A provider that the hub does not know yet; that it is a hub, its index has shown.
            self.listed = 0
        content = self._seen(method, answer) if answer.status < 300 else answer.body
        return answer.status, answer.headers.get("content-type", ""), self._led_here(content)

    def _noted(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        consumer, version, whole = self._parties.get(path, ("", "", True))
        result = json.loads(body)
        if whole or not result.get("success"):
            announced = tuple(dict.fromkeys(self._announced))
            self.results.append(
                PactResult(
                    url=self._target(path),
                    consumer=consumer,
                    consumer_version=version,
                    announced=announced,
                    result=result,
                )
            )
        else:
            self.withheld.append(consumer)
        return 201, _JSON, b"{}"

    def _target(self, path: str) -> str:
        parts = urlsplit(self.connection.base_url)
        return f"{parts.scheme}://{parts.netloc}{path}"

    def _seen(self, method: str, answer: Answer) -> bytes:
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            return answer.body
        if not isinstance(document, dict):
            return answer.body
        if method == "POST":
            return self._shared(document, answer.body)
        if any(isinstance(document.get(name), list) for name in _LISTS):
            return self._pact(document, answer.body)
        return answer.body

    def _shared(self, document: dict[str, Any], body: bytes) -> bytes:
        """The pacts that the hub selected, but for those that other children replay."""
        embedded = document.get("_embedded")
        pacts = embedded.get("pacts") if isinstance(embedded, dict) else None
        if not isinstance(pacts, list):
            return body
        self.listed = len(pacts)
        if self.share.of == 1:
            return body
        mine = pacts[self.share.at :: self.share.of]
        return json.dumps(document | {"_embedded": {**document["_embedded"], "pacts": mine}}).encode()

    def _pact(self, document: dict[str, Any], body: bytes) -> bytes:
        consumer, version = name_in(document.get("consumer")), _version_in(document)
        replayed, opaque = without_plugins(document)
        self.opaque += opaque
        self.facts |= {(consumer, name): fact for name, fact in facts_of(body).items()}
        if version:
            # Of several versions of one consumer it is not known which one an interaction is of.
            self.versions[consumer] = version if self.versions.get(consumer, version) == version else ""
        for path in _paths(document, _RESULTS):
            self._parties[path] = (consumer, version, not opaque)
        content = json.dumps(replayed).encode() if opaque else body
        return self.prepared(content) if self.prepared else content

    def _led_here(self, content: bytes) -> bytes:
        """The answer with its links to the hub leading to the relay."""
        scheme, host, _ = origin(self.connection.base_url)
        netloc = urlsplit(self.connection.base_url).netloc
        if not host or netloc.encode() not in content:
            return content
        home = re.escape(f"{scheme}://{netloc}").encode()
        here = self.url.encode()
        return re.sub(rb'("href"\s*:\s*")' + home + rb'(?=[/?"])', lambda found: found.group(1) + here, content)


def _version_in(document: Mapping[str, Any]) -> str:
    links = document.get("_links")
    found = links.get("pb:consumer-version") if isinstance(links, Mapping) else None
    return name_in(found)


def _paths(document: Mapping[str, Any], relation: str) -> Iterator[str]:
    links = document.get("_links")
    found = links.get(relation) if isinstance(links, Mapping) else None
    for link in found if isinstance(found, list) else [found]:
        if isinstance(link, Mapping) and link.get("href"):
            parts = urlsplit(str(link["href"]))
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


@contextmanager
def relaying_hub(
    connection: Connection, share: Share | None = None, *, prepared: Callable[[bytes], bytes] | None = None
) -> Iterator[HubRelay]:
    """A relay to this hub that runs while the block does. Its address has the path of the hub's own."""
    relay = HubRelay(connection, share or Share(), prepared=prepared)
    with relay_server(_handler(relay)) as url:
        relay.url = url
        yield relay


def _handler(relay: HubRelay) -> type[RelayHandler]:
    class Handler(RelayHandler):
        def _relay(self) -> None:
            # The verifier says twice what it accepts.
            headers = {name: ", ".join(self.headers.get_all(name) or ()) for name in self.headers}
            self.answer(*relay.passed_on(self.command, self.path, headers, self.body()))

        do_GET = do_POST = do_PUT = _relay  # noqa: N815 (the library's names)

    return Handler
